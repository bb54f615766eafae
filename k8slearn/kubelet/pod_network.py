"""Which address a Pod gets: each Node has a /24 of 10.244.0.0/16, and gives its Pods one address after another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

SECOND = 244
SUBNETS = 256
"""10.244.0.0/16 is the cluster CIDR of kubeadm's examples; past its 256 subnets 10.245.0.0/16 follows."""
FIRST = 2
ADDRESSES = 253
"""In a /24 .0 is the network, .1 the Node's own bridge, .255 the broadcast."""


class PodNetwork:
    """The subnets that were given to Nodes, and how many addresses of each were given to Pods."""

    def __init__(self) -> None:
        self.subnets: dict[str, int] = {}
        self.given: Counter[str] = Counter()

    def address(self, node: str, nodes: Callable[[], Iterable[str]]) -> str:
        """The next address on a Node; `nodes` lists all there are, for subnets go by the Nodes' numbers."""
        if node not in self.subnets:
            self._join({node, *nodes()})
        # The subnet 0 would be the control plane's: .1 is node1's, and a table is the easier to read for it.
        second, third = divmod(self.subnets[node], SUBNETS)
        place = self.given[node] % ADDRESSES
        self.given[node] += 1
        return f"10.{SECOND + second}.{third}.{FIRST + place}"

    def _join(self, nodes: set[str]) -> None:
        for name in sorted(
            nodes - self.subnets.keys(), key=lambda each: (len(each), each)
        ):
            self.subnets[name] = len(self.subnets) + 1
