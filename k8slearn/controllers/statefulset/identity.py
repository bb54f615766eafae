"""Which Pod of a StatefulSet is which: names, ordinals, revisions, volumes.

Kubernetes: pkg/controller/statefulset/stateful_set_utils.go
"""

from __future__ import annotations

import re

from k8slearn.apimachinery.objects import (
    HASH_LABEL,
    Object,
    Readable,
    is_deleting,
    labels,
    name,
    namespace,
    with_metadata,
)
from k8slearn.controllers.templates import pod_from_template
from k8slearn.kinds.pod.state import is_pod_available, is_pod_ready, phase
from k8slearn.kinds.workload import replicas_of

POD_NAME = "statefulset.kubernetes.io/pod-name"
POD_INDEX = "apps.kubernetes.io/pod-index"
_NAMED = re.compile(r"(.*)-([0-9]+)")


def start_of(stateful_set: Readable) -> int:
    """The first ordinal."""
    return int(stateful_set["spec"].get("ordinals", {}).get("start", 0))


def partition_of(stateful_set: Readable) -> int:
    """From which ordinal on Pods are updated."""
    strategy = stateful_set["spec"].get("updateStrategy", {})
    return int((strategy.get("rollingUpdate") or {}).get("partition", 0))


def pod_name(stateful_set: Readable, ordinal: int) -> str:
    """`db-0`."""
    return f"{name(stateful_set)}-{ordinal}"


def ordinal_of(stateful_set: Readable, pod: Object) -> int | None:
    """The ordinal in a Pod's name, None where the name is not one of this set. Kubernetes: getParentNameAndOrdinal"""
    found = _NAMED.fullmatch(name(pod))
    if found is None or found[1] != name(stateful_set):
        return None
    return int(found[2])


def is_wanted(stateful_set: Readable, ordinal: int) -> bool:
    """Whether there is to be a Pod of this ordinal. Kubernetes: podInOrdinalRange"""
    start = start_of(stateful_set)
    return start <= ordinal < start + replicas_of(stateful_set)


def revision_of(pod: Object) -> str:
    """The name of the revision that a Pod was made of. Kubernetes: getPodRevision"""
    return labels(pod).get(HASH_LABEL, "")


def template_of(revision: Readable) -> Object:
    """The template that a revision holds. Kubernetes: ApplyRevision"""
    held = revision["data"]["spec"]["template"]
    return {field: value for field, value in held.items() if field != "$patch"}


def new_pod(
    stateful_set: Object, current: Readable, update: Readable, ordinal: int
) -> Object:
    """The Pod of an ordinal: of the new revision, but below the partition of the current one.

    Kubernetes: newVersionedStatefulSetPod
    """
    strategy = stateful_set["spec"].get("updateStrategy", {})
    held_back = start_of(stateful_set) + partition_of(stateful_set)
    is_rolling = strategy.get("type", "RollingUpdate") == "RollingUpdate"
    revision = current if is_rolling and ordinal < held_back else update
    template = template_of(revision)
    own = pod_name(stateful_set, ordinal)
    marks = {
        **labels(template),
        POD_NAME: own,
        POD_INDEX: str(ordinal),
        HASH_LABEL: name(revision),
    }
    pod = pod_from_template(stateful_set, template, labels=marks)
    pod["metadata"] = {**pod["metadata"], "name": own}
    spec = {**pod["spec"], "hostname": own}
    if stateful_set["spec"].get("serviceName"):
        spec["subdomain"] = stateful_set["spec"]["serviceName"]
    mounted = _volumes(stateful_set, spec.get("volumes", ()), ordinal)
    if mounted:
        spec["volumes"] = mounted
    return {**pod, "spec": spec}


def _volumes(
    stateful_set: Object, given: list[Object] | tuple[()], ordinal: int
) -> list[Object]:
    """The template's volumes, with a claim of its own for each claim template. Kubernetes: updateStorage"""
    own = claims_of(stateful_set, ordinal)
    made = [
        {"name": template, "persistentVolumeClaim": {"claimName": name(claim)}}
        for template, claim in own.items()
    ]
    return made + [volume for volume in given if volume["name"] not in own]


def claims_of(stateful_set: Object, ordinal: int) -> dict[str, Object]:
    """The claims of a Pod by the names of their templates. Kubernetes: getPersistentVolumeClaims"""
    found = {}
    selector = stateful_set["spec"].get("selector", {}).get("matchLabels", {})
    for template in stateful_set["spec"].get("volumeClaimTemplates", ()):
        own = f"{name(template)}-{pod_name(stateful_set, ordinal)}"
        metadata = {
            **template["metadata"],
            "name": own,
            "namespace": namespace(stateful_set),
            "labels": {**labels(template), **selector},
        }
        found[name(template)] = {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": metadata,
            "spec": template["spec"],
        }
    return found


def with_identity(stateful_set: Object, pod: Object) -> Object:
    """The Pod with the labels that say which it is, itself where it has them. Kubernetes: identityMatches"""
    found = labels(pod)
    if found.get(POD_NAME) == name(pod):
        return pod
    marks = {POD_NAME: name(pod), POD_INDEX: str(ordinal_of(stateful_set, pod))}
    return with_metadata(pod, labels={**found, **marks})


# How a Pod is -----------------------------------------------------------------------------------------------------


def is_running_and_ready(pod: Object) -> bool:
    """Kubernetes: isRunningAndReady"""
    return phase(pod) == "Running" and is_pod_ready(pod)


def is_available(pod: Object, min_ready: int, now: float) -> bool:
    """Kubernetes: isRunningAndAvailable"""
    return is_running_and_ready(pod) and is_pod_available(pod, min_ready, now)


def is_healthy(pod: Object) -> bool:
    """Kubernetes: isHealthy"""
    return is_running_and_ready(pod) and not is_deleting(pod)
