"""The review of earlier questions: those due today as quiz cards; if there are none, when the next is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any

from k8slearn.course import progress, recall
from k8slearn.course.bank import lessons
from k8slearn.course.pages import mimebundle, reply
from k8slearn.course.questions import Question, question, question_keys
from k8slearn.course.quiz import Card
from k8slearn.locale import course as words

# About five minutes' worth: a longer list would put learners off.
MOST = 10

# The due day of each question, in the order of asking.
Plan = dict[str, date]


def plan(now: date) -> Plan:
    """When each answered question is due, the longest overdue first, then in the order of the course."""
    noted = progress.noted(progress.QUESTIONS)
    known = progress.reviews()
    found: Plan = {}
    for key in question_keys():
        if key in known:
            found[key] = known[key].due(now)
        elif key in noted:
            # It was answered before there were reviews.
            found[key] = now
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


class ReviewCard(Card):
    """The card of a repeated question; only the first choice of a day is noted."""

    def __init__(self, asked: Question) -> None:
        super().__init__(asked, hold_back=False, kind=words.REVIEW)

    def _answer(self) -> None:
        option = self.chosen
        assert option is not None
        after = progress.answered(self.asked.key, option.right)
        now = recall.today()
        days = (after.due(now) - now).days
        said = f"{option.feedback} {words.REVIEW_AGAIN.format(days=days)}"
        self.reply.value = reply(said, option.right, option.verdict)


class Review:
    """The questions due when it is made: `cards` to click, or `choose(2, "B")` without widgets."""

    def __init__(self, most: int = MOST) -> None:
        self.now = recall.today()
        self._plan = plan(self.now)
        due = [key for key, day in self._plan.items() if day <= self.now]
        self.questions = tuple(map(_with_lesson, due[:most]))
        self.left = len(due) - len(self.questions)

    @cached_property
    def cards(self) -> list[ReviewCard]:
        """A card for each question, made once, so that two views agree."""
        return list(map(ReviewCard, self.questions))

    @cached_property
    def widget(self) -> Any:
        """All cards, one below the other."""
        from k8slearn.toolkit import w as widgets

        heading = widgets.HTML(f"<p>{self._heading}</p>")
        return widgets.VBox([heading, *(card.widget for card in self.cards)])

    def choose(self, number: int, letter: str) -> str:
        """Answer the question of this number, counted from 1; returns the reply."""
        card = self.cards[number - 1]
        card.choose(letter)
        option = card.chosen
        assert option is not None
        return f"{option.verdict}{option.feedback.strip()}"

    @property
    def _heading(self) -> str:
        if progress.path() is None:
            return words.NOT_KEPT
        if not self._plan:
            return words.REVIEW_NOTHING
        if not self.questions:
            return self._next
        count = len(self.questions)
        if self.left:
            return words.REVIEW_MORE.format(count=count, left=self.left)
        return words.REVIEW_DUE.format(count=count)

    @property
    def _next(self) -> str:
        """A sentence about when the next questions are due, and how many."""
        days = list(self._plan.values())
        nearest = min(days)
        return words.REVIEW_NEXT.format(
            day=nearest.isoformat(),
            days=(nearest - self.now).days,
            count=days.count(nearest),
        )

    def __repr__(self) -> str:
        lines = [self._heading]
        for number, asked in enumerate(self.questions, start=1):
            lines.append(f"{number}. {asked.as_text()}")
        return "\n".join(lines)

    def _repr_mimebundle_(self, **_: Any) -> Any:
        if not self.questions:
            return {"text/plain": self._heading, "text/html": f"<p>{self._heading}</p>"}
        pages = [asked.as_page("quiz") for asked in self.questions]
        return mimebundle(self.widget, repr(self), "\n".join(pages))


def review(most: int = MOST) -> Review:
    """The questions due today, `most` of them at once."""
    return Review(most)


def _with_lesson(key: str) -> Question:
    """The question with its setting and its lesson's name."""
    asked = question(key)
    title = lessons()[asked.lesson]["title"]
    number = asked.lesson.partition("_")[0]
    text = words.REVIEW_QUESTION.format(number=number, title=title, text=asked.alone)
    return replace(asked, text=text)
