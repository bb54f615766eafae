"""`kubectl rollout` of a DaemonSet: how far it is, its revisions, back to one of them, and all Pods anew.

Kubernetes: kubectl/pkg/polymorphichelpers/{rollout_status,history,rollback,objectrestarter}.go
"""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.apimachinery.client_side_apply import LAST_APPLIED
from k8slearn.apimachinery.objects import (
    Object,
    annotations_of,
    controller_uid,
    name,
    timestamp,
    uid,
)
from k8slearn.cluster import Cluster
from k8slearn.controllers.history import match
from k8slearn.kinds.kind import Kind
from k8slearn.kinds.tables import aligned
from k8slearn.locale import page as words
from k8slearn.page.kubectl.changes import CHANGE_CAUSE
from k8slearn.page.kubectl.options import Invocation, RefusedError
from k8slearn.page.kubectl.targets import chosen, label_of, place_of, visit

_KEPT = (
    "Warning: resource daemonsets/{} was previously managed with 'kubectl apply'. Rolling back will not update the "
    f"{LAST_APPLIED} annotation, which may cause unexpected behavior on future 'kubectl apply' operations. "
    "Consider using 'kubectl apply' with your previous configuration file instead."
)
_NOT_ROLLING = "error: rollout status is only available for RollingUpdate strategy type"
_DONE = 'daemon set "{}" successfully rolled out'
# A rollout that is stuck never ends, and whoever sits before the page wants it back. Simulated seconds.
LONGEST_WAIT = 600
_RESTARTED = "kubectl.kubernetes.io/restartedAt"


def rollout(cluster: Cluster, asked: Invocation) -> Iterator[str]:
    """One of its subcommands."""
    command, *arguments = asked.arguments or ("",)
    answer = _COMMANDS.get(command)
    if answer is None:
        known = "、".join(_COMMANDS)
        raise RefusedError(words.KUBECTL_ROLLOUT.format(command=command, known=known))
    asked.only("to-revision", "watch")

    def tell(row: Kind, o: Object) -> Iterator[str]:
        if row.kind != "DaemonSet":
            raise RefusedError(words.KUBECTL_ONLY_DAEMON_SETS)
        yield from answer(cluster, asked, o)

    yield from visit(chosen(cluster, asked, arguments), tell)


def _status(cluster: Cluster, asked: Invocation, daemon_set: Object) -> Iterator[str]:
    """What is told at each change until all is done, as long as time has to go on for it."""
    told = _told(daemon_set)
    yield told
    end = cluster.now + LONGEST_WAIT
    watches = asked.options.get("watch") != "false"
    while watches and told != _DONE.format(name(daemon_set)) and cluster.now < end:
        action = cluster.step_within(end - cluster.now)
        for change in cluster.changes(action) if action else ():
            if uid(change.object) == uid(daemon_set):
                told = _told(change.object)
                yield told
    if watches and cluster.now >= end:
        yield words.KUBECTL_STILL_WAITS.format(seconds=LONGEST_WAIT)


def _told(daemon_set: Object) -> str:
    """Kubernetes: DaemonSetStatusViewer.Status"""
    spec, status = daemon_set["spec"], daemon_set.get("status", {})
    if spec["updateStrategy"]["type"] != "RollingUpdate":
        raise RefusedError(_NOT_ROLLING)
    if status.get("observedGeneration", 0) < daemon_set["metadata"]["generation"]:
        return "Waiting for daemon set spec update to be observed..."
    wanted = status.get("desiredNumberScheduled", 0)
    updated = status.get("updatedNumberScheduled", 0)
    available = status.get("numberAvailable", 0)
    waiting = f'Waiting for daemon set "{name(daemon_set)}" rollout to finish:'
    if updated < wanted:
        return f"{waiting} {updated} out of {wanted} new pods have been updated..."
    if available < wanted:
        return f"{waiting} {available} of {wanted} updated pods are available..."
    return _DONE.format(name(daemon_set))


def _revisions(cluster: Cluster, daemon_set: Object) -> list[Object]:
    """Its revisions, oldest first."""
    every = cluster.list("ControllerRevision", place_of(daemon_set))
    own = [each for each in every if controller_uid(each) == uid(daemon_set)]
    return sorted(own, key=lambda revision: revision["revision"])


def _history(cluster: Cluster, asked: Invocation, daemon_set: Object) -> Iterator[str]:
    rows = []
    for revision in _revisions(cluster, daemon_set):
        cause = annotations_of(revision).get(CHANGE_CAUSE, "<none>")
        rows.append((str(revision["revision"]), cause))
    if not rows:
        yield "No rollout history found."
        return
    # This table is the client's own: two spaces between its columns.
    shown = aligned([("REVISION", "CHANGE-CAUSE"), *rows], between="  ")
    yield from (f"{_label(cluster, daemon_set)} ", *shown, "")


def _undo(cluster: Cluster, asked: Invocation, daemon_set: Object) -> Iterator[str]:
    number = asked.number("to-revision", "rollout undo")
    if LAST_APPLIED in annotations_of(daemon_set):
        yield _KEPT.format(name(daemon_set))
    revision = _wanted(number, _revisions(cluster, daemon_set))
    about = _label(cluster, daemon_set)
    if match(daemon_set, revision):
        same = f"current template already matches revision {revision['revision']}"
        yield f"{about} skipped rollback ({same})"
        return
    # kubectl signs with its default name here, and with that of the command everywhere else.
    cluster.patch(
        "DaemonSet",
        name(daemon_set),
        revision["data"],
        namespace=place_of(daemon_set),
        manager="kubectl",
    )
    yield f"{about} rolled back"


def _label(cluster: Cluster, daemon_set: Object) -> str:
    return label_of(cluster.row("DaemonSet"), daemon_set)


def _wanted(number: int | None, revisions: list[Object]) -> Object:
    """The revision of that number, the one before the last without. Raises RefusedError."""
    if not number:
        if len(revisions) < 2:
            raise RefusedError("error: no last revision to roll back to")
        return revisions[-2]
    for revision in revisions:
        if revision["revision"] == number:
            return revision
    raise RefusedError(f"error: unable to find specified revision {number} in history")


def _restart(cluster: Cluster, asked: Invocation, daemon_set: Object) -> Iterator[str]:
    at = {_RESTARTED: timestamp(cluster.now)}
    patch = {"spec": {"template": {"metadata": {"annotations": at}}}}
    cluster.patch(
        "DaemonSet",
        name(daemon_set),
        patch,
        namespace=place_of(daemon_set),
        manager="kubectl-rollout",
    )
    yield f"{_label(cluster, daemon_set)} restarted"


_COMMANDS = {
    "status": _status,
    "history": _history,
    "undo": _undo,
    "restart": _restart,
}
