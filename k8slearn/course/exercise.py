"""An exercise on the page: its task, its own cluster, hints, and `check()`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from html import escape
from math import inf
from typing import Any

import ipywidgets as widgets

from k8slearn.cluster import Cluster
from k8slearn.course import progress
from k8slearn.course.bank import entries
from k8slearn.course.checking import GONE, Attempt, Missing
from k8slearn.course.counted import lab
from k8slearn.course.exercises import rules

WORDS = {
    "kind": "练习",
    "unknown": "没有叫 {key!r} 的练习；现有：{known}",
    "right": "✔ 对。",
    "wrong": "✘ 还差一点。",
    "gone": "要检查的东西找不到了：{error}。不要紧，把上面开始练习的那一格再运行一遍，就有一个新的集群。",
    "hint": "提示 {number}/{count}：{text}",
    "no_more": "提示都给完了。实在想不出来，展开下面的「参考答案」看看。",
    "check": "检查",
    "ask": "给点提示",
    "elsewhere": "（kubectl 现在连着别的集群；想在这道练习里用它，先运行 task.connect()）",
}
COLOURS = {True: "#009E73", False: "#D55E00", None: "var(--jp-border-color1, #999)"}


@dataclass(frozen=True, slots=True)
class Exercise:
    """The words of an exercise."""

    key: str
    lesson: str
    title: str
    task: str
    hints: tuple[str, ...]
    right: str
    refuse: dict[str, str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `check()` answers: `key` names the message, "" when all is right."""

    right: bool
    key: str
    text: str

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return box(self.text, self.right)


class Task(widgets.VBox):  # type: ignore[misc]
    """An exercise that was begun: work on `cluster` by Python, kubectl or a Lab, then `check()`."""

    def __init__(self, about: Exercise, *, kubectl: bool) -> None:
        self.about = about
        self.rule = rules()[about.key]
        self.cluster: Cluster = self.rule.start()
        self.since = self.cluster.store.revision
        self.server: Any = None
        self._told = ""
        self._hints = 0
        self.reply = widgets.HTML()
        if kubectl:
            self.connect()
        super().__init__([widgets.HTML(_heading(about)), self._buttons(), self.reply])
        self.add_class("k8s-exercise")

    def connect(self) -> None:
        """Let kubectl, in cells and in terminals, talk to this exercise's cluster."""
        self.server = self.cluster.serve(pace=inf)

    def lab(self, **options: Any) -> Any:
        """A lab on this exercise's cluster; options as for `k8slearn.Lab`."""
        return lab(self.cluster, **options)

    def check(self) -> Verdict:
        """Look at the cluster: right, or the first thing that is missing; told the same again, a hint comes with it."""
        with self.cluster.lock:
            found = self.rule.first_missing(Attempt(self.cluster, self.since))
        if found is None:
            progress.record(self.about.lesson, "exercises", self.about.key)
            return Verdict(True, "", f"{WORDS['right']}{self.about.right}")
        return Verdict(False, found.key, "\n".join(self._refusal(found)))

    def hint(self) -> Verdict:
        """The next hint; each says more than the one before."""
        self._hints += 1
        return Verdict(False, "hint", self._hint_text())

    def _refusal(self, found: Missing) -> list[str]:
        lines = [WORDS["wrong"] + _message(self.about, found)]
        if found.key == self._told:
            self._hints += 1
            lines.append(self._hint_text())
        self._told = found.key
        if self.server is not None and not self.server.running:
            lines.append(WORDS["elsewhere"])
        return lines

    def _hint_text(self) -> str:
        hints = self.about.hints
        if self._hints > len(hints):
            return WORDS["no_more"]
        return WORDS["hint"].format(
            number=self._hints, count=len(hints), text=hints[self._hints - 1]
        )

    def _buttons(self) -> widgets.HBox:
        check = widgets.Button(description=WORDS["check"], button_style="primary")
        ask = widgets.Button(description=WORDS["ask"])
        check.on_click(lambda _: self._show(self.check()))
        ask.on_click(lambda _: self._show(self.hint()))
        return widgets.HBox([check, ask])

    def _show(self, verdict: Verdict) -> None:
        self.reply.value = box(
            verdict.text, None if verdict.key == "hint" else verdict.right
        )

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = super()._repr_mimebundle_(**kwargs)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        data["text/plain"] = (
            f"【{WORDS['kind']}】{self.about.title}\n{self.about.task.strip()}"
        )
        return bundle


def exercise(key: str, *, kubectl: bool = False) -> Task:
    """Begin an exercise on a new cluster of its own; with `kubectl` the real one talks to it. KeyError if unknown."""
    return Task(exercise_words(key), kubectl=kubectl)


def exercise_words(key: str) -> Exercise:
    """The words of an exercise; KeyError, with the known ones, if there is none such."""
    if key not in _bank():
        raise KeyError(WORDS["unknown"].format(key=key, known="、".join(_bank())))
    return _bank()[key]


def exercise_keys() -> list[str]:
    """The keys in the order of the lessons."""
    return list(_bank())


def box(text: str, right: bool | None) -> str:
    """A reply as HTML; the colour of its edge says the same as its first word."""
    style = f"border-left:4px solid {COLOURS[right]};padding:2px 10px;line-height:1.6;white-space:pre-line"
    return f'<div style="{style}">{escape(text)}</div>'


@cache
def _bank() -> dict[str, Exercise]:
    return {
        key: read_exercise(key, lesson, entry)
        for key, (lesson, entry) in entries("exercises").items()
    }


def read_exercise(key: str, lesson: str, entry: dict[str, Any]) -> Exercise:
    """The words of an exercise from its entry in the bank."""
    hints, refuse = tuple(entry["hints"]), dict(entry["refuse"])
    return Exercise(
        key, lesson, entry["title"], entry["task"], hints, entry["right"], refuse
    )


def _message(about: Exercise, found: Missing) -> str:
    template = about.refuse.get(found.key) or (
        WORDS[GONE] if found.key == GONE else found.key
    )
    return template.strip().format(**found.facts)


def _heading(about: Exercise) -> str:
    kind = f"<b style='color:var(--jp-content-link-color, #0072B2)'>{WORDS['kind']}</b>"
    task = f"<div style='line-height:1.6;white-space:pre-line'>{escape(about.task.strip())}</div>"
    return f"{kind}&ensp;<b>{escape(about.title)}</b>{task}"
