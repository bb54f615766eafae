"""Which address a Pod gets: each Node has a /24 of 10.244.0.0/16, and gives its Pods one address after another.

The Nodes of a cluster that was put back have the subnets that they came with, and what is taken there is not given
again.
"""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Iterable

from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import Object, name

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
        self.cidrs: dict[str, str] = {}
        self.taken: set[str] = set()

    def resume(self, nodes: Iterable[Object], pods: Iterable[Object]) -> None:
        """Go on with the subnets of Nodes and the addresses of Pods that are there."""
        for pod in pods:
            address = pod["status"].get("podIP")
            if not address:
                continue
            self.taken.add(address)
            node = pod["spec"].get("nodeName", "")
            # Where the cloud gives the addresses a Node has no subnet of its own: its Pods lie near each other.
            if not pod["spec"].get("hostNetwork") and ":" not in address:
                near = ipaddress.ip_network(f"{address}/24", strict=False)
                self.cidrs.setdefault(node, str(near))
        for node in nodes:
            given = node.get("spec", {}).get("podCIDR")
            if given:
                self.cidrs[name(node)] = given

    def address(self, node: str, reader: Reader) -> str:
        """The next address on a Node; the reader knows all there are, for subnets go by the Nodes' numbers."""
        given = self.cidrs.get(node)
        if given is not None:
            return self._within(ipaddress.ip_network(given, strict=False))
        if node not in self.subnets:
            self._join({node, *map(name, reader.list("Node"))})
        # The subnet 0 would be the control plane's: .1 is node1's, and a table is the easier to read for it.
        second, third = divmod(self.subnets[node], SUBNETS)
        place = self.given[node] % ADDRESSES
        self.given[node] += 1
        return f"10.{SECOND + second}.{third}.{FIRST + place}"

    def _within(self, network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> str:
        # A subnet of IPv6 has more addresses than anybody will ever count.
        count = max(min(network.num_addresses, SUBNETS**2) - FIRST - 1, 1)
        for _ in range(count):
            # Counted by subnet: in some clouds several Nodes are in one.
            place = self.given[str(network)] % count
            self.given[str(network)] += 1
            address = str(network[FIRST + place])
            if address not in self.taken:
                return address
        return str(network[FIRST])

    def _join(self, nodes: set[str]) -> None:
        for title in sorted(
            nodes - self.subnets.keys(), key=lambda each: (len(each), each)
        ):
            self.subnets[title] = len(self.subnets) + 1
