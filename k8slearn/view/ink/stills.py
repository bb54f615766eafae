"""Still pictures by matplotlib: the placement and the graph as pixels."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from k8slearn.view.ink.artists import DPI
from k8slearn.view.ink.painter import Painter, ink_on_axes, pixels_of, whole_axes
from k8slearn.view.plan import Seating
from k8slearn.view.plan.geometry import WIDTH
from k8slearn.view.plan.relations import HEIGHT, relation_marks
from k8slearn.view.png import Pixels, encode
from k8slearn.view.scene import Scene
from k8slearn.view.theme import THEMES

# The size of the palette: it looks the same as full colour, with a third of the bytes.
_COLOURS = 128


def draw_relations(axes: Axes, scene: Scene, theme: str = "light") -> None:
    """Draw the graph on any Axes, in pixels of a picture 900 wide."""
    ink_on_axes(axes, HEIGHT, relation_marks(scene), THEMES[theme])


def relations_png(scene: Scene, theme: str, scale: float) -> bytes:
    """The graph of a scene as PNG."""
    size = (WIDTH / DPI, HEIGHT / DPI)
    ground = THEMES[theme].ground
    figure = Figure(figsize=size, dpi=DPI * scale, facecolor=ground)
    canvas = FigureCanvasAgg(figure)
    draw_relations(whole_axes(figure, WIDTH, HEIGHT), scene, theme)
    canvas.draw()  # type: ignore[no-untyped-call]
    return _encoded(pixels_of(canvas)[:, :, :3].copy(), theme)


def placement_png(
    scene: Scene,
    theme: str,
    scale: float,
    *,
    told: bool,
    seating: Seating | None,
) -> tuple[bytes, Seating | None]:
    """The placement of a scene as PNG, and its seating."""
    painter = Painter(theme, told=told, scale=scale)
    painter.seating = seating
    pixels = painter.paint(scene)
    return _encoded(pixels, theme), painter.seating


def _encoded(pixels: Pixels, theme: str) -> bytes:
    return encode(pixels, colours=_COLOURS, exact=THEMES[theme].colours())
