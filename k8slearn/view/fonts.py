"""The course's own Chinese font: pictures need no font of the machine they are drawn on.

matplotlib is loaded by the first text that is measured or drawn, not by importing this.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font

FAMILY = "K8sLearn Sans SC"
# Comes with matplotlib; it has the few signs that ours lacks.
FALLBACK = "DejaVu Sans"
BOLD = 700
# A large size to measure at, so that rounding to 1/64 of a pixel does not matter.
_UNIT = 100
# Width of a character that neither font has, as a share of the size: drawn as a box.
_UNKNOWN = 0.6


def font_path() -> Path:
    """Return where the font file lies."""
    return Path(str(files("k8slearn") / "fonts" / "K8sLearnSansSC-Regular.otf"))


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
def _faces() -> tuple[FT2Font, ...]:
    """Our font and its fallback, for measuring only."""
    from matplotlib.font_manager import FontProperties, findfont
    from matplotlib.ft2font import FT2Font

    fallback = findfont(FontProperties(family=[register()[1]]))
    faces = FT2Font(str(font_path())), FT2Font(fallback)
    for face in faces:
        face.set_size(_UNIT, 72)
    return faces


# More than the characters of the whole course.
@lru_cache(maxsize=8192)
def advance(char: str) -> float:
    """Width of one character at size 1."""
    for face in _faces():
        if face.get_char_index(ord(char)):
            # linearHoriAdvance is in 1/65536 pixels.
            return float(face.load_char(ord(char)).linearHoriAdvance) / 65536 / _UNIT
    return _UNKNOWN
