"""The widget of an exercise: its task, buttons for check and hint, and the reply."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from k8slearn.course.exercise_words import Exercise, Verdict
from k8slearn.course.goal_view import GoalView
from k8slearn.course.pages import render, reply
from k8slearn.locale import course as words


class ExerciseCard:
    """The widget of an exercise; the buttons call `on_check` and `on_hint`."""

    def __init__(
        self,
        about: Exercise,
        *,
        on_check: Callable[[], Verdict],
        on_hint: Callable[[], Verdict],
        goal: GoalView | None = None,
    ) -> None:
        # Imported here: exercises are also checked and listed where no widgets are needed.
        from k8slearn.course.card_keys import live_card
        from k8slearn.toolkit import w as widgets

        heading = widgets.HTML(render("exercise_card", about=about))
        self.reply: Any = widgets.HTML()
        self.reply.add_class("k8s-reply")
        self.check: Any = widgets.Button(
            description=words.CHECK, button_style="primary"
        )
        self.ask: Any = widgets.Button(description=words.ASK_FOR_HINT)
        self.check.on_click(lambda _: self._show_verdict(on_check()))
        self.ask.on_click(lambda _: self._show_hint(on_hint()))
        buttons = widgets.HBox([self.check, self.ask])
        rows = [heading, buttons, self.reply]
        if goal is not None:
            rows.append(goal.widget)
        self.widget: Any
        self.widget, _ = live_card(rows, "k8s-exercise")

    def _show_verdict(self, verdict: Verdict) -> None:
        self.reply.value = reply(verdict.text, verdict.right)

    def _show_hint(self, hint: Verdict) -> None:
        self.reply.value = reply(hint.text, None)  # a hint is no verdict
