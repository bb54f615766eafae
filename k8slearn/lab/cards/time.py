"""Everything that moves time: the timeline, the buttons below it, and the line that says that the past is shown."""

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
        # How many actions are in the last picture.
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
        """Draw the marks; only those that are new are handed over."""
        assert self._model is not None
        actions = self._model.actions
        # A log only grows; a shorter one is another cluster's.
        if self._drawn > len(actions):
            self._drawn = 0
        # What was let go of is not there to be told.
        known = max(self._drawn, first_of(actions))
        done = [action.component for action in actions[known:]]
        self._drawn = len(actions)
        number = self._model.moment.number
        show_picture(self.picture, self._painter.picture(done, self._drawn, number))

    def _slide(self, change: dict[str, Any]) -> None:
        if not self._filling:
            # The slider has room for more actions than there are.
            self._panel.go_to(min(change["new"], self._count))


class TransportCard:
    """The buttons of the time row."""

    # As wide as the longest of its words, so that the buttons at its right do not move.
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
        # Nothing to call: only the browser can fill the screen, and input_events.js does.
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
        """The play button is named after what it would do; what time does now stands beside it."""
        self.play.description = words.PAUSE if model.playing else words.PLAY
        self.state.value = f"<b>{words.TIME_STATES[self._state(model)]}</b>"

    def _state(self, model: ViewModel) -> str:
        """What time does: it runs, it has nothing to run for, or it is held; in the past, or in the present."""
        past = "" if model.moment.live else "past-"
        if model.playing:
            return f"{past}runs"
        if model.quiet:
            return "quiet"
        return f"{past}held"


class ReplayCard(TransportCard):
    """The time row of a real cluster: its time goes by itself, and what was seen of it can be gone through again."""

    AFTER: ClassVar[tuple[tuple[str, str], ...]] = tuple(
        pair for pair in AFTER_PLAY if pair[0] in SEEN_AGAIN
    )

    TIPS: ClassVar[dict[str, str]] = {**words.TIPS, **words.REPLAY_TIPS}

    def _state(self, model: ViewModel) -> str:
        if model.moment.live:
            return "lost" if model.about.lost else "live"
        return super()._state(model)


class WhereCard:
    """What has to be known of time before anything is done: that the past is shown, or that what was done waits."""

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
        """Say it, or nothing."""
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
