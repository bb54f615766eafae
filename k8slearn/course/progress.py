"""What the learner has done: a small file next to the notebooks, without personal data, safe to delete.

What is done is never lost. What cannot be written now (a full disk, a folder that is read-only) stays in the kernel and
goes along with the next write; a file that cannot be read now is left alone; one that is damaged is put aside.
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
# Names another file; empty: nothing is kept. Tests and stored outputs must not depend on who ran them.
PLACE = "K8SLEARN_PROGRESS"
# Of the file's form. A file of another version is put aside like a broken one, never misread. What was added since the
# first course (predictions, reviews) is not another form: a file without it is whole, and an older course leaves it out
# when it writes, upon which all questions are due once more and nothing that was done is lost.
VERSION = 1
SECTIONS = ("exercises", "questions")
QUESTIONS = "questions"
# Beside the exercise itself: which student's variant of it, as "key:code".
VARIANTS = "variants"
# What a lesson was called before → what it is called now: what was done under the old name still counts.
RENAMED = {"10_capstone": "17_capstone"}
BROKEN = ".broken"
# A hundred times what the whole course fills; what is longer is no progress of ours.
MAX_BYTES = 1 << 20

# lesson → section → keys
Done = dict[str, dict[str, list[str]]]


class BrokenFileError(Exception):
    """The file can be read and is not of our form."""


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
    # By question: when it is asked again.
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
        """How many things are noted; a question that was answered and when it is asked again are one."""
        noted: list[str] = []
        for _, _, keys in _sections(self.lessons):
            noted += keys
        only_reviewed = self.reviews.keys() - set(noted)
        return self.guesses.asked + len(noted) + len(only_reviewed)


# What this kernel could not write yet, by the file that it is for, and what stood in the way last.
_unwritten: dict[Path, tuple[Kept, OSError]] = {}
# The lab's predictions come from threads of their own.
_lock = RLock()


def path() -> Path | None:
    """Where the progress is kept: beside the notebook that runs, None where nothing is to be kept."""
    place = os.environ.get(PLACE, FILE)
    if not place:
        return None
    try:
        return Path(place).absolute()
    except OSError:
        # The folder itself was deleted; to read and to write fail then, each in its own way.
        return Path(place)


def done() -> Done:
    """For each lesson, for each section, the keys that were done; a file that is damaged is put aside."""
    return _known().lessons


def noted(section: str) -> set[str]:
    """The keys of exercises or of questions that were done, whatever lesson they stood in at that time."""
    # A key is the course's own, not its lesson's: what moved to another notebook stays done.
    found: set[str] = set()
    for sections in done().values():
        found.update(sections.get(section, []))
    return found


def guesses() -> Guesses:
    """The predictions made in labs."""
    return _known().guesses


def record(lesson: str, section: str, key: str) -> None:
    """Note that something was done; where it cannot be written now, it is with the next that can."""
    reviews = {}
    # Whoever runs a lesson anew answers its questions anew; the plan of when they come back goes on.
    if section == QUESTIONS and key not in _known().reviews:
        reviews[key] = recall.first(recall.today())
    _note(Kept({lesson: {section: [key]}}, reviews=reviews))


def answered(key: str, right: bool) -> Recall:
    """Note the answer to a question that was asked again; when it is asked the next time."""
    now = recall.today()
    # Of a file from before there were reviews: answered once, nobody knows when.
    before = _known().reviews.get(key, Recall(1, 0, date.min))
    after = before.answered(right, now)
    _note(Kept(reviews={key: after}))
    return after


def reviews() -> dict[str, Recall]:
    """When each question is asked again; those of a file from before there were reviews are not in it."""
    return _known().reviews


def guess(right: bool) -> None:
    """Count a prediction made in a lab."""
    _note(Kept(guesses=Guesses(int(right), 1)))


def last_day() -> str:
    """The day, as 2026-01-31, on which something was noted last; "" where nothing is kept."""
    place = path()
    if place is None:
        return ""
    try:
        return date.fromtimestamp(place.stat().st_mtime).isoformat()
    except (OSError, OverflowError, ValueError):
        return ""


def put_aside() -> list[str]:
    """The names of the damaged files that lie beside the file, for the learner to mend or to delete."""
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
    """How much of what was done is in no file yet, and what stands in the way of reading or writing it."""
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
    """Add what another progress file holds to this one. Raises ValueError where it is none of ours."""
    try:
        news = _understood(json.loads(text[:MAX_BYTES]))
    except RecursionError:
        raise ValueError("too deep") from None
    # Its predictions are not added: the same file may be taken in twice.
    _note(Kept(news.lessons, reviews=news.reviews))


def as_text() -> str:
    """What the file says, "" where there is none."""
    place = path()
    if place is None:
        return ""
    try:
        return place.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def forget() -> None:
    """Begin again: remove the file."""
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
        # Locked and looked at anew: another kernel may just have put it aside and begun the next.
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
    """Add to the file. Raises OSError, and then the file stands as it was."""
    # Read anew each time: several notebooks, each with a kernel of its own, write the same file.
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
    """What the file says, nothing when it was damaged; only for who holds its lock. Raises OSError."""
    try:
        return _read(place)
    except BrokenFileError:
        # Aside and not away: it is the learner's work, and somebody may still mend it.
        place.rename(_fresh_name(place))
        return Kept()


def _fresh_name(place: Path) -> Path:
    """A name that is not in use: what was put aside before stays too."""
    first = place.with_name(place.name + BROKEN)
    aside = first
    number = 1
    while os.path.lexists(aside):
        number += 1
        aside = first.with_name(f"{first.name}-{number}")
    return aside


def _read(place: Path) -> Kept:
    """What the file says, nothing where there is none. Raises OSError where it cannot be read now, BrokenFileError."""
    try:
        with place.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return Kept()
    if len(content) > MAX_BYTES:
        raise BrokenFileError(f"longer than {MAX_BYTES} bytes")
    try:
        return _understood(json.loads(content))
    except (ValueError, RecursionError) as error:
        raise BrokenFileError(str(error)) from None


def _understood(content: Any) -> Kept:
    """What a file's content says. Raises ValueError where it is not of our form."""
    version = _of_type(content, dict).get("version")
    # True is 1 in Python, not in our file.
    if type(version) is not int or version != VERSION:
        raise ValueError("another version")
    kept = Kept()
    for lesson, sections in _of_type(content.get("lessons"), dict).items():
        done = {}
        for section, keys in _of_type(sections, dict).items():
            done[section] = [_of_type(key, str) for key in _of_type(keys, list)]
        # Added, not set: an older version of the course may have gone on under the old name.
        kept += Kept({RENAMED.get(lesson, lesson): done})
    counts = _of_type(content.get("predictions", {}), dict)
    right = _of_type(counts.get("right", 0), int)
    asked = _of_type(counts.get("asked", 0), int)
    reviews = {}
    for key, memory in _of_type(content.get("reviews", {}), dict).items():
        reviews[key] = _recall(_of_type(memory, dict))
    return kept + Kept(guesses=Guesses(int(right), int(asked)), reviews=reviews)


def _recall(kept: dict[str, Any]) -> Recall:
    """What is kept of one question. Raises ValueError where it is not of our form."""
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
