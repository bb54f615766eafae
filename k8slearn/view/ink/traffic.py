"""Pictures of requests by matplotlib: a static board, and what moves on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from k8slearn.view import apng
from k8slearn.view.ink.artists import DPI, Canvas, artists_of
from k8slearn.view.ink.painter import pixels_of, whole_axes
from k8slearn.view.plan.geometry import WIDTH
from k8slearn.view.plan.marks import Mark
from k8slearn.view.png import Pixels, encode
from k8slearn.view.theme import THEMES, Theme

_COLOURS = 64


class Board:
    """A canvas with the static marks; frames are drawn on copies of it."""

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
        """A frame: the static marks with these marks on top."""
        pixels_of(self.agg)[:] = self.ground
        renderer = self.agg.get_renderer()  # type: ignore[no-untyped-call]
        for artist in artists_of(marks, self.canvas):
            self.axes.add_artist(artist)
            artist.draw(renderer)
            artist.remove()
        return pixels_of(self.agg)[:, :, :3].copy()


def traffic_png(
    height: float,
    ground: Iterable[Mark],
    marks: Iterable[Mark],
    theme: str,
    scale: float,
) -> bytes:
    """A still picture as PNG."""
    look = THEMES[theme]
    board = Board(height, ground, theme=look, scale=scale)
    return encode(board.frame(marks), colours=_COLOURS, exact=look.colours())


def traffic_apng(
    height: float,
    ground: Iterable[Mark],
    frames: Sequence[Iterable[Mark]],
    waits: Sequence[int],
    *,
    theme: str,
    scale: float,
) -> bytes:
    """An animation as APNG; `ground` are the static marks, `waits` the frames' durations in milliseconds."""
    look = THEMES[theme]
    board = Board(height, ground, theme=look, scale=scale)
    drawn = [board.frame(marks) for marks in frames]
    return apng.encode(drawn, waits, exact=look.colours())
