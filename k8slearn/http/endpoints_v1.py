"""The old Endpoints of a Service, worked out from its EndpointSlices: the model keeps only those."""

from __future__ import annotations

from collections.abc import Iterable

from k8slearn.apimachinery.errors import not_found
from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import Object, labels, name, namespace
from k8slearn.controllers.endpointslice import SERVICE_LABEL

DEPRECATED = (
    "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"
)


def listed(store: Reader, place: str) -> list[Object]:
    """The Endpoints of every Service that has slices, in a namespace or ('') in all."""
    found: dict[tuple[str, str], list[Object]] = {}
    for each in store.list("EndpointSlice", place or None):
        service = labels(each).get(SERVICE_LABEL)
        if service:
            found.setdefault((namespace(each), service), []).append(each)
    return [_endpoints(*where, slices) for where, slices in sorted(found.items())]


def find(store: Reader, wanted: str, place: str) -> Object:
    """The Endpoints of one Service. Raises ApiError 404."""
    for each in listed(store, place):
        if name(each) == wanted:
            return each
    raise not_found("endpoints", wanted)


def _endpoints(place: str, service: str, slices: list[Object]) -> Object:
    first = slices[0]["metadata"]
    metadata = {
        field: first[field]
        for field in ("creationTimestamp", "resourceVersion", "uid")
        if field in first
    }
    subsets = [subset for each in slices for subset in _subset(each)]
    bare = {
        "apiVersion": "v1",
        "kind": "Endpoints",
        "metadata": {"name": service, "namespace": place, **metadata},
    }
    return bare | ({"subsets": subsets} if subsets else {})


def _subset(each: Object) -> Iterable[Object]:
    ready = [e for e in each.get("endpoints") or () if e["conditions"].get("ready")]
    unready = [
        e for e in each.get("endpoints") or () if not e["conditions"].get("ready")
    ]
    subset: Object = {}
    for field, found in (("addresses", ready), ("notReadyAddresses", unready)):
        if found:
            subset[field] = sorted(
                (_address(e) for e in found), key=lambda address: address["ip"]
            )
    if subset:
        yield {**subset, "ports": each.get("ports") or []}


def _address(endpoint: Object) -> Object:
    kept: Object = {
        field: endpoint[field]
        for field in ("nodeName", "targetRef")
        if field in endpoint
    }
    return {"ip": endpoint["addresses"][0], **kept}
