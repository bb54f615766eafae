"""The old Endpoints: those of a Service are worked out from its EndpointSlices, those made by hand are stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import Object, labels, name
from k8slearn.apimachinery.objects import namespace as namespace_of
from k8slearn.controllers.endpointslice_mirroring import SKIP
from k8slearn.kinds.endpointslice import MANAGED_BY, SERVICE_LABEL

_MADE_BY = "endpoints.kubernetes.io/managed-by"


def listed(store: Reader, namespace: str) -> list[Object]:
    """The Endpoints of every Service that has slices, and those made by hand, in a namespace or ('') in all."""
    found = _of_slices(store, namespace)
    for o in store.list("Endpoints", namespace or None):
        found[namespace_of(o), name(o)] = o
    return [o for _, o in sorted(found.items())]


def _of_slices(store: Reader, namespace: str) -> dict[tuple[str, str], Object]:
    by_service: dict[tuple[str, str], list[Object]] = {}
    for each in store.list("EndpointSlice", namespace or None):
        service = labels(each).get(SERVICE_LABEL)
        # A slice that somebody made by hand need not be a Service's.
        if service:
            by_service.setdefault((namespace_of(each), service), []).append(each)
    return {key: _endpoints(*key, slices) for key, slices in by_service.items()}


def _endpoints(namespace: str, service: str, slices: list[Object]) -> Object:
    metadata: Object = {"name": service, "namespace": namespace}
    # They are not stored, so the first slice lends them what a client tells objects apart by.
    lender = slices[0]["metadata"]
    for field in ("creationTimestamp", "resourceVersion", "uid"):
        if field in lender:
            metadata[field] = lender[field]
    metadata["labels"] = _labels(labels(slices[0]))
    bare = {"apiVersion": "v1", "kind": "Endpoints", "metadata": metadata}
    subsets = [subset for each in slices if (subset := _subset(each))]
    if subsets:
        return {**bare, "subsets": subsets}
    return bare


def _labels(of_slice: Mapping[str, str]) -> dict[str, str]:
    """The Service's own, as its slices have them, and who has made these.

    Kubernetes: endpoints_controller.go, syncService; controlplane/reconcilers, NewEndpointsAdapter
    """
    found = {**of_slice}
    del found[SERVICE_LABEL]
    if found.pop(MANAGED_BY, None) is None:
        # The API server's own, which has a slice beside them.
        return {**found, SKIP: "true"}
    return {**found, _MADE_BY: "endpoint-controller"}


def _subset(each: Object) -> Object:
    """A slice as a subset, {} for one without endpoints. Kubernetes: endpoints_controller.go, addEndpointSubset"""
    ready: list[Object] = []
    unready: list[Object] = []
    for endpoint in each.get("endpoints") or ():
        conditions = endpoint.get("conditions", {})
        if conditions.get("ready"):
            ready.append(_address(endpoint))
        # Slices tell of who is on its way out, these do not. Kubernetes: ShouldPodBeInEndpoints
        elif not conditions.get("terminating"):
            unready.append(_address(endpoint))
    subset: Object = {}
    if ready:
        subset["addresses"] = _sorted(ready)
    if unready:
        subset["notReadyAddresses"] = _sorted(unready)
    if subset and each.get("ports"):
        subset["ports"] = each["ports"]
    return subset


def _sorted(addresses: Sequence[Object]) -> list[Object]:
    # The slices' order is that of the Pods' creation; Endpoints are ordered by address.
    return sorted(addresses, key=lambda address: str(address["ip"]))


def _address(endpoint: Object) -> Object:
    address: Object = {"ip": endpoint["addresses"][0]}
    for field in ("hostname", "nodeName", "targetRef"):
        if field in endpoint:
            address[field] = endpoint[field]
    return address
