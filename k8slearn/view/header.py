"""What stands around the Nodes: title and counters, the sentence, the component chips, group names, the legend."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.artist import Artist
from matplotlib.lines import Line2D

from k8slearn.view import text as words
from k8slearn.view.layout import MARGIN, NARROW, Box
from k8slearn.view.marks import PX, phase_style, pill, rounded, shape_at, text
from k8slearn.view.measure import fit, text_width
from k8slearn.view.scene import Phase, Scene
from k8slearn.view.theme import Theme, actor_colour, ink_on, look_of

CHIP_GAP = 8
CHIP_HEIGHT = 26
LEGEND_PITCH = 20


def title_artists(scene: Scene, box: Box, theme: Theme) -> list[Artist]:
    """The DaemonSet, its strategy, and the four counters at the right."""
    y = box.centre[1]
    counters = _counter_artists(scene, box, theme)
    name = fit(scene.daemon_set or words.TITLE, 240, 18)
    left = MARGIN + text_width(name, 18) + 14
    strategy = fit(scene.strategy, box.width - MARGIN - 4 * 92 - 8 - left, 12.5)
    return [
        text(MARGIN, y, name, 18, theme.ink),
        text(left, y, strategy, 12.5, theme.quiet),
        *counters,
    ]


def _counter_artists(scene: Scene, box: Box, theme: Theme) -> list[Artist]:
    """期望, 就绪, 已更新, 不可用, each in a capsule."""
    artists: list[Artist] = []
    x, y = box.width - MARGIN - 4 * 92 + 6, box.centre[1]
    for index, (label, number) in enumerate(words.counters(scene.counts)):
        spot = Box(x + index * 92, y - 14, 86, 28)
        ink = theme.warn if index == 3 and number else theme.ink
        artists.append(rounded(spot, 14, theme.card, theme.line))
        artists.append(text(spot.x + 12, y, label, 11.5, theme.quiet))
        artists.append(text(spot.x + 74, y, str(number), 15, ink, "right"))
    return artists


def sentence_artists(scene: Scene, box: Box, theme: Theme) -> list[Artist]:
    """What the last step did, and the simulated time."""
    y, time = box.centre[1], words.SECONDS.format(time=scene.time)
    line = fit(
        words.STEP + (scene.sentence or words.NOTHING_YET),
        box.width - 2 * MARGIN - 80,
        14,
    )
    return [
        text(MARGIN, y, line, 14, theme.ink),
        text(box.width - MARGIN, y, time, 12.5, theme.quiet, "right"),
    ]


def chip_box(chip: str, top: float, across: float) -> Box:
    """Where a component's chip stands in a picture so many pixels across."""
    index = list(words.CHIPS).index(chip)
    width = (across - 2 * MARGIN + CHIP_GAP) / len(words.CHIPS) - CHIP_GAP
    return Box(MARGIN + index * (width + CHIP_GAP), top, width, CHIP_HEIGHT)


def chip_artists(acting: str, box: Box, theme: Theme) -> list[Artist]:
    """All chips in a row, the acting one lit."""
    artists: list[Artist] = []
    for chip, label in words.CHIPS.items():
        colour, lit = actor_colour(chip), chip == acting
        face, ink = (colour, ink_on(colour)) if lit else (theme.card, theme.ink)
        spot = chip_box(chip, box.y + 2, box.width)
        label = (
            label
            if text_width(label, 13) <= spot.width - 16
            else words.SHORT_CHIPS.get(chip, label)
        )
        artists += pill(spot, label, 13, face, colour, ink, 2.0 if lit else 1.3)
    return artists


def group_artists(
    key: str, group: str, continued: bool, box: Box, theme: Theme
) -> list[Artist]:
    """The name of a group of Nodes with a line to the right edge."""
    label = (
        words.GROUP.format(key=key, value=group)
        if group
        else words.NO_LABEL.format(key=key)
    )
    label = fit(
        words.CONTINUED.format(group=label) if continued else label, box.width / 2, 12
    )
    x, y = MARGIN + text_width(label, 12) + 10, box.centre[1]
    line = Line2D([x, box.width - MARGIN], [y, y], color=theme.line, linewidth=PX)
    return [text(MARGIN, y, label, 12, theme.quiet), line]


def legend_height(width: float, owners: bool) -> int:
    """How high a legend of that width is: one line, one more where it is narrow, and one for the owners' letters."""
    return 28 + LEGEND_PITCH * ((width < NARROW) + owners)


def legend_artists(
    scene: Scene, badges: bool, letters: Mapping[str, str], box: Box, theme: Theme
) -> list[Artist]:
    """Phases by line, then revisions by shape: what comes and goes stands last; below it the owners' letters."""
    artists: list[Artist] = []
    x, y, right = float(MARGIN), box.y + 14, box.x + box.width
    for phase in (
        Phase.READY,
        Phase.NOT_READY,
        Phase.STARTING,
        Phase.UNBOUND,
        Phase.ENDING,
    ):
        artists.append(
            shape_at(
                "circle", x + 7, y, 6.5, **phase_style(phase, theme.quiet, theme, 1.6)
            )
        )
        x = _label(artists, x + 18, y, words.PHASES[phase], theme)
    if box.width < NARROW:
        x, y = float(MARGIN), y + LEGEND_PITCH
    for revision in scene.revisions[-4:] or (1,):
        look = look_of(revision)
        artists.append(
            shape_at(
                look.shape,
                x + 9,
                y,
                8,
                **phase_style(Phase.READY, look.colour, theme, 1.4),
            )
        )
        artists.append(
            text(x + 9, y, str(revision), 9.5, ink_on(look.colour), "center")
        )
        x = _label(
            artists, x + 22, y, words.LEGEND_VERSION.format(number=revision), theme
        )
    hint = words.BADGE_LEGEND if badges else words.LEGEND_HINT
    if x + text_width(hint, 11.5) <= right:
        artists.append(text(right, y, hint, 11.5, theme.quiet, "right"))
    if letters:
        told = words.OWNERS + words.OWNER_GAP.join(
            f"{letter} {owner}" for owner, letter in letters.items()
        )
        artists.append(
            text(
                MARGIN,
                y + LEGEND_PITCH + 1,
                fit(told, box.width, 11.5),
                11.5,
                theme.quiet,
            )
        )
    return artists


def _label(
    artists: list[Artist], x: float, y: float, label: str, theme: Theme
) -> float:
    """Add a word of the legend; returns where the next sign begins."""
    artists.append(text(x, y, label, 11.5, theme.quiet))
    return x + text_width(label, 11.5) + 14
