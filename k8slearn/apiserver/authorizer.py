"""Who may do what, by the roles and bindings that are stored.

Kubernetes: pkg/registry/rbac/validation/rule.go, VisitRulesFor
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from k8slearn.apimachinery.errors import aggregate, forbidden
from k8slearn.apimachinery.gotext import go_quote
from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import Object, labels
from k8slearn.apimachinery.selectors import selector_matches
from k8slearn.kinds.rbac import (
    EVERYTHING,
    GROUP,
    Access,
    Grant,
    User,
    granting,
    subject_of,
    told,
)
from k8slearn.kinds.rbac_defaults import with_defaults

_EVERY_GRANT = Grant(rules=EVERYTHING, told="")


class Permission(NamedTuple):
    """Whether somebody may do something, and why, as a review has it."""

    allowed: bool
    reason: str = ""


class Grants(NamedTuple):
    """What a user was given, and what is wrong with bindings that would give more."""

    found: list[Grant]
    errors: list[str]


def verdict(store: Reader, user: User, asked: Access) -> Permission:
    """Whether a user may do something. Kubernetes: RBACAuthorizer.Authorize"""
    if user.is_master:
        # Before any role is looked at. Kubernetes: authorizerfactory.NewPrivilegedGroups
        return Permission(allowed=True)
    grants = grants_of(store, user, asked.namespace)
    grant = granting(grants.found, asked)
    if grant is not None:
        return Permission(allowed=True, reason=f"RBAC: allowed by {grant.told}")
    if grants.errors:
        return Permission(allowed=False, reason=f"RBAC: {aggregate(grants.errors)}")
    return Permission(allowed=False)


def require(store: Reader, user: User, asked: Access, qualified: str) -> None:
    """Raises ApiError 403 where a user may not do something to a resource, of which the full name is told."""
    if user.is_master:
        return
    found = verdict(store, user, asked)
    if not found.allowed:
        why = with_reason(_refused(user, asked), found.reason)
        raise forbidden(qualified, asked.name, why)


def _refused(user: User, asked: Access) -> str:
    # Kubernetes: endpoints/handlers/responsewriters/errors.go, forbiddenMessage
    where = "at the cluster scope"
    if asked.namespace:
        where = f"in the namespace {go_quote(asked.namespace)}"
    return (
        f"User {go_quote(user.name)} cannot {asked.verb} resource {go_quote(asked.whole)} "
        f"in API group {go_quote(asked.group)} {where}"
    )


def with_reason(text: str, reason: str) -> str:
    """A refusal, and what is wrong with the roles where something is."""
    if reason:
        return f"{text}: {reason}"
    return text


def grants_of(store: Reader, user: User, namespace: str) -> Grants:
    """What a user may do in a namespace ('' for what belongs to none)."""
    if user.is_master:
        return Grants([_EVERY_GRANT], [])
    found = []
    errors = []
    for binding, subject in _bound(store, user, namespace):
        reference = binding["roleRef"]
        role = _role_of(store, reference, namespace)
        if role is None:
            kind = f"{reference['kind'].lower()}.{GROUP}"
            errors.append(f"{kind} {go_quote(reference['name'])} not found")
            continue
        found.append(Grant(_rules(store, role), told(binding, subject)))
    return Grants(found, errors)


def _bound(
    store: Reader, user: User, namespace: str
) -> Iterator[tuple[Object, Object]]:
    """The bindings that mean a user, those of the whole cluster first, each with the subject that does."""
    everywhere = store.list("ClusterRoleBinding")
    bindings = with_defaults("ClusterRoleBinding", everywhere)
    if namespace:
        bindings = bindings + store.list("RoleBinding", namespace)
    for binding in bindings:
        subject = subject_of(binding, user)
        if subject is not None:
            yield binding, subject


def rules_of_role(
    store: Reader, reference: Object, namespace: str
) -> list[Object] | None:
    """The rules of the role that a binding refers to, None where there is no such role."""
    role = _role_of(store, reference, namespace)
    return None if role is None else _rules(store, role)


def _role_of(store: Reader, reference: Object, namespace: str) -> Object | None:
    if reference["kind"] == "Role":
        return store.get("Role", reference["name"], namespace)
    for role in _cluster_roles(store):
        if role["metadata"]["name"] == reference["name"]:
            return role
    return None


def _cluster_roles(store: Reader) -> list[Object]:
    return with_defaults("ClusterRole", store.list("ClusterRole"))


def _rules(
    store: Reader, role: Object, seen: frozenset[str] = frozenset()
) -> list[Object]:
    """The rules of a role, with those of the roles that it is put together of.

    Kubernetes: pkg/controller/clusterroleaggregation, which writes them down
    """
    found = list(role.get("rules") or ())
    aggregation = role.get("aggregationRule") or {}
    # Roles may be put together of one another.
    seen |= {role["metadata"]["name"]}
    for selector in aggregation.get("clusterRoleSelectors") or ():
        for other in _cluster_roles(store):
            is_new = other["metadata"]["name"] not in seen
            if is_new and selector_matches(selector, labels(other)):
                found += _rules(store, other, seen)
    return found
