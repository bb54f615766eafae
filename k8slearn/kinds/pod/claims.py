"""The claims behind a Pod's volumes: those that it names, and those that are made for it alone.

Kubernetes: component-helpers storage/ephemeral/ephemeral.go
"""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.apimachinery.objects import Object, controller_uid, name, namespace, uid

NOT_OWNER = "PVC {}/{} was not created for pod {}/{} (pod is not owner)"


def claims_of(pod: Object) -> Iterator[tuple[str, bool]]:
    """The names of the claims of a Pod's volumes, and whether each is made for this Pod."""
    for volume in pod["spec"].get("volumes") or ():
        if "persistentVolumeClaim" in volume:
            yield volume["persistentVolumeClaim"]["claimName"], False
        elif "ephemeral" in volume:
            yield claim_name(pod, volume), True


def claim_name(pod: Object, volume: Object) -> str:
    """The name of the claim that is made for an ephemeral volume. Kubernetes: VolumeClaimName"""
    return f"{name(pod)}-{volume['name']}"


def not_made_for(claim: Object, pod: Object) -> str:
    """Why a claim of that name is not the Pod's own, '' if it is. Kubernetes: VolumeIsForPod"""
    if controller_uid(claim) == uid(pod):
        return ""
    about = (namespace(claim), name(claim), namespace(pod), name(pod))
    return NOT_OWNER.format(*about)
