"""The cards that move time: the timeline, the buttons below it, and the notice that the past is shown."""

from __future__ import annotations

from typing import Any, ClassVar

from k8slearn.apimachinery.window import first_of
from k8slearn.lab import render
from k8slearn.lab.cards import Panel
from k8slearn.lab.pacing import SPEEDS
from k8slearn.lab.playback import SEEN_AGAIN
from k8slearn.lab.view_model import ViewModel
from k8slearn.lab.widgets import (
    button,
    choice,
    named,
    page,
    row,
    set_class,
    set_visible,
    show_picture,
)
from k8slearn.locale import lab as words
from k8slearn.toolkit import page_theme, w
from k8slearn.view.ink.panel import timeline_painter
from k8slearn.view.timeline import capacity

# Left to right: buttons back in time, the play button, buttons forward.
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
.k8s-timeline-box { margin-top: 2px !important; overflow: hidden !important; }
.k8s-timeline img, img.k8s-timeline { width: 100%; height: 30px; cursor: ew-resize; margin: 0; border-radius: 4px; }
/* The handle lies on the marks; between handle and marks a press goes through to the marks. */
.k8s-time { margin: -20px 0 0 !important; height: 20px; pointer-events: none; position: relative; }
.k8s-time .noUi-target { background: none; border-color: transparent; box-shadow: none; }
.k8s-time .noUi-connects { background: none; }
.k8s-time .noUi-connect { opacity: 0; }
.k8s-time .noUi-handle { pointer-events: auto; }
"""

    def __init__(self, panel: Panel, theme: str, scale: float) -> None:
        self._panel = panel
        self._painter = timeline_painter(page_theme(theme), scale)
        self._model: ViewModel | None = None
        self._count = 0
        # The number of actions in the last drawing.
        self._drawn = 0
        self._filling = False
        follows = ["follows-theme"] if theme == "auto" else []
        self.picture = named(w.Image(format="png"), "timeline", *follows)
        slider = w.IntSlider(
            0,
            0,
            75,
            readout=False,
            description=words.TIMELINE_NAME,
            layout=w.Layout(width="auto"),
        )
        self.slider = named(slider, "time", "unseen")
        self.slider.observe(self._slide, "value")
        self.root = named(w.VBox([self.picture, self.slider]), "timeline-box")

    def refresh(self, model: ViewModel) -> None:
        """Set the slider to the moment shown."""
        self._model = model
        self._count = len(model.actions)
        # The slider's observer must ignore values that are set here.
        self._filling = True
        try:
            self.slider.max = capacity(self._count)
            self.slider.value = model.moment.number
        finally:
            self._filling = False

    def paint(self) -> None:
        """Draw the marks; only new ones are sent."""
        assert self._model is not None
        actions = self._model.actions
        # A shorter log is that of another cluster.
        if self._drawn > len(actions):
            self._drawn = 0
        # The oldest actions may have been dropped from the log.
        known = max(self._drawn, first_of(actions))
        done = [action.component for action in actions[known:]]
        self._drawn = len(actions)
        number = self._model.moment.number
        show_picture(self.picture, self._painter.picture(done, self._drawn, number))

    def _slide(self, change: dict[str, Any]) -> None:
        if not self._filling:
            # The slider's end may lie beyond the last action.
            self._panel.go_to(min(change["new"], self._count))


class TransportCard:
    """The buttons of the time row."""

    # As wide as its longest text, so that the buttons at its right do not move.
    STYLE: ClassVar[str] = """
.k8s-lab .k8s-state { flex: 0 0 112px; font-size: 12px; white-space: nowrap; overflow: hidden; }
.k8s-state b { font-weight: 600; }
"""

    AFTER: ClassVar[tuple[tuple[str, str], ...]] = AFTER_PLAY

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        self.state = page("state")
        self.play = self._button("play", words.PLAY)
        speeds = [(f"{speed:g}×", speed) for speed in SPEEDS]
        self.speed = choice("speed", speeds, 1.0, width="70px")
        self.speed.observe(lambda change: panel.set_speed(change["new"]), "value")
        # No callback: input_events.js makes the browser fill the screen.
        whole = button("whole", words.WHOLE, lambda: None, words.TIPS["whole"])
        buttons = [self._button(*pair) for pair in BEFORE_PLAY]
        buttons += [self.play, self.state]
        buttons += [self._button(*pair) for pair in self.AFTER]
        line = row(*buttons, self.speed, whole)
        self.root = named(line, "transport")

    TIPS: ClassVar[dict[str, str]] = words.TIPS

    def _button(self, name: str, said: str) -> Any:
        tip = self.TIPS.get(name, "")
        return button(name, said, lambda: self._panel.go(name), tip)

    def refresh(self, model: ViewModel) -> None:
        """Label the play button by what it would do, and show the state of time beside it."""
        self.play.description = words.PAUSE if model.playing else words.PLAY
        self.state.value = f"<b>{words.TIME_STATES[self._state(model)]}</b>"

    def _state(self, model: ViewModel) -> str:
        """The state of time in words: running, quiet or paused, in the past or in the present."""
        past = "" if model.moment.live else "past-"
        if model.playing:
            return f"{past}runs"
        if model.quiet:
            return "quiet"
        return f"{past}held"


class ReplayCard(TransportCard):
    """The time row of a real cluster, whose present goes on by itself and whose seen past can be replayed."""

    AFTER: ClassVar[tuple[tuple[str, str], ...]] = tuple(
        pair for pair in AFTER_PLAY if pair[0] in SEEN_AGAIN
    )

    TIPS: ClassVar[dict[str, str]] = {**words.TIPS, **words.REPLAY_TIPS}

    def _state(self, model: ViewModel) -> str:
        if model.moment.live:
            return "lost" if model.about.lost else "live"
        return super()._state(model)


class WhereCard:
    """A notice before a click: the past is shown, or time is paused and changes wait."""

    STYLE: ClassVar[str] = """
.k8s-where { flex: none; }
.k8s-where-text { padding: 1px 8px; border-radius: 5px; background: #E69F00; color: #14181f; font-size: 12px; }
"""

    def __init__(self, panel: Panel) -> None:
        self._page = page("where-page")
        tips = words.TIPS
        self._now = button("to-now", words.TO_NOW, lambda: panel.go("now"), tips["now"])
        step = button(
            "held-step", words.HELD_STEP, lambda: panel.go("step"), tips["step"]
        )
        play = button(
            "held-play", words.HELD_PLAY, lambda: panel.go("play"), tips["play"]
        )
        self._held = row(step, play)
        self.root = named(row(self._page, self._now, self._held), "where")

    def refresh(self, model: ViewModel) -> None:
        """Show the notice, if any."""
        moment = model.moment
        waits = moment.live and model.waiting
        said = ""
        if not moment.live:
            said = render.where(model.clock, moment.number, len(model.actions))
        elif waits:
            said = render.quiet_text(words.HELD)
        self._page.value = said
        set_visible(self._now, not moment.live)
        set_visible(self._held, waits)
        set_class(self.root, "past", not moment.live)
