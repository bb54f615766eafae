"""Binds claims to volumes that are there.

Nobody makes one here, as where no provisioner runs: a claim that no volume fits stays Pending, and an Event says so.
For a claim of a class that waits for its first consumer the scheduler chooses: it writes the claim into a volume, which
is bound here, or the Node for which one is to be made into the claim.
Kubernetes: pkg/controller/volume/persistentvolume/pv_controller.go
"""

from __future__ import annotations

from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import (
    Object,
    annotations_of,
    key,
    name,
    namespace,
    uid,
    with_status,
)
from k8slearn.apiserver.plugins import default_class
from k8slearn.apiserver.registry import Registry
from k8slearn.clock import Clock
from k8slearn.controllers.recorder import Recorder
from k8slearn.controllers.runtime import Controller
from k8slearn.controllers.volume_matching import (
    BIND_COMPLETED,
    BOUND_BY_CONTROLLER,
    CLAIM,
    CLASS,
    NO_PROVISIONER,
    SELECTED_NODE,
    VOLUME,
    binds_late,
    claimant,
    fitting_volumes,
    is_meant_for,
    marked,
    meant_for,
)
from k8slearn.kinds.persistentvolumeclaim import class_of
from k8slearn.kinds.pod.claims import claims_of
from k8slearn.kinds.pod.state import is_pod_terminal

ACTOR = "persistentvolume-binder"
# In whose name the real one tells Events.
SOURCE = "persistentvolume-controller"
PROVISIONER = "volume.kubernetes.io/storage-provisioner"
_BETA_PROVISIONER = "volume.beta.kubernetes.io/storage-provisioner"
NO_VOLUME = "no persistent volumes available for this claim and no storage class is set"
NO_CLASS = 'storageclass.storage.k8s.io "{}" not found'
NO_PLUGIN = "no volume plugin matched name: {}"
WAITS = "waiting for first consumer to be created before binding"
WAITS_FOR_POD = "waiting for pod {} to be scheduled"
WAITS_FOR_PODS = "waiting for pods {} to be scheduled"
PROVISIONING = (
    "Waiting for a volume to be created either by the external provisioner '{}' or manually by the system "
    "administrator. If volume creation is delayed, please verify that the provisioner is running and correctly "
    "registered."
)


class VolumeBinder(Controller):
    """Keys are those of objects, `kind/namespace/name`. Kubernetes: PersistentVolumeController."""

    name = ACTOR
    kinds = (VOLUME, CLAIM, CLASS)

    def __init__(self, registry: Registry, clock: Clock, priority: int) -> None:
        super().__init__(registry, clock, priority)
        self.recorder = Recorder(self.client, SOURCE)
        self.informer.on(VOLUME, self.on_volume)
        self.informer.on(CLAIM, self.on_claim)
        self.informer.on(CLASS, self.on_class)

    def on_volume(self, change: Change) -> None:
        """A volume is looked at, and with it the claim that it names, or else those that it may be for."""
        volume = change.object
        if change.type != "DELETED":
            self.enqueue("/".join(change.key))
        if claimant(volume):
            self.enqueue(f"{CLAIM}/{claimant(volume)}")
            return
        for claim in self.informer.list(CLAIM):
            if not _is_bound(claim) and self._may_take(claim, volume):
                self.enqueue("/".join(key(claim)))

    def _may_take(self, claim: Object, volume: Object) -> bool:
        """Whether a volume that names nobody may be bound to a claim here, and not by the scheduler's choice."""
        named = claim["spec"].get("volumeName")
        if named:
            return bool(named == name(volume))
        return not binds_late(claim, self.client)

    def on_claim(self, change: Change) -> None:
        """A claim is looked at; where it is gone, the volumes that name it."""
        claim = change.object
        if change.type != "DELETED":
            self.enqueue("/".join(change.key))
            return
        for volume in self.informer.list(VOLUME):
            if is_meant_for(volume, claim):
                self.enqueue("/".join(key(volume)))

    def on_class(self, change: Change) -> None:
        """Claims may have waited for it: the real one watches no classes, but looks again every 15 seconds."""
        for claim in self.informer.list(CLAIM):
            if not _is_bound(claim):
                self.enqueue("/".join(key(claim)))

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
            fitting = fitting_volumes(claim, self.client.list(VOLUME))
            if binds_late(claim, self.client):
                # Which of those that nobody is named by, the scheduler chooses.
                fitting = [v for v in fitting if is_meant_for(v, claim)]
            volume = fitting[0] if fitting else None
        else:
            volume = self.client.get(VOLUME, wanted)
            if volume is not None and not _is_free_for(volume, claim):
                volume = None
        if volume is not None:
            self._bind(claim, volume)
            return "Bound"
        if not wanted:
            self._seek(claim)
        return _phase(claim)

    def _seek(self, claim: Object) -> None:
        """Deal with a claim that no volume fits: it waits, or asks for a volume to be provisioned.

        Deviation: the real one looks, and tells it, again every 15 seconds; a cluster would never be at rest.
        """
        classed = default_class.mutate(claim, self.client)
        if classed is not claim:
            # Made before there was a default. Kubernetes: assignDefaultStorageClass
            self.client.update(classed)
            return
        has_node = SELECTED_NODE in annotations_of(claim)
        if binds_late(claim, self.client) and not has_node:
            self._tell_of_pods(claim)
        elif class_of(claim):
            self._provision(claim)
        else:
            self.recorder.record(claim, "Normal", "FailedBinding", NO_VOLUME)

    def _tell_of_pods(self, claim: Object) -> None:
        """Kubernetes: emitEventForUnboundDelayBindingClaim"""
        users = self._unscheduled_users(claim)
        reason = "WaitForPodScheduled" if users else "WaitForFirstConsumer"
        message = WAITS
        if users:
            message = WAITS_FOR_POD if len(users) == 1 else WAITS_FOR_PODS
        self.recorder.record(claim, "Normal", reason, message.format(",".join(users)))

    def _unscheduled_users(self, claim: Object) -> list[str]:
        """Kubernetes: findNonScheduledPodsByPVC"""
        found = []
        for pod in self.client.list("Pod", namespace(claim)):
            if pod["spec"].get("nodeName") or is_pod_terminal(pod):
                continue
            if any(wanted == name(claim) for wanted, _ in claims_of(pod)):
                found.append(name(pod))
        return found

    def _provision(self, claim: Object) -> None:
        """Ask for a volume in the class's way; whoever makes one is not there. Kubernetes: provisionClaim"""
        title = class_of(claim)
        found = self.client.get(CLASS, title)
        if found is None:
            self._tell_of_failure(claim, NO_CLASS.format(title))
            return
        provisioner = found.get("provisioner", "")
        if provisioner == NO_PROVISIONER:
            self._tell_of_failure(claim, NO_PLUGIN.format(provisioner))
        elif annotations_of(claim).get(PROVISIONER) != provisioner:
            asked = marked(claim, _BETA_PROVISIONER, provisioner)
            # This write has the claim looked at again, and then it is told.
            self.client.update(marked(asked, PROVISIONER, provisioner))
        else:
            message = PROVISIONING.format(provisioner)
            self.recorder.record(claim, "Normal", "ExternalProvisioning", message)

    def _tell_of_failure(self, claim: Object, why: str) -> None:
        self.recorder.record(claim, "Warning", "ProvisioningFailed", why)

    def _sync_bound(self, claim: Object) -> str:
        volume = self.client.get(VOLUME, claim["spec"].get("volumeName", ""))
        if volume is None:
            # What was written there is gone for good.
            self._set_phase(claim, "Lost")
            return "Lost"
        return "Bound"

    def _bind(self, claim: Object, volume: Object) -> None:
        """Kubernetes: bind. The volume first: a claim that says Bound has its volume for itself."""
        given = meant_for(volume, claim)
        if given is not volume:
            volume = self.client.update(given)
        self._set_phase(volume, "Bound")
        bound = marked(claim, BIND_COMPLETED)
        if not claim["spec"].get("volumeName"):
            bound = marked(bound, BOUND_BY_CONTROLLER)
        spec = {**claim["spec"], "volumeName": name(volume)}
        bound = self.client.update({**bound, "spec": spec})
        has = volume["spec"]
        status = {"accessModes": has["accessModes"], "capacity": has["capacity"]}
        self.client.update_status(with_status(bound, phase="Bound", **status))


def _phase(o: Object) -> str:
    return str(o.get("status", {}).get("phase", "Pending"))


def _is_bound(o: Object) -> bool:
    return _phase(o) in ("Bound", "Lost")


def _is_free_for(volume: Object, claim: Object) -> bool:
    """Whether nobody else has a volume, nor is meant to have it."""
    return not volume["spec"].get("claimRef") or is_meant_for(volume, claim)
