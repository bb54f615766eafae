"""The buttons and the timeline by which time is moved: forth, back, and along a second branch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as w
import numpy as np

from k8slearn.lab import pages
from k8slearn.lab import text as words
from k8slearn.lab.pacing import SPEEDS, Player
from k8slearn.lab.playback import Course
from k8slearn.lab.widgets import button, choice, label, named, page, row
from k8slearn.view.draw import encode
from k8slearn.view.timeline import capacity, codes_of, paint_timeline


class Transport:
    """`go` is called with the name of what was pressed, `go_to` with how many actions are to be shown."""

    def __init__(
        self, pacer: Player, go: Callable[[str], Any], go_to: Callable[[int], Any]
    ) -> None:
        self._pacer, self._go, self._go_to = pacer, go, go_to
        self._count, self._filling = 0, False
        self._codes = codes_of([])
        self.play = self._button("play", words.PLAY)
        speeds = [(f"{speed:g}×", speed) for speed in SPEEDS]
        self.speed = choice("speed", speeds, 1.0, width="84px")
        self.speed.observe(self._set_speed, "value")
        self.slider = named(
            w.IntSlider(0, 0, 75, readout=False, layout=w.Layout(width="auto")), "time"
        )
        self.slider.observe(self._slide, "value")

    def rows(self) -> list[Any]:
        """The buttons."""
        names = (("first", words.FIRST), ("back", words.BACK))
        later = (
            ("step", words.STEP_BUTTON),
            ("next-pod", words.NEXT_POD),
            ("now", words.LATEST),
        )
        rest = (("until-quiet", words.UNTIL_QUIET), ("branch", words.BRANCH))
        buttons = (
            [self._button(*pair) for pair in names]
            + [self.play]
            + [self._button(*pair) for pair in later]
        )
        whole = button(
            "whole", words.WHOLE, lambda: None, words.TIPS["whole"]
        )  # the browser does it: input_events.js
        last = [label(words.SPEED), self.speed, whole]
        return [
            named(
                row(*buttons, *[self._button(*pair) for pair in rest], *last),
                "transport",
            )
        ]

    def _button(self, name: str, said: str) -> Any:
        return button(name, said, lambda: self._go(name), words.TIPS.get(name, ""))

    def fill(self, course: Course) -> None:
        """Show how far things are; the play button is named after what it would do."""
        self.play.description = words.PAUSE if self._pacer.playing else words.PLAY
        self._count = len(course.cluster.actions)
        self._filling = True
        try:
            self.slider.max = capacity(self._count)
            self.slider.value = course.number
        finally:
            self._filling = False

    def picture(self, course: Course, theme: str, scale: float) -> bytes:
        """The timeline as PNG."""
        actions = course.cluster.actions
        if len(self._codes) > len(actions):
            self._codes = codes_of([])
        fresh = codes_of([action.component for action in actions[len(self._codes) :]])
        self._codes = np.concatenate([self._codes, fresh])
        return encode(
            paint_timeline(self._codes, course.number, theme=theme, scale=scale)
        )

    def _slide(self, change: dict[str, Any]) -> None:
        if not self._filling:
            self._go_to(min(change["new"], self._count))

    def _set_speed(self, change: dict[str, Any]) -> None:
        self._pacer.speed = change["new"]


class Where:
    """The line that says that the past is shown, with the way back."""

    def __init__(self, to_now: Callable[[], Any]) -> None:
        self._page = page("where-page")
        self._button = button("to-now", words.TO_NOW, to_now, words.TIPS["now"])
        self.root = named(row(self._page, self._button), "where")

    def fill(self, course: Course) -> None:
        """Say it, or nothing."""
        self._page.value = (
            ""
            if course.live
            else pages.where(course.time, course.number, len(course.cluster.actions))
        )
        self._button.layout.display = "none" if course.live else None
        (self.root.remove_class if course.live else self.root.add_class)("k8s-past")
