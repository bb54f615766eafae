"""The panel's texts as HTML: head, sentence, messages, events, kubectl lines. Pure functions of values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from k8slearn.lab import text as words
from k8slearn.view.narrate import Line
from k8slearn.view.scene import Scene
from k8slearn.view.text import SECONDS, counters

SHOWN_LINES = 80


def head(scene: Scene) -> str:
    """The DaemonSet, its strategy and the four counters."""
    pills = "".join(
        f'<span class="k8s-counter{" k8s-bad" if index == 3 and number else ""}">{label} <i>{number}</i></span>'
        for index, (label, number) in enumerate(counters(scene.counts))
    )
    title = escape(scene.daemon_set or words.NO_DAEMON_SET)
    return (
        f'<div class="k8s-head"><b>{title}</b><span class="k8s-strategy-now">{escape(scene.strategy)}</span>'
        f'<span class="k8s-counters">{pills}</span></div>'
    )


def told(scene: Scene, quiet: bool) -> str:
    """What the last step did, and the simulated time."""
    said = escape(scene.sentence or words.NOTHING_YET)
    rest = (
        f'<span class="k8s-quiet-text">{words.QUIET}</span>'
        if quiet and scene.sentence
        else ""
    )
    time = SECONDS.format(time=scene.time)
    return f'<div class="k8s-told"><span>{words.STEP}{said}{rest}</span><time>{time}</time></div>'


def where(time: float, number: int, count: int) -> str:
    """That the past is shown."""
    return f'<span class="k8s-where-text">{words.WHERE.format(time=time, number=number, count=count)}</span>'


def message(text: str, hint: bool = False) -> str:
    """Something went wrong (or, as a hint, nothing happened); an empty text is no message."""
    return (
        f'<div class="k8s-message{" k8s-hint" if hint else ""}" role="alert">{escape(text)}</div>'
        if text
        else ""
    )


def _line(line: Line) -> str:
    weight = " k8s-warning" if line.warning else " k8s-minor" if line.minor else ""
    return (
        f'<div class="k8s-line{weight}"><time>{SECONDS.format(time=line.time)}</time>'
        f'<u class="k8s-by-{line.chip}"></u><b>{escape(line.actor)}</b><span>{escape(line.text)}</span></div>'
    )


def events(lines: Sequence[Line]) -> str:
    """The event stream, the latest first."""
    body = "".join(_line(line) for line in reversed(lines[-SHOWN_LINES:]))
    empty = f'<span class="k8s-quiet-text">{words.NO_EVENTS}</span>'
    return _titled(
        words.CARD_EVENTS, f'<div class="k8s-lines" tabindex="0">{body or empty}</div>'
    )


def kubectl(lines: Iterable[str]) -> str:
    """The kubectl lines of the last clicks, the latest first."""
    body = "".join(f"<code>{escape(line)}</code>" for line in lines)
    empty = f'<span class="k8s-quiet-text">{words.NO_KUBECTL}</span>'
    return _titled(
        words.CARD_KUBECTL, f'<div class="k8s-kubectl-lines">{body or empty}</div>'
    )


def title(name: str) -> str:
    """A card's title."""
    return f'<span class="k8s-card-title">{name}</span>'


def _titled(name: str, body: str) -> str:
    return f"{title(name)}{body}"
