"""What one Pod of a Job counts for, and the Pods that a Job makes.

Kubernetes: pkg/controller/job/job_controller.go, indexed_job_utils.go
"""

from __future__ import annotations

from collections.abc import Iterable

from k8slearn.apimachinery.objects import (
    Object,
    Readable,
    annotations_of,
    condition,
    is_deleting,
    labels,
    name,
    seconds_of,
)
from k8slearn.controllers.templates import pod_from_template
from k8slearn.kinds.job_rules import INDEXED
from k8slearn.kinds.pod.state import phase, sidecars
from k8slearn.kinds.pod_template.container_lists import with_each_container

FINALIZER = "batch.kubernetes.io/job-tracking"
"""The finalizer that keeps a Pod until its Job has counted it, whoever deletes it."""
INDEX = "batch.kubernetes.io/job-completion-index"
_STEM = 58
"""The longest prefix that a name is generated from. Kubernetes: MaxGeneratedNameLength"""
INDEX_VARIABLE = "JOB_COMPLETION_INDEX"


def is_tracked(pod: Object) -> bool:
    """Whether a Pod still waits to be counted."""
    return FINALIZER in (pod["metadata"].get("finalizers") or ())


def untracked(pod: Object) -> Object:
    """The Pod without the finalizer."""
    left = [f for f in pod["metadata"].get("finalizers") or () if f != FINALIZER]
    metadata = {**pod["metadata"], "finalizers": left}
    if not left:
        del metadata["finalizers"]
    return {**pod, "metadata": metadata}


def replaces_only_failed(job: Readable) -> bool:
    """Whether a new Pod waits until the old one has really ended. Kubernetes: onlyReplaceFailedPods"""
    spec = job["spec"]
    policy = spec.get("podReplacementPolicy")
    return policy == "Failed" or spec.get("podFailurePolicy") is not None


def has_failed(job: Readable, pod: Object) -> bool:
    """Whether a Pod counts as failed; one that is deleted on its way does. Kubernetes: isPodFailed"""
    if phase(pod) == "Failed":
        return True
    if replaces_only_failed(job):
        return False
    return is_deleting(pod) and phase(pod) != "Succeeded"


def has_succeeded(pod: Object) -> bool:
    """Whether it ended well."""
    return phase(pod) == "Succeeded"


def index_of(pod: Object) -> int | None:
    """The completion index of an Indexed Job's Pod."""
    text = annotations_of(pod).get(INDEX, "")
    if text.isdigit():
        return int(text)
    return None


def is_indexed(job: Readable) -> bool:
    """Whether each Pod has a number."""
    return bool(job["spec"].get("completionMode") == INDEXED)


def ended_at(pod: Object, now: float) -> float:
    """When a Pod ended, as far as it says so. Kubernetes: getFinishedTime"""
    status = pod.get("status", {})
    beside = sidecars(pod)
    inits = status.get("initContainerStatuses", ())
    counted = [each for each in inits if each["name"] in beside]
    counted += status.get("containerStatuses", ())
    found = [each.get("state", {}).get("terminated", {}).get("finishedAt") for each in counted]  # fmt: skip
    # While one of them runs none has the last word.
    if found and all(found):
        return max(map(seconds_of, found))
    ready = condition(pod, "Ready") or {"status": "True"}
    if ready["status"] != "True" and ready.get("lastTransitionTime"):
        return seconds_of(ready["lastTransitionTime"])
    deleted = pod["metadata"].get("deletionTimestamp")
    if deleted:
        grace = float(pod["metadata"].get("deletionGracePeriodSeconds", 0))
        return min(seconds_of(deleted) - grace, now)
    return seconds_of(pod["metadata"]["creationTimestamp"])


def new_pods(job: Object, count: int, indexes: Iterable[int]) -> list[Object]:
    """`count` Pods of the Job's template, numbered if it is an Indexed one. Kubernetes: manageJob"""
    template = job["spec"]["template"]
    own = template.get("metadata", {}).get("finalizers") or []
    plain = pod_from_template(job, template, finalizers=[*own, FINALIZER])
    if not is_indexed(job):
        return [plain] * count
    return [_numbered(job, plain, index) for index in indexes]


def _numbered(job: Object, pod: Object, index: int) -> Object:
    text = str(index)
    # The index stays, however long the Job's name is. Kubernetes: podGenerateNameWithIndex
    end = f"-{index}-"
    metadata = {
        **pod["metadata"],
        "generateName": name(job)[: _STEM - len(end)] + end,
        "annotations": {**annotations_of(pod), INDEX: text},
        "labels": {**labels(pod), INDEX: text},
    }
    spec = {**pod["spec"], "hostname": f"{name(job)}-{index}"}
    spec = with_each_container(spec, _told_its_index)
    return {**pod, "metadata": metadata, "spec": spec}


def _told_its_index(container: Object) -> Object:
    # By the annotation, so that one template does for all. Kubernetes: addCompletionIndexEnvVariable
    path = f"metadata.labels['{INDEX}']"
    field_ref = {"fieldRef": {"apiVersion": "v1", "fieldPath": path}}
    known = container.get("env", [])
    if any(variable["name"] == INDEX_VARIABLE for variable in known):
        return container
    variable = {"name": INDEX_VARIABLE, "valueFrom": field_ref}
    return {**container, "env": [*known, variable]}
