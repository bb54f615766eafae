"""Generic ephemeral volumes: a claim for each, which goes with its Pod.

Nothing but a new Pod makes a claim: a Pod's volumes never change. That a claim ends with its Pod is the garbage
collector's work. Kubernetes: pkg/controller/volume/ephemeral/controller.go
"""

from __future__ import annotations

from k8slearn.apimachinery.errors import ApiError, unexplained
from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import (
    Object,
    controller_ref,
    full_name,
    is_deleting,
    namespace,
    owner_reference,
)
from k8slearn.apiserver.registry import Registry
from k8slearn.clock import Clock
from k8slearn.controllers.recorder import Recorder
from k8slearn.controllers.runtime import Controller
from k8slearn.controllers.volume_matching import CLAIM
from k8slearn.kinds.pod.claims import claim_name, not_made_for


class EphemeralVolumes(Controller):
    """A key is a Pod's namespace and name."""

    name = "ephemeral-volume-controller"
    kinds = ("Pod", CLAIM)

    def __init__(self, registry: Registry, clock: Clock, priority: int) -> None:
        super().__init__(registry, clock, priority)
        self.recorder = Recorder(self.client, "ephemeral_volume")
        self.refused: set[str] = set()
        self.informer.on("Pod", self.on_pod, ("ADDED",))
        self.informer.on(CLAIM, self.on_claim_gone, ("DELETED",))

    def on_pod(self, change: Change) -> None:
        """One with such a volume wants its claim."""
        # Every Pod passes here: nothing is called for those without.
        spec = change.object["spec"]
        if "volumes" in spec:
            for volume in spec["volumes"]:
                if "ephemeral" in volume:
                    self.enqueue(full_name(change.object))

    def on_claim_gone(self, change: Change) -> None:
        """Somebody has deleted a claim that a Pod needs, or the one that stood in the way of it."""
        for key in sorted(self.refused):
            self.enqueue(key)
        owner = controller_ref(change.object)
        if owner is not None and owner["kind"] == "Pod":
            self.enqueue(f"{namespace(change.object)}/{owner['name']}")

    def sync(self, key: str) -> None:
        """Make the claims of one Pod that are not there. Raises ApiError where one cannot be had: it is tried again."""
        self.refused.discard(key)
        place, _, title = key.partition("/")
        pod = self.client.get("Pod", title, place)
        if pod is None or is_deleting(pod):
            return
        for volume in pod["spec"].get("volumes") or ():
            if "ephemeral" not in volume:
                continue
            try:
                self._make(pod, volume)
            except ApiError as refused:
                self.refused.add(key)
                text = f"ephemeral volume {volume['name']}: {refused}"
                self.recorder.record(pod, "Warning", "FailedBinding", text)
                raise

    def _make(self, pod: Object, volume: Object) -> None:
        """Kubernetes: handleVolume"""
        title = claim_name(pod, volume)
        found = self.client.get(CLAIM, title, namespace(pod))
        if found is not None:
            strange = not_made_for(found, pod)
            if strange:
                raise unexplained(strange)
            return
        try:
            self.client.create(_claim(pod, volume, title))
        except ApiError as refused:
            raise unexplained(f"create PVC {title}: {refused}") from refused


def _claim(pod: Object, volume: Object, title: str) -> Object:
    template = volume["ephemeral"]["volumeClaimTemplate"]
    about = template.get("metadata") or {}
    metadata = {
        "name": title,
        "namespace": namespace(pod),
        "ownerReferences": [owner_reference(pod)],
    }
    for field in ("labels", "annotations"):
        if about.get(field):
            metadata[field] = about[field]
    return {
        "apiVersion": "v1",
        "kind": CLAIM,
        "metadata": metadata,
        "spec": template["spec"],
    }
