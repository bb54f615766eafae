"""The panel's texts as HTML: head, sentence, messages, events, kubectl lines, explanations. All pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape

from k8slearn.explain import Explanation, Sentence
from k8slearn.explain.sentences import MARKS
from k8slearn.locale import lab as words
from k8slearn.locale import view as view_words
from k8slearn.view.labels import counters, phase_word
from k8slearn.view.narrate import EventLine
from k8slearn.view.scene import Phase, Scene

# The number of lines in the event stream, few enough for a fast layout.
SHOWN_LINES = 80
UNWELL = (Phase.UNBOUND, Phase.STARTING, Phase.NOT_READY, Phase.FAILED)
# Reasons for and against, and remarks, differ by sign as well as by colour.
REASON_CLASSES = {True: "k8s-yes", False: "k8s-no", None: "k8s-so"}
# The output of a missing panel: "Loading widget…", or "model not found".
NOT_FOUND = (
    ".jp-OutputArea-child:not(:has(.k8s-lab)):has(+ .jp-OutputArea-child .k8s-stored)"
)
EXPLANATION_STYLE = """
.k8s-told-why { margin: 2px 0 6px; font-size: 13px; line-height: 1.5; }
.k8s-told-why p { margin: 0; }
.k8s-told-why b { font-weight: 500; }
.k8s-reason { padding-left: 1.5em; text-indent: -1.1em; overflow-wrap: anywhere; }
.k8s-reason i { font-style: normal; display: inline-block; width: 1.1em; text-indent: 0; }
.k8s-reason.k8s-yes i { color: #009E73; }
.k8s-reason.k8s-no i { color: var(--jp-error-color1, #b84700); }
.k8s-reason.k8s-so, .k8s-reason.k8s-so i { color: var(--jp-ui-font-color2, #666); }
"""


def head(scene: Scene) -> str:
    """The head: the DaemonSet, its strategy and the four counters."""
    pills = []
    for index, (label, number) in enumerate(counters(scene.counts)):
        # The last counter is the number unavailable: anything but 0 is bad.
        bad = " k8s-bad" if index == 3 and number else ""
        pills.append(f'<span class="k8s-counter{bad}">{label} <i>{number}</i></span>')
    title = escape(scene.daemon_set or words.NO_DAEMON_SET)
    rule = escape(scene.strategy)
    strategy = f'<span class="k8s-strategy-now" title="{rule}">{rule}</span>'
    counted = f'<span class="k8s-counters">{"".join(pills)}</span>'
    return f'<div class="k8s-head"><b>{title}</b>{strategy}{counted}</div>'


def sentence(scene: Scene, quiet: bool, nothing: str = words.NOTHING_YET) -> str:
    """The sentence about the last step (`nothing` if there was none), with the simulated time."""
    said = escape(scene.sentence or nothing)
    rest = ""
    if quiet and scene.sentence:
        rest = quiet_text(rest_of(scene))
    time = view_words.SECONDS.format(time=scene.time)
    return f'<div class="k8s-told"><span>{words.STEP}{said}{rest}</span><time>{time}</time></div>'


def rest_of(scene: Scene) -> str:
    """The remark that nothing is left to do; a different one where a Pod is not well."""
    for card in scene.cards:
        for pod in card.pods:
            if pod.phase in UNWELL:
                return words.QUIET_BUT.format(node=card.name, state=phase_word(pod))
    return words.QUIET


def where(time: float, number: int, count: int) -> str:
    """The notice that the past is shown."""
    said = words.WHERE.format(time=time, number=number, count=count)
    return f'<span class="k8s-where-text">{said}</span>'


def message(text: str, hint: bool = False) -> str:
    """A message about an error or, with `hint`, a remark; '' for an empty text."""
    if not text:
        return ""
    weight = " k8s-hint" if hint else ""
    away = f'<button class="k8s-away" aria-label="{words.AWAY}">✕</button>'
    said = f"<span>{escape(text)}</span>{away}"
    return f'<div class="k8s-message{weight}" role="alert">{said}</div>'


def stored() -> str:
    """HTML for readers without a kernel; it replaces JupyterLab's message in the panel's place."""
    style = f"<style>{NOT_FOUND} {{ display: none; }}</style>"
    return f'{style}<div class="k8s-stored">{words.STORED}</div>'


def quiet_text(text: str) -> str:
    """A remark in a paler colour."""
    return f'<span class="k8s-quiet-text">{text}</span>'


@lru_cache(maxsize=50 * SHOWN_LINES)
def _line(line: EventLine) -> str:
    weight = ""
    if line.warning:
        weight = " k8s-warning"
    elif line.minor:
        weight = " k8s-minor"
    return (
        f'<div class="k8s-line{weight}"><time>{view_words.SECONDS.format(time=line.time)}</time>'
        f'<u class="k8s-by-{line.chip}"></u><b>{escape(line.actor)}</b><span>{escape(line.text)}</span></div>'
    )


def events(lines: Sequence[EventLine]) -> str:
    """The event stream, the latest first."""
    body = "".join(map(_line, reversed(lines[-SHOWN_LINES:])))
    body = body or quiet_text(words.NO_EVENTS)
    # Not focusable: the card around it scrolls.
    shown = f'<div class="k8s-lines">{body}</div>'
    return title(words.TABS["events"]) + shown


def kubectl(lines: Iterable[str]) -> str:
    """The kubectl lines of the last clicks, the latest first."""
    body = "".join([f"<code>{escape(line)}</code>" for line in lines])
    body = body or quiet_text(words.NO_KUBECTL)
    shown = f'<div class="k8s-kubectl-lines">{body}</div>'
    return title(words.CARD_KUBECTL) + shown


def title(name: str) -> str:
    """A card's title."""
    return f'<span class="k8s-card-title">{name}</span>'


def paragraphs(lines: Iterable[str]) -> str:
    """Each line as a paragraph."""
    return "".join([f"<p>{escape(line)}</p>" for line in lines])


def reasons(sentences: Iterable[Sentence]) -> str:
    """One line for each reason."""
    lines = []
    for reason in sentences:
        sign = MARKS[reason.holds]
        style = REASON_CLASSES[reason.holds]
        text = escape(reason.text)
        lines.append(f'<div class="k8s-reason {style}"><i>{sign}</i>{text}</div>')
    return "".join(lines)


def explanation(told: Explanation) -> str:
    """The answer first, then its reasons."""
    answer = f"<p><b>{escape(told.about)}</b>：{escape(told.answer)}</p>"
    return f'<div class="k8s-told-why">{answer}{reasons(told.reasons)}</div>'
