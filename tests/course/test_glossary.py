"""The glossary: each term is unique, has one sentence, and occurs in the lessons that it names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest

from k8slearn.course.bank import lessons
from k8slearn.course.glossary import Term, glossary, groups, terms
from tests.support.paths import ROOT
from tests.support.store_outputs import course_notebook

NOTEBOOKS = ROOT / "notebooks"
FEWEST = 60
LONGEST = 60


@cache
def text_of(lesson: str) -> str:
    """The visible text of a lesson: its cells, their outputs, its questions and exercises."""
    pieces = []
    for cell in course_notebook(lesson).cells:
        outputs = cell.get("outputs", [])
        pieces += [
            cell.source,
            *(
                o.get("text") or o.get("data", {}).get("text/plain", "")
                for o in outputs
            ),
        ]
    return "\n".join([*pieces, *said(lessons().get(lesson, {}))])


def said(entry: Any) -> Iterator[str]:
    """All texts in a lesson's file; answers are code, which is not for readers."""
    if isinstance(entry, Mapping):
        for key, value in entry.items():
            if key not in ("wrong_answers", "without_kubectl"):
                yield key
                yield from said(value)
    elif isinstance(entry, list):
        for value in entry:
            yield from said(value)
    else:
        yield str(entry)


def occurs(word: str, text: str) -> bool:
    """Whether a word occurs in a text; an English one as a whole word, its first letter in any case."""
    if not word.isascii():
        return re.sub(r"（.*", "", word) in text
    first = f"[{word[0].lower()}{word[0].upper()}]"
    return (
        re.search(rf"(?<![A-Za-z]){first}{re.escape(word[1:])}s?(?![A-Za-z])", text)
        is not None
    )


def test_there_are_enough_terms_and_none_twice() -> None:
    english = [term.en.casefold() for term in terms()]
    assert len(english) >= FEWEST
    assert len(set(english)) == len(english)


@pytest.mark.parametrize("term", terms(), ids=lambda term: term.en)
def test_a_term_says_one_sentence_and_occurs_where_it_says(term: Term) -> None:
    assert term.says.endswith("。") and term.says.count("。") == 1
    assert len(term.says) <= LONGEST
    assert term.lessons
    missing = [
        lesson
        for lesson in term.lessons
        if not any(occurs(word, text_of(lesson)) for word in term.spellings)
    ]
    assert not missing


def test_a_word_inside_another_word_is_not_found() -> None:
    assert not occurs("Node", "NodeIP nodeSelector")
    assert occurs("orphan", "选 Orphan 就行")
    assert occurs("未就绪（Node）", "还未就绪")


def test_the_lesson_shows_each_group_once() -> None:
    cells = [cell.source for cell in course_notebook("21_glossary").cells]
    shown = re.findall(r'^glossary\("([^"]+)"\)$', "\n".join(cells), re.MULTILINE)
    assert shown == groups()


def test_the_lesson_says_how_many_terms_there_are() -> None:
    first = course_notebook("21_glossary").cells[0].source
    assert f"{len(terms())} 个词" in first


def test_links_lead_to_lessons() -> None:
    links = re.findall(r'href="([^"]+)"', glossary()._repr_html_())
    assert len(links) >= len(terms())
    assert all((NOTEBOOKS / link).exists() for link in links)


def test_terms_are_found_by_either_language() -> None:
    assert "taint" in {term.en for term in glossary(find="污点").terms}
    assert next(term.en for term in glossary(find="MAXSURGE").terms) == "maxSurge"
    assert len(glossary(find="没有这种东西")) == 0
    assert "没有这种东西" in repr(glossary(find="没有这种东西"))
    assert "&lt;" in glossary(find="<b>")._repr_html_()


def test_an_unknown_group_lists_the_known() -> None:
    with pytest.raises(KeyError, match="网络"):
        glossary("菜谱")
