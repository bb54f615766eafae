"""Pictures for a notebook: the placement, or the graph behind it, of a cluster as it is or as it was."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from k8slearn.apimachinery.log import Change
from k8slearn.view import text as words
from k8slearn.view.draw import DPI, Painter, Pixels, draw_on, encode, whole_axes
from k8slearn.view.layout import WIDTH, Places, arrange
from k8slearn.view.parts import Above, plan
from k8slearn.view.relations import HEIGHT, draw_relations
from k8slearn.view.scene import Readable, Scene
from k8slearn.view.story import told_scene
from k8slearn.view.theme import THEMES

SCALE = 1.5
_places: WeakKeyDictionary[Readable, Places] = WeakKeyDictionary()


class Picture:
    """A still picture that a notebook shows; `scene` is what is on it."""

    def __init__(self, scene: Scene, pixels: Pixels, theme: str = "light") -> None:
        self.scene, self.theme = scene, theme
        self.png = encode(pixels, colours=128, exact=THEMES[theme].colours())

    def __repr__(self) -> str:
        pods = sum(len(card.pods) for card in self.scene.cards)
        return words.alt_text(
            self.scene.daemon_set, self.scene.counts, len(self.scene.cards), pods
        )

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        return {"image/png": self.png, "text/plain": repr(self)}, {
            "image/png": {"width": WIDTH}
        }

    def save(self, path: str | Path) -> Path:
        """Write the picture to a file: as SVG where its name says so, else as PNG."""
        target = Path(path)
        target.write_bytes(
            svg(self.scene, self.theme) if target.suffix == ".svg" else self.png
        )
        return target


def svg(scene: Scene, theme: str = "light") -> bytes:
    """A scene as SVG; letters are outlines, so that it needs no font."""
    height = plan(scene, arrange(scene), THEMES[theme], Above()).height
    figure, out = (
        Figure(
            figsize=(WIDTH / DPI, height / DPI), dpi=DPI, facecolor=THEMES[theme].ground
        ),
        BytesIO(),
    )
    draw_on(whole_axes(figure, WIDTH, height), scene, theme=theme)
    with rc_context({"svg.hashsalt": "k8slearn"}):
        figure.savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue()


def paint_relations(scene: Scene, theme: str, scale: float) -> Pixels:
    """The graph of a scene as rows of RGB pixels."""
    figure = Figure(
        figsize=(WIDTH / DPI, HEIGHT / DPI),
        dpi=DPI * scale,
        facecolor=THEMES[theme].ground,
    )
    canvas = FigureCanvasAgg(figure)
    draw_relations(whole_axes(figure, WIDTH, HEIGHT), scene, theme)
    canvas.draw()  # type: ignore[no-untyped-call]
    pixels: Pixels = np.asarray(canvas.buffer_rgba())[:, :, :3]  # type: ignore[no-untyped-call]
    return pixels.copy()


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
    options.setdefault("time", getattr(source, "now", getattr(source, "time", None)))
    scene = told_scene(source, changes, **options)
    if graph:
        return Picture(scene, paint_relations(scene, theme, scale), theme)
    painter = Painter(theme, told=bool(changes), scale=scale)
    painter.places = _places.get(source)
    pixels = painter.paint(scene)
    assert painter.places is not None
    _places[source] = painter.places
    return Picture(scene, pixels, theme)
