"""Everything that moves time: the timeline, the buttons below it, and the line that says that the past is shown."""

from __future__ import annotations

from typing import Any, ClassVar

import ipywidgets as w
import numpy as np

from k8slearn.apimachinery.window import first_of
from k8slearn.lab import render
from k8slearn.lab.cards import Panel
from k8slearn.lab.pacing import SPEEDS
from k8slearn.lab.view_model import ViewModel
from k8slearn.lab.widgets import (
    button,
    choice,
    label,
    named,
    page,
    row,
    set_class,
    set_visible,
    show_picture,
)
from k8slearn.locale import lab as words
from k8slearn.view.png import encode
from k8slearn.view.timeline import capacity, codes_of, paint_timeline

# Left to right, as time goes; the play button stands between what goes back and what goes on.
BEFORE_PLAY = (("first", words.FIRST), ("back", words.BACK))
AFTER_PLAY = (
    ("step", words.STEP_BUTTON),
    ("next-pod", words.NEXT_POD),
    ("now", words.LATEST),
    ("until-quiet", words.UNTIL_QUIET),
    ("branch", words.BRANCH),
)


class TimelineCard:
    """A mark for every action, and the slider along them."""

    STYLE: ClassVar[str] = """
.k8s-timeline-box { max-width: 906px; margin-top: 4px; overflow: hidden !important; }
.k8s-timeline img, img.k8s-timeline { width: 100%; max-width: 900px; height: auto; cursor: ew-resize; margin: 0; }
.k8s-time { margin: 0 !important; max-width: 900px; }
"""

    def __init__(self, panel: Panel, theme: str, scale: float) -> None:
        self._panel = panel
        self._theme = theme
        self._scale = scale
        self._model: ViewModel | None = None
        self._codes = codes_of([])
        self._count = 0
        self._filling = False
        follows = ["follows-theme"] if theme == "auto" else []
        self.picture = named(w.Image(format="png"), "timeline", *follows)
        slider = w.IntSlider(0, 0, 75, readout=False, layout=w.Layout(width="auto"))
        self.slider = named(slider, "time")
        self.slider.observe(self._slide, "value")
        self.root = named(w.VBox([self.picture, self.slider]), "timeline-box")

    def refresh(self, model: ViewModel) -> None:
        """Show how far things are."""
        self._model = model
        self._count = len(model.actions)
        # The slider tells of every new value; only those that the learner gives it move time.
        self._filling = True
        try:
            self.slider.max = capacity(self._count)
            self.slider.value = model.moment.number
        finally:
            self._filling = False

    def paint(self) -> None:
        """Draw the marks; the colours of earlier ones are taken over from the last picture."""
        assert self._model is not None
        actions = self._model.actions
        # A log only grows; a shorter one is another cluster's.
        if len(self._codes) > len(actions):
            self._codes = codes_of([])
        # What was let go of before it was ever drawn leaves a gap.
        gap = [""] * (first_of(actions) - len(self._codes))
        done = actions[len(self._codes) :]
        fresh = gap + [action.component for action in done]
        self._codes = np.concatenate([self._codes, codes_of(fresh)])
        theme = "dark" if self._theme == "dark" else "light"
        number = self._model.moment.number
        pixels = paint_timeline(self._codes, number, theme=theme, scale=self._scale)
        show_picture(self.picture, encode(pixels))

    def _slide(self, change: dict[str, Any]) -> None:
        if not self._filling:
            # The slider has room for more actions than there are.
            self._panel.go_to(min(change["new"], self._count))


class TransportCard:
    """The buttons of the time row."""

    STYLE: ClassVar[str] = ""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        self.play = self._button("play", words.PLAY)
        speeds = [(f"{speed:g}×", speed) for speed in SPEEDS]
        self.speed = choice("speed", speeds, 1.0, width="84px")
        self.speed.observe(lambda change: panel.set_speed(change["new"]), "value")
        # Nothing to call: only the browser can fill the screen, and input_events.js does.
        whole = button("whole", words.WHOLE, lambda: None, words.TIPS["whole"])
        buttons = [self._button(*pair) for pair in BEFORE_PLAY]
        buttons.append(self.play)
        buttons += [self._button(*pair) for pair in AFTER_PLAY]
        line = row(*buttons, label(words.SPEED), self.speed, whole)
        self.root = named(line, "transport")

    def _button(self, name: str, said: str) -> Any:
        tip = words.TIPS.get(name, "")
        return button(name, said, lambda: self._panel.go(name), tip)

    def refresh(self, model: ViewModel) -> None:
        """The play button is named after what it would do."""
        self.play.description = words.PAUSE if model.playing else words.PLAY


class WhereCard:
    """The line that says that the past is shown, with the way back."""

    STYLE: ClassVar[str] = """
.k8s-where { flex: none; }
.k8s-where-text { padding: 2px 10px; border-radius: 5px; background: #E69F00; color: #14181f; }
"""

    def __init__(self, panel: Panel) -> None:
        self._page = page("where-page")
        tip = words.TIPS["now"]
        self._button = button("to-now", words.TO_NOW, lambda: panel.go("now"), tip)
        self.root = named(row(self._page, self._button), "where")

    def refresh(self, model: ViewModel) -> None:
        """Say it, or nothing."""
        moment = model.moment
        said = ""
        if not moment.live:
            said = render.where(moment.time, moment.number, len(model.actions))
        self._page.value = said
        set_visible(self._button, not moment.live)
        set_class(self.root, "past", not moment.live)
