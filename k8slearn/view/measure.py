"""How wide a text will be, and texts cut to a width. Sizes are in pixels of the picture before scaling."""

from __future__ import annotations

from functools import cache, lru_cache

from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ft2font import FT2Font

from k8slearn.view import fonts

_UNIT = 100
_LOAD_UNHINTED = 2


@cache
def _faces() -> tuple[FT2Font, ...]:
    """Our font and its fallback, for measuring only."""
    paths = [
        str(fonts.font_path()),
        findfont(FontProperties(family=[fonts.register()[1]])),
    ]
    faces = tuple(FT2Font(path) for path in paths)
    for face in faces:
        face.set_size(_UNIT, 72)
    return faces


@lru_cache(maxsize=8192)
def _advance(char: str) -> float:
    """Width of one character at size 1."""
    code = ord(char)
    for face in _faces():
        if face.get_char_index(code):
            return float(face.load_char(code).linearHoriAdvance) / 65536 / _UNIT
    return 0.6


def text_width(text: str, size: float) -> float:
    """Width of `text` in pixels at a font size in pixels."""
    return size * sum(map(_advance, text))


@lru_cache(maxsize=4096)
def fit(text: str, width: float, size: float) -> str:
    """`text`, or as much of it as fits into `width` with an ellipsis."""
    if text_width(text, size) <= width:
        return text
    for length in range(len(text) - 1, 0, -1):
        if text_width(text[:length] + "…", size) <= width:
            return text[:length].rstrip() + "…"
    return ""


def wrap(text: str, width: float, size: float, lines: int) -> tuple[str, ...]:
    """`text` broken into at most `lines` lines of `width`; the last one is cut if it must be."""
    rows: list[str] = []
    rest = text
    while rest and len(rows) < lines - 1 and text_width(rest, size) > width:
        cut = _break_at(rest, width, size)
        rows.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return (*rows, fit(rest, width, size)) if rest else tuple(rows)


def fits(text: str, width: float, size: float, lines: int) -> bool:
    """Whether `text` needs no more than so many lines of `width`."""
    return len(wrap(text, width, size, lines + 1)) <= lines


def _break_at(text: str, width: float, size: float) -> int:
    """Where to break: as late as fits, but not inside a Latin word and not before a closing mark."""
    total, cut = 0.0, 0
    for index, char in enumerate(text):
        total += size * _advance(char)
        if total > width:
            break
        cut = index + 1
    best = cut
    while best > cut * 0.4 and not _may_break(text, best):
        best -= 1
    return best if best > cut * 0.4 else max(cut, 1)


def _may_break(text: str, index: int) -> bool:
    before, after = text[index - 1], text[index]
    if after in "，。；：、！？）」…,.;:!?)":
        return False
    return (
        before in " :=/" or after == " " or not (before.isascii() and after.isascii())
    )


def prepare() -> list[str]:
    """Register the fonts and return matplotlib's `family`; the drawing font is loaded now, not in the first picture."""
    families = list(fonts.register())
    get_font(str(fonts.font_path()))
    return families
