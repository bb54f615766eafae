"""`kubectl rollout status`: how far it is, told at each change, as long as time has to go on for it.

Kubernetes: kubectl/pkg/polymorphichelpers/rollout_status.go
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from k8slearn.apimachinery.objects import Object, condition, name, uid
from k8slearn.cluster import Cluster
from k8slearn.controllers.deployment.progress import PROGRESSING, TIMED_OUT
from k8slearn.kinds.kind import Kind
from k8slearn.locale import page as words
from k8slearn.page.kubectl.durations import duration
from k8slearn.page.kubectl.options import Invocation, RefusedError

# A rollout that is stuck never ends, and whoever sits before the page wants it back. Simulated seconds.
LONGEST_WAIT = 600
_NOT_ROLLING = "error: rollout status is only available for RollingUpdate strategy type"
_TIMED_OUT = "error: timed out waiting for the condition"


def status(
    cluster: Cluster, asked: Invocation, row: Kind, workload: Object
) -> Iterator[str]:
    """Until all is done, or until the line does not wait any longer."""
    view = _VIEWERS.get(row.kind)
    if view is None:
        raise RefusedError(_no_viewer(row))
    longest = duration(asked, "timeout", "rollout status")
    end = cluster.now + (longest or LONGEST_WAIT)
    told = view(workload)
    yield told
    watches = asked.options.get("watch") != "false"
    while watches and not _is_done(told) and cluster.now < end:
        action = cluster.step_within(end - cluster.now)
        for change in cluster.changes(action) if action else ():
            if uid(change.object) == uid(workload):
                told = view(change.object)
                yield told
    if watches and cluster.now >= end:
        if longest:
            raise RefusedError(_TIMED_OUT)
        yield words.KUBECTL_STILL_WAITS.format(seconds=LONGEST_WAIT)


def _no_viewer(row: Kind) -> str:
    if row.kind == "StatefulSet":
        return words.KUBECTL_NOT_OF_KIND.format(command="status", kind=row.kind)
    return f"error: no status viewer has been implemented for {row.kind}"


def _is_done(told: str) -> bool:
    return told.endswith("successfully rolled out")


def _daemon_set(daemon_set: Object) -> str:
    """Kubernetes: DaemonSetStatusViewer.Status"""
    spec, found = daemon_set["spec"], daemon_set.get("status", {})
    if spec["updateStrategy"]["type"] != "RollingUpdate":
        raise RefusedError(_NOT_ROLLING)
    if not _is_observed(daemon_set):
        return "Waiting for daemon set spec update to be observed..."
    wanted = found.get("desiredNumberScheduled", 0)
    updated = found.get("updatedNumberScheduled", 0)
    available = found.get("numberAvailable", 0)
    waiting = f'Waiting for daemon set "{name(daemon_set)}" rollout to finish:'
    if updated < wanted:
        return f"{waiting} {updated} out of {wanted} new pods have been updated..."
    if available < wanted:
        return f"{waiting} {available} of {wanted} updated pods are available..."
    return f'daemon set "{name(daemon_set)}" successfully rolled out'


def _is_observed(workload: Object) -> bool:
    seen = workload.get("status", {}).get("observedGeneration", 0)
    return bool(seen >= workload["metadata"]["generation"])


def _deployment(deployment: Object) -> str:
    """Kubernetes: DeploymentStatusViewer.Status"""
    if not _is_observed(deployment):
        return "Waiting for deployment spec update to be observed..."
    about = f'deployment "{name(deployment)}"'
    progress = condition(deployment, PROGRESSING) or {}
    if progress.get("reason") == TIMED_OUT:
        raise RefusedError(f"error: {about} exceeded its progress deadline")
    found = deployment.get("status", {})
    wanted = deployment["spec"]["replicas"]
    every = found.get("replicas", 0)
    updated = found.get("updatedReplicas", 0)
    available = found.get("availableReplicas", 0)
    waiting = f"Waiting for {about} rollout to finish:"
    if updated < wanted:
        return f"{waiting} {updated} out of {wanted} new replicas have been updated..."
    if every > updated:
        old = every - updated
        return f"{waiting} {old} old replicas are pending termination..."
    if available < updated:
        return f"{waiting} {available} of {updated} updated replicas are available..."
    return f"{about} successfully rolled out"


_VIEWERS: dict[str, Callable[[Object], str]] = {
    "DaemonSet": _daemon_set,
    "Deployment": _deployment,
}
