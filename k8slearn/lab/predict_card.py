"""Predict: before a step, say what the controller will do; afterwards see both, and the rule that decided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

from k8slearn.apimachinery.objects import Object
from k8slearn.lab.prediction import (
    MOST_STEPS,
    OPTIONS,
    Outcome,
    Question,
    Result,
    ask,
    judge,
    next_action,
)
from k8slearn.lab.render import reasons_html
from k8slearn.lab.widgets import button, card, page, row

if TYPE_CHECKING:
    from k8slearn.lab.playback import Moment

WORDS = {
    "title": "预测",
    "ask": "预测下一步",
    "tip": "先猜，再看：控制器下一次动 Pod，动哪几个",
    "question": "{time:.1f} s 之后，{name} 的控制器下一次动 Pod，会做什么？",
    "go": "走到那一步 ▶",
    "chosen": "你猜：{option}",
    "right": "✔ 猜对了",
    "wrong": "✘ 没猜中",
    "outcome": "{time:.1f} s 实际：{outcome}",
    "because": "起作用的规则：",
    "score": "本课得分 {right} / {asked}",
    "past": "现在看的是过去：先回到现在，再猜。",
    "no_set": "还没有 DaemonSet：先创建一个。",
    "never": "控制器再没有什么要做的：先改点什么，再猜。",
}


@dataclass
class Score:
    """The predictions of a lesson, oldest first; hand the same one to several labs to count them together."""

    results: list[Result] = field(default_factory=list)
    listeners: list[Callable[[int, int], object]] = field(default_factory=list)

    def add(self, result: Result) -> None:
        """Count a prediction and tell every listener how many were right, and how many there were."""
        self.results.append(result)
        for tell in tuple(self.listeners):
            tell(self.right, len(self.results))

    @property
    def right(self) -> int:
        """How many came as predicted."""
        return sum(result.right for result in self.results)

    def __str__(self) -> str:
        return WORDS["score"].format(right=self.right, asked=len(self.results))


class PredictCard:
    """Asks, waits until the controller moves a Pod, and tells the outcome; `score` keeps the results."""

    STYLE: ClassVar[str] = """
.k8s-predict { border-color: #E69F00; }
.k8s-predict .k8s-option { white-space: normal; height: auto; min-height: 28px; text-align: left; line-height: 1.4;
  padding: 3px 12px !important; border-radius: 14px; border: 1px solid #E69F00; background: none;
  color: var(--jp-ui-font-color1, #222); }
.k8s-predict p { margin: 2px 0; }
.k8s-outcome { display: flex; flex-wrap: wrap; gap: 0 28px; }
.k8s-outcome > div { flex: 1 1 260px; }
"""

    def __init__(self, lab: Any, score: Score | None = None) -> None:
        self._lab = lab
        self.score = score or Score()
        self.question: Question | None = None
        self.chosen: Outcome | None = None
        self._since = 0
        self._began: Object = {}
        self.asker = button("predict-ask", WORDS["ask"], self.ask, WORDS["tip"])
        self.go = button("predict-go", WORDS["go"], self.until_outcome)
        self.told, self.counted = (
            page("predict-told"),
            page("predict-score", str(self.score)),
        )
        self.options = [self._option(number) for number in range(OPTIONS)]
        head = row(self.asker, self.go, self.counted)
        self.root = card("predict", WORDS["title"], head, self.told, row(*self.options))
        self._show_buttons()

    def _option(self, number: int) -> Any:
        made = button(f"predict-{number + 1}", "", lambda: self.choose(number))
        made.add_class("k8s-option")
        return made

    # What a learner does ---------------------------------------------------------------------------------------

    def ask(self) -> None:
        """Ask which Pods the controller moves next; time is paused for it."""
        place = self._lab.daemon_set
        if not self._lab.moment.live or place is None:
            self._lab.say(WORDS["no_set" if self._lab.moment.live else "past"], True)
            return
        self._lab.pause()
        with self._lab.cluster.lock:
            self._put(place)
        self._show_buttons()

    def _put(self, place: Any) -> None:
        cluster = self._lab.cluster
        self._began = cluster.get("DaemonSet", place.name, place.namespace)
        self.question, self.chosen = (
            ask(cluster, self._began, seed=len(self.score.results)),
            None,
        )
        self._since = len(cluster.actions)
        if self.question is None:
            self.told.value = escape(WORDS["never"])
            return
        self.told.value = escape(
            WORDS["question"].format(name=place.name, time=cluster.now)
        )

    def choose(self, number: int) -> None:
        """Take one of the options; it cannot be taken back."""
        if (
            self.question is None
            or self.chosen is not None
            or number >= len(self.question.options)
        ):
            return
        self.chosen = self.question.options[number]
        self.told.value += (
            f"<p>{escape(WORDS['chosen'].format(option=self.chosen))}</p>"
        )
        self._show_buttons()

    def until_outcome(self) -> None:
        """Step until the controller has moved a Pod, or all is quiet."""
        for _ in range(MOST_STEPS):
            if self.question is None or self.chosen is None or self._settle():
                return
            if self._lab.cluster.quiet:
                break
            self._lab.step()
        self._drop()

    # What comes of it ------------------------------------------------------------------------------------------

    def refresh(self, moment: Moment) -> None:
        """See whether the question is answered meanwhile."""
        if moment.live and self.question is not None:
            self._settle()

    def _settle(self) -> bool:
        with self._lab.cluster.lock:
            question, chosen = self.question, self.chosen
            action = (
                next_action(self._lab.cluster, question.daemon_set, self._since)
                if question
                else None
            )
            if action is None:
                return False
            if chosen is not None:
                self._tell(judge(self._lab.cluster, action, self._began, chosen))
            self._drop(keep=chosen is not None)
            return True

    def _tell(self, result: Result) -> None:
        self.score.add(result)
        outcome = WORDS["outcome"].format(time=result.time, outcome=result.outcome)
        lines = [
            WORDS["right" if result.right else "wrong"],
            WORDS["chosen"].format(option=result.predicted),
            outcome,
        ]
        said = "".join(f"<p>{escape(line)}</p>" for line in lines)
        rules = f"<p>{escape(WORDS['because'])}</p>{reasons_html(result.rules)}"
        self.told.value = f'<div class="k8s-told-why k8s-outcome"><div>{said}</div><div>{rules}</div></div>'
        self.counted.value = str(self.score)

    def _drop(self, keep: bool = False) -> None:
        """The question is over; unanswered ones do not count."""
        self.question = self.chosen = None
        if not keep:
            self.told.value = ""
        self._show_buttons()

    def _show_buttons(self) -> None:
        open_ = self.question.options if self.question and self.chosen is None else ()
        for number, made in enumerate(self.options):
            made.description = str(open_[number]) if number < len(open_) else ""
            made.layout.display = None if number < len(open_) else "none"
        self.go.layout.display = None if self.chosen is not None else "none"
