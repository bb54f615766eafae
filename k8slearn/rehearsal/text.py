"""A rehearsal as text for a terminal: a table, and the sentences under it."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import east_asian_width

from k8slearn.locale import rehearsal as words
from k8slearn.rehearsal import tell
from k8slearn.rehearsal.results import Findings
from k8slearn.rehearsal.tell import Paragraphs

GAP = "  "
INDENT = "  "


def text(made: Findings) -> str:
    """The whole text."""
    lines = [tell.title(made.facts)]
    lines += tell.opening(made.facts)
    if made.results:
        lines += _compared(made)
    lines += _section(tell.advice(made))
    for section in tell.standstills(made):
        lines += _section(section)
    lines += _section(tell.sources(made.facts))
    return "\n".join(lines)


def _compared(made: Findings) -> list[str]:
    rows = [tell.columns(made)]
    for result in made.results:
        rows.append(tell.cells(result))
    return ["", *table(rows), words.TABLE_NOTE]


def _section(section: Paragraphs) -> list[str]:
    """The lines of a section after a blank one; [] for a section without sentences."""
    if not section.lines:
        return []
    lines = ["", section.title]
    for line in section.lines:
        indent = INDENT
        if tell.is_command(line):
            indent += INDENT
        lines.append(indent + line)
    return lines


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """The rows with aligned columns; a Chinese character is two columns wide."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        padded = []
        for cell, width in zip(row, widths, strict=True):
            padded.append(cell + " " * (width - _width(cell)))
        lines.append(GAP.join(padded).rstrip())
    return lines


def _width(cell: str) -> int:
    wide = 0
    for letter in cell:
        if east_asian_width(letter) in "WF":
            wide += 1
    return len(cell) + wide
