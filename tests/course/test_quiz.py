"""A quiz answers each choice at once, a prediction holds its answer back."""

from __future__ import annotations

import pytest

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


def test_the_plain_text_asks_and_does_not_tell() -> None:
    card = predict("what-leave")
    bundle = card._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    assert question("what-leave").text in data["text/plain"]
    assert all(
        option.text in data["text/plain"] for option in question("what-leave").options
    )
    assert not any(
        option.feedback in data["text/plain"]
        for option in question("what-leave").options
    )
