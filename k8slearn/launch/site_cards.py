"""Questions and exercises on a page that runs nothing: each option unfolds its reply, each hint unfolds too."""

from html import escape

from k8slearn.course.exercise import exercise_words
from k8slearn.course.questions import Option, question
from k8slearn.locale import launch as words


def card(kind: str, key: str) -> str:
    """The block of HTML for `predict`, `quiz` or `exercise`; KeyError if there is no such key."""
    return _exercise(key) if kind == "exercise" else _question(kind, key)


def _question(kind: str, key: str) -> str:
    asked = question(key)
    options = zip("ABCDEF", asked.options, strict=False)
    folded = "".join(
        _fold(f"{letter}. {option.text}", _reply(option)) for letter, option in options
    )
    return _block(
        f"k8s-{kind}",
        words.SITE_KINDS[kind],
        asked.text,
        folded + _small(words.SITE_CHOOSE),
    )


def _exercise(key: str) -> str:
    about = exercise_words(key)
    numbered = enumerate(about.hints, 1)
    hints = "".join(
        _fold(words.SITE_HINT.format(number=number), escape(hint))
        for number, hint in numbered
    )
    task = f'<div class="k8s-task">{escape(about.task.strip())}</div>'
    return _block(
        "k8s-exercise",
        words.SITE_KINDS["exercise"],
        about.title,
        task + hints + _small(words.SITE_DO_IT),
    )


def _block(look: str, kind: str, heading: str, body: str) -> str:
    return f'<div class="k8s-card {look}"><p><b class="k8s-kind">{kind}</b> <b>{escape(heading)}</b></p>{body}</div>'


def _fold(summary: str, inside: str) -> str:
    return f"<details><summary>{escape(summary)}</summary><p>{inside}</p></details>"


def _reply(option: Option) -> str:
    verdict, look = (
        (words.SITE_RIGHT, "k8s-right")
        if option.right
        else (words.SITE_WRONG, "k8s-wrong")
    )
    return f'<b class="{look}">{verdict}</b> {escape(option.feedback)}'


def _small(text: str) -> str:
    return f'<p class="k8s-note">{text}</p>'
