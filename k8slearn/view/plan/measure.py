"""Measures texts and cuts them to a width. Sizes are in pixels of the picture before scaling."""

from __future__ import annotations

from functools import lru_cache

from k8slearn.view.fonts import advance

# The least share of a line's width that is filled for the sake of keeping a word whole.
_SHORTEST_LINE = 0.4
# Chinese typography: these do not begin a line.
_CLOSING = "，。；：、！？）」…,.;:!?)"


def text_width(text: str, size: float) -> float:
    """Width of `text` in pixels at a font size in pixels."""
    return size * sum(map(advance, text))


# More than the texts of a picture of 1,000 Nodes.
@lru_cache(maxsize=4096)
def fit(text: str, width: float, size: float) -> str:
    """`text`, or as much of it as fits into `width` with an ellipsis."""
    if text_width(text, size) <= width:
        return text
    for length in range(len(text) - 1, 0, -1):
        if text_width(text[:length] + "…", size) <= width:
            return text[:length].rstrip() + "…"
    return ""


def wrap(
    text: str,
    width: float,
    size: float,
    lines: int,
) -> tuple[str, ...]:
    """`text` broken into at most `lines` lines of `width`; the last one is cut if it must be."""
    rows: list[str] = []
    rest = text
    while rest and len(rows) < lines - 1 and text_width(rest, size) > width:
        cut = _break_at(rest, width, size)
        rows.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    if rest:
        rows.append(fit(rest, width, size))
    return tuple(rows)


def fits(text: str, width: float, size: float, lines: int) -> bool:
    """Whether `text` fits into `lines` lines of `width`."""
    return len(wrap(text, width, size, lines + 1)) <= lines


def _break_at(text: str, width: float, size: float) -> int:
    """The index at which to break: as late as fits, but not inside a Latin word nor before a closing mark."""
    total = 0.0
    longest = 0
    for index, char in enumerate(text):
        total += size * advance(char)
        if total > width:
            break
        longest = index + 1
    shortest = longest * _SHORTEST_LINE
    best = longest
    while best > shortest and not _may_break(text, best):
        best -= 1
    if best > shortest:
        return best
    return max(longest, 1)


def _may_break(text: str, index: int) -> bool:
    before = text[index - 1]
    after = text[index]
    if after in _CLOSING:
        return False
    if before in " :=/" or after == " ":
        return True
    # Between two Chinese characters, or between Chinese and Latin.
    return not (before.isascii() and after.isascii())
