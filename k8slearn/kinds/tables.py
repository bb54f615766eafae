"""What `kubectl get` prints, for Python and for the API's Table objects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.kind import Kind
from k8slearn.kinds.printing import Cell

NOTHING = "No resources found"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text under column titles; `str()` aligns them as kubectl does."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __str__(self) -> str:
        if not self.rows:
            return NOTHING
        return "\n".join(aligned([self.columns, *self.rows]))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """The same text for a page, which scrolls it sideways instead of breaking its lines."""
        style = "white-space:pre;overflow-x:auto;margin:0;padding:5px 8px 0;font-size:12px;line-height:1.4"
        return f'<pre style="{style}">{escape(str(self))}</pre>'


def aligned(lines: Sequence[Sequence[str]], between: str = "   ") -> list[str]:
    """Cells in columns with spaces between two; no column is narrower than three letters, but the last one.

    Kubernetes: cli-runtime/pkg/printers/tabwriter.go
    """
    widths = [max(3, *map(len, column)) for column in zip(*lines, strict=True)]
    # What stands in the last column is not padded, so that an empty cell leaves spaces at the end.
    widths[-1:] = [0]
    return [between.join(map(str.ljust, line, widths)) for line in lines]


def table(
    row: Kind, objects: Sequence[Object], now: float, *, wide: bool = False
) -> Table:
    """The objects of a kind as `kubectl get` (with `-o wide`) shows them at `now` (simulated seconds)."""
    shown: list[int] = []
    titles: list[str] = []
    for i, column in enumerate(row.columns):
        if wide or not column.priority:
            shown.append(i)
            titles.append(column.title.upper())
    rows: list[tuple[str, ...]] = []
    for o in objects:
        line = row.cells(o, now)
        rows.append(tuple([_text(line[i]) for i in shown]))
    return Table(tuple(titles), tuple(rows))


def _text(cell: Cell) -> str:
    """A cell as kubectl prints it, which has Go's words for truth values."""
    if isinstance(cell, bool):
        return str(cell).lower()
    return str(cell)
