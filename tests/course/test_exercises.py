"""Every reference solution is accepted, every known wrong answer refused with the message meant for it."""

from __future__ import annotations

import os
from typing import Any

import pytest

from k8slearn.course.bank_schema import GONE
from k8slearn.course.exercise_words import exercise_words
from k8slearn.course.goals import goals
from k8slearn.course.lessons import rules
from k8slearn.lesson import exercise, exercise_keys, manifest
from k8slearn.locale import course as words
from tests.support.make_goals import goal_of
from tests.support.nbval_hooks import find_kubectl
from tests.support.solutions import begin, fresh_shell, run, solution, solve
from tests.support.starts import built_once

__all__ = ["built_once"]

pytestmark = pytest.mark.usefixtures("built_once")

WRONG = [
    (key, number)
    for key in exercise_keys()
    for number in range(len(exercise_words(key).wrong_answers))
]


pytestmark = pytest.mark.usefixtures("nothing_is_kept")


def needs_kubectl(wanted: bool) -> None:
    if wanted and find_kubectl() is None:
        pytest.skip("no kubectl on this machine")


@pytest.fixture
def shell() -> Any:
    """A kernel's shell without the kernel; the environment that `serve` sets is put back."""
    before = dict(os.environ)
    made = fresh_shell()
    yield made
    server = made.user_ns.get("task") and made.user_ns["task"].server
    if server is not None:
        server.stop()
    os.environ.clear()
    os.environ.update(before)


def test_every_rule_has_words_and_all_words_a_rule() -> None:
    assert sorted(rules()) == sorted(exercise_keys())


@pytest.mark.parametrize("key", exercise_keys())
def test_an_exercise_has_words_for_everything(key: str) -> None:
    about = exercise_words(key)
    assert len(about.hints) >= 3
    assert about.title and about.task and about.right
    assert len(set(about.refuse.values())) == len(about.refuse)


@pytest.mark.parametrize("key", exercise_keys())
def test_an_exercise_that_nobody_touched_is_not_done(key: str) -> None:
    assert not exercise(key).check().right


@pytest.mark.parametrize("key", exercise_keys())
def test_the_reference_solution_is_accepted(key: str, shell: Any) -> None:
    assert solution(key), "no folded solution follows the exercise in its lesson"
    needs_kubectl(any(language == "bash" for language, _ in solution(key)))
    task = begin(shell, key)
    solve(shell, key)
    verdict = task.check()
    assert verdict.right, verdict.text
    # An exercise may have no picture of its goal; it must not have that of another end.
    stored = goals().get(key)
    wanted = stored and goal_of(key, task)
    assert wanted == stored, f"python -m tests.support.make_goals {key}"


@pytest.mark.parametrize("key", exercise_keys())
def test_whoever_has_no_kubectl_can_do_it_too(key: str) -> None:
    code = exercise_words(key).without_kubectl
    by_kubectl = any(language == "bash" for language, _ in solution(key))
    assert bool(code) == by_kubectl
    if code:
        task = exercise(key)
        scope = {"cluster": task.cluster, "task": task, "manifest": manifest}
        exec(code, scope)
        verdict = task.check()
        assert verdict.right, verdict.text


@pytest.mark.parametrize(
    ("key", "number"), WRONG, ids=[f"{key}-{number}" for key, number in WRONG]
)
def test_a_wrong_answer_is_refused_with_its_own_message(
    key: str, number: int, shell: Any
) -> None:
    answer = exercise_words(key).wrong_answers[number]
    needs_kubectl("kubectl" in answer)
    task = begin(shell, key, kubectl="kubectl" in answer)
    run(
        shell,
        answer["python"] if "python" in answer else f"%%bash\n{answer['kubectl']}",
    )
    verdict = task.check()
    assert (verdict.right, verdict.key) == (False, answer["told"]), verdict.text
    assert "{" not in verdict.text


@pytest.mark.parametrize("key", exercise_keys())
def test_each_message_is_met_by_a_wrong_answer_of_its_own(key: str) -> None:
    told = [answer["told"] for answer in exercise_words(key).wrong_answers]
    assert len(told) == len(set(told)) >= 3
    assert set(exercise_words(key).refuse) == set(told) - {GONE}


def test_told_the_same_again_a_hint_comes_with_it() -> None:
    task = exercise("what-control-plane")
    first, second, third = task.check().text, task.check().text, task.check().text
    hints = task.about.hints
    assert hints[0] not in first
    assert hints[0] in second
    assert hints[1] in third
    task.hint()
    assert "参考答案" in task.hint().text


def test_another_failure_begins_with_the_first_hint_again() -> None:
    task = exercise("what-control-plane")
    hints = task.about.hints
    task.check()
    for hint in hints:
        assert hint in task.check().text
    # Allowed on every Node: another thing is missing now.
    task.cluster.patch(
        "DaemonSet",
        "filebeat-ds",
        {"spec": {"template": {"spec": {"tolerations": [{"operator": "Exists"}]}}}},
    )
    task.cluster.run_until_quiet()
    first, second = task.check(), task.check()
    assert not first.right and first.key == second.key
    assert not any(hint in first.text for hint in hints)
    assert hints[0] in second.text


def test_what_is_gone_gets_no_hint_on_something_else() -> None:
    task = exercise("what-control-plane")
    task.cluster.delete("DaemonSet", "filebeat-ds")
    for _ in range(3):
        said = task.check().text
        assert not any(hint in said for hint in task.about.hints)
    assert "再运行一遍" in task.hint().text


def test_what_was_removed_is_named_and_no_error() -> None:
    task = exercise("what-control-plane")
    task.cluster.delete("DaemonSet", "filebeat-ds")
    verdict = task.check()
    assert (verdict.right, verdict.key) == (False, GONE)
    assert '"filebeat-ds" not found' in verdict.text


def test_the_buttons_answer_on_the_page() -> None:
    task = exercise("what-control-plane")
    task.card.check.click()
    assert "还差一点" in task.card.reply.value
    task.card.ask.click()
    assert task.about.hints[0] in task.card.reply.value


def test_kubectl_comes_back_to_the_exercise_that_is_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All exercises of a lesson are called `task`, so a learner goes back to the first by its card."""
    monkeypatch.setenv("KUBECONFIG", "")  # what `serve` writes there is put back
    first = exercise("what-control-plane", kubectl=True)
    second = exercise("what-control-plane", kubectl=True)
    try:
        assert words.KUBECTL_ELSEWHERE in first.check().text
        assert first.server.running and not second.server.running
        assert words.KUBECTL_ELSEWHERE not in first.check().text
    finally:
        first.server.stop()


def test_a_verdict_in_a_cell_says_of_which_exercise() -> None:
    task = exercise("what-control-plane")
    verdict = task.check()
    assert f"<b>{task.about.title}</b>" in verdict._repr_html_()
    assert task.about.title not in str(verdict)


def test_the_page_and_its_plain_text_show_the_task() -> None:
    task = exercise("what-control-plane")
    shown = task._repr_mimebundle_()
    assert task.about.task.strip() in shown["text/plain"]
    assert task.about.title in task.card.widget.children[0].value
    assert "application/vnd.jupyter.widget-view+json" in shown


def test_an_unknown_exercise_is_an_error_that_lists_the_known() -> None:
    with pytest.raises(KeyError, match="what-control-plane"):
        exercise("nothing")
