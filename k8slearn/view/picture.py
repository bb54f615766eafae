"""Pictures for notebooks: the placement, or the graph of owners, of a cluster now or in the past."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from k8slearn.apimachinery.log import Change
from k8slearn.view.ink import has_matplotlib
from k8slearn.view.ink.svg import SvgPainter, marks_document, svg, title_of
from k8slearn.view.mime import StillPicture
from k8slearn.view.plan import Seating, arrange
from k8slearn.view.scene import Readable, Scene
from k8slearn.view.story import told_scene

# Pixels for each of the page: sharp on most screens; with 2, notebooks would be too large.
SCALE = 1.5
# The last seating by cluster. Weak, so that clusters can be freed.
_seatings: WeakKeyDictionary[Readable, Seating] = WeakKeyDictionary()


class Picture(StillPicture):
    """The picture of a `scene`."""

    def __init__(
        self,
        scene: Scene,
        theme: str = "light",
        *,
        png: bytes = b"",
        svg: str = "",
    ) -> None:
        title = title_of(scene)
        super().__init__(title, f"{scene.sentence}{title}", theme, png=png, svg=svg)
        self.scene = scene

    def save(self, path: str | Path) -> Path:
        """Write it to a file, as SVG for .svg, else as PNG, for which it raises ValueError without matplotlib."""
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
    """A picture of a cluster, a store or a snapshot. `changes` are writes to describe in a sentence.

    `graph` shows DaemonSet → Pod → Node instead of cards. Further options: `daemon_set`, `group_by`, `time`, `notes`.
    A cluster's Nodes keep their places from one picture to the next. `scale` only applies to pixels.
    """
    # A cluster has `now`, a snapshot has `time`, a store has neither.
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
    # Imported here: matplotlib takes a second to load, and may be missing.
    from k8slearn.view.ink.stills import placement_png

    png, after = placement_png(scene, theme, scale, told=told, seating=seating)
    return Picture(scene, theme, png=png), after


def _graph(scene: Scene, theme: str, scale: float) -> Picture:
    # Imported here: only graphs need networkx.
    from k8slearn.view.plan.relations import HEIGHT, relation_marks

    if not has_matplotlib():
        drawn = marks_document(relation_marks(scene), HEIGHT, scene, theme)
        return Picture(scene, theme, svg=drawn)
    from k8slearn.view.ink.stills import relations_png

    return Picture(scene, theme, png=relations_png(scene, theme, scale))
