"""All colours, and the shapes that go with them, since nothing is shown by colour alone.

A plan refers to roles (INK, CARD, …) and accents, which a theme turns into colours when the plan is drawn. A new theme
is a new `Theme` in THEMES; no other module names a colour.
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
    """An accent colour for a line on a card."""

    accent: str


@dataclass(frozen=True, slots=True)
class Faded:
    """An accent colour for the fill of what is going away."""

    accent: str


# A role, an accent as `#rrggbb`, or an accent that depends on the theme's cards.
Colour = str | Edge | Faded
_FADED = 0.3

# Okabe and Ito's palette, which can be told apart with every common colour blindness.
BLUE, ORANGE, GREEN = "#0072B2", "#E69F00", "#009E73"
PINK, SKY, RED = "#CC79A7", "#56B4E9", "#D55E00"
GREY, OLIVE = "#8b93a1", "#b59b2b"
WHITE, BLACK = "#ffffff", "#14181f"
TRANSPARENT = "none"


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of the roles; the accents are the same in every theme.

    `lift` is the share of white (0 to 1) in accents for lines, since thin blue lines are hard to see on dark cards.
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
        """The colour of a role; any other colour is returned as it is."""
        return str(getattr(self, colour, colour))

    def edge(self, colour: str) -> Rgb:
        """The colour of an accent for lines on this theme's cards."""
        return mix(WHITE, colour, self.lift)

    def colours(self) -> list[Rgb]:
        """All colours of areas in this theme, which a palette must contain."""
        greys = [self.ground, self.card, self.line, self.ink]
        greys += [self.quiet, self.pale, self.warn]
        accents = sorted({*ACTOR_COLOURS.values(), *(look.colour for look in _LOOKS)})
        exact = [rgb(colour) for colour in greys + accents]
        if self.lift:
            exact += [self.edge(accent) for accent in accents]
        return exact


# Texts have a contrast of at least 4.5 to 1 on ground, card and pale (WCAG AA); a test measures it.
# fmt: off
#             name     ground     card       line       ink        quiet      pale       warn      lift
LIGHT = Theme("light", "#fafafa", "#ffffff", "#d5d9e0", "#1f2430", "#5f6775", "#eef0f4", "#b84700")
DARK  = Theme("dark",  "#15181d", "#20252d", "#3c4450", "#eceff4", "#a4adba", "#2d333d", "#ff9a55", 0.3)
# fmt: on
THEMES = {theme.name: theme for theme in (LIGHT, DARK)}


def drawn_as(name: str) -> str:
    """The theme to draw in: for `auto` it is light, which the page turns dark."""
    if name in THEMES:
        return name
    return LIGHT.name


@dataclass(frozen=True, slots=True)
class Look:
    """The look of a revision: its colour and shape."""

    colour: str
    shape: str


# Six, since more shapes could not be told apart in a map's cell; a seventh revision looks
# like the first, with another number.
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

# Requests: their ways, failures, the vertices, and packets.
REQUEST = BLUE
FAILURE = RED
PARTICIPANT = GREEN
PACKET = ORANGE
FAILED_BADGE = RED
BADGE_SIGN = WHITE
OWNER = GREEN

# Lines of strategies; the first two contrast most, since two are the usual number.
STRATEGY_COLOURS = (BLUE, RED, GREEN, PINK, ORANGE, SKY)

# The player uses JupyterLab's colours, with defaults for other pages.
PLAYER_BUTTON = "var(--jp-layout-color2,#eef0f4)"
PLAYER_BORDER = "var(--jp-border-color1,#bcc2cc)"
# The filter for pixels on a dark page: it inverts them and turns the hues back.
DARK_FILTER = "invert(0.92) hue-rotate(180deg) brightness(1.2)"


# Some forty colours for each theme, looked up for every mark.
@lru_cache(maxsize=256)
def resolve(colour: Colour, theme: Theme) -> str | Rgb:
    """The colour in a theme for a colour of a plan."""
    if isinstance(colour, Edge):
        return theme.edge(theme.named(colour.accent))
    if isinstance(colour, Faded):
        return mix(theme.named(colour.accent), theme.card, _FADED)
    return theme.named(colour)


def look_of(revision: int) -> Look:
    """The look of a revision number; 0 is an unknown revision."""
    if revision > 0:
        return _LOOKS[(revision - 1) % len(_LOOKS)]
    return _NO_REVISION


def actor_colour(chip: str) -> str:
    """The accent colour of a component's chip."""
    return ACTOR_COLOURS[chip]


# There are a few dozen colours.
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
    # WCAG 2 relative luminance. Black and white contrast equally at 0.18; the threshold is
    # higher so that green and vermilion have white letters, with at least 3.4 to 1.
    red, green, blue = (_linear(channel) for channel in rgb(colour))
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    if luminance > 0.28:
        return BLACK
    return WHITE


def _linear(channel: float) -> float:
    """An sRGB channel (0 to 1) as linear light."""
    if channel <= 0.04045:
        return channel / 12.92
    return float(((channel + 0.055) / 1.055) ** 2.4)
