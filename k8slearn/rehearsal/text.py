"""A rehearsal as text for a terminal: a table, and the sentences under it."""

from __future__ import annotations

from k8slearn.locale import rehearsal as words
from k8slearn.rehearsal import tell
from k8slearn.rehearsal.results import Findings
from k8slearn.rehearsal.tell import Paragraphs
from k8slearn.toolkit.columns import aligned

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
    return ["", *aligned(rows), words.TABLE_NOTE]


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
