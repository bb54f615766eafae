"""Earlier questions are repeated when due, whatever the clock does, and no answer is lost."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from k8slearn import files
from k8slearn.course import progress, recall
from k8slearn.course.recall import Recall
from k8slearn.lesson import predict, question, question_keys, quiz, review

KEY = "what-desired"
LESSON = "01_what_is_daemonset"
DAY = date(2026, 3, 1)


class Calendar:
    """A settable date of today for the course."""

    def __init__(self) -> None:
        self.day = DAY

    def go(self, days: int) -> None:
        self.day += timedelta(days)


@pytest.fixture
def calendar(place: Path, monkeypatch: pytest.MonkeyPatch) -> Calendar:
    made = Calendar()
    monkeypatch.setattr(recall, "today", lambda: made.day)
    return made


def letters(key: str) -> tuple[str, str]:
    """A right letter and a wrong one."""
    right = question(key).answer[0]
    return right, "A" if right != "A" else "B"


def answer(key: str, right: bool) -> None:
    shown = review()
    number = [asked.key for asked in shown.questions].index(key)
    shown.choose(number + 1, letters(key)[not right])


def wait() -> int:
    """In how many days the question comes back."""
    now = recall.today()
    return (progress.reviews()[KEY].due(now) - now).days


def test_a_beginner_has_nothing_to_review(calendar: Calendar) -> None:
    assert "还没有可以复习的" in str(review())
    assert review().questions == ()


@pytest.mark.parametrize("ask", [quiz, predict])
def test_what_was_answered_comes_back_the_next_day(
    calendar: Calendar, ask: Any
) -> None:
    card = ask(KEY)
    card.choose(letters(KEY)[0])
    card.reveal.click()
    assert "2026-03-02（1 天后），1 道" in str(review())
    calendar.go(1)
    assert [asked.key for asked in review().questions] == [KEY]


def test_the_intervals_grow_and_a_wrong_answer_begins_anew(calendar: Calendar) -> None:
    progress.record(LESSON, "questions", KEY)
    waits = []
    for right in (True, True, True, False, True):
        calendar.go(wait())
        answer(KEY, right)
        waits.append(wait())
    assert waits == [3, 7, 16, 1, 3]


def test_only_the_first_choice_counts_and_each_is_replied_to(
    calendar: Calendar,
) -> None:
    progress.record(LESSON, "questions", KEY)
    calendar.go(1)
    [card] = review().cards
    right, wrong = letters(KEY)
    card.choose(right)
    assert "3 天后再问一次" in card.reply.value and "✔" in card.reply.value
    card.choose(wrong)
    assert "✘" in card.reply.value and "3 天后再问一次" in card.reply.value
    assert wait() == 3


def test_to_do_a_lesson_again_leaves_the_plan_as_it_is(calendar: Calendar) -> None:
    progress.record(LESSON, "questions", KEY)
    calendar.go(1)
    quiz(KEY).choose(letters(KEY)[0])
    assert wait() == 0, "it is still asked today"
    answer(KEY, True)
    before = progress.reviews()
    quiz(KEY).choose(letters(KEY)[0])
    assert progress.reviews() == before


def test_questions_answered_before_there_were_reviews_are_due(
    calendar: Calendar, place: Path
) -> None:
    old = {"version": 1, "lessons": {LESSON: {"questions": [KEY, "long-gone"]}}}
    place.write_text(json.dumps(old))
    assert [asked.key for asked in review().questions] == [KEY]
    answer(KEY, True)
    assert wait() == 3


def test_as_many_as_one_can_do_at_once_the_longest_overdue_first(
    calendar: Calendar,
) -> None:
    keys = question_keys()[:12]
    for key in reversed(keys):
        progress.record(question(key).lesson, "questions", key)
        calendar.go(1)
    shown = review()
    assert [asked.key for asked in shown.questions] == keys[:1:-1]
    assert "还剩 2 道" in str(shown)
    assert len(review(most=3).questions) == 3


def test_a_question_that_comes_back_names_its_lesson(calendar: Calendar) -> None:
    progress.record(LESSON, "questions", KEY)
    calendar.go(1)
    shown = review()
    assert "01 什么是 DaemonSet：" in str(shown)
    bundle = shown._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    assert "application/vnd.jupyter.widget-view+json" in data
    assert question(KEY).text in data["text/html"] and question(KEY).text in str(shown)


def test_a_clock_that_goes_back_shows_it_today(calendar: Calendar) -> None:
    progress.record(LESSON, "questions", KEY)
    calendar.go(-400)
    assert [asked.key for asked in review().questions] == [KEY]
    answer(KEY, True)
    assert wait() == 3


def test_a_full_disk_loses_no_answer(
    calendar: Calendar, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    progress.record(LESSON, "questions", KEY)
    before = place.read_bytes()
    calendar.go(1)
    with monkeypatch.context() as disk:
        disk.setattr(files.os, "fsync", full)
        answer(KEY, True)
        assert wait() == 3, "the kernel knows"
        assert progress.trouble()[0] == 1
    assert place.read_bytes() == before
    progress.record(LESSON, "questions", "what-orphan-join")
    assert json.loads(place.read_text())["reviews"][KEY]["step"] == 1


def test_where_nothing_is_kept_it_says_so(
    calendar: Calendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("K8SLEARN_PROGRESS", "")
    assert str(review()) == "现在不记进度：环境变量 K8SLEARN_PROGRESS 是空的。"


WRITER = """
import sys
from datetime import date, timedelta
from k8slearn.course import progress, recall
for number in range(40):
    recall.today = lambda: date(2026, 1, 1) + timedelta(40 * number)
    for each in range(3):
        progress.answered(f"{sys.argv[1]}-{each}", True)
    progress.answered("both", True)
"""


def test_two_kernels_that_answer_at_once_lose_nothing(place: Path) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, name]) for name in ("a", "b")
    ]
    assert [writer.wait() for writer in writers] == [0, 0]
    kept = progress.reviews()
    own = [f"{name}-{each}" for name in "ab" for each in range(3)]
    last = date(2026, 1, 1) + timedelta(40 * 39)
    assert {kept[key] for key in own} == {Recall(41, 4, last)}
    assert kept["both"].day == last


def test_another_file_is_taken_in_as_often_as_one_likes(
    calendar: Calendar, place: Path
) -> None:
    progress.record(LESSON, "questions", KEY)
    calendar.go(1)
    answer(KEY, True)
    other = place.read_text()
    progress.forget()
    progress.record(LESSON, "questions", KEY)
    for _ in range(2):
        progress.take_in(other)
        assert progress.reviews()[KEY] == Recall(2, 1, calendar.day)
