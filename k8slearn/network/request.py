"""One connection, from who sends it to who answers: name, address, Service, Node, Pod."""

from __future__ import annotations

import random
from dataclasses import replace

from k8slearn.locale import network as words
from k8slearn.mistakes import WrongValueError
from k8slearn.network.delivery import NXDOMAIN, Delivery, Place
from k8slearn.network.dns import resolve
from k8slearn.network.endpoints import Objects
from k8slearn.network.legs import first_of, to_node, to_pod, to_service
from k8slearn.network.policies import UDP, Drop, Peer, Port, drop_leaving
from k8slearn.network.resolver import CLUSTER_DNS
from k8slearn.network.sender import Sender, find_sender, node_address

# Without chance of its own a request goes the same way each time it is asked for.
_SEED = 0
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
    found = question_dropped(objects, sender.peer)
    if found:
        # Programs wait for an answer, and then say that they could not resolve the name.
        return trip.failed(NXDOMAIN, "dns_dropped", policies=found.names)
    records = resolve(objects, host, sender.namespace).records
    if not records:
        return trip.failed(NXDOMAIN, "no_name")
    return connect(objects, sender, rng.choice(records).address, port, trip, rng)


def question_dropped(objects: Objects, asker: Peer) -> Drop | None:
    """Why a question to the cluster's DNS does not leave, None where it does."""
    server = Peer(CLUSTER_DNS, pod=_DNS)
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
    service = first_of(
        objects, "Service", lambda o: o["spec"].get("clusterIP") == address
    )
    if service:
        return to_service(objects, sender, service, port, trip, rng)
    node = first_of(objects, "Node", lambda o: node_address(o) == address)
    if node:
        return to_node(objects, sender, node, port, trip, rng)
    return to_pod(objects, sender.place, sender, address, port, trip)


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
