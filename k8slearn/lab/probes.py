"""Requests to the Pods of a DaemonSet at one moment, in each of the ways of talking that it offers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from random import Random

from k8slearn.apimachinery.objects import Object, is_deleting, labels, name, namespace
from k8slearn.controllers.daemon.pods import NodePods
from k8slearn.kinds.pod.state import phase
from k8slearn.lab.cached_reader import Remembered
from k8slearn.network import OUTSIDE, Delivery, Place, Sender, node_address, send

PATTERNS = {
    "push": "推送",
    "node": "节点端口",
    "dns": "DNS",
    "service": "Service",
    "local": "Service（Local）",
}
MOST_SENDERS = 10
WORDS = {
    "outside": "集群外",
    "client": "每个 Node 上的客户端",
    "from": "{node} 的客户端",
    "backend": "收数据的服务器",
    "silent": "没有推送",
    "nobody": "{node} 上没有在运行的 Pod，没有谁来推",
    "pushed": "{pod}（{node}）推到了",
}
TARGET = "{name}.{namespace}.svc.cluster.local:{port}"


Moment = Remembered


def port_of(daemon_set: Object, field: str) -> int:
    """The first containerPort or hostPort of the template, 0 when it has none."""
    containers = daemon_set["spec"]["template"]["spec"]["containers"]
    ports = (
        port.get(field, 0)
        for container in containers
        for port in container.get("ports") or ()
    )
    return next((int(port) for port in ports if port), 0)


def services_of(objects: Moment, daemon_set: Object) -> dict[str, Object]:
    """The Services over the DaemonSet's Pods by pattern: dns (headless), service, local."""
    marks = labels(daemon_set["spec"]["template"])
    found: dict[str, Object] = {}
    for service in objects.list("Service", namespace(daemon_set)):
        selector = service["spec"].get("selector") or {}
        if selector and selector.items() <= marks.items():
            found.setdefault(_pattern(service), service)
    return found


def _pattern(service: Object) -> str:
    if service["spec"].get("clusterIP") == "None":
        return "dns"
    return (
        "local"
        if service["spec"].get("internalTrafficPolicy") == "Local"
        else "service"
    )


def round_of_requests(
    objects: Moment, daemon_set: Object, nodes: Iterable[NodePods], rng: Random
) -> dict[str, list[Delivery]]:
    """One request a Node (10 Nodes at most, by chance) in every pattern that the DaemonSet offers, and its end."""
    wanted = [node for node in nodes if node.wanted]
    wanted = rng.sample(wanted, MOST_SENDERS) if len(wanted) > MOST_SENDERS else wanted
    found = {"push": [push(node) for node in wanted]}
    host_port = port_of(daemon_set, "hostPort")
    if host_port:
        addresses = {name(node): node_address(node) for node in objects.list("Node")}
        outside = Sender(Place(OUTSIDE, WORDS["outside"]))
        found["node"] = [
            _sent(objects, outside, f"{addresses[node.node]}:{host_port}", rng)
            for node in wanted
        ]
    for pattern, service in sorted(services_of(objects, daemon_set).items()):
        target = _target(daemon_set, service, pattern)
        found[pattern] = [
            _sent(objects, _client(n.node, namespace(daemon_set)), target, rng)
            for n in wanted
        ]
    return found


def push(node: NodePods) -> Delivery:
    """What the Pod of a Node sends to a server outside; without a Pod that runs nobody sends."""
    backend = Place(OUTSIDE, WORDS["backend"])
    pod = next((name(pod) for pod in node.pods if works(pod)), "")
    trip = Delivery(f"pod/{pod}" if pod else f"node/{node.node}", WORDS["backend"])
    if not pod:
        trip = trip.through(Place("node", node.node), backend)
        return replace(
            trip, outcome=WORDS["silent"], why=WORDS["nobody"].format(node=node.node)
        )
    why = WORDS["pushed"].format(pod=pod, node=node.node)
    return replace(
        trip.through(Place("pod", pod), backend), pod=pod, node=node.node, why=why
    )


def works(pod: Object) -> bool:
    """Whether a Pod's containers run, so that it can push; one that was told to end no longer does."""
    statuses = pod.get("status", {}).get("containerStatuses") or ()
    alive = all("running" in (status.get("state") or {}) for status in statuses)
    return phase(pod) == "Running" and alive and not is_deleting(pod)


def _target(daemon_set: Object, service: Object, pattern: str) -> str:
    port = (
        port_of(daemon_set, "containerPort")
        if pattern == "dns"
        else service["spec"]["ports"][0]["port"]
    )
    return TARGET.format(name=name(service), namespace=namespace(service), port=port)


def _client(node: str, space: str) -> Sender:
    return Sender(Place(OUTSIDE, WORDS["client"]), node, space, cluster_dns=True)


def _sent(objects: Moment, sender: Sender, target: str, rng: Random) -> Delivery:
    return send(
        objects,
        sender,
        Delivery(WORDS["from"].format(node=sender.node or sender.place.name), target),
        rng,
    )
