"""Who may do what by RBAC: rules, and whom a binding means. Pure functions of objects.

Kubernetes: pkg/registry/rbac/validation/rule.go, plugin/pkg/auth/authorizer/rbac/rbac.go,
pkg/apis/rbac/v1/evaluation_helpers.go
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from k8slearn.apimachinery.gotext import go_quote
from k8slearn.apimachinery.objects import Object, name, namespace

GROUP = "rbac.authorization.k8s.io"
MASTERS = "system:masters"
AUTHENTICATED = "system:authenticated"
UNAUTHENTICATED = "system:unauthenticated"
ANONYMOUS = "system:anonymous"
ACCOUNTS = "system:serviceaccounts"
_ACCOUNT = "system:serviceaccount:"
_ALL = "*"
EVERYTHING: list[Object] = [
    {"verbs": [_ALL], "apiGroups": [_ALL], "resources": [_ALL]},
    {"verbs": [_ALL], "nonResourceURLs": [_ALL]},
]
"""The rules that allow everything."""


@dataclass(frozen=True, slots=True)
class User:
    """A user who makes a request. Kubernetes: apiserver/pkg/authentication/user"""

    name: str
    groups: tuple[str, ...] = ()
    uid: str = ""
    extra: dict[str, list[str]] = field(default_factory=dict)

    @property
    def is_master(self) -> bool:
        """Whether the user is in system:masters and may do everything, whatever roles there are."""
        return MASTERS in self.groups

    def as_info(self) -> Object:
        """As a UserInfo says it: what is empty is left out."""
        found: Object = {"username": self.name, "uid": self.uid}
        found |= {"groups": list(self.groups), "extra": self.extra}
        return {field: value for field, value in found.items() if value}


ADMIN = User("kubernetes-admin", (MASTERS, AUTHENTICATED))
"""The one user that there is; all others are spoken for."""


def impersonated(
    name: str,
    groups: Iterable[str] = (),
    uid: str = "",
    extra: dict[str, list[str]] | None = None,
) -> User:
    """Somebody who is spoken for, with the groups that follow from the name.

    Kubernetes: apiserver/pkg/endpoints/filters/impersonation.go
    """
    every = list(groups)
    account = account_of(name)
    if account is not None and not every:
        every = list(groups_of_account(account[0]))
    certain = UNAUTHENTICATED if name == ANONYMOUS else AUTHENTICATED
    if not {AUTHENTICATED, UNAUTHENTICATED}.intersection(every):
        every.append(certain)
    return User(name, tuple(every), uid, extra or {})


@dataclass(frozen=True, slots=True)
class Access:
    """What somebody wants to do: to a resource, or to a `path` outside the resources."""

    verb: str
    group: str = ""
    resource: str = ""
    subresource: str = ""
    name: str = ""
    namespace: str = ""
    path: str = ""

    @property
    def whole(self) -> str:
        """The resource with its part, as rules name it: pods/log."""
        if self.subresource:
            return f"{self.resource}/{self.subresource}"
        return self.resource


@dataclass(frozen=True, slots=True)
class Grant:
    """The rules that a binding gives to a user, and the binding as a reason names it."""

    rules: list[Object]
    told: str


def groups_of_account(place: str) -> tuple[str, str]:
    """The groups of every ServiceAccount of a namespace. Kubernetes: serviceaccount.MakeGroupNames"""
    return ACCOUNTS, f"{ACCOUNTS}:{place}"


def account_of(user: str) -> tuple[str, str] | None:
    """Namespace and name of the ServiceAccount that a user name stands for. Kubernetes: SplitUsername"""
    parts = user.removeprefix(_ACCOUNT).split(":")
    if not user.startswith(_ACCOUNT) or len(parts) != 2:
        return None
    return parts[0], parts[1]


# Rules -------------------------------------------------------------------------------------------------------------


def allows(rule: Object, asked: Access) -> bool:
    """Whether a rule lets somebody do it. Kubernetes: RuleAllows"""
    if not _has(rule.get("verbs"), asked.verb):
        return False
    if asked.path:
        urls = rule.get("nonResourceURLs") or ()
        return any(_is_url(url, asked.path) for url in urls)
    if not _has(rule.get("apiGroups"), asked.group):
        return False
    names = rule.get("resourceNames")
    if names and asked.name not in names:
        return False
    return any(_is_resource(each, asked) for each in rule.get("resources") or ())


def _has(given: Iterable[str] | None, wanted: str) -> bool:
    values = list(given or ())
    return _ALL in values or wanted in values


def _is_resource(given: str, asked: Access) -> bool:
    if given in (_ALL, asked.whole):
        return True
    # A rule may mean one part of whatever kind: */scale. Kubernetes: ResourceMatches
    return bool(asked.subresource) and given == f"{_ALL}/{asked.subresource}"


def _is_url(given: str, path: str) -> bool:
    if given.endswith(_ALL):
        return path.startswith(given.rstrip(_ALL))
    return given == path


# Bindings ----------------------------------------------------------------------------------------------------------


def subject_of(binding: Object, user: User) -> Object | None:
    """The first subject of a binding that means the user. Kubernetes: appliesTo"""
    for subject in binding.get("subjects") or ():
        if _means(subject, user, namespace(binding)):
            found: Object = subject
            return found
    return None


def _means(subject: Object, user: User, place: str) -> bool:
    kind = subject.get("kind")
    if kind == "User":
        return bool(subject.get("name") == user.name)
    if kind == "Group":
        return subject.get("name") in user.groups
    account = (subject.get("namespace") or place, subject.get("name"))
    return kind == "ServiceAccount" and account_of(user.name) == account


def told(binding: Object, subject: Object) -> str:
    """A binding as the reason of an answer names it. Kubernetes: roleBindingDescriber, describeSubject"""
    place = namespace(binding)
    kind = "RoleBinding" if place else "ClusterRoleBinding"
    whole = f"{name(binding)}/{place}" if place else name(binding)
    who = str(subject.get("name", ""))
    if subject.get("kind") == "ServiceAccount":
        who = f"{who}/{subject.get('namespace') or place}"
    role = binding["roleRef"]
    return (
        f"{kind} {go_quote(whole)} of {role['kind']} {go_quote(role['name'])} "
        f"to {subject['kind']} {go_quote(who)}"
    )


def granting(grants: Iterable[Grant], asked: Access) -> Grant | None:
    """The first grant with a rule that lets somebody do it."""
    for grant in grants:
        if any(allows(rule, asked) for rule in grant.rules):
            return grant
    return None


def rules_of(grants: Iterable[Grant]) -> Iterator[Object]:
    """All rules, in the order of the bindings."""
    for grant in grants:
        yield from grant.rules
