"""The card to change the update strategy and the image of a DaemonSet."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from k8slearn.lab import commands
from k8slearn.lab.cards import Commandable
from k8slearn.lab.cards.choices import DaemonSetChoice
from k8slearn.lab.commands import Command, Mistake, ObjectKey
from k8slearn.lab.view_model import DaemonSetRow, ViewModel
from k8slearn.lab.widgets import button, choice, field, label, row, toggle
from k8slearn.locale import lab as words

LIMITS = ("maxUnavailable", "maxSurge")
PRESETS = ("1", "2", "25%", "50%", "100%")


class UpdateCard(DaemonSetChoice):
    """The choice of a DaemonSet, its strategy with two numbers, and its image."""

    STYLE: ClassVar[str] = """
.k8s-lab button:is(.k8s-preset-1, .k8s-preset-2, .k8s-preset-25, .k8s-preset-50, .k8s-preset-100) {
  min-width: 30px; padding: 0 4px; }
.k8s-limit select { font-size: 12px; padding-right: 16px; }
.k8s-lab button.jupyter-button.k8s-image-set { background: #E69F00; color: #14181f; }
.k8s-lab .k8s-strategy .jupyter-button.mod-active { background: #0072B2; color: #fff; }
"""

    TITLE: ClassVar[str] = words.CARD_UPDATE

    def __init__(self, panel: Commandable) -> None:
        self._shown: DaemonSetRow | None = None
        self.strategy = toggle("strategy", ("RollingUpdate", "OnDelete"))
        self.unavailable = field("max-unavailable", "1", "1", width="46px")
        self.surge = field("max-surge", "0", "0", width="46px")
        self.limit = choice("limit", LIMITS, LIMITS[0], width="128px")
        self.presets = [self._preset(amount) for amount in PRESETS]
        self.image = field("image", words.IMAGE_HINT)
        self.set_image_button = button(
            "image-set", words.SET_IMAGE, self.set_image, words.TIPS["image"]
        )
        super().__init__(panel)
        self.strategy.observe(lambda change: self._switch(change["new"]), "value")

    def _preset(self, amount: str) -> Any:
        tip = words.TIPS["preset"].format(amount=amount)
        name = f"preset-{amount.rstrip('%')}"
        return button(name, amount, lambda: self.preset(amount), tip)

    def _rows(self) -> list[Any]:
        tip = words.TIPS["strategy"]
        set_strategy = button("strategy-set", words.SET_STRATEGY, self.set_numbers, tip)
        unavailable = (label("maxUnavailable"), self.unavailable)
        surge = (label("maxSurge"), self.surge)
        return [
            row(self.daemon_set, self.strategy),
            row(*unavailable, *surge, set_strategy),
            row(self.limit, *self.presets),
            row(label(words.IMAGE), self.image, self.set_image_button),
        ]

    def refresh(self, model: ViewModel) -> None:
        """Show the DaemonSets of this moment."""
        super().refresh(model)
        said = words.SET_IMAGE if self._sets else words.CREATE
        self.set_image_button.description = said

    def _called(self, key: ObjectKey) -> str:
        return key.name

    def _show(self) -> None:
        """Fill the fields when the chosen DaemonSet has changed; otherwise what the learner is typing stays."""
        now = self._sets.get(self.daemon_set.value)
        before = self._shown
        if now is None or now == before:
            return
        # Set before the toggle, whose observer would otherwise take this for a click.
        self._shown = now
        self.strategy.value = now.strategy
        self._grey_out()
        if before is None or before.unavailable != now.unavailable:
            self.unavailable.value = now.unavailable
        if before is None or before.surge != now.surge:
            self.surge.value = now.surge
        if before is None or before.image != now.image:
            self.image.value = now.image

    def _grey_out(self) -> None:
        for widget in (self.unavailable, self.surge, self.limit, *self.presets):
            widget.disabled = self.strategy.value == "OnDelete"

    def _chosen(self) -> DaemonSetRow:
        chosen = self._sets.get(self.daemon_set.value)
        if chosen is None:
            raise Mistake(words.NO_SET)
        return chosen

    # What a click does ---------------------------------------------------------------------

    def set_numbers(self) -> None:
        """Set the chosen strategy, with the numbers typed."""
        self._set_strategy(self.strategy.value)

    def preset(self, amount: str) -> None:
        """Set one of the two numbers; only one may be above 0."""
        is_surge = self.limit.value == LIMITS[1]
        self.unavailable.value = "0" if is_surge else amount
        self.surge.value = amount if is_surge else "0"
        self.set_numbers()

    def _switch(self, strategy: str) -> None:
        """Switch to the strategy that was clicked; if that is refused, reset the toggle."""
        shown = self._shown
        if shown is None or strategy == shown.strategy:
            return
        if self._set_strategy(strategy):
            self._shown = replace(shown, strategy=strategy)
        else:
            self.strategy.value = shown.strategy
        self._grey_out()

    def _set_strategy(self, strategy: str) -> bool:
        def make() -> Command:
            numbers = self.unavailable.value, self.surge.value
            return commands.set_strategy(self._chosen().key, strategy, *numbers)

        return self._panel.attempt(make)

    def set_image(self) -> None:
        """Set the typed image, or the next tag if it was not edited; without a DaemonSet, create one."""
        if not self._sets:
            self._panel.attempt(commands.create_example)
            return
        now = self._sets.get(self.daemon_set.value)
        if now is not None and self.image.value.strip() == now.image:
            self.image.value = commands.next_image(now.image)

        def make() -> Command:
            chosen = self._chosen()
            return commands.set_image(chosen.key, chosen.container, self.image.value)

        self._panel.attempt(make)
