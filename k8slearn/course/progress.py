"""The learner's progress: a small file next to the notebooks, without personal data, safe to delete.

No progress is lost. What cannot be written (a full disk, a read-only folder) stays in memory and is added to the next
write. A file that cannot be read is left alone; a damaged one is renamed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from threading import RLock
from typing import Any

from k8slearn import files
from k8slearn.course import recall
from k8slearn.course.recall import Recall

FILE = "progress.json"
# An environment variable with another path; "" turns progress off, for tests and stored outputs.
PLACE = "K8SLEARN_PROGRESS"
# Version of the file's format. A file of another version is renamed like a damaged one. Additions (predictions,
# reviews) are no new version: they are optional, and an older course drops them when it writes. Then all questions are
# due once more, and nothing that was done is lost.
VERSION = 1
SECTIONS = ("exercises", "questions")
QUESTIONS = "questions"
# A third section beside the exercises: which variant was done, as "key:code".
VARIANTS = "variants"
# Former name of a lesson → present name; progress under the former name still counts.
RENAMED = {"10_capstone": "17_capstone"}
BROKEN = ".broken"
# A hundred times the size for the whole course; a longer file is not ours.
MAX_BYTES = 1 << 20

# lesson → section → keys
Done = dict[str, dict[str, list[str]]]


class BrokenFileError(Exception):
    """The file can be read and is not in our format."""


@dataclass(frozen=True, slots=True)
class Guesses:
    """The number of predictions made in labs, and how many were right."""

    right: int = 0
    asked: int = 0


@dataclass(frozen=True, slots=True)
class Kept:
    """The content of the file."""

    lessons: Done = field(default_factory=dict)
    guesses: Guesses = Guesses()
    # By question, when it is repeated.
    reviews: dict[str, Recall] = field(default_factory=dict)

    def __add__(self, other: Kept) -> Kept:
        lessons = {name: dict(sections) for name, sections in self.lessons.items()}
        for lesson, section, keys in _sections(other.lessons):
            known = lessons.setdefault(lesson, {})
            both = [*known.get(section, []), *keys]
            known[section] = list(dict.fromkeys(both))
        right = self.guesses.right + other.guesses.right
        asked = self.guesses.asked + other.guesses.asked
        reviews = dict(self.reviews)
        for key, news in other.reviews.items():
            reviews[key] = news.later(reviews.get(key, news))
        return Kept(lessons, Guesses(right, asked), reviews)

    @property
    def count(self) -> int:
        """The number of entries; an answered question and its review count as one."""
        noted: list[str] = []
        for _, _, keys in _sections(self.lessons):
            noted += keys
        only_reviewed = self.reviews.keys() - set(noted)
        return self.guesses.asked + len(noted) + len(only_reviewed)


# Progress that could not be written yet and the last error, by path.
_unwritten: dict[Path, tuple[Kept, OSError]] = {}
# The lab notes predictions from other threads.
_lock = RLock()


def path() -> Path | None:
    """The path of the file, by default beside the running notebook; None where nothing is to be kept."""
    place = os.environ.get(PLACE, FILE)
    if not place:
        return None
    try:
        return Path(place).absolute()
    except OSError:
        # The working folder was deleted; reading and writing will fail with errors of their own.
        return Path(place)


def done() -> Done:
    """The keys that were done, by lesson and section; a damaged file is renamed."""
    return _known().lessons


def noted(section: str) -> set[str]:
    """The keys in a section of all lessons that were done."""
    # Keys are unique in the course: an exercise that was moved to another lesson stays done.
    found: set[str] = set()
    for sections in done().values():
        found.update(sections.get(section, []))
    return found


def guesses() -> Guesses:
    """The predictions made in labs."""
    return _known().guesses


def record(lesson: str, section: str, key: str) -> None:
    """Note that something was done; if the write fails it is repeated with the next one."""
    reviews = {}
    # When a lesson is run again its questions are answered again; that does not change their reviews.
    if section == QUESTIONS and key not in _known().reviews:
        reviews[key] = recall.first(recall.today())
    _note(Kept({lesson: {section: [key]}}, reviews=reviews))


def answered(key: str, right: bool) -> Recall:
    """Note the answer to a repeated question; returns when it is due again."""
    now = recall.today()
    # In a file from before there were reviews: it was answered once, at an unknown time.
    before = _known().reviews.get(key, Recall(1, 0, date.min))
    after = before.answered(right, now)
    _note(Kept(reviews={key: after}))
    return after


def reviews() -> dict[str, Recall]:
    """The reviews by question; questions from before there were reviews are missing."""
    return _known().reviews


def guess(right: bool) -> None:
    """Count a prediction made in a lab."""
    _note(Kept(guesses=Guesses(int(right), 1)))


def last_day() -> str:
    """The day of the last change, as 2026-01-31; "" if there is no file."""
    place = path()
    if place is None:
        return ""
    try:
        return date.fromtimestamp(place.stat().st_mtime).isoformat()
    except (OSError, OverflowError, ValueError):
        return ""


def put_aside() -> list[str]:
    """The names of damaged files beside the file, for the learner to repair or delete."""
    place = path()
    if place is None:
        return []
    try:
        return sorted(
            found.name for found in place.parent.glob(f"{place.name}{BROKEN}*")
        )
    except OSError:
        return []


def trouble() -> tuple[int, OSError | None]:
    """The number of entries that are not written yet, and the error of reading or writing, if any."""
    place = path()
    if place is None:
        return 0, None
    with _lock:
        if place in _unwritten:
            kept, error = _unwritten[place]
            return kept.count, error
    try:
        _read(place)
    except OSError as error:
        return 0, error
    except BrokenFileError:
        pass
    return 0, None


def take_in(text: str) -> None:
    """Add the content of another progress file. Raises ValueError if it is not in our format."""
    try:
        news = _parse(json.loads(text[:MAX_BYTES]))
    except RecursionError:
        raise ValueError("too deep") from None
    # Without its predictions: the same file may be added twice.
    _note(Kept(news.lessons, reviews=news.reviews))


def as_text() -> str:
    """The file as text, "" if there is none."""
    place = path()
    if place is None:
        return ""
    try:
        return place.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def forget() -> None:
    """Delete the file, to begin anew."""
    place = path()
    if place is None:
        return
    with _lock:
        _unwritten.pop(place, None)
        place.unlink(missing_ok=True)


def _known() -> Kept:
    place = path()
    if place is None:
        return Kept()
    with _lock:
        return _written(place) + _waiting(place)


def _waiting(place: Path) -> Kept:
    if place in _unwritten:
        return _unwritten[place][0]
    return Kept()


def _written(place: Path) -> Kept:
    try:
        return _read(place)
    except BrokenFileError:
        # Read again under the lock: another kernel may just have renamed it and begun a new one.
        with suppress(OSError), files.alone(place):
            return _read_or_put_aside(place)
    except OSError:
        pass
    return Kept()


def _note(news: Kept) -> None:
    place = path()
    if place is None:
        return
    with _lock:
        news = _waiting(place) + news
        try:
            _write(place, news)
        except OSError as error:
            _unwritten[place] = (news, error)
        else:
            _unwritten.pop(place, None)


def _write(place: Path, news: Kept) -> None:
    """Add to the file. Raises OSError, and then the file is unchanged."""
    # Read again each time: the kernels of several notebooks write the same file.
    with files.alone(place):
        known = _read_or_put_aside(place)
        both = known + news
        if both == known:
            return
        content: dict[str, Any] = {"version": VERSION, "lessons": both.lessons}
        if both.guesses.asked:
            content["predictions"] = asdict(both.guesses)
        if both.reviews:
            content["reviews"] = {
                key: _recall_as_json(kept) for key, kept in both.reviews.items()
            }
        text = json.dumps(content, indent=1, sort_keys=True)
        files.sweep(place.parent, place.name)
        files.replace(place, text.encode())


def _read_or_put_aside(place: Path) -> Kept:
    """The file's content; a damaged file is renamed and counts as empty. Call with the lock. Raises OSError."""
    try:
        return _read(place)
    except BrokenFileError:
        # Renamed and not deleted: it is the learner's work, and may be repaired.
        place.rename(_fresh_name(place))
        return Kept()


def _fresh_name(place: Path) -> Path:
    """An unused name, so that files renamed earlier stay too."""
    first = place.with_name(place.name + BROKEN)
    aside = first
    number = 1
    while os.path.lexists(aside):
        number += 1
        aside = first.with_name(f"{first.name}-{number}")
    return aside


def _read(place: Path) -> Kept:
    """The content of the file, empty if there is none. Raises OSError, or BrokenFileError for another format."""
    try:
        with place.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return Kept()
    if len(content) > MAX_BYTES:
        raise BrokenFileError(f"longer than {MAX_BYTES} bytes")
    try:
        return _parse(json.loads(content))
    except (ValueError, RecursionError) as error:
        raise BrokenFileError(str(error)) from None


def _parse(content: Any) -> Kept:
    """The parsed content of a file. Raises ValueError if it is not in our format."""
    version = _of_type(content, dict).get("version")
    # type() since True == 1 in Python.
    if type(version) is not int or version != VERSION:
        raise ValueError("another version")
    kept = Kept()
    for lesson, sections in _of_type(content.get("lessons"), dict).items():
        done = {}
        for section, keys in _of_type(sections, dict).items():
            done[section] = [_of_type(key, str) for key in _of_type(keys, list)]
        # Added, not set: an older version of the course may have used both names.
        kept += Kept({RENAMED.get(lesson, lesson): done})
    counts = _of_type(content.get("predictions", {}), dict)
    right = _of_type(counts.get("right", 0), int)
    asked = _of_type(counts.get("asked", 0), int)
    reviews = {}
    for key, memory in _of_type(content.get("reviews", {}), dict).items():
        reviews[key] = _recall(_of_type(memory, dict))
    return kept + Kept(guesses=Guesses(int(right), int(asked)), reviews=reviews)


def _recall(kept: dict[str, Any]) -> Recall:
    """The review of a question. Raises ValueError if it is not in our format."""
    times = _of_type(kept.get("times"), int)
    step = _of_type(kept.get("step"), int)
    if times < 0 or step < 0:
        raise ValueError("less than never")
    day = date.fromisoformat(_of_type(kept.get("day"), str))
    return Recall(int(times), int(step), day)


def _recall_as_json(kept: Recall) -> dict[str, Any]:
    return {"times": kept.times, "step": kept.step, "day": kept.day.isoformat()}


def _of_type(value: Any, wanted: type) -> Any:
    if not isinstance(value, wanted):
        raise ValueError(f"not a {wanted.__name__}")
    return value


def _sections(lessons: Done) -> Iterator[tuple[str, str, list[str]]]:
    for lesson, sections in lessons.items():
        for section, keys in sections.items():
            yield lesson, section, keys
