"""Priority: the number that a Pod's class stands for. Kubernetes: plugin/pkg/admission/priority"""

from __future__ import annotations

from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import Object, name
from k8slearn.apiserver.plugins.refusal import refuse
from k8slearn.kinds.priorityclass import PREEMPTS, SYSTEM_CLASSES, system_class

_TOLD = (
    "the {} of {} ({}) must not be provided in pod spec; priority admission controller computed {} "
    "from the given PriorityClass name"
)


def mutate(pod: Object, reader: Reader) -> Object:
    """The Pod with its class, priority and policy. Raises ApiError Forbidden for an unknown class."""
    spec = pod["spec"]
    wanted = spec.get("priorityClassName", "")
    found = _class_of(wanted, reader) if wanted else _default_class(reader)
    if wanted and found is None:
        raise refuse(pod, f"no PriorityClass with name {wanted} was found")
    value = 0
    policy = PREEMPTS
    if found is not None:
        value = found.get("value", 0)
        policy = found.get("preemptionPolicy", PREEMPTS)
        spec = {**spec, "priorityClassName": name(found)}
    given = spec.get("priority", value)
    if given != value:
        raise refuse(pod, _TOLD.format("integer value", "priority", given, value))
    given = spec.get("preemptionPolicy", policy)
    if given != policy:
        why = _TOLD.format("string value", "PreemptionPolicy", given, policy)
        raise refuse(pod, why)
    admitted = {**spec, "preemptionPolicy": policy, "priority": value}
    return {**pod, "spec": admitted}


def kept(pod: Object, old: Object) -> Object:
    """A changed Pod with the priority and policy that it got when it was new, unless it says something else."""
    before = old["spec"]
    spec = pod["spec"]
    lost = [
        f for f in ("priority", "preemptionPolicy") if f in before and f not in spec
    ]
    if not lost:
        return pod
    return {**pod, "spec": {**spec, **{field: before[field] for field in lost}}}


def _class_of(wanted: str, reader: Reader) -> Object | None:
    found = reader.get("PriorityClass", wanted)
    if found is None and wanted in SYSTEM_CLASSES:
        # The API server makes them when it starts; they cannot be missing.
        return system_class(wanted)
    return found


def _default_class(reader: Reader) -> Object | None:
    """The class for Pods that name none; of several the least. Kubernetes: getDefaultPriorityClass"""
    classes = reader.list("PriorityClass")
    found = [each for each in classes if each.get("globalDefault")]
    return min(found, key=lambda each: each.get("value", 0), default=None)


def validate_class(o: Object, reader: Reader) -> None:
    """Only one class is the default. Raises ApiError Forbidden."""
    if not o.get("globalDefault"):
        return
    present = _default_class(reader)
    if present is not None and name(present) != name(o):
        why = f"PriorityClass {name(present)} is already marked as default. Only one default can exist"
        raise refuse(o, why)
