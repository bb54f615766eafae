"""Kinds that are served in a second version: the same objects under other names of fields.

Kubernetes: pkg/apis/core/v1/conversion.go, pkg/apis/events/v1/conversion.go
"""

from __future__ import annotations

from k8slearn.apimachinery.objects import Object
from k8slearn.kinds import scaler_versions
from k8slearn.kinds.cells import cells_by_title
from k8slearn.kinds.event import ABOUT, EVENT
from k8slearn.kinds.event import cells as event_cells
from k8slearn.kinds.kind import Kind, text_at

# What events.k8s.io calls otherwise than v1 does.
_EVENT_NAMES = {
    "regarding": "involvedObject",
    "note": "message",
    "reportingController": "reportingComponent",
    "deprecatedSource": "source",
    "deprecatedFirstTimestamp": "firstTimestamp",
    "deprecatedLastTimestamp": "lastTimestamp",
    "deprecatedCount": "count",
}
_OLD_EVENT_NAMES = {old: new for new, old in _EVENT_NAMES.items()}


def _renamed(o: Object, names: dict[str, str], api_version: str) -> Object:
    found = {names.get(field, field): value for field, value in o.items()}
    return found | {"apiVersion": api_version}


def _event_stored(o: Object) -> Object:
    return _renamed(o, _EVENT_NAMES, "v1")


def _event_shown(o: Object) -> Object:
    return _renamed(o, _OLD_EVENT_NAMES, "events.k8s.io/v1")


def _event_cells(o: Object, now: float) -> list[str | int]:
    return event_cells(_event_stored(o), now)


# Kubernetes: pkg/apis/events/v1, AddFieldLabelConversionsForEvent
_EVENT_FIELDS = {
    **{f"regarding.{field}": text_at(f"involvedObject.{field}") for field in ABOUT},
    "reportingController": text_at("reportingComponent"),
    **{field: EVENT.selectable_fields[field] for field in ("reason", "source", "type")},
}

OTHER_VERSIONS = (
    Kind(
        "events.k8s.io/v1",
        "Event",
        to_stored=_event_stored,
        from_stored=_event_shown,
        created_by_put=True,
        cells=_event_cells,
        selectable_fields=_EVENT_FIELDS,
    ),
    Kind(
        "autoscaling/v1",
        "HorizontalPodAutoscaler",
        to_stored=scaler_versions.stored,
        from_stored=scaler_versions.shown,
        cells=cells_by_title("autoscaling/v2", "HorizontalPodAutoscaler"),
    ),
)
