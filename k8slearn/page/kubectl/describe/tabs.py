"""Text in columns as Go's tabwriter sets it: a column is as wide as its widest cell and as long as its lines have it.

Go: text/tabwriter. Kubernetes: kubectl/pkg/describe/describe.go, tabbedString
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_PADDING = 2

Cells = list[str]


def tabbed(lines: Iterable[str]) -> list[str]:
    """The lines, whose cells end with tabs; what stands behind the last tab belongs to no column."""
    written = "\n".join(lines).split("\n")
    rows = [line.split("\t") for line in written]
    _set(rows, 0)
    return ["".join(cells) for cells in rows]


def _set(rows: Sequence[Cells], column: int) -> None:
    """Widen the cells of a column and of those to the right of it, block by block."""
    block: list[Cells] = []
    for cells in [*rows, []]:
        if len(cells) - 1 > column:
            block.append(cells)
        elif block:
            _set(block, column + 1)
            width = max(len(each[column]) for each in block) + _PADDING
            for each in block:
                each[column] = each[column].ljust(width)
            block = []
