"""What a write means, in one Chinese line; what a step did, in one sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import (
    HASH_LABEL,
    Object,
    controller_uid,
    is_deleting,
    labels,
    name,
    namespace,
)
from k8slearn.kinds.pod.state import get_target_node_name, is_pod_ready
from k8slearn.kinds.pod.state import phase as pod_phase
from k8slearn.view import text as words
from k8slearn.view.scene import (
    chip_of,
    counts_of,
    node_ready,
    pod_mark,
    strategy_text,
    taint_text,
)

Numbers = Mapping[tuple[str, str], int]
BOOKKEEPING = ("daemonset-status", "pod-creating", "other-changed", "warning", "event")
WARNINGS = ("warning", "pod-failed", "pod-problem")
_SILENT = ("Lease", "Event")


@dataclass(frozen=True, slots=True)
class Deed:
    """What one write amounts to: a key of `text.DEEDS` and what fills the gaps."""

    verb: str
    name: str
    node: str = ""
    revision: int = 0
    detail: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the event stream; `time` in simulated seconds."""

    revision: int
    time: float
    chip: str
    actor: str
    text: str
    warning: bool = False
    minor: bool = False


def deed_of(change: Change, numbers: Numbers | None = None) -> Deed | None:
    """What a write amounts to; None for what is not worth a word."""
    o = change.object
    match o["kind"]:
        case "Pod":
            verb, detail = _pod_verb(change)
            revision = (numbers or {}).get(
                (namespace(o), labels(o).get(HASH_LABEL, "")), 0
            )
            return (
                Deed(verb, name(o), get_target_node_name(o), revision, detail)
                if verb
                else None
            )
        case "Node":
            verb, detail = _node_verb(change)
        case "DaemonSet":
            verb, detail = _daemon_set_verb(change)
        case "ControllerRevision":
            verb, detail = _revision_verb(change)
        case "Event":
            verb = (
                "warning"
                if o.get("type") == "Warning" and change.type == "ADDED"
                else "event"
            )
            return Deed(verb, name(o), detail=f"{o['reason']}：{o.get('message', '')}")
        case _:
            verb, detail = _other_verb(change), ""
    return Deed(verb, name(o), detail=detail, kind=o["kind"]) if verb else None


def _pod_verb(change: Change) -> tuple[str, str]:
    """The verb and the detail of a write to a Pod."""
    pod, before = change.object, change.previous
    if change.type == "ADDED" or before is None:
        return "pod-created", ""
    if change.type == "DELETED":
        return "pod-gone" if chip_of(change.actor) not in (
            "garbage-collector",
        ) else "pod-collected", ""
    if is_deleting(pod) and not is_deleting(before):
        return "pod-evicted" if change.actor == "taint-eviction" else "pod-deleted", ""
    if pod["spec"].get("nodeName") and not before["spec"].get("nodeName"):
        return "pod-bound", ""
    return _pod_status_verb(pod, before)


def _pod_status_verb(pod: Object, before: Object) -> tuple[str, str]:
    """What changed in a Pod that stays: phase first, then readiness, then what keeps it from starting."""
    phase, ready = pod_phase(pod), is_pod_ready(pod)
    if phase != pod_phase(before) and phase in ("Failed", "Succeeded"):
        return f"pod-{phase.lower()}", ""
    if ready != is_pod_ready(before):
        return "pod-ready" if ready else "pod-unready", ""
    if phase != pod_phase(before) and phase == "Running":
        return "pod-running", ""
    problem = pod_mark(pod, {}).problem
    if problem and problem != pod_mark(before, {}).problem:
        return (
            ("pod-unschedulable", "")
            if problem == "Unschedulable"
            else ("pod-problem", problem)
        )
    if controller_uid(pod) != controller_uid(before):
        return "pod-adopted" if controller_uid(pod) else "pod-released", ""
    if labels(pod) != labels(before):
        return "pod-changed", words.PARTS["labels"]
    return (
        "pod-creating" if _is_creating(pod) and not _is_creating(before) else ""
    ), ""


def _is_creating(pod: Object) -> bool:
    """Whether the kubelet has taken the Pod on and its containers do not run yet."""
    statuses = pod.get("status", {}).get("containerStatuses") or ()
    return any(
        (status["state"].get("waiting") or {}).get("reason") == "ContainerCreating"
        for status in statuses
    )


def _node_verb(change: Change) -> tuple[str, str]:
    """The verb and the detail of a write to a Node."""
    node, before = change.object, change.previous
    if change.type != "MODIFIED" or before is None:
        return ("node-added" if change.type == "ADDED" else "node-removed"), ""
    ready, was = node_ready(node), node_ready(before)
    if ready != was:
        return (
            ("node-ready", "")
            if ready == "True"
            else ("node-not-ready", _not_ready(ready))
        )
    cordoned, had = (
        bool(n.get("spec", {}).get("unschedulable")) for n in (node, before)
    )
    if cordoned != had:
        return ("node-cordoned" if cordoned else "node-uncordoned"), ""
    if labels(node) != labels(before):
        return "node-labels", label_changes(labels(before), labels(node))
    return _taint_verb(node, before)


def _taint_verb(node: Object, before: Object) -> tuple[str, str]:
    taints, had = (
        {taint_text(t) for t in n.get("spec", {}).get("taints") or ()}
        for n in (node, before)
    )
    if taints - had:
        return "node-tainted", "、".join(sorted(taints - had))
    return (
        ("node-untainted", "、".join(sorted(had - taints)))
        if had - taints
        else ("", "")
    )


def _not_ready(status: str) -> str:
    return "NotReady" if status == "False" else "Unknown（失联）"


def label_changes(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """What was set and what was removed, as `key=value` and in words."""
    kept = [
        f"{key}={value}"
        for key, value in sorted(after.items())
        if before.get(key) != value
    ]
    lost = [
        words.LABEL_REMOVED.format(key=key)
        for key in sorted(before)
        if key not in after
    ]
    return "，".join([*kept, *lost])


def _daemon_set_verb(change: Change) -> tuple[str, str]:
    """The verb and the detail of a write to a DaemonSet."""
    ds, before = change.object, change.previous
    if change.type != "MODIFIED" or before is None:
        return ("daemonset-created" if change.type == "ADDED" else "daemonset-gone"), ""
    if is_deleting(ds) and not is_deleting(before):
        return "daemonset-deleting", ""
    if images(ds) != images(before):
        return "daemonset-image", "、".join(
            i for i in images(ds) if i not in images(before)
        )
    if ds["spec"].get("updateStrategy") != before["spec"].get("updateStrategy"):
        return "daemonset-strategy", strategy_text(ds)
    if ds["spec"] != before["spec"]:
        return "daemonset-changed", ""
    counts = counts_of(ds)
    return (
        ("daemonset-status", _status(counts))
        if counts != counts_of(before)
        else ("", "")
    )


def _status(counts: Any) -> str:
    fields = ("desired", "ready", "updated", "unavailable")
    return words.STATUS.format(**{field: getattr(counts, field) for field in fields})


def images(ds: Object) -> list[str]:
    """The images of a DaemonSet's template."""
    return [
        str(c.get("image", ""))
        for c in ds["spec"]["template"]["spec"].get("containers") or ()
    ]


def _revision_verb(change: Change) -> tuple[str, str]:
    detail = words.REVISION_NUMBER.format(number=change.object.get("revision", 0))
    if change.type == "MODIFIED":
        before = change.previous or {}
        return (
            ("revision-renumbered", detail)
            if before.get("revision") != change.object.get("revision")
            else ("", "")
        )
    return (
        "revision-created" if change.type == "ADDED" else "revision-removed"
    ), detail


def _other_verb(change: Change) -> str:
    """Kinds that have no words of their own."""
    if change.object["kind"] in _SILENT:
        return ""
    return {
        "ADDED": "other-added",
        "MODIFIED": "other-changed",
        "DELETED": "other-removed",
    }[change.type]


def say(deeds: Sequence[Deed]) -> str:
    """Deeds of one verb as one clause."""
    first = deeds[0]
    revisions = {deed.revision for deed in deeds} - {0}
    nodes = list(dict.fromkeys(deed.node or words.NOWHERE for deed in deeds))
    return words.DEEDS[first.verb].format(
        nodes=words.join(nodes, unit="个节点"),
        names=words.join(list(dict.fromkeys(deed.name for deed in deeds))),
        revision=words.REVISION.format(number="、".join(map(str, sorted(revisions))))
        if revisions
        else "",
        detail=first.detail,
        kind=first.kind,
    )


def sentence_of(changes: Iterable[Change], numbers: Numbers | None = None) -> str:
    """What a step did: its writes by verb, the component in front. Bookkeeping is told only if nothing else is."""
    told = [(change, deed) for change in changes if (deed := deed_of(change, numbers))]
    rest = sorted(
        told,
        key=lambda pair: (
            BOOKKEEPING.index(pair[1].verb) if pair[1].verb in BOOKKEEPING else -1
        ),
    )
    main = [pair for pair in told if pair[1].verb not in BOOKKEEPING] or rest[:1]
    if not main:
        return ""
    clauses: dict[tuple[str, str], list[Deed]] = {}
    for _, deed in main:
        clauses.setdefault((deed.verb, deed.detail), []).append(deed)
    said = words.STEP_JOIN.join(say(group) for group in clauses.values())
    return words.glue(actor_name(main[0][0].actor), said).rstrip(".") + "。"


def actor_name(actor: str) -> str:
    """A component in Chinese; one without a name of its own by what the log calls it."""
    return words.ACTORS.get(actor, actor)


def line_of(change: Change, numbers: Numbers | None = None) -> Line | None:
    """One write as a line of the event stream, or None."""
    deed = deed_of(change, numbers)
    if deed is None or deed.verb == "event":
        return None
    said = say([deed])
    if deed.node:
        said = f"{said}　{deed.name}"
    who = words.SHORT_ACTORS.get(change.actor, change.actor)
    weight = (deed.verb in WARNINGS, deed.verb in BOOKKEEPING)
    return Line(change.revision, change.time, chip_of(change.actor), who, said, *weight)
