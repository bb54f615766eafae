"""The glossary of the course: terms in English and Chinese, one sentence each, and the lessons where they occur."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

import yaml

from k8slearn.course.bank import lessons

WORDS = {
    "columns": ("英文", "中文说法", "一句话", "在哪一课"),
    "line": "{en}（{zh}）：{says}  [{lessons}]",
    "bare": "{en}：{says}  [{lessons}]",
    "nothing": "没有找到「{wanted}」。换一个说法，或者只写其中几个字。",
    "no_group": "没有叫 {group!r} 的一组；现有：{known}",
}
FURTHER = ("20_gallery",)
"""Lessons that ask nothing, and so have no file in the bank."""


@dataclass(frozen=True, slots=True)
class Term:
    """A term; `lessons` are the names of notebooks, `words` what stands for it there."""

    en: str
    zh: str
    says: str
    group: str
    lessons: tuple[str, ...]
    words: tuple[str, ...]


class Glossary:
    """Terms as a table: text, and HTML with links to the lessons."""

    def __init__(self, terms: Sequence[Term], nothing: str = "") -> None:
        self.terms = tuple(terms)
        self.nothing = nothing

    def __len__(self) -> int:
        return len(self.terms)

    def __repr__(self) -> str:
        return "\n".join(map(_line, self.terms)) or self.nothing

    def _repr_html_(self) -> str:
        if not self.terms:
            return escape(self.nothing)
        head = "".join(
            f"<th style='text-align:left'>{column}</th>" for column in WORDS["columns"]
        )
        return f"<table><tr>{head}</tr>{''.join(map(_row, self.terms))}</table>"


def glossary(group: str = "", *, find: str = "") -> Glossary:
    """The terms of one group, or those in which `find` stands; KeyError for a group that there is not."""
    if group and group not in groups():
        raise KeyError(
            str(WORDS["no_group"]).format(group=group, known="、".join(groups()))
        )
    wanted = find.casefold()
    found = [
        term
        for term in terms()
        if term.group == (group or term.group) and wanted in _all_of(term)
    ]
    return Glossary(found, str(WORDS["nothing"]).format(wanted=find))


def groups() -> list[str]:
    """The names of the groups, in order."""
    return list(dict.fromkeys(term.group for term in terms()))


@cache
def terms() -> tuple[Term, ...]:
    """All terms, in the order of the file."""
    read = yaml.safe_load(
        (files("k8slearn.course") / "glossary.yaml").read_text(encoding="utf-8")
    )
    names = {name[:2]: name for name in (*lessons(), *FURTHER)}
    return tuple(
        _term(entry, group, names)
        for group, entries in read.items()
        for entry in entries
    )


def _term(entry: dict[str, Any], group: str, names: dict[str, str]) -> Term:
    places = tuple(names[number] for number in str(entry["in"]).split())
    words = tuple(
        entry.get("words") or [word for word in (entry["en"], entry["zh"]) if word]
    )
    return Term(entry["en"], entry["zh"], entry["says"], group, places, words)


def _all_of(term: Term) -> str:
    return f"{term.en} {term.zh} {term.says}".casefold()


def _line(term: Term) -> str:
    numbers = " ".join(lesson[:2] for lesson in term.lessons)
    pattern = str(WORDS["line" if term.zh else "bare"])
    return pattern.format(en=term.en, zh=term.zh, says=term.says, lessons=numbers)


def _row(term: Term) -> str:
    links = " ".join(
        f'<a href="{lesson}.ipynb">{lesson[:2]}</a>' for lesson in term.lessons
    )
    texts = "".join(
        f"<td style='text-align:left'>{escape(text)}</td>"
        for text in (term.zh, term.says)
    )
    return f"<tr><td style='text-align:left'><b>{escape(term.en)}</b></td>{texts}<td>{links}</td></tr>"
