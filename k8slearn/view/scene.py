"""Scenes: the content of a picture as frozen values, made from Kubernetes objects.

A Scene is a pure function of the objects: equal objects give equal Scenes, so that changes can be found by comparing
values.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, Protocol

from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import (
    Object,
    condition,
    is_deleting,
    labels,
    name,
    namespace,
    uid,
)
from k8slearn.kinds.node import is_cordoned
from k8slearn.kinds.pod.state import get_target_node_name, is_pod_ready
from k8slearn.kinds.pod.state import phase as pod_phase
from k8slearn.kinds.taint import SYSTEM, UNSCHEDULABLE, taint_text
from k8slearn.kinds.workload import replicas_of
from k8slearn.view.ownership import (
    Numbers,
    owner_name,
    revision_mark,
    revision_numbers,
    strategy_text,
)
from k8slearn.view.problems import pod_problem

Natural = tuple[tuple[bool, int, str], ...]


class Readable(Protocol):
    """Anything objects can be listed from: a cluster, a store, a snapshot."""

    def list(self, kind: str) -> list[Object]:
        """All objects of a kind."""


class Phase(StrEnum):
    """The phase of a Pod in a picture."""

    UNBOUND = "unbound"
    STARTING = "starting"
    NOT_READY = "not-ready"
    READY = "ready"
    ENDING = "ending"
    FAILED = "failed"
    SUCCEEDED = "succeeded"


@dataclass(frozen=True, slots=True)
class PodMark:
    """A Pod: its revision (0 for none) and its phase; `problem` is a reason in Kubernetes' words, "" for none.

    `restarts` is the number of restarts of its containers.
    """

    uid: str
    name: str
    owner: str
    revision: int
    phase: Phase
    problem: str = ""
    restarts: int = 0


@dataclass(frozen=True, slots=True)
class NodeCard:
    """A Node with its Pods; `ready` is the condition's status; `gone`: the Node was removed and its Pods are left."""

    name: str
    group: str
    tags: tuple[str, ...] = ()
    taints: tuple[str, ...] = ()
    ready: str = "True"
    cordoned: bool = False
    gone: bool = False
    pods: tuple[PodMark, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """The four numbers above the picture, from the DaemonSet's status."""

    desired: int = 0
    ready: int = 0
    updated: int = 0
    unavailable: int = 0


@dataclass(frozen=True, slots=True)
class Arrow:
    """The acting component changed a Pod (by uid) or, without one, a Node."""

    chip: str
    node: str
    pod: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """One moment: all Nodes with their Pods, and what the last step did."""

    time: float = 0.0
    daemon_set: str = ""
    strategy: str = ""
    counts: Counts = Counts()
    cards: tuple[NodeCard, ...] = ()
    revisions: tuple[int, ...] = ()
    owners: tuple[str, ...] = ()
    group_by: str = ""
    selected: str = ""
    chip: str = ""
    sentence: str = ""
    arrows: tuple[Arrow, ...] = ()


# Several controllers share a chip, since six fit side by side; the garbage collectors have
# similar tasks.
_CHIPS = {
    "user": "user",
    "daemonset-controller": "daemonset-controller",
    "daemonset-controller?": "daemonset-controller",
    "scheduler": "scheduler",
    "kubelet": "kubelet",
    "pod-gc": "garbage-collector",
    "garbage-collector": "garbage-collector",
}
# Labels that every Node has are not shown.
_SYSTEM_LABELS = ("kubernetes.io/", SYSTEM, "beta.kubernetes.io/")


def chip_of(actor: str) -> str:
    """The chip of an actor in the log."""
    return _CHIPS.get(actor, "other")


def phase_of(pod: Object) -> Phase:
    """A Pod's phase; as in kubectl's STATUS, being deleted outweighs its status."""
    if is_deleting(pod):
        return Phase.ENDING
    match pod_phase(pod):
        case "Failed":
            return Phase.FAILED
        case "Succeeded":
            return Phase.SUCCEEDED
        case "Running":
            if is_pod_ready(pod):
                return Phase.READY
            return Phase.NOT_READY
    if pod["spec"].get("nodeName"):
        return Phase.STARTING
    return Phase.UNBOUND


def pod_mark(pod: Object, numbers: Numbers) -> PodMark:
    """The mark of one Pod."""
    key = namespace(pod), revision_mark(pod)
    # Inlined: this runs for every Pod at every redraw.
    restarts = 0
    for container in pod.get("status", {}).get("containerStatuses") or ():
        restarts += int(container.get("restartCount") or 0)
    return PodMark(
        uid=uid(pod),
        name=name(pod),
        owner=owner_name(pod),
        revision=numbers.get(key, 0),
        phase=phase_of(pod),
        problem=pod_problem(pod),
        restarts=restarts,
    )


def short_taint(taint: Mapping[str, Any]) -> str:
    """A taint as in kubectl, without the prefix of Kubernetes' own keys."""
    return taint_text(taint).removeprefix(SYSTEM)


def node_ready(node: Object) -> str:
    """The status of a Node's condition Ready; a Node that has none yet counts as Unknown, as in kubectl."""
    ready = condition(node, "Ready") or {}
    status = str(ready.get("status", ""))
    # A client may write any text; other values count as Unknown.
    if status in ("True", "False"):
        return status
    return "Unknown"


def node_card(
    node: Object,
    pods: Sequence[PodMark],
    group_by: str,
    note: str = "",
) -> NodeCard:
    """The card of one Node."""
    spec = node.get("spec", {})
    return NodeCard(
        name=name(node),
        group=labels(node).get(group_by, "") if group_by else "",
        tags=_tags(labels(node), group_by),
        taints=_taints(spec.get("taints") or ()),
        ready=node_ready(node),
        cordoned=is_cordoned(node),
        pods=tuple(pods),
        note=note,
    )


def _tags(own: Mapping[str, str], group_by: str) -> tuple[str, ...]:
    """The Node's labels without those of every Node and the one to group by."""
    tags = []
    for key, value in sorted(own.items()):
        if key != group_by and not key.startswith(_SYSTEM_LABELS):
            tags.append(f"{key}={value}" if value else key)
    return tuple(tags)


def _taints(taints: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """The taints as texts, without that of `unschedulable`, for which the card says "cordoned"."""
    return tuple(
        short_taint(taint) for taint in taints if taint["key"] != UNSCHEDULABLE
    )


def counts_of(owner: Object) -> Counts:
    """The four numbers of an owner's status: Nodes of a DaemonSet, replicas of others."""
    status = owner.get("status", {})
    if owner.get("kind", "DaemonSet") == "DaemonSet":
        return Counts(
            desired=int(status.get("desiredNumberScheduled", 0)),
            ready=int(status.get("numberReady", 0)),
            updated=int(status.get("updatedNumberScheduled", 0)),
            unavailable=int(status.get("numberUnavailable", 0)),
        )
    desired = replicas_of(owner)
    missing = max(desired - int(status.get("availableReplicas", 0)), 0)
    return Counts(
        desired=desired,
        ready=int(status.get("readyReplicas", 0)),
        # A ReplicaSet has one template only.
        updated=int(status.get("updatedReplicas", status.get("replicas", 0))),
        unavailable=int(status.get("unavailableReplicas", missing)),
    )


# Kinds of owners for the head, DaemonSets first.
_HEADED = ("DaemonSet", "Deployment", "StatefulSet")


def chosen_owner(source: Readable, wanted: str) -> Object | None:
    """The owner of Pods for the head of the picture: the one named `wanted`, or the first one."""
    for kind in _HEADED:
        for owner in source.list(kind):
            if not wanted or name(owner) == wanted:
                return owner
    return None


def age_and_name(o: Object) -> tuple[str, Natural]:
    """A sort key: the oldest first, then by name with numbers in their order (node2 before node10)."""
    return str(o["metadata"].get("creationTimestamp", "")), natural(name(o))


# Twice the Nodes and Pods of a cluster of 5,000: every redraw sorts them all.
@lru_cache(maxsize=20_000)
def natural(text: str) -> Natural:
    """A sort key by which node2 comes before node10."""
    pieces = []
    for piece in re.split(r"(\d+)", text):
        is_number = piece.isdigit()
        pieces.append((is_number, int(piece) if is_number else 0, piece))
    return tuple(pieces)


class PodMarks:
    """Makes the marks of Pods, given the numbers of revisions; the marks of unchanged Pods are cached.

    Objects are never changed in place, so uid and resourceVersion identify their content.
    """

    def __init__(self, numbers: Numbers) -> None:
        self.numbers = numbers
        self._known: dict[tuple[str, str], PodMark] = {}

    def by_node(self, source: Readable) -> dict[str, list[PodMark]]:
        """The marks of all Pods by the Node they are on or meant for."""
        known = self._known
        self._known = {}
        marks: dict[str, list[PodMark]] = defaultdict(list)
        for pod in sorted(source.list("Pod"), key=age_and_name):
            meta = pod["metadata"]
            version = meta.get("uid", ""), meta.get("resourceVersion", "")
            # Pods made by hand may lack both.
            mark = known.get(version) if all(version) else None
            mark = mark or pod_mark(pod, self.numbers)
            self._known[version] = mark
            marks[get_target_node_name(pod)].append(mark)
        return marks


def node_cards(
    source: Readable,
    marks: dict[str, list[PodMark]],
    group_by: str,
    notes: Mapping[str, str],
) -> tuple[NodeCard, ...]:
    """A card for each Node, then one for each Node that is gone and still has Pods."""
    cards = []
    for node in sorted(source.list("Node"), key=age_and_name):
        own = marks.pop(name(node), [])
        cards.append(node_card(node, own, group_by, notes.get(name(node), "")))
    # "" are Pods without a Node, which are on no card.
    for gone, left in marks.items():
        if gone:
            cards.append(NodeCard(gone, "", ready="Unknown", gone=True, pods=(*left,)))
    return tuple(cards)


def scene_of(
    source: Readable,
    *,
    changes: Sequence[Change] = (),
    time: float | None = None,
    daemon_set: str = "",
    group_by: str = "",
    selected: str = "",
    sentence: str = "",
    notes: Mapping[str, str] | None = None,
    pod_marks: PodMarks | None = None,
) -> Scene:
    """The Scene of a cluster, a store or a snapshot; `changes` are what the last step wrote, `time` is in seconds.

    `pod_marks` are those of an earlier scene, to reuse the marks of unchanged Pods.
    """
    if pod_marks is None:
        pod_marks = PodMarks(revision_numbers(source))
    cards = node_cards(source, pod_marks.by_node(source), group_by, notes or {})
    chosen = chosen_owner(source, daemon_set)
    marks = [mark for card in cards for mark in card.pods]
    return Scene(
        time=_end_of(changes) if time is None else time,
        daemon_set=name(chosen) if chosen else "",
        strategy=strategy_text(chosen) if chosen else "",
        counts=counts_of(chosen) if chosen else Counts(),
        cards=cards,
        revisions=tuple(sorted({mark.revision for mark in marks} - {0})),
        owners=tuple(sorted({mark.owner for mark in marks} - {""})),
        group_by=group_by,
        selected=selected,
        chip=chip_of(changes[0].actor) if changes else "",
        sentence=sentence,
        arrows=arrows_of(changes),
    )


def _end_of(changes: Sequence[Change]) -> float:
    if changes:
        return changes[-1].time
    return 0.0


def arrows_of(changes: Sequence[Change]) -> tuple[Arrow, ...]:
    """One arrow for each Pod or Node that the step wrote; the last of several writes counts."""
    arrows: dict[tuple[str, str], Arrow] = {}
    for change in changes:
        o = change.object
        chip = chip_of(change.actor)
        if o["kind"] == "Pod":
            arrows["Pod", uid(o)] = Arrow(chip, get_target_node_name(o), uid(o))
        elif o["kind"] == "Node" and change.type != "DELETED":
            arrows["Node", name(o)] = Arrow(chip, name(o))
    return tuple(arrow for arrow in arrows.values() if arrow.node)
