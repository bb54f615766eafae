"""Questions have one right option at any place, and a reply to every option."""

from __future__ import annotations

import pytest

from k8slearn.course.questions import question, question_keys


@pytest.mark.parametrize("key", question_keys())
def test_a_question_has_one_right_answer_and_words_for_every_choice(key: str) -> None:
    asked = question(key)
    assert len(asked.options) >= 3
    assert sum(option.right for option in asked.options) == 1
    assert all(len(option.feedback) >= 8 for option in asked.options)
    assert len({option.feedback for option in asked.options}) == len(asked.options)


def test_the_right_answer_is_not_always_at_the_same_place() -> None:
    places = [
        [option.right for option in question(key).options].index(True)
        for key in question_keys()
    ]
    assert max(places.count(place) for place in set(places)) < 0.6 * len(places)


def test_an_unknown_question_is_an_error() -> None:
    with pytest.raises(KeyError, match="nothing"):
        question("nothing")


MISCONCEPTIONS = {
    "Ready means that the program works": "health-ready",
    "orphans are adopted whatever the selector": "rollout-orphan",
    "a toleration keeps a Pod through DiskPressure": "room-pressure",
    "the QoS class decides who is evicted": "room-qos",
    "rollout status waits under OnDelete": "rollout-status",
    "a Pod on its Node's network asks the cluster's DNS": "host-dns-default",
    "numberMisscheduled counts where a Pod is missing": "change-misscheduled",
    "a DaemonSet has priority on a full Node": "room-full",
}


@pytest.mark.parametrize("key", MISCONCEPTIONS.values(), ids=list(MISCONCEPTIONS))
def test_what_is_commonly_believed_is_a_wrong_option(key: str) -> None:
    told = [option for option in question(key).options if "【误区】" in option.feedback]
    assert told
    assert not any(option.right for option in told)
