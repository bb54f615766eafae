"""The timeline as SVG, with one path for each colour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from k8slearn.locale import view as words
from k8slearn.view.ink.svg import document, painted_in
from k8slearn.view.ink.svg_marks import number
from k8slearn.view.plan.geometry import MARGIN, WIDTH
from k8slearn.view.scene import chip_of
from k8slearn.view.theme import INK, actor_colour
from k8slearn.view.timeline import (
    BOTTOM,
    COUNTABLE,
    FILLED,
    HEIGHT,
    KNOB,
    LATER,
    TOP,
    capacity,
)


def timeline_svg(components: Sequence[str], shown: int, theme: str) -> str:
    """The timeline; the first `shown` actions are strong, the later ones pale."""
    slot = (WIDTH - 2 * MARGIN) / capacity(len(components))
    paths: dict[tuple[str, bool], list[str]] = {}
    for chip, later, first, end in _runs(components, shown):
        width = slot * (end - first)
        if slot >= COUNTABLE:
            width -= slot * (1 - FILLED)
        x = MARGIN + first * slot
        # Two digits, so that no gap is visible between marks that touch.
        bar = f"M{x:.2f} {TOP}h{width:.2f}v{HEIGHT - BOTTOM - TOP}h-{width:.2f}z"
        paths.setdefault((chip, later), []).append(bar)
    drawn = []
    for (chip, later), bars in paths.items():
        pale = f' opacity="{LATER}"' if later else ""
        fill = actor_colour(chip)
        drawn.append(f'<path fill="{fill}"{pale} d="{"".join(bars)}"/>')
    drawn.append(_cursor(MARGIN + shown * slot, theme))
    made = document("".join(drawn), (WIDTH, HEIGHT), theme=theme, title=words.TIMELINE)
    # Stretched to the panel's width with its height unchanged.
    return made.replace("<svg ", '<svg preserveAspectRatio="none" ', 1)


def _runs(
    components: Sequence[str], shown: int
) -> Iterator[tuple[str, bool, int, int]]:
    """Runs of marks as (chip, is later, first slot, end); marks that are wide enough to count are runs of one."""
    countable = (WIDTH - 2 * MARGIN) / capacity(len(components)) >= COUNTABLE
    keyed = []
    for index, component in enumerate(components):
        alone = index if countable else 0
        keyed.append((index, (chip_of(component), index >= shown, alone)))
    for (chip, later, _), run in groupby(keyed, key=lambda each: each[1]):
        slots = [index for index, _ in run]
        yield chip, later, slots[0], slots[-1] + 1


def _cursor(x: float, theme: str) -> str:
    """The cursor: a line with a knob after the last action shown."""
    ink = painted_in(theme)(INK)
    line = f'<path stroke="{ink}" stroke-width="1.4" d="M{number(x)} {KNOB}V{HEIGHT}"/>'
    return f'{line}<circle cx="{number(x)}" cy="{KNOB + 1}" r="{KNOB}" fill="{ink}"/>'
