"""One connection, from who sends it to who answers: name, address, Service, Node, Pod."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from k8slearn.apimachinery.objects import Object, condition, labels, name, namespace
from k8slearn.kinds.node import ZONE
from k8slearn.locale import network as words
from k8slearn.mistakes import UnknownNameError, WrongValueError
from k8slearn.network.delivery import (
    NXDOMAIN,
    OUTSIDE,
    REFUSED,
    TIMEOUT,
    Delivery,
    Place,
)
from k8slearn.network.dns import resolve
from k8slearn.network.endpoints import (
    Objects,
    endpoints,
    ready_or_terminating,
    usable_endpoints,
)
from k8slearn.network.policies import (
    UDP,
    Drop,
    End,
    Port,
    drop,
    drop_entering,
    drop_leaving,
    end_of,
)
from k8slearn.network.resolver import CLUSTER_DNS, resolver_of

# Without chance of its own a request goes the same way each time it is asked for.
_SEED = 0
# Somebody in the internet (RFC 5737).
ABROAD = End("203.0.113.10")
# Answers for the cluster's DNS where policies are asked: no Pods of it run here. Their labels are kubeadm's.
_DNS = {
    "metadata": {
        "name": "coredns",
        "namespace": "kube-system",
        "labels": {"k8s-app": "kube-dns"},
    },
    "spec": {
        "containers": [
            {"ports": [{"name": "dns", "containerPort": 53, "protocol": UDP}]}
        ]
    },
}


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends: node is "" outside the cluster; namespace is where its short names are looked up; `end` is what
    network policies see.
    """

    place: Place
    node: str = ""
    namespace: str = "default"
    cluster_dns: bool = False
    end: End = ABROAD


def request(
    objects: Objects, source: str, target: str, rng: random.Random | None = None
) -> Delivery:
    """One connection from "pod/NAME", "pod/NAMESPACE/NAME", "node/NAME" or "outside" to "host:port".

    `rng` picks among several addresses or endpoints; without one the choice is the same each time. KeyError for a
    source that is not there, ValueError for a target without a port.
    """
    sender = find_sender(objects, source)
    chance = rng or random.Random(_SEED)
    return send(objects, sender, Delivery(source, target), chance)


def send(
    objects: Objects, sender: Sender, trip: Delivery, rng: random.Random
) -> Delivery:
    """The same from a sender that need not be an object of the cluster; `trip` names the target."""
    host, port = split_target(trip.target)
    if is_address(host):
        return connect(objects, sender, host, port, trip, rng)
    trip = trip.through(sender.place, Place("dns", "DNS"))
    if not sender.cluster_dns:
        return trip.failed(NXDOMAIN, "no_cluster_dns")
    found = question_dropped(objects, sender.end)
    if found:
        # Programs wait for an answer, and then say that they could not resolve the name.
        return trip.failed(NXDOMAIN, "dns_dropped", policies=_told(found))
    records = resolve(objects, host, sender.namespace).records
    if not records:
        return trip.failed(NXDOMAIN, "no_name")
    return connect(objects, sender, rng.choice(records).address, port, trip, rng)


def question_dropped(objects: Objects, asker: End) -> Drop | None:
    """Why a question to the cluster's DNS does not leave, None where it does."""
    server = End(CLUSTER_DNS, pod=_DNS)
    return drop_leaving(objects, asker, server, Port(53, UDP))


def connect(
    objects: Objects,
    sender: Sender,
    address: str,
    port: int,
    trip: Delivery,
    rng: random.Random,
) -> Delivery:
    """The way of a packet to an IP address: a Service's, a Node's or a Pod's."""
    trip = replace(trip, address=f"{address}:{port}")
    # A Service's address is nobody's: kube-proxy's rules catch it before anything else.
    service = _first(
        objects, "Service", lambda o: o["spec"].get("clusterIP") == address
    )
    if service:
        return _to_service(objects, sender, service, port, trip, rng)
    node = _first(objects, "Node", lambda o: node_address(o) == address)
    if node:
        return _to_node(objects, sender, node, port, trip)
    return _to_pod(objects, sender.place, sender, address, port, trip)


def find_sender(objects: Objects, source: str) -> Sender:
    """Looks up "pod/…", "node/…" or "outside"; KeyError if there is none such."""
    if source == OUTSIDE:
        return Sender(Place("outside", words.OUTSIDE_NAME))
    kind, _, rest = source.partition("/")
    if kind == "node":
        node = _named(objects.list("Node"), rest)
        end = End(node_address(node), rest)
        return Sender(Place("node", name(node)), node=rest, end=end)
    pod_namespace, _, pod_name = rest.rpartition("/")
    pod = _named(objects.list("Pod", pod_namespace or "default"), pod_name)
    return Sender(
        place=Place("pod", pod_name),
        node=pod["spec"].get("nodeName", ""),
        namespace=namespace(pod),
        cluster_dns=resolver_of(pod).asks_cluster,
        end=end_of(pod),
    )


def split_target(target: str) -> tuple[str, int]:
    """Splits "host:port"; ValueError without a port."""
    host, colon, port = target.rpartition(":")
    if not colon:
        raise WrongValueError(words.NO_PORT.format(target=target))
    return host, int(port)


def is_address(host: str) -> bool:
    """Whether it is an IPv4 address rather than a name."""
    parts = host.split(".")
    return len(parts) == 4 and all(part.isdigit() for part in parts)


def node_address(node: Object) -> str:
    """The Node's InternalIP, "" where it has none."""
    for address in node.get("status", {}).get("addresses") or []:
        if address["type"] == "InternalIP":
            return str(address["address"])
    return ""


def _to_service(
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
    if usable:
        chosen = rng.choice(usable)
        return _to_pod(objects, here, sender, chosen.address, chosen.port, trip)
    if ready_or_terminating(candidates):
        return trip.failed(TIMEOUT, "no_local_endpoints", node=sender.node)
    return trip.failed(REFUSED, "no_endpoints", service=name(service))


def _zone_of(objects: Objects, node: str) -> str:
    for each in objects.list("Node"):
        if name(each) == node:
            return labels(each).get(ZONE, "")
    return ""


def _service_port(service: Object, port: int) -> Object | None:
    ports = service["spec"].get("ports", [])
    return next((entry for entry in ports if entry["port"] == port), None)


def _to_node(
    objects: Objects, sender: Sender, node: Object, port: int, trip: Delivery
) -> Delivery:
    """A hostPort leads to the Pod's container, ready or not; without such a Pod the Node itself refuses."""
    here = Place("node", name(node))
    trip = trip.through(sender.place, here)
    end = End(node_address(node), name(node))
    found = drop_leaving(objects, sender.end, end, Port(port))
    if found:
        return dropped(trip, found)
    if not _is_reachable(node):
        return trip.failed(TIMEOUT, "node_unreachable", node=name(node))
    for pod in objects.list("Pod"):
        is_here = pod["spec"].get("nodeName") == name(node) and _is_running(pod)
        behind = _port_of(pod, "hostPort", port) if is_here else None
        if behind is None:
            continue
        trip = trip.through(here, Place("pod", name(pod)))
        # When it left, the packet was for the Node: only there it is made one for the Pod.
        inner = Port(behind["containerPort"])
        found = drop_entering(objects, sender.end, end_of(pod), inner)
        return dropped(trip, found) if found else trip.answered_by(pod)
    return trip.failed(REFUSED, "no_host_port", node=name(node), port=port)


def dropped(trip: Delivery, found: Drop) -> Delivery:
    """A trip that ends where a policy drops the packet."""
    verdict = f"{found.direction.lower()}_dropped"
    return trip.failed(TIMEOUT, verdict, policies=_told(found))


def _told(found: Drop) -> str:
    return "、".join(found.policies)


def _to_pod(
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
    found = drop(objects, sender.end, end_of(pod), Port(port))
    if found:
        return dropped(trip, found)
    node_name = pod["spec"]["nodeName"]
    node = _first(objects, "Node", lambda o: name(o) == node_name)
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


def _first(
    objects: Objects, kind: str, wanted: Callable[[Object], bool]
) -> Object | None:
    return next((o for o in objects.list(kind) if wanted(o)), None)


def _named(objects: list[Object], wanted: str) -> Object:
    """KeyError, with the names there are, for one that is not there."""
    for o in objects:
        if name(o) == wanted:
            return o
    present = [name(o) for o in objects]
    raise UnknownNameError(words.MISSING.format(wanted=wanted, present=present))


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
