"""The legs of a packet's way: to a Service, to a Node, to a Pod."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

from k8slearn.apimachinery.objects import Object, condition, labels, name
from k8slearn.kinds.node import ZONE
from k8slearn.network.delivery import REFUSED, TIMEOUT, Delivery, Place
from k8slearn.network.endpoints import (
    Endpoint,
    Objects,
    endpoints,
    ready_or_terminating,
    usable_endpoints,
)
from k8slearn.network.policies import (
    Drop,
    Peer,
    Port,
    drop,
    drop_entering,
    drop_leaving,
    peer_of,
)
from k8slearn.network.sender import Sender, node_address


def to_service(
    objects: Objects,
    sender: Sender,
    service: Object,
    port: int,
    trip: Delivery,
    rng: random.Random,
) -> Delivery:
    """Kubernetes: pkg/proxy/iptables/proxier.go: REJECT without endpoints, DROP where only other Nodes have some."""
    here = Place("service", name(service))
    trip = trip.through(sender.place, here)
    # The rules are on the cluster's Nodes only.
    if not sender.node:
        return trip.failed(TIMEOUT, "not_routed", address=trip.address)
    service_port = _service_port(service, port)
    if service_port is None:
        return trip.failed(TIMEOUT, "no_service_port", service=name(service), port=port)
    candidates = endpoints(objects, service, service_port.get("name", ""))
    zone = _zone_of(objects, sender.node)
    usable = usable_endpoints(service, candidates, sender.node, zone)
    if not usable:
        return _unanswered(trip, candidates, here, sender.node)
    chosen = rng.choice(usable)
    return to_pod(objects, here, sender, chosen.address, chosen.port, trip)


def _unanswered(
    trip: Delivery, candidates: list[Endpoint], service: Place, node: str
) -> Delivery:
    """A trip that ends at a Service: its endpoints are on other Nodes only, or there are none."""
    if ready_or_terminating(candidates):
        return trip.failed(TIMEOUT, "no_local_endpoints", node=node)
    return trip.failed(REFUSED, "no_endpoints", service=service.name)


def _zone_of(objects: Objects, node: str) -> str:
    for each in objects.list("Node"):
        if name(each) == node:
            return labels(each).get(ZONE, "")
    return ""


def _service_port(service: Object, port: int) -> Object | None:
    ports = service["spec"].get("ports", [])
    return next((entry for entry in ports if entry["port"] == port), None)


def to_node(
    objects: Objects,
    sender: Sender,
    node: Object,
    port: int,
    trip: Delivery,
    rng: random.Random,
) -> Delivery:
    """A Service's nodePort, or a Pod's hostPort, which does not ask for ready; else the Node itself refuses."""
    here = Place("node", name(node))
    trip = trip.through(sender.place, here)
    peer = Peer(node_address(node), name(node))
    found = drop_leaving(objects, sender.peer, peer, Port(port))
    if found:
        return dropped(trip, found)
    if not _is_reachable(node):
        return trip.failed(TIMEOUT, "node_unreachable", node=name(node))
    sender = _as_its_node(objects, sender)
    for service in objects.list("Service"):
        for entry in service["spec"].get("ports") or ():
            if entry.get("nodePort") == port:
                return _to_node_port(objects, sender, peer, service, entry, trip, rng)
    for pod in objects.list("Pod"):
        is_here = pod["spec"].get("nodeName") == name(node) and _is_running(pod)
        behind = _port_of(pod, "hostPort", port) if is_here else None
        if behind is None:
            continue
        trip = trip.through(here, Place("pod", name(pod)))
        inner = Port(behind["containerPort"])
        found = drop_entering(objects, sender.peer, peer_of(pod), inner)
        return dropped(trip, found) if found else trip.answered_by(pod)
    return trip.failed(REFUSED, "no_host_port", node=name(node), port=port)


def _as_its_node(objects: Objects, sender: Sender) -> Sender:
    """What a Pod sends to a Node's address leaves with its own Node's, as most network plugins have it."""
    if sender.peer.pod is None:
        return sender
    own = first_of(objects, "Node", lambda o: name(o) == sender.node)
    address = node_address(own) if own else ""
    return replace(sender, peer=Peer(address, sender.node))


def _to_node_port(
    objects: Objects,
    sender: Sender,
    node: Peer,
    service: Object,
    entry: Object,
    trip: Delivery,
    rng: random.Random,
) -> Delivery:
    """From a Node's port on to an endpoint. Kubernetes: pkg/proxy/iptables/proxier.go, externalChain"""
    here = Place("service", name(service))
    trip = trip.through(Place("node", node.node), here)
    candidates = endpoints(objects, service, entry.get("name", ""))
    usable = candidates
    # Whoever is on the Node itself goes where he would by the Service's own address.
    is_local = service["spec"].get("externalTrafficPolicy") == "Local"
    if is_local and sender.node != node.node:
        usable = [each for each in candidates if each.node == node.node]
        sender = replace(sender, node=node.node)
    else:
        # The answer has to come back this way: the packet goes on with the Node's address.
        sender = replace(sender, node=node.node, peer=node)
    usable = ready_or_terminating(usable)
    if not usable:
        return _unanswered(trip, candidates, here, node.node)
    chosen = rng.choice(usable)
    return to_pod(objects, here, sender, chosen.address, chosen.port, trip)


def dropped(trip: Delivery, found: Drop) -> Delivery:
    """A trip that ends where a policy drops the packet."""
    verdict = f"{found.direction.lower()}_dropped"
    return trip.failed(TIMEOUT, verdict, policies=found.names)


def to_pod(
    objects: Objects,
    origin: Place,
    sender: Sender,
    address: str,
    port: int,
    trip: Delivery,
) -> Delivery:
    """The last leg; what is asked first is what a packet would meet first on its way."""
    pod = _pod_at(objects, address, port)
    if pod is None:
        trip = trip.through(origin, Place("pod", address))
        return trip.failed(TIMEOUT, "nobody_has_it", address=address)
    trip = trip.through(origin, Place("pod", name(pod)))
    if not sender.node:
        return trip.failed(TIMEOUT, "not_routed", address=address)
    found = drop(objects, sender.peer, peer_of(pod), Port(port))
    if found:
        return dropped(trip, found)
    node_name = pod["spec"]["nodeName"]
    node = first_of(objects, "Node", lambda o: name(o) == node_name)
    if node is None or not _is_reachable(node):
        return trip.failed(TIMEOUT, "node_unreachable", node=node_name)
    if not _listens(pod, port):
        return trip.failed(REFUSED, "not_listening", pod=name(pod), port=port)
    return trip.answered_by(pod)


def _pod_at(objects: Objects, address: str, port: int) -> Object | None:
    """Who has the address. Pods on their Node's network share one: then it is the one that listens on the port."""
    there = [pod for pod in objects.list("Pod") if _has_address(pod, address)]
    listening = [pod for pod in there if _listens(pod, port)]
    return next(iter(listening or there), None)


def _listens(pod: Object, port: int) -> bool:
    return _is_running(pod) and _has_port(pod, "containerPort", port)


def first_of(
    objects: Objects, kind: str, wanted: Callable[[Object], bool]
) -> Object | None:
    return next((o for o in objects.list(kind) if wanted(o)), None)


def _is_reachable(node: Object) -> bool:
    """Unknown is what the node lifecycle controller writes when a kubelet is silent; NotReady still answers."""
    ready = condition(node, "Ready")
    return ready is None or ready["status"] != "Unknown"


def _has_address(pod: Object, address: str) -> bool:
    """Whether packets to the address reach this Pod; what is on no Node has none, whatever its status says."""
    given = pod.get("status", {}).get("podIP")
    return bool(given == address and pod["spec"].get("nodeName"))


def _is_running(pod: Object) -> bool:
    return bool(pod.get("status", {}).get("phase") == "Running")


def _has_port(pod: Object, field: str, port: int) -> bool:
    return _port_of(pod, field, port) is not None


def _port_of(pod: Object, field: str, port: int) -> Object | None:
    """The entry where a container declares the port: here what is declared is what a program listens on."""
    for container in pod["spec"]["containers"]:
        for entry in container.get("ports") or []:
            if entry.get(field) == port and _runs(pod, container["name"]):
                found: Object = entry
                return found
    return None


def _runs(pod: Object, container: str) -> bool:
    """Whether a container is there to listen: between two crashes nobody does. One without a status is taken to run."""
    for status in pod.get("status", {}).get("containerStatuses") or ():
        if status["name"] == container:
            state = status.get("state") or {}
            return not state or "running" in state
    return True
