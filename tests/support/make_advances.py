"""Measures the letters of the pictures' fonts, for drawing without matplotlib.

    python -m tests.support.make_advances

Chinese characters are as wide as high; the file has the widths of all others, in runs of successive characters.
"""

import json

from matplotlib.font_manager import FontProperties, findfont
from matplotlib.ft2font import FT2Font

from k8slearn.view.fonts import advances_path, font_path, register

# A large size to measure at, so that rounding to 1/64 of a pixel does not matter.
UNIT = 100
# Latin, Greek and Cyrillic; punctuation, arrows, symbols and shapes. Other scripts are not used.
RANGES = (range(0x20, 0x530), range(0x2000, 0x2800))


def faces():
    """Our font and its fallback."""
    fallback = findfont(FontProperties(family=[register()[1]]))
    made = FT2Font(str(font_path())), FT2Font(fallback)
    for face in made:
        face.set_size(UNIT, 72)
    return made


def measured(code, both):
    """The width of a character in thousandths of its size, None where neither font has it."""
    for face in both:
        if face.get_char_index(code):
            # linearHoriAdvance is in 1/65536 pixels.
            return round(face.load_char(code).linearHoriAdvance / 65536 / UNIT * 1000)
    return None


def codes():
    """Every character whose width is not that of a Chinese one."""
    face = faces()[0]
    ours = set(face.get_charmap())
    wide = {code for code in ours if measured(code, [face]) == 1000}
    chosen = {code for each in RANGES for code in each}
    return sorted(chosen | (ours - wide))


def runs():
    """First character of each run → the widths from there on."""
    both = faces()
    made = {}
    start = last = None
    for code in codes():
        width = measured(code, both)
        if width is None:
            continue
        if last is None or code != last + 1:
            start = format(code, "x")
            made[start] = []
        made[start].append(width)
        last = code
    return made


def text():
    """The content of the file, with one run a line."""
    lines = [f'"{first}":{json.dumps(widths)}' for first, widths in runs().items()]
    return "{" + ",\n".join(lines).replace(" ", "") + "}\n"


if __name__ == "__main__":
    advances_path().write_text(text(), encoding="utf-8")
