"""Panels on the screen live until they are closed or their cell is run again, whether a variable holds them or not."""

from __future__ import annotations

from typing import Protocol

from IPython import get_ipython


class Closable(Protocol):
    """A panel."""

    def close(self) -> None:
        """End it."""


_shown: dict[str, tuple[str, list[Closable]]] = {}


def keep(panel: Closable) -> None:
    """Keep a panel that is being displayed; the panels of this cell's earlier runs are closed."""
    cell, run = current_cell()
    before, panels = _shown.get(cell, (run, []))
    if before != run:
        for old in panels:
            if old is not panel:
                old.close()
        panels = []
    _shown[cell] = run, [*(p for p in panels if p is not panel), panel]


def current_cell() -> tuple[str, str]:
    """(the cell, the run) that is being executed; the same two strings outside a notebook."""
    shell = get_ipython()
    parent = (
        shell.get_parent() if shell is not None and hasattr(shell, "get_parent") else {}
    )
    cell = str((parent.get("metadata") or {}).get("cellId", ""))
    return cell, str((parent.get("header") or {}).get("msg_id", "")) if cell else ""
