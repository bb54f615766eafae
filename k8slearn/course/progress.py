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
# Names another file; empty: nothing is kept. Tests and stored outputs must not depend on who ran them.
PLACE = "K8SLEARN_PROGRESS"
# Of the file's form. A file of another version is put aside like a broken one, never misread.
VERSION = 1
SECTIONS = ("exercises", "questions")
BROKEN = ".broken"

# lesson → section → keys
Done = dict[str, dict[str, list[str]]]


@dataclass(frozen=True, slots=True)
class Guesses:
    """How often a lab asked what would happen next, and how often the guess was right."""

    right: int = 0
    asked: int = 0


@dataclass(frozen=True, slots=True)
class Kept:
    """All that the file holds."""

    lessons: Done = field(default_factory=dict)
    guesses: Guesses = Guesses()


def path() -> Path | None:
    """Where the progress is kept: beside the notebook that runs, None where nothing is to be kept."""
    place = os.environ.get(PLACE, FILE)
    return Path(place).absolute() if place else None


def done() -> Done:
    """For each lesson, for each section, the keys that were done; a file that cannot be read is put aside."""
    return _load().lessons


def guesses() -> Guesses:
    """The predictions made in labs."""
    return _load().guesses


def record(lesson: str, section: str, key: str) -> None:
    """Note that something was done; a folder that cannot be written to is no error, nothing is kept then."""
    # Read anew each time: several notebooks, each with a kernel of its own, write the same file.
    known = _load()
    keys = known.lessons.setdefault(lesson, {}).setdefault(section, [])
    if key not in keys:
        keys.append(key)
        _save(known)


def guess(right: bool) -> None:
    """Count a prediction made in a lab."""
    known = _load()
    before = known.guesses
    counted = Guesses(before.right + right, before.asked + 1)
    _save(replace(known, guesses=counted))


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


def _load() -> Kept:
    place = path()
    if place is None or not place.exists():
        return Kept()
    try:
        return _read(json.loads(place.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        # Aside and not away: it is the learner's work, and somebody may still mend it.
        with suppress(OSError):
            place.rename(place.with_suffix(place.suffix + BROKEN))
        return Kept()


def _read(content: Any) -> Kept:
    """What a file's content says. Raises ValueError where it is not of our form."""
    if not isinstance(content, dict):
        raise ValueError(content)
    if content.get("version") != VERSION:
        raise ValueError(content)
    lessons = content.get("lessons")
    counts = content.get("predictions", {})
    if not isinstance(lessons, dict) or not isinstance(counts, dict):
        raise ValueError(content)
    done: Done = {}
    for lesson, sections in lessons.items():
        kept = done.setdefault(str(lesson), {})
        for section, keys in sections.items():
            kept[section] = list(map(str, keys))
    right = int(counts.get("right", 0))
    asked = int(counts.get("asked", 0))
    return Kept(done, Guesses(right, asked))


def _save(known: Kept) -> None:
    place = path()
    if place is None:
        return
    content: dict[str, Any] = {"version": VERSION, "lessons": known.lessons}
    if known.guesses.asked:
        content["predictions"] = asdict(known.guesses)
    with suppress(OSError):
        # Another file first, then its name: whoever reads meanwhile finds the old file whole, never half a new one.
        fresh = place.with_name(f".{place.name}.new")
        text = json.dumps(content, indent=1, sort_keys=True)
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(place)
