"""Text in columns of a terminal, where a Chinese character takes two."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import east_asian_width

GAP = "  "


def padded(text: str, width: int) -> str:
    """The text padded with spaces to `width` columns."""
    # By hand, since str.ljust counts characters.
    return text + " " * (width - _width(text))


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of cells as lines whose cells stand below each other."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    return [GAP.join(map(padded, row, widths)).rstrip() for row in rows]


def _width(text: str) -> int:
    return len(text) + sum(east_asian_width(each) in "WF" for each in text)
