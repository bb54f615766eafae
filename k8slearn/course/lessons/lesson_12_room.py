"""The exercises of lesson 12."""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.apimachinery import quantity
from k8slearn.apimachinery.objects import Object
from k8slearn.cluster import Cluster
from k8slearn.course.checking import (
    Attempt,
    Missing,
    container_of,
    memory_limit,
    missing,
    no_global_default,
    requests_of,
    rule,
)
from k8slearn.course.lessons.shared_starts import (
    container,
    daemon_set,
    pod,
    priority_class,
)
from k8slearn.manifests import manifest

AGENT = "agent"
# The agent's actual use, by its script and by the text of the task.
USED = "200Mi"
SIZES = {"big1": "8Gi", "big2": "8Gi", "small": "1Gi"}

# A request that the smallest Node has room for ---------------------------------------------------------------


def too_large() -> Cluster:
    """The agent asks for more than the small Node has left beside a cache; on the others it runs."""
    cluster = Cluster(seed=12, kubelet="auto")
    for name, memory in SIZES.items():
        cluster.add_node(name, allocatable={"cpu": "2", "memory": memory})
    cluster.behave(f"mem={USED}", selector=f"app={AGENT}")
    room = {"requests": {"memory": "500Mi"}}
    cache = container("cache", "redis:8", resources=room)
    cluster.apply(pod("cache", cache, nodeSelector={"kubernetes.io/hostname": "small"}))
    asked = "        resources: {requests: {memory: 800Mi}, limits: {memory: 1Gi}}\n"
    cluster.apply(manifest(AGENT) + asked)
    cluster.run(60)
    return cluster


@rule("room-fit", too_large)
def fit(attempt: Attempt) -> Iterator[Missing]:
    """On all Nodes, with a request that covers what it uses and a limit that does not kill it."""
    changed = attempt.changed_nodes()
    if changed:
        yield missing("node-changed", nodes=changed)
    if attempt.replaced("Pod", "cache"):
        yield missing("cache")
    daemon_set = attempt.daemon_set(AGENT)
    for agent in attempt.sized(AGENT):
        yield from _sizes(agent)
    homes = attempt.homes(AGENT)
    if daemon_set["status"]["desiredNumberScheduled"] < len(SIZES):
        yield missing("left-out")
    lost = set(SIZES) - homes
    if lost:
        yield missing("pending", nodes=lost)


def _sizes(agent: Object) -> Iterator[Missing]:
    """What is wrong with the memory request and limit, apart from the room on Nodes."""
    asked = requests_of(agent).get("memory")
    if asked is None:
        yield missing("best-effort")
    elif quantity.compare(asked, USED) < 0:
        yield missing("too-small", written=asked)
    most = memory_limit(agent)
    if most is not None and quantity.compare(most, USED) <= 0:
        yield missing("killed", written=most)


# A priority between two others -------------------------------------------------------------------------------

WEB, BATCH = 1000, 10
CPU = "1"


def crowded() -> Cluster:
    """Three Nodes filled by `web`, which is more important than the agent, and by `batch`, which is less."""
    cluster = Cluster(nodes=3, seed=12)
    for named, value in (("web", WEB), ("batch", BATCH)):
        cluster.apply(priority_class(named, value))
    # Half of a CPU of 4 is left, too little for the agent.
    for named, cpu in (("web", "2"), ("batch", "1500m")):
        main = container(named, f"example.com/{named}:1.0", cpu=cpu)
        cluster.apply(daemon_set(named, main, pod={"priorityClassName": named}))
    cluster.run_until_quiet()
    agent = container(AGENT, "example.com/agent:1.0", cpu=CPU)
    cluster.apply(daemon_set(AGENT, agent))
    cluster.run_until_quiet()
    return cluster


@rule("room-priority", crowded)
def priority(attempt: Attempt) -> Iterator[Missing]:
    """The agent runs everywhere at the cost of `batch`, and will never run at the cost of `web`."""
    if len(attempt.kept("web")) < len(attempt.cluster.list("Node")):
        yield missing("web")
    if attempt.edited("DaemonSet", "batch"):
        yield missing("batch")
    asked = requests_of(container_of(attempt.daemon_set(AGENT))).get("cpu")
    if asked is None or quantity.compare(asked, CPU) < 0:
        yield missing("shrunk")
    yield from no_global_default(attempt)
    values = {pod["spec"].get("priority", 0) for pod in attempt.pods(AGENT)}
    highest = max(values, default=0)
    if highest > WEB:
        yield missing("above-web", value=highest)
    if len(attempt.homes(AGENT)) < 3:
        key = "low" if highest else "pending"
        # A sufficient priority makes no room if its class forbids preemption.
        if highest > BATCH:
            key = "never"
        yield missing(key, value=highest)
