"""Changed copies of functions leave the original unchanged."""

from __future__ import annotations

import pytest

from k8slearn.course.mutants import rewritten
from k8slearn.course.questions import question


def test_the_copy_is_changed_and_the_original_is_not() -> None:
    changed = rewritten(question, "known[key]", "known[key].text")
    assert changed("what-desired") == question("what-desired").text


def test_a_piece_that_is_not_there_is_an_error_that_shows_it() -> None:
    with pytest.raises(ValueError, match="question 里没有这一段：nothing of this"):
        rewritten(question, "nothing of this", "")
