"""What the learner has done: a small file next to the notebooks, without personal data, safe to delete."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

FILE = "progress.json"
PLACE = "K8SLEARN_PROGRESS"
"""Names another file; empty: nothing is kept."""
VERSION = 1
SECTIONS = ("exercises", "questions")
BROKEN = ".broken"

Done = dict[str, dict[str, list[str]]]


def path() -> Path | None:
    """Where the progress is kept: beside the notebook that runs, None where nothing is to be kept."""
    place = os.environ.get(PLACE, FILE)
    return Path(place).absolute() if place else None


def done() -> Done:
    """For each lesson, for each section, the keys that were done; a file that cannot be read is put aside."""
    place = path()
    if place is None or not place.exists():
        return {}
    try:
        return _read(json.loads(place.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        with suppress(OSError):
            place.rename(place.with_suffix(place.suffix + BROKEN))
        return {}


def record(lesson: str, section: str, key: str) -> None:
    """Note that something was done; a folder that cannot be written to is no error, nothing is kept then."""
    place, known = path(), done()
    keys = known.setdefault(lesson, {}).setdefault(section, [])
    if place is None or key in keys:
        return
    keys.append(key)
    with suppress(OSError):
        _write(place, known)


def forget() -> None:
    """Begin again: remove the file."""
    place = path()
    if place is not None:
        place.unlink(missing_ok=True)


def _read(content: Any) -> Done:
    lessons = content["lessons"] if isinstance(content, dict) else None
    if not isinstance(lessons, dict) or content.get("version") != VERSION:
        raise ValueError(content)
    return {
        str(lesson): {section: [str(key) for key in keys] for section, keys in sections.items()}
        for lesson, sections in lessons.items()
    }


def _write(place: Path, known: Done) -> None:
    fresh = place.with_name(f".{place.name}.new")
    fresh.write_text(json.dumps({"version": VERSION, "lessons": known}, indent=1, sort_keys=True), encoding="utf-8")
    fresh.replace(place)
