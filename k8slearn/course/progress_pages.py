"""How far the learner has come, as a page; and at the end of the course a list of what was actually checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from k8slearn.course import progress
from k8slearn.course.bank import lessons
from k8slearn.course.exercise import exercise_words
from k8slearn.course.pages import render
from k8slearn.locale import course as words

# How many signs long a bar of text is.
TEXT_BAR = 10
# For each section how many are done, of how many.
Counts = dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Row:
    """A lesson: what it asks for and what is done of it, as keys in the order of the lesson."""

    lesson: str
    title: str
    exercises: tuple[str, ...]
    questions: tuple[str, ...]
    done: frozenset[str]

    def count(self, keys: tuple[str, ...]) -> tuple[int, int]:
        """How many are done, of how many."""
        return sum(key in self.done for key in keys), len(keys)

    @property
    def counts(self) -> Counts:
        """The counts of both sections."""
        return {
            "exercises": self.count(self.exercises),
            "questions": self.count(self.questions),
        }

    def left(self, keys: tuple[str, ...]) -> list[str]:
        """Those that are not done."""
        return [key for key in keys if key not in self.done]

    @property
    def name(self) -> str:
        """The lesson's number and title."""
        return f"{self.lesson.partition('_')[0]} {self.title}"


@dataclass(frozen=True, slots=True)
class Next:
    """What to say of what is next, and the lesson to go to, "" at the end of the course."""

    sentence: str
    lesson: str = ""


def rows() -> list[Row]:
    """The lessons that ask for something, with what is done; keys that the course no longer has do not count."""
    done = progress.done()
    found = []
    for lesson, asked in lessons().items():
        if asked.get("exercises") or asked.get("questions"):
            found.append(_row(lesson, asked, done.get(lesson, {})))
    return found


def _row(lesson: str, asked: Mapping[str, Any], done: dict[str, list[str]]) -> Row:
    exercises = tuple(asked.get("exercises", {}))
    questions = tuple(asked.get("questions", {}))
    known = {*exercises} & {*done.get("exercises", [])}
    known |= {*questions} & {*done.get("questions", [])}
    return Row(lesson, asked["title"], exercises, questions, frozenset(known))


def total(counted: list[Row]) -> Counts:
    """The counts of all lessons together."""
    sums = {}
    for section in progress.SECTIONS:
        pairs = [row.counts[section] for row in counted]
        sums[section] = (sum(done for done, _ in pairs), sum(of for _, of in pairs))
    return sums


class Page:
    """Text and HTML of what `lines` and `html` return at the moment it is shown."""

    def __init__(
        self, lines: Callable[[], Iterator[str]], html: Callable[[], str]
    ) -> None:
        self._lines, self._html = lines, html

    def __repr__(self) -> str:
        return "\n".join(self._lines())

    def _repr_html_(self) -> str:
        return self._html()

    def save(self, path: str | Path) -> Path:
        """Write a page of its own that a browser can print."""
        from markupsafe import Markup  # comes with Jinja2

        target = Path(path)
        sheet = render("sheet", body=Markup(self._html()))
        target.write_text(sheet, encoding="utf-8")
        return target


def progress_page() -> Page:
    """A bar for each lesson, and what is next."""
    return Page(_progress_lines, _progress_html)


def certificate() -> Page:
    """What was actually checked, and what is missing; `save("….html")` makes a page to print."""
    return Page(_certificate_lines, _certificate_html)


# The progress page -------------------------------------------------------------------------------------------


def _progress_lines() -> Iterator[str]:
    found = rows()
    yield _beside(words.PROGRESS_TITLE, words.COUNTS.format(**total(found)))
    for row in found:
        counts = words.COUNTS.format(**row.counts)
        yield f"{_text_bar(row.counts)} {_beside(row.name, counts)}"
    if guesses := _guesses():
        yield guesses
    yield _next(found).sentence
    yield _kept_in()


def _progress_html() -> str:
    found = rows()
    return render(
        "progress_page",
        rows=found,
        total=total(found),
        next=_next(found),
        guesses=_guesses(),
        kept_in=_kept_in(),
    )


def _beside(left: str, right: str) -> str:
    return words.LESSON_AND.format(lesson=left, rest=right)


def _text_bar(counts: Counts) -> str:
    done = sum(done for done, _ in counts.values())
    asked = sum(asked for _, asked in counts.values())
    # Rounded down: a full bar must mean that nothing is left.
    full = TEXT_BAR * done // asked
    return "[" + "#" * full + "." * (TEXT_BAR - full) + "]"


def _next(found: list[Row]) -> Next:
    # Exercises before questions: who can do it has mostly understood it.
    for row in found:
        if keys := row.left(row.exercises):
            title = exercise_words(keys[0]).title
            sentence = words.NEXT_EXERCISE.format(lesson=row.name, title=title)
            return Next(sentence, row.lesson)
        if keys := row.left(row.questions):
            sentence = words.NEXT_QUESTIONS.format(lesson=row.name, count=len(keys))
            return Next(sentence, row.lesson)
    return Next(words.FINISHED)


def _guesses() -> str:
    """What is said of predictions in labs, "" where none was made."""
    counted = progress.guesses()
    if not counted.asked:
        return ""
    return words.GUESSES.format(right=counted.right, asked=counted.asked)


def _kept_in() -> str:
    place = progress.path()
    if place is None:
        return words.NOT_KEPT
    return words.KEPT_IN.format(path=place.name)


# The certificate ---------------------------------------------------------------------------------------------


def _certificate_parts() -> Iterator[tuple[str, list[str]]]:
    """Headings and the lines under each."""
    found = rows()
    checked, answered, left = [], [], []
    for row in found:
        checked += [_checked(key) for key in row.exercises if key in row.done]
        done, asked = row.counts["questions"]
        if done:
            answered.append(_beside(row.name, f"{done}/{asked}"))
        if missing := _left(row):
            left.append(missing)
    yield words.CHECKED, checked or [words.NONE_YET]
    yield words.ANSWERED, answered or [words.NONE_YET]
    yield words.STILL_MISSING, left or [_all_done(found)]


def _checked(key: str) -> str:
    about = exercise_words(key)
    # What was checked is several lines in the lesson's file, and one line here.
    right = " ".join(about.right.split())
    return words.CHECKED_EXERCISE.format(title=about.title, right=right)


def _left(row: Row) -> str:
    """What is missing of a lesson, "" for nothing."""
    parts = []
    if exercises := row.left(row.exercises):
        titles = [exercise_words(key).title for key in exercises]
        quoted = "".join(words.LEFT_TITLE.format(title=title) for title in titles)
        parts.append(words.LEFT_EXERCISES.format(titles=quoted))
    if questions := row.left(row.questions):
        parts.append(words.LEFT_QUESTIONS.format(count=len(questions)))
    if not parts:
        return ""
    return _beside(row.name, words.LEFT_SEPARATOR.join(parts))


def _all_done(found: list[Row]) -> str:
    counts = total(found)
    exercises, questions = counts["exercises"][1], counts["questions"][1]
    return words.NOTHING_MISSING.format(exercises=exercises, questions=questions)


def _last_day() -> str:
    day = progress.last_day()
    return words.LAST_DAY.format(day=day) if day else ""


def _certificate_lines() -> Iterator[str]:
    yield words.CERTIFICATE
    if day := _last_day():
        yield day
    for heading, lines in _certificate_parts():
        yield from ["", heading, *(f"  - {line}" for line in lines)]
    yield from ["", words.NO_EXAM]


def _certificate_html() -> str:
    return render("certificate", day=_last_day(), parts=_certificate_parts())
