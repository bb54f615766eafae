"""One connection, from who sends it to who answers: name, address, Service, Node, Pod."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from k8slearn.apimachinery.objects import Object, name, namespace
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

MISSING = "{wanted!r} 不存在；现有：{present}"
OUTSIDE_NAME = "集群外"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends: node is "" outside the cluster; namespace is where its short names are looked up."""

    place: Place
    node: str = ""
    namespace: str = "default"
    cluster_dns: bool = False


def request(
    objects: Objects, source: str, target: str, rng: random.Random | None = None
) -> Delivery:
    """One connection from "pod/NAME", "pod/NAMESPACE/NAME", "node/NAME" or "outside" to "host:port".

    `rng` picks among several addresses or endpoints; without one the choice is the same each time.
    """
    return send(
        objects,
        find_sender(objects, source),
        Delivery(source, target),
        rng or random.Random(0),
    )


def send(
    objects: Objects, sender: Sender, trip: Delivery, rng: random.Random
) -> Delivery:
    """The same from a sender that need not be an object of the cluster; `trip` names the target."""
    target = trip.target
    host, port = split_target(target)
    if is_address(host):
        return connect(objects, sender, host, port, trip, rng)
    trip = trip.through(sender.place, Place("dns", "DNS"))
    if not sender.cluster_dns:
        return trip.failed(NXDOMAIN, "no_cluster_dns")
    records = resolve(objects, host, sender.namespace).records
    if not records:
        return trip.failed(NXDOMAIN, "no_name")
    return connect(objects, sender, rng.choice(records).address, port, trip, rng)


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
    if service := next(
        (s for s in objects.list("Service") if s["spec"].get("clusterIP") == address),
        None,
    ):
        return _to_service(objects, sender, service, port, trip, rng)
    if node := next(
        (n for n in objects.list("Node") if node_address(n) == address), None
    ):
        return _to_node(objects, sender, node, port, trip)
    return _to_pod(objects, sender.place, sender, address, port, trip)


def find_sender(objects: Objects, source: str) -> Sender:
    """Looks up "pod/…", "node/…" or "outside"; KeyError if there is none such."""
    if source == OUTSIDE:
        return Sender(Place("outside", OUTSIDE_NAME))
    kind, _, rest = source.partition("/")
    if kind == "node":
        return Sender(Place("node", name(_find(objects.list("Node"), rest))), node=rest)
    space, _, pod_name = rest.rpartition("/")
    pod = _find(objects.list("Pod", space or "default"), pod_name)
    return Sender(
        Place("pod", pod_name),
        pod["spec"].get("nodeName", ""),
        namespace(pod),
        uses_cluster_dns(pod),
    )


def split_target(target: str) -> tuple[str, int]:
    """Splits "host:port"; ValueError without a port."""
    host, colon, port = target.rpartition(":")
    if not colon:
        raise ValueError(f"{target!r} ≠ host:port")
    return host, int(port)


def is_address(host: str) -> bool:
    """Whether it is an IPv4 address rather than a name."""
    parts = host.split(".")
    return len(parts) == 4 and all(part.isdigit() for part in parts)


def node_address(node: Object) -> str:
    """The Node's InternalIP, "" where it has none."""
    addresses = node.get("status", {}).get("addresses") or []
    return next((a["address"] for a in addresses if a["type"] == "InternalIP"), "")


def uses_cluster_dns(pod: Object) -> bool:
    """Kubernetes: pkg/kubelet/network/dns getPodDNSType; a hostNetwork Pod falls back to its Node's resolver."""
    policy = pod["spec"].get("dnsPolicy", "ClusterFirst")
    return policy == "ClusterFirstWithHostNet" or (
        policy == "ClusterFirst" and not pod["spec"].get("hostNetwork")
    )


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
    if not sender.node:
        return trip.failed(TIMEOUT, "not_routed", address=trip.address)
    service_port = next(
        (p for p in service["spec"].get("ports", []) if p["port"] == port), None
    )
    if service_port is None:
        return trip.failed(TIMEOUT, "no_service_port", service=name(service), port=port)
    candidates = endpoints(objects, service, service_port.get("name", ""))
    if usable := usable_endpoints(service, candidates, sender.node):
        chosen = rng.choice(usable)
        return _to_pod(objects, here, sender, chosen.address, chosen.port, trip)
    if ready_or_terminating(candidates):
        return trip.failed(TIMEOUT, "no_local_endpoints", node=sender.node)
    return trip.failed(REFUSED, "no_endpoints", service=name(service))


def _to_node(
    objects: Objects, sender: Sender, node: Object, port: int, trip: Delivery
) -> Delivery:
    """A hostPort leads to the Pod's container, ready or not; without such a Pod the Node itself refuses."""
    here = Place("node", name(node))
    trip = trip.through(sender.place, here)
    if not _reachable(node):
        return trip.failed(TIMEOUT, "node_unreachable", node=name(node))
    pod = next(
        (
            pod
            for pod in _running_on(objects, name(node))
            if port in _ports(pod, "hostPort")
        ),
        None,
    )
    if pod is None:
        return trip.failed(REFUSED, "no_host_port", node=name(node), port=port)
    return trip.through(here, Place("pod", name(pod))).answered_by(pod)


def _to_pod(
    objects: Objects,
    origin: Place,
    sender: Sender,
    address: str,
    port: int,
    trip: Delivery,
) -> Delivery:
    pod = next(
        (p for p in objects.list("Pod") if p.get("status", {}).get("podIP") == address),
        None,
    )
    if pod is None:
        return trip.through(origin, Place("pod", address)).failed(
            TIMEOUT, "nobody_has_it", address=address
        )
    trip = trip.through(origin, Place("pod", name(pod)))
    if not sender.node:
        return trip.failed(TIMEOUT, "not_routed", address=address)
    node_name = pod["spec"]["nodeName"]
    if not any(
        name(node) == node_name and _reachable(node) for node in objects.list("Node")
    ):
        return trip.failed(TIMEOUT, "node_unreachable", node=node_name)
    if not _running(pod) or port not in _ports(pod, "containerPort"):
        return trip.failed(REFUSED, "not_listening", pod=name(pod), port=port)
    return trip.answered_by(pod)


def _find(objects: list[Object], wanted: str) -> Object:
    found = next((o for o in objects if name(o) == wanted), None)
    if found is None:
        raise KeyError(
            MISSING.format(wanted=wanted, present=[name(o) for o in objects])
        )
    return found


def _reachable(node: Object) -> bool:
    conditions = node.get("status", {}).get("conditions") or []
    return all(c["status"] != "Unknown" for c in conditions if c["type"] == "Ready")


def _running(pod: Object) -> bool:
    return bool(pod.get("status", {}).get("phase") == "Running")


def _running_on(objects: Objects, node: str) -> list[Object]:
    return [
        pod
        for pod in objects.list("Pod")
        if pod["spec"].get("nodeName") == node and _running(pod)
    ]


def _ports(pod: Object, field: str) -> set[int]:
    return {
        p[field]
        for c in pod["spec"]["containers"]
        for p in c.get("ports") or []
        if p.get(field)
    }
