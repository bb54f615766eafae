"""A report on replaying all records: with how many of each kind the model agrees."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from k8slearn.apimachinery.errors import ApiError
from k8slearn.locale import parity as words
from k8slearn.parity import kubelet, reference, workloads
from k8slearn.parity.decisions import node_decision, sync_decision
from k8slearn.parity.manifests import verdict_differences
from k8slearn.parity.traces import trace
from k8slearn.toolkit.columns import aligned


@dataclass(frozen=True, slots=True)
class Figures:
    """The number of records of one kind, and how many agree."""

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
        return "\n".join(aligned([words.TITLES, *rows]))

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
    # From single decisions to whole traces, then the API server's verdicts.
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
    """The differences; a kind that the model lacks is a difference as well."""
    try:
        return workloads.trace(recorded)
    except (ApiError, KeyError) as missing:
        return [missing]
