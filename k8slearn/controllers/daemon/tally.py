"""All Nodes of one DaemonSet as assessed, counted and sorted while they come, so that a decision need not walk them.

Invariant: what a tally says depends on the Nodes in it alone, never on the order or the number of times they were put.
That is why the Nodes are sorted by name, while the real controller walks a Go map in no fixed order.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import itemgetter
from typing import Any

from k8slearn.apimachinery.objects import Object
from k8slearn.controllers.daemon.placement import node_should_run_daemon_pod
from k8slearn.controllers.daemon.pods import NodePods, assess_node
from k8slearn.controllers.informer import Cache

BUSY = "busy"
FORCED = "forced"
CANDIDATES = "candidates"
REPLACED = "replaced"
MISPLACED = "misplaced"
STRAY = "stray"
GONE = "gone"
NO_BASKET = ""

BASKETS = (BUSY, FORCED, CANDIDATES, REPLACED, MISPLACED, STRAY, GONE)
"""A round that deletes an old Pod first needs the first three, one that starts a new Pod first all of them."""
Sorter = Callable[[NodePods], str]
"""Into which basket a Node belongs in a round, NO_BASKET for none."""


_Sort = tuple[tuple[str, ...], bool, bool]
"""The status fields in which a Node counts; whether a surging round relies on it; whether its new Pod settles."""


class Basket:
    """Names of Nodes in order: those where nothing is ending first, then by name.

    A sorted list: with 1,000 Nodes in it, putting one in or taking it out still costs about a microsecond.
    """

    def __init__(self, ranked: Iterable[tuple[bool, str]] = ()) -> None:
        self._ranked = list(ranked)

    def put(self, node: str, *, ending: bool = False) -> None:
        """Put a Node in; `ending` is whether one of its Pods is on its way out."""
        insort(self._ranked, (ending, node))

    def take(self, node: str, *, ending: bool = False) -> None:
        """Take out a Node that was put in so."""
        del self._ranked[bisect_left(self._ranked, (ending, node))]

    def first(self, count: int) -> list[str]:
        """At most so many, from the beginning."""
        return [node for _, node in self._ranked[:count]]

    def __iter__(self) -> Iterator[str]:
        return map(itemgetter(1), self._ranked)

    def __len__(self) -> int:
        return len(self._ranked)

    def __deepcopy__(self, memo: dict[int, Any]) -> Basket:
        # A fork copies 20 of them; the pairs never change and may be shared.
        return Basket(self._ranked)


class Tally:
    """The Nodes by name, and what the three decisions ask of them.

    `create` and `delete` are where manage has something to do, `timed` the Nodes about which time alone changes the
    verdict.
    """

    def __init__(self) -> None:
        self.nodes: Cache[str, NodePods] = Cache()
        self.create, self.delete = Basket(), Basket()
        self.timed: set[str] = set()
        # How many Nodes count alike: there are a handful of such sorts, however many Nodes there are.
        self._alike: Counter[_Sort] = Counter()
        self._rounds: dict[Sorter, dict[str, Basket]] = {}

    @property
    def counts(self) -> Counter[str]:
        """The numbers of the status, field by field."""
        found: Counter[str] = Counter()
        for (fields, _, _), nodes in self._alike.items():
            for field in fields:
                found[field] += nodes
        return found

    @property
    def working(self) -> int:
        """The Nodes with an available Pod that a surging round relies on."""
        return sum(nodes for (_, works, _), nodes in self._alike.items() if works)

    @property
    def settling(self) -> int:
        """The Nodes whose new Pod is ready and not yet available."""
        return sum(nodes for (*_, settles), nodes in self._alike.items() if settles)

    def baskets(self, sorter: Sorter) -> Mapping[str, Basket]:
        """The Nodes as a round sorts them. Kept from the first time on: hardly any DaemonSet needs both kinds."""
        known = self._rounds.get(sorter)
        if known is None:
            known = self._rounds[sorter] = {basket: Basket() for basket in BASKETS}
            for node in self.nodes.values():
                basket = sorter(node)
                if basket:
                    known[basket].put(node.node, ending=node.terminating)
        return known

    def put(self, node: NodePods) -> None:
        """Take in what is now known of a Node."""
        self.drop(node.node)
        self.nodes[node.node] = node
        for basket, ending in self._baskets_of(node):
            basket.put(node.node, ending=ending)
        self._alike[_sort_of(node)] += 1
        if node.timed:
            self.timed.add(node.node)

    def drop(self, name: str) -> None:
        """Forget a Node; one that is not there is forgotten already."""
        node = self.nodes.pop(name, None)
        if node is None:
            return
        for basket, ending in self._baskets_of(node):
            basket.take(name, ending=ending)
        self._alike[_sort_of(node)] -= 1
        self.timed.discard(name)

    def old_pods(self, nodes: Iterable[str]) -> list[Object]:
        """The old Pods on these Nodes."""
        pods = (self.nodes[node].old_pod for node in nodes)
        return [pod for pod in pods if pod is not None]

    def _baskets_of(self, node: NodePods) -> list[tuple[Basket, bool]]:
        found = []
        if node.create:
            found.append((self.create, False))
        if node.delete:
            found.append((self.delete, False))
        for sorter, baskets in self._rounds.items():
            basket = sorter(node)
            if basket:
                found.append((baskets[basket], node.terminating))
        return found


def _sort_of(node: NodePods) -> _Sort:
    only_new = node.old_pod is None and node.new_available
    return node.counts, node.old_available or only_new, node.settling


def in_place_basket(node: NodePods) -> str:
    """Where a Node belongs when a round deletes the old Pod first.

    Kubernetes: pkg/controller/daemon/update.go, rollingUpdate, the loop under `if maxSurge == 0`.
    """
    # Nearly every Node has a Pod.
    if not node.pods and not node.wanted:
        return NO_BASKET
    if node.excess or (node.new_pod is None and node.old_pod is None):
        return BUSY
    if node.new_pod is not None and node.old_pod is not None:
        return BUSY
    if node.new_pod is not None:
        if node.new_available:
            return NO_BASKET
        return BUSY
    if node.old_available:
        return CANDIDATES
    return FORCED


def surging_basket(node: NodePods) -> str:
    """Where a Node belongs when a round starts the new Pod first.

    Kubernetes: pkg/controller/daemon/update.go, rollingUpdate, the second loop.
    """
    if node.excess:
        return BUSY
    if node.old_pod is None:
        return NO_BASKET
    if node.new_pod is not None:
        if node.new_available:
            return REPLACED
        return BUSY
    if node.placement is None:
        return GONE
    if not node.wanted:
        if node.old_available:
            return MISPLACED
        return STRAY
    if node.old_available:
        return CANDIDATES
    return FORCED


def assess_nodes(
    daemon_set: Object,
    nodes: Mapping[str, Object | None],
    pods: Mapping[str, Iterable[Object]],
    revision_hash: str,
    now: float,
) -> Tally:
    """Assess every Node (None: it is gone) with the DaemonSet's Pods on it, at `now` (simulated seconds).

    No Node counts as backing off: of failures in the past the objects tell nothing.
    """
    tally = Tally()
    for name, node in nodes.items():
        here = list(pods.get(name, ()))
        placement = None
        if node is not None:
            placement = node_should_run_daemon_pod(daemon_set, node)
        assessed = assess_node(daemon_set, placement, name, here, revision_hash, now)
        tally.put(assessed)
    return tally
