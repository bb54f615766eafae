"""The card of predictions: guess the controller's next step, then compare it with the outcome and the rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from typing import Any, ClassVar

from k8slearn.apimachinery.objects import Object
from k8slearn.lab import render
from k8slearn.lab.cards import Panel
from k8slearn.lab.commands import ObjectKey
from k8slearn.lab.prediction import (
    MOST_STEPS,
    OPTIONS,
    NextPodQuestion,
    Outcome,
    PredictionResult,
    ask,
    judge,
    next_action,
)
from k8slearn.lab.view_model import ViewModel
from k8slearn.lab.widgets import button, card, named, page, row, set_visible
from k8slearn.locale import lab as words


@dataclass
class Score:
    """The predictions of a lesson, oldest first; pass the same one to several labs to count them together."""

    results: list[PredictionResult] = field(default_factory=list)
    listeners: list[Callable[[int, int], object]] = field(default_factory=list)

    def add(self, result: PredictionResult) -> None:
        """Add a prediction, and call all listeners with (right, asked)."""
        self.results.append(result)
        for tell in tuple(self.listeners):
            tell(self.right, len(self.results))

    @property
    def right(self) -> int:
        """The number of right predictions."""
        return sum(result.right for result in self.results)

    def __str__(self) -> str:
        return words.PREDICT_SCORE.format(right=self.right, asked=len(self.results))


class PredictCard:
    """Asks a question, waits until the controller moves a Pod, and shows the outcome; `score` keeps the results."""

    STYLE: ClassVar[str] = """
.k8s-predict { border-color: #E69F00; }
.k8s-predict .k8s-option { white-space: normal; height: auto; min-height: 24px; text-align: left; line-height: 1.4;
  padding: 1px 12px !important; border-radius: 14px; border: 1px solid #E69F00; background: none;
  color: var(--jp-ui-font-color1, #222); }
.k8s-predict p { margin: 2px 0; }
.k8s-outcome { display: flex; flex-wrap: wrap; align-items: flex-start; gap: 0 28px; }
.k8s-outcome > div { flex: 1 1 200px; }
"""

    def __init__(self, panel: Panel, score: Score | None = None) -> None:
        self._panel = panel
        self.score = score or Score()
        self.question: NextPodQuestion | None = None
        self.chosen: Outcome | None = None
        # When the question was asked: the number of actions, and the DaemonSet as it was then.
        self._since = 0
        self._asked_of: Object = {}
        tip = words.PREDICT_TIP
        self.asker = button("predict-ask", words.PREDICT_ASK, self.ask, tip)
        self.go = button("predict-go", words.PREDICT_GO, self.until_outcome)
        self.told = page("predict-told")
        self.counted = page("predict-score", str(self.score))
        self.options = [self._option(number) for number in range(OPTIONS)]
        head = row(self.asker, self.go, self.counted)
        options = row(*self.options)
        self.root = card("predict", words.TABS["predict"], head, self.told, options)
        self._show_buttons()

    def _option(self, number: int) -> Any:
        made = button(f"predict-{number + 1}", "", lambda: self.choose(number))
        return named(made, "option")

    # What a learner does -------------------------------------------------------------------

    def ask(self) -> None:
        """Pause, and ask which Pods the controller moves next."""
        panel = self._panel
        key = panel.selection.daemon_set
        if not panel.model.moment.live:
            panel.say(words.PREDICT_PAST, True)
        elif key is None:
            panel.say(words.CREATE_FIRST, True)
        else:
            panel.pause()
            with panel.cluster.lock:
                self._put(key)
            self._show_buttons()

    def _put(self, key: ObjectKey) -> None:
        cluster = self._panel.cluster
        self._asked_of = cluster.get("DaemonSet", key.name, key.namespace)
        self._since = len(cluster.actions)
        # A new seed each time, so that the right answer is not always the first.
        self.question = ask(cluster, self._asked_of, seed=len(self.score.results))
        self.chosen = None
        said = words.PREDICT_NEVER
        if self.question is not None:
            said = words.PREDICT_QUESTION.format(
                name=key.name, time=cluster.now - cluster.began
            )
        self.told.value = escape(said)

    def choose(self, number: int) -> None:
        """Choose one of the options; this is final."""
        if self.question is None or self.chosen is not None:
            return
        if number >= len(self.question.options):
            return
        self.chosen = self.question.options[number]
        said = words.PREDICT_CHOSEN.format(option=self.chosen)
        self.told.value += render.paragraphs([said])
        self._show_buttons()

    def until_outcome(self) -> None:
        """Step until the controller has moved a Pod, or all is quiet."""
        for _ in range(MOST_STEPS):
            if self.question is None or self.chosen is None or self._settle():
                return
            if self._panel.cluster.quiet:
                break
            self._panel.step()
        self._drop()

    # What comes of it ----------------------------------------------------------------------

    def refresh(self, model: ViewModel) -> None:
        """Check whether the question has been decided."""
        if model.moment.live and self.question is not None:
            self._settle()

    def _settle(self) -> bool:
        """Show the outcome if there is one, and drop a question without a choice. Returns whether it is over."""
        cluster = self._panel.cluster
        with cluster.lock:
            question = self.question
            chosen = self.chosen
            if question is None:
                return False
            action = next_action(cluster, question.daemon_set, self._since)
            if action is None:
                return False
            if chosen is not None:
                self._tell(judge(cluster, action, self._asked_of, chosen))
            self._drop(keep=chosen is not None)
            return True

    def _tell(self, result: PredictionResult) -> None:
        self.score.add(result)
        verdict = words.PREDICT_RIGHT if result.right else words.PREDICT_WRONG
        chosen = words.PREDICT_CHOSEN.format(option=result.predicted)
        time = result.time - self._panel.cluster.began
        outcome = words.PREDICT_OUTCOME.format(time=time, outcome=result.outcome)
        said = render.paragraphs([verdict, chosen, outcome])
        because = render.paragraphs([words.PREDICT_BECAUSE])
        rules = because + render.reasons(result.rules)
        columns = f"<div>{said}</div><div>{rules}</div>"
        self.told.value = f'<div class="k8s-told-why k8s-outcome">{columns}</div>'
        self.counted.value = str(self.score)

    def _drop(self, keep: bool = False) -> None:
        """End the question; one without a choice does not count."""
        self.question = self.chosen = None
        if not keep:
            self.told.value = ""
        self._show_buttons()

    def _show_buttons(self) -> None:
        offered: tuple[Outcome, ...] = ()
        if self.question is not None and self.chosen is None:
            offered = self.question.options
        for number, made in enumerate(self.options):
            is_offered = number < len(offered)
            made.description = str(offered[number]) if is_offered else ""
            set_visible(made, is_offered)
        set_visible(self.go, self.chosen is not None)
