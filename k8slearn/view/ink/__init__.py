"""A plan's marks drawn: by matplotlib (`artists`), or as SVG (`svg_marks`). An ink knows nothing of the plan."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec


@cache
def has_matplotlib() -> bool:
    """Whether pictures are drawn by matplotlib; a browser has none of it, and draws SVG."""
    return find_spec("matplotlib") is not None
