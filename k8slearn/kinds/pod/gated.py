"""What of a Pod may change while gates keep it from being scheduled: where it may run, and only more narrowly.

Kubernetes: pkg/apis/core/validation/validation.go ValidatePodUpdate, validateNodeSelectorMutation,
validateNodeAffinityMutation
"""

from __future__ import annotations

from k8slearn.apimachinery.errors import Cause
from k8slearn.apimachinery.field import NIL, Causes, invalid
from k8slearn.apimachinery.objects import Object
from k8slearn.apimachinery.selectors import REQUIRED

_TERMS = f"spec.affinity.nodeAffinity.{REQUIRED}.nodeSelectorTerms"
_PARTS = ("matchExpressions", "matchFields")
_ONLY_MORE = (
    "only additions to spec.nodeSelector are allowed (no mutations or deletions)"
)
_SAME_TERMS = "no additions/deletions to non-empty NodeSelectorTerms list are allowed"
_ONLY_MORE_IN_TERM = "only additions are allowed (no mutations or deletions)"


def while_gated(spec: Object, before: Object) -> tuple[Object, list[Cause]]:
    """The spec with what may change as it was, and what is wrong with how that changes."""
    causes = [*_node_selector(spec, before), *_node_affinity(spec, before)]
    kept = {**spec}
    _keep(kept, before, "nodeSelector")
    affinity = {**spec.get("affinity", {})}
    _keep(affinity, before.get("affinity", {}), "nodeAffinity")
    # An affinity that says nothing else comes and goes with that of Nodes.
    if affinity or "affinity" in before:
        kept["affinity"] = affinity
    else:
        kept.pop("affinity", None)
    return kept, causes


def _keep(new: Object, before: Object, field: str) -> None:
    new.pop(field, None)
    if field in before:
        new[field] = before[field]


def _node_selector(spec: Object, before: Object) -> Causes:
    now = spec.get("nodeSelector", {})
    if not before.get("nodeSelector", {}).items() <= now.items():
        yield invalid("spec.nodeSelector", now, _ONLY_MORE)


def _node_affinity(spec: Object, before: Object) -> Causes:
    old = _terms(before)
    new = _terms(spec)
    # Where nothing was asked for, anything may be.
    if old and len(old) != len(new):
        shown = [_as_go(term) for term in new] or NIL
        yield invalid(_TERMS, shown, _SAME_TERMS)
        return
    for i, (was, now) in enumerate(zip(old, new, strict=False)):
        if not _has_more(now, was):
            yield invalid(f"{_TERMS}[{i}]", _as_go(now), _ONLY_MORE_IN_TERM)


def _terms(spec: Object) -> list[Object]:
    node_affinity = spec.get("affinity", {}).get("nodeAffinity", {})
    found: list[Object] = node_affinity.get(REQUIRED, {}).get("nodeSelectorTerms", [])
    return found


def _as_go(term: Object) -> Object:
    """A term as Go prints its struct into the message."""
    shown: Object = {}
    for field in _PARTS:
        entries = [
            {
                name.capitalize(): entry.get(name)
                for name in ("key", "operator", "values")
            }
            for entry in term.get(field, [])
        ]
        shown[field[0].upper() + field[1:]] = entries or None
    return shown


def _has_more(now: Object, was: Object) -> bool:
    # An empty term selects no Node, and no addition may change that.
    if not any(was.get(field) for field in _PARTS):
        return not any(now.get(field) for field in _PARTS)
    for field in _PARTS:
        kept = was.get(field, [])
        if now.get(field, [])[: len(kept)] != kept:
            return False
    return True
