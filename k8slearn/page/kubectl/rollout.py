"""`kubectl rollout`: how far it is, a DaemonSet's revisions, back to one of them, all Pods anew, and a pause.

Kubernetes: kubectl/pkg/polymorphichelpers/{history,rollback,objectrestarter,objectpauser}.go
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

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
from k8slearn.page.kubectl.describe.pods import template
from k8slearn.page.kubectl.listing import SELECTORS
from k8slearn.page.kubectl.options import Aside, Invocation, RefusedError
from k8slearn.page.kubectl.rollout_status import status
from k8slearn.page.kubectl.targets import chosen, is_same, label_of, place_of, visit

_KEPT = (
    "Warning: resource daemonsets/{} was previously managed with 'kubectl apply'. Rolling back will not update the "
    f"{LAST_APPLIED} annotation, which may cause unexpected behavior on future 'kubectl apply' operations. "
    "Consider using 'kubectl apply' with your previous configuration file instead."
)
_RESTARTED = "kubectl.kubernetes.io/restartedAt"
_TOO_SOON = (
    "error: failed to create patch for {}: if restart has already been triggered within the past second, "
    "please wait before attempting to trigger another"
)

Answer = Callable[[Cluster, Invocation, Kind, Object], Iterator[str]]


def rollout(cluster: Cluster, asked: Invocation) -> Iterator[str]:
    """One of its subcommands."""
    command, *arguments = asked.subcommand(_COMMANDS)
    answer = _COMMANDS[command]
    asked.only("to-revision", "revision", "watch", "timeout", *SELECTORS)

    def tell(row: Kind, o: Object) -> Iterator[str]:
        yield from answer(cluster, asked, row, o)

    yield from visit(chosen(cluster, asked, arguments), tell)


def _require_daemon_set(row: Kind, command: str, whom: str) -> None:
    if row.kind in ("Deployment", "StatefulSet"):
        said = words.KUBECTL_NOT_OF_KIND.format(command=command, kind=row.kind)
        raise RefusedError(said)
    if row.kind != "DaemonSet":
        why = f"no visitor method exists for {{{row.group} {row.kind}}}"
        raise RefusedError(f'error: error retrieving {whom} for "{row.kind}", {why}')


def _revisions(cluster: Cluster, daemon_set: Object) -> list[Object]:
    """Its revisions, oldest first."""
    every = cluster.list("ControllerRevision", place_of(daemon_set))
    own = [each for each in every if controller_uid(each) == uid(daemon_set)]
    return sorted(own, key=lambda revision: revision["revision"])


def _history(
    cluster: Cluster, asked: Invocation, row: Kind, daemon_set: Object
) -> Iterator[str]:
    _require_daemon_set(row, "history", "history")
    number = asked.number("revision", "rollout history")
    if number:
        yield from _revision(cluster, row, daemon_set, number)
        return
    rows = []
    for revision in _revisions(cluster, daemon_set):
        cause = annotations_of(revision).get(CHANGE_CAUSE, "<none>")
        rows.append((str(revision["revision"]), cause))
    if not rows:
        yield "No rollout history found."
        return
    # This table is the client's own: two spaces between its columns.
    shown = aligned([("REVISION", "CHANGE-CAUSE"), *rows], between="  ")
    yield from (f"{label_of(row, daemon_set)} ", *shown, "")


def _revision(
    cluster: Cluster, row: Kind, daemon_set: Object, number: int
) -> Iterator[str]:
    """One of them with its template, whose columns nobody sets here. Kubernetes: printTemplate"""
    for revision in _revisions(cluster, daemon_set):
        if revision["revision"] == number:
            yield f"{label_of(row, daemon_set)} with revision #{number}"
            yield from template(revision["data"]["spec"]["template"])
            yield ""
            return
    raise RefusedError("error: unable to find the specified revision")


def _undo(
    cluster: Cluster, asked: Invocation, row: Kind, daemon_set: Object
) -> Iterator[str]:
    _require_daemon_set(row, "undo", "rollbacker")
    number = asked.number("to-revision", "rollout undo")
    if LAST_APPLIED in annotations_of(daemon_set):
        yield Aside(_KEPT.format(name(daemon_set)))
    revision = _wanted(number, _revisions(cluster, daemon_set))
    about = label_of(row, daemon_set)
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


def _restart(
    cluster: Cluster, asked: Invocation, row: Kind, workload: Object
) -> Iterator[str]:
    _require(row, workload, "restarting", "DaemonSet", "Deployment", "StatefulSet")
    at = {_RESTARTED: timestamp(cluster.now)}
    patch = {"spec": {"template": {"metadata": {"annotations": at}}}}
    after = _patched(cluster, row, workload, patch)
    if is_same(workload, after):
        raise RefusedError(_TOO_SOON.format(name(workload)))
    yield f"{label_of(row, workload)} restarted"


def _pause(
    cluster: Cluster, asked: Invocation, row: Kind, workload: Object
) -> Iterator[str]:
    yield from _set_paused(cluster, row, workload, paused=True)


def _resume(
    cluster: Cluster, asked: Invocation, row: Kind, workload: Object
) -> Iterator[str]:
    yield from _set_paused(cluster, row, workload, paused=False)


def _set_paused(
    cluster: Cluster, row: Kind, workload: Object, *, paused: bool
) -> Iterator[str]:
    """Of Deployments alone. Kubernetes: kubectl/pkg/polymorphichelpers/objectpauser.go, objectresumer.go"""
    _require(row, workload, "pausing" if paused else "resuming", "Deployment")
    if bool(workload["spec"].get("paused")) == paused:
        state = "already" if paused else "not"
        raise RefusedError(
            f'error: {row.qualified} "{name(workload)}" is {state} paused'
        )
    _patched(cluster, row, workload, {"spec": {"paused": paused or None}})
    yield f"{label_of(row, workload)} {'paused' if paused else 'resumed'}"


def _require(row: Kind, workload: Object, deed: str, *kinds: str) -> None:
    if row.kind not in kinds:
        about = f'{row.qualified} "{name(workload)}"'
        raise RefusedError(f"error: {about} {deed} is not supported")


def _patched(cluster: Cluster, row: Kind, workload: Object, patch: Object) -> Object:
    return cluster.patch(
        row.kind,
        name(workload),
        patch,
        namespace=place_of(workload),
        manager="kubectl-rollout",
    )


_COMMANDS: dict[str, Answer] = {
    "status": status,
    "history": _history,
    "undo": _undo,
    "restart": _restart,
    "pause": _pause,
    "resume": _resume,
}
