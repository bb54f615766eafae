"""Which packets NetworkPolicies let through, as a network plugin enforces them at the interfaces of Pods.

A Pod that no policy selects takes and sends all. A Pod on its Node's network has no interface of its own: no policy
selects it, and to others it is its Node's address, as with most plugins.
Kubernetes: staging/src/k8s.io/api/networking/v1/types.go; test/e2e/network/netpol
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from k8slearn.apimachinery.objects import Object, labels, name, namespace
from k8slearn.apimachinery.selectors import selector_matches
from k8slearn.network.endpoints import Objects

INGRESS, EGRESS = "Ingress", "Egress"
_RULES = {INGRESS: ("ingress", "from"), EGRESS: ("egress", "to")}
TCP, UDP = "TCP", "UDP"


@dataclass(frozen=True, slots=True)
class Peer:
    """One end of a connection: its address, its Node ("" outside the cluster), and its Pod if that has an interface."""

    address: str
    node: str = ""
    pod: Object | None = None


@dataclass(frozen=True, slots=True)
class Port:
    """The port at which a connection arrives."""

    number: int
    protocol: str = TCP


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where a packet arrives: at a Pod's interface (None: at a Node, or outside), and the port there."""

    pod: Object | None
    port: Port


@dataclass(frozen=True, slots=True)
class Drop:
    """Why a packet is dropped: on its way out (Egress) or in (Ingress), and by which policies."""

    direction: str
    policies: tuple[str, ...]

    @property
    def names(self) -> str:
        """The policies in one line."""
        return ", ".join(self.policies)


def peer_of(pod: Object) -> Peer:
    """A Pod as one end."""
    spec = pod["spec"]
    address = pod.get("status", {}).get("podIP", "")
    has_interface = not spec.get("hostNetwork")
    return Peer(address, spec.get("nodeName", ""), pod if has_interface else None)


def drop(objects: Objects, source: Peer, target: Peer, port: Port) -> Drop | None:
    """Why a packet from one end to the other is dropped, None where it passes."""
    found = drop_leaving(objects, source, target, port)
    return found or drop_entering(objects, source, target, port)


def drop_leaving(
    objects: Objects, source: Peer, target: Peer, port: Port
) -> Drop | None:
    """Why a packet is dropped where it leaves its source, None where it leaves."""
    return _refusal(objects, EGRESS, source, target, Arrival(target.pod, port))


def drop_entering(
    objects: Objects, source: Peer, target: Peer, port: Port
) -> Drop | None:
    """Why a packet is dropped where it comes to its target, None where it enters."""
    return _refusal(objects, INGRESS, target, source, Arrival(target.pod, port))


def _refusal(
    objects: Objects, direction: str, own: Peer, other: Peer, arrival: Arrival
) -> Drop | None:
    """What the policies of one peer say of a packet to or from the other."""
    if own.pod is None or _is_within_node(own, other):
        return None
    found = _isolating(objects, direction, own.pod)
    if not found or _any_allows(objects, direction, found, other, arrival):
        return None
    return Drop(direction, tuple(map(name, found)))


def _is_within_node(source: Peer, target: Peer) -> bool:
    """Between a Node and the Pods on it everything passes, whatever is written."""
    has_node_itself = source.pod is None or target.pod is None
    return has_node_itself and source.node == target.node


def _isolating(objects: Objects, direction: str, pod: Object) -> list[Object]:
    """The policies that select a Pod for this direction."""
    found = []
    for policy in objects.list("NetworkPolicy", namespace(pod)):
        spec = policy["spec"]
        is_about_it = direction in spec.get("policyTypes", (INGRESS,))
        if is_about_it and selector_matches(spec.get("podSelector"), labels(pod)):
            found.append(policy)
    return found


def _any_allows(
    objects: Objects,
    direction: str,
    policies: list[Object],
    other: Peer,
    arrival: Arrival,
) -> bool:
    """Whether a rule of any policy lets the packet pass; policies only ever add to what passes."""
    rules, peers = _RULES[direction]
    for policy in policies:
        for rule in policy["spec"].get(rules) or ():
            is_peer = _is_any_peer(objects, namespace(policy), rule.get(peers), other)
            if is_peer and _is_any_port(rule.get("ports"), arrival):
                return True
    return False


def _is_any_peer(
    objects: Objects, place: str, peers: list[Object] | None, other: Peer
) -> bool:
    """Without any, a rule is about everybody."""
    if not peers:
        return True
    return any(_is_meant(objects, place, rule, other) for rule in peers)


def _is_meant(objects: Objects, place: str, rule: Object, other: Peer) -> bool:
    block = rule.get("ipBlock")
    if block:
        return _is_within(block, other.address)
    # By its labels a Pod is known only where its packets come with its own address.
    if other.pod is None:
        return False
    if "namespaceSelector" in rule:
        if not _is_namespace(objects, rule["namespaceSelector"], namespace(other.pod)):
            return False
    elif namespace(other.pod) != place:
        return False
    return selector_matches(rule.get("podSelector"), labels(other.pod))


def _is_namespace(objects: Objects, selector: Object, wanted: str) -> bool:
    for each in objects.list("Namespace"):
        if name(each) == wanted:
            return selector_matches(selector, labels(each))
    return False


def _is_within(block: Object, address: str) -> bool:
    if not address:
        return False
    given = ip_address(address)
    if given not in ip_network(block["cidr"], strict=False):
        return False
    left_out = block.get("except") or ()
    return not any(given in ip_network(cidr, strict=False) for cidr in left_out)


def _is_any_port(ports: list[Object] | None, arrival: Arrival) -> bool:
    """Without any, a rule is about all ports."""
    if not ports:
        return True
    return any(_is_port(each, arrival) for each in ports)


def _is_port(wanted: Object, arrival: Arrival) -> bool:
    port = arrival.port
    if wanted.get("protocol", TCP) != port.protocol:
        return False
    first = wanted.get("port")
    if first is None:
        return True
    if isinstance(first, str):
        return port.number in _numbers_of(first, arrival)
    last: int = wanted.get("endPort") or first
    return bool(first <= port.number <= last)


def _numbers_of(title: str, arrival: Arrival) -> list[int]:
    """What a port's name stands for in the Pod where the packet arrives."""
    if arrival.pod is None:
        return []
    protocol = arrival.port.protocol
    found = []
    for container in arrival.pod["spec"]["containers"]:
        for port in container.get("ports") or ():
            if port.get("name") == title and port.get("protocol", TCP) == protocol:
                found.append(port["containerPort"])
    return found
