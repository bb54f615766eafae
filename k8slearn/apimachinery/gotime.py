"""Go's words for a text that is no RFC 3339 time."""

from __future__ import annotations

import re
from functools import lru_cache

from k8slearn.apimachinery.gotext import go_quote

_LAYOUT = "2006-01-02T15:04:05Z07:00"
_MICRO_LAYOUT = "2006-01-02T15:04:05.000000Z07:00"

# The elements of a layout in their order, each with what Go's time.Parse takes for it: it is lenient about a
# one-digit hour and about fractions of a second, whatever the layout says.
_PARTS = [
    ("2006", r"\d{4}"),
    ("-", "-"),
    ("01", r"\d{2}"),
    ("-", "-"),
    ("02", r"\d{2}"),
    ("T", "T"),
    ("15", r"\d{1,2}"),
    (":", ":"),
    ("04", r"\d{2}"),
    (":", ":"),
    ("05", r"\d{2}(?:[.,]\d+)?"),
    ("Z07:00", r"Z|[+-]\d{2}:\d{2}"),
]
_LIMITS = {
    "01": (1, 12, "month"),
    "02": (1, 31, "day"),
    "15": (0, 23, "hour"),
    "04": (0, 59, "minute"),
    "05": (0, 59, "second"),
}


_AMOUNT = re.compile(r"\d+\.?\d*|\.\d+", re.ASCII)
_UNIT = re.compile(r"[^\d.]+", re.ASCII)
_UNITS = ("ns", "us", "µs", "μs", "ms", "s", "m", "h")
# No time is as long; what a client sends by the megabyte is not kept.
_MAX_KEPT = 64


def complaint(text: str, *, micro: bool = False) -> str:
    """Why the text is no time, '' if it is one. Kubernetes: apimachinery/pkg/apis/meta/v1/time.go UnmarshalJSON"""
    if len(text) > _MAX_KEPT:
        return _complaint(text, micro)
    return _known_complaint(text, micro)


def _complaint(text: str, micro: bool) -> str:
    quoted = go_quote(text)
    rest = text
    for element, pattern in _PARTS:
        match = re.match(pattern, rest)
        if match is None:
            layout = go_quote(_MICRO_LAYOUT if micro else _LAYOUT)
            left = go_quote(rest)
            wanted = go_quote(element)
            trouble = f"cannot parse {left} as {wanted}"
            return f"parsing time {quoted} as {layout}: {trouble}"
        digits = match.group()
        if _is_out_of_range(element, digits):
            _, _, unit = _LIMITS[element]
            return f"parsing time {quoted}: {unit} out of range"
        rest = rest[len(digits) :]
    if not rest:
        return ""
    extra = go_quote(rest)
    return f"parsing time {quoted}: extra text: {extra}"


# Kept, since every write of a Pod has the times of all its conditions in it, and most of them again.
_known_complaint = lru_cache(maxsize=4096)(_complaint)


def _is_out_of_range(element: str, digits: str) -> bool:
    if element not in _LIMITS:
        return False
    low, high, _ = _LIMITS[element]
    number = float(digits.replace(",", "."))
    # 59.9 seconds are in range, 60 are not.
    return not low <= number < high + 1


def duration_complaint(text: str) -> str:
    """Why the text is no duration such as 1m30s, '' if it is one or is empty. Go: time.ParseDuration"""
    rest = text.removeprefix("-").removeprefix("+")
    if not text or rest == "0":
        return ""
    quoted = go_quote(text)
    if not rest:
        return f"time: invalid duration {quoted}"
    while rest:
        number = _AMOUNT.match(rest)
        if number is None:
            return f"time: invalid duration {quoted}"
        rest = rest[number.end() :]
        unit = _UNIT.match(rest)
        if unit is None:
            return f"time: missing unit in duration {quoted}"
        if unit[0] not in _UNITS:
            return f"time: unknown unit {go_quote(unit[0])} in duration {quoted}"
        rest = rest[unit.end() :]
    return ""
