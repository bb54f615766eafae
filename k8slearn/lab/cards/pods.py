"""What can happen to one Pod."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from k8slearn.lab import commands
from k8slearn.lab.cards import Commandable
from k8slearn.lab.commands import Command, Mistake, ObjectKey
from k8slearn.lab.view_model import ViewModel
from k8slearn.lab.widgets import button, card, choice, named, offer, row
from k8slearn.locale import lab as words


class PodsCard:
    """The Pod that is chosen: it is deleted, fails, or never gets ready."""

    STYLE: ClassVar[str] = ""

    def __init__(self, panel: Commandable) -> None:
        self._panel = panel
        self.pod = choice("pod")
        self.pod.observe(lambda _: self._panel.wake(), "value")
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
        return chosen

    def refresh(self, model: ViewModel) -> None:
        """Show the Pods of this moment."""
        offer(self.pod, [(row.text, row.key) for row in model.pods])

    def _chosen(self) -> ObjectKey:
        if self.selected is None:
            raise Mistake(words.NO_POD)
        return self.selected
