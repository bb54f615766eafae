"""A quiz replies to each choice at once, a prediction holds its answer back."""

from __future__ import annotations

from typing import Any

import pytest
from markupsafe import escape

from k8slearn.course.questions import question
from k8slearn.course.quiz import predict, quiz


def letter_of(key: str, right: bool) -> str:
    return "ABCDEF"[[option.right for option in question(key).options].index(right)]


@pytest.mark.parametrize("right", [True, False])
def test_a_quiz_answers_at_once(right: bool) -> None:
    card = quiz("what-desired")
    card.choose(letter_of("what-desired", right))
    assert card.chosen is not None
    assert card.chosen.feedback in card.reply.value
    assert ("✔" in card.reply.value) == right
    assert ("✘" in card.reply.value) != right


def test_a_prediction_holds_its_answer_back() -> None:
    card = predict("what-leave")
    assert card.reveal.disabled
    card.choose("A")
    assert card.chosen is not None
    assert card.chosen.feedback not in card.reply.value
    assert "A" in card.reply.value
    card.reveal.click()
    assert card.chosen.feedback in card.reply.value


def test_a_new_choice_after_the_answer_is_noted_anew() -> None:
    card = predict("what-leave")
    card.choose("A")
    card.reveal.click()
    card.choose("B")
    assert "✘" not in card.reply.value


def data_of(card: Any) -> Any:
    bundle = card._repr_mimebundle_()
    return bundle[0] if isinstance(bundle, tuple) else bundle


def test_the_plain_text_of_a_prediction_asks_and_does_not_tell() -> None:
    asked, text = question("what-leave"), data_of(predict("what-leave"))["text/plain"]
    assert asked.text in text
    assert all(option.text in text for option in asked.options)
    assert not any(option.feedback in text for option in asked.options)


def test_the_plain_text_of_a_quiz_ends_with_the_answer() -> None:
    text = data_of(quiz("what-desired"))["text/plain"]
    letter = letter_of("what-desired", right=True)
    assert f"答案：{letter}。" in text.splitlines()[-1]
    assert question("what-desired").answer[1].feedback.strip() in text


@pytest.mark.parametrize("ask", [predict, quiz])
def test_where_nothing_runs_each_option_unfolds_its_reply(ask: Any) -> None:
    page = data_of(ask("what-leave"))["text/html"]
    for option in question("what-leave").options:
        _, _, folded = page.partition(escape(option.text))
        assert escape(option.feedback.strip()) in folded.partition("</details>")[0]
    assert page.count("<details>") == len(question("what-leave").options)
