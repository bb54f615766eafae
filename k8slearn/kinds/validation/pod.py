"""Pods.

Kubernetes: pkg/apis/core/validation/validation.go ValidatePodCreate, ValidatePodUpdate, ValidatePodStatusUpdate
"""

from __future__ import annotations

import json
from difflib import unified_diff
from typing import Any

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import (
    Causes,
    each_invalid,
    forbidden,
    invalid,
    not_negative,
    required,
)
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds import metadata as meta
from k8slearn.kinds.pod_template.container import only_for_pods
from k8slearn.kinds.pod_template.spec import pod_annotations, pod_spec

_MAX_INT32 = 2**31 - 1
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
_SYSTEM_CONDITIONS = ("PodScheduled", "Ready", "Initialized")


def create(pod: Object) -> Causes:
    """A new Pod."""
    yield from _metadata_and_spec(pod)
    spec = pod.get("spec", {})
    if spec.get("ephemeralContainers"):
        yield forbidden("spec.ephemeralContainers", "cannot be set on create")
    if spec.get("nodeName") and spec.get("schedulingGates"):
        yield forbidden(
            "spec.nodeName", "cannot be set until all schedulingGates have been cleared"
        )


def _metadata_and_spec(pod: Object) -> Causes:
    metadata, spec = pod["metadata"], pod.get("spec", {})
    yield from meta.object_meta(
        metadata, "metadata", namespaced=True, rule=text.dns_subdomain
    )
    yield from pod_annotations(
        metadata.get("annotations", {}), spec, "metadata.annotations"
    )
    yield from pod_spec(spec, "spec", is_pod=True)
    yield from not_negative(
        "spec.terminationGracePeriodSeconds", spec.get("terminationGracePeriodSeconds")
    )
    for kind in ("containers", "initContainers"):
        yield from only_for_pods(spec.get(kind) or [], f"spec.{kind}")


def update(new: Object, old: Object) -> Causes:
    """A changed Pod: of its spec little more than images and further tolerations may change."""
    yield from meta.object_meta_update(new["metadata"], old["metadata"], "metadata")
    yield from _metadata_and_spec(new)
    spec, before = new.get("spec", {}), old.get("spec", {})
    for kind in ("containers", "initContainers"):
        if len(spec.get(kind) or []) != len(before.get(kind) or []):
            yield forbidden(
                f"spec.{kind}", "pod updates may not add or remove containers"
            )
            return
        yield from _images(spec.get(kind) or [], f"spec.{kind}")
    yield from _deadline(
        spec.get("activeDeadlineSeconds"), before.get("activeDeadlineSeconds")
    )
    yield from _tolerations(spec.get("tolerations", []), before.get("tolerations", []))
    yield from _gates(
        spec.get("schedulingGates", []), before.get("schedulingGates", [])
    )
    yield from _rest(spec, before)


def _images(containers: list[Object], path: str) -> Causes:
    for i, container in enumerate(containers):
        if not container.get("image"):
            yield required(f"{path}[{i}].image")
    yield from only_for_pods(containers, path)


def _deadline(new: int | None, old: int | None) -> Causes:
    path = "spec.activeDeadlineSeconds"
    if new is None:
        if old is not None:
            yield invalid(
                path, None, "must not update from a positive integer to nil value"
            )
    elif not 0 <= new <= _MAX_INT32:
        yield invalid(path, new, text.between(0, _MAX_INT32))
    elif old is not None and old < new:
        yield invalid(path, new, "must be less than or equal to previous value")


def _tolerations(new: list[Object], old: list[Object]) -> Causes:
    kept = [_lasting(toleration) for toleration in new]
    if any(_lasting(toleration) not in kept for toleration in old):
        yield forbidden("spec.tolerations", _CHANGED_TOLERATION)


def _lasting(toleration: Object) -> Object:
    return {
        key: value for key, value in toleration.items() if key != "tolerationSeconds"
    }


def _gates(new: list[Object], old: list[Object]) -> Causes:
    known = {gate.get("name") for gate in old}
    for i, gate in enumerate(new):
        if gate.get("name") not in known:
            detail = f"only deletion is allowed, but found new scheduling gate '{gate.get('name', '')}'"
            yield forbidden(f"spec.schedulingGates[{i}].name", detail)


def _rest(spec: Object, before: Object) -> Causes:
    old, new = _fixed_part(before), _fixed_part(spec)
    grace = (
        "terminationGracePeriodSeconds",
        before.get("terminationGracePeriodSeconds", 0),
    )
    if grace[1] < 0 and spec.get(grace[0]) == 1:
        new = {**new, grace[0]: grace[1]}
    if old != new:
        yield forbidden(
            "spec",
            f"pod updates may not change fields other than {_CHANGEABLE}\n{_difference(old, new)}",
        )


def _fixed_part(spec: Object) -> Object:
    free = ("activeDeadlineSeconds", "tolerations", "schedulingGates")
    fixed = {key: value for key, value in spec.items() if key not in free}
    for kind in ("containers", "initContainers"):
        if kind in fixed:
            fixed[kind] = [
                {key: value for key, value in c.items() if key != "image"}
                for c in fixed[kind]
            ]
    return fixed


def _difference(old: Any, new: Any) -> str:
    """The lines that differ. Kubernetes prints its Go structs here; we print the JSON."""
    before, after = (
        json.dumps(value, indent=2, sort_keys=True).splitlines() for value in (old, new)
    )
    return "\n".join(list(unified_diff(before, after, lineterm="", n=2))[3:]) + "\n"


def update_status(new: Object, old: Object) -> Causes:
    """A changed status."""
    yield from meta.object_meta_update(new["metadata"], old["metadata"], "metadata")
    status = new.get("status", {})
    for i, condition in enumerate(status.get("conditions", [])):
        if (kind := condition.get("type", "")) not in _SYSTEM_CONDITIONS:
            yield from each_invalid(
                f"status.conditions[{i}].Type", kind, text.label_key(kind)
            )
    if new.get("spec", {}).get("nodeName") != old.get("spec", {}).get("nodeName"):
        yield forbidden("status.nodeName", "may not be changed directly")
    yield from not_negative(
        "status.observedGeneration", status.get("observedGeneration")
    )
    yield from _quality(
        status.get("qosClass", ""), old.get("status", {}).get("qosClass", "")
    )


def _quality(new: str, old: str) -> Causes:
    if old:
        yield from meta.immutable("status.qosClass", new, old)
