"""Pictures for a notebook: the placement, or the graph behind it, of a cluster as it is or as it was."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from k8slearn.apimachinery.log import Change
from k8slearn.view.ink import has_matplotlib
from k8slearn.view.ink.svg import SvgPainter, marks_document, svg, title_of
from k8slearn.view.mime import still_bundle
from k8slearn.view.plan import Seating, arrange
from k8slearn.view.scene import Readable, Scene
from k8slearn.view.story import told_scene

# Sharp on most screens; at 2 the pictures of a lesson make its notebook too large.
SCALE = 1.5
# Weak, or a notebook that makes cluster after cluster would keep them all.
_seatings: WeakKeyDictionary[Readable, Seating] = WeakKeyDictionary()


class Picture:
    """A still picture that a notebook shows, as `png`, or as `svg` where nothing draws pixels; of a `scene`."""

    def __init__(
        self,
        scene: Scene,
        theme: str = "light",
        *,
        png: bytes = b"",
        svg: str = "",
    ) -> None:
        self.scene = scene
        self.theme = theme
        self.png = png
        self.svg = svg

    def __repr__(self) -> str:
        return title_of(self.scene)

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        if not self.png:
            # Not image/svg+xml: that is shown as an image, which cannot ask how the page looks.
            return {"text/html": self.svg, "text/plain": repr(self)}, {}
        said = f"{self.scene.sentence}{self!r}"
        return still_bundle(self.png, said, repr(self), self.theme)

    def save(self, path: str | Path) -> Path:
        """Write it to a file: as SVG where its name says so, else as PNG. ValueError where nothing draws one."""
        target = Path(path)
        if target.suffix == ".svg":
            drawn = self.svg or svg(self.scene, self.theme)
            target.write_text(drawn, encoding="utf-8")
        elif self.png:
            target.write_bytes(self.png)
        else:
            raise ValueError(target.name)
        return target


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
    A cluster's Nodes keep their places from one picture of it to the next. `scale` is for pixels; SVG has none.
    """
    # A cluster has `now`, a snapshot `time`, a store neither.
    options.setdefault("time", getattr(source, "now", getattr(source, "time", None)))
    scene = told_scene(source, changes, **options)
    if graph:
        return _graph(scene, theme, scale)
    made, seating = _placement(
        scene, theme, scale, bool(changes), _seatings.get(source)
    )
    _seatings[source] = seating or arrange(scene)
    return made


def _placement(
    scene: Scene, theme: str, scale: float, told: bool, seating: Seating | None
) -> tuple[Picture, Seating | None]:
    if not has_matplotlib():
        painter = SvgPainter(theme, told=told)
        painter.seating = seating
        return Picture(scene, theme, svg=painter.paint(scene)), painter.seating
    # Here and not above: matplotlib takes a second to load, and is not everywhere.
    from k8slearn.view.ink.stills import placement_png

    png, after = placement_png(scene, theme, scale, told=told, seating=seating)
    return Picture(scene, theme, png=png), after


def _graph(scene: Scene, theme: str, scale: float) -> Picture:
    # Here and not above: networkx is loaded by who looks at a graph.
    from k8slearn.view.plan.relations import HEIGHT, relation_marks

    if not has_matplotlib():
        drawn = marks_document(relation_marks(scene), HEIGHT, scene, theme)
        return Picture(scene, theme, svg=drawn)
    from k8slearn.view.ink.stills import relations_png

    return Picture(scene, theme, png=relations_png(scene, theme, scale))
