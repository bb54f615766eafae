"""A Node's name comes before its labels where a card has no room for both."""

from __future__ import annotations

import pytest

from k8slearn.view.plan.card import Stress, card_marks
from k8slearn.view.plan.geometry import Box
from k8slearn.view.plan.marks import Text
from k8slearn.view.plan.measure import text_width
from k8slearn.view.scene import NodeCard

# How much of a text is to the right of where it stands.
BEYOND = {"left": 1.0, "center": 0.5, "right": 0.0}
TAGS = ("zone=east", "disk=ssd")


def texts(name: str, width: float) -> list[Text]:
    card = NodeCard(name, "", tags=TAGS)
    marks = card_marks(card, Box(0, 0, width, 100), "middle", {}, (), Stress())
    return [mark for mark in marks if isinstance(mark, Text)]


@pytest.mark.parametrize("width", range(60, 240, 7))
def test_a_name_that_fits_is_whole(width: float) -> None:
    title = texts("node1", width)[0]
    assert title.words == "node1"


@pytest.mark.parametrize("width", range(60, 240, 7))
def test_nothing_runs_out_of_the_card(width: float) -> None:
    for name in ("node1", "a-name-longer-than-any-card-is-wide-in-a-picture"):
        for text in texts(name, width):
            wide = text_width(text.words, text.size)
            assert text.x + wide * BEYOND[text.align] <= width


def test_labels_that_do_not_fit_are_counted() -> None:
    assert [text.words for text in texts("node1", 100)][1:2] == ["+2"]
    assert [text.words for text in texts("node1", 64)][1:2] != ["+2"]
