"""The glossary of the course: terms in English and Chinese, one sentence each, and the lessons where they occur."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from k8slearn.course.bank import lessons
from k8slearn.course.pages import render
from k8slearn.locale import course as words
from k8slearn.mistakes import UnknownNameError

# Lessons without questions, which have no file in `lessons/`.
FURTHER = ("20_gallery",)


def number_of(lesson: str) -> str:
    """The number in a lesson's name: 05, 05b."""
    return lesson.partition("_")[0]


@dataclass(frozen=True, slots=True)
class Term:
    """A term: `official` is its official translation, `aid` a mnemonic, "" where there is none.

    `lessons` are the names of notebooks, `spellings` the forms of the term in them.
    """

    en: str
    official: str
    aid: str
    says: str
    group: str
    lessons: tuple[str, ...]
    spellings: tuple[str, ...]

    def as_line(self) -> str:
        """The term in one line of text."""
        numbers = " ".join(map(number_of, self.lessons))
        aid = self.aid and words.AID.format(aid=self.aid)
        chinese = words.TERM_JOIN.join(filter(None, [self.official, aid]))
        pattern = words.TERM if chinese else words.TERM_WITHOUT_CHINESE
        return pattern.format(
            en=self.en, chinese=chinese, says=self.says, lessons=numbers
        )

    def has(self, wanted: str) -> bool:
        """Whether a text, in lower case, occurs in the term or its sentence."""
        everything = f"{self.en} {self.official} {self.aid} {self.says}"
        return wanted in everything.casefold()


class Glossary:
    """A table of terms as text, and as HTML with links to the lessons; `nothing` is shown for an empty one."""

    def __init__(self, terms: Sequence[Term], nothing: str = "") -> None:
        self.terms = tuple(terms)
        self.nothing = nothing

    def __len__(self) -> int:
        return len(self.terms)

    def __repr__(self) -> str:
        lines = [term.as_line() for term in self.terms]
        return "\n".join(lines) or self.nothing

    def _repr_html_(self) -> str:
        if not self.terms:
            return render("nothing_found", text=self.nothing)
        return render("glossary", terms=self.terms)


def glossary(group: str = "", *, find: str = "") -> Glossary:
    """The terms of a group, or those that contain `find`. Raises KeyError for an unknown group."""
    if group and group not in groups():
        known = words.SEPARATOR.join(groups())
        raise UnknownNameError(words.GROUP_UNKNOWN.format(group=group, known=known))
    wanted = find.casefold()
    found = []
    for term in terms():
        in_group = not group or term.group == group
        if in_group and term.has(wanted):
            found.append(term)
    return Glossary(found, words.NO_TERM.format(wanted=wanted))


def groups() -> list[str]:
    """The names of the groups, in order."""
    return list(dict.fromkeys(term.group for term in terms()))


@cache
def terms() -> tuple[Term, ...]:
    """All terms, in the order of the file."""
    file = files("k8slearn.course") / "glossary.yaml"
    read = yaml.safe_load(file.read_text(encoding="utf-8"))
    # The file has lessons' numbers, which change less often than their names.
    by_number = {}
    for lesson in (*lessons(), *FURTHER):
        by_number[number_of(lesson)] = lesson
    found = []
    for group, entries in read.items():
        found += [_term(entry, group, by_number) for entry in entries]
    return tuple(found)


def _term(entry: dict[str, Any], group: str, by_number: dict[str, str]) -> Term:
    numbers = str(entry["in"]).split()
    places = tuple(by_number[number] for number in numbers)
    en, official, aid = (entry.get(key, "") for key in ("en", "official", "aid"))
    spellings = entry.get("words") or filter(None, (en, official, aid))
    return Term(
        en,
        official,
        aid,
        says=entry["says"],
        group=group,
        lessons=places,
        spellings=tuple(spellings),
    )
