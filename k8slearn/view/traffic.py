"""Who talks to whom, as a picture of all requests at once or as an animation of one after another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

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
    caption_artists,
    count_artists,
    dot_artists,
    ground_artists,
    line_artists,
    place_artists,
)
from k8slearn.view.traffic_stage import Curve, Stage, Talk, curve, stage_of, talk_graph, vertex

SUMMARY = "谁和谁说了话：{count} 次请求，{answered} 次有人回答"
STEPS = 5
MOVE, REST, LAST = 90, 1100, 2500


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

    def __init__(self, stage: Stage, ground: Iterable[Artist], theme: Theme, scale: float) -> None:
        figure = Figure(figsize=(WIDTH / DPI, stage.height / DPI), dpi=DPI * scale, facecolor=theme.ground)
        self.canvas = FigureCanvasAgg(figure)
        self.axes = whole_axes(figure, WIDTH, stage.height)
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
    lines = [*line_artists(stage, graph, look), *place_artists(stage, graph, look), *count_artists(stage, graph, look)]
    board = Board(stage, ground_artists(stage, graph, look), look, scale)
    words = str(talks[0]) if len(talks) == 1 else summary(talks)
    return TrafficPicture(
        encode(board.frame([*lines, *caption_artists(words, stage, look)]), colours=64), summary(talks)
    )


def animate_traffic(source: Readable, talks: Sequence[Talk], *, theme: str = "light", scale: float = 1.0) -> Animation:
    """One request after another: a packet on its way, then who answered or why nobody did."""
    graph, look = talk_graph(talks), THEMES[theme]
    stage = stage_of(source, graph)
    board = Board(stage, ground_artists(stage, graph, look), look, scale)
    frames, waits = zip(*_frames(board, stage, talks, look), strict=True)
    data = apng.encode(frames, [*waits[:-1], LAST])
    return Animation(data, len(frames), summary(talks))


def _frames(board: Board, stage: Stage, talks: Sequence[Talk], theme: Theme) -> Iterator[tuple[Pixels, int]]:
    """Every frame with how long it stands, in milliseconds."""
    places = place_artists(stage, talk_graph(talks), theme)
    for number, talk in enumerate(talks):
        told = [*_traces(stage, talks[:number], theme), *places]
        for t, points in _way(stage, talk):
            yield board.frame([*told, *dot_artists(points, t, theme)]), MOVE
        words = caption_artists(str(talk), stage, theme)
        yield board.frame([*_traces(stage, talks[: number + 1], theme), *places, *words]), REST


def _traces(stage: Stage, talks: Sequence[Talk], theme: Theme) -> list[Artist]:
    graph = talk_graph(talks)
    return [*line_artists(stage, graph, theme), *count_artists(stage, graph, theme)]


def _way(stage: Stage, talk: Talk) -> Iterator[tuple[float, Curve]]:
    """Points in time along each leg."""
    for hop in talk.hops:
        origin, target = vertex(hop.origin), vertex(hop.target)
        if origin in stage.anchors and target in stage.anchors:
            points = curve(stage, origin, target)
            yield from ((step / STEPS, points) for step in range(1, STEPS + 1))
