"""Volumes that only one Pod may have at a time: a disk by its Node, a claim with ReadWriteOncePod in the whole cluster.

Kubernetes: pkg/scheduler/framework/plugins/volumerestrictions/volume_restrictions.go
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from k8slearn.apimachinery.objects import Object, name, namespace
from k8slearn.kinds.pod.claims import claims_of
from k8slearn.scheduler.situation import Situation
from k8slearn.scheduler.volumes import PodClaims

NO_DISK = "node(s) had no available disk"
IN_USE = "node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode"


class Restrictions(NamedTuple):
    """What restricts a Pod: its disks that no other may share, and whether a claim of its own is in use."""

    disks: tuple[Object, ...] = ()
    in_use: bool = False


def restrictions_of(
    pod: Object, claims: PodClaims | None, seen: Situation
) -> Restrictions | None:
    """What a Pod's volumes ask for, None where they ask for nothing. Kubernetes: PreFilter"""
    volumes = pod["spec"].get("volumes") or ()
    disks = tuple(volume for volume in volumes if not _SHARED.keys().isdisjoint(volume))
    in_use = claims is not None and _is_in_use(pod, claims, seen)
    if disks or in_use:
        return Restrictions(disks, in_use)
    return None


def refused(wanted: Restrictions, others: Iterable[Object]) -> str:
    """Why a Pod cannot have its volumes beside others on a Node, '' if it can. Kubernetes: Filter"""
    theirs = [each for other in others for each in other["spec"].get("volumes") or ()]
    if any(_clash(mine, other) for mine in wanted.disks for other in theirs):
        return NO_DISK
    return IN_USE if wanted.in_use else ""


def _is_in_use(pod: Object, claims: PodClaims, seen: Situation) -> bool:
    """Whether a Pod on any Node has a claim that only one may have. Kubernetes: calPreFilterState"""
    known = [*claims.bound, *(unbound.claim for unbound in claims.to_bind)]
    alone = {
        name(claim)
        for claim in known
        if "ReadWriteOncePod" in (claim["spec"].get("accessModes") or ())
    }
    if not alone:
        return False
    for pods in seen.running.values():
        for other in pods.values():
            if namespace(other) == namespace(pod) and alone & _claims(other):
                return True
    return False


def _claims(pod: Object) -> set[str]:
    return {claim for claim, is_own in claims_of(pod) if not is_own}


def _clash(mine: Object, theirs: Object) -> bool:
    """Whether two volumes are one disk that cannot be had twice. Kubernetes: isVolumeConflict"""
    for source, is_same in _SHARED.items():
        ours, other = mine.get(source), theirs.get(source)
        if ours is None or other is None or not is_same(ours, other):
            continue
        only_read = ours.get("readOnly") and other.get("readOnly")
        if source == "awsElasticBlockStore" or not only_read:
            return True
    return False


def _same(field: str) -> Callable[[Object, Object], bool]:
    return lambda ours, other: bool(ours.get(field) == other.get(field))


def _same_image(ours: Object, other: Object) -> bool:
    monitors = set(ours.get("monitors") or ()) & set(other.get("monitors") or ())
    same = all(ours.get(field) == other.get(field) for field in ("pool", "image"))
    return bool(monitors) and same


_SHARED: dict[str, Callable[[Object, Object], bool]] = {
    "gcePersistentDisk": _same("pdName"),
    "awsElasticBlockStore": _same("volumeID"),
    "iscsi": _same("iqn"),
    "rbd": _same_image,
}
"""What makes two volumes of a kind the same disk."""
