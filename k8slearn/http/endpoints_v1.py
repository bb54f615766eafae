"""The old Endpoints: those of a Service are worked out from its EndpointSlices, those made by hand are stored."""

from __future__ import annotations

from collections.abc import Sequence

from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import Object, labels, name
from k8slearn.apimachinery.objects import namespace as namespace_of
from k8slearn.kinds.endpointslice import SERVICE_LABEL


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
    bare = {"apiVersion": "v1", "kind": "Endpoints", "metadata": metadata}
    subsets = [subset for each in slices if (subset := _subset(each))]
    if subsets:
        return {**bare, "subsets": subsets}
    return bare


def _subset(each: Object) -> Object:
    """A slice as a subset, {} for one without endpoints. Kubernetes: endpoints_controller.go, addEndpointSubset"""
    ready: list[Object] = []
    unready: list[Object] = []
    for endpoint in each.get("endpoints") or ():
        group = unready
        if endpoint.get("conditions", {}).get("ready"):
            group = ready
        group.append(_address(endpoint))
    subset: Object = {}
    if ready:
        subset["addresses"] = _sorted(ready)
    if unready:
        subset["notReadyAddresses"] = _sorted(unready)
    if subset:
        subset["ports"] = each.get("ports") or []
    return subset


def _sorted(addresses: Sequence[Object]) -> list[Object]:
    # The slices' order is that of the Pods' creation; Endpoints are ordered by address.
    return sorted(addresses, key=lambda address: str(address["ip"]))


def _address(endpoint: Object) -> Object:
    address: Object = {"ip": endpoint["addresses"][0]}
    for field in ("nodeName", "targetRef"):
        if field in endpoint:
            address[field] = endpoint[field]
    return address
