"""Classifies a write: a key of the catalogue's clauses and a detail, or SILENT for one that is not mentioned.

Each function tests in the order of importance: of several changes in a write only the first is mentioned.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import (
    Object,
    condition,
    controller_ref,
    controller_uid,
    is_deleting,
    labels,
)
from k8slearn.kinds.job import finished_as, is_finished
from k8slearn.kinds.node import is_cordoned
from k8slearn.kinds.pod.state import get_target_node_name, is_pod_ready
from k8slearn.kinds.pod.state import phase as pod_phase
from k8slearn.locale import view as words
from k8slearn.view.ownership import strategy_text
from k8slearn.view.problems import EVICTED, pod_problem, restarts
from k8slearn.view.scene import (
    Counts,
    chip_of,
    counts_of,
    node_ready,
    short_taint,
)

Clause = tuple[str, str]
SILENT: Clause = ("", "")
# Kubelets renew their Leases every ten seconds, which would drown everything else.
_SILENT_KINDS = ("Lease",)


def _pod_clause(change: Change) -> Clause:
    """A write to a Pod: created, gone, being deleted, bound, or its status."""
    pod = change.object
    before = change.previous
    if change.type == "ADDED" or before is None:
        # A daemon Pod is created for a Node; for any other Pod the scheduler chooses.
        return ("pod-created" if get_target_node_name(pod) else "pod-made"), ""
    if change.type == "DELETED":
        collected = chip_of(change.actor) == "garbage-collector"
        return ("pod-collected" if collected else "pod-gone"), ""
    if is_deleting(pod) and not is_deleting(before):
        return _deletion_clause(change), ""
    if pod["spec"].get("nodeName") and not before["spec"].get("nodeName"):
        return "pod-bound", ""
    return _pod_status_clause(pod, before) or _pod_metadata_clause(pod, before)


def _deletion_clause(change: Change) -> str:
    """The deletion of a Pod, by its cause: a taint, preemption, eviction, or any other."""
    if change.actor == "taint-eviction":
        return "pod-evicted-by-taint"
    disrupted = condition(change.object, "DisruptionTarget") or {}
    reasons = {
        "PreemptionByScheduler": "pod-preempted",
        "EvictionByEvictionAPI": "pod-evicted-by-api",
    }
    return reasons.get(disrupted.get("reason", ""), "pod-deleted")


def _pod_status_clause(pod: Object, before: Object) -> Clause | None:
    """A change of a Pod's status: phase first, then readiness, then problems of its start."""
    phase = pod_phase(pod)
    ready = is_pod_ready(pod)
    moved = phase != pod_phase(before)
    if moved and phase in ("Failed", "Succeeded"):
        # An evicted Pod is called evicted even if its containers exited with 0.
        if pod_problem(pod) == EVICTED:
            return "pod-evicted-by-kubelet", ""
        reason = pod.get("status", {}).get("reason", "")
        told = words.FAILED_FOR.format(reason=reason) if reason else ""
        return f"pod-{phase.lower()}", told
    # Before readiness, which changes in the same write as a result.
    problem = pod_problem(pod)
    count = restarts(pod)
    if problem and _has_exited(pod) and not _has_exited(before):
        return (
            "pod-evicted-by-kubelet" if problem == EVICTED else "pod-exited"
        ), problem
    if count > restarts(before) and _runs(pod):
        return "pod-restarted", words.RESTART_NUMBER.format(count=count)
    if ready != is_pod_ready(before):
        return ("pod-ready" if ready else "pod-unready"), ""
    if moved and phase == "Running":
        return "pod-running", ""
    promised = pod["status"].get("nominatedNodeName", "")
    if promised and promised != before["status"].get("nominatedNodeName"):
        known = condition(before, "PodScheduled")
        # After a failed attempt, preemption makes room on that Node; otherwise the Pod waits for volumes there.
        was_refused = condition(pod, "PodScheduled") != known
        return ("pod-nominated" if was_refused else "pod-reserved"), promised
    if not problem or problem == pod_problem(before):
        return None
    if problem in _TOLD_APART:
        return _TOLD_APART[problem], ""
    return "pod-problem", problem


# Problems other than those of a container's start.
_TOLD_APART = {"Unschedulable": "pod-unschedulable", EVICTED: "pod-evicted-by-kubelet"}


def _states(pod: Object) -> Iterator[Object]:
    for status in pod.get("status", {}).get("containerStatuses") or ():
        yield status.get("state") or {}


def _runs(pod: Object) -> bool:
    return any("running" in state for state in _states(pod))


def _has_exited(pod: Object) -> bool:
    return any("terminated" in state for state in _states(pod))


def _pod_metadata_clause(pod: Object, before: Object) -> Clause:
    """A new owner, new labels, or that the containers are being created."""
    owner = controller_uid(pod)
    if owner != controller_uid(before):
        return ("pod-adopted" if owner else "pod-released"), ""
    if labels(pod) != labels(before):
        return "pod-labels", ""
    if _is_creating(pod) and not _is_creating(before):
        return "pod-creating", ""
    return SILENT


def _is_creating(pod: Object) -> bool:
    """Whether the kubelet has accepted the Pod and its containers do not run yet."""
    for status in pod.get("status", {}).get("containerStatuses") or ():
        waiting = status["state"].get("waiting") or {}
        if waiting.get("reason") == "ContainerCreating":
            return True
    return False


def _node_clause(change: Change) -> Clause:
    """A write to a Node: added, removed, ready or not, cordoned, relabelled, tainted."""
    node = change.object
    before = change.previous
    if change.type == "ADDED" or before is None:
        return "node-added", ""
    if change.type == "DELETED":
        return "node-removed", ""
    ready = node_ready(node)
    if ready != node_ready(before):
        return _READY_CLAUSES[ready], ""
    cordoned = is_cordoned(node)
    if cordoned != is_cordoned(before):
        return ("node-cordoned" if cordoned else "node-uncordoned"), ""
    if labels(node) != labels(before):
        return "node-labels", _label_changes(labels(before), labels(node))
    return _taint_clause(_taints(before), _taints(node))


_READY_CLAUSES = {
    "True": "node-ready",
    "False": "node-not-ready",
    "Unknown": "node-unknown",
}


def _taints(node: Object) -> set[str]:
    return {short_taint(taint) for taint in node.get("spec", {}).get("taints") or ()}


def _taint_clause(before: set[str], after: set[str]) -> Clause:
    """New taints come before removed ones, since they evict Pods."""
    if new := sorted(after - before):
        return "node-tainted", words.LIST_COMMA.join(new)
    if lost := sorted(before - after):
        return "node-untainted", words.LIST_COMMA.join(lost)
    return SILENT


def _label_changes(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """The labels that were set and removed, in words."""
    told = []
    for key, value in sorted(after.items()):
        if before.get(key) != value:
            told.append(f"{key}={value}")
    for key in sorted(before.keys() - after.keys()):
        told.append(words.LABEL_REMOVED.format(key=key))
    return words.COMMA.join(told)


def _daemon_set_clause(change: Change) -> Clause:
    """A write to a DaemonSet: the image first, since that causes a rollout."""
    ds = change.object
    before = change.previous
    if change.type == "ADDED" or before is None:
        return "daemonset-created", ""
    if change.type == "DELETED":
        return "daemonset-gone", ""
    if is_deleting(ds) and not is_deleting(before):
        return "daemonset-deleting", ""
    # Unchanged parts are the same object: nearly every write changes only the status.
    if ds["spec"] is before["spec"]:
        return _daemon_set_status_clause(ds, before)
    had = _images(before)
    now = _images(ds)
    if now != had:
        new = [image for image in now if image not in had]
        clause = "daemonset-undone" if _is_undo(change) else "daemonset-image"
        return clause, words.LIST_COMMA.join(new)
    if ds["spec"].get("updateStrategy") != before["spec"].get("updateStrategy"):
        return "daemonset-strategy", strategy_text(ds)
    if ds["spec"] != before["spec"]:
        return "daemonset-changed", ""
    return _daemon_set_status_clause(ds, before)


def _daemon_set_status_clause(ds: Object, before: Object) -> Clause:
    """Only the four numbers of the picture: `observedGeneration` follows every write."""
    counts = counts_of(ds)
    if counts == counts_of(before):
        return SILENT
    return "daemonset-status", _status_text(counts)


def _status_text(counts: Counts) -> str:
    return words.STATUS.format(
        desired=counts.desired,
        ready=counts.ready,
        updated=counts.updated,
        unavailable=counts.unavailable,
    )


def _is_undo(change: Change) -> bool:
    """Whether `kubectl rollout undo` wrote it."""
    # Other kubectl commands that change a template have managers of their own (kubectl-set, kubectl-edit, …);
    # undo patches under kubectl's default (kubectl/pkg/polymorphichelpers/rollback.go).
    return any(signature.manager == "kubectl" for signature in change.signatures)


def _images(ds: Object) -> list[str]:
    containers = ds["spec"]["template"]["spec"].get("containers") or ()
    return [str(container.get("image", "")) for container in containers]


def _workload_clause(change: Change) -> Clause:
    """A write to another owner of Pods: its image, its replicas, a Job's end, else its status."""
    o = change.object
    before = change.previous
    if change.type != "MODIFIED" or before is None:
        return other_clause(change)
    spec = o["spec"]
    old = before["spec"]
    if _template_images(o) != _template_images(before):
        return "workload-image", words.LIST_COMMA.join(_template_images(o))
    if spec.get("replicas") != old.get("replicas"):
        return "workload-scaled", f"{old.get('replicas')} → {spec.get('replicas')}"
    if spec != old:
        return "other-changed", ""
    ended = finished_as(o)
    if ended and not is_finished(before):
        return "job-ended", ended
    return _workload_status_clause(o, before)


def _workload_status_clause(o: Object, before: Object) -> Clause:
    """A change of the numbers in the picture."""
    # A Deployment repeats the numbers of its ReplicaSet a moment later.
    if o["kind"] in ("Job", "CronJob") or controller_ref(o):
        return SILENT
    counts = counts_of(o)
    if counts == counts_of(before):
        return SILENT
    return "workload-status", _status_text(counts)


def _template_images(o: Object) -> list[str]:
    if "template" in o["spec"]:
        return _images(o)
    return []


def _revision_clause(change: Change) -> Clause:
    """A write to a ControllerRevision; a new number means a rollback to its template."""
    number = change.object.get("revision", 0)
    detail = words.REVISION_NUMBER.format(number=number)
    if change.type == "ADDED":
        return "revision-created", detail
    if change.type == "DELETED":
        return "revision-removed", detail
    if (change.previous or {}).get("revision") == number:
        return SILENT
    return "revision-renumbered", detail


def _event_clause(change: Change) -> Clause:
    """An Event: only the first of a warning is mentioned; repetitions only raise its count."""
    event = change.object
    detail = words.EVENT.format(
        reason=event.get("reason", ""), message=event.get("message", "")
    )
    warns = event.get("type") == "Warning" and change.type == "ADDED"
    return ("warning" if warns else "event"), detail


def _service_clause(change: Change) -> Clause:
    """The Service `kubernetes`, which appears when the cluster is served."""
    is_servers = labels(change.object).get("component") == "apiserver"
    if is_servers and change.type == "ADDED":
        return "api-served", ""
    return other_clause(change)


def other_clause(change: Change) -> Clause:
    """A write to a kind without clauses of its own."""
    if change.object["kind"] in _SILENT_KINDS:
        return SILENT
    return _OTHER_CLAUSES[change.type], ""


_OTHER_CLAUSES = {
    "ADDED": "other-added",
    "MODIFIED": "other-changed",
    "DELETED": "other-removed",
}
BY_KIND = {
    "Pod": _pod_clause,
    "Node": _node_clause,
    "DaemonSet": _daemon_set_clause,
    "Deployment": _workload_clause,
    "ReplicaSet": _workload_clause,
    "StatefulSet": _workload_clause,
    "Job": _workload_clause,
    "CronJob": _workload_clause,
    "ControllerRevision": _revision_clause,
    "Event": _event_clause,
    "Service": _service_clause,
}
