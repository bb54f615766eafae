"""The kubectl equivalents of the last clicks."""

from __future__ import annotations

from typing import ClassVar

from k8slearn.lab import render
from k8slearn.lab.cards import Commandable
from k8slearn.lab.view_model import ViewModel
from k8slearn.lab.widgets import named, page


class KubectlCard:
    """Lines to copy, the latest first."""

    STYLE: ClassVar[str] = """
.k8s-kubectl-lines code { display: block; white-space: pre-wrap; overflow-wrap: anywhere; user-select: all;
  background: none; color: var(--jp-ui-font-color1, #222); padding: 1px 0; }
.k8s-kubectl-lines code:not(:first-child) { color: var(--jp-ui-font-color2, #666); }
"""

    def __init__(self, panel: Commandable) -> None:
        self.root = named(page("kubectl", render.kubectl([])), "card")

    def refresh(self, model: ViewModel) -> None:
        """Show the lines of the last clicks."""
        self.root.value = render.kubectl(model.commands)
