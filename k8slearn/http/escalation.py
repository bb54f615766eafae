"""No escalation of rights: roles that allow more than their author may, and bindings to such roles, are refused.

Kubernetes: pkg/registry/rbac/{role,clusterrole,rolebinding,clusterrolebinding}/policybased/storage.go
"""

from __future__ import annotations

from k8slearn.apimachinery.errors import forbidden, not_found
from k8slearn.apimachinery.gotext import go_quote, go_quoted
from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import Object, name, namespace
from k8slearn.apiserver.authorizer import (
    grants_of,
    rules_of_role,
    verdict,
)
from k8slearn.kinds.rbac import EVERYTHING, GROUP, Access, User, rules_of
from k8slearn.kinds.rbac_cover import missing

_PLURALS = {
    "Role": "roles",
    "ClusterRole": "clusterroles",
    "RoleBinding": "rolebindings",
    "ClusterRoleBinding": "clusterrolebindings",
}
_VERBS = ("create", "update", "patch")
_AGGREGATED = "must have cluster-admin privileges to use the aggregationRule"


def is_asked(user: User, kind: str, verb: str) -> bool:
    """Whether a write is one that could give somebody rights, by somebody who has not all."""
    return kind in _PLURALS and verb in _VERBS and not user.is_master


def refuse_escalation(store: Reader, user: User, o: Object) -> None:
    """Raises ApiError 403 where a role or binding would give more than its author has, 404 for no such role."""
    kind = o["kind"]
    why = ""
    if kind in ("Role", "ClusterRole"):
        access = _access("escalate", kind, name(o), namespace(o))
        if not verdict(store, user, access).allowed:
            why = _of_role(store, user, o)
    else:
        role = o["roleRef"]
        access = _access("bind", role["kind"], role["name"], namespace(o))
        if not verdict(store, user, access).allowed:
            why = _of_binding(store, user, o)
    if why:
        raise forbidden(f"{_PLURALS[kind]}.{GROUP}", name(o), why)


def _access(verb: str, kind: str, name: str, place: str) -> Access:
    return Access(
        verb=verb, group=GROUP, resource=_PLURALS[kind], name=name, namespace=place
    )


def _of_role(store: Reader, user: User, o: Object) -> str:
    # Whoever may label roles puts rules into one that is put together of others.
    if o.get("aggregationRule") and _lacking(store, user, EVERYTHING, ""):
        return _AGGREGATED
    return _lacking(store, user, o.get("rules") or [], namespace(o))


def _of_binding(store: Reader, user: User, o: Object) -> str:
    role = o["roleRef"]
    rules = rules_of_role(store, role, namespace(o))
    if rules is None:
        raise not_found(f"{_PLURALS[role['kind']]}.{GROUP}", role["name"])
    return _lacking(store, user, rules, namespace(o))


def _lacking(store: Reader, user: User, rules: list[Object], place: str) -> str:
    """The rights that a user would give without having them, '' for none. Kubernetes: ConfirmNoEscalation"""
    grants = grants_of(store, user, place)
    found = missing(list(rules_of(grants.found)), rules)
    if not found:
        return ""
    who = f"user {go_quote(user.name)} (groups={go_quoted(user.groups)})"
    listed = "\n".join(found)
    return (
        f"{who} is attempting to grant RBAC permissions not currently held:\n{listed}"
    )
