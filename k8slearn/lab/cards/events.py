"""The event stream: one line for each notable write."""

from __future__ import annotations

from typing import ClassVar

from k8slearn.lab import render
from k8slearn.lab.cards import Commandable
from k8slearn.lab.view_model import ViewModel
from k8slearn.lab.widgets import named, page
from k8slearn.view.theme import ACTOR_COLOURS

# Lines break after commas, and a last number does not stand alone on a line.
LINE_STYLE = """
.k8s-lines { font-size: 12px; line-height: 1.45; }
.k8s-line { display: flex; gap: 8px; align-items: baseline; }
.k8s-line time { color: var(--jp-ui-font-color2, #666); min-width: 4em; text-align: right; white-space: nowrap; }
.k8s-line b { font-weight: 500; white-space: nowrap; }
.k8s-line span { flex: 1; overflow-wrap: anywhere; word-break: keep-all; text-wrap: pretty; }
.k8s-line u { text-decoration: none; width: 9px; height: 9px; border-radius: 5px; flex: none; }
.k8s-line.k8s-warning span { color: var(--jp-error-color1, #d33); }
.k8s-line.k8s-minor span, .k8s-line.k8s-minor b { color: var(--jp-ui-font-color2, #666); }
"""
# A line's dot has the colour of its component in the picture.
DOT_STYLE = "\n".join(
    f".k8s-line u.k8s-by-{chip} {{ background: {colour}; }}"
    for chip, colour in ACTOR_COLOURS.items()
)


class EventsCard:
    """Lines with time, component and deed, the latest first."""

    STYLE: ClassVar[str] = LINE_STYLE + DOT_STYLE

    def __init__(self, panel: Commandable) -> None:
        self.root = named(page("events", render.events([])), "card")

    def refresh(self, model: ViewModel) -> None:
        """Show the lines up to this moment."""
        self.root.value = render.events(model.lines)
