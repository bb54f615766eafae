"""Draws scenes as pixels; parts whose value has not changed are not drawn again."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox, TransformedBbox
from numpy.typing import NDArray

from k8slearn.view.ink.artists import DPI, Canvas, artists_of
from k8slearn.view.plan import Above, Part, Plan, Seating, arrange, plan
from k8slearn.view.plan.geometry import WIDTH, Box
from k8slearn.view.plan.marks import Mark
from k8slearn.view.png import Pixels, encode
from k8slearn.view.scene import Scene
from k8slearn.view.theme import THEMES, Theme, rgb

Area = tuple[slice, slice]


def whole_axes(figure: Figure, width: float, height: float) -> Axes:
    """Axes over the whole figure in units of the picture's pixels, with y downwards."""
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.set_axis_off()
    return axes


def pixels_of(canvas: FigureCanvasAgg) -> NDArray[np.uint8]:
    """The canvas' own RGBA pixels, not a copy."""
    return np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]


def ink_on_axes(
    axes: Axes,
    height: float,
    marks: Sequence[Mark],
    theme: Theme,
) -> None:
    """Draw marks on any Axes, as a picture 900 pixels wide and `height` high."""
    axes.set(xlim=(0, WIDTH), ylim=(height, 0))
    scale = axes.get_window_extent().width / WIDTH
    artists = artists_of(marks, Canvas(axes.transData, scale, theme))
    # In the order of the marks; by default matplotlib draws texts last.
    for order, artist in enumerate(artists):
        artist.set_zorder(order)
        axes.add_artist(artist)


def draw_on(
    axes: Axes,
    scene: Scene,
    *,
    theme: str = "light",
    titled: bool = True,
) -> Plan:
    """Draw a scene once on any Axes, in pixels of a picture 900 wide; returns its plan."""
    made = plan(scene, arrange(scene), Above(titled, titled))
    planned = [mark for part in made.parts for mark in part.marks()]
    ink_on_axes(axes, made.height, [*planned, *made.arrows], THEMES[theme])
    return made


class Painter:
    """Draws one scene after another on one canvas; Nodes keep their places.

    `seating` and `plan` are those of the last picture, `redrawn` are the keys of the parts that were drawn for it.
    `scale` is the number of pixels for each of the page: 2 for screens of high resolution.
    """

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
        self.seating: Seating | None = None
        self.plan: Plan | None = None
        self.redrawn: tuple[str, ...] = ()
        ground = (*rgb(self.theme.ground), 1.0)
        self._ground = np.round(np.array(ground) * 255).astype(np.uint8)
        self._drawn: dict[str, tuple[Box, Any]] = {}
        self._stamps: dict[tuple[str, Box, Any], Pixels] = {}
        self._size = (0, 0)
        self._resize(WIDTH, 1)

    def paint(self, scene: Scene) -> Pixels:
        """The picture of a scene as rows of RGB pixels."""
        self.seating = arrange(scene, self.seating, self.width)
        self.plan = plan(scene, self.seating, self.above)
        if (self.plan.width, self.plan.height) != self._size:
            self._resize(self.plan.width, self.plan.height)
        self._refresh(self.plan.parts)
        return self._overlaid(artists_of(self.plan.arrows, self._canvas))

    def picture(self, scene: Scene) -> bytes:
        """The picture of a scene as PNG."""
        return encode(self.paint(scene))

    def _resize(self, width: int, height: int) -> None:
        """Change the height of the canvas, keeping its content at the top."""
        old: Pixels | None = self._pixels if self._size[0] == width else None
        if old is None:
            self._drawn = {}
        self._size = width, height
        size = width / DPI, height / DPI
        figure = Figure(figsize=size, dpi=DPI * self.scale)
        agg = FigureCanvasAgg(figure)
        self._axes = whole_axes(figure, width, height)
        self._canvas = Canvas(self._axes.transData, self.scale, self.theme)
        self._renderer = agg.get_renderer()  # type: ignore[no-untyped-call]
        self._pixels: Pixels = pixels_of(agg)
        self._pixels[:] = self._ground
        if old is not None:
            rows = min(len(old), len(self._pixels))
            self._pixels[:rows] = old[:rows]
        self._shown = self._pixels[:, :, :3].copy()
        self._kept = self._pixels.copy()

    def _refresh(self, parts: Sequence[Part]) -> None:
        """Wipe parts that are gone or moved, and draw those that are new, changed or moved."""
        drawn = {part.key: (part.box, part.value) for part in parts}
        # All old places are wiped before anything is drawn, or a part that moved up would be
        # wiped with the one before it. Parts that stay are wiped below.
        for key, (box, _) in self._drawn.items():
            if key not in drawn or drawn[key][0] != box:
                self._wipe(self._area(box))
                self._show(self._area(box))
        stale = [part for part in parts if self._drawn.get(part.key) != drawn[part.key]]
        for part in stale:
            area = self._area(part.box)
            self._wipe(area)
            self._stamp(part, area)
            self._show(area)
        self._drawn = drawn
        self.redrawn = tuple(part.key for part in stale)

    def _area(self, box: Box) -> Area:
        """The rows and columns of a rectangle, rounded outwards."""
        top = max(floor(box.y * self.scale), 0)
        left = max(floor(box.x * self.scale), 0)
        bottom = ceil((box.y + box.height) * self.scale)
        right = ceil((box.x + box.width) * self.scale)
        return slice(top, bottom), slice(left, right)

    def _wipe(self, area: Area) -> None:
        """Fill a rectangle with the ground's colour."""
        self._pixels[area] = self._ground

    def _show(self, area: Area) -> None:
        """Copy a rectangle into the visible pixels, since copying all of them each time is slow."""
        self._shown[area] = self._pixels[area][:, :, :3]

    def _stamp(self, part: Part, area: Area) -> None:
        """Draw a part; for one with few looks the pixels of each look are cached."""
        key = part.key, part.box, part.value
        if part.few and key in self._stamps:
            self._pixels[area] = self._stamps[key]
            return
        self._ink(artists_of(part.marks(), self._canvas), part.box)
        if part.few:
            self._stamps[key] = self._pixels[area].copy()

    def _ink(self, artists: Sequence[Artist], box: Box | None = None) -> None:
        """Draw artists now, clipped to `box`."""
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

    def _overlaid(self, artists: Sequence[Artist]) -> Pixels:
        """A copy of the visible pixels with these artists on top; they do not stay for the next picture."""
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
    """A view of RGBA pixels as one number each, for fast comparison."""
    return pixels.view(np.uint32)[:, :, 0]
