"""Requests to the Pods of a DaemonSet at one moment, in each of the ways of talking that it offers."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from k8slearn.api.log import Reader
from k8slearn.api.objects import Object, is_deleting, labels, name, namespace
from k8slearn.api.pods import phase
from k8slearn.controllers.daemon_pods import NodePods
from k8slearn.network import OUTSIDE, Delivery, Place, Sender, node_address, send

PATTERNS = {
    "push": "推送",
    "node": "节点端口",
    "dns": "DNS",
    "service": "Service",
    "local": "Service（Local）",
}
CLIENT = "客户端"
TARGET = "{name}.{namespace}.svc.cluster.local:{port}"


class Moment:
    """A snapshot that remembers what it was asked for, since many requests read the same objects."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._lists: dict[str, list[Object]] = {}

    def list(self, kind: str, space: str | None = None, selector: str = "") -> list[Object]:
        """The objects of a kind, ordered by namespace and name."""
        if selector:
            return self.reader.list(kind, space, selector)
        if kind not in self._lists:
            self._lists[kind] = self.reader.list(kind)
        return self._lists[kind] if space is None else [o for o in self._lists[kind] if namespace(o) == space]

    def get(self, kind: str, name: str, namespace: str = "") -> Object | None:
        """The object, or None."""
        return self.reader.get(kind, name, namespace)


def port_of(daemon_set: Object, field: str) -> int:
    """The first containerPort or hostPort of the template, 0 when it has none."""
    containers = daemon_set["spec"]["template"]["spec"]["containers"]
    ports = (port.get(field, 0) for container in containers for port in container.get("ports") or ())
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
    return "local" if service["spec"].get("internalTrafficPolicy") == "Local" else "service"


def round_of_requests(
    objects: Moment, daemon_set: Object, nodes: Iterable[NodePods], rng: Random
) -> dict[str, list[bool]]:
    """One request a Node in every pattern that the DaemonSet offers: whether each was answered."""
    wanted = [node for node in nodes if node.wanted]
    found = {"push": [any(map(works, node.pods)) for node in wanted]}
    host_port = port_of(daemon_set, "hostPort")
    if host_port:
        addresses = {name(node): node_address(node) for node in objects.list("Node")}
        outside = Sender(Place(OUTSIDE, OUTSIDE))
        found["node"] = [_ok(objects, outside, f"{addresses[n.node]}:{host_port}", rng) for n in wanted]
    for pattern, service in sorted(services_of(objects, daemon_set).items()):
        target = _target(daemon_set, service, pattern)
        found[pattern] = [_ok(objects, _client(n.node, namespace(daemon_set)), target, rng) for n in wanted]
    return found


def works(pod: Object) -> bool:
    """Whether a Pod's containers run, so that it can push; one that was told to end no longer does."""
    statuses = pod.get("status", {}).get("containerStatuses") or ()
    alive = all("running" in (status.get("state") or {}) for status in statuses)
    return phase(pod) == "Running" and alive and not is_deleting(pod)


def _target(daemon_set: Object, service: Object, pattern: str) -> str:
    port = port_of(daemon_set, "containerPort") if pattern == "dns" else service["spec"]["ports"][0]["port"]
    return TARGET.format(name=name(service), namespace=namespace(service), port=port)


def _client(node: str, space: str) -> Sender:
    return Sender(Place("pod", CLIENT), node, space, cluster_dns=True)


def _ok(objects: Moment, sender: Sender, target: str, rng: Random) -> bool:
    return send(objects, sender, Delivery(CLIENT, target), rng).ok
