"""Who sends a request: a Pod, a Node, or somebody outside the cluster."""

from __future__ import annotations

from dataclasses import dataclass

from k8slearn.apimachinery.objects import Object, name, namespace
from k8slearn.locale import network as words
from k8slearn.mistakes import UnknownNameError
from k8slearn.network.delivery import OUTSIDE, Place
from k8slearn.network.endpoints import Objects
from k8slearn.network.policies import Peer, peer_of
from k8slearn.network.resolver import resolver_of

# Somebody in the internet (RFC 5737).
ABROAD = Peer("203.0.113.10")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends: node is "" outside the cluster; namespace is where its short names are looked up; `peer` is what
    network policies see.
    """

    place: Place
    node: str = ""
    namespace: str = "default"
    cluster_dns: bool = False
    peer: Peer = ABROAD


def find_sender(objects: Objects, source: str) -> Sender:
    """Looks up "pod/…", "node/…" or "outside"; KeyError if there is none such."""
    if source == OUTSIDE:
        return Sender(Place("outside", words.OUTSIDE_NAME))
    kind, _, rest = source.partition("/")
    if kind == "node":
        node = _named(objects.list("Node"), rest)
        peer = Peer(node_address(node), rest)
        return Sender(Place("node", name(node)), node=rest, peer=peer)
    pod_namespace, _, pod_name = rest.rpartition("/")
    pod = _named(objects.list("Pod", pod_namespace or "default"), pod_name)
    return Sender(
        place=Place("pod", pod_name),
        node=pod["spec"].get("nodeName", ""),
        namespace=namespace(pod),
        cluster_dns=resolver_of(pod).asks_cluster,
        peer=peer_of(pod),
    )


def node_address(node: Object) -> str:
    """The Node's InternalIP, "" where it has none."""
    for address in node.get("status", {}).get("addresses") or []:
        if address["type"] == "InternalIP":
            return str(address["address"])
    return ""


def _named(objects: list[Object], wanted: str) -> Object:
    """KeyError, with the names there are, for one that is not there."""
    for o in objects:
        if name(o) == wanted:
            return o
    present = [name(o) for o in objects]
    raise UnknownNameError(words.MISSING.format(wanted=wanted, present=present))
