"""Durations in words."""

from __future__ import annotations

from k8slearn.locale import rehearsal as words

# The next larger unit is used from this many on: 90 秒, and only then 1.6 分钟.
_UPTO = 90.0


def seconds_text(seconds: float) -> str:
    """One duration: 2.3 秒, 45 秒, 12 分钟, 1.7 小时."""
    unit = _unit(seconds)
    return words.DURATION.format(
        number=_number(seconds / unit),
        unit=words.UNITS[unit],
    )


def range_text(quick: float, slow: float) -> str:
    """A range of durations; a common unit is named once, and equal ends give a single duration."""
    unit = _unit(slow)
    if _unit(quick) != unit:
        return words.RANGE.format(first=seconds_text(quick), last=seconds_text(slow))
    first = _number(quick / unit)
    last = _number(slow / unit)
    number = (
        last
        if first == last
        else words.RANGE.format(
            first=first,
            last=last,
        )
    )
    return words.DURATION.format(
        number=number,
        unit=words.UNITS[unit],
    )


def _unit(seconds: float) -> int:
    if seconds <= _UPTO:
        return 1
    if seconds <= _UPTO * 60:
        return 60
    return 3600


def _number(value: float) -> str:
    """A number with two significant digits, which is all that is known."""
    return f"{value:.0f}" if value >= 9.95 else f"{value:.1f}".removesuffix(".0")
