"""What the patients of the clinic share: helpers to set up their faults and to check their cure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from k8slearn.apimachinery.objects import (
    Object,
    controller_ref,
    is_deleting,
    name,
)
from k8slearn.cluster import Cluster
from k8slearn.course.checking import (
    Attempt,
    Missing,
    missing,
    node_of,
    pod_spec,
    requests_of,
)
from k8slearn.course.variants import PLAIN, Variant
from k8slearn.kinds.pod.state import host_ports, is_pod_ready

NODES = ("node1", "node2", "node3", "node4")
FILEBEAT = "ikubernetes/filebeat"
MINUTE = 60
DAY = 24 * 3600


# Choices for students' variants. The order of the Nodes stays, since it decides which one is updated first.
OWN_NODES = (
    "node1, node2, node3, node4",
    "bj1, bj2, bj3, bj4",
    "rack11, rack12, rack13, rack14",
    "host-a, host-b, host-c, host-d",
)
OWN_FILEBEAT = ("filebeat-ds", "beats-ds", "logship-ds", "collector-ds")
OWN_LOG_AGENT = ("log-agent", "audit-agent", "net-agent", "trace-agent")
OWN_SINK = ("redis.default", "kafka.default", "loki.default", "queue.default")
OWN_HEALTH_PORTS = ("9100, 9200", "8080, 8081", "2020, 2021", "9080, 9095")
# The Node without an ssd is not always the last, so the learner has to look it up.
OWN_SSD_NODES = (
    "node1, node2, node3, node4",
    "bj1, bj2, bj4, bj3",
    "rack11, rack13, rack14, rack12",
    "host-b, host-c, host-d, host-a",
)
OWN_CACHE = ("cache", "image-cache", "model-cache", "blob-cache")
OWN_DISK = ("disk", "storage", "media", "volume-type")
OWN_CACHE_VERSIONS = ("1.0, 1.1", "1.4, 1.5", "2.0, 2.1", "3.6, 3.7")


def with_nodes(own: Variant, nodes: tuple[str, ...] = NODES, **options: Any) -> Cluster:
    """A cluster with these Nodes, under the variant's names for them."""
    if own == PLAIN:
        return Cluster(nodes=len(nodes), seed=8, **options)
    cluster = Cluster(seed=8, **options)
    for node in nodes:
        cluster.add_node(own(node))
    return cluster


def own_nodes(attempt: Attempt) -> set[str]:
    """The names of these four Nodes."""
    return set(map(attempt.own, NODES))


def a_quiet_day(cluster: Cluster) -> None:
    """Let a day pass before the fault, so that the story agrees with the ages that kubectl prints."""
    cluster.run_until_quiet()
    cluster.run(DAY)


def change_template(
    cluster: Cluster, named: str, *containers: Object, **pod: Any
) -> None:
    """Update the template, and run until the rollout is stuck."""
    template = {"spec": {"containers": list(containers), **pod}}
    cluster.patch("DaemonSet", named, {"spec": {"template": template}})
    cluster.run_until_quiet()


def keep_tags(cluster: Cluster, repository: str, *tags: str) -> None:
    """Let a repository have these tags and no others."""
    # By `alter`, which is noted in the log, so that forks and replays have the fault too.
    cluster.alter(
        lambda plane: plane.kubelet.faults.tags.update({repository: tags}),
        "registry",
        repository,
    )


def cpu_of(daemon: Object, named: str) -> str:
    """The CPU request of a container in the template, '' for none."""
    for container in pod_spec(daemon)["containers"]:
        if container["name"] == named:
            return str(requests_of(container).get("cpu", ""))
    return ""


def opened_ports(daemon: Object) -> set[int]:
    """The ports of the Node that a DaemonSet's Pods take."""
    pod_of_template = {"spec": pod_spec(daemon)}
    return {port for _, _, port in host_ports(pod_of_template)}


def same_patient(attempt: Attempt, named: str) -> Iterator[Missing]:
    """Check that the DaemonSet was neither deleted nor created anew."""
    # First in every check: creating it anew cures most faults, but interrupts the service.
    if attempt.get("DaemonSet", named) is None:
        yield missing("deleted")
    elif attempt.rebuilt(named):
        yield missing("rebuilt")


def changed(attempt: Attempt, named: str, field: str) -> bool:
    """Whether a field of a DaemonSet's spec is no longer what it was."""
    before = attempt.at_start("DaemonSet", named)
    if before is None:
        return False
    now = attempt.daemon_set(named)
    value = now["spec"].get(field)
    return bool(before["spec"].get(field) != value)


def rolled_out(attempt: Attempt, named: str) -> bool:
    """Whether every wanted Node has an available Pod of the present template."""
    # The counts that `kubectl rollout status` uses (rollout_status.go).
    status = attempt.daemon_set(named).get("status", {})
    wanted = status.get("desiredNumberScheduled", 0)
    updated = status.get("updatedNumberScheduled", 0)
    available = status.get("numberAvailable", 0)
    return bool(wanted == updated == available)


def deleted_by_hand(attempt: Attempt) -> bool:
    """Whether the learner deleted Pods of a DaemonSet."""
    for change in attempt.cluster.store.log.changes:
        if change.revision <= attempt.since or change.actor != "user":
            continue
        pod = change.object
        # A deletion first marks the Pod; without a grace period the Pod goes at once.
        going = change.type == "DELETED" or is_deleting(pod)
        if pod["kind"] == "Pod" and controller_ref(pod) is not None and going:
            return True
    return False


def stuck(attempt: Attempt, named: str, otherwise: str) -> Iterator[Missing]:
    """The message for a rollout that is still stuck: Pods were deleted by hand, or `otherwise`."""
    if not rolled_out(attempt, named):
        yield missing("by-hand" if deleted_by_hand(attempt) else otherwise)


def ready_on(attempt: Attempt, named: str) -> set[str]:
    """The Nodes with a ready Pod of this name, or of this name with a number, such as shop-1."""
    found = set()
    for pod in attempt.cluster.list("Pod", "default"):
        own = name(pod).startswith(f"{named}-")
        if own and is_pod_ready(pod) and not is_deleting(pod):
            found.add(node_of(pod))
    return found


def taints_changed(attempt: Attempt, node: str) -> bool:
    """Whether a Node that was there at the beginning has other taints now."""
    before = attempt.at_start("Node", node) or {}
    taints = before.get("spec", {}).get("taints")
    now = attempt.need("Node", node).get("spec", {})
    return bool(taints != now.get("taints"))
