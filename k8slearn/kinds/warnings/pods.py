"""What is said of a Pod's spec and annotations, on its own or in a template.

Kubernetes: pkg/api/pod/warnings.go, warningsForPodSpecAndMeta; in its order
"""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.apimachinery.field import indexed
from k8slearn.apimachinery.gotext import go_quote
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.warnings import containers, volumes
from k8slearn.kinds.warnings.parts import (
    DEPRECATED_LABELS,
    address,
    addresses,
    fractions,
    node_selector_term,
)

_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
_NO_POD = "a null labelSelector results in matching no pod"
_DEAD_ANNOTATIONS = {
    "scheduler.alpha.kubernetes.io/critical-pod": (
        'non-functional in v1.16+; use the "priorityClassName" field instead'
    ),
    "security.alpha.kubernetes.io/sysctls": (
        'non-functional in v1.11+; use the "sysctls" field instead'
    ),
    "security.alpha.kubernetes.io/unsafe-sysctls": (
        'non-functional in v1.11+; use the "sysctls" field instead'
    ),
}
_GRACE = "must be >= 0; negative values are invalid and will be treated as 1"


def pod_spec_and_meta(spec: Object, meta: Object, path: str) -> Iterator[str]:
    """All of it; `path` is '' for a Pod, and for a template all that stands before its `spec`, with a dot."""
    at = f"{path}spec"
    yield from _node_labels(spec, at)
    annotations = meta.get("annotations") or {}
    for key, told in _DEAD_ANNOTATIONS.items():
        if key in annotations:
            yield f"{path}metadata.annotations[{key}]: {told}"
    yield from volumes.dead(spec.get("volumes") or [], f"{at}.volumes")
    yield from volumes.overlaps(spec.get("volumes") or [])
    yield from _repeated(spec, "hostAliases", "ip", at)
    yield from _repeated(spec, "imagePullSecrets", "name", at)
    for place, secret in indexed(
        spec.get("imagePullSecrets") or [], f"{at}.imagePullSecrets"
    ):
        if not secret.get("name"):
            yield f'{place}.name: invalid empty name ""'
    yield from fractions(spec.get("overhead") or {}, f"{at}.overhead")
    yield from containers.all_of(spec, annotations, path)
    if (spec.get("terminationGracePeriodSeconds") or 0) < 0:
        yield f"{at}.terminationGracePeriodSeconds: {_GRACE}"
    yield from _pod_affinity(spec.get("affinity") or {}, f"{at}.affinity")
    servers = (spec.get("dnsConfig") or {}).get("nameservers") or []
    yield from addresses(servers, f"{at}.dnsConfig.nameservers")
    for place, alias in indexed(spec.get("hostAliases") or [], f"{at}.hostAliases"):
        yield from address(alias.get("ip", ""), f"{place}.ip")


def _node_labels(spec: Object, path: str) -> Iterator[str]:
    """Labels of old that are asked for: in the selector, the affinity and the spread."""
    # Upstream walks a map, in no order.
    for key in sorted(spec.get("nodeSelector") or {}):
        if key in DEPRECATED_LABELS:
            yield f"{path}.nodeSelector[{key}]: {DEPRECATED_LABELS[key]}"
    affinity = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    at = f"{path}.affinity.nodeAffinity"
    terms = (affinity.get(_REQUIRED) or {}).get("nodeSelectorTerms") or []
    for place, term in indexed(terms, f"{at}.{_REQUIRED}.nodeSelectorTerms"):
        yield from node_selector_term(term, place)
    for place, term in indexed(affinity.get(_PREFERRED) or [], f"{at}.{_PREFERRED}"):
        preference = term.get("preference") or {}
        yield from node_selector_term(preference, f"{place}.preference", values=True)
    spreads = spec.get("topologySpreadConstraints") or []
    for place, spread in indexed(spreads, f"{path}.topologySpreadConstraints"):
        key = spread.get("topologyKey", "")
        if key in DEPRECATED_LABELS:
            yield f"{place}.topologyKey: {key} is {DEPRECATED_LABELS[key]}"
        if spread.get("labelSelector") is None:
            yield f"{place}.labelSelector: {_NO_POD}"


def _repeated(spec: Object, field: str, key: str, path: str) -> Iterator[str]:
    seen: set[str] = set()
    for place, item in indexed(spec.get(field) or [], f"{path}.{field}"):
        value = item.get(key, "")
        if value in seen:
            yield f"{place}.{key}: duplicate {key} {go_quote(value)}"
        seen.add(value)


def _pod_affinity(affinity: Object, path: str) -> Iterator[str]:
    for kind in ("podAffinity", "podAntiAffinity"):
        found = affinity.get(kind) or {}
        at = f"{path}.{kind}"
        for place, term in indexed(found.get(_REQUIRED) or [], f"{at}.{_REQUIRED}"):
            if term.get("labelSelector") is None:
                yield f"{place}.labelSelector: {_NO_POD}"
        for place, term in indexed(found.get(_PREFERRED) or [], f"{at}.{_PREFERRED}"):
            if (term.get("podAffinityTerm") or {}).get("labelSelector") is None:
                yield f"{place}.podAffinityTerm.labelSelector: {_NO_POD}"
