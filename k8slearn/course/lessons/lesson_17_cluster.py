"""The cluster of lesson 17, and where each of its steps begins: at the end of the step before."""

from __future__ import annotations

from typing import Any

import yaml

from k8slearn.apimachinery.objects import Object, labels
from k8slearn.cluster import Cluster
from k8slearn.course.lessons.shared_starts import (
    container,
    daemon_set,
    pod,
    priority_class,
)

AGENT = "log-agent"
IMAGE = "example.com/log-agent:"
BAD_IMAGE = IMAGE + "1.2-rc1"
CONTROL = "node-role.kubernetes.io/control-plane"
GPU = "nvidia.com/gpu"
SPOT = "spot"
# The target that the lesson sets itself: of 24 Nodes at most three without an agent, so that 21 have one; and an agent
# counts as there when it has been ready for 20 seconds.
TARGET = 21
LEEWAY = 3
WARM = 20
# As many as the leeway, so that the upgrade halts although its settings are right.
DEAD = {"spot2", "spot4", "spot5"}
# The agent's actual use, by the text of the task; and for how many seconds it flushes its buffer when stopped.
USED = {"cpu": "50m", "memory": "90Mi"}
FLUSH = 45
# Nodes where a model is trained and hardly any CPU is left.
TRAINING = ("gpu1", "gpu2")
CLASSES = {"batch": 100, "online": 10000}
PLACEMENT = """
tolerations:
- {key: node-role.kubernetes.io/control-plane, operator: Exists, effect: NoSchedule}
- {key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}
- {key: spot, operator: Exists, effect: NoSchedule}
affinity:
  nodeAffinity:
    requiredDuringSchedulingIgnoredDuringExecution:
      nodeSelectorTerms:
      - matchExpressions: [{key: site, operator: NotIn, values: [edge]}]
"""
TEMPLATE = (
    PLACEMENT
    + """
containers:
- name: agent
  image: example.com/log-agent:1.0
  resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 128Mi}}
"""
)
IN_BUDGET = """
priorityClassName: agents
containers:
- name: agent
  image: example.com/log-agent:1.0
  resources: {requests: {cpu: 80m, memory: 128Mi}, limits: {memory: 200Mi}}
"""
ON_ITS_NODE = """
containers:
- name: agent
  image: example.com/log-agent:1.0
  resources: {requests: {cpu: 80m, memory: 128Mi}, limits: {memory: 200Mi}}
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
HEALTH = """
terminationGracePeriodSeconds: 60
containers:
- name: agent
  readinessProbe: {httpGet: {path: /ready, port: 2020}, periodSeconds: 5}
"""


def mixed() -> Cluster:
    """Thirty Nodes of five kinds; on two of those with a GPU there is hardly any CPU left."""
    cluster = Cluster(seed=17, kubelet="auto")
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
    for named, value in CLASSES.items():
        cluster.create(priority_class(named, value))
    # 100m of their 4 CPUs are left, just what the lesson's first agent asks for.
    training = container("train", "example.com/train:3", cpu="3900m")
    for node in TRAINING:
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
    """After step 1: the agent is where it belongs."""
    cluster = mixed()
    cluster.behave(f"mem={USED['memory']}", selector=f"app={AGENT}")
    apply_agent(cluster, yaml.safe_load(TEMPLATE))
    return cluster


def _with_agent(does: str, *parts: str) -> Cluster:
    """The agent with these parts of its Pod spec, where later parts come first, and a priority of its own."""
    cluster = mixed()
    cluster.behave(does, selector=f"app={AGENT}")
    cluster.create(priority_class("agents", 1000))
    spec: dict[str, Any] = {}
    for part in (PLACEMENT, IN_BUDGET, *parts):
        spec |= yaml.safe_load(part)
    apply_agent(cluster, spec)
    return cluster


def in_budget() -> Cluster:
    """After step 2: it requests what was granted, and has priority over batch work."""
    # It stops at once: with the flush, step 3 would take twelve minutes one by one, and a check might see an update
    # that is only half done.
    return _with_agent(f"mem={USED['memory']}")


def at_home() -> Cluster:
    """After step 3: it knows its Node, reads its logs, keeps its position in them and listens on its port."""
    # It takes a while to flush its buffer when it is told to stop.
    return _with_agent(f"mem={USED['memory']} term={FLUSH}", ON_ITS_NODE)


def not_in_service() -> Cluster:
    """The same, with a faster update strategy, since nobody depends on it yet."""
    cluster = at_home()
    # All may be replaced at once, so trials are short.
    cluster.set_strategy(AGENT, "RollingUpdate", max_unavailable="100%")
    cluster.run_until_quiet()
    return cluster


def healthy() -> Cluster:
    """After step 4: it reports readiness, and has enough time to stop."""
    cluster = not_in_service()
    health = {"spec": {"template": {"spec": yaml.safe_load(HEALTH)}}}
    cluster.patch("DaemonSet", AGENT, health)
    cluster.run_until_quiet()
    return cluster


def _with_target(cluster: Cluster) -> Cluster:
    cluster.patch("DaemonSet", AGENT, {"spec": {"minReadySeconds": WARM}})
    cluster.set_strategy(AGENT, "RollingUpdate", max_unavailable=LEEWAY)
    cluster.run_until_quiet()
    return cluster


def careful() -> Cluster:
    """After step 5: its updates keep to the target."""
    return _with_target(healthy())


def upgraded() -> Cluster:
    """After step 6: version 1.1 runs everywhere."""
    cluster = healthy()
    cluster.set_image(AGENT, IMAGE + "1.1")
    cluster.run_until_quiet()
    return _with_target(cluster)


def with_bad_image() -> Cluster:
    """Five minutes after the rollout of a version that starts and then does nothing."""
    cluster = upgraded()
    cluster.behave("ready=no", runs=BAD_IMAGE)
    cluster.set_image(AGENT, BAD_IMAGE)
    cluster.run(300)
    return cluster


def with_dead_spots() -> Cluster:
    """In the midst of an upgrade three Nodes died and two others came."""
    cluster = upgraded()
    cluster.set_image(AGENT, IMAGE + "1.2")
    # Long enough for some batches, too short for all.
    cluster.run(200)
    for node in sorted(DEAD):
        cluster.set_node_ready(node, "Unknown")
    for node in ("spot7", "spot8"):
        add_spot(cluster, node)
    cluster.run(400)
    return cluster


def agents(pods: list[Object]) -> list[Object]:
    """The Pods that carry the agent's label."""
    return [pod for pod in pods if labels(pod).get("app") == AGENT]
