"""The course's own Chinese font: pictures need no font of the machine they are drawn on.

How wide its letters are stands in a file beside it, so that a picture is planned alike with every ink; matplotlib is
loaded by the first text that it draws.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from unicodedata import east_asian_width

FAMILY = "K8sLearn Sans SC"
# Comes with matplotlib; it has the few signs that ours lacks.
FALLBACK = "DejaVu Sans"
BOLD = 700
# Width of a character that neither font has, as a share of the size: drawn as a box.
_UNKNOWN = 0.6


def font_path() -> Path:
    """Return where the font file lies."""
    return Path(str(files("k8slearn") / "fonts" / "K8sLearnSansSC-Regular.otf"))


def advances_path() -> Path:
    """Return where the widths of its letters lie, and of those that only the fallback has."""
    return Path(str(files("k8slearn") / "fonts" / "advances.json"))


@cache
def register() -> tuple[str, str]:
    """Make the font known to matplotlib, once a process, and return the value for `font.family`.

    It has one weight; it answers for bold as well, or matplotlib would log a line for each bold text.
    """
    from matplotlib.font_manager import fontManager

    fontManager.addfont(font_path())
    regular = next(entry for entry in fontManager.ttflist if entry.name == FAMILY)
    fontManager.ttflist.append(replace(regular, weight=BOLD))
    return FAMILY, FALLBACK


@cache
def _advances() -> dict[int, float]:
    """The width of every letter that is not as wide as it is high."""
    runs = json.loads(advances_path().read_text(encoding="utf-8"))
    known: dict[int, float] = {}
    for first, widths in runs.items():
        for code, width in enumerate(widths, int(first, 16)):
            known[code] = width / 1000
    return known


# More than the characters of the whole course.
@lru_cache(maxsize=8192)
def advance(char: str) -> float:
    """Width of one character at size 1."""
    width = _advances().get(ord(char))
    if width is not None:
        return width
    if east_asian_width(char) in "WF":
        return 1.0
    return _UNKNOWN
