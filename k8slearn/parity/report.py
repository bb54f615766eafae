"""The figures of a whole replay: how many records of each kind the model agrees with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import east_asian_width

from k8slearn.parity import reference
from k8slearn.parity.decisions import node_decision, sync_decision
from k8slearn.parity.manifests import verdict_differences
from k8slearn.parity.traces import trace

TITLES = ("记录", "一致", "共", "是什么")
ABOUT = {
    "node_decisions": "一个 Node 上该不该有 Pod、已有的 Pod 能不能留",
    "sync_decisions": "控制器看一眼集群之后决定创建、删除、替换谁，写什么 status",
    "traces": "一步一步的完整过程，每一步之后整个集群的样子和 Event",
    "manifest_verdicts": "API server 接受还是拒绝一份清单，错在哪个字段",
}


@dataclass(frozen=True, slots=True)
class Figures:
    """Of so many records of one kind, how many agree."""

    kind: str
    agree: int
    total: int


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of every kind; `str()` is a table."""

    figures: tuple[Figures, ...]

    def __str__(self) -> str:
        rows = [
            (f.kind, str(f.agree), str(f.total), ABOUT[f.kind]) for f in self.figures
        ]
        return aligned([TITLES, *rows])

    __repr__ = __str__


def count(
    kind: str, records: Iterable[Any], differences: Callable[[Any], object]
) -> Figures:
    """Replay records of one kind."""
    verdicts = [not differences(record) for record in records]
    return Figures(kind, sum(verdicts), len(verdicts))


def report() -> Report:
    """Replay every recorded decision and trace now; takes a few seconds."""
    return Report(
        (
            count(
                "node_decisions", reference.decisions("node_decisions"), node_decision
            ),
            count(
                "sync_decisions", reference.decisions("sync_decisions"), sync_decision
            ),
            count("traces", reference.traces().values(), trace),
            count(
                "manifest_verdicts",
                reference.decisions("manifest_verdicts"),
                verdict_differences,
            ),
        )
    )


def width(text: str) -> int:
    """Columns that a text takes on a terminal: a Chinese character takes two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def aligned(lines: Sequence[Sequence[str]]) -> str:
    """Lines of cells as columns."""
    widths = [
        max(width(line[column]) for line in lines) for column in range(len(lines[0]))
    ]
    return "\n".join(
        "  ".join(
            cell + " " * (wide - width(cell))
            for cell, wide in zip(line, widths, strict=True)
        ).rstrip()
        for line in lines
    )
