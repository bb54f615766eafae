"""The marks above the Nodes: title and counters, the sentence, the components' chips, the names of groups."""

from __future__ import annotations

from k8slearn.locale import view as words
from k8slearn.view.labels import counters
from k8slearn.view.plan.geometry import MARGIN, NARROW, Box
from k8slearn.view.plan.grid import Heading
from k8slearn.view.plan.marks import Line, Mark, Rectangle, Style, Text, pill
from k8slearn.view.plan.measure import fit, text_width
from k8slearn.view.scene import Counts, Scene
from k8slearn.view.theme import CARD, INK, LINE, QUIET, WARN, actor_colour, ink_on

TITLE_HEIGHT = 44
SENTENCE_HEIGHT = 26
CHIPS_HEIGHT = 30
CHIP_HEIGHT = 26
_CHIP_GAP = 8
_CHIP_SIZE = 13
# On a phone six chips side by side have smaller text and hardly a margin.
_SLIM_CHIP_SIZE = 11.5
_CHIP_AIR = 16
_SLIM_CHIP_AIR = 4
# The widest counter is three characters, a gap and four digits (5,000 Nodes).
_COUNTER_WIDTH = 86
_COUNTER_PITCH = 92
_COUNTERS = 4 * _COUNTER_PITCH
# The width for "12345.0 s" at the right of the sentence.
_TIME_WIDTH = 80
_NAME_WIDTH = 240


def title_marks(scene: Scene, box: Box) -> list[Mark]:
    """The DaemonSet, its strategy, and the four counters at the right."""
    y = box.centre[1]
    name = fit(scene.daemon_set or words.TITLE, _NAME_WIDTH, 18)
    left = MARGIN + text_width(name, 18) + 14
    strategy = fit(scene.strategy, box.width - MARGIN - _COUNTERS - 8 - left, 12.5)
    return [
        Text(MARGIN, y, name, size=18, colour=INK),
        Text(left, y, strategy, size=12.5, colour=QUIET),
        *_counters(scene.counts, box),
    ]


def _counters(counts: Counts, box: Box) -> list[Mark]:
    """The four counters as pills; that of unavailable Pods warns when it is not 0."""
    marks: list[Mark] = []
    x = box.width - MARGIN - _COUNTERS + 6
    y = box.centre[1]
    style = Style(CARD, LINE)
    for label, number in counters(counts):
        capsule = Box(x, y - 14, _COUNTER_WIDTH, 28)
        warns = number and label == words.COUNTERS["unavailable"]
        ink = WARN if warns else INK
        marks.append(Rectangle(capsule, 14, style))
        marks.append(Text(x + 12, y, label, size=11.5, colour=QUIET))
        marks.append(Text(x + 74, y, str(number), size=15, colour=ink, align="right"))
        x += _COUNTER_PITCH
    return marks


def sentence_marks(scene: Scene, box: Box) -> list[Mark]:
    """The sentence about the last step, and the simulated time."""
    y = box.centre[1]
    sentence = words.STEP + (scene.sentence or words.NOTHING_YET)
    line = fit(sentence, box.width - 2 * MARGIN - _TIME_WIDTH, 14)
    time = words.SECONDS.format(time=scene.time)
    return [
        Text(MARGIN, y, line, size=14, colour=INK),
        Text(box.width - MARGIN, y, time, size=12.5, colour=QUIET, align="right"),
    ]


def chip_box(chip: str, top: float, across: float) -> Box:
    """The box of a component's chip in a picture `across` pixels wide."""
    index = list(words.CHIPS).index(chip)
    pitch = (across - 2 * MARGIN + _CHIP_GAP) / len(words.CHIPS)
    return Box(MARGIN + index * pitch, top, pitch - _CHIP_GAP, CHIP_HEIGHT)


def chip_marks(acting: str, box: Box) -> list[Mark]:
    """All chips in a row, the acting one highlighted."""
    marks: list[Mark] = []
    slim = box.width < NARROW
    size = _SLIM_CHIP_SIZE if slim else _CHIP_SIZE
    air = _SLIM_CHIP_AIR if slim else _CHIP_AIR
    for chip, label in words.CHIPS.items():
        colour = actor_colour(chip)
        style = Style(CARD, colour, 1.3)
        ink = INK
        if chip == acting:
            style = Style(colour, colour, 2.0)
            ink = ink_on(colour)
        capsule = chip_box(chip, box.y + 2, box.width)
        if text_width(label, size) > capsule.width - air:
            label = words.SHORT_CHIPS.get(chip, label)
        marks += pill(capsule, label, size, style, ink)
    return marks


def group_marks(key: str, heading: Heading) -> list[Mark]:
    """The name of a group of Nodes with a line to the right edge."""
    box = heading.box
    label = words.NO_LABEL.format(key=key)
    if heading.group:
        label = words.GROUP.format(key=key, value=heading.group)
    if heading.continued:
        label = words.CONTINUED.format(group=label)
    label = fit(label, box.width / 2, 12)
    x = MARGIN + text_width(label, 12) + 10
    y = box.centre[1]
    rule = Line([(x, y), (box.width - MARGIN, y)], LINE)
    return [Text(MARGIN, y, label, size=12, colour=QUIET), rule]
