"""Claims and volumes that are to be deleted stay as long as they are in use: by their finalizers.

Nobody looks at Pods before a claim is to be deleted.
Kubernetes: pkg/controller/volume/pvcprotection, pvprotection
"""

from __future__ import annotations

from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import (
    Object,
    full_name,
    is_deleting,
    name,
    namespace,
    with_metadata,
)
from k8slearn.apiserver.plugins.in_use_protection import FINALIZERS
from k8slearn.apiserver.registry import Registry
from k8slearn.clock import Clock
from k8slearn.controllers.informer import WRITTEN
from k8slearn.controllers.runtime import Controller
from k8slearn.controllers.volume_matching import CLAIM, VOLUME
from k8slearn.kinds.pod.claims import claims_of, not_made_for
from k8slearn.kinds.pod.state import is_pod_terminal


class Protection(Controller):
    """Keys are those of objects of its one kind."""

    protected: str

    def __init__(self, registry: Registry, clock: Clock, priority: int) -> None:
        self.kinds = (self.protected,)
        self.finalizer = FINALIZERS[self.protected]
        super().__init__(registry, clock, priority)
        self.informer.on(self.protected, self.on_change, WRITTEN)

    def on_change(self, change: Change) -> None:
        """Look at an object that is being deleted and has the finalizer, or is not and lacks it."""
        if is_deleting(change.object) == self._is_kept(change.object):
            self.enqueue(full_name(change.object))

    def sync(self, key: str) -> None:
        """Put the finalizer on, or take it off."""
        place, _, title = key.rpartition("/")
        found = self.client.get(self.protected, title, place)
        if found is None or is_deleting(found) != self._is_kept(found):
            return
        finalizers = list(found["metadata"].get("finalizers") or ())
        if not is_deleting(found):
            # It comes from before the API server put it on, or somebody has taken it off.
            finalizers.append(self.finalizer)
        elif self.is_used(found):
            return
        else:
            finalizers.remove(self.finalizer)
        self.client.update(with_metadata(found, finalizers=finalizers or None))

    def _is_kept(self, o: Object) -> bool:
        return self.finalizer in (o["metadata"].get("finalizers") or ())

    def is_used(self, o: Object) -> bool:
        """Whether the object is still in use."""
        raise NotImplementedError


class VolumeProtection(Protection):
    """A volume is used as long as a claim is bound to it."""

    name = "persistentvolume-protection-controller"
    protected = VOLUME

    def is_used(self, o: Object) -> bool:
        return bool(o.get("status", {}).get("phase") == "Bound")


class ClaimProtection(Protection):
    """A claim is used as long as there is a Pod on a Node that names it."""

    name = "persistentvolumeclaim-protection-controller"
    protected = CLAIM

    def __init__(self, registry: Registry, clock: Clock, priority: int) -> None:
        super().__init__(registry, clock, priority)
        self.informer.on("Pod", self.on_pod, ("MODIFIED", "DELETED"))

    def on_change(self, change: Change) -> None:
        """Once a claim is to be deleted, Pods are listened to."""
        if is_deleting(change.object):
            self.informer.follow("Pod", self.client.registry.store)
        super().on_change(change)

    def on_pod(self, change: Change) -> None:
        """Those that are gone or have ended may let claims go."""
        pod = change.object
        if change.type == "DELETED" or is_pod_terminal(pod):
            for claim, _ in claims_of(pod):
                self.enqueue(f"{namespace(pod)}/{claim}")

    def is_used(self, o: Object) -> bool:
        # Read live, and of one namespace: it is asked only of claims that are to be deleted.
        pods = self.client.list("Pod", namespace(o))
        return any(_uses(pod, o) for pod in pods if pod["spec"].get("nodeName"))


def _uses(pod: Object, claim: Object) -> bool:
    """Kubernetes: podUsesPVC"""
    for wanted, is_own in claims_of(pod):
        if wanted != name(claim):
            continue
        # What ends with its Pod need not outlast its containers, which finalizers of the Pod might wait for.
        if not is_own or not (_is_shut_down(pod) or not_made_for(claim, pod)):
            return True
    return False


def _is_shut_down(pod: Object) -> bool:
    """Kubernetes: podIsShutDown"""
    return is_deleting(pod) and not pod["metadata"].get("deletionGracePeriodSeconds")
