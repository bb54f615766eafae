"""Walks over a panel's widgets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def close_widgets(root: Any) -> None:
    """Close a widget with all that is in it."""
    for child in getattr(root, "children", ()):
        close_widgets(child)
    root.close()


def hide(root: Any, names: Sequence[str]) -> None:
    """Take the widgets of these names off the screen."""
    for child in getattr(root, "children", ()):
        if any(f"k8s-{name}" in child._dom_classes for name in names):
            child.layout.display = "none"
        hide(child, names)
