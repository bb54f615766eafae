"""One cluster on the screen: head, sentence and picture, always of one moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import ipywidgets as w

from k8slearn.lab import pages
from k8slearn.lab.event_feed import Memory, lines_until
from k8slearn.lab.playback import Course, Moment
from k8slearn.lab.view_model import Facts, facts_of
from k8slearn.lab.widgets import named, page, show_picture
from k8slearn.view.draw import Painter, encode
from k8slearn.view.hits import point, under
from k8slearn.view.layout import NARROW, WIDTH, Places
from k8slearn.view.narrate import Line
from k8slearn.view.scene import NodeCard, PodMark, Scene
from k8slearn.view.story import told_scene


@dataclass(frozen=True, slots=True)
class Look:
    """All that is to be shown of one moment."""

    moment: Moment
    facts: Facts
    scene: Scene
    quiet: bool
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Choice:
    """What the learner wants to see: whose numbers, grouped by which label, which Node framed."""

    daemon_set: str = ""
    group_by: str = ""
    node: str = ""


class Screen:
    """The widgets of one cluster; `look` needs the cluster's lock, `show` does not."""

    def __init__(self, course: Course, theme: str, scale: float) -> None:
        self.course = course
        self.painter = Painter(
            "dark" if theme == "dark" else "light",
            titled=False,
            told=False,
            scale=scale,
        )
        self.memory = Memory()
        self.head, self.told = page("head-page"), page("sentence")
        follows = ["follows-theme"] if theme == "auto" else []
        self.picture = named(w.Image(format="png"), "picture", *follows)
        self._painted: tuple[Scene, Places, float, int] | None = None

    def look(self, stepping: bool, choice: Choice) -> Look:
        """Take in the moment that is shown."""
        cluster, moment = self.course.cluster, self.course.moment()
        if moment.live:
            self.memory.read(cluster, stepping)
            step, lines = self.memory.step, tuple(self.memory.lines)
        else:
            step, lines = moment.changes, lines_until(cluster, moment)
        scene = told_scene(
            moment,
            step,
            time=moment.time,
            daemon_set=choice.daemon_set,
            group_by=choice.group_by,
            selected=choice.node,
        )
        return Look(moment, facts_of(moment), scene, self.course.quiet, lines)

    def show(self, look: Look) -> None:
        """Put a moment on the screen."""
        painter = self.painter
        show_picture(self.picture, encode(painter.paint(look.scene)))
        if painter.places is not None:
            self._painted = look.scene, painter.places, painter.top, painter.height
        self.head.value = pages.head(look.scene)
        self.told.value = pages.told(look.scene, look.quiet)

    def narrow(self, narrow: bool) -> None:
        """Paint for a page with little room from now on, or for one with much."""
        self.painter.width = NARROW if narrow else WIDTH

    def under(
        self, across: float, down: float
    ) -> tuple[NodeCard | None, PodMark | None]:
        """The Node and the Pod at fractions of the picture's width and height."""
        if self._painted is None:
            return None, None
        scene, places, top, height = self._painted
        return under(
            scene, places, top, *point(across, down, places.form.width, height)
        )
