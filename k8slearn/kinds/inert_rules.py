"""What objects of kinds without behaviour must meet besides what their types say.

Kubernetes: pkg/apis/{rbac,storage,autoscaling,networking}/validation
"""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address, ip_interface

from k8slearn.apimachinery.field import (
    IMMUTABLE,
    Causes,
    forbidden,
    indexed,
    invalid,
    not_supported,
    required,
)
from k8slearn.apimachinery.gotext import go_quote
from k8slearn.apimachinery.objects import Object, name
from k8slearn.kinds.type_rules import by_type

_ROLES = {
    "ClusterRoleBinding": ("ClusterRole",),
    "RoleBinding": ("Role", "ClusterRole"),
}
_SUBJECTS = ("ServiceAccount", "User", "Group")
_NO_VERBS = "verbs must contain at least one value"
_NO_GROUPS = "resource rules must supply at least one api group"
_NO_RESOURCES = "resource rules must supply at least one resource"
_NO_CIDR = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
_BITS = "must not have bits set beyond the prefix length"
_BOTH = 2
_ONE_EACH = (
    "may specify no more than one IP for each IP family, "
    "i.e 192.168.0.0/24 and 2001:db8::/96"
)
_NO_URLS = "namespaced rules cannot apply to non-resource URLs"


def _roles(o: Object) -> Causes:
    """Kubernetes: ValidatePolicyRule"""
    for path, rule in indexed(o.get("rules", ()), "rules"):
        if not rule.get("verbs"):
            yield required(f"{path}.verbs", _NO_VERBS)
        urls = rule.get("nonResourceURLs")
        if urls and o["kind"] == "Role":
            yield invalid(f"{path}.nonResourceURLs", urls, _NO_URLS)
        if urls:
            continue
        if not rule.get("apiGroups"):
            yield required(f"{path}.apiGroups", _NO_GROUPS)
        if not rule.get("resources"):
            yield required(f"{path}.resources", _NO_RESOURCES)


def _bindings(o: Object) -> Causes:
    """Kubernetes: ValidateRoleBinding"""
    role = o.get("roleRef", {}).get("kind", "")
    if role and role not in _ROLES[o["kind"]]:
        yield not_supported("roleRef.kind", role, _ROLES[o["kind"]])
    for path, subject in indexed(o.get("subjects", ()), "subjects"):
        kind = subject.get("kind")
        # A RoleBinding's account may be of its own namespace.
        anywhere = o["kind"] == "ClusterRoleBinding" and kind == "ServiceAccount"
        if anywhere and not subject.get("namespace"):
            yield required(f"{path}.namespace")
        elif kind not in _SUBJECTS:
            yield not_supported(f"{path}.kind", kind, _SUBJECTS)


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
    for path, text in indexed(cidrs, "spec.cidrs"):
        try:
            network = ip_interface(text).network
        except ValueError:
            network = None
        if network is None or "/" not in text:
            yield invalid(path, text, _NO_CIDR)
            continue
        families.add(network.version)
        if str(ip_interface(text).ip) != str(network.network_address):
            yield invalid(path, text, _BITS)
        elif text != str(network):
            yield invalid(
                path, text, f"must be in canonical form ({go_quote(str(network))})"
            )
    if len(families) < len(cidrs) == _BOTH:
        yield invalid("spec.cidrs", {"cidrs": list(cidrs)}, _ONE_EACH)


def _scalers(o: Object) -> Causes:
    """Kubernetes: validateHorizontalPodAutoscalerSpec"""
    spec = o.get("spec", {})
    least = spec.get("minReplicas", 1)
    most = spec.get("maxReplicas", 0)
    if least < 1:
        yield invalid("spec.minReplicas", least, "must be greater than or equal to 1")
    if most < 1:
        yield invalid("spec.maxReplicas", most, "must be greater than 0")
    if most < least:
        detail = "must be greater than or equal to `minReplicas`"
        yield invalid("spec.maxReplicas", most, detail)


def _volumes(o: Object) -> Causes:
    """Kubernetes: ValidatePersistentVolumeSpec"""
    spec = o.get("spec", {})
    if not spec.get("accessModes"):
        yield required("spec.accessModes")
    if not spec.get("capacity"):
        yield required("spec.capacity")
    elif "storage" not in spec["capacity"]:
        yield not_supported("spec.capacity", spec["capacity"], ("storage",))


_CREATE: dict[str, Callable[[Object], Causes]] = {
    "ClusterRole": _roles,
    "Role": _roles,
    "ClusterRoleBinding": _bindings,
    "RoleBinding": _bindings,
    "IPAddress": _addresses,
    "ServiceCIDR": _ranges,
    "HorizontalPodAutoscaler": _scalers,
    "PersistentVolume": _volumes,
}
# Fields that stay as they were made, each with what whoever changes it is told.
_FIXED: dict[str, dict[str, str]] = {
    "ClusterRoleBinding": {"roleRef": "cannot change roleRef"},
    "RoleBinding": {"roleRef": "cannot change roleRef"},
    "RuntimeClass": {"handler": IMMUTABLE},
    "IngressClass": {"spec.controller": IMMUTABLE},
    "IPAddress": {"spec.parentRef": IMMUTABLE},
}
_FORBIDDEN: dict[str, dict[str, str]] = {
    "StorageClass": {
        "parameters": "updates to parameters are forbidden.",
        "provisioner": "updates to provisioner are forbidden.",
        "reclaimPolicy": "updates to reclaimPolicy are forbidden.",
    },
    "PersistentVolume": {
        "spec.csi": "spec.persistentvolumesource is immutable after creation",
        "spec.hostPath": "spec.persistentvolumesource is immutable after creation",
        "spec.local": "spec.persistentvolumesource is immutable after creation",
        "spec.nfs": "spec.persistentvolumesource is immutable after creation",
    },
}


def rules(o: Object) -> Causes:
    """What a new object must meet."""
    yield from by_type(o)
    own = _CREATE.get(o["kind"])
    if own is not None:
        yield from own(o)


def update_rules(new: Object, old: Object) -> Causes:
    """What a changed object must meet."""
    yield from rules(new)
    for path, detail in _FIXED.get(new["kind"], {}).items():
        if _at(new, path) != _at(old, path):
            yield invalid(path, _at(new, path), detail)
    for path, detail in _FORBIDDEN.get(new["kind"], {}).items():
        if _at(new, path) != _at(old, path):
            yield forbidden(path, detail)


def _at(o: Object, path: str) -> object:
    found: object = o
    for step in path.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return found
