"""What can happen to one Pod."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, ClassVar

from k8slearn.lab import commands
from k8slearn.lab.cards import Commandable
from k8slearn.lab.commands import Command, Mistake, ObjectKey
from k8slearn.lab.view_model import PodRow, ViewModel
from k8slearn.lab.widgets import button, card, choice, named, row
from k8slearn.locale import lab as words

# Stands in the list where there is nobody to choose; a list shows no None as chosen.
NOBODY = ObjectKey("", "")


class PodsCard:
    """The Pod that is chosen: it is deleted, fails, or never gets ready."""

    STYLE: ClassVar[str] = ""

    def __init__(self, panel: Commandable) -> None:
        self._panel = panel
        self._rows: dict[ObjectKey, PodRow] = {}
        # The Node whose Pods are followed: that of the Pod that was chosen last.
        self._node = ""
        self._offered: list[Any] = []
        # A redraw and a click on a Node both fill the list, in threads of their own.
        self._filling = threading.RLock()
        self._filled_by = 0
        self.pod = choice("pod")
        self.pod.observe(self._choose, "value")
        buttons = (
            self._button("delete", words.DELETE_POD, commands.delete_pod),
            self._button("fail", words.FAIL_POD, commands.fail_pod),
            self._button("break", words.BREAK_POD, commands.break_pod),
        )
        self.deleting = named(buttons[0], "named")
        self.root = card("pods", words.CARD_PODS, row(self.pod), row(*buttons))

    def _button(
        self, name: str, said: str, make: Callable[[ObjectKey], Command]
    ) -> Any:
        def press() -> None:
            self._panel.attempt(lambda: make(self._chosen()))

        return button(f"pod-{name}", said, press, words.TIPS[name])

    @property
    def selected(self) -> ObjectKey | None:
        """The chosen Pod."""
        chosen: ObjectKey | None = self.pod.value
        if chosen == NOBODY:
            return None
        return chosen

    def refresh(self, model: ViewModel) -> None:
        """Show the Pods of this moment. One that is gone is followed by that which takes its place on its Node."""
        rows = {}
        for each in model.pods:
            rows[each.key] = each
        with self._filling:
            self._rows = rows
            if self._node not in [each.name for each in model.nodes]:
                self._node = model.selection.node
            self._offer()

    def _offer(self) -> None:
        """The Pods there are; chosen is one of the Node that is followed, or none."""
        options: list[Any] = []
        first: ObjectKey | None = None
        chosen: ObjectKey | None = self.pod.value
        for key, each in self._rows.items():
            options.append((each.text, key))
            if first is None and each.node == self._node:
                first = key
        row = self._rows.get(chosen) if chosen else None
        if row is None or row.node not in ("", self._node):
            chosen = first
        if chosen is None:
            # Rather none than a Pod of another Node: a press must not hit that.
            chosen = NOBODY
            options.insert(0, (words.NO_POD_ON.format(node=self._node), NOBODY))
        if self._offered == options and self.pod.value == chosen:
            return
        self._offered = options
        self._filled_by = threading.get_ident()
        # Held back, the browser never sees that other options choose the first.
        with self.pod.hold_sync():
            self.pod.options = options
            self.pod.value = chosen
        self._filled_by = 0
        self._name()

    def follow(self, node: str) -> None:
        """A Node was chosen: so is its Pod, unless one of its Pods is already."""
        with self._filling:
            self._node = node
            self._offer()
        self._panel.wake()

    def _choose(self, _: object = None) -> None:
        """The learner chose a Pod; what a redraw fills in is no choice."""
        if self._filled_by == threading.get_ident():
            return
        row = self._rows.get(self.selected) if self.selected else None
        if row is not None:
            self._node = row.node
        self._name()
        self._panel.wake()

    def _name(self) -> None:
        """The button is named after the Node whose Pod it would delete."""
        row = self._rows.get(self.selected) if self.selected else None
        said = words.DELETE_POD
        if row is not None:
            said = words.DELETE_POD_OF.format(node=row.node or row.key.name)
        self.deleting.description = said

    def _chosen(self) -> ObjectKey:
        if self.selected is None:
            raise Mistake(words.NO_POD)
        return self.selected
