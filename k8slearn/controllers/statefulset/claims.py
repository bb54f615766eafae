"""The claims of a StatefulSet's Pods: making them, and with whom each goes.

Kubernetes: pkg/controller/statefulset/stateful_pod_control.go; stateful_set_utils.go, isClaimOwnerUpToDate,
updateClaimOwnerRefForSetAndPod
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from k8slearn.apimachinery.errors import ApiError, aggregate, unexplained
from k8slearn.apimachinery.objects import (
    Object,
    is_deleting,
    name,
    namespace,
    owner_reference,
    uid,
    with_metadata,
)
from k8slearn.apiserver.client import Client
from k8slearn.controllers.recorder import Recorder
from k8slearn.controllers.statefulset.identity import (
    claims_of,
    is_wanted,
    ordinal_of,
)

_KIND = "PersistentVolumeClaim"
_CONFLICT = (
    "PersistentVolumeClaim {} has a conflicting OwnerReference that acts as a manging controller, the retention "
    "policy is ignored for this claim"
)
_POLICIES = ("whenScaled", "whenDeleted")


@dataclass
class Claims:
    """Makes the claims of Pods and keeps their owners as the retention policy has them."""

    client: Client
    recorder: Recorder

    def create(self, stateful_set: Object, pod: Object) -> None:
        """Create a Pod's missing claims. Raises ApiError if one is refused. Kubernetes: createPersistentVolumeClaims"""
        failed = []
        for claim in _templates(stateful_set, pod):
            found = self.client.get(_KIND, name(claim), namespace(claim))
            if found is not None:
                if is_deleting(found):
                    failed.append(f"pvc {name(claim)} is being deleted")
                continue
            refs = owners_of_claim(stateful_set, pod, claim)
            try:
                self.client.create(with_metadata(claim, ownerReferences=refs or None))
            except ApiError as refused:
                failed.append(f"failed to create PVC {name(claim)}: {refused}")
                self._tell(stateful_set, pod, claim, str(refused))
            else:
                self._tell(stateful_set, pod, claim)
        if failed:
            raise unexplained(aggregate(failed))

    def keep(self, stateful_set: Object, pod: Object, *, tell: bool = False) -> bool:
        """Claims go with the set or the Pod, as the policy says now; whether one was changed.

        With `tell` one that somebody else controls is told of even if nothing was to be changed.
        Kubernetes: UpdatePodClaimForRetentionPolicy
        """
        changed = False
        for found in self._stored(stateful_set, pod):
            refs = owners_of_claim(stateful_set, pod, found)
            differs = refs != _refs(found)
            if (differs or tell) and is_contested(stateful_set, pod, found):
                text = _CONFLICT.format(name(found))
                self.recorder.record(
                    stateful_set, "Warning", "ConflictingController", text
                )
            if differs:
                changed = True
                self.client.update(with_metadata(found, ownerReferences=refs or None))
        return changed

    def hold_up(self, stateful_set: Object, pod: Object) -> bool:
        """Whether a claim still belongs to a former Pod: the new Pod waits for its end. Kubernetes: PodClaimIsStale"""
        policy = stateful_set["spec"].get("persistentVolumeClaimRetentionPolicy") or {}
        if policy.get("whenScaled") != "Delete":
            return False
        return any(
            _names(ref, pod) and ref["uid"] != uid(pod)
            for found in self._stored(stateful_set, pod)
            for ref in _refs(found)
        )

    def _stored(self, stateful_set: Object, pod: Object) -> Iterator[Object]:
        for claim in _templates(stateful_set, pod):
            found = self.client.get(_KIND, name(claim), namespace(claim))
            if found is not None:
                yield found

    def _tell(
        self, stateful_set: Object, pod: Object, claim: Object, refused: str = ""
    ) -> None:
        """Kubernetes: recordClaimEvent"""
        about = f"Create Claim {name(claim)}"
        which = f"Pod {name(pod)} in StatefulSet {name(stateful_set)}"
        if refused:
            text = f"{about} for {which} failed error: {refused}"
            self.recorder.record(stateful_set, "Warning", "FailedCreate", text)
        else:
            text = f"{about} {which} success"
            self.recorder.record(stateful_set, "Normal", "SuccessfulCreate", text)


def _templates(stateful_set: Object, pod: Object) -> list[Object]:
    ordinal = ordinal_of(stateful_set, pod)
    return [] if ordinal is None else list(claims_of(stateful_set, ordinal).values())


def owners_of_claim(stateful_set: Object, pod: Object, claim: Object) -> list[Object]:
    """The claim's owners as they are to be: the set or its Pod by the retention policy, and whoever else is there."""
    refs = _refs(claim)
    own = [ref for ref in refs if _is_named(ref, stateful_set, pod)]
    if _is_stale(own, stateful_set, pod):
        # Of a set or a Pod that was: the garbage collector sees to it.
        return refs
    others = [ref for ref in refs if ref not in own]
    wanted = _wanted(stateful_set, pod)
    if is_contested(stateful_set, pod, claim):
        wanted = []
    if [_short(ref) for ref in own] == [_short(ref) for ref in wanted]:
        return refs
    return others + wanted


def is_contested(stateful_set: Object, pod: Object, claim: Object) -> bool:
    """Whether somebody else controls a claim that the policy would let go. Kubernetes: hasUnexpectedController"""
    policy = stateful_set["spec"].get("persistentVolumeClaimRetentionPolicy") or {}
    if not any(policy.get(when) == "Delete" for when in _POLICIES):
        return False
    refs = _refs(claim)
    own = [ref for ref in refs if _is_named(ref, stateful_set, pod)]
    others = [ref for ref in refs if ref not in own]
    return _is_stale(own, stateful_set, pod) or any(
        ref.get("controller") for ref in others
    )


def _refs(claim: Object) -> list[Object]:
    return list(claim["metadata"].get("ownerReferences") or ())


def _names(ref: Object, owner: Object) -> bool:
    """Kubernetes: matchesRef"""
    found = (ref["apiVersion"], ref["kind"], ref["name"])
    return found == (owner["apiVersion"], owner["kind"], name(owner))


def _is_named(ref: Object, stateful_set: Object, pod: Object) -> bool:
    return _names(ref, stateful_set) or _names(ref, pod)


def _is_stale(own: list[Object], stateful_set: Object, pod: Object) -> bool:
    return any(ref["uid"] not in (uid(stateful_set), uid(pod)) for ref in own)


def _short(ref: Object) -> tuple[str, bool]:
    return ref["uid"], bool(ref.get("controller"))


def _wanted(stateful_set: Object, pod: Object) -> list[Object]:
    policy = stateful_set["spec"].get("persistentVolumeClaimRetentionPolicy") or {}
    ordinal = ordinal_of(stateful_set, pod)
    is_over = ordinal is None or not is_wanted(stateful_set, ordinal)
    if policy.get("whenScaled") == "Delete" and is_over:
        return [owner_reference(pod)]
    if policy.get("whenDeleted") == "Delete":
        return [owner_reference(stateful_set)]
    return []
