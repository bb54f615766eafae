"""The cards of the panel, one module each, all of one form: what each shows comes from the view model alone.

A card holds no truth. A redraw refreshes every card from one view model; a click on a card becomes a command of the
panel. Where a card lies is written in `k8slearn.lab.layout`, in one row.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Protocol

from k8slearn.lab.commands import Command
from k8slearn.lab.view_model import Selection, ViewModel


class LabCard(Protocol):
    """`root` is the card's widget; `STYLE` its own style sheet, '' for none."""

    STYLE: ClassVar[str]
    root: Any

    def refresh(self, model: ViewModel) -> None:
        """Show this moment. The cluster's lock is held meanwhile, so that nothing slow is done here."""


class Painted(LabCard, Protocol):
    """A card with a picture, which takes too long to be made while the cluster waits."""

    def paint(self) -> None:
        """Make the picture of what was refreshed; the cluster's lock is free again."""


class Commandable(Protocol):
    """Whoever carries out commands on a cluster: the panel, or the branch beside it."""

    def attempt(self, make: Callable[[], Command]) -> bool:
        """Make a command and carry it out; what is wrong with it is said. Returns whether it was done."""

    def wake(self, *_: object) -> None:
        """Redraw soon."""


class Panel(Commandable, Protocol):
    """What a card may ask of its panel. A card is given a weak proxy of it: keep no bound method of it."""

    cluster: Any
    model: ViewModel

    @property
    def selection(self) -> Selection:
        """What is chosen at this instant; the view model has what was chosen at the last redraw."""

    def say(self, text: str, hint: bool = False) -> bool:
        """Put a line under the buttons."""

    def touched(self, what: str, across: float, down: float) -> None:
        """A click at fractions of the width and height of a picture."""

    def fit_into(self, room: str) -> None:
        """The page has room for wide, narrow or slim pictures from now on."""

    def go(self, what: str) -> None:
        """Press a button of the time row, by its name."""

    def go_to(self, number: int) -> None:
        """Show the first `number` actions."""

    def set_speed(self, speed: float) -> None:
        """How many simulated seconds go by in a real one."""

    def pause(self) -> None:
        """Stop time."""

    def step(self) -> None:
        """One action of one component."""

    def to_now(self) -> None:
        """Show the present."""

    def export(self, ending: str) -> None:
        """Save what is shown as a file of this kind."""


class BranchingPanel(Commandable, Protocol):
    """What the card of a branch may ask of the panel."""

    def attempt_in_branch(self, make: Callable[[], Command]) -> bool:
        """As `attempt`, in the cluster of the branch."""

    def close_branch(self) -> None:
        """Leave only the original."""
