"""A Pod's own labels, put into the selectors of its affinities and spread constraints that name their keys.

Kubernetes: pkg/registry/core/pod/strategy.go, mutatePodAffinity and mutateTopologySpreadConstraints
"""

from __future__ import annotations

from collections.abc import Mapping

from k8slearn.apimachinery.objects import Object, labels
from k8slearn.apimachinery.selectors import PREFERRED, REQUIRED
from k8slearn.kinds.filling import Filler, each, inside

_OPERATORS = {"matchLabelKeys": "In", "mismatchLabelKeys": "NotIn"}


def normalize(pod: Object, old: Object | None) -> Object:
    """A new Pod with `matchLabelKeys` and `mismatchLabelKeys` as expressions, which whoever selects then goes by."""
    spec = pod.get("spec", {})
    affinity = spec.get("affinity") or {}
    about_pods = affinity.get("podAffinity") or affinity.get("podAntiAffinity")
    if old is not None or not (about_pods or spec.get("topologySpreadConstraints")):
        return pod
    merge = _merger(labels(pod))
    spec = inside(spec, "topologySpreadConstraints", each(merge))
    return {**pod, "spec": inside(spec, "affinity", _in_affinities(merge))}


def _in_affinities(merge: Filler) -> Filler:
    def weighted(term: Object) -> Object:
        return inside(term, "podAffinityTerm", merge)

    def in_terms(found: Object) -> Object:
        found = inside(found, REQUIRED, each(merge))
        return inside(found, PREFERRED, each(weighted))

    def changed(affinity: Object) -> Object:
        affinity = inside(affinity, "podAffinity", in_terms)
        return inside(affinity, "podAntiAffinity", in_terms)

    return changed


def _merger(own: Mapping[str, str]) -> Filler:
    def merged(term: Object) -> Object:
        selector = term.get("labelSelector")
        added: list[Object] = []
        for field, operator in _OPERATORS.items():
            for key in term.get(field) or ():
                if key in own:
                    values = [own[key]]
                    added.append({"key": key, "operator": operator, "values": values})
        # Without a selector the term means nobody, whatever its keys.
        if selector is None or not added:
            return term
        expressions = [*(selector.get("matchExpressions") or ()), *added]
        changed = {**selector, "matchExpressions": expressions}
        return {**term, "labelSelector": changed}

    return merged
