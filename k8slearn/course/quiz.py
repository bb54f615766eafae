"""The widget of a question, as radio buttons: a prediction holds its answer back, a quiz answers at once."""

from __future__ import annotations

from typing import Any

from k8slearn.course import progress
from k8slearn.course.pages import LETTERS, mimebundle, render, reply
from k8slearn.course.questions import Option, Question, question
from k8slearn.locale import course as words


class Card:
    """The widget of a question."""

    def __init__(self, asked: Question, *, hold_back: bool, kind: str = "") -> None:
        # Imported here: questions are also listed where no widgets are needed.
        from k8slearn.course.card_keys import live_card
        from k8slearn.toolkit import w as widgets

        self.asked = asked
        self.hold_back = hold_back
        self.kind = kind or (words.PREDICT if hold_back else words.QUIZ)
        keys = words.KEYS_PREDICT if hold_back else words.KEYS_QUIZ
        heading = render("question_card", kind=self.kind, text=asked.text, keys=keys)
        self.radio: Any = widgets.RadioButtons(
            options=asked.labels(),
            value=None,
            layout={"width": "auto"},
        )
        self.reveal: Any = widgets.Button(
            description=words.REVEAL,
            disabled=True,
        )
        self.reveal.add_class("k8s-reveal")
        self.reply: Any = widgets.HTML()
        self.reply.add_class("k8s-reply")
        self.radio.observe(self._choose, "value")
        self.reveal.on_click(lambda _: self._answer())
        rows = [widgets.HTML(heading), self.radio]
        if hold_back:
            rows.append(self.reveal)
        rows.append(self.reply)
        look = "k8s-predict" if hold_back else "k8s-quiz"
        self.widget: Any
        self.widget, self._keys = live_card(rows, look)

    @property
    def chosen(self) -> Option | None:
        """The chosen option, None before a choice."""
        index: int | None = self.radio.index
        if index is None:
            return None
        return self.asked.options[index]

    def choose(self, letter: str) -> None:
        """Choose the option of this letter, as a click does."""
        self.radio.index = LETTERS.index(letter)

    def _choose(self, _: Any) -> None:
        self.reveal.disabled = False
        if not self.hold_back:
            self._answer()
            return
        letter = LETTERS[self.radio.index]
        noted = words.NOTED.format(letter=letter)
        self.reply.value = reply(noted, None)

    def _answer(self) -> None:
        option = self.chosen
        assert option is not None
        # Any prediction counts as done: guessing before looking is what matters.
        if option.right or self.hold_back:
            progress.record(self.asked.lesson, "questions", self.asked.key)
        self.reply.value = reply(option.feedback, option.right, option.verdict)
        self._keys.answered = self.hold_back

    def _repr_mimebundle_(self, **_: Any) -> Any:
        asked = words.CARD.format(kind=self.kind, text=self.asked.as_text())
        page = self.asked.as_page("predict" if self.hold_back else "quiz")
        return mimebundle(self.widget, f"{asked}\n{self._answer_in_text()}", page)

    def _answer_in_text(self) -> str:
        # Text cannot be folded, so it must not contain a prediction's answer.
        if self.hold_back:
            return words.ANSWER_BELOW
        letter, option = self.asked.answer
        return words.ANSWER.format(letter=letter, feedback=option.feedback.strip())


def predict(key: str) -> Card:
    """A prediction before a demonstration; its answer is folded."""
    return Card(question(key), hold_back=True)


def quiz(key: str) -> Card:
    """A question that replies to each choice at once."""
    return Card(question(key), hold_back=False)
