"""The gallery's trials with faults: a version that does nothing, a leak, a full Node, no network.

The Nodes fit the manifest, so that only the fault counts; where the kubelet matters, it is a complete one.
"""

from __future__ import annotations

from typing import Any

from k8slearn.apimachinery.objects import Object, name, namespace
from k8slearn.cluster import Cluster
from k8slearn.course.checking import image_of, pod_spec
from k8slearn.locale import course as words

NEXT = "example.com/next:2.0"
FLEET = 5
# Twenty Nodes: a fifth of them is more than the default of one.
MANY = 20
# Seconds: longer than all Nodes take in batches.
LONG = 600


def brake(daemon_set: Object, _: str) -> str:
    """How far a version gets that starts and then does nothing."""
    cluster = _fleet(daemon_set)
    own = namespace(daemon_set)
    cluster.behave("ready=no", runs=NEXT, namespace=own)
    cluster.set_image(name(daemon_set), NEXT, namespace=own)
    cluster.run(LONG)
    images = list(map(image_of, cluster.list("Pod", own)))
    return words.MUTE_VERSION.format(count=images.count(NEXT), nodes=FLEET)


def hang(daemon_set: Object, _: str) -> str:
    """Whether a container that hangs, and fails its probes, is restarted."""
    cluster = _fleet(daemon_set)
    own = namespace(daemon_set)
    cluster.behave("alive=no", selector="", namespace=own)
    cluster.run(LONG)
    restarts = _restarts(cluster, own)
    return words.HANGS_RESTARTED if restarts else words.HANGS_ON


def leak(daemon_set: Object, _: str) -> str:
    """What a memory leak hits: the container, or others on the Node."""
    cluster = _fleet(daemon_set, memory="3Gi")
    own = namespace(daemon_set)
    cluster.behave(
        "mem=100Mi leak=100Mi/1", selector=_selector(daemon_set), namespace=own
    )
    # A container follows the new behaviour from its next start on.
    for pod in cluster.list("Pod", own):
        if pod["spec"].get("nodeName") == "node1":
            first = pod["spec"]["containers"][0]["name"]
            cluster.end_container(name(pod), first, namespace=own)
    cluster.run(120)
    reasons = {event["reason"] for event in cluster.list("Event", None)}
    evicted = "Evicted" in reasons
    return words.LEAK_ON_NODE if evicted else words.LEAK_IN_CONTAINER


def full(daemon_set: Object, _: str) -> str:
    """Whether a Pod goes to a Node whose CPU is all requested."""
    cluster = Cluster(seed=20, kubelet="instant")
    cluster.add_node("node1", labels=_labels(daemon_set))
    whole = {"requests": {"cpu": "4"}}
    cluster.create(
        _pod("web", {"name": "web", "image": "w:1", "resources": whole}, "node1")
    )
    cluster.run_until_quiet()
    cluster.apply(daemon_set)
    cluster.run_until_quiet()
    mine = [
        pod for pod in cluster.list("Pod", namespace(daemon_set)) if name(pod) != "web"
    ]
    placed = any(pod["spec"].get("nodeName") for pod in mine)
    return words.FULL_PLACED if placed else words.FULL_PENDING


def no_network(daemon_set: Object, _: str) -> str:
    """Whether it runs on a Node without a Pod network."""
    cluster = _with_needs(daemon_set)
    cluster.add_node("node1", labels=_labels(daemon_set))
    cluster.run(20)
    cluster.set_runtime("node1", network=False)
    cluster.run(60)
    cluster.apply(daemon_set)
    cluster.run(120)
    phases = {
        pod["status"]["phase"] for pod in cluster.list("Pod", namespace(daemon_set))
    }
    return words.NO_NETWORK_RUNS if phases == {"Running"} else words.NO_NETWORK_WAITS


def clash(daemon_set: Object, port: str) -> str:
    """What happens to another Pod that wants the same hostPort."""
    cluster = Cluster(1, seed=20, kubelet="instant")
    cluster.apply(daemon_set)
    cluster.run_until_quiet()
    taker = {"name": "other", "image": "o:1", "ports": [{"containerPort": int(port)}]}
    cluster.create(_pod("other", taker, hostNetwork=True))
    cluster.run_until_quiet()
    node = cluster.get("Pod", "other")["spec"].get("nodeName")
    pattern = words.PORT_TAKEN_TWICE if node else words.PORT_KEPT
    return pattern.format(port=port)


def address(daemon_set: Object, _: str) -> str:
    """Whether the address stays when a Pod is replaced."""
    cluster = Cluster(seed=20)
    cluster.add_node("node1", labels=_labels(daemon_set))
    cluster.apply(daemon_set)
    own = namespace(daemon_set)
    found = []
    for _number in range(2):
        cluster.run_until_quiet()
        pod = cluster.list("Pod", own)[0]
        found.append(pod["status"]["podIP"])
        cluster.delete_pod(name(pod), namespace=own)
    return words.ADDRESS_STAYS if len(set(found)) == 1 else words.ADDRESS_CHANGES


def speed(daemon_set: Object, _: str) -> str:
    """How long an update of many Nodes takes."""
    cluster = Cluster(MANY, seed=20)
    own = namespace(daemon_set)
    cluster.apply(daemon_set)
    cluster.run_until_quiet()
    begin = cluster.now
    cluster.set_image(name(daemon_set), NEXT, namespace=own)
    cluster.run_until_quiet()
    return words.UPDATE_TOOK.format(nodes=MANY, seconds=round(cluster.now - begin))


# The stage ------------------------------------------------------------------------------------------------------


def _fleet(daemon_set: Object, memory: str = "8Gi") -> Cluster:
    cluster = _with_needs(daemon_set)
    for number in range(1, FLEET + 1):
        size = {"cpu": "4", "memory": memory}
        cluster.add_node(f"node{number}", labels=_labels(daemon_set), allocatable=size)
    cluster.run(20)
    cluster.apply(daemon_set)
    cluster.run_until_quiet()
    return cluster


def _with_needs(daemon_set: Object) -> Cluster:
    """A cluster with the ConfigMaps and Secrets that the manifest refers to."""
    cluster = Cluster(seed=20, kubelet="auto")
    own = namespace(daemon_set)
    spec = pod_spec(daemon_set)
    for volume in spec.get("volumes") or ():
        if "configMap" in volume:
            _make(cluster, "ConfigMap", volume["configMap"]["name"], own)
    for container in spec.get("initContainers") or ():
        # Such init containers copy a file or two and end.
        cluster.behave("exit=0@1", container=container["name"], namespace=own)
    for container in spec["containers"]:
        for entry in container.get("env") or ():
            source = (entry.get("valueFrom") or {}).get("secretKeyRef")
            if source:
                _make(cluster, "Secret", source["name"], own, {source["key"]: "MQ=="})
    return cluster


def _make(cluster: Cluster, kind: str, named: str, own: str, data: Any = None) -> None:
    made = {
        "apiVersion": "v1",
        "kind": kind,
        "metadata": {"name": named, "namespace": own},
    }
    cluster.create({**made, "data": data or {}})


def _labels(daemon_set: Object) -> dict[str, str]:
    """The labels that a Node needs for the DaemonSet."""
    return dict(pod_spec(daemon_set).get("nodeSelector") or {})


def _selector(daemon_set: Object) -> str:
    wanted = daemon_set["spec"]["selector"]["matchLabels"].items()
    return ",".join(f"{key}={value}" for key, value in wanted)


def _pod(named: str, container: Object, node: str = "", **spec: Any) -> Object:
    if node:
        spec["nodeName"] = node
    meta = {"name": named, "namespace": "default"}
    spec["containers"] = [container]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec}


def _restarts(cluster: Cluster, own: str) -> int:
    found = 0
    for pod in cluster.list("Pod", own):
        for status in pod["status"].get("containerStatuses") or ():
            found += status["restartCount"]
    return found
