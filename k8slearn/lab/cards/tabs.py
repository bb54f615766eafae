"""Tabs for the less used cards, so that the others stay on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from k8slearn.lab.cards import Commandable, LabCard
from k8slearn.lab.cards.tables import TablesCard
from k8slearn.lab.widgets import named, set_class, toggle
from k8slearn.locale import lab as words
from k8slearn.toolkit import w


def name_of(root: Any) -> str:
    """The name of a card's tab, found among its CSS classes. Raises LookupError if there is none."""
    for each in root._dom_classes:
        stem: str = each.removeprefix("k8s-")
        if stem in words.TABS:
            return stem
    raise LookupError(root)


class Tabs:
    """A row of buttons, and the card of the pressed one."""

    def __init__(self, panel: Commandable, cards: Sequence[LabCard]) -> None:
        self._roots = {name_of(card.root): card.root for card in cards}
        # Tables are remade at each redraw, so only a visible one is refreshed.
        self._tables = [card for card in cards if isinstance(card, TablesCard)]
        self.asleep: list[LabCard] = []
        self.bar = toggle("tab", self._tab_options())
        self.bar.observe(lambda _: self._show(), "value")
        self.bar.observe(lambda _: panel.wake(), "value")
        self.root = named(w.VBox([self.bar, *self._roots.values()]), "tabs")
        self._show()

    def _tab_options(self) -> list[tuple[str, str]]:
        return [(words.TABS[name], name) for name in self._roots]

    def leave_out(self, names: Sequence[str]) -> None:
        """Remove these tabs."""
        for name in names:
            self._roots.pop(name, None)
        self.bar.options = self._tab_options()

    def _show(self) -> None:
        for name, root in self._roots.items():
            set_class(root, "unshown", name != self.bar.value)
        is_seen = self.bar.value == "records"
        self.asleep = [] if is_seen else [*self._tables]
