"""An exercise: its words, its own cluster, hints, and `check()`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from math import inf
from typing import Any

from k8slearn.cluster import Cluster
from k8slearn.course import progress
from k8slearn.course.bank_schema import GONE
from k8slearn.course.checking import Attempt, Missing
from k8slearn.course.exercise_card import ExerciseCard
from k8slearn.course.exercise_words import Exercise, Verdict
from k8slearn.course.goal_view import GoalView
from k8slearn.course.goals import goal
from k8slearn.course.lessons import rules
from k8slearn.course.pages import mimebundle
from k8slearn.course.variants import PLAIN, Variant, variant
from k8slearn.locale import course as words
from k8slearn.mistakes import WrongValueError


class Task:
    """A begun exercise: work on `cluster` by Python, kubectl or a Lab, then `check()`.

    `make_lab` makes a lab of a cluster and options; it is passed in, since the course does not import the lab.
    """

    def __init__(
        self,
        about: Exercise,
        make_lab: Callable[..., Any],
        *,
        kubectl: bool = False,
        student: str = "",
    ) -> None:
        self.rule = rules()[about.key]
        self.own = PLAIN
        if student:
            self.own = self._variant(about, student)
            title = words.VARIANT_TITLE.format(title=about.title, student=student)
            about = replace(about.worded(self.own), title=title)
        self.about = about
        self.cluster: Cluster = self.rule.begin(self.own)
        self.since = self.cluster.store.revision
        self.server: Any = None
        self._make_lab = make_lab
        # Made with the card, so that a check without a card draws nothing.
        self.goal_view: GoalView | None = None
        self._told = ""
        self._hints: Counter[str] = Counter()
        if kubectl:
            self.connect()

    def _variant(self, about: Exercise, student: str) -> Variant:
        """The variant of this student. Raises ValueError where the exercise has no variants."""
        if self.rule.varied:
            return variant(about.key, student, self.rule.varied)
        known = [key for key, each in rules().items() if each.varied]
        listed = words.SEPARATOR.join(known)
        raise WrongValueError(words.NOT_VARIED.format(key=about.key, known=listed))

    def connect(self) -> None:
        """Let kubectl, in cells and in terminals, talk to this exercise's cluster."""
        # Without a pace: nobody should have to wait in an exercise.
        server = self.cluster.serve(pace=inf)
        # In a browser no server runs, and `serve` has said so.
        self.server = server if server.running else None

    def lab(self, **options: Any) -> Any:
        """A lab on this exercise's cluster; options as for `k8slearn.Lab`."""
        return self._make_lab(self.cluster, **options)

    def check(self) -> Verdict:
        """Check the cluster: the verdict is "right", or the first thing missing, with a hint if that is repeated."""
        with self.cluster.lock:
            attempt = Attempt(self.cluster, self.since, self.own)
            found = self.rule.first_missing(attempt)
        if self.goal_view is not None:
            self.goal_view.refresh(found is None)
        if found is None:
            progress.record(self.about.lesson, "exercises", self.about.key)
            if self.own.code:
                done = f"{self.about.key}:{self.own.code}"
                progress.record(self.about.lesson, progress.VARIANTS, done)
            return self._verdict(words.RIGHT + self.about.right, right=True)
        refusal = "\n".join(self._refusal(found))
        return self._verdict(refusal, found.key)

    def hint(self) -> Verdict:
        """The next hint on what was missing last; each says more than the one before."""
        return self._verdict(self._next_hint(self._told), "hint")

    def _verdict(self, text: str, key: str = "", *, right: bool = False) -> Verdict:
        return Verdict(right=right, key=key, text=text, title=self.about.title)

    def _refusal(self, found: Missing) -> list[str]:
        lines = [words.NOT_YET + _message(self.about, found)]
        # The sentence alone has not helped.
        if found.key == self._told != GONE:
            lines.append(self._next_hint(found.key))
        self._told = found.key
        # Another cluster was connected since, so kubectl may have changed that one. A check shows that the learner
        # goes on with this one; the name `task` may be the other exercise by now, so nobody can be told to connect.
        if self.server is not None and not self.server.running:
            self.connect()
            lines.append(words.KUBECTL_ELSEWHERE)
        return lines

    def _next_hint(self, key: str) -> str:
        """The next hint for a message's key; each key has a count of its own."""
        if key == GONE:
            return words.NO_HINT_HELPS
        hints = self.about.hints
        self._hints[key] += 1
        number = self._hints[key]
        if number > len(hints):
            # The solution in the lesson has other names than a student's variant.
            return words.NO_MORE_HINTS_OWN if self.own.code else words.NO_MORE_HINTS
        return words.HINT.format(
            number=number, count=len(hints), text=hints[number - 1]
        )

    @cached_property
    def card(self) -> ExerciseCard:
        """The widget with the task and its two buttons; one for each task, so that two views agree."""
        wanted = goal(self.about.key, self.own)
        if wanted is not None:
            self.goal_view = GoalView(self.cluster, wanted)
        return ExerciseCard(
            self.about, on_check=self.check, on_hint=self.hint, goal=self.goal_view
        )

    def _repr_mimebundle_(self, **_: Any) -> Any:
        title = words.CARD.format(kind=words.EXERCISE, text=self.about.title)
        task = self.about.task.strip()
        return mimebundle(self.card.widget, f"{title}\n{task}", self.about.as_page())


def _message(about: Exercise, found: Missing) -> str:
    # A draft may lack the message: its key is shown instead.
    message = about.refuse.get(found.key, found.key)
    if found.key == GONE and GONE not in about.refuse:
        message = words.GONE
    return message.strip().format(**found.facts)
