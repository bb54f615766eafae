"""The card to delete or break one Pod."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from k8slearn.lab import commands
from k8slearn.lab.cards.choices import PodChoice
from k8slearn.lab.commands import Command, Mistake, ObjectKey
from k8slearn.lab.widgets import button, named, row
from k8slearn.locale import lab as words


class PodsCard(PodChoice):
    """The choice of a Pod, and buttons to delete it, to let it fail, and to let it never get ready."""

    def _buttons(self) -> list[Any]:
        buttons = (
            self._button("delete", words.DELETE_POD, commands.delete_pod),
            self._button("fail", words.FAIL_POD, commands.fail_pod),
            self._button("break", words.BREAK_POD, commands.break_pod),
        )
        self.deleting = named(buttons[0], "named")
        return [row(*buttons)]

    def _button(
        self, name: str, said: str, make: Callable[[ObjectKey], Command]
    ) -> Any:
        def press() -> None:
            self._panel.attempt(lambda: make(self._chosen()))

        return button(f"pod-{name}", said, press, words.TIPS[name])

    def _name(self) -> None:
        """Label the button by the Node whose Pod it would delete."""
        row = self._rows.get(self.selected) if self.selected else None
        said = words.DELETE_POD
        if row is not None:
            said = words.DELETE_POD_OF.format(node=row.node or row.key.name)
        self.deleting.description = said

    def _chosen(self) -> ObjectKey:
        if self.selected is None:
            raise Mistake(words.NO_POD)
        return self.selected
