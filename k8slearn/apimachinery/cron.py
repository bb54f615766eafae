"""Cron schedules: five fields or a word such as @hourly, and the next moment that one means.

Upstream takes them from robfig/cron, ParseStandard; its words for what is wrong are told to whoever writes a CronJob.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")  # fmt: skip
DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_WORDS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_EVERY = "@every "
_UNITS = {"h": 3600, "m": 60, "s": 1}
# A schedule may mean no day at all (30 February): after so many years nobody looks further, as upstream.
_YEARS = 5
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)


class BadSchedule(Exception):
    """A text that is no schedule, worded as the parser words it."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one field may hold, and the names that stand for numbers."""

    low: int
    high: int
    names: Mapping[str, int]


_BOUNDS = (
    Bounds(low=0, high=59, names={}),
    Bounds(low=0, high=23, names={}),
    Bounds(low=1, high=31, names={}),
    Bounds(
        low=1, high=12, names={name: number for number, name in enumerate(MONTHS, 1)}
    ),
    Bounds(low=0, high=6, names={name: number for number, name in enumerate(DAYS)}),
)


@dataclass(frozen=True, slots=True)
class Schedule:
    """The moments that a schedule means; `every` (seconds) is set for `@every 1h` alone.

    `any_day` and `any_weekday` are whether those fields were a star: if one was, the other one alone decides.
    """

    minutes: frozenset[int] = frozenset()
    hours: frozenset[int] = frozenset()
    days: frozenset[int] = frozenset()
    months: frozenset[int] = frozenset()
    weekdays: frozenset[int] = frozenset()
    any_day: bool = True
    any_weekday: bool = True
    every: int = 0

    def after(self, moment: datetime) -> datetime | None:
        """The first moment that it means later than this one; None where there is none for years."""
        if self.every:
            return moment.replace(microsecond=0) + timedelta(seconds=self.every)
        found = moment.replace(second=0, microsecond=0) + _MINUTE
        last = moment.year + _YEARS
        # From the largest step to the smallest: a year is 366 looks at days, not half a million at minutes.
        while found.year <= last:
            if found.month not in self.months or not self._is_day(found):
                found = found.replace(hour=0, minute=0) + _DAY
            elif found.hour not in self.hours:
                found = found.replace(minute=0) + _HOUR
            elif found.minute not in self.minutes:
                found += _MINUTE
            else:
                return found
        return None

    def _is_day(self, moment: datetime) -> bool:
        # Kubernetes' parser: a star leaves the choice to the other field; of two that say something one is enough.
        by_date = moment.day in self.days
        by_weekday = (moment.weekday() + 1) % 7 in self.weekdays
        if self.any_day or self.any_weekday:
            return by_date and by_weekday
        return by_date or by_weekday


def parse(text: str) -> Schedule:
    """Read a schedule. Raises BadSchedule."""
    if not text:
        raise BadSchedule("empty spec string")
    if text.startswith("@"):
        return _word(text)
    fields = text.split()
    if len(fields) != len(_BOUNDS):
        listed = " ".join(fields)
        words = f"expected exactly 5 fields, found {len(fields)}: [{listed}]"
        raise BadSchedule(words)
    sets = [_field(f, bounds) for f, bounds in zip(fields, _BOUNDS, strict=True)]
    minutes, hours, days, months, weekdays = sets
    return Schedule(
        minutes,
        hours,
        days,
        months,
        weekdays,
        any_day=_is_star(fields[2]),
        any_weekday=_is_star(fields[4]),
    )


def _is_star(field: str) -> bool:
    return field[0] in "*?"


def _word(text: str) -> Schedule:
    if text.startswith(_EVERY):
        return Schedule(every=_seconds(text.removeprefix(_EVERY)))
    if text not in _WORDS:
        raise BadSchedule(f"unrecognized descriptor: {text}")
    return parse(_WORDS[text])


def _seconds(text: str) -> int:
    """`1h30m` in seconds, at least one."""
    total = 0
    number = ""
    for letter in text:
        if letter.isdigit():
            number += letter
        elif number and letter in _UNITS:
            total += int(number) * _UNITS[letter]
            number = ""
        else:
            number = ""
            break
    else:
        if total and not number:
            return total
    raise BadSchedule(f"failed to parse duration @every {text}")


def _field(text: str, bounds: Bounds) -> frozenset[int]:
    found: set[int] = set()
    for part in text.split(","):
        found |= _range(part, bounds)
    return frozenset(found)


def _range(text: str, bounds: Bounds) -> set[int]:
    """`*`, `5`, `1-5`, `*/15` or `10-40/10`."""
    span, _, step_text = text.partition("/")
    if text.count("/") > 1:
        raise BadSchedule(f"too many slashes: {text}")
    low_text, dash, high_text = span.partition("-")
    if low_text in ("*", "?"):
        low = bounds.low
        high = bounds.high
    else:
        low = _number(low_text, bounds)
        high = low
        if "-" in high_text:
            raise BadSchedule(f"too many hyphens: {text}")
        if dash:
            high = _number(high_text, bounds)
    step = 1
    if "/" in text:
        step = _integer(step_text)
        # `5/15` goes on to the end of the field.
        if not dash:
            high = bounds.high
    _check(low, high, step, bounds, text)
    return set(range(low, high + 1, step))


def _check(low: int, high: int, step: int, bounds: Bounds, text: str) -> None:
    if low < bounds.low:
        raise BadSchedule(
            f"beginning of range ({low}) below minimum ({bounds.low}): {text}"
        )
    if high > bounds.high:
        raise BadSchedule(
            f"end of range ({high}) above maximum ({bounds.high}): {text}"
        )
    if low > high:
        raise BadSchedule(
            f"beginning of range ({low}) beyond end of range ({high}): {text}"
        )
    if step == 0:
        raise BadSchedule(f"step of range should be a positive number: {text}")


def _number(text: str, bounds: Bounds) -> int:
    named = bounds.names.get(text.lower())
    if named is None:
        return _integer(text)
    return named


def _integer(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        why = f'strconv.Atoi: parsing "{text}": invalid syntax'
        raise BadSchedule(f"failed to parse int from {text}: {why}")
    return int(text)
