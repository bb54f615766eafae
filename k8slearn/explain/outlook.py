"""What the controller would decide about a DaemonSet at one moment, present or past."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import (
    HASH_LABEL,
    Object,
    controller_uid,
    labels,
    name,
    namespace,
    uid,
)
from k8slearn.controllers.daemon.decide import Sync, current_hash, decide
from k8slearn.controllers.daemon.pods import NodePods
from k8slearn.controllers.daemon.tally import assess_nodes
from k8slearn.controllers.daemon.update import Rollout
from k8slearn.kinds.pod.state import get_target_node_name


@dataclass(frozen=True, slots=True)
class Outlook:
    """A DaemonSet with its Nodes as the controller assesses them, and what it would decide.

    `numbers` maps the hash of each revision to its number. `decided` is None when only one Node was looked at.
    """

    daemon_set: Object
    revision_hash: str
    numbers: dict[str, int]
    nodes: dict[str, NodePods]
    decided: Sync | None

    @property
    def rollout(self) -> Rollout | None:
        """The round of the rolling update; None under OnDelete, and where only one Node was looked at."""
        return None if self.decided is None else self.decided.rollout


def outlook(reader: Reader, daemon_set: Object, now: float, only: str = "") -> Outlook:
    """Have the controller's `decide` look at the objects as they are at `now` (simulated seconds).

    With `only`, one Node is looked at and nothing decided, which at many Nodes is much quicker.
    """
    place = namespace(daemon_set)
    revisions = _own(daemon_set, reader.list("ControllerRevision", place))
    revision_hash = current_hash(daemon_set, revisions)
    pods: dict[str, list[Object]] = defaultdict(list)
    for pod in _own(daemon_set, reader.list("Pod", place)):
        pods[get_target_node_name(pod)].append(pod)
    nodes = _nodes(reader, pods, only)
    tally = assess_nodes(daemon_set, nodes, pods, revision_hash, now)
    decided = None if only else decide(daemon_set, tally)
    numbers = {labels(r).get(HASH_LABEL, ""): int(r["revision"]) for r in revisions}
    return Outlook(daemon_set, revision_hash, numbers, tally.nodes, decided)


def _own(daemon_set: Object, objects: list[Object]) -> list[Object]:
    """Those whose controller the DaemonSet is; unlike the controller, nobody here adopts."""
    return [o for o in objects if controller_uid(o) == uid(daemon_set)]


def _nodes(
    reader: Reader, pods: dict[str, list[Object]], only: str
) -> dict[str, Object | None]:
    """The Nodes by name, None for those that are gone and still have a Pod."""
    nodes: dict[str, Object | None] = {name(o): o for o in reader.list("Node")}
    for node in pods:
        nodes.setdefault(node, None)
    # A Pod that names no Node is nowhere.
    nodes.pop("", None)
    if not only:
        return nodes
    return {only: nodes[only]} if only in nodes else {}
