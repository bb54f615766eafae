"""Which volume a claim gets: what the binder and the scheduler both go by. Pure functions of objects.

Kubernetes: component-helpers storage/volume, pv_helpers.go and helpers.go
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import (
    Object,
    annotations_of,
    full_name,
    is_deleting,
    labels,
    name,
    namespace,
    uid,
    with_metadata,
)
from k8slearn.apimachinery.selectors import any_term_matches, selector_matches
from k8slearn.kinds.claim_rules import asked_for, storage_of
from k8slearn.kinds.persistentvolumeclaim import class_of

CLAIM = "PersistentVolumeClaim"
VOLUME = "PersistentVolume"
CLASS = "StorageClass"
# Who reads these knows that a controller, and not the user, has written the reference beside them.
BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller"
BIND_COMPLETED = "pv.kubernetes.io/bind-completed"
SELECTED_NODE = "volume.kubernetes.io/selected-node"
"""The Node on which the scheduler wants a volume to be made."""
NO_PROVISIONER = "kubernetes.io/no-provisioner"
"""What a class names whose volumes somebody makes by hand."""
_YES = "yes"


def binds_late(claim: Object, reader: Reader) -> bool:
    """Whether a claim is bound only where a Pod goes. Kubernetes: IsDelayBindingMode"""
    found = reader.get(CLASS, class_of(claim)) or {}
    return found.get("volumeBindingMode") == "WaitForFirstConsumer"


def fitting_volumes(claim: Object, volumes: Iterable[Object]) -> list[Object]:
    """What a claim can get, the smallest first; where a volume names the claim, that one alone.

    Kubernetes: FindMatchingVolume
    """
    fitting = []
    for volume in volumes:
        is_meant = is_meant_for(volume, claim)
        # Most volumes are somebody else's, which is soon seen.
        is_free = is_meant or not volume["spec"].get("claimRef")
        if not is_free or is_deleting(volume) or not _holds(volume, claim):
            continue
        if is_meant:
            return [volume]
        if _meets(volume, claim):
            fitting.append(volume)
    return sorted(fitting, key=_size)


def is_meant_for(volume: Object, claim: Object) -> bool:
    """Whether a volume names this claim. Kubernetes: IsVolumeBoundToClaim"""
    reference = volume["spec"].get("claimRef") or {}
    if claimant(volume) != full_name(claim):
        return False
    return reference.get("uid") in (None, "", uid(claim))


def claimant(volume: Object) -> str:
    """The claim that a volume names, `namespace/name`, '' for none."""
    reference = volume["spec"].get("claimRef")
    if not reference:
        return ""
    return f"{reference.get('namespace', '')}/{reference.get('name', '')}"


def is_in_reach(volume: Object, node: Object) -> bool:
    """Whether a volume can be had on a Node. Kubernetes: CheckNodeAffinity"""
    affinity = volume["spec"].get("nodeAffinity") or {}
    terms = (affinity.get("required") or {}).get("nodeSelectorTerms")
    return not terms or any_term_matches(terms, node)


def _holds(volume: Object, claim: Object) -> bool:
    """What even a volume must meet that names the claim: its size and its modes."""
    has = volume["spec"]
    asks = claim["spec"]
    return (
        has.get("volumeMode") == asks.get("volumeMode")
        and set(asks.get("accessModes") or ()) <= set(has.get("accessModes") or ())
        and _capacity(volume) >= asked_for(claim)
    )


def _meets(volume: Object, claim: Object) -> bool:
    """Whether a free volume has the class and the labels that a claim asks for."""
    return bool(
        volume.get("status", {}).get("phase") == "Available"
        and (volume["spec"].get("storageClassName") or "") == class_of(claim)
        and selector_matches(claim["spec"].get("selector") or {}, labels(volume))
    )


def _capacity(volume: Object) -> Decimal:
    return storage_of(volume["spec"].get("capacity", {}))


def _size(volume: Object) -> tuple[Decimal, str]:
    return _capacity(volume), name(volume)


def meant_for(volume: Object, claim: Object) -> Object:
    """The volume as it names a claim, itself where it does so already. Kubernetes: GetBindVolumeToClaim"""
    reference = volume["spec"].get("claimRef") or {}
    if reference.get("uid") == uid(claim):
        return volume
    spec = {**volume["spec"], "claimRef": _reference(claim)}
    changed = {**volume, "spec": spec}
    return changed if reference else marked(changed, BOUND_BY_CONTROLLER)


def _reference(claim: Object) -> Object:
    return {
        "kind": CLAIM,
        "namespace": namespace(claim),
        "name": name(claim),
        "uid": uid(claim),
        "apiVersion": "v1",
        "resourceVersion": claim["metadata"]["resourceVersion"],
    }


def marked(o: Object, mark: str, value: str = _YES) -> Object:
    """The object with one annotation more."""
    return with_metadata(o, annotations={**annotations_of(o), mark: value})
