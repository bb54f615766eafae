"""The exercises of lesson 05b."""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.cluster import Cluster
from k8slearn.course.checking import Attempt, Missing, missing, rule
from k8slearn.course.lessons.shared_starts import container, daemon_set

DEVICE_PLUGIN = "nvcr.io/nvidia/k8s-device-plugin:v0.17.4"
GPU = "nvidia.com/gpu"

# A device plugin for the Nodes with a GPU ---------------------------------------------------------------------


def with_gpus() -> Cluster:
    """Two ordinary Nodes, two with a GPU, and one with a GPU that is being repaired."""
    cluster = Cluster(nodes=2, seed=5)
    marked = {"accelerator": "nvidia"}
    # The same key with two values: a toleration of one of them opens one of the Nodes.
    cluster.add_node("gpu1", labels=marked, taints=[f"{GPU}=t4:NoSchedule"])
    cluster.add_node("gpu2", labels=marked, taints=[f"{GPU}=a100:NoSchedule"])
    in_repair = [f"{GPU}=a100:NoSchedule", "repair=true:NoSchedule"]
    cluster.add_node("gpu3", labels=marked, taints=in_repair)
    cluster.apply(daemon_set("gpu-plugin", container("gpu-plugin", DEVICE_PLUGIN)))
    cluster.run_until_quiet()
    return cluster


@rule("placement-gpu", with_gpus)
def gpu(attempt: Attempt) -> Iterator[Missing]:
    """Both halves: a toleration that opens the door, and a selector that keeps the Pods from everywhere else."""
    changed = attempt.changed_nodes()
    if changed:
        yield missing("node-changed", nodes=changed)
    homes = attempt.homes("gpu-plugin")
    if "gpu3" in homes:
        yield missing("in-repair")
    if not homes:
        yield missing("selected-only")
    gpus = homes & {"gpu1", "gpu2"}
    ordinary = homes - gpus
    if not gpus:
        yield missing("no-gpu")
    if len(gpus) == 1:
        other = {"gpu1", "gpu2"} - gpus
        yield missing("one-value", here=gpus, nodes=other)
    if ordinary:
        yield missing("ordinary", nodes=ordinary)


# A toleration that does not fit -------------------------------------------------------------------------------


def with_wrong_effect() -> Cluster:
    """A toleration for NoExecute, where the taint says NoSchedule; and a Node that is dedicated to something else."""
    cluster = Cluster(nodes=2, seed=5)
    cluster.add_node("batch1", taints=["dedicated=batch:NoSchedule"])
    cluster.add_node("db1", taints=["dedicated=db:NoSchedule"])
    for_batch = {
        "key": "dedicated",
        "operator": "Equal",
        "value": "batch",
        "effect": "NoExecute",
    }
    agent = container("log-agent", "fluent/fluent-bit:4.0")
    cluster.apply(daemon_set("log-agent", agent, pod={"tolerations": [for_batch]}))
    cluster.run_until_quiet()
    return cluster


@rule("placement-toleration", with_wrong_effect)
def toleration(attempt: Attempt) -> Iterator[Missing]:
    """The toleration mended, neither the taint changed nor everything tolerated."""
    changed = attempt.changed_nodes()
    if changed:
        yield missing("taint-changed", nodes=changed)
    homes = attempt.homes("log-agent")
    # db1 is there for this: without a value or a key the toleration fits its taint as well.
    if "db1" in homes:
        yield missing("too-wide")
    lost = {"node1", "node2"} - homes
    if lost:
        yield missing("lost", nodes=lost)
    if "batch1" not in homes:
        yield missing("kept-off")
