"""What the API server fills in for each kind when an object is created, changed or deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from k8slearn.apimachinery.errors import bad_request, forbidden
from k8slearn.apimachinery.gotext import go_quote
from k8slearn.apimachinery.objects import (
    TEMPLATE_GENERATION,
    Object,
    annotations_of,
    timestamp,
    with_metadata,
)
from k8slearn.apimachinery.selectors import INTEGER, tolerates
from k8slearn.kinds.pod_template.defaults import asked_for
from k8slearn.kinds.pods import is_pod_terminal

if TYPE_CHECKING:
    from k8slearn.apiserver.store import Store

FOREGROUND = "foregroundDeletion"
ORPHAN = "orphan"
DEFAULT_GRACE = 30
PRIORITY_CLASSES = {
    "system-node-critical": 2000001000,
    "system-cluster-critical": 2000000000,
}


def prepare_for_create(o: Object, store: Store) -> Object:
    """The object with what its kind gets at birth."""
    prepare = _CREATE.get(o["kind"])
    return prepare(o, store) if prepare else o


def prepare_for_update(new: Object, old: Object) -> Object:
    """The new object with what its kind gets at a change of anything but the status."""
    if new["kind"] != "DaemonSet":
        return new
    generation = int(annotations_of(old).get(TEMPLATE_GENERATION, "1"))
    if new["spec"]["template"] != old["spec"]["template"]:
        generation += 1
    return _with_template_generation(new, generation)


def changes_generation(new: Object, old: Object) -> bool:
    """Whether the change counts in metadata.generation: the spec, or all but the metadata where there is no spec."""
    if "spec" in new or "spec" in old:
        return bool(new.get("spec") != old.get("spec"))
    return {**new, "metadata": 0} != {**old, "metadata": 0}


def uid_conflict(wanted: str, found: str) -> str:
    """The wording of a failed uid precondition."""
    return f"Precondition failed: UID in precondition: {wanted}, UID in object meta: {found}"


def mark_deleted(
    o: Object, grace: int | None, propagation: str | None, now: float
) -> Object:
    """The object as a delete request leaves it: with the finalizers of its propagation and its grace period (seconds).

    Kubernetes: apiserver pkg/registry/rest, BeforeDelete; pkg/registry/core/pod, CheckGracefulDelete.
    """
    meta = {**o["metadata"]}
    finalizers = [
        f
        for f in meta.get("finalizers") or ()
        if propagation is None or f not in (FOREGROUND, ORPHAN)
    ]
    if propagation in ("Foreground", "Orphan"):
        finalizers.append(FOREGROUND if propagation == "Foreground" else ORPHAN)
    if finalizers:
        meta["finalizers"] = finalizers
    else:
        meta.pop("finalizers", None)
    seconds = _grace(o, grace, again="deletionTimestamp" in meta)
    if "deletionTimestamp" not in meta:
        if "generation" in meta and (finalizers or seconds):
            meta["generation"] += 1
        meta |= {
            "deletionTimestamp": timestamp(now + seconds),
            "deletionGracePeriodSeconds": seconds,
        }
    elif seconds < meta.get("deletionGracePeriodSeconds", 0):
        meta |= {
            "deletionTimestamp": timestamp(now + seconds),
            "deletionGracePeriodSeconds": seconds,
        }
    marked = {**o, "metadata": meta}
    if o["kind"] == "Namespace":
        marked["status"] = {**o.get("status", {}), "phase": "Terminating"}
    return marked


def _grace(o: Object, asked: int | None, *, again: bool) -> int:
    """The grace period in seconds; a Pod that is already on its way out keeps its own unless one is asked for."""
    if o["kind"] != "Pod":
        return 0
    if again and asked is None:
        return int(o["metadata"].get("deletionGracePeriodSeconds", 0))
    if not o["spec"].get("nodeName") or is_pod_terminal(o):
        return 0
    seconds = (
        asked
        if asked is not None
        else int(o["spec"].get("terminationGracePeriodSeconds", DEFAULT_GRACE))
    )
    return seconds if seconds >= 0 else 1


def _with_template_generation(o: Object, generation: int) -> Object:
    return with_metadata(
        o, annotations={**annotations_of(o), TEMPLATE_GENERATION: str(generation)}
    )


def _daemon_set(o: Object, store: Store) -> Object:
    status = {
        "currentNumberScheduled": 0,
        "desiredNumberScheduled": 0,
        "numberMisscheduled": 0,
        "numberReady": 0,
    }
    return {**_with_template_generation(o, _given_generation(o)), "status": status}


def _given_generation(o: Object) -> int:
    """The template's generation that a manifest carries along, at least 1. Raises ApiError BadRequest for no number.

    Kubernetes: pkg/apis/apps/v1/conversion.go, Convert_v1_DaemonSet_To_apps_DaemonSet.
    """
    given = annotations_of(o).get(TEMPLATE_GENERATION, "1")
    if not INTEGER.fullmatch(given):
        reason = f"strconv.ParseInt: parsing {go_quote(given)}: invalid syntax"
        raise bad_request(
            f'DaemonSet in version "v1" cannot be handled as a DaemonSet: {reason}'
        )
    return max(int(given), 1)


def _pod(o: Object, store: Store) -> Object:
    spec = asked_for(
        {
            "enableServiceLinks": True,
            "preemptionPolicy": "PreemptLowerPriority",
            **o["spec"],
        }
    )
    spec["priority"] = _priority(o)
    spec["tolerations"] = _with_default_tolerations(spec.get("tolerations") or [])
    return {
        **o,
        "spec": spec,
        "status": {"phase": "Pending", "qosClass": qos_class(spec)},
    }


def _priority(pod: Object) -> int:
    """The Pod's priority. Raises ApiError Forbidden for a class that does not exist.

    Kubernetes: plugin/pkg/admission/priority.
    """
    wanted = pod["spec"].get("priorityClassName") or ""
    if wanted and wanted not in PRIORITY_CLASSES:
        shown = pod["metadata"].get("generateName") or pod["metadata"].get("name", "")
        raise forbidden("pods", shown, f"no PriorityClass with name {wanted} was found")
    return PRIORITY_CLASSES.get(wanted, 0)


def _with_default_tolerations(tolerations: list[Object]) -> list[Object]:
    """A Pod may stay five minutes on a Node that is not ready or unreachable, unless it says otherwise.

    Kubernetes: plugin/pkg/admission/defaulttolerationseconds.
    """
    found = list(tolerations)
    for key in ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"):
        if not any(
            tolerates(t, {"key": key, "effect": "NoExecute"}) for t in tolerations
        ):
            found.append(
                {
                    "key": key,
                    "operator": "Exists",
                    "effect": "NoExecute",
                    "tolerationSeconds": 300,
                }
            )
    return found


def qos_class(pod_spec: Object) -> str:
    """BestEffort, Burstable or Guaranteed. Kubernetes: pkg/apis/core/v1/helper/qos, ComputePodQOS."""
    containers = [c.get("resources") or {} for c in pod_spec.get("containers") or ()]
    asked = [(r.get("requests") or {}, r.get("limits") or {}) for r in containers]
    if not any(requests or limits for requests, limits in asked):
        return "BestEffort"
    complete = all(
        {"cpu", "memory"} <= limits.keys() and requests == limits
        for requests, limits in asked
    )
    return "Guaranteed" if complete else "Burstable"


def _service(o: Object, store: Store) -> Object:
    spec = o["spec"]
    if spec.get("type") != "ExternalName" and not spec.get("clusterIP"):
        address = _free_address(store)
        spec = {**spec, "clusterIP": address, "clusterIPs": [address]}
    return {**o, "spec": spec, "status": {"loadBalancer": {}}}


def _free_address(store: Store) -> str:
    taken = {service["spec"].get("clusterIP") for service in store.list("Service")}
    numbers = (f"10.96.{n // 256}.{n % 256}" for n in range(1, 65535))
    return next(address for address in numbers if address not in taken)


def _namespace(o: Object, store: Store) -> Object:
    labelled = {
        **(o["metadata"].get("labels") or {}),
        "kubernetes.io/metadata.name": o["metadata"]["name"],
    }
    spec = {"finalizers": ["kubernetes"]}
    return {
        **with_metadata(o, labels=labelled),
        "spec": spec,
        "status": {"phase": "Active"},
    }


_CREATE: dict[str, Callable[[Object, Store], Object]] = {
    "DaemonSet": _daemon_set,
    "Pod": _pod,
    "Service": _service,
    "Namespace": _namespace,
}
