"""Who talks to whom, as a picture of all requests at once or as an animation of one after another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import networkx as nx
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from k8slearn.locale import view as words
from k8slearn.view import apng
from k8slearn.view.animation import LAST, Animation
from k8slearn.view.ink.artists import DPI, Canvas, artists_of
from k8slearn.view.ink.painter import pixels_of, whole_axes
from k8slearn.view.mime import png_metadata
from k8slearn.view.plan.geometry import WIDTH
from k8slearn.view.plan.marks import Mark
from k8slearn.view.plan.traffic import (
    Leg,
    Stage,
    Talk,
    curve,
    stage_of,
    talk_graph,
    vertex,
)
from k8slearn.view.plan.traffic_marks import (
    CAPTION,
    caption_marks,
    card_marks,
    count_marks,
    line_marks,
    packet_marks,
    pill_marks,
)
from k8slearn.view.png import Pixels, encode
from k8slearn.view.scene import Readable
from k8slearn.view.talks import summary
from k8slearn.view.theme import THEMES, Theme

# Milliseconds: a leg is seen in passing, what became of a request is to be read.
MOVE = 600
REST = 1400
_COLOURS = 64


class TrafficPicture:
    """A still picture of requests; a notebook shows it."""

    def __init__(self, png: bytes, description: str) -> None:
        self.png = png
        self.description = description

    def __repr__(self) -> str:
        return self.description

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        data = {"image/png": self.png, "text/plain": self.description}
        return data, png_metadata(self.description)


class Board:
    """A canvas with everything that stands still; frames are drawn on copies of it."""

    def __init__(
        self,
        height: float,
        ground: Iterable[Mark],
        theme: Theme,
        scale: float,
    ) -> None:
        size = WIDTH / DPI, height / DPI
        figure = Figure(figsize=size, dpi=DPI * scale, facecolor=theme.ground)
        self.agg = FigureCanvasAgg(figure)
        self.axes = whole_axes(figure, WIDTH, height)
        self.canvas = Canvas(self.axes.transData, scale, theme)
        for artist in artists_of(ground, self.canvas):
            self.axes.add_artist(artist)
        self.agg.draw()  # type: ignore[no-untyped-call]
        self.ground = pixels_of(self.agg).copy()

    def frame(self, marks: Iterable[Mark]) -> Pixels:
        """The ground with these marks on top of it."""
        pixels_of(self.agg)[:] = self.ground
        renderer = self.agg.get_renderer()  # type: ignore[no-untyped-call]
        for artist in artists_of(marks, self.canvas):
            self.axes.add_artist(artist)
            artist.draw(renderer)
            artist.remove()
        return pixels_of(self.agg)[:, :, :3].copy()


def draw_traffic(
    source: Readable,
    talks: Sequence[Talk],
    *,
    theme: str = "light",
    scale: float = 1.5,
) -> TrafficPicture:
    """All requests at once, with how many went along each arrow."""
    graph = talk_graph(talks)
    look = THEMES[theme]
    stage = stage_of(source, graph)
    ground = card_marks(stage, graph)
    board = Board(stage.height + CAPTION, ground, theme=look, scale=scale)
    told = str(talks[0]) if len(talks) == 1 else summary(talks)
    # Numbers last, for a pill may lie on the line that they count.
    marks = [
        *line_marks(stage, graph),
        *pill_marks(stage, graph),
        *count_marks(stage, graph),
        *caption_marks(told, stage.height),
    ]
    png = encode(board.frame(marks), colours=_COLOURS, exact=look.colours())
    return TrafficPicture(png, told)


def animate_traffic(
    source: Readable,
    talks: Sequence[Talk],
    *,
    theme: str = "light",
    scale: float = 1.25,
) -> Animation:
    """One request after another: a frame for each leg of its way, then one for what became of it."""
    graph = talk_graph(talks)
    look = THEMES[theme]
    stage = stage_of(source, graph)
    board = Board(stage.height, card_marks(stage, graph), theme=look, scale=scale)
    frames = []
    waits = []
    captions = []
    for done, leg, caption in _moments(stage, talks):
        frames.append(board.frame(_marks(stage, graph, talks[:done], leg)))
        waits.append(MOVE if leg else REST)
        captions.append(caption)
    waits[-1] = LAST
    data = apng.encode(frames, waits, exact=look.colours())
    return Animation(data, captions, summary(talks))


def _moments(
    stage: Stage, talks: Sequence[Talk]
) -> Iterator[tuple[int, Leg | None, str]]:
    """For each frame: how many requests are done, the leg under way, and what to say."""
    for number, talk in enumerate(talks):
        for hop in talk.hops:
            # A Node that is gone since has no place to come from or to go to.
            if {vertex(hop.origin), vertex(hop.target)} <= stage.anchors.keys():
                yield number, hop, leg_words(hop)
        yield number + 1, None, str(talk)


def leg_words(hop: Leg) -> str:
    """What happens on one leg."""
    by_kind = words.TRAFFIC_LEGS
    target = by_kind.get(hop.target.kind, by_kind["pod"])
    told = by_kind.get(f"{hop.origin.kind} {hop.target.kind}", target)
    return told.format(origin=hop.origin.name, target=hop.target.name)


def _marks(
    stage: Stage,
    graph: nx.DiGraph,
    done: Sequence[Talk],
    leg: Leg | None,
) -> list[Mark]:
    """What is drawn on the board: arrows of what is done and the leg under way."""
    so_far = talk_graph(done)
    marks: list[Mark] = [
        *line_marks(stage, so_far),
        *pill_marks(stage, graph),
        *count_marks(stage, so_far),
    ]
    if leg:
        points = curve(stage, vertex(leg.origin), vertex(leg.target))
        marks += packet_marks(points)
    return marks
