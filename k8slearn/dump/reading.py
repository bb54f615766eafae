"""From the objects of a dump to what a store can be put back from: one of each, in the version that is stored."""

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

# Answers about the moment, which nobody stores.
NOT_STORED = ("PodMetrics", "NodeMetrics", "ComponentStatus", "Status", "Table", "Binding")  # fmt: skip
_TEMPLATES = ("Deployment", "DaemonSet", "ReplicaSet", "StatefulSet", "Job", "ReplicationController")  # fmt: skip


def stored(objects: Iterable[Object]) -> list[Object]:
    """The objects as a store keeps them; of one that was dumped twice the newer."""
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
        # YAML with nothing behind a field; a time that is null is one that Go holds by value.
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
    return _of_today(o, row)


def _metadata(given: Object, row: Kind | None) -> Object:
    metadata = {k: v for k, v in given["metadata"].items() if v is not None}
    if row is None or not row.namespaced:
        if row is not None:
            metadata.pop("namespace", None)
        return metadata
    if not metadata.get("namespace"):
        metadata["namespace"] = "default"
    return metadata


def _of_today(o: Object, row: Kind) -> Object:
    """What an older version wrote, as the present one reads it back."""
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
        # Thousands of them, and nothing that came to be a default since is missed there.
        return o
    try:
        return row.default(o)
    except (KeyError, TypeError, AttributeError):
        # Not of the shape that its type has: it stays as it is.
        return o


def _without_null_time(spec: Object) -> Object:
    """A template without the `creationTimestamp: null` that Go wrote until 1.33: as a difference it would roll out."""
    template = spec.get("template")
    if not isinstance(template, dict) or not isinstance(template.get("metadata"), dict):
        return spec
    about = template["metadata"]
    if "creationTimestamp" not in about or about["creationTimestamp"] is not None:
        return spec
    left = {field: value for field, value in about.items() if value is not None}
    return {**spec, "template": {**template, "metadata": left}}


def numbered(objects: Iterable[Object], time: float) -> tuple[list[Object], int]:
    """The objects with a version of each one's own, and the latest of these.

    A version may be missing, no number (of an aggregated API), or another's as well: Events are often kept in an etcd
    of their own, which counts by itself. Such an object gets the next after the latest.
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
    """The object with uid and birth, which a dump that somebody has cut down may lack."""
    metadata: dict[str, Any] = o["metadata"]
    lacks = {}
    if not metadata.get("uid"):
        # From its key: the same dump gives the same cluster.
        lacks["uid"] = new_uid(FromText("/".join(key(o))))
    if not metadata.get("creationTimestamp"):
        lacks["creationTimestamp"] = timestamp(time)
    if lacks:
        return with_metadata(o, **lacks)
    return o
