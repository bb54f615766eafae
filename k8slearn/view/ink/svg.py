"""Scenes as SVG, from the same plan that matplotlib draws: for use without matplotlib, and with screen readers.

With the theme `auto` each colour that depends on the theme is a CSS variable, which the style sheet sets.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from re import findall

from k8slearn.locale import view as words
from k8slearn.view.fonts import FAMILY
from k8slearn.view.ink.svg_marks import Paint, elements, number
from k8slearn.view.labels import alt_text, node_words, phase_word, taint_words
from k8slearn.view.plan import Above, Part, Plan, Seating, arrange, plan
from k8slearn.view.plan.geometry import WIDTH, Box
from k8slearn.view.plan.hits import pod_areas
from k8slearn.view.plan.marks import Mark
from k8slearn.view.scene import NodeCard, Scene
from k8slearn.view.theme import (
    DARK,
    GROUND,
    LIGHT,
    THEMES,
    Colour,
    Edge,
    Faded,
    Theme,
    resolve,
)

AUTO = "auto"
# Chinese fonts first, since they have Latin letters too. Pages bring ours for machines without any.
FONTS = (
    "'Noto Sans SC','PingFang SC','Microsoft YaHei','Noto Sans CJK SC',"
    f"'{FAMILY}',sans-serif"
)
ROLES = ("ground", "card", "line", "ink", "quiet", "pale", "warn")
# Pages with a theme of their own: Sphinx sites, JupyterLab.
_DARK_PAGES = ":is([data-theme=dark],[data-jp-theme-light=false])"
_LIGHT_PAGES = ":is([data-theme=light],[data-jp-theme-light=true])"


def painted_in(theme: str) -> Paint:
    """A function that writes colours: those of a theme, or CSS variables for "auto"."""
    if theme == AUTO:
        return _css_colour
    look = THEMES[theme]
    return lambda colour: _hex(colour, look)


def _css_colour(colour: Colour) -> str:
    """The CSS for a colour: a variable, or the colour itself if it is the same in every theme."""
    if isinstance(colour, str):
        if colour in ROLES:
            return f"var(--k8s-{colour})"
        return colour
    kind = "edge" if isinstance(colour, Edge) else "faded"
    return f"var(--k8s-{kind}-{colour.accent.removeprefix('#')})"


def _hex(colour: Colour, theme: Theme) -> str:
    known = resolve(colour, theme)
    if isinstance(known, str):
        return known
    return "#" + "".join([f"{round(channel * 255):02x}" for channel in known])


def _style_sheet(body: str) -> str:
    """The style sheet that sets the variables used in a picture, for light and dark."""
    names = sorted(set(findall(r"var\(--k8s-([\w-]+)\)", body)))
    light, dark = [
        ";".join([f"--k8s-{name}:{_hex(_colour(name), theme)}" for name in names])
        for theme in (LIGHT, DARK)
    ]
    rules = [
        f".k8s-ink{{{light}}}",
        f"@media (prefers-color-scheme:dark){{.k8s-ink{{{dark}}}}}",
        f"{_LIGHT_PAGES} .k8s-ink{{{light}}}",
        f"{_DARK_PAGES} .k8s-ink{{{dark}}}",
    ]
    return f"<style>{''.join(rules)}</style>"


def _colour(name: str) -> Colour:
    """The plan's colour for the name of a variable."""
    kind, _, accent = name.partition("-")
    if not accent:
        return kind
    # A role, or an accent without its #.
    known = accent if accent in ROLES else f"#{accent}"
    if kind == "edge":
        return Edge(known)
    return Faded(known)


def document(
    body: str,
    size: tuple[float, float],
    *,
    theme: str,
    title: str,
    told: str = "",
) -> str:
    """A complete SVG, with a title, a description for screen readers, and its style sheet."""
    paint = painted_in(theme)
    width = number(size[0])
    height = number(size[1])
    ground = f'<rect width="{width}" height="{height}" fill="{paint(GROUND)}"/>'
    drawn = ground + body
    style = _style_sheet(drawn) if theme == AUTO else ""
    named = f"<title>{escape(title, quote=False)}</title>"
    if told:
        named += f"<desc>{escape(told, quote=False)}</desc>"
    head = (
        '<svg xmlns="http://www.w3.org/2000/svg" class="k8s-ink" role="img" '
        f'width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'font-family="{FONTS}">'
    )
    return f"{head}{named}{style}{drawn}</svg>"


def marks_document(
    planned: Iterable[Mark], height: float, scene: Scene, theme: str
) -> str:
    """The SVG of other marks than the placement's, such as the graph's."""
    body = elements(planned, painted_in(theme))
    size = WIDTH, height
    return document(body, size, theme=theme, title=title_of(scene), told=scene.sentence)


def title_of(scene: Scene) -> str:
    """A scene in one line."""
    pods = sum(len(card.pods) for card in scene.cards)
    return alt_text(scene.daemon_set, scene.counts, len(scene.cards), pods)


class SvgPainter:
    """Draws one scene after another; Nodes keep their places, and the text of unchanged parts is reused.

    Like `Painter`, but `paint` returns SVG.
    """

    def __init__(
        self, theme: str = AUTO, *, titled: bool = True, told: bool = True
    ) -> None:
        self.theme = theme
        self.above = Above(titled, told)
        self.width = WIDTH
        self.seating: Seating | None = None
        self.plan: Plan | None = None
        self.redrawn: tuple[str, ...] = ()
        self._paint = painted_in(theme)
        self._drawn: dict[tuple[str, Box], tuple[object, str]] = {}

    def paint(self, scene: Scene) -> str:
        """The picture of a scene."""
        body = "".join([text for _, text in self.pieces(scene)])
        assert self.plan is not None
        size = self.plan.width, self.plan.height
        told = scene.sentence or words.NOTHING_YET
        return document(body, size, theme=self.theme, title=title_of(scene), told=told)

    def picture(self, scene: Scene) -> bytes:
        """The picture of a scene as UTF-8."""
        return self.paint(scene).encode()

    def pieces(self, scene: Scene) -> list[tuple[str, str]]:
        """(key, SVG text) of each part, the arrows on top last."""
        self.seating = arrange(scene, self.seating, self.width)
        made = self.plan = plan(scene, self.seating, self.above)
        cards = {f"node/{card.name}": card for card in scene.cards}
        before = self._drawn
        self._drawn = {}
        redrawn = []
        pieces = []
        for part in made.parts:
            place = part.key, part.box
            known = before.get(place)
            if known is None or known[0] != part.value:
                known = part.value, self._part(part, cards.get(part.key))
                redrawn.append(part.key)
            self._drawn[place] = known
            pieces.append((part.key, known[1]))
        self.redrawn = tuple(redrawn)
        return [*pieces, ("arrows", elements(made.arrows, self._paint))]

    def _part(self, part: Part, card: NodeCard | None) -> str:
        drawn = elements(part.marks(), self._paint)
        if card is None or self.seating is None:
            return drawn
        return _hit_area(card, part.box, self.seating, drawn)


def _hit_area(card: NodeCard, box: Box, seating: Seating, drawn: str) -> str:
    """A Node's card with its name as tooltip, and an area with a tooltip over each Pod."""
    state = node_words(card, next(taint_words(card.taints)))
    said = words.LIST_COMMA.join([card.name, *state])
    areas = []
    for pod, area in pod_areas(card, box, seating):
        title = f"<title>{escape(pod.name)}：{escape(phase_word(pod))}</title>"
        place = f'x="{number(area.x)}" y="{number(area.y)}"'
        size = f'width="{number(area.width)}" height="{number(area.height)}"'
        name = f'data-pod="{escape(pod.name)}"'
        areas.append(
            f'<rect {name} {place} {size} fill="none" pointer-events="all">{title}</rect>'
        )
    name = f'data-node="{escape(card.name)}"'
    return f"<g {name}><title>{escape(said)}</title>{drawn}{''.join(areas)}</g>"


def svg(scene: Scene, theme: str = AUTO) -> str:
    """A scene as one SVG."""
    return SvgPainter(theme).paint(scene)


def moving(
    told: Sequence[Scene],
    waits: Sequence[int],
    *,
    theme: str,
    title: str,
) -> str:
    """A looping animation of scenes as SVG, in which an unchanged part is drawn once."""
    painter = SvgPainter(theme, told=False)
    frames = []
    height = 0
    for scene in told:
        frames.append(painter.pieces(scene))
        assert painter.plan is not None
        height = max(height, painter.plan.height)
    return film(frames, waits, (painter.width, height), theme=theme, title=title)


def film(
    frames: Sequence[Sequence[tuple[str, str]]],
    waits: Sequence[int],
    size: tuple[float, float],
    *,
    theme: str,
    title: str,
) -> str:
    """A looping animation of frames, each a list of (key, SVG text); `waits` are their durations in milliseconds."""
    body = "".join([_visible_during(*each, waits) for each in _lifetimes(frames)])
    return document(body, size, theme=theme, title=title)


def _lifetimes(
    frames: Sequence[Sequence[tuple[str, str]]],
) -> list[tuple[str, int, int]]:
    """(text, first, end): each text with the first frame that has it and the next frame without it."""
    lives: list[tuple[str, int, int]] = []
    open_since: dict[tuple[str, str], int] = {}
    for index, pieces in enumerate([*frames, []]):
        present = set(pieces)
        for piece in [each for each in open_since if each not in present]:
            lives.append((piece[1], open_since.pop(piece), index))
        for piece in pieces:
            open_since.setdefault(piece, index)
    return lives


def _visible_during(text: str, first: int, end: int, waits: Sequence[int]) -> str:
    """A text that is visible from frame `first` to before frame `end`."""
    if not text or (first == 0 and end == len(waits)):
        return text
    whole = sum(waits)
    times = [f"{sum(waits[:frame]) / whole:.4f}" for frame in (first, end)]
    values = ["none", "inline"]
    keys = ["0", times[0]]
    if first == 0:
        values = ["inline"]
        keys = ["0"]
    if end < len(waits):
        values.append("none")
        keys.append(times[1])
    turn = (
        f'<animate attributeName="display" values="{";".join(values)}" keyTimes="{";".join(keys)}" '
        f'dur="{whole / 1000:g}s" calcMode="discrete" repeatCount="indefinite"/>'
    )
    return f"<g>{turn}{text}</g>"
