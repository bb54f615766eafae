"""What the descriptions of all kinds share: labels, annotations, moments, conditions, and what has happened.

Kubernetes: kubectl/pkg/describe/describe.go
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from k8slearn.apimachinery.client_side_apply import LAST_APPLIED
from k8slearn.apimachinery.objects import (
    Object,
    annotations_of,
    controller_ref,
    labels,
    name,
    namespace,
    uid,
)
from k8slearn.cluster import Cluster
from k8slearn.kinds.event import component_of
from k8slearn.kinds.printing import NONE, since

Lines = Iterator[str]
# Bytes of an annotation that stand on one line.
_LONGEST = 140


def pairs(title: str, found: Mapping[str, str], indent: str = "") -> Lines:
    """Labels, one a line. Kubernetes: printLabelsMultilineWithIndent"""
    yield from several(title, (f"{key}={found[key]}" for key in sorted(found)), indent)


def several(title: str, texts: Iterable[str], indent: str = "") -> Lines:
    """Texts below each other, of which the first stands beside the title."""
    head = f"{indent}{title}:"
    for text in texts:
        yield f"{head}\t{text}"
        head = indent
    if head != indent:
        yield f"{head}\t{NONE}"


def head(o: Object) -> Lines:
    """What most descriptions begin with."""
    yield f"Name:\t{name(o)}"
    yield f"Namespace:\t{namespace(o)}"


def labels_and_annotations(o: Object) -> Lines:
    """Of an object or a template."""
    yield from pairs("Labels", labels(o))
    yield from annotated("Annotations", annotations_of(o))


def annotated(title: str, found: Mapping[str, str]) -> Lines:
    """Kubernetes: printAnnotationsMultiline"""
    yield from several(title, _annotations(found))


def _annotations(found: Mapping[str, str]) -> Lines:
    for key in sorted(found):
        if key == LAST_APPLIED:
            continue
        value = found[key].removesuffix("\n")
        if len(f"{key}: {value}".encode()) <= _LONGEST and "\n" not in value:
            yield f"{key}: {value}"
            continue
        parts = (f"\t  {_shortened(part)}" for part in value.split("\n"))
        yield "\n".join([f"{key}:", *parts])


def _shortened(text: str) -> str:
    most = _LONGEST - 2
    told = text.encode()
    if len(told) <= most:
        return text
    return told[:most].decode(errors="replace") + "..."


def moment(text: str | None) -> str:
    """A moment as time.RFC1123Z has it; one that was never told is Go's first."""
    if not text:
        return "Mon, 01 Jan 0001 00:00:00 +0000"
    return datetime.fromisoformat(text).strftime("%a, %d %b %Y %H:%M:%S +0000")


def controller(o: Object) -> Lines:
    """Kubernetes: printController"""
    ref = controller_ref(o)
    if ref is not None:
        yield f"Controlled By:\t{ref['kind']}/{ref['name']}"


def conditions(o: Object) -> Lines:
    """Of what manages Pods: type, status and reason."""
    found = o.get("status", {}).get("conditions", ())
    if found:
        yield from ("Conditions:", "  Type\tStatus\tReason", "  ----\t------\t------")
    for each in found:
        yield f"  {each['type']} \t{each['status']}\t{each.get('reason', '')}"


# Events --------------------------------------------------------------------------------------------------------


def events_about(cluster: Cluster, o: Object, *uids: str) -> list[Object]:
    """Kubernetes: searchEvents, SortableEvents"""
    meant = uids or (uid(o),)
    every = cluster.list("Event")
    found = []
    for wanted in meant:
        for event in every:
            about = event["involvedObject"]
            place = about.get("namespace", "")
            if (about.get("name"), place, about.get("uid")) == (
                name(o),
                namespace(o),
                wanted,
            ):
                found.append(event)
    # The scheduler's, which say no such time, come first.
    return sorted(found, key=lambda event: event.get("lastTimestamp") or "")


def events(found: Iterable[Object], now: float) -> Lines:
    """Kubernetes: DescribeEvents"""
    yield "Events:"
    yield "  Type\tReason\tAge\tFrom\tMessage"
    yield "  ----\t------\t----\t----\t-------"
    for event in found:
        message = str(event.get("message", "")).strip()
        field = event["involvedObject"].get("fieldPath")
        if field:
            message = f"{field}: {message}"
        start = f"  {event.get('type', '')}\t{event.get('reason', '')}"
        yield f"{start}\t{_when(event, now)}\t{component_of(event)}\t{message}"


def _when(event: Object, now: float) -> str:
    first = since(event.get("eventTime") or event.get("firstTimestamp"), now)
    series = event.get("series")
    if series:
        last = since(series.get("lastObservedTime"), now)
        return f"{last} (x{series.get('count', 0)} over {first})"
    if event.get("count", 0) > 1:
        last = since(event.get("lastTimestamp"), now)
        return f"{last} (x{event['count']} over {first})"
    return first
