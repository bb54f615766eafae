"""Keeps displayed panels alive until they are closed or their cell is run again, even without a variable."""

from __future__ import annotations

from typing import Protocol


class Closable(Protocol):
    """A panel, as far as it is needed here."""

    def close(self) -> None:
        """End it."""


_panels: dict[str, tuple[str, list[Closable]]] = {}


def keep(panel: Closable) -> None:
    """Keep a panel that is displayed, and close those of earlier runs of the cell."""
    cell, run = current_cell()
    last_run, earlier = _panels.get(cell, (run, []))
    others = [each for each in earlier if each is not panel]
    # A run may show several panels; only a new run replaces them.
    if last_run != run:
        for old in others:
            old.close()
        others = []
    _panels[cell] = run, [*others, panel]


def current_cell() -> tuple[str, str]:
    """(id of the cell, id of the run) in execution; two empty strings outside a notebook."""
    # Imported here: a page in a browser has no IPython.
    from IPython import get_ipython

    shell = get_ipython()
    # Only a kernel's shell has a request; that of a terminal has none.
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
