"""The cards of the panel, one module each. What a card shows comes from the view model alone.

Cards have no state of the cluster. A redraw refreshes all cards from one view model; a click becomes a command of the
panel. `k8slearn.lab.layout` has a row for each card's place.
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
        """Show this moment. The cluster's lock is held meanwhile, so this must be fast."""


class Painted(LabCard, Protocol):
    """A card with a picture, which takes too long to draw under the cluster's lock."""

    def paint(self) -> None:
        """Draw what was refreshed; the cluster's lock is not held."""


class Commandable(Protocol):
    """Carries out commands on a cluster: the panel, or the branch beside it."""

    def attempt(self, make: Callable[[], Command]) -> bool:
        """Make a command and carry it out; errors are shown. Returns whether it was done."""

    def wake(self, *_: object) -> None:
        """Request a redraw in the view thread."""


class Panel(Commandable, Protocol):
    """The panel as cards use it. A card gets a weak proxy and must not keep bound methods of it."""

    cluster: Any
    model: ViewModel

    @property
    def selection(self) -> Selection:
        """The current selection; the view model has that of the last redraw."""

    def say(self, text: str, hint: bool = False) -> bool:
        """Show a line under the buttons, '' for none; returns False."""

    def touched(self, what: str, across: float, down: float) -> None:
        """Handle a click on picture or timeline (`what`), at fractions of its width and height."""

    def fit_into(self, room: str) -> None:
        """Draw for the room that the page has from now on: wide, narrow or slim."""

    def go(self, what: str) -> None:
        """Do what a button of the time row does, by its name."""

    def go_to(self, number: int) -> None:
        """Show the state after the first `number` actions."""

    def set_speed(self, speed: float) -> None:
        """Set the simulated seconds per real second."""

    def pause(self) -> None:
        """Stop time."""

    def step(self) -> None:
        """Do the next action."""

    def to_now(self) -> None:
        """Show the present."""

    def export(self, ending: str) -> None:
        """Save what is shown as a file with this ending."""


class BranchingPanel(Commandable, Protocol):
    """The panel as the card of a branch uses it."""

    def attempt_in_branch(self, make: Callable[[], Command]) -> bool:
        """As `attempt`, on the branch's cluster."""

    def close_branch(self) -> None:
        """Close the branch."""
