"""Cards about a real cluster: which one it is, the state of the connection, and what could not be read."""

from __future__ import annotations

from html import escape
from typing import Any, ClassVar

from k8slearn.lab.cards import Commandable
from k8slearn.lab.view_model import ViewModel
from k8slearn.lab.widgets import page, set_visible


class ContextCard:
    """A line above the panel that names the cluster."""

    STYLE: ClassVar[str] = """
.k8s-context { font-size: 13px; line-height: 1.5; padding: 2px 10px; margin-bottom: 4px !important; height: auto;
  border-radius: 8px; border: 1px solid var(--jp-border-color2, #ddd); background: var(--jp-layout-color1, #fff); }
/* What can be chosen takes little room, and no button stands below it. */
@container (min-width: 800px) {
  .k8s-watching .k8s-body { grid-template-columns: minmax(0, 1fr) minmax(362px, 0.42fr);
    grid-template-rows: auto minmax(200px, 1.6fr) auto minmax(110px, 1fr);
    grid-template-areas: "sides hands" "sides why" "time time" "tabs tabs"; }
}
"""

    def __init__(self, panel: Commandable) -> None:
        self.root: Any = page("context")

    def refresh(self, model: ViewModel) -> None:
        """Show which cluster it is."""
        self.root.value = f"<b>{escape(model.about.header)}</b>"


class NoticesCard:
    """Notices about what is shown, one a line, in a place where their coming and going moves no picture."""

    STYLE: ClassVar[str] = """
.k8s-notices { font-size: 13px; line-height: 1.5; height: auto; }
.k8s-notices p { margin: 0 0 4px; overflow-wrap: anywhere; border-left: 4px solid #E69F00; padding-left: 8px; }
"""

    def __init__(self, panel: Commandable) -> None:
        self.root: Any = page("notices")

    def refresh(self, model: ViewModel) -> None:
        """Show the notices, if any."""
        lines = []
        for notice in model.about.notices:
            lines.append(f'<p role="status">{escape(notice)}</p>')
        self.root.value = "".join(lines)
        set_visible(self.root, bool(lines))
