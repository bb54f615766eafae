"""The EndpointSlice controller: keeps the addresses behind each Service with a selector."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import (
    Object,
    annotations_of,
    full_name,
    is_deleting,
    labels,
    name,
    namespace,
    owner_reference,
    uid,
    with_metadata,
)
from k8slearn.apimachinery.selectors import selector_matches
from k8slearn.apiserver.registry import Registry
from k8slearn.clock import Clock
from k8slearn.controllers.runtime import Controller
from k8slearn.kinds.endpointslice import MANAGED_BY, SERVICE_LABEL
from k8slearn.kinds.node import ZONE
from k8slearn.kinds.pod.state import is_pod_ready, is_pod_terminal, staying_containers
from k8slearn.kinds.service.validation import TOPOLOGY_HINTS, TOPOLOGY_MODE
from k8slearn.kinds.types import AnyPod, AnyService

ACTOR = "endpointslice"
MANAGER = "endpointslice-controller.k8s.io"
HEADLESS = "service.kubernetes.io/headless"
# kube-controller-manager's --max-endpoints-per-slice: one Pod that changes has at most so many endpoints sent anew.
MAX_ENDPOINTS = 100


@dataclass(frozen=True, slots=True)
class Slices:
    """The slices a Service should have: for each, its ports and endpoints."""

    service: str
    slices: tuple[tuple[list[Object], list[Object]], ...]


def endpoint_of(pod: Object, service: Object, node: Object | None = None) -> Object:
    """The endpoint that a Pod, on its Node, is for a Service. Kubernetes: endpointslice/utils.go, podToEndpoint"""
    ready = is_pod_ready(pod)
    terminating = is_deleting(pod)
    # For Pods that must find each other before they can be ready.
    anyway = bool(service["spec"].get("publishNotReadyAddresses"))
    endpoint: Object = {
        "addresses": [pod["status"]["podIP"]],
        "conditions": {
            "ready": anyway or (ready and not terminating),
            "serving": ready,
            "terminating": terminating,
        },
        "targetRef": {
            "kind": "Pod",
            "namespace": namespace(pod),
            "name": name(pod),
            "uid": uid(pod),
        },
    }
    # A Pod may have an address before it has a Node: a client may write any status.
    if pod["spec"].get("nodeName"):
        endpoint["nodeName"] = pod["spec"]["nodeName"]
    if node is not None and labels(node).get(ZONE):
        endpoint["zone"] = labels(node)[ZONE]
    # Only then DNS gives the Pod a name of its own below the Service's.
    if pod["spec"].get("hostname") and pod["spec"].get("subdomain") == name(service):
        endpoint["hostname"] = pod["spec"]["hostname"]
    hints = _hints(endpoint, service)
    if hints:
        endpoint["hints"] = hints
    return endpoint


def _hints(endpoint: Object, service: AnyService) -> Object:
    """Whom a ready endpoint should answer first. Kubernetes: staging endpointslice/trafficdist/trafficdist.go"""
    hints: Object = {}
    wish = service["spec"].get("trafficDistribution")
    # The older annotation rules the field out; what it would do itself is not modelled.
    if not wish or _has_topology_mode(service) or not endpoint["conditions"]["ready"]:
        return hints
    if "zone" in endpoint:
        hints["forZones"] = [{"name": endpoint["zone"]}]
    if wish == "PreferSameNode" and "nodeName" in endpoint:
        hints["forNodes"] = [{"name": endpoint["nodeName"]}]
    return hints


def _has_topology_mode(service: AnyService) -> bool:
    """Kubernetes: staging endpointslice/utils.go, hintsEnabled"""
    given = annotations_of(service)
    mode = given.get(TOPOLOGY_HINTS, given.get(TOPOLOGY_MODE))
    return mode in ("Auto", "auto")


def ports_of(service: AnyService, pod: Object) -> list[Object]:
    """The numeric ports of a Service on one Pod; a named targetPort is looked up among the Pod's ports."""
    found = []
    for port in service["spec"].get("ports") or ():
        protocol = port.get("protocol", "TCP")
        number = _target(port.get("targetPort", port["port"]), protocol, pod)
        # A Pod without a port of that name is left out of this port, not of the others.
        if number is None:
            continue
        about = {"name": port.get("name", ""), "port": number, "protocol": protocol}
        if port.get("appProtocol"):
            about["appProtocol"] = port["appProtocol"]
        found.append(about)
    return found


def _target(target: int | str, protocol: str, pod: AnyPod) -> int | None:
    """Kubernetes: staging endpointslice/utils.go, FindPort"""
    if isinstance(target, int):
        return target
    for container in staying_containers(pod):
        for port in container.get("ports") or ():
            known = (port.get("name"), port.get("protocol", "TCP"))
            if known == (target, protocol):
                return int(port["containerPort"])
    return None


def is_backing(pod: AnyPod) -> bool:
    """Whether a Pod can stand in a slice at all: it has an address and has not finished."""
    return bool(pod.get("status", {}).get("podIP")) and not is_pod_terminal(pod)


def slices_of(
    service: Object, pods: Iterable[Object], nodes: Mapping[str, Object]
) -> Slices:
    """The slices for a Service over its matching Pods: one for each set of ports, 100 endpoints at most."""
    groups: dict[str, tuple[list[Object], list[Object]]] = {}
    for pod in sorted(pods, key=full_name):
        node = nodes.get(pod["spec"].get("nodeName", ""))
        # The Pod will be swept; until then nobody is sent to a Node that is no more, unless any address is wanted.
        if node is None and not service["spec"].get("publishNotReadyAddresses"):
            continue
        ports = ports_of(service, pod)
        _, endpoints = groups.setdefault(repr(ports), (ports, []))
        endpoints.append(endpoint_of(pod, service, node))
    cut: list[tuple[list[Object], list[Object]]] = []
    for ports, endpoints in groups.values():
        for start in range(0, len(endpoints), MAX_ENDPOINTS):
            cut.append((ports, endpoints[start : start + MAX_ENDPOINTS]))
    # Without any Pod there is one empty slice, so that a reader can tell "nobody" from "not looked at yet".
    return Slices(full_name(service), tuple(cut) or (([], []),))


class EndpointSliceController(Controller):
    """Kubernetes: pkg/controller/endpointslice/endpointslice_controller.go."""

    name = ACTOR
    kinds = ("Service", "Pod", "EndpointSlice", "Node")

    def __init__(self, registry: Registry, clock: Clock, priority: int) -> None:
        super().__init__(registry, clock, priority)
        self.informer.on("Service", self.on_service)
        self.informer.on("Pod", self.on_pod)
        self.informer.on("EndpointSlice", self.on_slice)

    def on_service(self, change: Change) -> None:
        """Every change of a Service is looked at."""
        self.enqueue(full_name(change.object))

    def on_pod(self, change: Change) -> None:
        """A Pod concerns the Services that select it, before or after the change."""
        pod = change.object
        before = change.previous
        for service in self.informer.list("Service"):
            wanted = service["spec"].get("selector")
            # A Service without a selector is for somebody else to fill.
            if not wanted or namespace(service) != namespace(pod):
                continue
            selector = {"matchLabels": wanted}
            was_meant = before is not None and selector_matches(
                selector, labels(before)
            )
            if was_meant or selector_matches(selector, labels(pod)):
                self.enqueue(full_name(service))

    def on_slice(self, change: Change) -> None:
        """A slice that somebody else has changed or taken away is put right."""
        if change.actor == ACTOR:
            return
        for o in (change.object, change.previous):
            if o is None or labels(o).get(MANAGED_BY) != MANAGER:
                continue
            service = labels(o).get(SERVICE_LABEL)
            if service:
                self.enqueue(f"{namespace(o)}/{service}")

    def sync(self, key: str) -> Slices | None:
        """Bring the slices of one Service up to date."""
        place, _, service_name = key.partition("/")
        service = self.client.get("Service", service_name, place)
        if service is None or is_deleting(service):
            return None
        # Who is but another name has no endpoints, whomever it would select.
        is_name = service["spec"].get("type") == "ExternalName"
        if is_name or not service["spec"].get("selector"):
            return None
        where = self.client.get("Namespace", place)
        if where is None or is_deleting(where):
            # Nothing new is let in there.
            return None
        wanted = {"matchLabels": service["spec"]["selector"]}
        pods = []
        for pod in self.informer.list("Pod"):
            if namespace(pod) != place or not is_backing(pod):
                continue
            if selector_matches(wanted, labels(pod)):
                pods.append(pod)
        nodes = {name(node): node for node in self.informer.list("Node")}
        slices = slices_of(service, pods, nodes)
        self._apply(service, slices)
        return slices

    def _apply(self, service: Object, wanted: Slices) -> None:
        own = f"{SERVICE_LABEL}={name(service)},{MANAGED_BY}={MANAGER}"
        present = self.client.list("EndpointSlice", namespace(service), own)
        for old, (ports, endpoints) in zip(present, wanted.slices, strict=False):
            marked = with_metadata(old, labels=_labels_of(service))
            self.client.update({**marked, "ports": ports, "endpoints": endpoints})
        for ports, endpoints in wanted.slices[len(present) :]:
            self.client.create(_new_slice(service, ports, endpoints))
        for old in present[len(wanted.slices) :]:
            self.client.delete("EndpointSlice", name(old), namespace(old))


def _labels_of(service: AnyService) -> dict[str, str]:
    """What its slices are labelled with. Kubernetes: setEndpointSliceLabels"""
    marks = {**labels(service), SERVICE_LABEL: name(service), MANAGED_BY: MANAGER}
    # Whatever the Service is labelled with: this one is the controller's own.
    marks.pop(HEADLESS, None)
    if service["spec"].get("clusterIP") == "None":
        marks[HEADLESS] = ""
    return marks


def _new_slice(
    service: AnyService, ports: list[Object], endpoints: list[Object]
) -> Object:
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {
            "generateName": f"{name(service)}-",
            "namespace": namespace(service),
            "labels": _labels_of(service),
            "ownerReferences": [owner_reference(service)],
        },
        "addressType": "IPv4",
        "ports": ports,
        "endpoints": endpoints,
    }
