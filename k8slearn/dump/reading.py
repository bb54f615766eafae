"""Turns the objects of a dump into those of a store: one of each, in its stored version."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from k8slearn.apimachinery.names import new_uid
from k8slearn.apimachinery.objects import (
    Key,
    Object,
    key,
    timestamp,
    with_metadata,
)
from k8slearn.chance import FromText
from k8slearn.kinds import find_row
from k8slearn.kinds.kind import Kind

# Computed for each request and never stored.
NOT_STORED = ("PodMetrics", "NodeMetrics", "ComponentStatus", "Status", "Table", "Binding")  # fmt: skip
_TEMPLATES = ("Deployment", "DaemonSet", "ReplicaSet", "StatefulSet", "Job", "ReplicationController")  # fmt: skip


def stored(objects: Iterable[Object]) -> list[Object]:
    """The objects as a store keeps them; the newer one of duplicates."""
    found: dict[Key, Object] = {}
    for given in objects:
        if given["kind"] in NOT_STORED:
            continue
        o = _as_stored(given)
        place = key(o)
        known = found.get(place)
        if known is None or _version(o) >= _version(known):
            found[place] = o
    return list(found.values())


def _version(o: Object) -> int:
    text = str(o["metadata"].get("resourceVersion") or "")
    if text.isdecimal():
        return int(text)
    return 0


def _as_stored(given: Object) -> Object:
    """An object as its API server would decode it from etcd: in the stored version, with the defaults of today."""
    given = {"apiVersion": "v1", **given}
    row = find_row(given["apiVersion"], given["kind"])
    o = {**given}
    for field in ("spec", "status", "data"):
        # YAML without a value, or a time of Go's that is null.
        if field in o and o[field] is None:
            del o[field]
    o["metadata"] = _metadata(given, row)
    if row is None:
        return o
    o = row.to_stored(o)
    if "status" not in o and row.status:
        o["status"] = {}
    if o["kind"] == "Pod":
        o["status"].setdefault("phase", "Pending")
    return _upgraded(o, row)


def _metadata(given: Object, row: Kind | None) -> Object:
    metadata = {k: v for k, v in given["metadata"].items() if v is not None}
    if row is None or not row.namespaced:
        if row is not None:
            metadata.pop("namespace", None)
        return metadata
    if not metadata.get("namespace"):
        metadata["namespace"] = "default"
    return metadata


def _upgraded(o: Object, row: Kind) -> Object:
    """An object of an older server as the present version would read it from etcd."""
    if o["kind"] in _TEMPLATES:
        o = {**o, "spec": _without_null_time(o["spec"])}
    elif o["kind"] == "CronJob":
        job = o["spec"]["jobTemplate"]
        o = {**o, "spec": {**o["spec"], "jobTemplate": {**job, "spec": _without_null_time(job["spec"])}}}  # fmt: skip
    elif o["kind"] == "ControllerRevision":
        data = o.get("data")
        if isinstance(data, dict) and isinstance(data.get("spec"), dict):
            return {**o, "data": {**data, "spec": _without_null_time(data["spec"])}}
    if o["kind"] in ("Pod", "Event"):
        # There may be thousands of these, and they lack no newer default.
        return o
    try:
        return row.default(o)
    except (KeyError, TypeError, AttributeError):
        # It does not fit its type, and stays as it is.
        return o


def _without_null_time(spec: Object) -> Object:
    """A template without the `creationTimestamp: null` that Go wrote until 1.33, which would cause a rollout."""
    template = spec.get("template")
    if not isinstance(template, dict) or not isinstance(template.get("metadata"), dict):
        return spec
    about = template["metadata"]
    if "creationTimestamp" not in about or about["creationTimestamp"] is not None:
        return spec
    left = {field: value for field, value in about.items() if value is not None}
    return {**spec, "template": {**template, "metadata": left}}


def numbered(objects: Iterable[Object], time: float) -> tuple[list[Object], int]:
    """The objects, each with a unique resourceVersion, and the latest of these.

    A version may be missing, no number (in an aggregated API), or a duplicate: Events are often in an etcd of their
    own with its own count. Such an object gets the next version after the latest.
    """
    taken: set[int] = set()
    found: list[Object] = []
    late: list[Object] = []
    for o in objects:
        o = _identified(o, time)
        version = _version(o)
        if version and version not in taken:
            taken.add(version)
            found.append(o)
        else:
            late.append(o)
    latest = max(taken, default=0)
    for o in late:
        latest += 1
        found.append(with_metadata(o, resourceVersion=str(latest)))
    return found, latest


def _identified(o: Object, time: float) -> Object:
    """The object with a uid and a creationTimestamp, which an edited dump may lack."""
    metadata: dict[str, Any] = o["metadata"]
    lacks = {}
    if not metadata.get("uid"):
        # Derived from its key, so that the same dump gives the same cluster.
        lacks["uid"] = new_uid(FromText("/".join(key(o))))
    if not metadata.get("creationTimestamp"):
        lacks["creationTimestamp"] = timestamp(time)
    if lacks:
        return with_metadata(o, **lacks)
    return o
