"""The legend: phases by line, revisions by shape, and owners by letter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from k8slearn.locale import view as words
from k8slearn.view.plan.geometry import MARGIN, NARROW, Box
from k8slearn.view.plan.marks import Mark, Shape, Text
from k8slearn.view.plan.measure import fit, text_width
from k8slearn.view.plan.pod import phase_style
from k8slearn.view.scene import Phase
from k8slearn.view.theme import QUIET, ink_on, look_of

_LINE = 28
_PITCH = 20
_SIZE = 11.5
# Without failed and succeeded, whose badges are obvious and which are rare for DaemonSets.
_PHASES = (
    Phase.READY,
    Phase.NOT_READY,
    Phase.STARTING,
    Phase.UNBOUND,
    Phase.ENDING,
)
# More than four would not fit into a picture of 900 pixels.
_REVISIONS = 4


def legend_height(width: float, owners: bool) -> int:
    """The height of a legend: one line, another one where it is narrow, and one for the owners' letters."""
    more = int(width < NARROW) + int(owners)
    return _LINE + _PITCH * more


def legend_marks(
    revisions: Sequence[int],
    badges: bool,
    letters: Mapping[str, str],
    box: Box,
) -> list[Mark]:
    """The marks of the legend: phases first, then revisions, which come and go, so that nothing else moves."""
    marks: list[Mark] = []
    y = box.y + 14
    x = _phases(marks, float(MARGIN), y)
    if box.width < NARROW:
        x = float(MARGIN)
        y = y + _PITCH
    x = _revisions(marks, revisions[-_REVISIONS:] or (1,), x, y)
    hint = words.BADGE_LEGEND if badges else words.LEGEND_HINT
    if x + text_width(hint, _SIZE) <= box.right:
        marks.append(Text(box.right, y, hint, size=_SIZE, colour=QUIET, align="right"))
    if letters:
        named = [f"{letter} {owner}" for owner, letter in letters.items()]
        line = fit(words.OWNERS + words.OWNER_GAP.join(named), box.width, _SIZE)
        marks.append(Text(MARGIN, y + _PITCH + 1, line, size=_SIZE, colour=QUIET))
    return marks


def _phases(marks: list[Mark], x: float, y: float) -> float:
    """Add the phases in grey, since a colour would be a revision's; returns where the next sign begins."""
    for phase in _PHASES:
        style = phase_style(phase, QUIET, 1.6)
        marks.append(Shape("circle", x + 7, y, radius=6.5, style=style))
        x = _word(marks, x + 18, y, words.PHASES[phase])
    return x


def _revisions(
    marks: list[Mark],
    revisions: Sequence[int],
    x: float,
    y: float,
) -> float:
    """Add the revisions; returns where the next sign would begin."""
    for revision in revisions:
        look = look_of(revision)
        style = phase_style(Phase.READY, look.colour, 1.4)
        ink = ink_on(look.colour)
        marks.append(Shape(look.shape, x + 9, y, radius=8, style=style))
        marks.append(
            Text(x + 9, y, str(revision), size=9.5, colour=ink, align="center")
        )
        word = words.LEGEND_VERSION.format(number=revision)
        x = _word(marks, x + 22, y, word)
    return x


def _word(marks: list[Mark], x: float, y: float, word: str) -> float:
    """Add a word of the legend; returns where the next sign begins."""
    marks.append(Text(x, y, word, size=_SIZE, colour=QUIET))
    return x + text_width(word, _SIZE) + 14
