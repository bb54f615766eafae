"""What the controller's decision functions say of a DaemonSet at one moment, present or past."""

from __future__ import annotations

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
from k8slearn.controllers.daemon.history import construct_history
from k8slearn.controllers.daemon.pods import NodePods, assess_node
from k8slearn.controllers.daemon.update import Rollout, rolling_update
from k8slearn.kinds.pod.state import get_target_node_name


@dataclass(frozen=True, slots=True)
class Outlook:
    """A DaemonSet with its Nodes as the controller assesses them, and the round of the rolling update it would decide.

    `numbers` maps the hash of each revision to its number; `rollout` is None under OnDelete.
    """

    daemon_set: Object
    revision_hash: str
    numbers: dict[str, int]
    nodes: dict[str, NodePods]
    rollout: Rollout | None


def outlook(reader: Reader, daemon_set: Object, now: float, only: str = "") -> Outlook:
    """Ask the decision functions what they make of the objects at `now` (simulated seconds).

    With `only`, one Node is looked at and no round is decided, which at many Nodes is much quicker.
    """
    place = namespace(daemon_set)
    own = [
        r
        for r in reader.list("ControllerRevision", place)
        if controller_uid(r) == uid(daemon_set)
    ]
    current = construct_history(daemon_set, own).current
    revision_hash = labels(current).get(HASH_LABEL, "") if current else ""
    pods: dict[str, list[Object]] = {}
    for pod in reader.list("Pod", place):
        if controller_uid(pod) == uid(daemon_set):
            pods.setdefault(get_target_node_name(pod), []).append(pod)
    nodes: dict[str, Object | None] = {name(node): node for node in reader.list("Node")}
    nodes |= dict.fromkeys(pods.keys() - nodes.keys())
    nodes = {node: o for node, o in nodes.items() if only in ("", node)}
    assessed = {
        node: assess_node(daemon_set, o, node, pods.get(node, []), revision_hash, now)
        for node, o in nodes.items()
    }
    strategy = (daemon_set["spec"].get("updateStrategy") or {}).get(
        "type", "RollingUpdate"
    )
    rollout = (
        rolling_update(daemon_set, list(assessed.values()))
        if strategy == "RollingUpdate" and not only
        else None
    )
    numbers = {labels(r).get(HASH_LABEL, ""): int(r["revision"]) for r in own}
    return Outlook(daemon_set, revision_hash, numbers, assessed, rollout)
