"""Scenes as pictures: parts whose value has not changed keep their pixels, the others are drawn anew."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox, TransformedBbox
from numpy.typing import NDArray

from k8slearn.view import apng
from k8slearn.view.arrows import arrow_artists
from k8slearn.view.dense import Canvas
from k8slearn.view.graph import placement_graph
from k8slearn.view.layout import WIDTH, Box, Places, arrange
from k8slearn.view.parts import Above, Part, Plan, plan
from k8slearn.view.scene import Scene
from k8slearn.view.theme import THEMES, Theme

DPI = 100
Pixels = NDArray[np.uint8]


def whole_axes(figure: Figure, width: float, height: float) -> Axes:
    """Axes over the whole figure whose units are the picture's pixels, y pointing down."""
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.set_axis_off()
    return axes


def overlay(scene: Scene, places: Places, made: Plan, theme: Theme) -> list[Artist]:
    """The arrows of the last step; a map has none."""
    if not scene.arrows or places.form.gutter:
        return []
    return arrow_artists(placement_graph(scene), places, made.chip_top, made.top, theme)


def draw_on(
    axes: Axes, scene: Scene, *, theme: str = "light", titled: bool = True
) -> Plan:
    """Draw a scene once on any Axes; units are pixels of a picture that is 900 wide."""
    look, places = THEMES[theme], arrange(scene)
    made = plan(scene, places, look, Above(titled, titled))
    axes.set(xlim=(0, WIDTH), ylim=(made.height, 0))
    canvas = Canvas(axes.transData, axes.get_window_extent().width / WIDTH)
    artists = [artist for part in made.parts for artist in part.make(canvas)]
    for order, artist in enumerate(artists + overlay(scene, places, made, look)):
        artist.set_zorder(order)
        axes.add_artist(artist)
    return made


class Painter:
    """Paints one scene after another on one canvas; Nodes keep their places from each to the next."""

    def __init__(
        self,
        theme: str = "light",
        *,
        titled: bool = True,
        told: bool = True,
        scale: float = 2.0,
    ) -> None:
        self.theme = THEMES[theme]
        self.above = Above(titled, told)
        self.scale = scale
        self.width = WIDTH
        self.places: Places | None = None
        self.top = 0.0
        self.redrawn: tuple[str, ...] = ()
        self._ground = np.round(np.array(to_rgba(self.theme.ground)) * 255).astype(
            np.uint8
        )
        self._drawn: dict[str, tuple[Box, Any]] = {}
        self._stamps: dict[tuple[str, Box, Any], Pixels] = {}
        self._size = (0, 0)
        self._resize(WIDTH, 1)

    def paint(self, scene: Scene) -> Pixels:
        """The picture of a scene as rows of RGB pixels."""
        self.places = arrange(scene, self.places, self.width)
        made = plan(scene, self.places, self.theme, self.above)
        self.top = made.top
        if (self.width, made.height) != self._size:
            self._resize(self.width, made.height)
        self._refresh(made.parts)
        return self._with(overlay(scene, self.places, made, self.theme))

    @property
    def height(self) -> int:
        """How high the last picture was, in pixels of the page."""
        return self._size[1]

    def _resize(self, width: int, height: int) -> None:
        """A canvas of another height keeps what stands on the old one, for the top stays where it is."""
        old = self._pixels if self._size[0] == width else None
        self._drawn = self._drawn if old is not None else {}
        self._size = width, height
        figure = Figure(figsize=(width / DPI, height / DPI), dpi=DPI * self.scale)
        self._canvas = FigureCanvasAgg(figure)
        self._axes = whole_axes(figure, width, height)
        self._renderer = self._canvas.get_renderer()  # type: ignore[no-untyped-call]
        self._pixels: Pixels = np.asarray(self._canvas.buffer_rgba())  # type: ignore[no-untyped-call]
        self._pixels[:] = self._ground
        if old is not None:
            rows = min(len(old), len(self._pixels))
            self._pixels[:rows] = old[:rows]
        self._shown, self._kept = self._pixels[:, :, :3].copy(), self._pixels.copy()

    def _refresh(self, parts: Sequence[Part]) -> None:
        """Wipe and draw the parts that are new, changed, moved or gone."""
        wanted = {part.key: (part.box, part.value) for part in parts}
        for key, (box, value) in self._drawn.items():
            if wanted.get(key) != (box, value):
                self._wipe(box)
                self._show(box)
        stale = [
            part for part in parts if self._drawn.get(part.key) != wanted[part.key]
        ]
        for part in stale:
            self._wipe(part.box)
            self._stamp(part)
            self._show(part.box)
        self._drawn = wanted
        self.redrawn = tuple(part.key for part in stale)

    def _area(self, box: Box) -> tuple[slice, slice]:
        """The rows and columns of a rectangle."""
        x0, y0 = (max(floor(edge * self.scale), 0) for edge in (box.x, box.y))
        x1, y1 = (
            ceil(edge * self.scale) for edge in (box.x + box.width, box.y + box.height)
        )
        return slice(y0, y1), slice(x0, x1)

    def _wipe(self, box: Box) -> None:
        """Fill a rectangle with the ground."""
        self._pixels[self._area(box)] = self._ground

    def _show(self, box: Box) -> None:
        """Take a rectangle over into the colours that are shown: to take all of them over each time is slow."""
        area = self._area(box)
        self._shown[area] = self._pixels[area][:, :, :3]

    def _stamp(self, part: Part) -> None:
        """Draw a part; of one that has few looks, the pixels of each are kept."""
        kept = self._stamps.get((part.key, part.box, part.value)) if part.few else None
        if kept is not None:
            self._pixels[self._area(part.box)] = kept
            return
        self._ink(part.make(Canvas(self._axes.transData, self.scale)), part.box)
        if part.few:
            self._stamps[part.key, part.box, part.value] = self._pixels[
                self._area(part.box)
            ].copy()

    def _ink(self, artists: Sequence[Artist], box: Box | None = None) -> None:
        """Draw artists now, cut off at `box`."""
        clip = None
        if box is not None:
            bounds = Bbox.from_bounds(box.x, box.y, box.width, box.height)
            clip = TransformedBbox(bounds, self._axes.transData)
        for artist in artists:
            self._axes.add_artist(artist)
            artist.set_clip_on(clip is not None)
            artist.set_clip_path(None)
            artist.set_clip_box(clip)
            artist.draw(self._renderer)
            artist.remove()

    def _with(self, artists: Sequence[Artist]) -> Pixels:
        """A copy of what is shown, with these artists on top of it only."""
        shown = self._shown.copy()
        if not artists:
            return shown
        self._kept[:] = self._pixels
        self._ink(artists)
        changed = _packed(self._kept) != _packed(self._pixels)
        shown[changed] = self._pixels[changed, :3]
        self._pixels[:] = self._kept
        return shown


def _packed(pixels: Pixels) -> NDArray[np.uint32]:
    """RGBA pixels as one number each, without copying them."""
    return pixels.view(np.uint32)[:, :, 0]


def encode(pixels: Pixels, *, colours: int = 0, exact: Sequence[Any] = ()) -> bytes:
    """Pixels as PNG; with `colours` as a palette of so many, which takes longer and is much smaller.

    `exact` are RGB triples between 0 and 1 that the palette must not change.
    """
    return apng.small(pixels, colours, exact) if colours else apng.still(pixels)
