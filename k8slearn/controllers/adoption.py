"""Adoption of matching objects that have no controller, and release of own ones that no longer match.

Kubernetes: pkg/controller/controller_ref_manager.go.
"""

from __future__ import annotations

from collections.abc import Iterable

from k8slearn.apimachinery.objects import (
    Object,
    controller_uid,
    is_deleting,
    labels,
    namespace,
    owner_reference,
    uid,
    with_metadata,
)
from k8slearn.apimachinery.selectors import selector_matches
from k8slearn.apiserver.client import Client


def selects(owner: Object, o: Object) -> bool:
    """Whether the owner's selector takes the object, and both are of one namespace."""
    if namespace(owner) != namespace(o):
        return False
    selector = owner["spec"]["selector"]
    if owner["kind"] == "ReplicationController":
        # The kind is older than the selectors that have expressions.
        selector = {"matchLabels": selector}
    return selector_matches(selector, labels(o))


def adoptable(owner: Object, candidates: Iterable[Object]) -> list[Object]:
    """Those without a controller that the owner should adopt."""
    found = []
    for o in candidates:
        # One that is on its way out is left in peace: adopting it would only make somebody wait for it.
        if not controller_uid(o) and not is_deleting(o) and selects(owner, o):
            found.append(o)
    return found


def releasable(owner: Object, own: Iterable[Object]) -> list[Object]:
    """Those of its own that the owner should let go."""
    return [o for o in own if not selects(owner, o)]


def adopt(client: Client, owner: Object, o: Object) -> Object:
    """Make `owner` the controller of an object.

    One that names it already, as an owner among others, is made to say so: references are merged by their uid.
    Kubernetes: controller_ref_manager.go, AdoptPod
    """
    refs = {ref["uid"]: ref for ref in o["metadata"].get("ownerReferences") or ()}
    refs[uid(owner)] = {**refs.get(uid(owner), {}), **owner_reference(owner)}
    return client.update(with_metadata(o, ownerReferences=[*refs.values()]))


def release(client: Client, owner: Object, o: Object) -> Object:
    """Take the owner's reference off an object."""
    refs = [ref for ref in o["metadata"]["ownerReferences"] if ref["uid"] != uid(owner)]
    return client.update(with_metadata(o, ownerReferences=refs or None))
