"""The lab in a page: the panel and the exercises as they are, on the widgets of a page; the browser runs the model.

`run.js` starts Python and hands over what leads to the page; everything else is decided here.
"""

from __future__ import annotations

from collections.abc import Callable

from k8slearn.page.stage import PageStage
from k8slearn.toolkit import page

__all__ = ["go_to", "hear", "start", "take_in"]

_stages: list[PageStage] = []


def start(
    send: Callable[[str], object],
    effect: Callable[[str, str], object],
    link: str = "",
    lesson: str = "",
) -> str:
    """Set the stage; returns the id of the widget that holds everything. `link` is the part of an address after #."""
    page.wire.send = send
    _stages[:] = [PageStage(effect, link, lesson)]
    page.wire.flush()
    return str(_stages[0].root.id)


def hear(text: str) -> None:
    """What was pressed on the page."""
    page.hear(text)
    _stages[0].keep_progress()
    page.wire.flush()


def go_to(link: str) -> None:
    """Somebody has put another link behind the address of the page."""
    _stages[0].open(link)
    page.wire.flush()


def take_in(text: str) -> None:
    """A progress file that the learner chose."""
    _stages[0].take_in(text)
    page.wire.flush()
