"""The painters of a panel: matplotlib's pixels or SVG, as the bytes of one picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from k8slearn.view.ink import has_matplotlib
from k8slearn.view.ink.svg import SvgPainter
from k8slearn.view.ink.svg_timeline import timeline_svg
from k8slearn.view.plan import Plan, Seating
from k8slearn.view.scene import Scene
from k8slearn.view.theme import drawn_as


class PanelPainter(Protocol):
    """Draws one scene after another; Nodes keep their places, and unchanged parts are not drawn again."""

    width: int
    seating: Seating | None
    plan: Plan | None

    def picture(self, scene: Scene) -> bytes:
        """The picture of a scene, as PNG or as SVG."""


class TimelinePainter(Protocol):
    """Draws the timeline with a mark for each action."""

    def picture(self, done: Sequence[str], count: int, shown: int) -> bytes:
        """The timeline of `count` actions, the last ones by the components `done`; the first `shown` are strong."""


def panel_painter(theme: str, scale: float) -> PanelPainter:
    """A painter of placements without title and sentence, which the panel shows as text.

    With theme `auto`, SVG follows the page; pixels are light, and the style sheet turns them dark.
    """
    if not has_matplotlib():
        return SvgPainter(theme, titled=False, told=False)
    # Imported here: matplotlib takes a second to load, and may be missing.
    from k8slearn.view.ink.painter import Painter

    return Painter(drawn_as(theme), titled=False, told=False, scale=scale)


def timeline_painter(theme: str, scale: float) -> TimelinePainter:
    """A painter of the timeline."""
    if not has_matplotlib():
        return SvgTimeline(theme)
    from k8slearn.view.ink.timeline import PixelTimeline

    return PixelTimeline(drawn_as(theme), scale)


class SvgTimeline:
    """The timeline as SVG."""

    def __init__(self, theme: str) -> None:
        self._theme = theme
        self._components: list[Any] = []

    def picture(self, done: Sequence[str], count: int, shown: int) -> bytes:
        """Draw the timeline; actions that left the log before they were drawn are a gap."""
        known = self._components[: count - len(done)]
        gap = [""] * (count - len(done) - len(known))
        self._components = [*known, *gap, *done]
        return timeline_svg(self._components, shown, self._theme).encode()
