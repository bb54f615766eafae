"""The lab in a web page: the same panel and exercises on widgets of the page; the model runs in the browser.

`run.js` starts Python and passes in the callbacks that reach the page; all decisions are made here.
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
    """Build the page; returns the id of its root widget. `link` is the part of the address after #."""
    page.wire.send = send
    _stages[:] = [PageStage(effect, link, lesson)]
    page.wire.flush()
    return str(_stages[0].root.id)


def hear(text: str) -> None:
    """Take in a message of the page, as JSON: what was pressed or entered."""
    page.hear(text)
    _stages[0].keep_progress()
    page.wire.flush()


def go_to(link: str) -> None:
    """Open another link: the part of the page's address after # has changed."""
    _stages[0].open(link)
    page.wire.flush()


def take_in(text: str) -> None:
    """Add a progress file that the learner chose; `text` is its content."""
    _stages[0].take_in(text)
    page.wire.flush()
