"""What a card's script does: keys stay in the card and choose, its parts are named, what it is about is opened."""

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
    """The rows as one widget of the class `look` that listens to its keys, and what listens.

    Its `answered` opens the folded outputs that the card's prediction is about.
    """
    # Here and not above: the course is also read and listed where nothing is shown.
    from k8slearn.toolkit import script
    from k8slearn.toolkit import w as widgets

    keys = script("CardKeys", *_sources(), answered=False)
    keys.add_class("k8s-ears")
    made = widgets.VBox([*rows, keys])
    made.add_class("k8s-live-card")
    made.add_class(look)
    return made, keys
