"""The cards of the panel and their places; refreshing and painting all of them from one view model."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

from k8slearn.lab import render
from k8slearn.lab.cards import LabCard, Painted, Panel
from k8slearn.lab.cards.branch import BranchCard
from k8slearn.lab.cards.choices import DaemonSetChoice, NodeChoice, PodChoice
from k8slearn.lab.cards.context import ContextCard, NoticesCard
from k8slearn.lab.cards.events import EventsCard
from k8slearn.lab.cards.faults import FaultsCard
from k8slearn.lab.cards.files import FilesCard
from k8slearn.lab.cards.kubectl import KubectlCard
from k8slearn.lab.cards.nodes import NodesCard
from k8slearn.lab.cards.picture import PictureCard
from k8slearn.lab.cards.pods import PodsCard
from k8slearn.lab.cards.predict import PredictCard
from k8slearn.lab.cards.remedies import RemediesCard
from k8slearn.lab.cards.tables import TablesCard
from k8slearn.lab.cards.tabs import Tabs
from k8slearn.lab.cards.time import (
    ReplayCard,
    TimelineCard,
    TransportCard,
    WhereCard,
)
from k8slearn.lab.cards.traffic import TrafficCard
from k8slearn.lab.cards.update import UpdateCard
from k8slearn.lab.cards.why import WhyCard
from k8slearn.lab.input_events import input_events
from k8slearn.lab.playback import Playback
from k8slearn.lab.view_model import ViewModel
from k8slearn.lab.widgets import hide, label, named, page, row, set_class, set_visible
from k8slearn.locale import lab as words
from k8slearn.toolkit import w

CardType = TypeVar("CardType", bound=LabCard)

# One row a card: its class, and its area, in which it is below those of earlier rows. Less used cards are in tabs.
CARDS: tuple[tuple[type[Any], str], ...] = (
    (TransportCard, "time"),
    (NodesCard, "hands"),
    (PodsCard, "hands"),
    (UpdateCard, "hands"),
    (WhereCard, "said"),
    (WhyCard, "why"),
    (EventsCard, "tabs"),
    (RemediesCard, "tabs"),
    (KubectlCard, "tabs"),
    (FaultsCard, "tabs"),
    (PredictCard, "tabs"),
    (TrafficCard, "tabs"),
    (TablesCard, "tabs"),
    (FilesCard, "tabs"),
)
# The cards of a read-only cluster, none of which writes.
WATCHING: tuple[tuple[type[Any], str], ...] = (
    (ContextCard, "above"),
    (ReplayCard, "time"),
    (NodeChoice, "hands"),
    (PodChoice, "hands"),
    (DaemonSetChoice, "hands"),
    (NoticesCard, "hands"),
    (WhereCard, "said"),
    (WhyCard, "why"),
    (EventsCard, "tabs"),
    (TablesCard, "tabs"),
    (FilesCard, "tabs"),
)
# Cards and buttons that a cluster without simulated time does not need.
TIME = ("timeline-box", "transport", "where", "predict", "faults", "remedies")
MACHINERY = ("not-ready", "pod-fail", "pod-break", "traffic-compare", "traffic-image")


class PanelBox(w.VBox):  # type: ignore[misc]
    """The root of the widgets, with a repr that does not depend on the machine."""

    summary = ""

    def __repr__(self) -> str:
        return self.summary


@cache
def base_style() -> str:
    """The style sheet of the grid, and rules that cards share."""
    return (files("k8slearn.lab") / "panel.css").read_text(encoding="utf-8")


class Layout:
    """All widgets of a panel; `panel` is a weak proxy, so that widgets do not keep the panel alive.

    Which cards there are depends on the cluster of `playback`.
    """

    def __init__(
        self, panel: Panel, theme: str, scale: float, playback: Playback
    ) -> None:
        watching = playback.watched is not None
        self._title = named(row(label(f"<b>{words.ORIGINAL_TITLE}</b>")), "above")
        set_visible(self._title, False)
        self.picture = PictureCard(theme, scale, self._title)
        self.timeline = TimelineCard(panel, theme, scale)
        self.message = page("message-page")
        self._areas: dict[str, list[LabCard]] = {}
        self.cards: list[LabCard] = []
        for kind, area in WATCHING if watching else CARDS:
            made = kind(panel)
            self.cards.append(made)
            self._areas.setdefault(area, []).append(made)
        self._painted: list[Painted] = [self.picture, self.timeline]
        self.cards += [self.picture, self.timeline]
        self._sides = named(w.HBox([self.picture.root]), "sides")
        said = named(w.VBox([*self._roots("said"), self.message]), "said")
        self._hands = named(w.VBox([*self._roots("hands"), said]), "hands")
        self._tabs = Tabs(panel, self._areas["tabs"])
        self._own_side = self.picture.root.children
        self.root = named(PanelBox(self._parts(panel)), "lab")
        set_class(self.root, "watching", watching)
        if playback.simulated is None and not watching:
            self._hide_simulation()

    def card(self, kind: type[CardType]) -> CardType:
        """The card of a class."""
        for each in self.cards:
            if isinstance(each, kind):
                return each
        raise LookupError(kind.__name__)

    def _roots(self, area: str) -> list[Any]:
        return [each.root for each in self._areas.get(area, ())]

    def _parts(self, panel: Panel) -> list[Any]:
        """All parts of the panel; the style sheet places them, depending on the room."""
        heard = input_events(
            lambda *touch: panel.touched(*touch), lambda room: panel.fit_into(room)
        )
        styles = [base_style(), *[each.STYLE for each in self.cards]]
        # A text in the style sheet, which still works when the kernel is gone.
        gone = f'.k8s-lab {{ --k8s-gone: "{words.KERNEL_GONE}"; }}'
        style = page("style", f"<style>{gone}{''.join(styles)}</style>")
        time = named(w.VBox([*self._roots("time"), self.timeline.root]), "time-area")
        why = self._roots("why")
        body = [self._sides, self._hands, time, self._tabs.root, *why]
        return [style, heard, *self._roots("above"), named(w.Box(body), "body")]

    def put_beside(self, branch: BranchCard | None) -> None:
        """Show a branch beside the cluster, or remove it (None); each side has its own update card."""
        update = self.card(DaemonSetChoice).root
        hands = [*self._roots("hands"), self._hands.children[-1]]
        side = [*self._own_side]
        sides = [self.picture.root]
        if branch is not None:
            hands.remove(update)
            side.append(update)
            sides.append(branch.root)
        set_visible(self._title, branch is not None)
        self.picture.root.children = side
        self._hands.children = hands
        self._sides.children = sides
        set_class(self.root, "two", branch is not None)

    def _hide_simulation(self) -> None:
        """Hide what only works for a simulated cluster."""
        self._tabs.leave_out(TIME)
        hide(self.root, (*TIME, *MACHINERY))

    def on_prediction(
        self, callback: Callable[[int, int], object]
    ) -> Callable[[], None]:
        """Call `callback` after each prediction, if there is a card for them; returns a function that ends it."""
        listeners: list[Callable[[int, int], object]] = []
        for each in self.cards:
            if isinstance(each, PredictCard):
                listeners = each.score.listeners
        listeners.append(callback)

        def end() -> None:
            if callback in listeners:
                listeners.remove(callback)

        return end

    def refresh(self, model: ViewModel) -> None:
        """Show a moment; the caller holds the cluster's lock."""
        asleep = self._tabs.asleep
        for each in self.cards:
            if each not in asleep:
                each.refresh(model)
        set_class(self.root, "in-past", not model.moment.live)
        self.root.summary = model.summary()

    def paint(self) -> None:
        """Draw what was refreshed; the lock is not held."""
        for each in self._painted:
            each.paint()

    def say(self, text: str, hint: bool) -> None:
        """Show a line under the buttons."""
        # Emptied first: the same text may have been closed by the learner, and has to appear again.
        self.message.value = ""
        self.message.value = render.message(text, hint)
