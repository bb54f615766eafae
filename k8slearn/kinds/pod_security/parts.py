"""What the rules are made of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.pod_template.container_lists import ALL, containers_in


class Violation(NamedTuple):
    """Why a Pod is not allowed: the reason in short, and which parts of the Pod break the rule."""

    reason: str
    detail: str = ""

    def __str__(self) -> str:
        if self.detail:
            return f"{self.reason} ({self.detail})"
        return self.reason


Check = Callable[[Object], Violation | None]


def containers(pod: Object) -> list[Object]:
    """The containers of all lists: those to debug with are held to the rules too."""
    return containers_in(pod["spec"], ALL)


def security_of(o: Object) -> Object:
    """The securityContext of a container or of a Pod's spec."""
    found: Object = o.get("securityContext") or {}
    return found


def quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def named(kind: str, names: list[str]) -> str:
    """`container "a"`, or `containers "a", "b"`."""
    plural = "" if len(names) == 1 else "s"
    return f"{kind}{plural} {quoted(names)}"


def where(pod: Object, is_bad: Callable[[Object], bool]) -> list[str]:
    """The names of the containers for which `is_bad` holds."""
    return [c["name"] for c in containers(pod) if is_bad(c)]


def setters_of(pod: Object, is_bad: Callable[[Object], bool]) -> list[str]:
    """Who sets something bad in its securityContext: `pod` and the containers."""
    found = []
    if is_bad(security_of(pod["spec"])):
        found = ["pod"]
    containers = where(pod, lambda c: is_bad(security_of(c)))
    if containers:
        found.append(named("container", containers))
    return found


def has_own_users(pod: Object) -> bool:
    """With a user namespace of its own, root in the Pod is nobody on the Node."""
    return pod["spec"].get("hostUsers") is False


def uses(kind: str, names: list[str], what: str, used: Collection[object]) -> str:
    verb = "uses" if len(names) == 1 else "use"
    plural = "" if len(used) == 1 else "s"
    return f"{named(kind, names)} {verb} {what}{plural}"


def added(container: Object) -> set[str]:
    return set((security_of(container).get("capabilities") or {}).get("add") or ())


def must_not_add(pod: Object, allowed: frozenset[str]) -> str:
    """What containers add beyond these, as a detail; '' where none does."""
    bad = where(pod, lambda c: bool(added(c) - allowed))
    if not bad:
        return ""
    extra = set().union(*(added(c) for c in containers(pod))) - allowed
    return f"{named('container', bad)} must not include {quoted(sorted(extra))} in securityContext.capabilities.add"
