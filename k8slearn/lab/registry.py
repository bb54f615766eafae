"""Panels on the screen live until they are closed or their cell is run again, whether a variable holds them or not."""

from __future__ import annotations

from typing import Protocol


class Closable(Protocol):
    """A panel."""

    def close(self) -> None:
        """End it."""


_panels: dict[str, tuple[str, list[Closable]]] = {}


def keep(panel: Closable) -> None:
    """Keep a panel that is being displayed; the panels of this cell's earlier runs are closed."""
    cell, run = current_cell()
    last_run, earlier = _panels.get(cell, (run, []))
    others = [each for each in earlier if each is not panel]
    # One cell may show several panels in one run; only a new run replaces them.
    if last_run != run:
        for old in others:
            old.close()
        others = []
    _panels[cell] = run, [*others, panel]


def current_cell() -> tuple[str, str]:
    """(the cell, the run) that is being executed; the same two strings outside a notebook."""
    # Here and not above: a page in a browser has no IPython.
    from IPython import get_ipython

    shell = get_ipython()
    # Only a kernel's shell knows the request that it carries out; a terminal's does not.
    if shell is None or not hasattr(shell, "get_parent"):
        return "", ""
    request = shell.get_parent()
    metadata = request.get("metadata") or {}
    header = request.get("header") or {}
    cell = metadata.get("cellId", "")
    if not cell:
        return "", ""
    run = header.get("msg_id", "")
    return str(cell), str(run)
