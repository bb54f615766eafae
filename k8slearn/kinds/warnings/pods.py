"""What is said of a Pod's spec and annotations, on its own or in a template.

Kubernetes: pkg/api/pod/warnings.go, warningsForPodSpecAndMeta; in its order
"""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.apimachinery.field import indexed
from k8slearn.apimachinery.gotext import go_quote
from k8slearn.apimachinery.objects import Object
from k8slearn.apimachinery.selectors import PREFERRED, REQUIRED
from k8slearn.kinds.warnings import containers, volumes
from k8slearn.kinds.warnings.parts import (
    DEPRECATED_LABELS,
    address,
    addresses,
    fractions,
    node_selector_term,
)

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
    volume_list = spec.get("volumes") or []
    aliases = spec.get("hostAliases") or []
    secrets = spec.get("imagePullSecrets") or []
    annotations = meta.get("annotations") or {}
    yield from _node_labels(spec, at)
    for key, told in _DEAD_ANNOTATIONS.items():
        if key in annotations:
            yield f"{path}metadata.annotations[{key}]: {told}"
    yield from volumes.dead(volume_list, f"{at}.volumes")
    yield from volumes.overlaps(volume_list)
    yield from _repeated(aliases, "ip", f"{at}.hostAliases")
    yield from _repeated(secrets, "name", f"{at}.imagePullSecrets")
    for place, secret in indexed(secrets, f"{at}.imagePullSecrets"):
        if not secret.get("name"):
            yield f'{place}.name: invalid empty name ""'
    yield from fractions(spec.get("overhead") or {}, f"{at}.overhead")
    yield from containers.all_of(spec, annotations, path)
    grace = spec.get("terminationGracePeriodSeconds") or 0
    if grace < 0:
        yield f"{at}.terminationGracePeriodSeconds: {_GRACE}"
    yield from _pod_affinity(spec.get("affinity") or {}, f"{at}.affinity")
    dns = spec.get("dnsConfig") or {}
    yield from addresses(dns.get("nameservers") or [], f"{at}.dnsConfig.nameservers")
    for place, alias in indexed(aliases, f"{at}.hostAliases"):
        yield from address(alias.get("ip", ""), f"{place}.ip")


def _node_labels(spec: Object, path: str) -> Iterator[str]:
    """Labels of old that are asked for: in the selector, the affinity and the spread."""
    # Upstream walks a map, in no order.
    for key in sorted(spec.get("nodeSelector") or {}):
        if key in DEPRECATED_LABELS:
            yield f"{path}.nodeSelector[{key}]: {DEPRECATED_LABELS[key]}"
    affinity = spec.get("affinity") or {}
    of_nodes = affinity.get("nodeAffinity") or {}
    yield from _node_affinity(of_nodes, f"{path}.affinity.nodeAffinity")
    spreads = spec.get("topologySpreadConstraints") or []
    for place, spread in indexed(spreads, f"{path}.topologySpreadConstraints"):
        key = spread.get("topologyKey", "")
        if key in DEPRECATED_LABELS:
            yield f"{place}.topologyKey: {key} is {DEPRECATED_LABELS[key]}"
        if spread.get("labelSelector") is None:
            yield f"{place}.labelSelector: {_NO_POD}"


def _node_affinity(affinity: Object, path: str) -> Iterator[str]:
    needed = affinity.get(REQUIRED) or {}
    terms = needed.get("nodeSelectorTerms") or []
    for place, term in indexed(terms, f"{path}.{REQUIRED}.nodeSelectorTerms"):
        yield from node_selector_term(term, place)
    wished = affinity.get(PREFERRED) or []
    for place, term in indexed(wished, f"{path}.{PREFERRED}"):
        preference = term.get("preference") or {}
        yield from node_selector_term(preference, f"{place}.preference", values=True)


def _repeated(found: list[Object], key: str, path: str) -> Iterator[str]:
    seen: set[str] = set()
    for place, item in indexed(found, path):
        value = item.get(key, "")
        if value in seen:
            yield f"{place}.{key}: duplicate {key} {go_quote(value)}"
        seen.add(value)


def _pod_affinity(affinity: Object, path: str) -> Iterator[str]:
    for kind in ("podAffinity", "podAntiAffinity"):
        found = affinity.get(kind) or {}
        needed = found.get(REQUIRED) or []
        for place, term in indexed(needed, f"{path}.{kind}.{REQUIRED}"):
            if term.get("labelSelector") is None:
                yield f"{place}.labelSelector: {_NO_POD}"
        wished = found.get(PREFERRED) or []
        for place, weighted in indexed(wished, f"{path}.{kind}.{PREFERRED}"):
            term = weighted.get("podAffinityTerm") or {}
            if term.get("labelSelector") is None:
                yield f"{place}.podAffinityTerm.labelSelector: {_NO_POD}"
