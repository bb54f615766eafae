"""A second cluster beside the first: its picture and its own update controls."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from k8slearn.lab.cards import BranchingPanel
from k8slearn.lab.cards.picture import PictureCard
from k8slearn.lab.cards.update import UpdateCard
from k8slearn.lab.commands import Command
from k8slearn.lab.playback import Playback
from k8slearn.lab.view_model import Selection, ViewModel, ViewModels
from k8slearn.lab.widgets import button, label, named, row
from k8slearn.locale import lab as words


class BranchCard:
    """The card of a branch. It is the panel of its update card, so that clicks there change the branch's cluster."""

    STYLE: ClassVar[str] = ""

    def __init__(
        self, panel: BranchingPanel, playback: Playback, theme: str, scale: float
    ) -> None:
        self._panel = panel
        self.playback = playback
        self._models = ViewModels(playback)
        title = label(f"<b>{words.BRANCH_TITLE.format(time=playback.clock)}</b>")
        tip = words.TIPS["close-branch"]
        close = button(
            "close-branch", words.CLOSE_BRANCH, lambda: panel.close_branch(), tip
        )
        self.picture = PictureCard(theme, scale, named(row(title, close), "above"))
        self.update = UpdateCard(self)
        self.root = self.picture.root
        self.root.children = (*self.root.children, self.update.root)
        named(self.root, "beside")

    def attempt(self, make: Callable[[], Command]) -> bool:
        """Carry out a command in the branch."""
        return self._panel.attempt_in_branch(make)

    def wake(self, *_: object) -> None:
        """Request a redraw in the view thread."""
        self._panel.wake()

    def take(self, of_first: ViewModel, stepping: bool) -> ViewModel:
        """The branch's view model, with the first cluster's selection; the caller holds the branch's lock."""
        chosen = of_first.selection
        daemon_set = self.update.selected or chosen.daemon_set
        selection = Selection(chosen.node, chosen.pod, daemon_set, chosen.group_by)
        return self._models.take(selection, stepping=stepping)

    def refresh(self, model: ViewModel) -> None:
        """Show a moment of the branch."""
        self.picture.refresh(model)
        self.update.refresh(model)

    def paint(self) -> None:
        """Draw what was refreshed."""
        self.picture.paint()
