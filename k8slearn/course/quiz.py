"""A question as a widget of RadioButtons: a prediction holds its answer back until asked, a quiz answers at once."""

from __future__ import annotations

from html import escape
from typing import Any

import ipywidgets as widgets

from k8slearn.course import progress
from k8slearn.course.questions import Option, Question, question

WORDS = {
    "predict": "预测",
    "quiz": "小测",
    "noted": "记下了：{letter}。先往下运行，看看集群怎么做，再回来对答案。",
    "reveal": "对答案",
    "right": "✔ 对。",
    "wrong": "✘ 不是。",
    "stand_in": "（在 JupyterLab 里运行这个单元，就能在这里选）",
}
LETTERS = "ABCDEF"
COLOURS = {True: "#009E73", False: "#D55E00", None: "var(--jp-border-color1, #999)"}


class Card(widgets.VBox):  # type: ignore[misc]
    """One question on the page; `chosen` is the option picked, None before."""

    def __init__(self, asked: Question, *, hold_back: bool) -> None:
        self.asked = asked
        self.hold_back = hold_back
        self.kind = WORDS["predict" if hold_back else "quiz"]
        self.radio = widgets.RadioButtons(
            options=_labels(asked), value=None, layout={"width": "auto"}
        )
        self.reveal = widgets.Button(description=WORDS["reveal"], disabled=True)
        self.reply = widgets.HTML()
        self.radio.observe(self._choose, "value")
        self.reveal.on_click(lambda _: self._answer())
        rows = [widgets.HTML(_heading(self.kind, asked.text)), self.radio]
        super().__init__(
            [*rows, self.reveal, self.reply] if hold_back else [*rows, self.reply]
        )
        self.add_class("k8s-predict" if hold_back else "k8s-quiz")

    @property
    def chosen(self) -> Option | None:
        """The option that is picked."""
        return (
            None if self.radio.index is None else self.asked.options[self.radio.index]
        )

    def choose(self, letter: str) -> None:
        """What a click on that option does."""
        self.radio.index = LETTERS.index(letter)

    def _choose(self, _: Any) -> None:
        self.reveal.disabled = False
        if not self.hold_back:
            return self._answer()
        self.reply.value = _box(
            WORDS["noted"].format(letter=LETTERS[self.radio.index]), None
        )

    def _answer(self) -> None:
        option = self.chosen
        assert option is not None
        verdict = WORDS["right" if option.right else "wrong"]
        if option.right or self.hold_back:
            progress.record(self.asked.lesson, "questions", self.asked.key)
        self.reply.value = _box(
            f"<b>{verdict}</b> {escape(option.feedback)}", option.right
        )

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = super()._repr_mimebundle_(**kwargs)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        data["text/plain"] = (
            f"【{self.kind}】{self.asked.as_text()}\n{WORDS['stand_in']}"
        )
        return bundle


def predict(key: str) -> Card:
    """A prediction before a demonstration: the choice is noted, the answer waits for a click."""
    return Card(question(key), hold_back=True)


def quiz(key: str) -> Card:
    """A question that answers each choice at once."""
    return Card(question(key), hold_back=False)


def _labels(asked: Question) -> list[str]:
    return [
        f"{letter}. {option.text}"
        for letter, option in zip(LETTERS, asked.options, strict=False)
    ]


def _heading(kind: str, text: str) -> str:
    return f"<b style='color:#D55E00'>{kind}</b>&ensp;{escape(text)}"


def _box(text: str, right: bool | None) -> str:
    return f"<div style='border-left:4px solid {COLOURS[right]};padding:2px 10px;line-height:1.6'>{text}</div>"
