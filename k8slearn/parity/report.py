"""The figures of a whole replay: how many records of each kind the model agrees with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import east_asian_width

from k8slearn.apimachinery.errors import ApiError
from k8slearn.locale import parity as words
from k8slearn.parity import kubelet, reference, workloads
from k8slearn.parity.decisions import node_decision, sync_decision
from k8slearn.parity.manifests import verdict_differences
from k8slearn.parity.traces import trace


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
            (f.kind, str(f.agree), str(f.total), words.ABOUT[f.kind])
            for f in self.figures
        ]
        return aligned([words.TITLES, *rows])

    __repr__ = __str__


def count(
    kind: str,
    records: Iterable[Any],
    differences: Callable[[Any], object],
) -> Figures:
    """Replay records of one kind."""
    verdicts = [not differences(record) for record in records]
    return Figures(kind=kind, agree=sum(verdicts), total=len(verdicts))


def report() -> Report:
    """Replay every recorded decision, trace and scenario now; takes some ten seconds."""
    # From one decision to a whole life, and last what the API server says before anything happens.
    replays: dict[str, tuple[Iterable[Any], Callable[[Any], object]]] = {
        "node_decisions": (reference.decisions("node_decisions"), node_decision),
        "sync_decisions": (reference.decisions("sync_decisions"), sync_decision),
        "traces": (reference.traces().values(), trace),
        "kubelet": (reference.kubelet().values(), kubelet.scenario),
        "workloads": (reference.workloads().values(), _of_workloads),
        "manifest_verdicts": (
            reference.decisions("manifest_verdicts"),
            verdict_differences,
        ),
    }
    figures = []
    for kind, (records, differences) in replays.items():
        figures.append(count(kind, records, differences))
    return Report(tuple(figures))


def _of_workloads(recorded: reference.Record) -> object:
    """What differs; a kind that the model does not have is a difference as well."""
    try:
        return workloads.trace(recorded)
    except (ApiError, KeyError) as missing:
        return [missing]


def width(text: str) -> int:
    """Columns that a text takes on a terminal: a Chinese character takes two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def aligned(lines: Sequence[Sequence[str]]) -> str:
    """Lines of cells as columns."""
    columns = range(len(lines[0]))
    widths = [max(width(line[column]) for line in lines) for column in columns]
    rows = []
    for line in lines:
        # By hand, since str.ljust counts characters, of which a Chinese one takes two columns.
        cells = zip(line, widths, strict=True)
        padded = [cell + " " * (wide - width(cell)) for cell, wide in cells]
        rows.append("  ".join(padded).rstrip())
    return "\n".join(rows)
