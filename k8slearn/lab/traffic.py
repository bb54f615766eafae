"""Simulated requests to the Pods of a DaemonSet at one moment, by each pattern of communication."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from random import Random

from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import Object, is_deleting, labels, name, namespace
from k8slearn.controllers.daemon.pods import NodePods
from k8slearn.kinds.pod.state import phase
from k8slearn.locale import lab as words
from k8slearn.network import OUTSIDE, Delivery, Place, Sender, node_address, send
from k8slearn.network.legs import dropped
from k8slearn.network.policies import Peer, Port, drop, peer_of
from k8slearn.network.sender import ABROAD

# Requests from every Node of a large cluster would take too long for a click.
MOST_SENDERS = 10
# Where servers that take data listen.
HTTPS = Port(443)
TARGET = "{name}.{namespace}.svc.cluster.local:{port}"


def port_of(daemon_set: Object, field: str) -> int:
    """The first containerPort or hostPort (`field`) of the template, 0 if it has none."""
    for container in daemon_set["spec"]["template"]["spec"]["containers"]:
        for port in container.get("ports") or ():
            if port.get(field):
                return int(port[field])
    return 0


def services_of(reader: Reader, daemon_set: Object) -> dict[str, Object]:
    """The Services of the DaemonSet's Pods by pattern: dns (headless), service, local."""
    pod_labels = labels(daemon_set["spec"]["template"])
    services: dict[str, Object] = {}
    for service in reader.list("Service", namespace(daemon_set)):
        selector = service["spec"].get("selector") or {}
        if selector and selector.items() <= pod_labels.items():
            services.setdefault(_pattern(service), service)
    return services


def _pattern(service: Object) -> str:
    if service["spec"].get("clusterIP") == "None":
        return "dns"
    if service["spec"].get("internalTrafficPolicy") == "Local":
        return "local"
    return "service"


def round_of_requests(
    reader: Reader, daemon_set: Object, nodes: Iterable[NodePods], rng: Random
) -> dict[str, list[Delivery]]:
    """The results of one request from each Node, at most 10 at random, by pattern."""
    senders = [node for node in nodes if node.wanted]
    if len(senders) > MOST_SENDERS:
        senders = rng.sample(senders, MOST_SENDERS)
    rounds = {"push": [push(reader, node) for node in senders]}
    host_port = port_of(daemon_set, "hostPort")
    if host_port:
        addresses = {name(node): node_address(node) for node in reader.list("Node")}
        outside = Sender(Place(OUTSIDE, words.PROBE_OUTSIDE))
        rounds["node"] = []
        for node in senders:
            target = f"{addresses[node.node]}:{host_port}"
            rounds["node"].append(_sent(reader, outside, target, rng))
    # In a fixed order, since all draw from the same random source.
    for pattern, service in sorted(services_of(reader, daemon_set).items()):
        target = _target(daemon_set, service, pattern)
        rounds[pattern] = []
        for node in senders:
            client = _client(node.node, namespace(daemon_set))
            rounds[pattern].append(_sent(reader, client, target, rng))
    return rounds


def push(reader: Reader, node: NodePods) -> Delivery:
    """The pattern push: the Node's Pod sends to a server outside, which fails without a running Pod."""
    backend = Place(OUTSIDE, words.PROBE_BACKEND)
    for pod in node.pods:
        if works(pod):
            return _pushed(reader, pod, node.node, backend)
    trip = Delivery(f"node/{node.node}", backend.name)
    trip = trip.through(Place("node", node.node), backend)
    why = words.PROBE_NOBODY.format(node=node.node)
    return replace(trip, outcome=words.PROBE_SILENT, why=why)


def _pushed(reader: Reader, pod: Object, node: str, backend: Place) -> Delivery:
    sender = name(pod)
    trip = Delivery(f"pod/{sender}", backend.name)
    trip = trip.through(Place("pod", sender), backend)
    found = drop(reader, peer_of(pod), ABROAD, HTTPS)
    if found:
        return dropped(trip, found)
    why = words.PROBE_PUSHED.format(pod=sender, node=node)
    return replace(trip, pod=sender, node=node, why=why)


def works(pod: Object) -> bool:
    """Whether a Pod can push: its containers run, and it is not being deleted."""
    if phase(pod) != "Running" or is_deleting(pod):
        return False
    statuses = pod.get("status", {}).get("containerStatuses") or ()
    return all("running" in (status.get("state") or {}) for status in statuses)


def _target(daemon_set: Object, service: Object, pattern: str) -> str:
    # The name of a headless Service resolves to the Pods themselves, without a translation
    # of ports, so the Pods' own port is used.
    port = service["spec"]["ports"][0]["port"]
    if pattern == "dns":
        port = port_of(daemon_set, "containerPort")
    return TARGET.format(name=name(service), namespace=namespace(service), port=port)


def _client(node: str, space: str) -> Sender:
    place = Place(OUTSIDE, words.PROBE_CLIENT)
    # To policies a Pod like any other, without labels.
    pod = {"metadata": {"name": "client", "namespace": space}}
    return Sender(place, node, space, cluster_dns=True, peer=Peer("", node, pod))


def _sent(reader: Reader, sender: Sender, target: str, rng: Random) -> Delivery:
    said = words.PROBE_FROM.format(node=sender.node or sender.place.name)
    return send(reader, sender, Delivery(said, target), rng)
