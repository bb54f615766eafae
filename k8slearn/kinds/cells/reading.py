"""How a cell of a table reads an object: by a path, where what is not there shows as something."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.printing import Cell

CellReader = Callable[[Object, float], Cell]


def at(o: Object, path: str, empty: Any = "") -> Any:
    """The value at a dotted path, `empty` where there is none."""
    found: Any = o
    for step in path.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    if found is None:
        return empty
    return found


def text_cell(path: str, empty: Cell = "") -> CellReader:
    """A cell that shows one field as it is."""

    def read(o: Object, now: float) -> Cell:
        value: Cell = at(o, path, empty)
        return value

    return read


def list_cell(path: str, empty: str = "", field: str = "") -> CellReader:
    """A cell that shows a list, or one field of each of its elements."""

    def read(o: Object, now: float) -> Cell:
        found = at(o, path, [])
        words = [str(at(each, field) if field else each) for each in found]
        return ",".join(words) or empty

    return read


def created_at(o: Object, now: float) -> Cell:
    """When it was made."""
    return str(o["metadata"].get("creationTimestamp", ""))
