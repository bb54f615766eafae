"""The cards can be imported into Anki: they are parsed here by the rules in its manual."""

from __future__ import annotations

import csv
import os
import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from k8slearn.course.anki import review_cards
from k8slearn.course.bank import lessons
from k8slearn.lesson import question, question_keys


def parsed(path: Path) -> tuple[dict[str, str], list[list[str]]]:
    """Headers and records, as Anki reads them: headers first, then a CSV file with the separator that they name."""
    lines = path.read_bytes().decode("utf-8").splitlines()
    headers = {}
    while lines and lines[0].startswith("#"):
        name, _, value = lines.pop(0)[1:].partition(":")
        headers[name] = value
    assert headers["separator"] == "tab"
    return headers, list(csv.reader(lines, delimiter="\t"))


class Tags(HTMLParser):
    """Collects the elements, and checks that each is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        assert tag in ("b", "br", "hr") and not attrs
        if tag == "b":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def squeezed(text: str) -> str:
    """Without white space, which means nothing in HTML."""
    return "".join(text.split())


def words_of(html: str) -> str:
    """The visible text of a card."""
    return squeezed(unescape(re.sub("<[^>]*>", "", html)))


def test_every_question_is_a_card_with_its_answer_and_why(tmp_path: Path) -> None:
    headers, records = parsed(review_cards(tmp_path / "cards.tsv"))
    # No names of columns: Anki would leave each column empty that is named otherwise than its note type's field.
    assert headers == {"separator": "tab", "html": "true", "tags column": "3"}
    assert len(records) == len(question_keys())
    for key, (front, back, tag) in zip(question_keys(), records, strict=True):
        asked = question(key)
        assert squeezed(asked.text) in words_of(front)
        before, _, others = back.partition("<hr>")
        for option in asked.options:
            assert squeezed(option.text) in words_of(front)
            side = before if option.right else others
            assert squeezed(option.feedback) in words_of(side)
        assert tag == f"k8slearn::{asked.lesson}"


def test_each_field_is_sound_html_on_one_line(tmp_path: Path) -> None:
    _, records = parsed(review_cards(tmp_path / "cards.tsv"))
    for record in records:
        assert len(record) == 3
        for field in record:
            # What would be quoted, a comment, or another card.
            assert field and not set(field) & set('"\t\r\n') and field[0] != "#"
            tags = Tags()
            tags.feed(field)
            tags.close()
            assert tags.open == []
    # By its first field Anki knows a card again, also when the file is imported anew.
    assert len({front for front, _, _ in records}) == len(records)


def test_what_looks_like_html_is_read_and_not_obeyed(tmp_path: Path) -> None:
    key = next(key for key in question_keys() if "<none>" in question(key).text)
    _, records = parsed(review_cards(tmp_path / "cards.tsv"))
    front = records[question_keys().index(key)][0]
    assert "&lt;none&gt;" in front and "<none>" not in front


def test_only_some_lessons(tmp_path: Path) -> None:
    _, records = parsed(review_cards(tmp_path / "cards.tsv", "04", "05_"))
    wanted = [name for name in lessons() if name.startswith(("04", "05_"))]
    assert {tag for *_, tag in records} == {f"k8slearn::{name}" for name in wanted}


def test_where_it_cannot_be_written_the_old_file_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError("full")

    target = review_cards(tmp_path / "cards.tsv", "04")
    before = target.read_bytes()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="full"):
        review_cards(target)
    assert target.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["cards.tsv"]
