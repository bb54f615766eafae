"""Clusters in which something is stuck, each for one reason, with the question for remedies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from k8slearn import Cluster
from k8slearn.remedies import Standstill, lacks_pod, stands, waits
from tests.support.helpers import DS, bare_pod, daemon_set

Standing = tuple[Cluster, Standstill]
NODE = "node1"


def cluster_with(nodes: int = 3, *, kubelet: str = "auto", **about: Any) -> Cluster:
    """A quiet cluster with a DaemonSet."""
    cluster = Cluster(nodes, kubelet=kubelet, seed=1)
    cluster.apply(daemon_set(**about))
    cluster.run(60)
    return cluster


def new_node(**about: Any) -> Callable[..., Standing]:
    """A situation: a new Node on which the DaemonSet's Pods do not run."""

    def make(pod: Any = None, labels: Any = None) -> Standing:
        cluster = Cluster(kubelet="auto", seed=1)
        for number in range(1, 4):
            cluster.add_node(f"node{number}", labels=labels or {})
        cluster.apply(daemon_set(pod=pod))
        cluster.add_node("new", **about)
        cluster.run(60)
        return cluster, lacks_pod(DS, "new")

    return make


def rolled(change: Callable[[Cluster], Any], **about: Any) -> Standing:
    """A situation: a rollout begun by `change` is stuck."""
    cluster = cluster_with(**about)
    change(cluster)
    cluster.run(120)
    return cluster, stands(DS)


def template(spec: Any) -> Callable[[Cluster], Any]:
    """A change of the DaemonSet's template; `spec` is the patch of the Pod's spec."""
    patch = {"spec": {"template": {"spec": spec}}}
    return lambda cluster: cluster.patch("DaemonSet", DS, patch)


def main(**about: Any) -> Any:
    """A patch of the one container."""
    return {"containers": [{"name": "main", **about}]}


def marked(words: str, **about: Any) -> Callable[[Cluster], Any]:
    """A change of the template, whose containers have this behaviour from now on."""
    meta = {"annotations": {"k8slearn/behaviour": words}}
    patch = {"spec": {"template": {"metadata": meta, "spec": main(**about)}}}
    return lambda cluster: cluster.patch("DaemonSet", DS, patch)


def requests(**amounts: str) -> Any:
    """The resources of a container with these requests."""
    return {"resources": {"requests": amounts}}


def after(cluster: Cluster, *objects: Any, seconds: float = 60, ask: Any = None) -> Standing:  # fmt: skip
    """A situation: the cluster some time after these objects were created."""
    for o in objects:
        cluster.apply(o)
    cluster.run(seconds)
    return cluster, ask or lacks_pod(DS, NODE)


# One a reason ----------------------------------------------------------------------------------------------------

READY = {"httpGet": {"path": "/", "port": 80}, "periodSeconds": 2}
ZONE = {"key": "zone", "operator": "In", "values": ["a"]}
AFFINITY = {
    "affinity": {
        "nodeAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": {
                "nodeSelectorTerms": [{"matchExpressions": [ZONE]}]
            }
        }
    }
}
SELECTOR = {"nodeSelector": {"disk": "ssd"}}


def object_of(kind: str, name: str, api: str = "v1", **about: Any) -> Any:
    """Any object of the namespace default."""
    return {
        "apiVersion": api,
        "kind": kind,
        "metadata": {"name": name, "namespace": "default"},
        **about,
    }


def deployment(replicas: int = 2, **spec: Any) -> Any:
    """A Deployment of plain Pods; `pod` goes into their spec."""
    pod = {"containers": [{"name": "main", "image": "web:1"}], **spec.pop("pod", {})}
    marks = {"matchLabels": {"app": "web"}}
    made = {"metadata": {"labels": {"app": "web"}}, "spec": pod}
    body = {"replicas": replicas, "selector": marks, "template": made, **spec}
    return object_of("Deployment", "web", "apps/v1", spec=body)


def stateful_set(**spec: Any) -> Any:
    """A StatefulSet of three plain Pods."""
    made = deployment(3, **spec)
    return {**made, "kind": "StatefulSet"}


def quota() -> Standing:
    """A quota that lets two of three Pods in."""
    cluster = Cluster(3, kubelet="auto", seed=1)
    cluster.apply(object_of("ResourceQuota", "q", spec={"hard": {"pods": "2"}}))
    cluster.run(1)
    return after(cluster, daemon_set(), seconds=20, ask=stands(DS))


def silent_quota() -> Standing:
    """A quota of CPU, and containers without CPU requests."""
    cluster = Cluster(2, kubelet="auto", seed=1)
    cluster.apply(object_of("ResourceQuota", "q", spec={"hard": {"cpu": "1"}}))
    cluster.run(1)
    return after(cluster, daemon_set(), seconds=20)


def limit_range() -> Standing:
    """A container that asks for more than its Namespace allows."""
    cluster = Cluster(2, kubelet="auto", seed=1)
    limits = [{"type": "Container", "max": {"cpu": "1"}}]
    cluster.apply(object_of("LimitRange", "l", spec={"limits": limits}))
    about = {"containers": [{"name": "main", "image": "agent:1", "resources": {"limits": {"cpu": "2"}}}]}  # fmt: skip
    return after(cluster, daemon_set(pod=about), seconds=20)


def pod_security() -> Standing:
    """A Namespace whose Pod Security level forbids the host's network."""
    cluster = Cluster(2, kubelet="auto", seed=1)
    level = {"pod-security.kubernetes.io/enforce": "baseline"}
    cluster.patch("Namespace", "default", {"metadata": {"labels": level}})
    return after(cluster, daemon_set(pod={"hostNetwork": True}), seconds=20)


def full(words: str = "") -> Standing:
    """A Node whose CPU is used up by another Pod."""
    cluster = Cluster(2, kubelet="auto", seed=1)
    cluster.fill_node(NODE)
    pod = main(image="agent:1", **requests(cpu="500m"))
    return after(cluster, daemon_set(pod=pod))


def important() -> Standing:
    """A Node filled by a Deployment, whose Pod could be preempted with an existing class."""
    cluster = Cluster(1, kubelet="auto", seed=1)
    big = main(image="web:1", **requests(cpu="2"))
    cluster.apply(object_of("PriorityClass", "high", "scheduling.k8s.io/v1", value=1000))  # fmt: skip
    cluster.apply(deployment(2, pod=big))
    cluster.run(60)
    pod = main(image="agent:1", **requests(cpu="4"))
    return after(cluster, daemon_set(pod=pod))


def port() -> Standing:
    """A hostPort that another Pod uses."""
    cluster = Cluster(2, kubelet="auto", seed=1)
    ports = [{"containerPort": 80, "hostPort": 9100}]
    pod = {"containers": [{"name": "main", "image": "agent:1", "ports": ports}]}
    cluster.apply(bare_pod("squatter", **pod, nodeName=NODE))
    cluster.run(30)
    return after(cluster, daemon_set(pod=pod))


def silent_node() -> Standing:
    """A rollout, and a Node with a silent kubelet."""
    cluster = cluster_with(nodes=3)
    cluster.stop_kubelet("node2")
    cluster.run(120)
    cluster.set_image(DS, "agent:2")
    cluster.run(120)
    return cluster, stands(DS)


def disk() -> Standing:
    """A Node with a full disk, which therefore evicts Pods."""
    cluster = cluster_with(nodes=2)
    cluster.set_usage(NODE, disk="99Gi")
    cluster.run(120)
    return cluster, lacks_pod(DS, NODE)


def fallen(fault: str) -> Standing:
    """A single Pod with a fault."""
    cluster = cluster_with(nodes=3, kubelet="simple")
    [pod] = [p for p in cluster.list("Pod") if p["spec"]["nodeName"] == NODE]
    cluster.break_pod(pod["metadata"]["name"], fault)
    cluster.run(30)
    return cluster, lacks_pod(DS, NODE)


def unavailable() -> Standing:
    """One unready Pod of the new version uses up the limit."""
    cluster = cluster_with(nodes=4, kubelet="simple")
    cluster.set_image(DS, "agent:2")
    while True:
        cluster.step()
        new = [p for p in cluster.list("Pod") if p["spec"]["containers"][0]["image"] == "agent:2"]  # fmt: skip
        if new:
            break
    cluster.break_pod(new[0]["metadata"]["name"])
    cluster.run(60)
    return cluster, stands(DS)


def paused() -> Standing:
    """A Deployment whose template has changed while it is paused."""
    cluster = Cluster(2, kubelet="auto", seed=1)
    cluster.apply(deployment())
    cluster.run(60)
    new = {"paused": True, "template": {"spec": main(image="web:2")}}
    cluster.patch("Deployment", "web", {"spec": new})
    cluster.run(60)
    return cluster, stands("web", "Deployment")


def partition() -> Standing:
    """A StatefulSet with a partition, by which only the last Pod is updated."""
    cluster = Cluster(2, kubelet="auto", seed=1)
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}
    cluster.apply(stateful_set(updateStrategy=strategy))
    cluster.run(120)
    cluster.patch("StatefulSet", "web", {"spec": {"template": {"spec": main(image="web:2")}}})  # fmt: skip
    cluster.run(120)
    return cluster, stands("web", "StatefulSet")


def ordered() -> Standing:
    """A StatefulSet that waits for a Pod with a missing image; rolling back alone does not help."""
    cluster = Cluster(2, kubelet="auto", seed=1)
    cluster.apply(stateful_set())
    cluster.run(120)
    cluster.patch("StatefulSet", "web", {"spec": {"template": {"spec": main(image="web:broken")}}})  # fmt: skip
    cluster.run(300)
    return cluster, stands("web", "StatefulSet")


def cordoned() -> Standing:
    """A Deployment whose Pods find all Nodes cordoned."""
    cluster = Cluster(2, kubelet="auto", seed=1)
    cluster.cordon("node1")
    cluster.cordon("node2")
    cluster.apply(deployment())
    cluster.run(60)
    pods = cluster.list("Pod")
    return cluster, waits(cluster.store, pods[0]["metadata"]["name"])


def sysctl() -> Standing:
    """A sysctl that no kubelet allows."""
    setting = {"sysctls": [{"name": "kernel.msgmax", "value": "65536"}]}
    return after(cluster_with(2), daemon_set(pod={"securityContext": setting}))


def memory() -> Standing:
    """A container that needs more memory than its limit."""
    limited = {"resources": {"limits": {"memory": "64Mi"}}}
    return rolled(marked("mem=100Mi", **limited))


def held() -> Standing:
    """An ending Pod of a StatefulSet with a finalizer."""
    cluster = Cluster(2, kubelet="auto", seed=1)
    cluster.apply(stateful_set())
    cluster.run(120)
    cluster.patch("Pod", "web-1", {"metadata": {"finalizers": ["my/guard"]}})
    cluster.delete_pod("web-1")
    cluster.run(120)
    return cluster, stands("web", "StatefulSet")


def no_controller() -> Standing:
    """A rollout without a running controller."""
    cluster = cluster_with(nodes=2)
    cluster.stop_controller("daemonset-controller")
    cluster.set_image(DS, "agent:2")
    cluster.run(60)
    return cluster, stands(DS)


def no_registry() -> Standing:
    """A rollout while the image registry is down."""
    cluster = cluster_with(nodes=2)
    cluster.registry_down()
    cluster.set_image(DS, "agent:2")
    cluster.run(120)
    return cluster, stands(DS)


def on_delete() -> Standing:
    """A DaemonSet with OnDelete that waits for its Pods to be deleted."""
    return rolled(
        lambda cluster: cluster.set_image(DS, "agent:2"),
        updateStrategy={"type": "OnDelete"},
    )


CASES: dict[str, tuple[Callable[[], Standing], str]] = {
    "taint NoSchedule": (
        new_node(taints=["gpu=yes:NoSchedule"]),
        "taint nodes new gpu:NoSchedule-",
    ),
    "taint NoExecute": (
        new_node(taints=["down:NoExecute"]),
        "taint nodes new down:NoExecute-",
    ),
    "nodeSelector": (
        lambda: new_node()(SELECTOR, {"disk": "ssd"}),
        "label node new disk=ssd",
    ),
    "affinity": (
        lambda: new_node(labels={"zone": "b"})(AFFINITY, {"zone": "a"}),
        "label node new zone=a",
    ),
    "cordon": (cordoned, "uncordon node1"),
    "no room": (full, "delete pod filler-node1"),
    "priority": (important, '"priorityClassName":"high"'),
    "port": (port, "delete pod squatter"),
    "quota": (quota, "patch resourcequota q"),
    "quota asks": (silent_quota, "set resources ds/agent -c main --requests=cpu=10m"),
    "LimitRange": (limit_range, "set resources ds/agent -c main --limits=cpu=1"),
    "Pod Security": (pod_security, "label ns default"),
    "priority class": (
        lambda: after(
            Cluster(2, kubelet="auto", seed=1),
            daemon_set(pod={"priorityClassName": "gold"}),
        ),
        "create priorityclass gold",
    ),
    "service account": (
        lambda: after(
            Cluster(2, kubelet="auto", seed=1),
            daemon_set(pod={"serviceAccountName": "robot"}),
        ),
        "create serviceaccount robot",
    ),
    "image": (
        lambda: rolled(lambda c: c.set_image(DS, "agent:broken")),
        "set image ds/agent main=agent:1",
    ),
    "image never": (
        lambda: after(
            Cluster(2, kubelet="auto", seed=1),
            daemon_set(pod=main(image="a:1", imagePullPolicy="Never")),
        ),
        "imagePullPolicy",
    ),
    "registry": (no_registry, "镜像仓库"),
    "ConfigMap": (
        lambda: rolled(template(main(envFrom=[{"configMapRef": {"name": "conf"}}]))),
        "create configmap conf",
    ),
    "Secret": (
        lambda: rolled(
            template(
                {
                    "volumes": [{"name": "v", "secret": {"secretName": "key"}}],
                    **main(volumeMounts=[{"name": "v", "mountPath": "/v"}]),
                }
            )
        ),
        "create secret generic key",
    ),
    "crash of one": (lambda: fallen("crash"), "delete pod agent-"),
    "never ready": (lambda: fallen("never-ready"), "delete pod agent-"),
    "crash of a version": (lambda: rolled(marked("exit=1@2")), "rollout undo ds/agent"),
    "readiness of a version": (
        lambda: rolled(marked("ready=no", readinessProbe=READY)),
        "rollout undo ds/agent",
    ),
    "out of memory": (memory, "set resources ds/agent -c main --limits=memory=128Mi"),
    "maxUnavailable": (unavailable, "delete pod agent-"),
    "OnDelete": (on_delete, '"type":"RollingUpdate"'),
    "paused": (paused, "rollout resume deployment/web"),
    "partition": (partition, '"partition":0'),
    "two at a time": (ordered, "delete pod web-2"),
    "silent Node": (silent_node, "systemctl status kubelet"),
    "disk pressure": (disk, "清理磁盘"),
    "kubelet refuses": (sysctl, '"sysctls":null'),
    "finalizer": (held, '"finalizers":null'),
    "controller": (no_controller, "daemonset-controller"),
}
