"""Where a Pod can have its volumes, and what is to be bound so that it has them there. Pure functions of objects.

Left out is CSIStorageCapacity: how much room a driver has on a Node.
Kubernetes: pkg/scheduler/framework/plugins/volumebinding, volume_binding.go and binder.go
"""

from __future__ import annotations

from typing import NamedTuple

from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import (
    Object,
    annotations_of,
    is_deleting,
    labels,
    name,
    namespace,
)
from k8slearn.controllers.volume_matching import (
    BIND_COMPLETED,
    CLAIM,
    CLASS,
    NO_PROVISIONER,
    SELECTED_NODE,
    VOLUME,
    binds_late,
    claimant,
    fitting_volumes,
    is_in_reach,
)
from k8slearn.kinds.claim_rules import asked_for
from k8slearn.kinds.node import REGION, ZONE
from k8slearn.kinds.persistentvolumeclaim import class_of
from k8slearn.kinds.pod.claims import claims_of, not_made_for

# The kinds whose changes may help a Pod that waits for its volumes.
STORAGE = (CLAIM, VOLUME, CLASS)
UNBOUND = "pod has unbound immediate PersistentVolumeClaims"
NOT_YET = "waiting for ephemeral volume controller to create the persistentvolumeclaim"
OUT_OF_REACH = "node(s) didn't match PersistentVolume's node affinity"
NO_MATCH = "node(s) didn't find available persistent volumes to bind"
OTHER_ZONE = "node(s) had no available volume zone"
# Kubernetes: plugins/volumezone, topologyLabels; a label of old is also met by the one that took its place.
_ZONES = {
    ZONE: ZONE,
    REGION: REGION,
    "failure-domain.beta.kubernetes.io/zone": ZONE,
    "failure-domain.beta.kubernetes.io/region": REGION,
}


class Unbound(NamedTuple):
    """A claim that gets a volume where its Pod goes, and those that it can get, in the order of choice."""

    claim: Object
    volumes: list[Object]


class PodClaims(NamedTuple):
    """The claims of a Pod: those with a volume, and those that get one where the Pod goes.

    `problem` is what keeps the Pod from every Node, '' for nothing.
    """

    bound: tuple[Object, ...] = ()
    to_bind: tuple[Unbound, ...] = ()
    problem: str = ""


class PodVolumes(NamedTuple):
    """What there is to bind on one Node: volumes for claims, and claims for which one is to be made there.

    `reasons` say why the Pod cannot have its volumes there.
    """

    found: tuple[tuple[Object, Object], ...] = ()
    to_make: tuple[Object, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def claims(self) -> list[Object]:
        """The claims that get a volume there."""
        return [*[claim for claim, _ in self.found], *self.to_make]


def pod_claims(pod: Object, reader: Reader | None) -> PodClaims | None:
    """A Pod's claims, None where it has none. Kubernetes: VolumeBinding.PreFilter, GetPodVolumeClaims"""
    if reader is None:
        return None
    bound = []
    to_bind = []
    immediate = False
    for wanted, is_own in claims_of(pod):
        claim = reader.get(CLAIM, wanted, namespace(pod))
        problem = _problem(claim, wanted, pod, is_own=is_own)
        if claim is None or problem:
            return PodClaims(problem=problem)
        if _is_bound(claim):
            bound.append(claim)
        # Whoever names a volume by hand has nothing chosen.
        elif binds_late(claim, reader) and not claim["spec"].get("volumeName"):
            to_bind.append(claim)
        else:
            immediate = True
    if immediate:
        return PodClaims(problem=UNBOUND)
    if not bound and not to_bind:
        return None
    # The modest first, so that each gets the smallest that will do.
    to_bind.sort(key=asked_for)
    volumes = reader.list(VOLUME) if to_bind else []
    unbound = [Unbound(claim, fitting_volumes(claim, volumes)) for claim in to_bind]
    return PodClaims(tuple(bound), tuple(unbound))


def _is_bound(claim: Object) -> bool:
    """Kubernetes: isPVCFullyBound"""
    is_complete = BIND_COMPLETED in annotations_of(claim)
    # What stands in for a claim that a dump lacks has no more than its phase.
    is_told = claim.get("status", {}).get("phase") == "Bound"
    return bool(claim["spec"].get("volumeName")) and (is_complete or is_told)


def _problem(claim: Object | None, wanted: str, pod: Object, *, is_own: bool) -> str:
    """Kubernetes: podHasPVCs"""
    if claim is None:
        if is_own:
            return f'{NOT_YET} "{wanted}"'
        return f'persistentvolumeclaim "{wanted}" not found'
    if claim.get("status", {}).get("phase") == "Lost":
        volume = claim["spec"].get("volumeName", "")
        return f'persistentvolumeclaim "{wanted}" bound to non-existent persistentvolume "{volume}"'
    if is_deleting(claim):
        return f'persistentvolumeclaim "{wanted}" is being deleted'
    return not_made_for(claim, pod) if is_own else ""


def find_volumes(claims: PodClaims, node: Object, reader: Reader) -> PodVolumes:
    """What a Pod's claims can have on a Node. Kubernetes: FindPodVolumes"""
    reasons = []
    if not all(_is_in_reach(claim, node, reader) for claim in claims.bound):
        reasons.append(OUT_OF_REACH)
    found = []
    to_make = []
    taken: set[str] = set()
    for claim, volumes in claims.to_bind:
        selected = annotations_of(claim).get(SELECTED_NODE)
        volume = None
        if selected is None:
            volume = _first(volumes, node, taken)
        if volume is not None:
            taken.add(name(volume))
            found.append((claim, volume))
        elif selected in (None, name(node)) and _can_be_made(claim, node, reader):
            to_make.append(claim)
        else:
            return PodVolumes(reasons=(*reasons, NO_MATCH))
    # Asked by a plugin of its own, after the one that binds.
    if not reasons and not all(_is_in_zone(c, node, reader) for c in claims.bound):
        reasons.append(OTHER_ZONE)
    return PodVolumes(tuple(found), tuple(to_make), tuple(reasons))


def _is_in_zone(claim: Object, node: Object, reader: Reader) -> bool:
    """Whether the labels of a volume let it go to a Node. Kubernetes: VolumeZone.Filter"""
    volume = reader.get(VOLUME, claim["spec"]["volumeName"])
    mine = labels(node)
    # Where Nodes have no zones there is but one.
    if volume is None or mine.keys().isdisjoint(_ZONES):
        return True
    for label, since in _ZONES.items():
        wanted = labels(volume).get(label)
        here = mine.get(label, mine.get(since))
        # A volume of several zones names them all.
        if wanted is not None and here not in wanted.split("__"):
            return False
    return True


def _first(volumes: list[Object], node: Object, taken: set[str]) -> Object | None:
    for volume in volumes:
        if name(volume) not in taken and is_in_reach(volume, node):
            return volume
    return None


def _is_in_reach(claim: Object, node: Object, reader: Reader) -> bool:
    volume = reader.get(VOLUME, claim["spec"]["volumeName"])
    return volume is None or is_in_reach(volume, node)


def _can_be_made(claim: Object, node: Object, reader: Reader) -> bool:
    """Whether somebody makes volumes of this class, for Nodes like this one. Kubernetes: checkVolumeProvisions"""
    found = reader.get(CLASS, class_of(claim)) or {}
    if found.get("provisioner") in (None, "", NO_PROVISIONER):
        return False
    terms = found.get("allowedTopologies") or ()
    return not terms or any(_takes(term, node) for term in terms)


def _takes(term: Object, node: Object) -> bool:
    """Kubernetes: MatchTopologySelectorTerms"""
    wanted = term.get("matchLabelExpressions") or ()
    mine = labels(node)
    taken = (mine.get(each.get("key")) in each.get("values", ()) for each in wanted)
    return bool(wanted) and all(taken)


def may_help(pod: Object, changed: Object) -> bool:
    """Whether a Pod that waits can be helped by a claim, a volume or a class that has changed.

    Kubernetes: isSchedulableAfterPersistentVolumeClaimChange, isSchedulableAfterStorageClassChange
    """
    wanted = [claim for claim, _ in claims_of(pod)]
    if changed["kind"] == CLAIM:
        return namespace(changed) == namespace(pod) and name(changed) in wanted
    if changed["kind"] == VOLUME and claimant(changed):
        return claimant(changed) in [f"{namespace(pod)}/{each}" for each in wanted]
    return bool(wanted)
