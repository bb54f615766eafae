"""Which of the Nodes that fit is the best. Pure functions of objects; every score goes from 0 to 100.

Kubernetes: pkg/scheduler/framework/plugins; the weights are those of apis/config/v1/default_plugins.go
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from math import log

from k8slearn.apimachinery.objects import Object, labels, name, namespace
from k8slearn.apimachinery.selectors import look_at_term, term_matches
from k8slearn.scheduler.filters import untolerated_taints
from k8slearn.scheduler.resources import milli_value, requests
from k8slearn.scheduler.situation import Situation
from k8slearn.scheduler.topology import (
    REQUIRED,
    domain,
    is_included,
    matching,
    spread_constraints,
    term_selects,
)

PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
Scores = dict[str, float]
HOST = "kubernetes.io/hostname"
# What a Pod counts for that asks for nothing: a tenth of a CPU and 200 MB. Kubernetes: util/pod_resources.go
_LEAST = {"cpu": 100, "memory": 200 * 1024 * 1024 * 1000}
_MEGA = 1024 * 1024
# Unless told otherwise, Pods of one Service spread. Kubernetes: podtopologyspread, systemDefaultConstraints
_SYSTEM_SPREAD = (
    {"topologyKey": HOST, "maxSkew": 3},
    {"topologyKey": "topology.kubernetes.io/zone", "maxSkew": 5},
)


def best(pod: Object, fitting: Sequence[Object], seen: Situation) -> str:
    """The name of the Node with the highest score; of equals the one with the fewest Pods, then the first.

    A real scheduler draws among equals.
    """
    total: Scores = {name(node): 0.0 for node in fitting}
    for plugin, weight in _PLUGINS:
        for node, score in plugin(pod, fitting, seen).items():
            total[node] += weight * int(score)
    return max(total, key=lambda node: (total[node], -len(seen.pods_on(node))))


def _normalised(raw: Scores, *, fewer_is_better: bool = False) -> Scores:
    """Scaled so that the highest is 100. Kubernetes: helper.DefaultNormalizeScore"""
    highest = max(raw.values(), default=0)
    if not highest:
        return dict.fromkeys(raw, 100.0 if fewer_is_better else 0.0)
    scaled = {node: 100 * value / highest for node, value in raw.items()}
    if fewer_is_better:
        return {node: 100 - value for node, value in scaled.items()}
    return scaled


def taints(pod: Object, nodes: Sequence[Object], seen: Situation) -> Scores:
    """Fewer PreferNoSchedule taints that the Pod does not tolerate."""
    raw = {}
    for node in nodes:
        found = untolerated_taints(pod["spec"], node, "PreferNoSchedule")
        raw[name(node)] = float(len(found))
    return _normalised(raw, fewer_is_better=True)


def node_affinity(pod: Object, nodes: Sequence[Object], seen: Situation) -> Scores:
    """The weights of the preferred terms that a Node meets."""
    affinity = (pod["spec"].get("affinity") or {}).get("nodeAffinity") or {}
    preferred = affinity.get(PREFERRED) or ()
    raw = {}
    for node in nodes:
        weights = (
            each["weight"]
            for each in preferred
            if term_matches(look_at_term(each["preference"], node))
        )
        raw[name(node)] = float(sum(weights))
    return _normalised(raw)


def _use(
    pod: Object, node: Object, resource: str, seen: Situation, least: int = 0
) -> tuple[int, int]:
    """(what Pods on a Node and this one ask for, what it has); a Pod without a request counts `least`."""
    allocatable = node.get("status", {}).get("allocatable") or {}
    pods = [*seen.pods_on(name(node)), pod]
    used = sum(requests(each).get(resource, 0) or least for each in pods)
    return used, milli_value(allocatable.get(resource, 0))


def least_allocated(pod: Object, nodes: Sequence[Object], seen: Situation) -> Scores:
    """How much is left of CPU and memory."""
    raw = {}
    for node in nodes:
        parts = []
        for resource, least in _LEAST.items():
            used, total = _use(pod, node, resource, seen, least)
            parts.append((total - used) * 100 // total if total >= used > 0 else 0)
        raw[name(node)] = float(sum(parts) // len(parts))
    return raw


def balanced(pod: Object, nodes: Sequence[Object], seen: Situation) -> Scores:
    """How much alike CPU and memory are used."""
    # A Pod that asks for nothing changes no balance.
    if not set(requests(pod)) & set(_LEAST):
        return {}
    raw = {}
    for node in nodes:
        shares = []
        for resource in _LEAST:
            used, total = _use(pod, node, resource, seen)
            shares.append(min(used / total, 1.0) if total else 1.0)
        raw[name(node)] = (1 - abs(shares[0] - shares[1]) / 2) * 100
    return raw


def image_locality(pod: Object, nodes: Sequence[Object], seen: Situation) -> Scores:
    """How many bytes of the Pod's images are there already, less where few Nodes have them."""
    images = [_tagged(c.get("image", "")) for c in pod["spec"].get("containers") or ()]
    holders: Counter[str] = Counter()
    sizes: dict[str, dict[str, int]] = {}
    for node in seen.nodes.values():
        present = sizes[name(node)] = _images_of(node)
        holders.update(set(images) & present.keys())
    low = 23 * _MEGA
    high = 1000 * _MEGA * max(len(images), 1)
    raw = {}
    for node in nodes:
        held = sizes.get(name(node), {})
        share = (held.get(i, 0) * holders[i] / len(seen.nodes) for i in images)
        found = min(max(sum(share), low), high)
        raw[name(node)] = 100 * (found - low) / (high - low)
    return raw


def _images_of(node: Object) -> dict[str, int]:
    found = {}
    for image in node.get("status", {}).get("images") or ():
        for each in image.get("names") or ():
            found[_tagged(each)] = int(image.get("sizeBytes", 0))
    return found


def _tagged(image: str) -> str:
    if ":" in image.rpartition("/")[2]:
        return image
    return f"{image}:latest"


def spread(pod: Object, nodes: Sequence[Object], seen: Situation) -> Scores:
    """Fewer Pods of the same sort in the domain. Kubernetes: podtopologyspread/scoring.go"""
    constraints = spread_constraints(pod, "ScheduleAnyway")
    asked = bool(pod["spec"].get("topologySpreadConstraints"))
    if not asked:
        constraints = _default_constraints(pod, seen)
    if not constraints:
        return {}
    raw: Scores = {}
    for node in nodes:
        places = [domain(node, each["topologyKey"]) for each in constraints]
        # Who asks for a spread means the domains; by default a Node without a zone is as good as any.
        if not asked or None not in places:
            raw[name(node)] = 0.0
    counted = [node for node in nodes if name(node) in raw]
    for constraint in constraints:
        for about, score in _spread_of(constraint, pod, counted, seen).items():
            raw[about] += score
    return _spread_normalised(raw, nodes)


def _default_constraints(pod: Object, seen: Situation) -> list[Object]:
    """By the Services that select the Pod; none where there is none."""
    wanted: dict[str, str] = {}
    for service in seen.services:
        if namespace(service) != namespace(pod):
            continue
        selector = service.get("spec", {}).get("selector")
        if selector and selector.items() <= labels(pod).items():
            wanted |= selector
    if not wanted:
        return []
    return [{**each, "labelSelector": {"matchLabels": wanted}} for each in _SYSTEM_SPREAD]  # fmt: skip


def _spread_of(
    constraint: Object, pod: Object, nodes: Sequence[Object], seen: Situation
) -> Scores:
    key = constraint["topologyKey"]
    counts: Counter[object] = Counter()
    for node in seen.nodes.values():
        place = domain(node, key)
        if place is not None and is_included(constraint, pod, node):
            counts[place] += matching(constraint, pod, seen.pods_on(name(node)))
    places = {name(node): domain(node, key) for node in nodes}
    # The more domains, the less one Pod more or less in one of them says.
    size = len({place for place in places.values() if place is not None})
    weight = log(size + 2)
    found = {}
    for about, place in places.items():
        if place is not None:
            found[about] = counts[place] * weight + constraint["maxSkew"] - 1
    return found


def _spread_normalised(raw: Scores, nodes: Sequence[Object]) -> Scores:
    rounded = {node: round(value) for node, value in raw.items()}
    low = min(rounded.values(), default=0)
    high = max(rounded.values(), default=0)
    found = {name(node): 0.0 for node in nodes}
    for node, value in rounded.items():
        found[node] = 100 * (high + low - value) / high if high else 100.0
    return found


def pod_affinity(pod: Object, nodes: Sequence[Object], seen: Situation) -> Scores:
    """Near those that it prefers, away from those that it does not. Kubernetes: interpodaffinity/scoring.go"""
    weights: Counter[object] = Counter()
    own = pod["spec"].get("affinity") or {}
    for node in seen.nodes.values():
        for other in seen.pods_on(name(node)):
            _weigh(weights, own, pod, other, node, seen)
            theirs = other["spec"].get("affinity") or {}
            if theirs:
                _weigh(weights, theirs, other, pod, node, seen)
                _weigh_required(weights, theirs, other, pod, node, seen)
    if not weights:
        return {}
    raw = {name(node): float(sum(weights[p] for p in labels(node).items())) for node in nodes}  # fmt: skip
    low = min(raw.values())
    high = max(raw.values())
    if low == high:
        return dict.fromkeys(raw, 0.0)
    return {node: 100 * (value - low) / (high - low) for node, value in raw.items()}


def _weigh(
    weights: Counter[object],
    affinity: Object,
    owner: Object,
    other: Object,
    node: Object,
    seen: Situation,
) -> None:
    """Count what `owner` prefers about `other`, where the one of them runs that is placed already."""
    for kind, sign in (("podAffinity", 1), ("podAntiAffinity", -1)):
        for each in (affinity.get(kind) or {}).get(PREFERRED) or ():
            term = each["podAffinityTerm"]
            place = domain(node, term["topologyKey"])
            if place and term_selects(term, owner, other, seen):
                weights[place] += sign * each["weight"]


def _weigh_required(
    weights: Counter[object],
    affinity: Object,
    owner: Object,
    other: Object,
    node: Object,
    seen: Situation,
) -> None:
    """Whoever needs such a Pod near it draws it a little. Kubernetes: HardPodAffinityWeight, 1"""
    for term in (affinity.get("podAffinity") or {}).get(REQUIRED) or ():
        place = domain(node, term["topologyKey"])
        if place and term_selects(term, owner, other, seen):
            weights[place] += 1


Plugin = Callable[[Object, Sequence[Object], Situation], Scores]
_PLUGINS: tuple[tuple[Plugin, int], ...] = (
    (taints, 3),
    (node_affinity, 2),
    (least_allocated, 1),
    (spread, 2),
    (pod_affinity, 2),
    (balanced, 1),
    (image_locality, 1),
)
