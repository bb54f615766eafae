"""PriorityClass: a name for how important Pods are, and what a Pod gets that names one.

Kubernetes: pkg/registry/scheduling/priorityclass/strategy.go, pkg/apis/scheduling/validation/validation.go,
plugin/pkg/admission/priority
"""

from __future__ import annotations

from k8slearn.apimachinery import errors
from k8slearn.apimachinery.field import (
    IMMUTABLE,
    Causes,
    forbidden,
    invalid,
    not_supported,
)
from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import Object, name, with_metadata
from k8slearn.kinds.kind import Kind
from k8slearn.kinds.printing import Cell, age

PREEMPTS = "PreemptLowerPriority"
POLICIES = (PREEMPTS, "Never")
# pkg/apis/scheduling/types.go: a billion; twice as much and more is the system's own.
HIGHEST = 1_000_000_000
_PREFIX = "system-"
SYSTEM_CLASSES = {
    "system-cluster-critical": (
        2_000_000_000,
        "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.",
    ),
    "system-node-critical": (
        2_000_001_000,
        "Used for system critical pods that must not be moved from their current node.",
    ),
}


def system_class(wanted: str) -> Object:
    """One of the two classes that the API server makes when it starts."""
    value, description = SYSTEM_CLASSES[wanted]
    return {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": wanted},
        "value": value,
        "description": description,
        "preemptionPolicy": PREEMPTS,
    }


def default(o: Object) -> Object:
    """Kubernetes: SetDefaults_PriorityClass; the value is there even where it is 0."""
    return {"preemptionPolicy": PREEMPTS, "value": 0, **o}


def prepare_for_create(o: Object, reader: object) -> Object:
    """Its generation is 1 for good: nothing that counts can be changed."""
    return with_metadata(o, generation=1)


def validate(o: Object) -> Causes:
    """Kubernetes: ValidatePriorityClass"""
    value = o.get("value", 0)
    if name(o).startswith(_PREFIX):
        complaint = _unlike_system(o)
        if complaint:
            detail = f"priority class names with '{_PREFIX}' prefix are reserved for system use only. error: "
            yield forbidden("metadata.name", detail + complaint)
    elif value > HIGHEST:
        detail = f"maximum allowed value of a user defined priority is {HIGHEST}"
        yield forbidden("value", detail)
    policy = o.get("preemptionPolicy", PREEMPTS)
    if policy not in POLICIES:
        yield not_supported("preemptionPolicy", policy, POLICIES)


def _unlike_system(o: Object) -> str:
    """What is wrong with a class under a name of the system. Kubernetes: IsKnownSystemPriorityClass"""
    known = SYSTEM_CLASSES.get(name(o))
    if known is None:
        return f"{name(o)} is not a known system priority class"
    if o.get("value", 0) != known[0]:
        return f"value of {name(o)} PriorityClass must be {known[0]}"
    if o.get("globalDefault"):
        return f"globalDefault of {name(o)} PriorityClass must be false"
    return ""


def validate_update(new: Object, old: Object) -> Causes:
    """Kubernetes: ValidatePriorityClassUpdate"""
    if new.get("value", 0) != old.get("value", 0):
        yield forbidden("value", "may not be changed in an update.")
    policy = new.get("preemptionPolicy")
    if policy != old.get("preemptionPolicy"):
        yield invalid("preemptionPolicy", policy, IMMUTABLE)


def cells(o: Object, now: float) -> list[Cell]:
    """Kubernetes: printPriorityClass"""
    is_default = bool(o.get("globalDefault"))
    policy = o.get("preemptionPolicy", "")
    return [name(o), o.get("value", 0), is_default, age(o, now), policy]


_TOLD = (
    "the {} of {} ({}) must not be provided in pod spec; priority admission controller computed {} "
    "from the given PriorityClass name"
)


def admit_pod(pod: Object, reader: Reader) -> Object:
    """The Pod with its class, priority and policy. Raises ApiError Forbidden for an unknown class."""
    spec = pod["spec"]
    wanted = spec.get("priorityClassName", "")
    found = _class_of(wanted, reader) if wanted else _default_class(reader)
    if wanted and found is None:
        raise _refusal("pods", pod, f"no PriorityClass with name {wanted} was found")
    value = 0
    policy = PREEMPTS
    if found is not None:
        value = found.get("value", 0)
        policy = found.get("preemptionPolicy", PREEMPTS)
        spec = {**spec, "priorityClassName": name(found)}
    given = spec.get("priority", value)
    if given != value:
        why = _TOLD.format("integer value", "priority", given, value)
        raise _refusal("pods", pod, why)
    given = spec.get("preemptionPolicy", policy)
    if given != policy:
        why = _TOLD.format("string value", "PreemptionPolicy", given, policy)
        raise _refusal("pods", pod, why)
    admitted = {**spec, "preemptionPolicy": policy, "priority": value}
    return {**pod, "spec": admitted}


def keep_in_pod(pod: Object, old: Object) -> Object:
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


def refuse(o: Object, reader: Reader) -> None:
    """Only one class is the default. Raises ApiError Forbidden."""
    if not o.get("globalDefault"):
        return
    present = _default_class(reader)
    if present is not None and name(present) != name(o):
        why = f"PriorityClass {name(present)} is already marked as default. Only one default can exist"
        raise _refusal(PRIORITY_CLASS.qualified, o, why)


def _refusal(qualified: str, o: Object, why: str) -> errors.ApiError:
    # What is not named yet is told of by its prefix.
    metadata = o["metadata"]
    shown = metadata.get("name") or metadata.get("generateName", "")
    return errors.forbidden(qualified, shown, why)


PRIORITY_CLASS = Kind(
    "scheduling.k8s.io/v1",
    "PriorityClass",
    default=default,
    create_rules=validate,
    update_rules=validate_update,
    prepare_for_create=prepare_for_create,
    admit_pod=admit_pod,
    keep_in_pod=keep_in_pod,
    refuse=refuse,
    # The API server of a real cluster makes the two as well: pkg/registry/scheduling/rest/storage_scheduling.go
    made_at_start=tuple(map(system_class, SYSTEM_CLASSES)),
    protected_names=tuple(SYSTEM_CLASSES),
    protected_because="this is a system priority class and cannot be deleted",
    cells=cells,
)
