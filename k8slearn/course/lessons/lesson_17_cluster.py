"""The cluster of lesson 17, and where each of its steps begins: at the end of the step before."""

from __future__ import annotations

from typing import Any

import yaml

from k8slearn.apimachinery.objects import Object, labels, name
from k8slearn.cluster import Cluster
from k8slearn.course.checking import node_of
from k8slearn.course.lessons.shared_starts import container, daemon_set, pod

AGENT = "log-agent"
IMAGE = "example.com/log-agent:"
BAD_IMAGE = IMAGE + "1.2-broken"
CONTROL = "node-role.kubernetes.io/control-plane"
GPU = "nvidia.com/gpu"
SPOT = "spot"
# The target that the lesson sets itself: of 24 Nodes at most three without an agent, so that 21 have one; and an agent
# counts as there when it has been ready for 20 seconds.
TARGET = 21
LEEWAY = 3
WARM = 20
# As many as the leeway: so the upgrade halts, though its settings are right.
DEAD = {"spot2", "spot4", "spot5"}
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
    # 100m of their 4 CPUs are left, just what the lesson's agent asks for.
    training = container("train", "example.com/train:3", cpu="3900m")
    for node in ("gpu1", "gpu2"):
        cluster.create(pod(f"train-{node}", training, nodeName=node))
    cluster.run_until_quiet()
    return cluster


def add_spot(cluster: Cluster, node: str) -> None:
    """A Node that the cloud may take back at any time."""
    cluster.add_node(
        node, labels={"lifecycle": "spot"}, taints=[f"{SPOT}=true:NoSchedule"]
    )


def apply_agent(cluster: Cluster, pod_spec: Any) -> None:
    """Roll out the agent with this Pod spec and let it settle."""
    cluster.apply(daemon_set(AGENT, pod=pod_spec))
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
    # All at once, since nobody looks: this is how the step begins, not what it is about.
    cluster.set_strategy(AGENT, "RollingUpdate", max_unavailable="100%")
    cluster.set_image(AGENT, IMAGE + "1.1")
    cluster.run_until_quiet()
    return _with_target(cluster)


def with_bad_image() -> Cluster:
    """Somebody has rolled out an image that cannot be pulled, two minutes ago."""
    cluster = upgraded()
    cluster.set_image(AGENT, BAD_IMAGE)
    cluster.run(120)
    return cluster


def with_dead_spots() -> Cluster:
    """In the midst of an upgrade three Nodes died and two others came."""
    cluster = upgraded()
    cluster.set_image(AGENT, IMAGE + "1.2")
    # Some batches are done by then, and others are not.
    cluster.run(40)
    for node in sorted(DEAD):
        # A machine without power: its kubelet does nothing any more, and its Pods answer nobody.
        cluster.slow_kubelet(node, 1e6)
        cluster.set_node_ready(node, "Unknown")
        for each in agents(cluster.list("Pod")):
            if node_of(each) == node:
                cluster.become(name(each), "unready")
    for node in ("spot7", "spot8"):
        add_spot(cluster, node)
    cluster.run(300)
    return cluster


def agents(pods: list[Object]) -> list[Object]:
    """The Pods that carry the agent's label."""
    return [pod for pod in pods if labels(pod).get("app") == AGENT]
