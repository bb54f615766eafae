"""HorizontalPodAutoscaler in its first version: what that has no fields for stands in annotations, as JSON.

Kubernetes: pkg/apis/autoscaling/v1/conversion.go, pkg/apis/autoscaling/annotations.go
"""

from __future__ import annotations

import json
from typing import Any

from k8slearn.apimachinery.objects import Object, annotations_of, with_metadata

_PREFIX = "autoscaling.alpha.kubernetes.io/"
_METRICS = f"{_PREFIX}metrics"
_CURRENT = f"{_PREFIX}current-metrics"
_CONDITIONS = f"{_PREFIX}conditions"
_BEHAVIOR = f"{_PREFIX}behavior"
_KEPT = (_METRICS, _CURRENT, _CONDITIONS, _BEHAVIOR)
_UTILIZATION = "targetCPUUtilizationPercentage"
_CURRENT_UTILIZATION = "currentCPUUtilizationPercentage"
# What a metric is of, and the names of its figures; `{}` is "target", or "current" in the status.
_NAMED = ("pods", "object", "external")
_FIGURES = {
    "averageUtilization": "{}AverageUtilization",
    "averageValue": "{}AverageValue",
    "value": "{}Value",
}
_OF_OBJECTS = {**_FIGURES, "averageValue": "averageValue"}
_TYPES = {
    "averageUtilization": "Utilization",
    "averageValue": "AverageValue",
    "value": "Value",
}
_SELECTORS = {"external": "metricSelector"}


def stored(o: Object) -> Object:
    """v1 as v2 has it."""
    notes = annotations_of(o)
    spec = dict(o.get("spec", {}))
    metrics = [_newer(each, "target") for each in _read(notes, _METRICS, [])]
    percent = spec.pop(_UTILIZATION, None)
    if percent is not None:
        metrics.append(_of_cpu("target", {"type": "Utilization"}, percent))
    if metrics:
        spec["metrics"] = metrics
    behavior = _read(notes, _BEHAVIOR, None)
    if behavior is not None:
        spec["behavior"] = behavior
    found = {**_without_notes(o), "apiVersion": "autoscaling/v2", "spec": spec}
    return found | _status_stored(dict(o.get("status", {})), notes)


def _status_stored(status: Object, notes: dict[str, str]) -> Object:
    current = [_newer(each, "current") for each in _read(notes, _CURRENT, [])]
    percent = status.pop(_CURRENT_UTILIZATION, None)
    if percent is not None and not current:
        current = [_of_cpu("current", {}, percent)]
    if current:
        status["currentMetrics"] = current
    conditions = _read(notes, _CONDITIONS, [])
    if conditions:
        status["conditions"] = conditions
    return {"status": status} if status else {}


def shown(o: Object) -> Object:
    """v2 as v1 can say it."""
    spec = dict(o.get("spec", {}))
    status = dict(o.get("status", {}))
    notes = dict(annotations_of(o))
    others = []
    for metric in spec.pop("metrics", ()):
        percent = _percent(metric, "target")
        if percent is None:
            others.append(_older(metric, "target"))
        else:
            spec[_UTILIZATION] = percent
    current = status.pop("currentMetrics", ())
    for metric in current:
        percent = _percent(metric, "current")
        if percent is not None:
            status[_CURRENT_UTILIZATION] = percent
    kept = {
        _METRICS: others,
        _CURRENT: [_older(each, "current") for each in current],
        _CONDITIONS: status.pop("conditions", None),
        _BEHAVIOR: spec.pop("behavior", None),
    }
    for note, value in kept.items():
        if value:
            notes[note] = json.dumps(value, separators=(",", ":"))
    found = {**o, "apiVersion": "autoscaling/v1", "spec": spec, "status": status}
    if notes:
        return with_metadata(found, annotations=notes)
    return found


def _of_cpu(figures: str, kind: Object, percent: int) -> Object:
    figure = {**kind, "averageUtilization": percent}
    return {"type": "Resource", "resource": {"name": "cpu", figures: figure}}


def _percent(metric: Object, figures: str) -> int | None:
    """The one figure that v1 has a field for."""
    resource = metric.get("resource") or {}
    if resource.get("name") != "cpu":
        return None
    found: int | None = (resource.get(figures) or {}).get("averageUtilization")
    return found


def _read(notes: dict[str, str], note: str, otherwise: Any) -> Any:
    try:
        return json.loads(notes[note])
    except (KeyError, ValueError):
        # Whoever wrote nonsense there wrote nothing.
        return otherwise


def _without_notes(o: Object) -> Object:
    notes = annotations_of(o)
    if not any(note in notes for note in _KEPT):
        return o
    left = {note: text for note, text in notes.items() if note not in _KEPT}
    return with_metadata(o, annotations=left or None)


def _source(metric: Object) -> str:
    kind = str(metric.get("type", ""))
    return kind[:1].lower() + kind[1:]


def _figures(source: str, figures: str) -> dict[str, str]:
    """The figures of v2, each with its name in v1."""
    table = _OF_OBJECTS if source == "object" else _FIGURES
    return {new: old.format(figures) for new, old in table.items()}


def _older(metric: Object, figures: str) -> Object:
    """A metric as v1's annotation has it."""
    source = _source(metric)
    given = dict(metric.get(source) or {})
    values = given.pop(figures, None) or {}
    for new, old in _figures(source, figures).items():
        if new in values:
            given[old] = values[new]
    if source in _NAMED:
        about = given.pop("metric", None) or {}
        given["metricName"] = about.get("name", "")
        if "selector" in about:
            given[_SELECTORS.get(source, "selector")] = about["selector"]
    if "describedObject" in given:
        given["target"] = given.pop("describedObject")
    return {"type": metric.get("type", ""), source: given}


def _newer(metric: Object, figures: str) -> Object:
    """A metric of v1's annotation as v2 has it."""
    source = _source(metric)
    given = dict(metric.get(source) or {})
    about = {}
    if source == "object" and "target" in given:
        given["describedObject"] = given.pop("target")
    values: Object = {}
    for new, old in _figures(source, figures).items():
        if old in given:
            values[new] = given.pop(old)
            if figures == "target":
                values["type"] = _TYPES[new]
    if source in _NAMED:
        about["name"] = given.pop("metricName", "")
        selector = given.pop(_SELECTORS.get(source, "selector"), None)
        if selector is not None:
            about["selector"] = selector
        given["metric"] = about
    return {"type": metric.get("type", ""), source: {**given, figures: values}}
