"""Parts of objects that are written in a way of their own: a Pod's binding and eviction, a Namespace's finalizers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import lru_cache
from typing import Any

from k8slearn.apimachinery import errors
from k8slearn.apimachinery.log import Change, Signature
from k8slearn.apimachinery.objects import (
    Object,
    conditions_with,
    is_deleting,
    name,
    namespace,
    timestamp,
    with_status,
)
from k8slearn.apiserver import eviction
from k8slearn.apiserver.admission import refuse
from k8slearn.apiserver.identity import API_SERVER, Identity
from k8slearn.apiserver.store import ChangeType, Store
from k8slearn.kinds.namespace import validate_finalizers


class Parts(ABC):
    """What the registry offers besides create, update and delete."""

    store: Store
    recorder: list[Any] | None

    @abstractmethod
    def require(self, kind: str, name: str, namespace: str = "") -> Object:
        """The object; raises ApiError NotFound when it is not there."""

    @abstractmethod
    def delete(
        self,
        kind: str,
        name: str,
        namespace: str = "",
        *,
        by: Identity,
        grace: int | None = None,
        propagation: str | None = None,
        uid: str | None = None,
        version: str | None = None,
    ) -> Change:
        """Delete an object, or mark it."""

    @abstractmethod
    def _write(
        self,
        type: ChangeType,
        o: Object,
        old: Object | None,
        by: Identity,
        signed: tuple[Signature, ...] = (),
        sent: Object | None = None,
    ) -> Change: ...

    @abstractmethod
    def _replace(
        self,
        old: Object,
        new: Object,
        by: Identity,
        signed: tuple[Signature, ...],
        sent: Object | None,
    ) -> Change: ...

    def bind(self, pod_name: str, place: str, node: str, by: Identity) -> Change:
        """Set a Pod's Node and its condition PodScheduled. Raises ApiError NotFound, Conflict.

        Nobody signs: no entry of managedFields tells of it. Kubernetes: pkg/registry/core/pod/storage, BindingREST
        """
        if self.recorder is not None:
            self.recorder.append(("bind", (pod_name, place, node, by), {}))
        pod = self.require("Pod", pod_name, place)
        why = _unbindable(pod)
        if why:
            raise errors.conflict("pods/binding", pod_name, f"pod {pod_name} {why}")
        scheduled = _scheduled(timestamp(self.store.clock.now))
        conditions = conditions_with(pod, scheduled)
        # What was promised is kept: the promise has done its work. Kubernetes: BindingREST.assignPod
        bound = with_status(pod, conditions=conditions, nominatedNodeName=None)
        bound["spec"] = {**pod["spec"], "nodeName": node}
        return self._write("MODIFIED", bound, pod, by)

    def evict(self, pod_name: str, place: str, by: Identity, **options: Any) -> Change:
        """Delete a Pod, if its PodDisruptionBudget allows that; the options are those of `delete`.

        Raises ApiError NotFound, 429 where it does not allow it now, 500 where there is more than one budget.
        """
        recorder = self.recorder
        if recorder is not None:
            recorder.append(("evict", (pod_name, place, by), options))
        self.recorder = None
        try:
            return self._evicted(self.require("Pod", pod_name, place), by, options)
        finally:
            self.recorder = recorder

    def _evicted(self, pod: Object, by: Identity, options: dict[str, Any]) -> Change:
        budget = eviction.charged(pod, self.store, self.store.clock.now)
        if budget is not None:
            old = self.require("PodDisruptionBudget", name(budget), namespace(budget))
            self._write("MODIFIED", budget, old, API_SERVER)
        # Who looks at the Pod while it ends sees why. Kubernetes: addConditionAndDeletePod
        marked = eviction.marked(pod, self.store.clock.now)
        if marked != pod:
            self._write("MODIFIED", marked, pod, API_SERVER)
        address = ("Pod", name(pod), namespace(pod))
        return self.delete(*address, by=by, **options)

    def finalize(self, o: Object, by: Identity) -> Change:
        """Write the finalizers in a Namespace's spec. Kubernetes: pkg/registry/core/namespace/storage, FinalizeREST"""
        if self.recorder is not None:
            self.recorder.append(("finalize", (o, by), {}))
        old = self.require(o["kind"], name(o))
        refuse(o, validate_finalizers(o))
        return self._replace(old, {**old, "spec": o.get("spec", {})}, by, (), None)


def _unbindable(pod: Object) -> str:
    """Why a Pod may not be given to a Node, '' where it may. Kubernetes: BindingREST.setPodNodeAndMetadata"""
    node = pod["spec"].get("nodeName")
    if is_deleting(pod):
        return "is being deleted, cannot be assigned to a host"
    if node:
        return f'is already assigned to node "{node}"'
    if pod["spec"].get("schedulingGates"):
        return "has non-empty .spec.schedulingGates"
    return ""


@lru_cache(maxsize=64)
def _scheduled(now: str) -> Object:
    """The condition of a bound Pod; the Pods of one moment hold the very same."""
    return {
        "type": "PodScheduled",
        "status": "True",
        "lastProbeTime": None,
        "lastTransitionTime": now,
    }
