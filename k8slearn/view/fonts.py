"""The course's own Chinese font: pictures need no font of the machine they are drawn on."""

from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path

FAMILY = "K8sLearn Sans SC"
FALLBACK = "DejaVu Sans"
BOLD = 700


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
