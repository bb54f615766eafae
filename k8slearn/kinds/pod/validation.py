"""The rules of a Pod, and what little of it may change.

Kubernetes: pkg/apis/core/validation/validation.go ValidatePodCreate, ValidatePodUpdate, ValidatePodStatusUpdate
"""

from __future__ import annotations

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import (
    Causes,
    forbidden,
    indexed,
    invalid,
    required,
)
from k8slearn.apimachinery.gotext import MAX_INT32
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds import metadata as meta
from k8slearn.kinds.difference import difference
from k8slearn.kinds.pod.gated import while_gated
from k8slearn.kinds.pod.shared import Shared
from k8slearn.kinds.pod.state import affinity_for, get_target_node_name
from k8slearn.kinds.pod_template.affinity import affinity
from k8slearn.kinds.pod_template.annotations import (
    APP_ARMOR,
    MIRROR,
    pod_annotations,
    profiles_match,
)
from k8slearn.kinds.pod_template.container import only_for_pods
from k8slearn.kinds.pod_template.spec import pod_spec

_CONTAINERS = ("containers", "initContainers")
_GRACE = "terminationGracePeriodSeconds"
_CHANGEABLE = ",".join(
    (
        "`spec.containers[*].image`",
        "`spec.initContainers[*].image`",
        "`spec.activeDeadlineSeconds`",
        "`spec.tolerations` (only additions to existing tolerations)",
        "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)",
    )
)
_CHANGED_TOLERATION = (
    "existing toleration can not be modified except its tolerationSeconds"
)
# Upstream spares these the check of their name: they are as old as Pods are.
_SYSTEM_CONDITIONS = ("PodScheduled", "Ready", "Initialized")


def validate(pod: Object) -> Causes:
    """Kubernetes: ValidatePodCreate"""
    yield from _annotations_and_spec(pod)
    spec = pod.get("spec", {})
    if spec.get("ephemeralContainers"):
        yield forbidden("spec.ephemeralContainers", "cannot be set on create")
    if spec.get("nodeName") and spec.get("schedulingGates"):
        detail = "cannot be set until all schedulingGates have been cleared"
        yield forbidden("spec.nodeName", detail)
    annotations = pod["metadata"].get("annotations", {})
    yield from profiles_match(annotations, spec, "spec")


def _annotations_and_spec(pod: Object) -> Causes:
    # Kubernetes: validatePodMetadataAndSpec, after the metadata
    annotations = pod["metadata"].get("annotations", {})
    spec = pod.get("spec", {})
    yield from pod_annotations(annotations, spec, "metadata.annotations")
    if not _is_sound(spec):
        yield from _spec(spec)
    elif "affinity" in spec and not _is_for_one_node(pod):
        # Whatever is wrong with the spec is wrong with its affinity, which has rules of its own alone.
        yield from affinity(spec["affinity"], "spec.affinity")


def _is_for_one_node(pod: Object) -> bool:
    """Whether the affinity says no more than the name of a Node, as it does in the Pods of DaemonSets."""
    node = get_target_node_name(pod)
    alone = {"nodeAffinity": affinity_for(node)}
    return pod["spec"]["affinity"] == alone and not text.dns_subdomain(node)


def _spec(spec: Object) -> Causes:
    yield from pod_spec(spec, "spec", is_pod=True)
    for kind in _CONTAINERS:
        yield from only_for_pods(spec.get(kind, []), f"spec.{kind}")


@Shared
def _is_sound(spec: Object) -> bool:
    """Whether nothing is wrong with a spec."""
    return not list(_spec(spec))


def validate_update(new: Object, old: Object) -> Causes:
    """Of its spec little more than images and further tolerations may change. Kubernetes: ValidatePodUpdate"""
    # A changed Pod must be one that could be created as it now is.
    yield from meta.object_meta(
        new["metadata"], "metadata", namespaced=True, rule=text.dns_subdomain
    )
    spec = new.get("spec", {})
    before = old.get("spec", {})
    if spec == before:
        # It has passed as it is: only what is said about it has changed.
        annotations = new["metadata"].get("annotations", {})
        yield from pod_annotations(annotations, spec, "metadata.annotations")
        yield from _settled_annotations(new, old)
        return
    yield from _annotations_and_spec(new)
    yield from _settled_annotations(new, old)
    for kind in _CONTAINERS:
        containers = spec.get(kind, [])
        if len(containers) != len(before.get(kind, [])):
            detail = "pod updates may not add or remove containers"
            yield forbidden(f"spec.{kind}", detail)
            # The rest compares them one by one, which no longer means anything.
            return
        yield from _images(containers, f"spec.{kind}")
    deadline = spec.get("activeDeadlineSeconds")
    yield from _deadline(deadline, before.get("activeDeadlineSeconds"))
    tolerations = spec.get("tolerations", [])
    yield from _tolerations(tolerations, before.get("tolerations", []))
    gates = spec.get("schedulingGates", [])
    yield from _gates(gates, before.get("schedulingGates", []))
    if before.get("schedulingGates"):
        spec, causes = while_gated(spec, before)
        yield from causes
    yield from _rest(spec, before)


def _settled_annotations(new: Object, old: Object) -> Causes:
    # Kubernetes: ValidatePodSpecificAnnotationUpdates
    now = new["metadata"].get("annotations", {})
    before = old["metadata"].get("annotations", {})
    for key in (*before, *(now.keys() - before.keys())):
        title = "mirror pod annotation" if key == MIRROR else "AppArmor annotations"
        if now.get(key) == before.get(key) or not key.startswith((MIRROR, APP_ARMOR)):
            continue
        what = "remove or update" if key in before else "add"
        yield forbidden(f"metadata.annotations[{key}]", f"may not {what} {title}")


def _images(containers: list[Object], path: str) -> Causes:
    for at, container in indexed(containers, path):
        if not container.get("image"):
            yield required(f"{at}.image")
    yield from only_for_pods(containers, path)


def _deadline(new: int | None, old: int | None) -> Causes:
    """A deadline may be set, and brought nearer; it is never put off."""
    path = "spec.activeDeadlineSeconds"
    if new is None:
        if old is not None:
            detail = "must not update from a positive integer to nil value"
            yield invalid(path, None, detail)
    elif not 0 <= new <= MAX_INT32:
        yield invalid(path, new, text.between(0, MAX_INT32))
    elif old is not None and old < new:
        yield invalid(path, new, "must be less than or equal to previous value")


def _tolerations(new: list[Object], old: list[Object]) -> Causes:
    # What let the Pod onto its Node must stay; only how long it may stay there is open.
    kept = [_without(toleration, "tolerationSeconds") for toleration in new]
    for toleration in old:
        if _without(toleration, "tolerationSeconds") not in kept:
            yield forbidden("spec.tolerations", _CHANGED_TOLERATION)
            return


def _without(o: Object, *fields: str) -> Object:
    return {field: value for field, value in o.items() if field not in fields}


def _gates(new: list[Object], old: list[Object]) -> Causes:
    known = {gate.get("name") for gate in old}
    for at, gate in indexed(new, "spec.schedulingGates"):
        if gate.get("name") not in known:
            shown = gate.get("name", "")
            detail = (
                f"only deletion is allowed, but found new scheduling gate '{shown}'"
            )
            yield forbidden(f"{at}.name", detail)


def _rest(spec: Object, before: Object) -> Causes:
    old = _fixed_part(before)
    new = _fixed_part(spec)
    grace = before.get(_GRACE, 0)
    # An object of old may hold a negative period, which no longer passes: 1 is what it always meant.
    if grace < 0 and spec.get(_GRACE) == 1:
        new = {**new, _GRACE: grace}
    if old != new:
        detail = f"pod updates may not change fields other than {_CHANGEABLE}"
        yield forbidden("spec", f"{detail}\n{difference(old, new)}")


def _fixed_part(spec: Object) -> Object:
    fixed = _without(spec, "activeDeadlineSeconds", "tolerations", "schedulingGates")
    for kind in _CONTAINERS:
        if kind in fixed:
            fixed[kind] = [_without(each, "image") for each in fixed[kind]]
    return fixed


def validate_status(new: Object, old: Object) -> Causes:
    """Kubernetes: ValidatePodStatusUpdate"""
    status = new.get("status", {})
    before = old.get("status", {})
    conditions = status.get("conditions", [])
    for number, condition in enumerate(conditions):
        kind = condition.get("type", "")
        if kind not in _SYSTEM_CONDITIONS:
            # The path is worded only where something is wrong: this is every kubelet's every status.
            for detail in text.label_key(kind):
                yield invalid(f"status.conditions[{number}].Type", kind, detail)
    spec = new.get("spec", {})
    bound = old.get("spec", {}).get("nodeName")
    if spec.get("nodeName") != bound:
        yield forbidden("status.nodeName", "may not be changed directly")
    seen = status.get("observedGeneration", 0)
    if seen < 0:
        detail = "must be a non-negative integer"
        yield invalid("status.observedGeneration", seen, detail)
    # The kubelet places a Pod into a cgroup by its quality when it starts.
    if quality := before.get("qosClass"):
        yield from meta.immutable(
            "status.qosClass", status.get("qosClass", ""), quality
        )
