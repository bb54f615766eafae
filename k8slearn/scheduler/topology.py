"""Where a Pod may stand among other Pods: required affinity, anti-affinity and topology spread.

Kubernetes: pkg/scheduler/framework/plugins/podtopologyspread, interpodaffinity (PreFilter and Filter)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from k8slearn.apimachinery.objects import Object, is_deleting, labels, name, namespace
from k8slearn.apimachinery.selectors import REQUIRED, matches_affinity, selector_matches
from k8slearn.scheduler.filters import (
    FOES,
    GUARDED,
    NO_DOMAIN,
    NO_FRIENDS,
    SKEWED,
    Fit,
    untolerated_taints,
)
from k8slearn.scheduler.situation import Situation

Domain = tuple[str, str]
"""A label's key and its value: all Nodes that have it."""
NearCounts = Counter[Domain | None]


class SpreadLimit(NamedTuple):
    """A spread constraint, counted: its topology key, the matching Pods of each domain, the most that one may have."""

    key: str
    counts: Counter[Domain]
    most: int


def spread_constraints(pod: Object, when: str) -> list[Object]:
    """A Pod's constraints of one kind, each with the selector that is meant."""
    found = []
    for each in pod["spec"].get("topologySpreadConstraints") or ():
        if each.get("whenUnsatisfiable", "DoNotSchedule") == when:
            selector = _with_match_keys(each, pod)
            found.append({**each, "labelSelector": selector})
    return found


def _with_match_keys(constraint: Object, pod: Object) -> Object | None:
    """The selector, with the Pod's own values of `matchLabelKeys` as further terms."""
    selector: Object | None = constraint.get("labelSelector")
    if selector is None:
        return None
    own = labels(pod)
    terms = list(selector.get("matchExpressions", ()))
    for key in constraint.get("matchLabelKeys") or ():
        if key in own:
            terms.append({"key": key, "operator": "In", "values": [own[key]]})
    if not terms:
        return selector
    return {**selector, "matchExpressions": terms}


def terms_of(pod: Object, kind: str) -> list[Object]:
    """The required terms of `podAffinity` or `podAntiAffinity`."""
    affinity = pod["spec"].get("affinity") or {}
    return list((affinity.get(kind) or {}).get(REQUIRED) or ())


def term_selects(term: Object, owner: Object, other: Object, seen: Situation) -> bool:
    """Whether a term of `owner` means the Pod `other`: by namespace, then by labels."""
    if not _means_namespace(term, owner, namespace(other), seen):
        return False
    selector = term.get("labelSelector")
    return selector is not None and selector_matches(selector, labels(other))


def _means_namespace(term: Object, owner: Object, other: str, seen: Situation) -> bool:
    """By name or by labels; a term that says neither means its owner's own."""
    names = term.get("namespaces") or []
    selector = term.get("namespaceSelector")
    if not names and selector is None:
        return other == namespace(owner)
    if other in names:
        return True
    return selector is not None and selector_matches(selector, seen.labels_of(other))


def domain(node: Object, key: str) -> Domain | None:
    """The domain of a Node under a label's key, None where it has no such label."""
    value = labels(node).get(key)
    if value is None:
        return None
    return (key, value)


class Topology:
    """What the Pods that run mean for one that is to be placed."""

    def __init__(self, pod: Object, seen: Situation) -> None:
        self.pod = pod
        self.seen = seen
        self.constraints = spread_constraints(pod, "DoNotSchedule")
        self.friends = terms_of(pod, "podAffinity")
        self.foes = terms_of(pod, "podAntiAffinity")
        self.spread = [self._spread_of(each) for each in self.constraints]
        self.near = self._near_friends()
        self.hostile = self._hostile()
        self.guarded = self._guarded()

    def refusal(self, node: Object) -> Fit | None:
        """Why the Pod may not stand on this Node, None where it may."""
        about = name(node)
        for limit in self.spread:
            place = domain(node, limit.key)
            if place is None:
                return Fit(about, (NO_DOMAIN,))
            if limit.counts[place] > limit.most:
                return Fit(about, (SKEWED,), helped=True)
        places = [domain(node, term["topologyKey"]) for term in self.friends]
        if not self._is_near(places):
            return Fit(about, (NO_FRIENDS,))
        for term in self.foes:
            place = domain(node, term["topologyKey"])
            if self.hostile[place] > 0:
                return Fit(about, (FOES,), helped=True)
        # A domain is a label's key and value.
        for label in labels(node).items():
            if self.guarded[label]:
                return Fit(about, (GUARDED,), helped=True)
        return None

    # Topology spread ---------------------------------------------------------------------------------------------

    def _counted(self, constraint: Object) -> Counter[Domain]:
        """How many matching Pods each domain has that counts, those with none included."""
        counts: Counter[Domain] = Counter()
        keys = [each["topologyKey"] for each in self.constraints]
        for node in self.seen.nodes.values():
            # A Node that lacks one label counts for no constraint. Kubernetes: requiredNodeLabels
            if not all(domain(node, key) for key in keys):
                continue
            place = domain(node, constraint["topologyKey"])
            if place is None or not is_included(constraint, self.pod, node):
                continue
            pods = self.seen.pods_on(name(node))
            counts[place] += matching(constraint, self.pod, pods)
        return counts

    def _spread_of(self, constraint: Object) -> SpreadLimit:
        counts = self._counted(constraint)
        least = min(counts.values(), default=0)
        # Fewer domains than wanted: the missing ones count as empty.
        if len(counts) < constraint.get("minDomains", 1):
            least = 0
        # The Pod itself counts where it will stand.
        own = matching(constraint, self.pod, [self.pod])
        most = constraint["maxSkew"] + least - own
        return SpreadLimit(constraint["topologyKey"], counts, most)

    # Affinity ----------------------------------------------------------------------------------------------------

    def _each_running(self) -> Iterable[tuple[Object, Object]]:
        for node_name, pods in self.seen.running.items():
            node = self.seen.nodes.get(node_name)
            if node is not None:
                for pod in pods.values():
                    yield node, pod

    def _selects(self, term: Object, other: Object) -> bool:
        return term_selects(term, self.pod, other, self.seen)

    def _near_friends(self) -> NearCounts:
        """In which domains a Pod runs that all terms of the affinity mean."""
        found: NearCounts = Counter()
        if not self.friends:
            return found
        for node, other in self._each_running():
            if all(self._selects(term, other) for term in self.friends):
                for term in self.friends:
                    found[domain(node, term["topologyKey"])] += 1
        # A Node without the label is in no domain.
        del found[None]
        return found

    def _is_near(self, places: list[Domain | None]) -> bool:
        if None in places:
            return False
        if all(self.near[place] > 0 for place in places):
            return True
        if self.near:
            return False
        # The first of a series that wants to be together may go anywhere. Kubernetes: satisfyPodAffinity
        return all(self._selects(term, self.pod) for term in self.friends)

    def _hostile(self) -> NearCounts:
        """In which domains a Pod runs that a term of the anti-affinity means."""
        found: NearCounts = Counter()
        if not self.foes:
            return found
        for node, other in self._each_running():
            for term in self.foes:
                if self._selects(term, other):
                    found[domain(node, term["topologyKey"])] += 1
        del found[None]
        return found

    def _guarded(self) -> Counter[Domain]:
        """From which domains a Pod that runs keeps this one away."""
        found: Counter[Domain] = Counter()
        for guard in self.seen.guards.values():
            node_name = guard["spec"].get("nodeName", "")
            node = self.seen.nodes.get(node_name)
            if node is None:
                continue
            for term in terms_of(guard, "podAntiAffinity"):
                place = domain(node, term["topologyKey"])
                if place and term_selects(term, guard, self.pod, self.seen):
                    found[place] += 1
        return found


def matching(constraint: Object, pod: Object, others: Iterable[Object]) -> int:
    """How many of these Pods a constraint counts; those that end do not count."""
    selector = constraint.get("labelSelector")
    if selector is None:
        return 0
    count = 0
    for other in others:
        if namespace(other) != namespace(pod) or is_deleting(other):
            continue
        if selector_matches(selector, labels(other)):
            count += 1
    return count


def is_included(constraint: Object, pod: Object, node: Object) -> bool:
    """Whether a Node counts for a constraint. Kubernetes: matchNodeInclusionPolicies"""
    spec = pod["spec"]
    honours = constraint.get("nodeAffinityPolicy", "Honor") == "Honor"
    if honours and not matches_affinity(spec, node):
        return False
    if constraint.get("nodeTaintsPolicy", "Ignore") == "Ignore":
        return True
    return not untolerated_taints(spec, node)


def topology_of(pod: Object, seen: Situation) -> Topology | None:
    """What other Pods mean for this one, None where they mean nothing: so it is for nearly all."""
    spec = pod["spec"]
    affinity = spec.get("affinity") or {}
    asks = affinity.get("podAffinity") or affinity.get("podAntiAffinity")
    if asks or spec.get("topologySpreadConstraints") or seen.guards:
        return Topology(pod, seen)
    return None
