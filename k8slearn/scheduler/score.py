"""Which of the Nodes that fit is the best. Pure functions of objects; every score goes from 0 to 100.

Kubernetes: pkg/scheduler/framework/plugins; the weights are those of apis/config/v1/default_plugins.go
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from math import log
from typing import NamedTuple

from k8slearn.apimachinery.objects import Object, labels, name, namespace
from k8slearn.apimachinery.selectors import PREFERRED, REQUIRED, any_term_matches
from k8slearn.kinds.node import HOSTNAME, ZONE
from k8slearn.kinds.pod_template.container_lists import containers_in
from k8slearn.scheduler.filters import untolerated_taints
from k8slearn.scheduler.resources import (
    Amounts,
    allocatable_of,
    milli_value,
    requests,
)
from k8slearn.scheduler.situation import Situation
from k8slearn.scheduler.topology import (
    domain,
    is_included,
    matching,
    spread_constraints,
    term_selects,
)

_SPREADING = ("ReplicationController", "ReplicaSet", "StatefulSet")
Scores = dict[str, float]
# What a Pod counts for that asks for nothing: a tenth of a CPU and 200 MB. Kubernetes: util/pod_resources.go
_LEAST = {"cpu": 100, "memory": 200 * 1024 * 1024 * 1000}
_MEGA = 1024 * 1024
# Less than this on a Node is as good as nothing; more than that of one container as good as all.
# Kubernetes: imagelocality, minThreshold and maxContainerThreshold
_SMALL_IMAGES = 23 * _MEGA
_LARGE_IMAGE = 1000 * _MEGA
# Unless told otherwise, Pods of one Service and of one owner spread.
# Kubernetes: podtopologyspread, systemDefaultConstraints
_SYSTEM_SPREAD = (
    {"topologyKey": HOSTNAME, "maxSkew": 3},
    {"topologyKey": ZONE, "maxSkew": 5},
)


class Use(NamedTuple):
    """One resource of a Node: what Pods request together, and what there is."""

    used: int
    total: int

    @property
    def left(self) -> int:
        """How much is left, in percent; 0 where more is requested than there is. Kubernetes: leastRequestedScore"""
        return max(self.total - self.used, 0) * 100 // self.total

    @property
    def share(self) -> float:
        """How much of it is used, 1 at most."""
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
    """Scaled so that the highest is 100, in whole numbers. Kubernetes: helper.DefaultNormalizeScore"""
    highest = max(raw.values(), default=0)
    found = {}
    for node, value in raw.items():
        # Where all have nothing the highest is nothing, which is the best if fewer is better.
        scaled = 100 * value // highest if highest else 0.0
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


def _asked(pods: Iterable[Object], least: Mapping[str, int]) -> Amounts:
    """What Pods ask for together of CPU and memory; containers that say nothing ask for `least`."""
    total = dict.fromkeys(_LEAST, 0)
    for pod in pods:
        asked = requests(pod, least)
        for resource in total:
            total[resource] += asked.get(resource, 0)
    return total


def _uses(asked: Amounts, node: Object) -> list[Use]:
    """Of CPU and memory, as far as the Node has them."""
    found = []
    for resource in _LEAST:
        total = milli_value(allocatable_of(node).get(resource, 0))
        if total:
            found.append(Use(asked.get(resource, 0), total))
    return found


def least_allocated(pod: Object, nodes: Sequence[Object], seen: Situation) -> Scores:
    """How much is left of CPU and memory."""
    raw = {}
    for node in nodes:
        asked = _asked([*seen.pods_on(name(node)), pod], _LEAST)
        uses = _uses(asked, node)
        # In whole numbers, as upstream's int64.
        left = sum(use.left for use in uses) // max(len(uses), 1)
        raw[name(node)] = float(left)
    return raw


def balanced(pod: Object, nodes: Sequence[Object], seen: Situation) -> Scores:
    """Whether the Pod makes a Node use CPU and memory more alike, or less: 75 where it changes nothing.

    Kubernetes: balanced_allocation.go, balancedResourceScorer
    """
    own = requests(pod)
    # A Pod that asks for nothing changes no balance.
    if own.keys().isdisjoint(_LEAST):
        return {}
    raw = {}
    for node in nodes:
        there = _asked(seen.pods_on(name(node)), {})
        with_it = {kind: there[kind] + own.get(kind, 0) for kind in there}
        change = _balance(with_it, node) - _balance(there, node)
        raw[name(node)] = float(50 + (50 + change) // 2)
    return raw


def _balance(asked: Amounts, node: Object) -> int:
    """How much alike CPU and memory are used. Kubernetes: balancedResourceScore"""
    shares = [use.share for use in _uses(asked, node)]
    # Of two shares the standard deviation is half of what lies between them.
    deviation = (max(shares) - min(shares)) / 2 if shares else 0.0
    return int((1 - deviation) * 100)


def image_locality(pod: Object, nodes: Sequence[Object], seen: Situation) -> Scores:
    """How many bytes of the Pod's images are there already, less where few Nodes have them."""
    containers = _with_images(pod["spec"])
    images = [_tagged(each) for each in [*containers, *_image_volumes(pod["spec"])]]
    holders: Counter[str] = Counter()
    sizes: dict[str, dict[str, int]] = {}
    for node in seen.nodes.values():
        present = _images_of(node)
        sizes[name(node)] = present
        holders.update(set(images) & present.keys())
    low = _SMALL_IMAGES
    # Volumes add to the sum alone, as in v1.36: with them a Node comes sooner to the top.
    high = _LARGE_IMAGE * max(len(containers), 1)
    raw = {}
    for node in nodes:
        held = sizes.get(name(node), {})
        found = 0.0
        for image in images:
            found += held.get(image, 0) * holders[image] // len(seen.nodes)
        found = min(max(found, low), high)
        raw[name(node)] = 100 * (found - low) / (high - low)
    return raw


def _with_images(spec: Object) -> list[str]:
    """The images of all containers, those that only prepare included."""
    return [each.get("image", "") for each in containers_in(spec)]


def _image_volumes(spec: Object) -> list[str]:
    volumes = spec.get("volumes") or ()
    return [each["image"].get("reference", "") for each in volumes if "image" in each]


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
    keys = {each["topologyKey"] for each in constraints} if asked else set()
    for constraint in constraints:
        scores = _spread_of(constraint, keys, pod, counted, seen)
        for node_name, score in scores.items():
            raw[node_name] += score
    # A Node that does not count gets nothing.
    uncounted = {name(node): 0.0 for node in nodes}
    return uncounted | _fewer_is_better(raw)


def _default_constraints(pod: Object, seen: Situation) -> list[Object]:
    """By the Services that select the Pod and by its owner; none where there is neither.

    Kubernetes: plugins/helper/spread.go, DefaultSelector
    """
    wanted: dict[str, str] = {}
    for service in seen.services:
        if namespace(service) != namespace(pod):
            continue
        selector = service.get("spec", {}).get("selector")
        if selector and selector.items() <= labels(pod).items():
            wanted |= selector
    label_selector: Object = _selector_of_owner(pod, seen)
    wanted |= label_selector.get("matchLabels", {})
    label_selector = {**label_selector, "matchLabels": wanted}
    if not any(label_selector.values()):
        return []
    return [{**each, "labelSelector": label_selector} for each in _SYSTEM_SPREAD]


def _selector_of_owner(pod: Object, seen: Situation) -> Object:
    """What the owner selects; of a DaemonSet no more than one Pod goes to a Node anyway."""
    owner = seen.manager_of(pod)
    if owner is None or owner["kind"] not in _SPREADING:
        return {}
    selector: Object = owner.get("spec", {}).get("selector") or {}
    if owner["kind"] == "ReplicationController":
        return {"matchLabels": selector}
    return selector


def _spread_of(
    constraint: Object,
    keys: Set[str],
    pod: Object,
    nodes: Sequence[Object],
    seen: Situation,
) -> Scores:
    """What Nodes score for one constraint; Pods count on Nodes that have the labels `keys`."""
    key = constraint["topologyKey"]
    counts: Counter[object] = Counter()
    for node in seen.nodes.values():
        if not labels(node).keys() >= keys:
            continue
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
    """The weights of the preferred (anti-)affinities that a Node meets. Kubernetes: interpodaffinity/scoring.go"""
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
    # Divided before it is multiplied, as upstream does: fractions are cut off.
    return {node: 100 * ((value - low) / (high - low)) for node, value in raw.items()}


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
    """Pods that require such a Pod near them raise the score by 1. Kubernetes: HardPodAffinityWeight"""
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
