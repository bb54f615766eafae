"""Which of the Nodes that fit is the best. Pure functions of objects; every score goes from 0 to 100.

Kubernetes: pkg/scheduler/framework/plugins; the weights are those of apis/config/v1/default_plugins.go
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from math import log
from typing import NamedTuple

from k8slearn.apimachinery.objects import Object, labels, name, namespace
from k8slearn.apimachinery.selectors import any_term_matches
from k8slearn.kinds.node import HOSTNAME, ZONE
from k8slearn.scheduler.filters import untolerated_taints
from k8slearn.scheduler.resources import allocatable_of, milli_value, requests
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
# What a Pod counts for that asks for nothing: a tenth of a CPU and 200 MB. Kubernetes: util/pod_resources.go
_LEAST = {"cpu": 100, "memory": 200 * 1024 * 1024 * 1000}
_MEGA = 1024 * 1024
# Less than this on a Node is as good as nothing; more than that of one container as good as all.
# Kubernetes: imagelocality, minThreshold and maxContainerThreshold
_SMALL_IMAGES = 23 * _MEGA
_LARGE_IMAGE = 1000 * _MEGA
# Unless told otherwise, Pods of one Service spread. Kubernetes: podtopologyspread, systemDefaultConstraints
_SYSTEM_SPREAD = (
    {"topologyKey": HOSTNAME, "maxSkew": 3},
    {"topologyKey": ZONE, "maxSkew": 5},
)


class Use(NamedTuple):
    """Of one resource what the Pods on a Node and the one to be placed ask for, and what the Node has."""

    used: int
    total: int

    @property
    def left(self) -> float:
        """What is left, of 100; nothing where more is asked for than there is. Kubernetes: leastRequestedScore"""
        if not 0 < self.used <= self.total:
            return 0
        return (self.total - self.used) * 100 // self.total

    @property
    def share(self) -> float:
        """How much of it is used, 1 at most; a Node that has none counts as full."""
        if not self.total:
            return 1.0
        return min(self.used / self.total, 1.0)


def best(pod: Object, fitting: Sequence[Object], seen: Situation) -> str:
    """The name of the Node with the highest score; of equals the one with the fewest Pods, then the first.

    A real scheduler draws among equals.
    """
    total: Scores = {name(node): 0.0 for node in fitting}
    for plugin, weight in _PLUGINS:
        scores = plugin(pod, fitting, seen)
        for node, score in scores.items():
            total[node] += weight * int(score)

    def rank(node: str) -> tuple[float, int]:
        return total[node], -len(seen.pods_on(node))

    return max(total, key=rank)


def _normalised(raw: Scores, *, fewer_is_better: bool = False) -> Scores:
    """Scaled so that the highest is 100. Kubernetes: helper.DefaultNormalizeScore"""
    highest = max(raw.values(), default=0)
    found = {}
    for node, value in raw.items():
        # Where all have nothing the highest is nothing, which is the best if fewer is better.
        scaled = 100 * value / highest if highest else 0.0
        found[node] = 100 - scaled if fewer_is_better else scaled
    return found


def taints(pod: Object, nodes: Sequence[Object], seen: Situation) -> Scores:
    """Fewer PreferNoSchedule taints that the Pod does not tolerate."""
    raw = {}
    for node in nodes:
        found = untolerated_taints(pod["spec"], node, "PreferNoSchedule")
        raw[name(node)] = float(len(found))
    return _normalised(raw, fewer_is_better=True)


def node_affinity(pod: Object, nodes: Sequence[Object], seen: Situation) -> Scores:
    """The weights of the preferred terms that a Node meets."""
    affinity = pod["spec"].get("affinity") or {}
    preferred = (affinity.get("nodeAffinity") or {}).get(PREFERRED) or ()
    raw = {}
    for node in nodes:
        weight = 0
        for each in preferred:
            if any_term_matches([each["preference"]], node):
                weight += each["weight"]
        raw[name(node)] = float(weight)
    return _normalised(raw)


def _use(
    pod: Object, node: Object, resource: str, seen: Situation, least: int = 0
) -> Use:
    """A Pod without a request counts `least`."""
    used = 0
    for each in [*seen.pods_on(name(node)), pod]:
        used += requests(each).get(resource, 0) or least
    total = milli_value(allocatable_of(node).get(resource, 0))
    return Use(used, total)


def least_allocated(pod: Object, nodes: Sequence[Object], seen: Situation) -> Scores:
    """How much is left of CPU and memory."""
    raw = {}
    for node in nodes:
        left = 0.0
        for resource, least in _LEAST.items():
            left += _use(pod, node, resource, seen, least).left
        # In whole numbers, as upstream's int64.
        raw[name(node)] = float(left // len(_LEAST))
    return raw


def balanced(pod: Object, nodes: Sequence[Object], seen: Situation) -> Scores:
    """How much alike CPU and memory are used."""
    # A Pod that asks for nothing changes no balance.
    if requests(pod).keys().isdisjoint(_LEAST):
        return {}
    raw = {}
    for node in nodes:
        cpu, memory = (_use(pod, node, resource, seen) for resource in _LEAST)
        # Of two shares the standard deviation is half of what lies between them. Kubernetes: balancedResourceScorer
        deviation = abs(cpu.share - memory.share) / 2
        raw[name(node)] = (1 - deviation) * 100
    return raw


def image_locality(pod: Object, nodes: Sequence[Object], seen: Situation) -> Scores:
    """How many bytes of the Pod's images are there already, less where few Nodes have them."""
    containers = pod["spec"].get("containers") or ()
    images = [_tagged(container.get("image", "")) for container in containers]
    holders: Counter[str] = Counter()
    sizes: dict[str, dict[str, int]] = {}
    for node in seen.nodes.values():
        present = _images_of(node)
        sizes[name(node)] = present
        holders.update(set(images) & present.keys())
    low = _SMALL_IMAGES
    high = _LARGE_IMAGE * max(len(images), 1)
    raw = {}
    for node in nodes:
        held = sizes.get(name(node), {})
        found = 0.0
        for image in images:
            found += held.get(image, 0) * holders[image] / len(seen.nodes)
        found = min(max(found, low), high)
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
    counted = []
    for node in nodes:
        domains = [domain(node, each["topologyKey"]) for each in constraints]
        # Who asks for a spread means the domains; by default a Node without a zone is as good as any.
        if not asked or None not in domains:
            raw[name(node)] = 0.0
            counted.append(node)
    for constraint in constraints:
        scores = _spread_of(constraint, pod, counted, seen)
        for node_name, score in scores.items():
            raw[node_name] += score
    # A Node that does not count gets nothing.
    uncounted = {name(node): 0.0 for node in nodes}
    return uncounted | _fewer_is_better(raw)


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
    label_selector = {"matchLabels": wanted}
    return [{**each, "labelSelector": label_selector} for each in _SYSTEM_SPREAD]


def _spread_of(
    constraint: Object, pod: Object, nodes: Sequence[Object], seen: Situation
) -> Scores:
    key = constraint["topologyKey"]
    counts: Counter[object] = Counter()
    for node in seen.nodes.values():
        place = domain(node, key)
        if place is not None and is_included(constraint, pod, node):
            counts[place] += matching(constraint, pod, seen.pods_on(name(node)))
    domains = {name(node): domain(node, key) for node in nodes}
    different = set(domains.values()) - {None}
    # The more domains, the less one Pod more or less in one of them says. Kubernetes: topologyNormalizingWeight
    weight = log(len(different) + 2)
    found = {}
    for node_name, place in domains.items():
        if place is not None:
            found[node_name] = counts[place] * weight + constraint["maxSkew"] - 1
    return found


def _fewer_is_better(raw: Scores) -> Scores:
    """Kubernetes: podtopologyspread NormalizeScore"""
    rounded = {node: round(value) for node, value in raw.items()}
    low = min(rounded.values(), default=0)
    high = max(rounded.values(), default=0)
    if not high:
        return dict.fromkeys(rounded, 100.0)
    return {node: 100 * (high + low - value) / high for node, value in rounded.items()}


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
    raw = {}
    for node in nodes:
        # A domain is a label's key and value.
        found = [weights[place] for place in labels(node).items()]
        raw[name(node)] = float(sum(found))
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
