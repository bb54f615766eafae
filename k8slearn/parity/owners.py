"""The part of a workload record about Deployments, ReplicaSets, StatefulSets, Jobs, CronJobs and claims."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from json import dumps

from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import (
    HASH_LABEL,
    TEMPLATE_HASH_LABEL,
    Object,
    annotations_of,
    controller_ref,
    is_deleting,
    labels,
    name,
    namespace,
    uid,
)
from k8slearn.controllers.deployment import bookkeeping
from k8slearn.controllers.job.pods import INDEX
from k8slearn.controllers.statefulset.identity import POD_NAME
from k8slearn.parity.generated import without_minute, without_names

Named = Callable[[Object], str]
PARTS = (
    "deployments",
    "replicaSets",
    "statefulSets",
    "jobs",
    "cronJobs",
    "persistentVolumeClaims",
)


def look(store: Reader, place: Named) -> Object:
    """The parts of a record about these kinds; `place` returns an object's key in it."""
    sets = {place(o): _deployment(o) for o in store.list("Deployment")}
    replica_sets = [_replica_set(o) for o in store.list("ReplicaSet")]
    numbers = {name(r): r["revision"] for r in store.list("ControllerRevision")}
    stateful = {place(o): _stateful_set(o, numbers) for o in store.list("StatefulSet")}
    claims = {place(o): _claim(o) for o in store.list("PersistentVolumeClaim")}
    return {
        "deployments": sets,
        "replicaSets": _sorted(replica_sets),
        "statefulSets": stateful,
        "jobs": sorted(map(_job, store.list("Job")), key=_by_text),
        "cronJobs": {place(o): _cron_job(o) for o in store.list("CronJob")},
        "persistentVolumeClaims": claims,
    }


def _sorted(found: Iterable[Object]) -> list[Object]:
    # Without the hash, ReplicaSets of one Deployment have the same name.
    return sorted(found, key=lambda o: (o["name"], int(o.get("revision") or 0)))


def _by_text(o: Object) -> tuple[str, str]:
    # Without the minute, Jobs of one CronJob have the same name.
    return o["name"], dumps(o, sort_keys=True)


def lasting_name(pod: Object) -> str | None:
    """A Pod's name if it is not random, else None."""
    is_numbered = labels(pod).get(POD_NAME) == name(pod)
    if pod["metadata"].get("generateName") and not is_numbered:
        return None
    return name(pod)


def pod_details(pod: Object, store: Reader) -> Object:
    """The owner's name and revision of a Pod, without generated parts."""
    found: Object = {}
    ref = controller_ref(pod)
    index = annotations_of(pod).get(INDEX)
    if index is not None:
        found["completionIndex"] = index
    place = namespace(pod)
    # The label of StatefulSets' Pods is the name of their revision, also after they were released.
    marked = store.get("ControllerRevision", labels(pod).get(HASH_LABEL, ""), place)
    if marked is not None:
        found["revision"] = marked["revision"]
    if ref is None:
        return found
    found["owner"] = f"{ref['kind']}/{owner_name(ref['kind'], ref['name'], pod)}"
    if ref["kind"] == "ReplicaSet":
        owner = store.get("ReplicaSet", ref["name"], place)
        # An object of the same name that was created later is not the owner.
        own = owner is not None and uid(owner) == ref["uid"]
        found["revision"] = bookkeeping.revision_of(owner or {}) if own else None
    return found


def owner_name(kind: str, own: str, o: Object) -> str:
    """A name without the hash of a template or the minute of a schedule."""
    if kind == "ReplicaSet":
        template_hash = labels(o).get(TEMPLATE_HASH_LABEL)
        if template_hash:
            return own.removesuffix(template_hash) + "HASH"
    return without_minute(own)


def _basics(o: Object) -> Object:
    spec = o["spec"]
    return {
        "generation": o["metadata"].get("generation"),
        "replicas": spec.get("replicas"),
        "deleting": is_deleting(o),
    }


def _status(o: Object) -> Object:
    """The status, with conditions without times and generated names."""
    status = {**o.get("status", {})}
    if "conditions" in status:
        told = [_condition(each) for each in status["conditions"]]
        status["conditions"] = sorted(told, key=lambda each: str(each["type"]))
    return status


def _condition(entry: Object) -> Object:
    about: Object = {
        f: entry[f] for f in ("type", "status", "reason", "message") if f in entry
    }
    if "message" in about:
        about["message"] = without_names(about["message"])
    return about


def _deployment(o: Object) -> Object:
    paused = bool(o["spec"].get("paused"))
    revision = annotations_of(o).get(bookkeeping.REVISION)
    return {**_basics(o), "paused": paused, "revision": revision, "status": _status(o)}


def _replica_set(o: Object) -> Object:
    ref = controller_ref(o)
    marks = annotations_of(o)
    status = _status(o)
    status.pop("observedGeneration", None)
    place = namespace(o)
    return {
        "name": owner_name("ReplicaSet", name(o), o),
        "namespace": None if place == "default" else place,
        "owner": f"{ref['kind']}/{ref['name']}" if ref else None,
        "revision": marks.get(bookkeeping.REVISION),
        "revisionHistory": marks.get(bookkeeping.HISTORY),
        "replicas": o["spec"].get("replicas"),
        "desired": marks.get(bookkeeping.DESIRED),
        "maxReplicas": marks.get(bookkeeping.MAXIMUM),
        "minReadySeconds": o["spec"].get("minReadySeconds"),
        "images": [c["image"] for c in o["spec"]["template"]["spec"]["containers"]],
        "deleting": is_deleting(o),
        "status": status,
    }


def _stateful_set(o: Object, numbers: dict[str, int]) -> Object:
    status = _status(o)
    for field in ("currentRevision", "updateRevision"):
        if field in status:
            status[field] = numbers.get(status[field])
    return {**_basics(o), "status": status}


def _job(o: Object) -> Object:
    spec = o["spec"]
    ref = controller_ref(o)
    status = _status(o)
    for field in ("startTime", "completionTime"):
        if field in status:
            status[field] = "TIME"
    return {
        "name": owner_name("Job", name(o), o),
        "owner": f"{ref['kind']}/{ref['name']}" if ref else None,
        "completions": spec.get("completions"),
        "parallelism": spec.get("parallelism"),
        "suspend": spec.get("suspend"),
        "deleting": is_deleting(o),
        "status": status,
    }


def _cron_job(o: Object) -> Object:
    status = o.get("status", {})
    return {
        "active": len(status.get("active") or ()),
        "suspend": bool(o["spec"].get("suspend")),
        "lastScheduleTime": "lastScheduleTime" in status,
        "lastSuccessfulTime": "lastSuccessfulTime" in status,
    }


def _claim(o: Object) -> Object:
    owners = o["metadata"].get("ownerReferences") or ()
    return {
        "deleting": is_deleting(o),
        "owners": sorted(f"{ref['kind']}/{ref['name']}" for ref in owners),
        "phase": o.get("status", {}).get("phase"),
    }
