"""What a PersistentVolumeClaim must meet, and what of it a volume must meet, too.

Kubernetes: pkg/apis/core/validation/validation.go, ValidatePersistentVolumeClaimSpec
"""

from __future__ import annotations

from decimal import Decimal

from k8slearn.apimachinery import quantity
from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import (
    Causes,
    follows,
    forbidden,
    invalid,
    not_supported,
    required,
)
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.difference import difference
from k8slearn.kinds.metadata import immutable, label_selector

_ONCE = "ReadWriteOncePod"
_MODES = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", _ONCE)
_VOLUME_MODES = ("Block", "Filesystem")
_ONLY_CLAIMS = "must be 'PersistentVolumeClaim' when referencing the default apiGroup"
_CLAIMS_STAY = (
    "spec is immutable after creation except resources.requests and "
    "volumeAttributesClassName for bound claims"
)


def access_modes(spec: Object, path: str) -> Causes:
    """Modes that there are, of which one stands alone."""
    at = f"{path}.accessModes"
    modes = spec.get("accessModes", [])
    for mode in modes:
        if mode not in _MODES:
            yield not_supported(at, mode, _MODES)
    known = {mode for mode in modes if mode in _MODES}
    if _ONCE in known and len(known) > 1:
        yield forbidden(at, f"may not use {_ONCE} with other access modes")


def positive(amount: str, path: str) -> Causes:
    """Kubernetes: ValidatePositiveQuantityValue"""
    if quantity.parse(amount).value <= 0:
        yield invalid(path, amount, "must be greater than zero")


def class_name(spec: Object, field: str, path: str) -> Causes:
    """The name of a class, where there is one."""
    name = spec.get(field)
    if name:
        yield from follows(f"{path}.{field}", name, text.dns_subdomain)


def volume_mode(spec: Object, path: str) -> Causes:
    """Files or blocks."""
    mode = spec.get("volumeMode")
    if mode is not None and mode not in _VOLUME_MODES:
        yield not_supported(f"{path}.volumeMode", mode, _VOLUME_MODES)


def claim(o: Object) -> Causes:
    """Kubernetes: ValidatePersistentVolumeClaim"""
    return claim_spec(o.get("spec", {}), "spec")


def claim_spec(spec: Object, path: str) -> Causes:
    """What a claim asks for, wherever it is written. Kubernetes: ValidatePersistentVolumeClaimSpec"""
    if not spec.get("accessModes"):
        yield required(f"{path}.accessModes", "at least 1 access mode is required")
    yield from label_selector(spec.get("selector"), f"{path}.selector")
    yield from access_modes(spec, path)
    asked = spec.get("resources", {}).get("requests", {})
    if "storage" in asked:
        yield from positive(asked["storage"], f"{path}.resources[storage]")
    else:
        yield required(f"{path}.resources[storage]")
    yield from class_name(spec, "storageClassName", path)
    yield from volume_mode(spec, path)
    for field in ("dataSource", "dataSourceRef"):
        if spec.get(field) is not None:
            yield from _data_source(spec[field], f"{path}.{field}")
    yield from class_name(spec, "volumeAttributesClassName", path)


def _data_source(source: Object, path: str) -> Causes:
    for field in ("name", "kind"):
        if not source.get(field):
            yield required(f"{path}.{field}")
    group = source.get("apiGroup") or ""
    kind = source.get("kind", "")
    if group:
        yield from follows(f"{path}.apiGroup", group, text.dns_subdomain)
    elif kind != "PersistentVolumeClaim":
        yield invalid(path, kind, _ONLY_CLAIMS)


def changed_claim(new: Object, old: Object) -> Causes:
    """Kubernetes: ValidatePersistentVolumeClaimUpdate

    Deviation: what differs is told as JSON.
    """
    yield from claim(new)
    before = old.get("spec", {})
    spec = new.get("spec", {})
    kept = _fixed(spec, before, is_bound=_phase(new) == "Bound")
    fixed = _fixed(before, before, is_bound=False)
    if kept != fixed:
        yield forbidden("spec", f"{_CLAIMS_STAY}\n{difference(fixed, kept)}")
    yield from _not_smaller(new, old)
    mode = spec.get("volumeMode")
    yield from immutable("volumeMode", mode, before.get("volumeMode"))


def _phase(o: Object) -> str:
    return str(o.get("status", {}).get("phase", ""))


def _fixed(spec: Object, before: Object, *, is_bound: bool) -> Object:
    """What of a claim has to stay: what it may be given once, it may be given once."""
    fixed = {
        field: value
        for field, value in spec.items()
        if field != "volumeAttributesClassName"
    }
    if not before.get("volumeName"):
        fixed.pop("volumeName", None)
    # An empty one says something: that the claim is of no class.
    if before.get("storageClassName") is None:
        fixed.pop("storageClassName", None)
    if is_bound and "requests" in spec.get("resources", {}):
        asked = before.get("resources", {}).get("requests", {})
        requests = {**spec["resources"]["requests"], "storage": asked.get("storage")}
        fixed["resources"] = {**spec["resources"], "requests": requests}
    return fixed


def _not_smaller(new: Object, old: Object) -> Causes:
    wanted, before = asked_for(new), asked_for(old)
    given = storage_of(old.get("status", {}).get("capacity", {}))
    # An expansion that failed may be taken back, as far as the volume is.
    if wanted < before and wanted <= given:
        at = "spec.resources.requests.storage"
        yield forbidden(at, "field can not be less than status.capacity")


def asked_for(claim: Object) -> Decimal:
    """How many bytes a claim asks for."""
    resources = claim.get("spec", {}).get("resources", {})
    return storage_of(resources.get("requests", {}))


def storage_of(amounts: Object) -> Decimal:
    """How many bytes of storage stand among amounts, of a claim or a volume."""
    return quantity.parse(amounts.get("storage", "0")).value
