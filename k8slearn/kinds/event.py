"""Event: what a component has to say about another object.

Kubernetes: pkg/registry/core/event/strategy.go, pkg/apis/core/validation/events.go
"""

from __future__ import annotations

from k8slearn.apimachinery.field import Causes, invalid
from k8slearn.apimachinery.objects import Object, name
from k8slearn.kinds.kind import Kind, texts_at
from k8slearn.kinds.printing import Cell, since

# metav1.Time and MicroTime by value: Go writes an unset one as null instead of leaving it out.
TIMES = ("eventTime", "firstTimestamp", "lastTimestamp")


def validate(event: Object) -> Causes:
    """An Event lies in the namespace of what it is about. Kubernetes: legacyValidateEvent"""
    about = event.get("involvedObject", {}).get("namespace", "")
    # What has no namespace, as a Node, has its Events in `default`.
    if (about or "default") != event["metadata"].get("namespace"):
        detail = "does not match event.namespace"
        yield invalid("involvedObject.namespace", about, detail)


def with_null_times(event: Object) -> Object:
    """The Event with its unset times as null."""
    return {**dict.fromkeys(TIMES), **event}


def component_of(event: Object) -> str:
    """The component that reports: older clients name it in `source`, newer ones in `reportingComponent`."""
    source = event.get("source", {})
    return str(source.get("component") or event.get("reportingComponent", ""))


def _source(event: Object) -> str:
    # Kubernetes: formatEventSource
    source = event.get("source", {})
    instance = source.get("host") or event.get("reportingInstance", "")
    component = component_of(event)
    if instance:
        return f"{component}, {instance}"
    return component


def _subject(about: Object) -> str:
    kind = str(about.get("kind", "")).lower()
    if about.get("name"):
        return f"{kind}/{about['name']}"
    return kind


def cells(o: Object, now: float) -> list[Cell]:
    """Kubernetes: printEvent"""
    series = o.get("series", {})
    about = o.get("involvedObject", {})
    first = since(o.get("firstTimestamp") or o.get("eventTime"), now)
    last = first
    # A series tells of its latest occurrence, an Event that happened once has only its first.
    latest = series.get("lastObservedTime") or o.get("lastTimestamp")
    if latest:
        last = since(latest, now)
    return [
        last,
        o.get("type", ""),
        o.get("reason", ""),
        _subject(about),
        about.get("fieldPath", ""),
        _source(o),
        str(o.get("message", "")).strip(),
        first,
        int(series.get("count") or o.get("count") or 1),
        name(o),
    ]


ABOUT = (
    "kind",
    "namespace",
    "name",
    "uid",
    "apiVersion",
    "resourceVersion",
    "fieldPath",
)

EVENT = Kind(
    "v1",
    "Event",
    create_rules=validate,
    # Its metadata is no part of ValidateEventCreate: the registry looks at it afterwards (rest.BeforeCreate).
    rules_before_metadata=True,
    # Kubernetes: pkg/controller/garbagecollector, ignoredResources
    owner_graph=False,
    # A recorder counts up an Event that may have expired meanwhile.
    created_by_put=True,
    with_null_times=with_null_times,
    cells=cells,
    selectable_fields={
        **texts_at(*(f"involvedObject.{field}" for field in ABOUT)),
        **texts_at("reason", "reportingComponent", "type"),
        "source": component_of,
    },
)
