"""Whether the rules that somebody has cover others, and what is missing. Pure functions of rules.

Kubernetes: component-helpers auth/rbac/validation/policy_comparator.go, pkg/registry/rbac/validation/policy_compact.go,
pkg/apis/rbac/v1/evaluation_helpers.go CompactString
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

from k8slearn.apimachinery.gotext import go_quoted
from k8slearn.apimachinery.objects import Object

_ALL = "*"
# In the order in which a rule is told.
_FIELDS = {
    "APIGroups": "apiGroups",
    "Resources": "resources",
    "NonResourceURLs": "nonResourceURLs",
    "ResourceNames": "resourceNames",
    "Verbs": "verbs",
}


def missing(owned: list[Object], rules: Iterable[Object]) -> list[str]:
    """What of the rules is not covered, told as Kubernetes tells it, in the order of the letters."""
    found = [
        piece
        for rule in rules
        for piece in _pieces(rule)
        if not any(_covers(own, piece) for own in owned)
    ]
    return sorted({_told(rule) for rule in _together(found)})


def _pieces(rule: Object) -> Iterator[Object]:
    """Rules of one verb, one resource and one name at most. Kubernetes: BreakdownRule"""
    verbs = rule.get("verbs") or ()
    names = [[each] for each in rule.get("resourceNames") or ()] or [[]]
    groups, resources = rule.get("apiGroups") or (), rule.get("resources") or ()
    for group, resource, verb, named in product(groups, resources, verbs, names):
        piece = {"apiGroups": [group], "resources": [resource], "verbs": [verb]}
        if named:
            piece["resourceNames"] = named
        yield piece
    for url, verb in product(rule.get("nonResourceURLs") or (), verbs):
        yield {"nonResourceURLs": [url], "verbs": [verb]}


def _covers(own: Object, piece: Object) -> bool:
    # Kubernetes: ruleCovers
    owned, asked = own.get("resourceNames"), piece.get("resourceNames")
    # A rule for some objects by name does not cover one for all.
    names_fit = not owned or (asked is not None and set(asked) <= set(owned))
    return (
        names_fit
        and _has(own, "verbs", piece)
        and _has(own, "apiGroups", piece)
        and all(_is_resource(own, each) for each in piece.get("resources", ()))
        and all(_is_url(own, each) for each in piece.get("nonResourceURLs", ()))
    )


def _has(own: Object, field: str, piece: Object) -> bool:
    values = own.get(field) or ()
    return _ALL in values or set(piece.get(field, ())) <= set(values)


def _is_resource(own: Object, resource: str) -> bool:
    values = own.get("resources") or ()
    # A rule may mean one part of whatever kind: */scale.
    _, part, rest = resource.partition("/")
    return bool({_ALL, resource} & {*values}) or bool(part and f"*/{rest}" in values)


def _is_url(own: Object, url: str) -> bool:
    for owned in own.get("nonResourceURLs") or ():
        begins = owned.endswith(_ALL) and url.startswith(owned.rstrip(_ALL))
        if begins or owned == url:
            return True
    return False


def _together(pieces: Iterable[Object]) -> list[Object]:
    """Pieces about the same resource as one, with all their verbs. Kubernetes: CompactRules"""
    found: dict[object, Object] = {}
    for number, piece in enumerate(pieces):
        about: object = number
        if "resources" in piece:
            about = str({**piece, "verbs": []})
        if about in found:
            found[about]["verbs"] = [*found[about]["verbs"], *piece["verbs"]]
        else:
            found[about] = dict(piece)
    return list(found.values())


def _told(rule: Object) -> str:
    parts = []
    for shown, field in _FIELDS.items():
        if rule.get(field):
            parts.append(f"{shown}:{go_quoted(rule[field])}")
    return f"{{{', '.join(parts)}}}"
