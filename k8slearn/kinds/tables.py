"""What `kubectl get` prints: the columns of each kind and their cells, for Python and for the API's Table objects."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from k8slearn.apimachinery.objects import Object
from k8slearn.kinds import pod_printer, printers
from k8slearn.kinds.pod_printer import pod_status
from k8slearn.kinds.printing import Cell, human_duration

__all__ = [
    "Cell",
    "Column",
    "Table",
    "cells",
    "columns",
    "human_duration",
    "pod_status",
    "table",
]

EMPTY = "No resources found."


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text under column titles; `str()` aligns them as kubectl does."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __str__(self) -> str:
        if not self.rows:
            return EMPTY
        lines = [self.columns, *self.rows]
        widths = [max(len(line[i]) for line in lines) for i in range(len(self.columns))]
        padded = (
            "   ".join(
                cell.ljust(width) for cell, width in zip(line, widths, strict=True)
            )
            for line in lines
        )
        return "\n".join(line.rstrip() for line in padded)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """The same text for a page, which scrolls it sideways instead of breaking its lines."""
        style = "white-space:pre;overflow-x:auto;margin:0;padding:5px 8px 0;font-size:12px;line-height:1.4"
        return f'<pre style="{style}">{escape(str(self))}</pre>'


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `wide` ones are shown with `-o wide` only, `type` is string or integer."""

    title: str
    type: str = "string"
    wide: bool = False


def _columns(narrow: str, wide: str = "", integers: str = "") -> tuple[Column, ...]:
    """Columns from titles parted by `|`; `integers` names those that hold numbers."""
    numbers = integers.split("|")
    titles = [(title, False) for title in narrow.split("|")] + [
        (title, True) for title in wide.split("|") if title
    ]
    return tuple(
        Column(title, "integer" if title in numbers else "string", far)
        for title, far in titles
    )


_Printer = tuple[tuple[Column, ...], Callable[[Object, float], list[Cell]]]
_WORKLOAD = "Containers|Images|Selector"
_PRINTERS: dict[str, _Printer] = {
    "DaemonSet": (
        _columns(
            "Name|Desired|Current|Ready|Up-to-date|Available|Node Selector|Age",
            _WORKLOAD,
            "Desired|Current|Ready|Up-to-date|Available",
        ),
        printers.daemon_set,
    ),
    "Pod": (
        _columns(
            "Name|Ready|Status|Restarts|Age", "IP|Node|Nominated Node|Readiness Gates"
        ),
        pod_printer.pod,
    ),
    "Node": (
        _columns(
            "Name|Status|Roles|Age|Version",
            "Internal-IP|External-IP|OS-Image|Kernel-Version|Container-Runtime",
        ),
        printers.node,
    ),
    "ControllerRevision": (
        _columns("Name|Controller|Revision|Age", "", "Revision"),
        printers.revision,
    ),
    "Service": (
        _columns("Name|Type|Cluster-IP|External-IP|Port(s)|Age", "Selector"),
        printers.service,
    ),
    "EndpointSlice": (
        _columns("Name|AddressType|Ports|Endpoints|Age"),
        printers.endpoint_slice,
    ),
    "Endpoints": (_columns("Name|Endpoints|Age"), printers.endpoints),
    "Event": (
        (
            *_columns("Last Seen|Type|Reason|Object", "Subobject|Source"),
            *_columns("Message", "First Seen|Count|Name", "Count"),
        ),
        printers.event,
    ),
    "Namespace": (_columns("Name|Status|Age"), printers.namespace),
    "ConfigMap": (_columns("Name|Data|Age", "", "Data"), printers.config_map),
    "Secret": (_columns("Name|Type|Data|Age", "", "Data"), printers.secret),
    "ServiceAccount": (
        _columns("Name|Secrets|Age", "", "Secrets"),
        printers.service_account,
    ),
    "Lease": (_columns("Name|Holder|Age"), printers.lease),
}
_OTHER: _Printer = (_columns("Name|Age"), printers.other)


def columns(kind: str) -> tuple[Column, ...]:
    """The columns of a kind. Kubernetes: pkg/printers/internalversion/printers.go, AddHandlers"""
    return _PRINTERS.get(kind, _OTHER)[0]


def cells(o: Object, now: float) -> list[Cell]:
    """The cells of an object at `now` (simulated seconds), one for each column, the wide ones included."""
    return _PRINTERS.get(o["kind"], _OTHER)[1](o, now)


def table(
    kind: str, objects: Sequence[Object], now: float, *, wide: bool = False
) -> Table:
    """The objects of a kind as `kubectl get` (with `-o wide`) shows them at `now` (simulated seconds)."""
    shown = [i for i, column in enumerate(columns(kind)) if wide or not column.wide]
    titles = tuple(columns(kind)[i].title.upper() for i in shown)
    return Table(
        titles,
        tuple(
            tuple(str(row[i]) for i in shown)
            for row in (cells(o, now) for o in objects)
        ),
    )
