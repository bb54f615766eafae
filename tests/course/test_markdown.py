"""Bold text is bold: next to Chinese characters CommonMark takes some asterisks for text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from tests.support.paths import ROOT
from tests.support.store_outputs import course_notebook

MARKDOWN = MarkdownIt("commonmark").enable("table")
LESSONS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))


def shown_asterisks(text: str) -> list[str]:
    """The pieces of a rendered text in which two asterisks are left."""
    return [
        piece.content
        for block in MARKDOWN.parse(text)
        for piece in block.children or ()
        if piece.type == "text" and "**" in piece.content
    ]


def cells(lesson: str) -> Iterator[str]:
    """The Markdown of a lesson."""
    for cell in course_notebook(lesson).cells:
        if cell.cell_type == "markdown":
            yield cell.source


@pytest.mark.parametrize("lesson", LESSONS)
def test_no_asterisk_is_seen_in_a_lesson(lesson: str) -> None:
    assert [piece for text in cells(lesson) for piece in shown_asterisks(text)] == []


@pytest.mark.parametrize("page", sorted(ROOT.glob("*.md")), ids=lambda path: path.name)
def test_nor_in_a_page_of_the_repository(page: Path) -> None:
    assert shown_asterisks(page.read_text(encoding="utf-8")) == []


def test_one_between_a_mark_and_a_letter_would_be_seen() -> None:
    assert shown_asterisks("**在真实集群里：**没有") != []
    assert shown_asterisks("**在真实集群里：** 没有") == []
