"""What is to be seen, as frozen values: plain Kubernetes objects in, a Scene out, and no ink."""

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
    HASH_LABEL,
    Object,
    condition,
    controller_ref,
    is_deleting,
    labels,
    name,
    namespace,
    uid,
)
from k8slearn.kinds.pod.state import get_target_node_name, is_pod_ready
from k8slearn.kinds.pod.state import phase as pod_phase

Natural = tuple[tuple[bool, int, str], ...]


class Readable(Protocol):
    """Anything objects can be listed from: a cluster, a store, a snapshot."""

    def list(self, kind: str) -> list[Object]:
        """All objects of a kind."""


class Phase(StrEnum):
    """What a Pod is doing, as far as a picture tells it apart."""

    UNBOUND = "unbound"
    STARTING = "starting"
    NOT_READY = "not-ready"
    READY = "ready"
    ENDING = "ending"
    FAILED = "failed"
    SUCCEEDED = "succeeded"


@dataclass(frozen=True, slots=True)
class PodMark:
    """One Pod: its revision (0 when it has none) and what it is doing; `problem` is a reason in Kubernetes' words."""

    uid: str
    name: str
    owner: str
    revision: int
    phase: Phase
    problem: str = ""


@dataclass(frozen=True, slots=True)
class NodeCard:
    """One Node with its Pods; `ready` is the condition's status, `gone` a Node that left Pods behind."""

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
    """The acting component did something to a Pod (by uid) or, without one, to a Node."""

    chip: str
    node: str
    pod: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """One moment: every Node with its Pods, and what the last step did."""

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


_CHIPS = {
    "user": "user",
    "daemonset-controller": "daemonset-controller",
    "scheduler": "scheduler",
    "kubelet": "kubelet",
    "pod-gc": "garbage-collector",
    "garbage-collector": "garbage-collector",
}
_SYSTEM_LABELS = ("kubernetes.io/", "node.kubernetes.io/", "beta.kubernetes.io/")
_PROBLEMS = (
    "ErrImagePull",
    "ImagePullBackOff",
    "InvalidImageName",
    "CrashLoopBackOff",
    "CreateContainerError",
)


def chip_of(actor: str) -> str:
    """The chip that stands for an actor of the log."""
    return _CHIPS.get(actor, "other")


def phase_of(pod: Object) -> Phase:
    """What a Pod is doing."""
    if is_deleting(pod):
        return Phase.ENDING
    match pod_phase(pod):
        case "Failed":
            return Phase.FAILED
        case "Succeeded":
            return Phase.SUCCEEDED
        case "Running":
            return Phase.READY if is_pod_ready(pod) else Phase.NOT_READY
    return Phase.STARTING if pod["spec"].get("nodeName") else Phase.UNBOUND


def revision_numbers(revisions: Iterable[Object]) -> dict[tuple[str, str], int]:
    """(namespace, hash) of every ControllerRevision to its number."""
    return {
        (namespace(r), labels(r).get(HASH_LABEL, "")): int(r.get("revision", 0))
        for r in revisions
    }


def pod_mark(pod: Object, numbers: Mapping[tuple[str, str], int]) -> PodMark:
    """The mark of one Pod."""
    owner = controller_ref(pod)
    revision = numbers.get((namespace(pod), labels(pod).get(HASH_LABEL, "")), 0)
    return PodMark(
        uid(pod),
        name(pod),
        owner["name"] if owner else "",
        revision,
        phase_of(pod),
        _problem(pod),
    )


def _problem(pod: Object) -> str:
    """Why a Pod does not get on, if its status says so."""
    status = pod.get("status", {})
    for container in status.get("containerStatuses") or ():
        reason = (container.get("state", {}).get("waiting") or {}).get("reason", "")
        if reason in _PROBLEMS:
            return str(reason)
    scheduled = condition(pod, "PodScheduled")
    return (
        "Unschedulable"
        if scheduled and scheduled.get("reason") == "Unschedulable"
        else ""
    )


def taint_text(taint: Mapping[str, Any]) -> str:
    """A taint as kubectl writes it, without the prefix of Kubernetes' own keys."""
    key = taint["key"].removeprefix("node.kubernetes.io/")
    value = f"={taint['value']}" if taint.get("value") else ""
    return f"{key}{value}:{taint['effect']}"


def node_ready(node: Object) -> str:
    """The status of a Node's condition Ready."""
    ready = condition(node, "Ready")
    return str(ready["status"]) if ready else "Unknown"


def node_card(
    node: Object, pods: Sequence[PodMark], group_by: str, note: str = ""
) -> NodeCard:
    """The card of one Node."""
    spec, own = node.get("spec", {}), labels(node)
    return NodeCard(
        name=name(node),
        group=own.get(group_by, "") if group_by else "",
        tags=tuple(
            _tag(k, v)
            for k, v in sorted(own.items())
            if k != group_by and not k.startswith(_SYSTEM_LABELS)
        ),
        taints=tuple(
            taint_text(t)
            for t in spec.get("taints") or ()
            if t["key"] != "node.kubernetes.io/unschedulable"
        ),
        ready=node_ready(node),
        cordoned=bool(spec.get("unschedulable")),
        pods=tuple(pods),
        note=note,
    )


def _tag(key: str, value: str) -> str:
    return f"{key}={value}" if value else key


def strategy_text(daemon_set: Object) -> str:
    """`RollingUpdate · maxUnavailable 1` and the like, in the API's words."""
    strategy = daemon_set["spec"].get("updateStrategy") or {}
    words = [str(strategy.get("type", "RollingUpdate"))]
    limits = strategy.get("rollingUpdate") or {}
    words += [
        f"{field} {limits[field]}"
        for field in ("maxUnavailable", "maxSurge")
        if limits.get(field) not in (None, 0)
    ]
    return " · ".join(words)


def counts_of(daemon_set: Object) -> Counts:
    """The four numbers of a DaemonSet's status."""
    status = daemon_set.get("status", {})
    fields = (
        "desiredNumberScheduled",
        "numberReady",
        "updatedNumberScheduled",
        "numberUnavailable",
    )
    return Counts(*(int(status.get(field, 0)) for field in fields))


def chosen_daemon_set(daemon_sets: Sequence[Object], wanted: str) -> Object | None:
    """The DaemonSet called `wanted`, else the first one."""
    return next(
        (d for d in daemon_sets if name(d) == wanted),
        daemon_sets[0] if daemon_sets and not wanted else None,
    )


def age_and_name(o: Object) -> tuple[str, Natural]:
    """A sort key: the oldest first, then by name with numbers in their order (node2 before node10)."""
    return str(o["metadata"].get("creationTimestamp", "")), natural(name(o))


@lru_cache(maxsize=20_000)
def natural(text: str) -> Natural:
    """A sort key by which node2 comes before node10."""
    return tuple(
        (p.isdigit(), int(p) if p.isdigit() else 0, p) for p in re.split(r"(\d+)", text)
    )


def marks_by_node(source: Readable) -> dict[str, list[PodMark]]:
    """The marks of all Pods by the Node they are on or meant for."""
    numbers = revision_numbers(source.list("ControllerRevision"))
    found: dict[str, list[PodMark]] = defaultdict(list)
    for pod in sorted(source.list("Pod"), key=age_and_name):
        found[get_target_node_name(pod)].append(pod_mark(pod, numbers))
    return found


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
) -> Scene:
    """The Scene of a cluster, a store or a snapshot; `changes` are what the last step wrote, `time` is in seconds."""
    marks = marks_by_node(source)
    nodes = sorted(source.list("Node"), key=age_and_name)
    cards = [
        node_card(n, marks.pop(name(n), []), group_by, (notes or {}).get(name(n), ""))
        for n in nodes
    ]
    cards += [
        NodeCard(gone, "", ready="Unknown", gone=True, pods=tuple(left))
        for gone, left in marks.items()
        if gone
    ]
    chosen = chosen_daemon_set(source.list("DaemonSet"), daemon_set)
    seen = [mark for card in cards for mark in card.pods]
    return Scene(
        time=time if time is not None else (changes[-1].time if changes else 0.0),
        daemon_set=name(chosen) if chosen else "",
        strategy=strategy_text(chosen) if chosen else "",
        counts=counts_of(chosen) if chosen else Counts(),
        cards=tuple(cards),
        revisions=tuple(sorted({mark.revision for mark in seen} - {0})),
        owners=tuple(sorted({mark.owner for mark in seen} - {""})),
        group_by=group_by,
        selected=selected,
        chip=chip_of(changes[0].actor) if changes else "",
        sentence=sentence,
        arrows=arrows_of(changes),
    )


def arrows_of(changes: Sequence[Change]) -> tuple[Arrow, ...]:
    """One arrow for each Pod or Node that the step wrote."""
    arrows: dict[tuple[str, str], Arrow] = {}
    for change in changes:
        o, chip = change.object, chip_of(change.actor)
        if o["kind"] == "Pod":
            arrows[("Pod", uid(o))] = Arrow(chip, get_target_node_name(o), uid(o))
        elif o["kind"] == "Node" and change.type != "DELETED":
            arrows[("Node", name(o))] = Arrow(chip, name(o))
    return tuple(arrow for arrow in arrows.values() if arrow.node)
