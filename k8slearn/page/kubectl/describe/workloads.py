"""What makes Pods from a template. Kubernetes: kubectl/pkg/describe/describe.go"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from k8slearn.apimachinery import quantity
from k8slearn.apimachinery.gotext import go_plain
from k8slearn.apimachinery.objects import (
    Object,
    annotations_of,
    controller_uid,
    labels,
    name,
    namespace,
    seconds_of,
    uid,
)
from k8slearn.cluster import Cluster
from k8slearn.controllers.deployment.replica_sets import find_new
from k8slearn.kinds.pod.state import phase
from k8slearn.kinds.printing import NONE, UNSET, human_duration, joined, selector_text
from k8slearn.page.kubectl.describe.parts import (
    Lines,
    conditions,
    controller,
    head,
    labels_and_annotations,
    moment,
    pairs,
)
from k8slearn.page.kubectl.describe.pods import template

# Of the numbers of finished Pods so many letters are shown.
_INDEXES = 50


def daemon_set(cluster: Cluster, o: Object) -> Lines:
    """A DaemonSet."""
    spec, status = o["spec"], o.get("status", {})
    yield from head(o)
    yield f"Selector:\t{selector_text(spec['selector'])}"
    yield f"Node-Selector:\t{joined(spec['template']['spec'].get('nodeSelector'))}"
    yield from labels_and_annotations(o)
    for title, field in (
        ("Desired Number of Nodes Scheduled", "desiredNumberScheduled"),
        ("Current Number of Nodes Scheduled", "currentNumberScheduled"),
        ("Number of Nodes Scheduled with Up-to-date Pods", "updatedNumberScheduled"),
        ("Number of Nodes Scheduled with Available Pods", "numberAvailable"),
        ("Number of Nodes Misscheduled", "numberMisscheduled"),
    ):
        yield f"{title}: {status.get(field, 0)}"
    yield _pods_status(cluster, o)
    yield from template(spec["template"])


def _pods_status(cluster: Cluster, o: Object) -> str:
    """Kubernetes: getPodStatusForController"""
    pods = cluster.list("Pod", namespace(o))
    phases = [phase(pod) for pod in pods if controller_uid(pod) == uid(o)]
    counted = [
        f"{phases.count(wanted)} {title}"
        for title, wanted in (
            ("Running", "Running"),
            ("Waiting", "Pending"),
            ("Succeeded", "Succeeded"),
            ("Failed", "Failed"),
        )
    ]
    return f"Pods Status:\t{' / '.join(counted)}"


def replica_set(cluster: Cluster, o: Object) -> Lines:
    """A ReplicaSet."""
    spec, status = o["spec"], o.get("status", {})
    yield from head(o)
    yield f"Selector:\t{selector_text(spec['selector'])}"
    yield from labels_and_annotations(o)
    yield from controller(o)
    wanted = spec["replicas"]
    yield f"Replicas:\t{status.get('replicas', 0)} current / {wanted} desired"
    yield _pods_status(cluster, o)
    yield from template(spec["template"])
    yield from conditions(o)


def deployment(cluster: Cluster, o: Object) -> Lines:
    """A Deployment with its ReplicaSets."""
    spec, status = o["spec"], o.get("status", {})
    yield from head(o)
    yield f"CreationTimestamp:\t{moment(o['metadata'].get('creationTimestamp'))}"
    yield from labels_and_annotations(o)
    yield f"Selector:\t{selector_text(spec['selector'])}"
    told = [f"{spec['replicas']} desired"]
    for title, field in (
        ("updated", "updatedReplicas"),
        ("total", "replicas"),
        ("available", "availableReplicas"),
        ("unavailable", "unavailableReplicas"),
    ):
        told.append(f"{status.get(field, 0)} {title}")
    yield f"Replicas:\t{' | '.join(told)}"
    strategy = spec["strategy"]
    yield f"StrategyType:\t{strategy['type']}"
    yield f"MinReadySeconds:\t{spec.get('minReadySeconds', 0)}"
    rolling = strategy.get("rollingUpdate")
    if rolling:
        most = f"{rolling['maxUnavailable']} max unavailable"
        yield f"RollingUpdateStrategy:\t{most}, {rolling['maxSurge']} max surge"
    yield from template(spec["template"])
    yield from conditions(o)
    yield from _replica_sets(cluster, o)


def _replica_sets(cluster: Cluster, o: Object) -> Lines:
    every = cluster.list("ReplicaSet", namespace(o))
    own = [each for each in every if controller_uid(each) == uid(o)]
    own.sort(key=lambda each: (each["metadata"]["creationTimestamp"], name(each)))
    new = find_new(o, own)
    old = [each for each in own if new is None or uid(each) != uid(new)]
    if own:
        yield f"OldReplicaSets:\t{_counted(old)}"
        yield f"NewReplicaSet:\t{_counted([new] if new else [])}"


def _counted(found: Iterable[Object]) -> str:
    texts = []
    for each in found:
        made = each.get("status", {}).get("replicas", 0)
        wanted = each["spec"]["replicas"]
        texts.append(f"{name(each)} ({made}/{wanted} replicas created)")
    return ", ".join(texts) or NONE


def stateful_set(cluster: Cluster, o: Object) -> Lines:
    """A StatefulSet."""
    spec, status = o["spec"], o.get("status", {})
    yield from head(o)
    yield f"CreationTimestamp:\t{moment(o['metadata'].get('creationTimestamp'))}"
    yield f"Selector:\t{selector_text(spec['selector'])}"
    yield from labels_and_annotations(o)
    if spec.get("serviceName"):
        yield f"Service Name:\t{spec['serviceName']}"
    yield f"Pod Management Policy:\t{spec.get('podManagementPolicy', '')}"
    yield f"Replicas:\t{spec['replicas']} desired | {status.get('replicas', 0)} total"
    yield from _stateful_policies(spec)
    yield _pods_status(cluster, o)
    yield from template(spec["template"])
    yield from _claims(spec.get("volumeClaimTemplates", ()))


def _stateful_policies(spec: Object) -> Lines:
    strategy = spec["updateStrategy"]
    yield f"Update Strategy:\t{strategy['type']}"
    rolling = strategy.get("rollingUpdate") or {}
    if "partition" in rolling:
        yield f"  Partition:\t{rolling['partition']}"
        if "maxUnavailable" in rolling:
            yield f"  MaxUnavailable:\t{rolling['maxUnavailable']}"
    kept = spec.get("persistentVolumeClaimRetentionPolicy")
    if kept:
        yield "Persistent Volume Claim Retention Policy:"
        yield f"  WhenDeleted:\t{kept['whenDeleted']}"
        yield f"  WhenScaled:\t{kept['whenScaled']}"


def _claims(found: Iterable[Object]) -> Lines:
    """Kubernetes: describeVolumeClaimTemplates"""
    found = list(found)
    yield "Volume Claims:" if found else f"Volume Claims:\t{NONE}"
    for claim in found:
        spec = claim["spec"]
        yield f"  Name:\t{name(claim)}"
        yield f"  StorageClass:\t{spec.get('storageClassName', '')}"
        yield from pairs("Labels", labels(claim), "  ")
        yield from pairs("Annotations", annotations_of(claim), "  ")
        size = spec.get("resources", {}).get("requests", {}).get("storage")
        yield f"  Capacity:\t{quantity.written(size) if size else '<default>'}"
        yield f"  Access Modes:\t{go_plain(spec.get('accessModes', []))}"


# Jobs ----------------------------------------------------------------------------------------------------------


def job(cluster: Cluster, o: Object) -> Lines:
    """A Job."""
    spec = o["spec"]
    yield from head(o)
    yield f"Selector:\t{selector_text(spec.get('selector'))}"
    yield from labels_and_annotations(o)
    yield from controller(o)
    yield from _told(spec, "Parallelism", "parallelism")
    yield f"Completions:\t{spec.get('completions', UNSET)}"
    yield from _told(spec, "Completion Mode", "completionMode")
    yield from _told(spec, "Suspend", "suspend")
    yield from _told(spec, "Backoff Limit", "backoffLimit")
    yield from _told(spec, "TTL Seconds After Finished", "ttlSecondsAfterFinished")
    yield from _job_status(spec, o.get("status", {}))
    yield from template(spec["template"])


def _told(spec: Object, title: str, field: str, unit: str = "") -> Lines:
    if field in spec:
        yield f"{title}:\t{go_plain(spec[field])}{unit}"


def _job_status(spec: Object, status: Object) -> Lines:
    start, end = status.get("startTime"), status.get("completionTime")
    if start:
        yield f"Start Time:\t{moment(start)}"
    if end:
        yield f"Completed At:\t{moment(end)}"
    if start and end:
        yield f"Duration:\t{human_duration(seconds_of(end) - seconds_of(start))}"
    yield from _told(spec, "Active Deadline Seconds", "activeDeadlineSeconds", "s")
    active = f"{status.get('active', 0)} Active"
    if "ready" in status:
        active += f" ({status['ready']} Ready)"
    ended = f"{status.get('succeeded', 0)} Succeeded / {status.get('failed', 0)} Failed"
    yield f"Pods Statuses:\t{active} / {ended}"
    if spec.get("completionMode") == "Indexed":
        yield f"Completed Indexes:\t{_first_of(status.get('completedIndexes', ''))}"


def _first_of(indexes: str) -> str:
    """Kubernetes: capIndexesListOrNone"""
    end = indexes.find(",", _INDEXES)
    if end >= 0:
        return f"{indexes[: end + 1]}..."
    return indexes or NONE


def cron_job(cluster: Cluster, o: Object) -> Lines:
    """A CronJob."""
    spec, status = o["spec"], o.get("status", {})
    yield from head(o)
    yield from labels_and_annotations(o)
    yield f"Schedule:\t{spec['schedule']}"
    yield f"Concurrency Policy:\t{spec.get('concurrencyPolicy', '')}"
    yield f"Suspend:\t{spec.get('suspend', UNSET)}"
    yield f"Time Zone:\t{spec.get('timeZone', UNSET)}"
    kept = spec.get("successfulJobsHistoryLimit", UNSET)
    yield f"Successful Job History Limit:\t{kept}"
    yield f"Failed Job History Limit:\t{spec.get('failedJobsHistoryLimit', UNSET)}"
    yield f"Starting Deadline Seconds:\t{_seconds(spec.get('startingDeadlineSeconds'))}"
    yield from _job_template(spec["jobTemplate"]["spec"])
    last = status.get("lastScheduleTime")
    yield f"Last Schedule Time:\t{moment(last) if last else UNSET}"
    active = ", ".join(each["name"] for each in status.get("active", ()))
    yield f"Active Jobs:\t{active or NONE}"


def _seconds(value: Any) -> str:
    return UNSET if value is None else f"{value}s"


def _job_template(spec: Object) -> Lines:
    selector = selector_text(spec["selector"]) if "selector" in spec else UNSET
    yield f"Selector:\t{selector}"
    yield f"Parallelism:\t{spec.get('parallelism', UNSET)}"
    yield f"Completions:\t{spec.get('completions', UNSET)}"
    yield from _told(spec, "Active Deadline Seconds", "activeDeadlineSeconds", "s")
    yield from template(spec["template"])
