"""What a card's script does: keys stay in the card and choose, its parts are named, what it is about is opened."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _card_keys() -> Any:
    """The widget, which shows nothing; `answered` opens the folded outputs that the card's prediction is about."""
    # Here and not above: the course is also read and listed where nothing is shown.
    import anywidget
    import traitlets

    folder = files("k8slearn.course")

    class CardKeys(anywidget.AnyWidget):
        _esm = (folder / "card.js").read_text(encoding="utf-8")
        _css = (folder / "card.css").read_text(encoding="utf-8")
        answered: Any = traitlets.Bool(False).tag(sync=True)

    return CardKeys


def live_card(rows: list[Any], look: str) -> tuple[Any, Any]:
    """The rows as one widget of the class `look` that listens to its keys, and what listens."""
    import ipywidgets as widgets

    keys = _card_keys()()
    keys.add_class("k8s-ears")
    made = widgets.VBox([*rows, keys])
    made.add_class("k8s-live-card")
    made.add_class(look)
    return made, keys
