"""What roles and bindings must meet.

Kubernetes: pkg/apis/rbac/validation/validation.go
"""

from __future__ import annotations

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import (
    Causes,
    follows,
    indexed,
    invalid,
    needed,
    not_supported,
    required,
)
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.rbac import GROUP

_ACCOUNT = "ServiceAccount"
_ROLES = {
    "ClusterRoleBinding": ("ClusterRole",),
    "RoleBinding": ("Role", "ClusterRole"),
}
_SUBJECTS = (_ACCOUNT, "User", "Group")
_NO_VERBS = "verbs must contain at least one value"
_NO_GROUPS = "resource rules must supply at least one api group"
_NO_RESOURCES = "resource rules must supply at least one resource"
_NO_URLS = "namespaced rules cannot apply to non-resource URLs"
_NOT_BOTH = "rules cannot apply to both regular resources and non-resource URLs"
_ONE_RESOURCE = "resource names cannot apply to multiple resources"


def role(o: Object) -> Causes:
    """Kubernetes: ValidateRole, ValidateClusterRole"""
    for path, rule in indexed(o.get("rules", ()), "rules"):
        if not rule.get("verbs"):
            yield required(f"{path}.verbs", _NO_VERBS)
        if rule.get("nonResourceURLs"):
            yield from _urls(rule, f"{path}.nonResourceURLs", o["kind"])
        else:
            yield from _resources(rule, path)


def _urls(rule: Object, path: str, kind: str) -> Causes:
    urls = rule["nonResourceURLs"]
    if kind == "Role":
        yield invalid(path, urls, _NO_URLS)
    if any(rule.get(field) for field in ("apiGroups", "resources", "resourceNames")):
        yield invalid(path, urls, _NOT_BOTH)


def _resources(rule: Object, path: str) -> Causes:
    if not rule.get("apiGroups"):
        yield required(f"{path}.apiGroups", _NO_GROUPS)
    if not rule.get("resources"):
        yield required(f"{path}.resources", _NO_RESOURCES)
    if rule.get("resourceNames") and len(rule.get("resources", ())) > 1:
        yield required(f"{path}.resourceNames", _ONE_RESOURCE)


def binding(o: Object) -> Causes:
    """Kubernetes: ValidateRoleBinding, ValidateClusterRoleBinding"""
    reference = o.get("roleRef", {})
    group = reference.get("apiGroup", "")
    if group != GROUP:
        yield not_supported("roleRef.apiGroup", group, (GROUP,))
    kind = reference.get("kind", "")
    if kind not in _ROLES[o["kind"]]:
        yield not_supported("roleRef.kind", kind, _ROLES[o["kind"]])
    yield from needed(reference, "name", "roleRef", text.path_segment)
    for path, subject in indexed(o.get("subjects", ()), "subjects"):
        yield from _subject(subject, path, anywhere=o["kind"] == "ClusterRoleBinding")


def _subject(subject: Object, path: str, *, anywhere: bool) -> Causes:
    """Kubernetes: validateRoleBindingSubject; `anywhere` is of the cluster, where an account has to say whose it is."""
    name = subject.get("name", "")
    kind = subject.get("kind", "")
    group = subject.get("apiGroup", "")
    if not name:
        yield required(f"{path}.name")
    if kind not in _SUBJECTS:
        yield not_supported(f"{path}.kind", kind, _SUBJECTS)
        return
    if kind == _ACCOUNT and name:
        yield from follows(f"{path}.name", name, text.dns_subdomain)
    if kind != _ACCOUNT and not name:
        yield invalid(f"{path}.name", name, f"{kind.lower()} name cannot be empty")
    expected = "" if kind == _ACCOUNT else GROUP
    if group != expected:
        yield not_supported(f"{path}.apiGroup", group, (expected,))
    if kind == _ACCOUNT and anywhere and not subject.get("namespace"):
        yield required(f"{path}.namespace")
