"""The report of one file, and printing differences."""

from collections import Counter
from dataclasses import dataclass, field
from itertools import zip_longest

WIDTH = 400
MANY = 20


@dataclass
class Report:
    """The numbers of cases of a file that agree and that differ as known. `notes` are printed, not counted.

    `differences` are (where, what, expected, got).
    """

    agree: int = 0
    total: int = 0
    differences: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    known: int = 0

    def lines(self, everything):
        """The lines to print about the file, cut to a readable length unless `everything`."""
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
    """The lines about one difference; of large values only the parts that differ, unless `everything`."""
    if isinstance(expected, list) and isinstance(got, list) and expected and got:
        return [f"{where}: {what}", *beside(expected, got)]
    if not everything:
        expected, got = parted(expected, got)
    width = None if everything else WIDTH
    return [
        f"{where}: {what}",
        f"    expected {cut(expected, width)}",
        f"    got      {cut(got, width)}",
    ]


def parted(expected, got):
    """Both values without their common parts."""
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


def beside(expected, got):
    """Two lists of values side by side, the expected one left; equal values in one line with `=`."""
    left, right = [str(line) for line in expected], [str(line) for line in got]
    width = max(map(len, left))
    rows = zip_longest(left, right, fillvalue="")
    return [f"    {one:<{width}}  {told(one, two)} {two}".rstrip() for one, two in rows]


def told(one, two):
    """`=` for two values that are equal but for their time."""
    return "=" if one.partition(" ")[2] == two.partition(" ")[2] else "|"
