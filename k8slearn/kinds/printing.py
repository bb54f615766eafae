"""What the tables of `kubectl get` share: how they write ages, labels and what is missing.

Kubernetes: pkg/printers/internalversion/printers.go
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from k8slearn.apimachinery.objects import Readable, seconds_of

Cell = str | int

NONE = "<none>"
UNKNOWN = "<unknown>"
UNSET = "<unset>"
# kubectl's width stays bounded: of many ports or addresses only the first are shown.
FEW = 3
_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_YEAR = 365 * _DAY


def human_duration(seconds: float) -> str:
    """An age as kubectl writes it: 5s, 2m10s, 3h4m, 2d. Kubernetes: apimachinery duration, HumanDuration."""
    total = int(seconds)
    # Clocks of different machines may be a second apart: that is no reason to complain.
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
    if total < 8 * _YEAR:
        return _two(total, _YEAR, "y", _DAY, "d")
    return f"{total // _YEAR}y"


def _two(total: int, large: int, large_unit: str, small: int, small_unit: str) -> str:
    """Two units, as 2m10s, or only the larger where nothing is left for the smaller."""
    shown = f"{total // large}{large_unit}"
    rest = total % large // small
    if rest:
        shown += f"{rest}{small_unit}"
    return shown


def since(moment: str | None, now: float) -> str:
    """How long ago a timestamp was at `now` (simulated seconds)."""
    if not moment:
        return UNKNOWN
    return human_duration(now - seconds_of(moment))


def age(o: Readable, now: float) -> str:
    """How old an object is at `now` (simulated seconds)."""
    return since(o["metadata"].get("creationTimestamp"), now)


def first_few(words: list[str], empty: str, most: int = FEW, between: str = ",") -> str:
    """The first few words, and how many more there are. Kubernetes: formatEndpoints, formatHosts, formatHPAMetrics"""
    if not any(words):
        return empty
    shown = between.join(words[:most])
    more = len(words) - most
    if more <= 0:
        return shown
    return f"{shown} + {more} more..."


def balanced(status: Readable) -> list[str]:
    """Where a balancer answers: addresses or, with some clouds, names. Kubernetes: loadBalancerStatusStringer"""
    found = set[str]()
    for each in status.get("loadBalancer", {}).get("ingress", ()):
        found.add(each.get("ip") or each.get("hostname", ""))
    return sorted(found - {""})


def joined(found: Mapping[str, str] | None) -> str:
    """Labels as text. Kubernetes: apimachinery pkg/labels, FormatLabels"""
    if not found:
        return NONE
    pairs: list[str] = []
    for key in sorted(found):
        pairs.append(f"{key}={found[key]}")
    return ",".join(pairs)


def selector_text(selector: Readable | None) -> str:
    """A label selector as text. Kubernetes: apimachinery meta/v1, FormatLabelSelector"""
    selector = selector or {}
    parts: list[tuple[str, str]] = []
    for key, value in selector.get("matchLabels", {}).items():
        parts.append((key, f"{key}={value}"))
    # Of two requirements with one key and operator the last counts, as in a Go map.
    expressions: dict[tuple[str, str], list[str]] = {}
    for each in selector.get("matchExpressions", ()):
        kind = (each["key"], each["operator"])
        expressions[kind] = each.get("values", [])
    for (key, operator), values in expressions.items():
        words = _expression(key, operator, values)
        parts.append((key, words))
    if not parts:
        return NONE
    # By key; two requirements of one key by their text.
    parts.sort()
    return ",".join(text for _, text in parts)


def _expression(key: str, operator: str, values: Iterable[str]) -> str:
    listed = ",".join(sorted(values))
    words = {
        "In": f"{key} in ({listed})",
        "NotIn": f"{key} notin ({listed})",
        "Exists": key,
        "DoesNotExist": f"!{key}",
    }
    return words.get(operator, key)
