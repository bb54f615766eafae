"""Who talks to whom, as a picture of all requests at once or as an animation of one after another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import networkx as nx
import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from k8slearn.view import apng
from k8slearn.view.animate import Animation
from k8slearn.view.draw import DPI, Pixels, encode, whole_axes
from k8slearn.view.layout import WIDTH
from k8slearn.view.scene import Readable
from k8slearn.view.theme import THEMES, Theme
from k8slearn.view.traffic_ink import (
    CAPTION,
    caption_artists,
    count_artists,
    ground_artists,
    line_artists,
    packet_artists,
    place_artists,
)
from k8slearn.view.traffic_stage import (
    Leg,
    Stage,
    Talk,
    curve,
    stage_of,
    talk_graph,
    vertex,
)

SUMMARY = "谁和谁说了话：{count} 次请求，{answered} 次有人回答"
MOVE, REST, LAST = 600, 1400, 3000
LEGS = {
    "dns": "{origin} 问 DNS：这个名字在哪里？",
    "service": "{origin} 把包发给 Service {target}",
    "service pod": "Service {origin} 把包转给 {target}",
    "node": "{origin} 把包发给 {target} 的端口",
    "node pod": "{origin} 把包转给自己身上的 {target}",
    "pod": "{origin} 直接把包发给 {target}",
}


class TrafficPicture:
    """A still picture of requests; a notebook shows it."""

    def __init__(self, png: bytes, description: str) -> None:
        self.png = png
        self.description = description

    def __repr__(self) -> str:
        return self.description

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        return {"image/png": self.png, "text/plain": self.description}


class Board:
    """A canvas with everything that stands still; frames are drawn on copies of it."""

    def __init__(
        self, height: float, ground: Iterable[Artist], theme: Theme, scale: float
    ) -> None:
        figure = Figure(
            figsize=(WIDTH / DPI, height / DPI), dpi=DPI * scale, facecolor=theme.ground
        )
        self.canvas = FigureCanvasAgg(figure)
        self.axes = whole_axes(figure, WIDTH, height)
        for artist in ground:
            self.axes.add_artist(artist)
        self.canvas.draw()  # type: ignore[no-untyped-call]
        self.ground = self._pixels().copy()

    def _pixels(self) -> Pixels:
        return np.asarray(self.canvas.buffer_rgba())  # type: ignore[no-untyped-call]

    def frame(self, artists: Iterable[Artist]) -> Pixels:
        """The ground with these artists on top of it."""
        self._pixels()[:] = self.ground
        for artist in artists:
            self.axes.add_artist(artist)
            artist.draw(self.canvas.get_renderer())  # type: ignore[no-untyped-call]
            artist.remove()
        return self._pixels()[:, :, :3].copy()


def summary(talks: Sequence[Talk]) -> str:
    """How many requests there were and how many were answered."""
    return SUMMARY.format(count=len(talks), answered=sum(talk.ok for talk in talks))


def draw_traffic(
    source: Readable, talks: Sequence[Talk], *, theme: str = "light", scale: float = 1.5
) -> TrafficPicture:
    """All requests at once, with how many went along each arrow."""
    graph, look = talk_graph(talks), THEMES[theme]
    stage = stage_of(source, graph)
    lines = [
        *line_artists(stage, graph, look),
        *place_artists(stage, graph, look),
        *count_artists(stage, graph, look),
    ]
    board = Board(
        stage.height + CAPTION, ground_artists(stage, graph, look), look, scale
    )
    words = str(talks[0]) if len(talks) == 1 else summary(talks)
    png = encode(
        board.frame([*lines, *caption_artists(words, stage.height, look)]),
        colours=64,
        exact=look.colours(),
    )
    return TrafficPicture(png, words)


def animate_traffic(
    source: Readable,
    talks: Sequence[Talk],
    *,
    theme: str = "light",
    scale: float = 1.25,
) -> Animation:
    """One request after another: a frame for each leg of its way, then one for what became of it."""
    graph, look = talk_graph(talks), THEMES[theme]
    stage = stage_of(source, graph)
    board = Board(stage.height, ground_artists(stage, graph, look), look, scale)
    told = list(_told(stage, talks))
    frames = [
        board.frame(_frame(stage, graph, talks[:done], leg, look))
        for done, leg, _ in told
    ]
    waits = [MOVE if leg else REST for _, leg, _ in told[:-1]] + [LAST]
    data = apng.encode(frames, waits, exact=look.colours())
    return Animation(data, [words for _, _, words in told], summary(talks))


def _told(stage: Stage, talks: Sequence[Talk]) -> Iterator[tuple[int, Leg | None, str]]:
    """For each frame: how many requests are done, the leg under way, and what to say."""
    for number, talk in enumerate(talks):
        for hop in talk.hops:
            if {vertex(hop.origin), vertex(hop.target)} <= set(stage.anchors):
                yield number, hop, leg_words(hop)
        yield number + 1, None, str(talk)


def leg_words(hop: Leg) -> str:
    """What happens on one leg."""
    kinds = f"{hop.origin.kind} {hop.target.kind}"
    words = LEGS.get(kinds) or LEGS.get(hop.target.kind, LEGS["pod"])
    return words.format(origin=hop.origin.name, target=hop.target.name)


def _frame(
    stage: Stage, graph: nx.DiGraph, done: Sequence[Talk], leg: Leg | None, theme: Theme
) -> list[Artist]:
    """What is drawn on the board: arrows of what is done and the leg under way."""
    so_far = talk_graph(done)
    artists = [*line_artists(stage, so_far, theme), *place_artists(stage, graph, theme)]
    artists += count_artists(stage, so_far, theme)
    return artists + (
        packet_artists(curve(stage, vertex(leg.origin), vertex(leg.target)), theme)
        if leg
        else []
    )
