"""Pictures for a notebook: the placement, or the graph behind it, of a cluster as it is or as it was."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from k8slearn.apimachinery.log import Change
from k8slearn.view.ink.artists import DPI
from k8slearn.view.ink.painter import (
    Painter,
    draw_on,
    ink_on_axes,
    pixels_of,
    whole_axes,
)
from k8slearn.view.labels import alt_text
from k8slearn.view.plan import Above, Seating, arrange, plan
from k8slearn.view.plan.geometry import WIDTH
from k8slearn.view.plan.relations import HEIGHT, relation_marks
from k8slearn.view.png import Pixels, encode, png_metadata
from k8slearn.view.scene import Readable, Scene
from k8slearn.view.story import told_scene
from k8slearn.view.theme import THEMES

# Sharp on most screens; at 2 the pictures of a lesson make its notebook too large.
SCALE = 1.5
# A palette of so many cannot be told from all colours, and takes a third of the bytes.
_COLOURS = 128
# Weak, or a notebook that makes cluster after cluster would keep them all.
_seatings: WeakKeyDictionary[Readable, Seating] = WeakKeyDictionary()


class Picture:
    """A still picture that a notebook shows; `scene` is what is on it."""

    def __init__(
        self,
        scene: Scene,
        pixels: Pixels,
        theme: str = "light",
    ) -> None:
        self.scene, self.theme = scene, theme
        exact = THEMES[theme].colours()
        self.png = encode(pixels, colours=_COLOURS, exact=exact)

    def __repr__(self) -> str:
        scene = self.scene
        pods = sum(len(card.pods) for card in scene.cards)
        return alt_text(scene.daemon_set, scene.counts, len(scene.cards), pods)

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        said = f"{self.scene.sentence}{self!r}"
        return {"image/png": self.png, "text/plain": repr(self)}, png_metadata(said)

    def save(self, path: str | Path) -> Path:
        """Write the picture to a file: as SVG where its name says so, else as PNG."""
        target = Path(path)
        if target.suffix == ".svg":
            target.write_bytes(svg(self.scene, self.theme))
        else:
            target.write_bytes(self.png)
        return target


def _figure(
    height: float,
    theme: str,
    scale: float = 1.0,
) -> tuple[Figure, Axes]:
    """A whole picture's figure and its axes in pixels of the page."""
    size, ground = (WIDTH / DPI, height / DPI), THEMES[theme].ground
    figure = Figure(figsize=size, dpi=DPI * scale, facecolor=ground)
    return figure, whole_axes(figure, WIDTH, height)


def svg(scene: Scene, theme: str = "light") -> bytes:
    """A scene as SVG; letters are outlines, so that it needs no font."""
    height = plan(scene, arrange(scene), Above()).height
    figure, axes = _figure(height, theme)
    draw_on(axes, scene, theme=theme)
    out = BytesIO()
    # A fixed salt and no date: the same scene gives the same file.
    with rc_context({"svg.hashsalt": "k8slearn"}):
        figure.savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue()


def draw_relations(axes: Axes, scene: Scene, theme: str = "light") -> None:
    """Draw the graph on any Axes; units are pixels of a picture that is 900 wide."""
    ink_on_axes(axes, HEIGHT, relation_marks(scene), THEMES[theme])


def paint_relations(scene: Scene, theme: str, scale: float) -> Pixels:
    """The graph of a scene as rows of RGB pixels."""
    figure, axes = _figure(HEIGHT, theme, scale)
    canvas = FigureCanvasAgg(figure)
    draw_relations(axes, scene, theme)
    canvas.draw()  # type: ignore[no-untyped-call]
    return pixels_of(canvas)[:, :, :3].copy()


def draw(
    source: Readable,
    *,
    changes: Sequence[Change] = (),
    graph: bool = False,
    theme: str = "light",
    scale: float = SCALE,
    **options: Any,
) -> Picture:
    """A picture of a cluster, a store or a snapshot. `changes` are the writes to tell about in a sentence.

    `graph` shows DaemonSet → Pod → Node instead of cards. Further options: `daemon_set`, `group_by`, `time`, `notes`.
    A cluster's Nodes keep their places from one picture of it to the next.
    """
    # A cluster has `now`, a snapshot `time`, a store neither.
    options.setdefault("time", getattr(source, "now", getattr(source, "time", None)))
    scene = told_scene(source, changes, **options)
    if graph:
        return Picture(scene, paint_relations(scene, theme, scale), theme)
    painter = Painter(theme, told=bool(changes), scale=scale)
    painter.seating = _seatings.get(source)
    pixels = painter.paint(scene)
    _seatings[source] = painter.seating or arrange(scene)
    return Picture(scene, pixels, theme)
