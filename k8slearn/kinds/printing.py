"""How kubectl's tables write ages, labels and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from k8slearn.apimachinery.objects import Object, seconds_of

Cell = str | int

NONE = "<none>"
UNKNOWN = "<unknown>"
UNSET = "<unset>"
_MINUTE, _HOUR, _DAY, _YEAR = 60, 3600, 86400, 86400 * 365


def human_duration(seconds: float) -> str:
    """An age as kubectl writes it: 5s, 2m10s, 3h4m, 2d. Kubernetes: apimachinery duration, HumanDuration."""
    total = int(seconds)
    if total < -1:
        return "<invalid>"
    if total < 2 * _MINUTE:
        return f"{max(total, 0)}s"
    if total < 10 * _MINUTE:
        return _two(total, _MINUTE, "m", 1, "s")
    if total < 3 * _HOUR:
        return f"{total // _MINUTE}m"
    if total < 8 * _HOUR:
        return _two(total, _HOUR, "h", _MINUTE, "m")
    if total < 2 * _DAY:
        return f"{total // _HOUR}h"
    if total < 8 * _DAY:
        return _two(total, _DAY, "d", _HOUR, "h")
    if total < 2 * _YEAR:
        return f"{total // _DAY}d"
    return (
        _two(total, _YEAR, "y", _DAY, "d")
        if total < 8 * _YEAR
        else f"{total // _YEAR}y"
    )


def _two(total: int, large: int, large_unit: str, small: int, small_unit: str) -> str:
    rest = total % large // small
    return f"{total // large}{large_unit}" + (f"{rest}{small_unit}" if rest else "")


def since(moment: str | None, now: float) -> str:
    """How long ago a timestamp was at `now` (simulated seconds)."""
    return human_duration(now - seconds_of(moment)) if moment else UNKNOWN


def age(o: Object, now: float) -> str:
    """How old an object is at `now` (simulated seconds)."""
    return since(o["metadata"].get("creationTimestamp"), now)


def joined(found: Mapping[str, str] | None) -> str:
    """Labels as text. Kubernetes: apimachinery pkg/labels, FormatLabels"""
    return (
        ",".join(f"{key}={value}" for key, value in sorted((found or {}).items()))
        or NONE
    )


def selector_text(selector: Object | None) -> str:
    """A label selector as text. Kubernetes: apimachinery meta/v1, FormatLabelSelector"""
    selector = selector or {}
    expressions = {
        (e["key"], e["operator"]): e.get("values") or []
        for e in selector.get("matchExpressions") or ()
    }
    parts = [
        (key, f"{key}={value}")
        for key, value in (selector.get("matchLabels") or {}).items()
    ]
    parts += [
        (key, _expression(key, operator, values))
        for (key, operator), values in expressions.items()
    ]
    return ",".join(text for _, text in sorted(parts)) or NONE


def _expression(key: str, operator: str, values: Iterable[str]) -> str:
    listed = f"({','.join(sorted(values))})"
    words = {
        "In": f"{key} in {listed}",
        "NotIn": f"{key} notin {listed}",
        "Exists": key,
        "DoesNotExist": f"!{key}",
    }
    return words.get(operator, key)
