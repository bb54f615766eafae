"""Every colour, and the shapes that say the same: nothing is told by colour alone.

A plan names roles (INK, CARD, …) and accents; a theme says which colours they are when the plan is inked. Another
theme is another `Theme` in THEMES; nothing else names a colour.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

Rgb = tuple[float, float, float]

# Roles: the fields of a Theme.
GROUND = "ground"
CARD = "card"
LINE = "line"
INK = "ink"
QUIET = "quiet"
PALE = "pale"
WARN = "warn"


@dataclass(frozen=True, slots=True)
class Edge:
    """An accent as a line on a card."""

    accent: str


@dataclass(frozen=True, slots=True)
class Faded:
    """An accent that fills what is going away."""

    accent: str


# A role, an accent as `#rrggbb`, or an accent that depends on the theme's cards.
Colour = str | Edge | Faded
_FADED = 0.3

# Okabe and Ito's palette: told apart with every common colour blindness.
BLUE, ORANGE, GREEN = "#0072B2", "#E69F00", "#009E73"
PINK, SKY, RED = "#CC79A7", "#56B4E9", "#D55E00"
GREY, OLIVE = "#8b93a1", "#b59b2b"
WHITE, BLACK = "#ffffff", "#14181f"
TRANSPARENT = "none"


@dataclass(frozen=True, slots=True)
class Theme:
    """The greys of one picture; the accents are the same in every theme.

    `lift` is how much white (0 to 1) is mixed into an accent that is a line: dark cards swallow thin blue lines.
    """

    name: str
    ground: str
    card: str
    line: str
    ink: str
    quiet: str
    pale: str
    warn: str
    lift: float = 0.0

    def named(self, colour: str) -> str:
        """The colour of a role; any other colour is its own name."""
        return str(getattr(self, colour, colour))

    def edge(self, colour: str) -> Rgb:
        """An accent as a line on this theme's cards; lighter on dark ones."""
        return mix(WHITE, colour, self.lift)

    def colours(self) -> list[Rgb]:
        """Every colour that fills an area in this theme: those that a palette must not change."""
        greys = [self.ground, self.card, self.line, self.ink]
        greys += [self.quiet, self.pale, self.warn]
        accents = sorted({*ACTOR_COLOURS.values(), *(look.colour for look in _LOOKS)})
        exact = [rgb(colour) for colour in greys + accents]
        if self.lift:
            exact += [self.edge(accent) for accent in accents]
        return exact


# Words keep a contrast of 4.5 to 1 on ground, card and pale (WCAG AA); tests measure it.
# fmt: off
#             name     ground     card       line       ink        quiet      pale       warn      lift
LIGHT = Theme("light", "#fafafa", "#ffffff", "#d5d9e0", "#1f2430", "#5f6775", "#eef0f4", "#b84700")
DARK  = Theme("dark",  "#15181d", "#20252d", "#3c4450", "#eceff4", "#a4adba", "#2d333d", "#ff9a55", 0.3)
# fmt: on
THEMES = {theme.name: theme for theme in (LIGHT, DARK)}


def drawn_as(name: str) -> str:
    """The theme in which a picture is drawn; `auto` is drawn light, and turned dark by the page."""
    if name in THEMES:
        return name
    return LIGHT.name


@dataclass(frozen=True, slots=True)
class Look:
    """How a revision is drawn: its colour and its outline."""

    colour: str
    shape: str


# Six, since more outlines could not be told apart at the size of a map's cell; a seventh
# revision looks like the first, and its number tells the two apart.
_LOOKS = (
    Look(BLUE, "circle"),
    Look(ORANGE, "square"),
    Look(GREEN, "diamond"),
    Look(PINK, "hexagon"),
    Look(SKY, "triangle"),
    Look(RED, "pentagon"),
)
_NO_REVISION = Look(GREY, "circle")

ACTOR_COLOURS = {
    "user": RED,
    "daemonset-controller": GREEN,
    "scheduler": PINK,
    "kubelet": SKY,
    "garbage-collector": GREY,
    "other": OLIVE,
}

# Requests: the way of a packet, a failed one, what takes part, the packet itself.
REQUEST = BLUE
FAILURE = RED
PARTICIPANT = GREEN
PACKET = ORANGE
FAILED_BADGE = RED
BADGE_SIGN = WHITE
OWNER = GREEN

# Lines of strategies side by side: the neighbours contrast most, for two are the usual number.
STRATEGY_COLOURS = (BLUE, RED, GREEN, PINK, ORANGE, SKY)

# The player lives in JupyterLab's page and takes its colours; these where there is none.
PLAYER_BUTTON = "var(--jp-layout-color2,#eef0f4)"
PLAYER_BORDER = "var(--jp-border-color1,#bcc2cc)"
# Pixels cannot be drawn anew for a dark page: they are turned to their negative, and the
# hues turned back.
DARK_FILTER = "invert(0.92) hue-rotate(180deg) brightness(1.2)"


# Some forty colours a theme, asked for with every mark.
@lru_cache(maxsize=256)
def resolve(colour: Colour, theme: Theme) -> str | Rgb:
    """What a colour of a plan is in a theme."""
    if isinstance(colour, Edge):
        return theme.edge(theme.named(colour.accent))
    if isinstance(colour, Faded):
        return mix(theme.named(colour.accent), theme.card, _FADED)
    return theme.named(colour)


def look_of(revision: int) -> Look:
    """The look of a revision number; 0 stands for a Pod of no known revision."""
    if revision > 0:
        return _LOOKS[(revision - 1) % len(_LOOKS)]
    return _NO_REVISION


def actor_colour(chip: str) -> str:
    """The accent of one component chip."""
    return ACTOR_COLOURS[chip]


# There are a few dozen colours, and every picture asks for them.
@lru_cache(maxsize=256)
def rgb(colour: str) -> Rgb:
    """`#rrggbb` as three numbers between 0 and 1."""
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


@lru_cache(maxsize=256)
def mix(colour: str, other: str, share: float) -> Rgb:
    """`share` of `colour`, the rest of `other`, as RGB between 0 and 1."""
    pairs = zip(rgb(colour), rgb(other), strict=True)
    red, green, blue = (a * share + b * (1 - share) for a, b in pairs)
    return red, green, blue


@lru_cache(maxsize=64)
def ink_on(colour: str) -> str:
    """Black or white, whichever can be read on `colour`."""
    # WCAG 2 relative luminance. Black and white contrast equally at 0.18; the bar lies
    # higher so that green and vermilion keep white letters, with at least 3.4 to 1.
    red, green, blue = (_linear(channel) for channel in rgb(colour))
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    if luminance > 0.28:
        return BLACK
    return WHITE


def _linear(channel: float) -> float:
    """An sRGB channel (0 to 1) as light."""
    if channel <= 0.04045:
        return channel / 12.92
    return float(((channel + 0.055) / 1.055) ** 2.4)
