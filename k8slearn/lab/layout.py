"""All widgets of a panel, how they lie, and how they are filled from one look at the cluster."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

import ipywidgets as w

from k8slearn.lab import pages
from k8slearn.lab import text as words
from k8slearn.lab.branch import original_title
from k8slearn.lab.commands import Place
from k8slearn.lab.controls import NodeControls, PodControls, UpdateControls
from k8slearn.lab.exports import ENDINGS
from k8slearn.lab.faults_card import FaultsCard
from k8slearn.lab.input_events import hands
from k8slearn.lab.pacing import Player
from k8slearn.lab.playback import Course
from k8slearn.lab.predict_card import PredictCard
from k8slearn.lab.screen import Look, Screen
from k8slearn.lab.style import style_sheet
from k8slearn.lab.tables_card import Records
from k8slearn.lab.traffic_card import TrafficCard
from k8slearn.lab.transport import Transport, Where
from k8slearn.lab.why_card import WhyCard
from k8slearn.lab.widgets import button, label, named, page, row, show_picture


class Panel(w.VBox):  # type: ignore[misc]
    """The root of the widgets; its text is the same on every machine."""

    summary = ""

    def __repr__(self) -> str:
        return self.summary


class Face:
    """`lab` is a weak proxy of the panel whose face this is."""

    def __init__(self, lab: Any, pacer: Player, theme: str, scale: float) -> None:
        self.theme = "dark" if theme == "dark" else "light"
        self._scale = scale
        self.screen = Screen(lab.course, theme, scale)
        self.message = page("message-page")
        self.transport = Transport(
            pacer, lambda what: lab.go(what), lambda number: lab.go_to(number)
        )
        self.where = Where(lambda: lab.go("now"))
        self.timeline = named(
            w.Image(format="png"),
            "timeline",
            *(["follows-theme"] if theme == "auto" else []),
        )

        def attempt(make: Any) -> bool:
            done: bool = lab.attempt(make)
            return done

        self.nodes, self.pods, self.update = (
            NodeControls(attempt),
            PodControls(attempt),
            UpdateControls(attempt),
        )
        self.records = Records(lambda _: lab.wake())
        self.events = named(page("events", pages.events([])), "card")
        self.kubectl = named(page("kubectl", pages.kubectl([])), "card")
        self.why, self.predict, self.faults = (
            WhyCard(lab),
            PredictCard(lab),
            FaultsCard(lab),
        )
        self.traffic = TrafficCard(lab)
        self.cards: list[Any] = [self.why, self.predict, self.faults, self.traffic]
        self._title = original_title()
        self._title.layout.display = "none"
        self._own = (
            self._title,
            self.screen.head,
            self.screen.told,
            self.screen.picture,
        )
        self._side = named(w.VBox(self._own), "side")
        self._sides = named(w.Box([self._side]), "sides")
        self.root = named(Panel(self._parts(lab)), "lab")
        for chosen in (
            self.nodes.node,
            self.nodes.group,
            self.pods.pod,
            self.update.daemon_set,
        ):
            chosen.observe(lambda _: lab.wake(), "value")

    def _parts(self, lab: Any) -> list[Any]:
        """Everything; the style sheet says what stands below what and, where there is room, beside it."""
        heard = hands(
            lambda *touch: lab.touched(*touch), lambda narrow: lab.narrow(narrow)
        )
        style = page("style", style_sheet(*(extra.STYLE for extra in self.cards)))
        reading = named(w.Box([self.why.root, self.events, self.kubectl]), "reading")
        parts = [
            self._main(),
            self._cards(),
            reading,
            self.traffic.root,
            self._saving(lab),
            self.records.root,
        ]
        return [style, heard, named(w.Box(parts), "body")]

    def _main(self) -> Any:
        """The picture with everything that moves time."""
        line = named(w.VBox([self.timeline, self.transport.slider]), "timeline-box")
        said = named(w.Box([self.where.root, self.message]), "said")
        return named(
            w.VBox(
                [self._sides, line, *self.transport.rows(), said, self.predict.root]
            ),
            "main",
        )

    def _cards(self) -> Any:
        """What can be changed, in two columns."""
        left = named(w.VBox([self.nodes.root, self.pods.root]), "column")
        self._right = named(w.VBox([self.update.root, self.faults.root]), "column")
        return named(w.Box([left, self._right]), "cards")

    def _saving(self, lab: Any) -> Any:
        """A button for each kind of file."""
        files = [
            button(f"save-{e}", e.upper(), partial(_export, lab, e), words.TIPS[e])
            for e in ENDINGS
        ]
        return named(row(label(words.CARD_EXPORT), *files), "saving")

    def put_beside(self, branch: Any | None) -> None:
        """Show a branch beside the cluster, or take it away (None); either side has its own update card below it."""
        self._title.layout.display = "none" if branch is None else None
        self._side.children = (
            self._own if branch is None else (*self._own, self.update.root)
        )
        self._right.children = (
            (self.update.root, self.faults.root)
            if branch is None
            else (self.faults.root,)
        )
        self._sides.children = (self._side,) if branch is None else (self._side, branch)
        (self.root.remove_class if branch is None else self.root.add_class)("k8s-two")

    def show_records(self, look: Look, targets: dict[str, Place | None]) -> None:
        """Fill what reads the store itself; the caller holds the lock."""
        self.records.fill(look.moment, targets)
        for extra in self.cards:
            extra.refresh(look.moment)

    def show(self, look: Look, course: Course, commands: Iterable[str]) -> None:
        """Fill everything else."""
        self.screen.show(look)
        self.events.value = pages.events(look.lines)
        self.kubectl.value = pages.kubectl(commands)
        self.nodes.fill(look.facts)
        self.pods.fill(look.facts)
        self.update.fill(look.facts)
        self.transport.fill(course)
        self.where.fill(course)
        (self.root.remove_class if course.live else self.root.add_class)("k8s-in-past")
        show_picture(
            self.timeline, self.transport.picture(course, self.theme, self._scale)
        )


def _export(lab: Any, ending: str) -> None:
    lab.export(ending)
