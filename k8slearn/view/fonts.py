"""The course's own Chinese font, so that pictures do not depend on the machine's fonts.

The widths of its letters are in a file beside it, so that the layout is the same with every ink. matplotlib is loaded
by the first text that it draws.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from unicodedata import east_asian_width

FAMILY = "K8sLearn Sans SC"
# Part of matplotlib; it has a few symbols that ours lacks.
FALLBACK = "DejaVu Sans"
BOLD = 700
# The width of a character that neither font has and that is drawn as a box; a share of the font size.
_UNKNOWN = 0.6


def font_path() -> Path:
    """Return the path of the font file."""
    return Path(str(files("k8slearn") / "fonts" / "K8sLearnSansSC-Regular.otf"))


def advances_path() -> Path:
    """Return the path of the file with the widths of its letters and of those that only the fallback has."""
    return Path(str(files("k8slearn") / "fonts" / "advances.json"))


@cache
def register() -> tuple[str, str]:
    """Register the font with matplotlib, once per process, and return the value for `font.family`.

    Its one weight is registered as bold too; otherwise matplotlib would log a warning for each bold text.
    """
    from matplotlib.font_manager import fontManager

    fontManager.addfont(font_path())
    regular = next(entry for entry in fontManager.ttflist if entry.name == FAMILY)
    fontManager.ttflist.append(replace(regular, weight=BOLD))
    return FAMILY, FALLBACK


@cache
def _advances() -> dict[int, float]:
    """The widths by code point, as shares of the size, of letters whose width is not 1."""
    runs = json.loads(advances_path().read_text(encoding="utf-8"))
    known: dict[int, float] = {}
    for first, widths in runs.items():
        for code, width in enumerate(widths, int(first, 16)):
            known[code] = width / 1000
    return known


# More than the number of different characters in the course.
@lru_cache(maxsize=8192)
def advance(char: str) -> float:
    """The width of one character at font size 1."""
    width = _advances().get(ord(char))
    if width is not None:
        return width
    if east_asian_width(char) in "WF":
        return 1.0
    return _UNKNOWN
