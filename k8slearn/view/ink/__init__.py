"""Inks draw the marks of a plan: by matplotlib (`artists`), or as SVG (`svg_marks`)."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec


@cache
def has_matplotlib() -> bool:
    """Whether matplotlib is installed; without it, as in a browser, pictures are SVG."""
    return find_spec("matplotlib") is not None
