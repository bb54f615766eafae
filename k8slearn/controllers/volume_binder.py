"""Claims and volumes find each other: who asks for storage gets a volume that somebody has made.

Nobody makes one here, as where no provisioner runs: a claim that no volume fits stays Pending, and an Event says so.
Kubernetes: pkg/controller/volume/persistentvolume/pv_controller.go
"""

from __future__ import annotations

from k8slearn.apimachinery import quantity
from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import (
    Object,
    annotations_of,
    full_name,
    key,
    labels,
    name,
    namespace,
    uid,
    with_metadata,
    with_status,
)
from k8slearn.apimachinery.selectors import selector_matches
from k8slearn.apiserver.registry import Registry
from k8slearn.clock import Clock
from k8slearn.controllers.recorder import Recorder
from k8slearn.controllers.runtime import Controller

ACTOR = "persistentvolume-binder"
CLAIM = "PersistentVolumeClaim"
VOLUME = "PersistentVolume"
CLASS = "StorageClass"
# Who reads these knows that this controller, and not the user, has written the reference beside them.
BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller"
BIND_COMPLETED = "pv.kubernetes.io/bind-completed"
_YES = "yes"
# In whose name the real one tells Events.
SOURCE = "persistentvolume-controller"
NO_VOLUME = "no persistent volumes available for this claim and no storage class is set"
NO_CLASS = 'storageclass.storage.k8s.io "{}" not found'
WAITS = "waiting for first consumer to be created before binding"
PROVISIONING = (
    "Waiting for a volume to be created either by the external provisioner '{}' or manually by the system "
    "administrator. If volume creation is delayed, please verify that the provisioner is running and correctly "
    "registered."
)


class VolumeBinder(Controller):
    """Keys are those of objects, `kind/namespace/name`. Kubernetes: PersistentVolumeController."""

    name = ACTOR
    kinds = (VOLUME, CLAIM)

    def __init__(self, registry: Registry, clock: Clock, priority: int) -> None:
        super().__init__(registry, clock, priority)
        self.recorder = Recorder(self.client, SOURCE)
        for kind in self.kinds:
            self.informer.on(kind, self.on_change)

    def on_change(self, change: Change) -> None:
        """What is new or has changed is looked at, and with it whoever may be waiting for it."""
        if change.type != "DELETED":
            self.enqueue("/".join(change.key))
        other = CLAIM if change.key[0] == VOLUME else VOLUME
        for o in self.informer.cache[other].values():
            if not _is_bound(o) or change.type == "DELETED":
                self.enqueue("/".join(key(o)))

    def sync(self, key: str) -> str | None:
        """Bring one of them further; returns its phase."""
        kind, place, title = key.split("/", 2)
        o = self.client.get(kind, title, place)
        if o is None:
            return None
        if kind == VOLUME:
            return self._sync_volume(o)
        return self._sync_claim(o)

    # Volumes ---------------------------------------------------------------------------------------------------

    def _sync_volume(self, volume: Object) -> str:
        """Kubernetes: syncVolume."""
        reference = volume["spec"].get("claimRef")
        phase = "Available"
        if reference and reference.get("uid"):
            phase = "Bound"
            if self._claim_of(reference) is None:
                # Retain: what is on it stays until somebody looks at it, and so it is nobody's meanwhile.
                phase = "Released"
        if phase != "Bound" or _phase(volume) == "Pending":
            self._set_phase(volume, phase)
        return phase

    def _claim_of(self, reference: Object) -> Object | None:
        found = self.client.get(CLAIM, reference["name"], reference["namespace"])
        # One of the same name that came later is another claim.
        if found is None or uid(found) != reference["uid"]:
            return None
        return found

    def _set_phase(self, o: Object, phase: str) -> Object:
        if _phase(o) == phase:
            return o
        return self.client.update_status(with_status(o, phase=phase))

    # Claims ----------------------------------------------------------------------------------------------------

    def _sync_claim(self, claim: Object) -> str:
        """Kubernetes: syncUnboundClaim, syncBoundClaim."""
        if _is_bound(claim):
            return self._sync_bound(claim)
        wanted = claim["spec"].get("volumeName")
        if not wanted:
            volume = self._best_match(claim)
        else:
            volume = self.client.get(VOLUME, wanted)
            if volume is not None and not _is_free_for(volume, claim):
                volume = None
        if volume is not None:
            self._bind(claim, volume)
            return "Bound"
        if not wanted:
            self._tell_what_is_waited_for(claim)
        return _phase(claim)

    def _tell_what_is_waited_for(self, claim: Object) -> None:
        """Deviation: the real one looks, and tells it, again every 15 seconds; a cluster would never be at rest."""
        title = claim["spec"].get("storageClassName") or ""
        about = self.client.get(CLASS, title)
        if not title:
            told = ("Normal", "FailedBinding", NO_VOLUME)
        elif about is None:
            told = ("Warning", "ProvisioningFailed", NO_CLASS.format(title))
        elif _binds_late(about):
            told = ("Normal", "WaitForFirstConsumer", WAITS)
        else:
            message = PROVISIONING.format(about["provisioner"])
            told = ("Normal", "ExternalProvisioning", message)
        self.recorder.record(claim, *told)

    def _sync_bound(self, claim: Object) -> str:
        volume = self.client.get(VOLUME, claim["spec"].get("volumeName", ""))
        if volume is None:
            # What was written there is gone for good.
            self._set_phase(claim, "Lost")
            return "Lost"
        return "Bound"

    def _best_match(self, claim: Object) -> Object | None:
        """The smallest free volume that has all that a claim asks for. Kubernetes: FindMatchingVolume"""
        if self._waits_for_a_pod(claim):
            return None
        fitting = []
        for volume in self.client.list(VOLUME):
            if _is_free_for(volume, claim) and _meets(volume, claim):
                fitting.append(volume)
        asked_for = [v for v in fitting if v["spec"].get("claimRef")]
        # A volume that names the claim is meant for it, however large it is.
        return min(asked_for or fitting, key=_size, default=None)

    def _waits_for_a_pod(self, claim: Object) -> bool:
        """Whether its class binds only where a Pod goes: the scheduler here does not choose volumes."""
        about = self.client.get(CLASS, claim["spec"].get("storageClassName") or "")
        return about is not None and _binds_late(about)

    def _bind(self, claim: Object, volume: Object) -> None:
        """Kubernetes: bind. The volume first: a claim that says Bound has its volume for itself."""
        spec = {**volume["spec"]}
        if not (spec.get("claimRef") or {}).get("uid"):
            by_controller = not spec.get("claimRef")
            spec["claimRef"] = _reference(claim)
            volume = {**volume, "spec": spec}
            if by_controller:
                volume = _annotated(volume, BOUND_BY_CONTROLLER)
            volume = self.client.update(volume)
        self._set_phase(volume, "Bound")
        bound = _annotated(claim, BIND_COMPLETED)
        if not claim["spec"].get("volumeName"):
            bound = _annotated(bound, BOUND_BY_CONTROLLER)
        claim_spec = {**claim["spec"], "volumeName": name(volume)}
        bound = self.client.update({**bound, "spec": claim_spec})
        given = {"accessModes": spec["accessModes"], "capacity": spec["capacity"]}
        self.client.update_status(with_status(bound, phase="Bound", **given))


def _phase(o: Object) -> str:
    return str(o.get("status", {}).get("phase", "Pending"))


def _binds_late(storage_class: Object) -> bool:
    return storage_class.get("volumeBindingMode") == "WaitForFirstConsumer"


def _is_bound(o: Object) -> bool:
    return _phase(o) in ("Bound", "Lost")


def _size(volume: Object) -> tuple[object, str]:
    storage = volume["spec"].get("capacity", {}).get("storage", "0")
    return quantity.parse(storage).value, name(volume)


def _is_free_for(volume: Object, claim: Object) -> bool:
    """Whether nobody else has a volume, nor is meant to have it."""
    reference = volume["spec"].get("claimRef")
    if not reference:
        return True
    place = f"{reference.get('namespace', '')}/{reference.get('name', '')}"
    return place == full_name(claim) and reference.get("uid") in (None, "", uid(claim))


def _meets(volume: Object, claim: Object) -> bool:
    """Whether a volume has the class, the modes, the labels and the size that a claim asks for."""
    has = volume["spec"]
    asks = claim["spec"]
    storage = asks.get("resources", {}).get("requests", {}).get("storage", "0")
    return (
        (has.get("storageClassName") or "") == (asks.get("storageClassName") or "")
        and has.get("volumeMode") == asks.get("volumeMode")
        and set(asks.get("accessModes") or ()) <= set(has.get("accessModes") or ())
        and selector_matches(asks.get("selector") or {}, labels(volume))
        and quantity.compare(has.get("capacity", {}).get("storage", "0"), storage) >= 0
    )


def _reference(claim: Object) -> Object:
    return {
        "kind": CLAIM,
        "namespace": namespace(claim),
        "name": name(claim),
        "uid": uid(claim),
        "apiVersion": "v1",
        "resourceVersion": claim["metadata"]["resourceVersion"],
    }


def _annotated(o: Object, mark: str) -> Object:
    return with_metadata(o, annotations={**annotations_of(o), mark: _YES})
