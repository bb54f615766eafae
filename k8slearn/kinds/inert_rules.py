"""What objects of kinds without behaviour must meet besides what their types say.

Kubernetes: pkg/apis/{rbac,storage,autoscaling,networking}/validation
"""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address, ip_interface

from k8slearn.apimachinery.field import (
    IMMUTABLE,
    Causes,
    indexed,
    invalid,
    required,
)
from k8slearn.apimachinery.gotext import go_quote
from k8slearn.apimachinery.objects import Object, name
from k8slearn.kinds import network_rules as network
from k8slearn.kinds import rbac_rules as rbac
from k8slearn.kinds.class_rules import (
    changed_runtime_class,
    changed_storage_class,
    runtime_class,
    storage_class,
)
from k8slearn.kinds.metadata import immutable
from k8slearn.kinds.scaler_rules import changed_scaler, scaler
from k8slearn.kinds.status_rules import ingress_status, scaler_status
from k8slearn.kinds.type_rules import by_type
from k8slearn.kinds.volume_rules import changed_volume, volume
from k8slearn.kinds.webhook_rules import webhooks

Rule = Callable[[Object], Causes]
ChangeRule = Callable[[Object, Object], Causes]
_NO_CIDR = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
_BITS = "must not have bits set beyond the prefix length"
_BOTH = 2
_ONE_EACH = (
    "may specify no more than one IP for each IP family, "
    "i.e 192.168.0.0/24 and 2001:db8::/96"
)


def _addresses(o: Object) -> Causes:
    """Kubernetes: ValidateIPAddress: its name is the address, as Go writes it."""
    try:
        right = str(ip_address(name(o))) == name(o)
    except ValueError:
        right = False
    if not right:
        detail = "must be a valid IP address in canonical form"
        yield invalid("metadata.name", name(o), detail)
    if not o.get("spec", {}).get("parentRef"):
        yield required("spec.parentRef")


def _ranges(o: Object) -> Causes:
    """Kubernetes: ValidateServiceCIDR, IsValidCIDR"""
    cidrs = o.get("spec", {}).get("cidrs") or ()
    if not cidrs:
        yield required("spec.cidrs", "at least one CIDR required")
    families = set()
    for path, cidr in indexed(cidrs, "spec.cidrs"):
        try:
            found = ip_interface(cidr).network
        except ValueError:
            found = None
        if found is None or "/" not in cidr:
            yield invalid(path, cidr, _NO_CIDR)
            continue
        families.add(found.version)
        if str(ip_interface(cidr).ip) != str(found.network_address):
            yield invalid(path, cidr, _BITS)
        elif cidr != str(found):
            yield invalid(
                path, cidr, f"must be in canonical form ({go_quote(str(found))})"
            )
    if len(families) < len(cidrs) == _BOTH:
        yield invalid("spec.cidrs", {"cidrs": list(cidrs)}, _ONE_EACH)


def _nothing(o: Object) -> Causes:
    yield from ()


def _changed_class(new: Object, old: Object) -> Causes:
    """Kubernetes: ValidateIngressClassUpdate"""
    controller, before = _at(new, "spec.controller"), _at(old, "spec.controller")
    yield from immutable("spec.controller", controller, before)
    yield from network.ingress_class(new)


def _changed_binding(new: Object, old: Object) -> Causes:
    """Kubernetes: ValidateRoleBindingUpdate: who is bound to another role is bound anew."""
    yield from rbac.binding(new)
    if new.get("roleRef") != old.get("roleRef"):
        yield invalid("roleRef", new.get("roleRef"), "cannot change roleRef")


def _as_new(rule: Rule) -> ChangeRule:
    """Of a change what is said of a new object."""
    return lambda new, old: rule(new)


_CREATE: dict[str, Rule] = {
    "IPAddress": _addresses,
    "ServiceCIDR": _ranges,
}
# All that there is to say of a new object of these kinds, and of a changed one, in upstream's order.
_WHOLE: dict[str, tuple[Rule, ChangeRule]] = {
    "Ingress": (network.new_ingress, _as_new(network.ingress)),
    "IngressClass": (network.ingress_class, _changed_class),
    "NetworkPolicy": (network.network_policy, network.network_policy),
    "MutatingWebhookConfiguration": (webhooks, _as_new(webhooks)),
    "ValidatingWebhookConfiguration": (webhooks, _as_new(webhooks)),
    "ClusterRole": (rbac.role, _as_new(rbac.role)),
    "Role": (rbac.role, _as_new(rbac.role)),
    "ClusterRoleBinding": (rbac.binding, _changed_binding),
    "RoleBinding": (rbac.binding, _changed_binding),
    "PersistentVolume": (volume, changed_volume),
    "HorizontalPodAutoscaler": (scaler, changed_scaler),
    "RuntimeClass": (runtime_class, changed_runtime_class),
    "StorageClass": (storage_class, changed_storage_class),
}
_STATUS: dict[str, ChangeRule] = {
    "HorizontalPodAutoscaler": scaler_status,
    "Ingress": ingress_status,
}
# Fields that stay as they were made, each with what whoever changes it is told.
_FIXED: dict[str, dict[str, str]] = {
    "IPAddress": {"spec.parentRef": IMMUTABLE},
}


def rules(o: Object) -> Causes:
    """What a new object must meet."""
    kind = o["kind"]
    if kind in _WHOLE:
        yield from _WHOLE[kind][0](o)
        return
    own = _CREATE.get(kind, _nothing)
    yield from by_type(o)
    yield from own(o)


def update_rules(new: Object, old: Object) -> Causes:
    """What a changed object must meet."""
    if new["kind"] in _WHOLE:
        yield from _WHOLE[new["kind"]][1](new, old)
        return
    yield from rules(new)
    for path, detail in _FIXED.get(new["kind"], {}).items():
        if _at(new, path) != _at(old, path):
            yield invalid(path, _at(new, path), detail)


def status_rules(new: Object, old: Object) -> Causes:
    """What a changed status must meet."""
    rule = _STATUS.get(new["kind"])
    if rule is not None:
        yield from rule(new, old)


def _at(o: Object, path: str) -> object:
    found: object = o
    for step in path.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return found
