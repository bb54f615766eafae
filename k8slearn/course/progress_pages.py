"""The learner's progress as a page, and the certificate, which lists what was actually checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from k8slearn import files
from k8slearn.course import progress
from k8slearn.course.bank import lessons
from k8slearn.course.exercise_words import exercise_words
from k8slearn.course.pages import render
from k8slearn.locale import course as words

# The length of a text bar in characters.
TEXT_BAR = 10


@dataclass(frozen=True, slots=True)
class Section:
    """The exercises or the questions of a lesson: the keys that are done and those that are left."""

    done: tuple[str, ...] = ()
    left: tuple[str, ...] = ()

    @property
    def asked(self) -> int:
        """Their number."""
        return len(self.done) + len(self.left)

    def __str__(self) -> str:
        return f"{len(self.done)}/{self.asked}"

    def __add__(self, other: Section) -> Section:
        return Section(self.done + other.done, self.left + other.left)


@dataclass(frozen=True, slots=True)
class Row:
    """A lesson, or all lessons together, with what is done and what is left."""

    name: str
    exercises: Section
    questions: Section
    lesson: str = ""

    @property
    def counts(self) -> str:
        """The numbers done out of all, in words."""
        return words.COUNTS.format(exercises=self.exercises, questions=self.questions)


@dataclass(frozen=True, slots=True)
class Next:
    """The sentence about what is next, and the lesson to go to, "" at the end of the course."""

    sentence: str
    lesson: str = ""


def rows() -> list[Row]:
    """The lessons with exercises or questions, in the order of the course."""
    exercises_done = progress.noted("exercises")
    questions_done = progress.noted("questions")
    found = []
    for lesson, asked in lessons().items():
        exercises = _section(asked.get("exercises", {}), exercises_done)
        questions = _section(asked.get("questions", {}), questions_done)
        if exercises.asked or questions.asked:
            number = lesson.partition("_")[0]
            name = f"{number} {asked['title']}"
            found.append(Row(name, exercises, questions, lesson))
    return found


def _section(asked: Iterable[str], noted: set[str]) -> Section:
    done = []
    left = []
    # In the order of the lesson. Keys that no longer exist do not count.
    for key in asked:
        if key in noted:
            done.append(key)
        else:
            left.append(key)
    return Section(tuple(done), tuple(left))


def total(found: list[Row]) -> Row:
    """All lessons together."""
    exercises = sum((row.exercises for row in found), Section())
    questions = sum((row.questions for row in found), Section())
    return Row(words.PROGRESS_TITLE, exercises, questions)


class Page:
    """A page whose text and HTML are made by `lines` and `html` whenever it is shown."""

    def __init__(
        self, lines: Callable[[], Iterator[str]], html: Callable[[], str]
    ) -> None:
        self._lines = lines
        self._html = html

    def __repr__(self) -> str:
        return "\n".join(self._lines())

    def _repr_html_(self) -> str:
        return self._html()

    def save(self, path: str | Path) -> Path:
        """Write a standalone page that a browser can print."""
        from markupsafe import Markup  # comes with Jinja2

        target = Path(path)
        sheet = render("sheet", body=Markup(self._html()))
        target.write_text(sheet, encoding="utf-8")
        return target


def progress_page() -> Page:
    """A bar for each lesson, and what is next."""
    return Page(_progress_lines, _progress_html)


def certificate() -> Page:
    """The certificate: what was actually checked, and what is missing; `save("….html")` makes a page to print."""
    return Page(_certificate_lines, _certificate_html)


# The progress page -------------------------------------------------------------------------------------------


def _progress_lines() -> Iterator[str]:
    found = rows()
    everything = total(found)
    yield _beside(everything.name, everything.counts)
    for row in found:
        bar = _text_bar(row)
        line = _beside(row.name, row.counts)
        yield f"{bar} {line}"
    guesses = _guesses()
    if guesses:
        yield guesses
    yield _next(found).sentence
    yield from _notices()
    yield _kept_in()


def _progress_html() -> str:
    found = rows()
    return render(
        "progress_page",
        rows=found,
        total=total(found),
        next=_next(found),
        guesses=_guesses(),
        notices=list(_notices()),
        kept_in=_kept_in(),
    )


def _beside(left: str, right: str) -> str:
    return words.LESSON_AND.format(lesson=left, rest=right)


def _text_bar(row: Row) -> str:
    both = row.exercises + row.questions
    # Rounded down: a full bar means that nothing is left.
    full = TEXT_BAR * len(both.done) // both.asked
    bar = "#" * full
    return f"[{bar:.<{TEXT_BAR}}]"


def _next(found: list[Row]) -> Next:
    # Exercises before questions: they show more.
    for row in found:
        if row.exercises.left:
            key = row.exercises.left[0]
            title = exercise_words(key).title
            sentence = words.NEXT_EXERCISE.format(lesson=row.name, title=title)
            return Next(sentence, row.lesson)
        if row.questions.left:
            count = len(row.questions.left)
            sentence = words.NEXT_QUESTIONS.format(lesson=row.name, count=count)
            return Next(sentence, row.lesson)
    return Next(words.FINISHED)


def _guesses() -> str:
    """The sentence about predictions in labs, "" if there were none."""
    counted = progress.guesses()
    if not counted.asked:
        return ""
    return words.GUESSES.format(right=counted.right, asked=counted.asked)


def _notices() -> Iterator[str]:
    """Notices about the file: damaged files, and failures to read or write."""
    place = progress.path()
    if place is None:
        return
    aside = progress.put_aside()
    if aside:
        names = words.NAMES_SEPARATOR.join(aside)
        yield words.PUT_ASIDE.format(path=place.name, names=names)
    waiting, error = progress.trouble()
    if error is None:
        return
    why = files.reason(error)
    sentence = words.NOT_WRITTEN if waiting else words.NOT_READABLE
    yield sentence.format(path=place.name, why=why, count=waiting)


def _kept_in() -> str:
    place = progress.path()
    if place is None:
        return words.NOT_KEPT
    return words.KEPT_IN.format(path=place.name)


# The certificate ---------------------------------------------------------------------------------------------


def _certificate_parts() -> Iterator[tuple[str, list[str]]]:
    """The headings, each with its lines."""
    found = rows()
    checked: list[str] = []
    answered: list[str] = []
    left: list[str] = []
    for row in found:
        checked += map(_checked, row.exercises.done)
        if row.questions.done:
            line = _beside(row.name, str(row.questions))
            answered.append(line)
        missing = _left(row)
        if missing:
            left.append(missing)
    yield words.CHECKED, checked or [words.NONE_YET]
    yield words.ANSWERED, answered or [words.NONE_YET]
    yield words.STILL_MISSING, left or [_all_done(found)]


def _checked(key: str) -> str:
    about = exercise_words(key)
    noted = [done.partition(":") for done in progress.noted(progress.VARIANTS)]
    codes = sorted(code for exercise, _, code in noted if exercise == key)
    if codes:
        # Variants are listed by code only: the file does not contain students' names.
        listed = words.SEPARATOR.join(codes)
        return words.CHECKED_VARIANT.format(title=about.title, codes=listed)
    # The text has several lines in the lesson's file, and is one line here.
    right = " ".join(about.right.split())
    return words.CHECKED_EXERCISE.format(title=about.title, right=right)


def _left(row: Row) -> str:
    """What is left of a lesson, "" for nothing."""
    parts = []
    if row.exercises.left:
        titles = ""
        for key in row.exercises.left:
            title = exercise_words(key).title
            titles += words.LEFT_TITLE.format(title=title)
        parts.append(words.LEFT_EXERCISES.format(titles=titles))
    if row.questions.left:
        count = len(row.questions.left)
        parts.append(words.LEFT_QUESTIONS.format(count=count))
    if not parts:
        return ""
    rest = words.LEFT_SEPARATOR.join(parts)
    return _beside(row.name, rest)


def _all_done(found: list[Row]) -> str:
    everything = total(found)
    return words.NOTHING_MISSING.format(
        exercises=everything.exercises.asked,
        questions=everything.questions.asked,
    )


def _last_day() -> str:
    day = progress.last_day()
    if day:
        return words.LAST_DAY.format(day=day)
    return ""


def _certificate_lines() -> Iterator[str]:
    yield words.CERTIFICATE
    day = _last_day()
    if day:
        yield day
    for heading, lines in _certificate_parts():
        yield ""
        yield heading
        for line in lines:
            yield f"  - {line}"
    yield ""
    yield words.NO_EXAM


def _certificate_html() -> str:
    return render("certificate", day=_last_day(), parts=_certificate_parts())
