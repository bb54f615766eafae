"""When a dump was taken: the newest time of anything that has happened, by its objects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from k8slearn.apimachinery.objects import Object, seconds_of
from k8slearn.kinds.event import TIMES

# Only times of past events: a deletionTimestamp, a certificate's end or a next run may lie ahead.
_METADATA = ("creationTimestamp",)
_OF_CONDITIONS = ("lastTransitionTime", "lastHeartbeatTime", "lastUpdateTime")
_OF_LEASES = ("acquireTime", "renewTime")
_OF_STATUSES = ("startTime", "completionTime", "lastScheduleTime", "lastSuccessfulTime")
_OF_STATES = ("startedAt", "finishedAt")


def newest(objects: Iterable[Object]) -> float | None:
    """The newest time in simulated seconds, None where there is none."""
    texts: set[str] = set()
    for o in objects:
        texts.update(_texts(o))
    found = [moment for moment in map(_seconds, texts) if moment is not None]
    return max(found, default=None)


def _texts(o: Object) -> Iterator[str]:
    metadata = o["metadata"]
    yield from _times_at(metadata, _METADATA)
    for entry in _list(metadata.get("managedFields")):
        yield from _times_at(entry, ("time",))
    if o["kind"] == "Event":
        yield from _times_at(o, TIMES)
    if o["kind"] == "Lease":
        yield from _times_at(o.get("spec"), _OF_LEASES)
    status = o.get("status")
    if not isinstance(status, dict):
        return
    yield from _times_at(status, _OF_STATUSES)
    for entry in _list(status.get("conditions")):
        yield from _times_at(entry, _OF_CONDITIONS)
    for field in ("containerStatuses", "initContainerStatuses"):
        for entry in _list(status.get(field)):
            yield from _of_container(entry)


def _of_container(entry: Any) -> Iterator[str]:
    if not isinstance(entry, dict):
        return
    for field in ("state", "lastState"):
        for state in (entry.get(field) or {}).values():
            yield from _times_at(state, _OF_STATES)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _times_at(o: Any, fields: Iterable[str]) -> Iterator[str]:
    if not isinstance(o, dict):
        return
    for field in fields:
        value = o.get(field)
        if isinstance(value, str) and value:
            yield value


def _seconds(text: str) -> float | None:
    try:
        return seconds_of(text)
    except (ValueError, TypeError):
        # A custom kind may have another format for times.
        return None
