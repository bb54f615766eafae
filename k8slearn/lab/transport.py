"""The buttons that let time pass: play, one step, to the next Pod change, until quiet, and how fast."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from k8slearn.lab import text as words
from k8slearn.lab.pacing import SPEEDS, Pacer
from k8slearn.lab.widgets import button, choice, label, named, row


class Transport:
    """`go` is called with the name of what was pressed: play, step, next or quiet."""

    def __init__(self, pacer: Pacer, go: Callable[[str], Any]) -> None:
        self._pacer = pacer
        self.play = button("play", words.PLAY, lambda: go("play"))
        speeds = [(f"{speed:g}×", speed) for speed in SPEEDS]
        self.speed = choice("speed", speeds, 1.0, width="84px")
        self.speed.observe(self._set_speed, "value")
        buttons = (
            button("step", words.STEP_BUTTON, lambda: go("step"), words.TIPS["step"]),
            button("next-pod", words.NEXT_POD, lambda: go("next"), words.TIPS["next"]),
            button("until-quiet", words.UNTIL_QUIET, lambda: go("quiet"), words.TIPS["quiet"]),
        )
        self.root = named(row(self.play, *buttons, label(words.SPEED), self.speed), "transport")

    def fill(self) -> None:
        """Name the play button after what it would do."""
        self.play.description = words.PAUSE if self._pacer.playing else words.PLAY

    def _set_speed(self, change: dict[str, Any]) -> None:
        self._pacer.speed = change["new"]
