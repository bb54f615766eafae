"""The cluster of lesson 10, and where each of its steps begins: at the end of the step before."""

from __future__ import annotations

from typing import Any

import yaml

from k8slearn.apimachinery.objects import Object, labels, name
from k8slearn.cluster import Cluster

AGENT = "log-agent"
IMAGE = "example.com/log-agent:"
CONTROL, GPU, SPOT = "node-role.kubernetes.io/control-plane", "nvidia.com/gpu", "spot"
LEEWAY, WARM = 3, 20
DEAD = ("spot2", "spot4", "spot5")
TEMPLATE = """
tolerations:
- {key: node-role.kubernetes.io/control-plane, operator: Exists, effect: NoSchedule}
- {key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}
- {key: spot, operator: Exists, effect: NoSchedule}
affinity:
  nodeAffinity:
    requiredDuringSchedulingIgnoredDuringExecution:
      nodeSelectorTerms:
      - matchExpressions: [{key: site, operator: NotIn, values: [edge]}]
containers:
- name: agent
  image: example.com/log-agent:1.0
  resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 128Mi}}
"""
ON_ITS_NODE = """
containers:
- name: agent
  image: example.com/log-agent:1.0
  resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 128Mi}}
  env:
  - {name: NODE_NAME, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
  ports:
  - {containerPort: 24224, hostPort: 24224}
  volumeMounts:
  - {name: logs, mountPath: /var/log, readOnly: true}
  - {name: state, mountPath: /var/lib/log-agent}
volumes:
- {name: logs, hostPath: {path: /var/log}}
- {name: state, hostPath: {path: /var/lib/log-agent, type: DirectoryOrCreate}}
"""


def mixed() -> Cluster:
    """Thirty Nodes of five kinds; on two of those with a GPU there is hardly any CPU left."""
    cluster = Cluster(seed=10)
    for number in range(1, 10):
        cluster.add_node(f"app{number}")
    for number in range(1, 4):
        cluster.add_node(
            f"control{number}", labels={CONTROL: ""}, taints=[f"{CONTROL}:NoSchedule"]
        )
    for number in range(1, 7):
        cluster.add_node(
            f"edge{number}",
            labels={"site": "edge"},
            allocatable={"cpu": "1", "memory": "1Gi"},
        )
        cluster.add_node(
            f"gpu{number}", labels={"hw": "gpu"}, taints=[f"{GPU}=present:NoSchedule"]
        )
        add_spot(cluster, f"spot{number}")
    for number in (1, 2):
        cluster.create(_training(f"gpu{number}"))
    cluster.run_until_quiet()
    return cluster


def add_spot(cluster: Cluster, node: str) -> None:
    """A Node that the cloud may take back at any time."""
    cluster.add_node(
        node, labels={"lifecycle": "spot"}, taints=[f"{SPOT}=true:NoSchedule"]
    )


def _training(node: str) -> Object:
    container = {
        "name": "train",
        "image": "example.com/train:3",
        "resources": {"requests": {"cpu": "3900m"}},
    }
    spec = {"nodeName": node, "containers": [container]}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": f"train-{node}"},
        "spec": spec,
    }


def apply_agent(cluster: Cluster, pod_spec: Any) -> None:
    """Roll out the agent with this Pod spec and let it settle."""
    marks = {"app": AGENT}
    template = {"metadata": {"labels": marks}, "spec": pod_spec}
    spec = {"selector": {"matchLabels": marks}, "template": template}
    cluster.apply(
        {
            "apiVersion": "apps/v1",
            "kind": "DaemonSet",
            "metadata": {"name": AGENT},
            "spec": spec,
        }
    )
    cluster.run_until_quiet()


def placed() -> Cluster:
    """The agent is where it belongs."""
    cluster = mixed()
    apply_agent(cluster, yaml.safe_load(TEMPLATE))
    return cluster


def at_home() -> Cluster:
    """It knows its Node, reads its logs, keeps its place in them and listens on its port."""
    cluster = mixed()
    apply_agent(cluster, yaml.safe_load(TEMPLATE) | yaml.safe_load(ON_ITS_NODE))
    return cluster


def _with_target(cluster: Cluster) -> Cluster:
    cluster.patch("DaemonSet", AGENT, {"spec": {"minReadySeconds": WARM}})
    cluster.set_strategy(AGENT, "RollingUpdate", max_unavailable=LEEWAY)
    cluster.run_until_quiet()
    return cluster


def careful() -> Cluster:
    """Its updates keep to the target."""
    return _with_target(at_home())


def upgraded() -> Cluster:
    """Version 1.1 runs everywhere."""
    cluster = at_home()
    cluster.set_strategy(AGENT, "RollingUpdate", max_unavailable="100%")
    cluster.set_image(AGENT, IMAGE + "1.1")
    cluster.run_until_quiet()
    return _with_target(cluster)


def with_bad_image() -> Cluster:
    """Somebody has rolled out an image that cannot be pulled, two minutes ago."""
    cluster = upgraded()
    cluster.set_image(AGENT, IMAGE + "1.2-broken")
    cluster.run(120)
    return cluster


def with_dead_spots() -> Cluster:
    """In the midst of an upgrade three Nodes died and two others came."""
    cluster = upgraded()
    cluster.set_image(AGENT, IMAGE + "1.2")
    cluster.run(40)
    for node in DEAD:
        cluster.slow_kubelet(node, 1e6)
        cluster.set_node_ready(node, "Unknown")
        for pod in agents(cluster.list("Pod")):
            if pod["spec"].get("nodeName") == node:
                cluster.become(name(pod), "unready")
    for node in ("spot7", "spot8"):
        add_spot(cluster, node)
    cluster.run(300)
    return cluster


def agents(pods: list[Object]) -> list[Object]:
    """The Pods that carry the agent's label."""
    return [pod for pod in pods if labels(pod).get("app") == AGENT]
