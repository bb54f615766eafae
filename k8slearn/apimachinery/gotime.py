"""Go's words for a text that is no RFC 3339 time."""

from __future__ import annotations

import re
from functools import lru_cache

from k8slearn.apimachinery.gotext import go_quote

_LAYOUT = "2006-01-02T15:04:05Z07:00"
_MICRO_LAYOUT = "2006-01-02T15:04:05.000000Z07:00"
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
_LIMITS = {"01": (1, 12, "month"), "02": (1, 31, "day"), "15": (0, 23, "hour"), "04": (0, 59, "minute"),
           "05": (0, 59, "second")}  # fmt: skip


@lru_cache(maxsize=4096)
def complaint(text: str, *, micro: bool = False) -> str:
    """Why the text is no time, '' if it is one. Kubernetes: apimachinery/pkg/apis/meta/v1/time.go UnmarshalJSON"""
    layout = _MICRO_LAYOUT if micro else _LAYOUT
    rest = text
    for element, pattern in _PARTS:
        match = re.match(pattern, rest)
        if match is None:
            what = f"{go_quote(text)} as {go_quote(layout)}"
            return f"parsing time {what}: cannot parse {go_quote(rest)} as {go_quote(element)}"
        if _is_out_of_range(element, match.group()):
            return f"parsing time {go_quote(text)}: {_LIMITS[element][2]} out of range"
        rest = rest[match.end() :]
    return (
        f"parsing time {go_quote(text)}: extra text: {go_quote(rest)}" if rest else ""
    )


def _is_out_of_range(element: str, digits: str) -> bool:
    if element not in _LIMITS:
        return False
    low, high, _ = _LIMITS[element]
    return not low <= float(digits.replace(",", ".")) < high + 1
