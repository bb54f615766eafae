"""What one file gave, and how a difference is printed."""

from collections import Counter
from dataclasses import dataclass, field

WIDTH = 400
MANY = 20


@dataclass
class Report:
    """How many cases of a file agree. `differences` are (where, what, expected, got); `notes` are told, not counted."""

    agree: int = 0
    total: int = 0
    differences: list = field(default_factory=list)
    notes: list = field(default_factory=list)

    def lines(self, everything):
        """What is printed about the file, cut to a readable length unless `everything` is asked for."""
        shown = self.differences if everything else self.differences[:MANY]
        lines = [
            line for difference in shown for line in describe(*difference, everything)
        ]
        if len(shown) < len(self.differences):
            lines.append(
                f"… and {len(self.differences) - len(shown)} more differences (--all shows them)"
            )
        return [*lines, *self.notes]


def describe(where, what, expected, got, everything=False):
    """Three lines on one difference; of large values only the parts that differ, unless `everything` is asked for."""
    if not everything:
        expected, got = parted(expected, got)
    width = None if everything else WIDTH
    return [
        f"{where}: {what}",
        f"    expected {cut(expected, width)}",
        f"    got      {cut(got, width)}",
    ]


def parted(expected, got):
    """Both values without what they have in common."""
    if isinstance(expected, Counter) and isinstance(got, Counter):
        return list((expected - got).elements()), list((got - expected).elements())
    if isinstance(expected, dict) and isinstance(got, dict):
        unlike = [
            k
            for k in expected | got
            if k not in expected or k not in got or expected[k] != got[k]
        ]
        pairs = {k: parted(expected.get(k), got.get(k)) for k in unlike}
        return tuple(
            {k: pairs[k][side] for k in unlike if k in o}
            for side, o in enumerate((expected, got))
        )
    return expected, got


def cut(value, width):
    """A value as text, at most `width` characters of it."""
    text = value if isinstance(value, str) else repr(value)
    return (
        text
        if width is None or len(text) <= width
        else f"{text[:width]}… ({len(text)} characters)"
    )
