"""The script of a card: it handles keys, labels the card's parts, and unfolds the outputs that it is about."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _sources() -> tuple[str, str]:
    folder = files("k8slearn.course")
    code = (folder / "card.js").read_text(encoding="utf-8")
    return code, (folder / "card.css").read_text(encoding="utf-8")


def live_card(rows: list[Any], look: str) -> tuple[Any, Any]:
    """A box of the rows with the CSS class `look`, and the script that handles its keys.

    Setting the script's `answered` unfolds the outputs that the card's prediction is about.
    """
    # Imported here: the course is also listed where no widgets are needed.
    from k8slearn.toolkit import script
    from k8slearn.toolkit import w as widgets

    keys = script("CardKeys", *_sources(), answered=False)
    keys.add_class("k8s-ears")
    made = widgets.VBox([*rows, keys])
    made.add_class("k8s-live-card")
    made.add_class(look)
    return made, keys
