"""What the learner has done: a small file next to the notebooks, without personal data, safe to delete."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

FILE = "progress.json"
PLACE = "K8SLEARN_PROGRESS"
"""Names another file; empty: nothing is kept."""
VERSION = 1
SECTIONS = ("exercises", "questions")
BROKEN = ".broken"

Done = dict[str, dict[str, list[str]]]


@dataclass(frozen=True, slots=True)
class Guesses:
    """How often a lab asked what would happen next, and how often the guess was right."""

    right: int = 0
    asked: int = 0


@dataclass(frozen=True, slots=True)
class _Kept:
    lessons: Done = field(default_factory=dict)
    guesses: Guesses = Guesses()


def path() -> Path | None:
    """Where the progress is kept: beside the notebook that runs, None where nothing is to be kept."""
    place = os.environ.get(PLACE, FILE)
    return Path(place).absolute() if place else None


def done() -> Done:
    """For each lesson, for each section, the keys that were done; a file that cannot be read is put aside."""
    return _kept().lessons


def guesses() -> Guesses:
    """The predictions made in labs."""
    return _kept().guesses


def record(lesson: str, section: str, key: str) -> None:
    """Note that something was done; a folder that cannot be written to is no error, nothing is kept then."""
    known = _kept()
    keys = known.lessons.setdefault(lesson, {}).setdefault(section, [])
    if key not in keys:
        keys.append(key)
        _keep(known)


def guess(right: bool) -> None:
    """Count a prediction made in a lab."""
    known = _kept()
    before = known.guesses
    _keep(replace(known, guesses=Guesses(before.right + right, before.asked + 1)))


def last_day() -> str:
    """The day, as 2026-01-31, on which something was noted last; "" where nothing is kept."""
    place = path()
    if place is None or not place.exists():
        return ""
    return date.fromtimestamp(place.stat().st_mtime).isoformat()


def forget() -> None:
    """Begin again: remove the file."""
    place = path()
    if place is not None:
        place.unlink(missing_ok=True)


def _kept() -> _Kept:
    place = path()
    if place is None or not place.exists():
        return _Kept()
    try:
        return _read(json.loads(place.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        with suppress(OSError):
            place.rename(place.with_suffix(place.suffix + BROKEN))
        return _Kept()


def _read(content: Any) -> _Kept:
    lessons = content["lessons"] if isinstance(content, dict) else None
    counted = content.get("predictions", {}) if isinstance(content, dict) else None
    if (
        not isinstance(lessons, dict)
        or not isinstance(counted, dict)
        or content.get("version") != VERSION
    ):
        raise ValueError(content)
    known = {
        str(lesson): {
            section: [str(key) for key in keys] for section, keys in sections.items()
        }
        for lesson, sections in lessons.items()
    }
    return _Kept(
        known, Guesses(int(counted.get("right", 0)), int(counted.get("asked", 0)))
    )


def _keep(known: _Kept) -> None:
    place = path()
    if place is None:
        return
    content = {"version": VERSION, "lessons": known.lessons}
    if known.guesses.asked:
        content["predictions"] = asdict(known.guesses)
    with suppress(OSError):
        fresh = place.with_name(f".{place.name}.new")
        fresh.write_text(
            json.dumps(content, indent=1, sort_keys=True), encoding="utf-8"
        )
        fresh.replace(place)
