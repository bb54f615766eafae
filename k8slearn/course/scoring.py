"""The predictions that a learner makes in a lab count in the progress."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from k8slearn.course import progress


class Predicting(Protocol):
    """A lab, as far as it is needed here: it tells how many predictions were right, of how many made."""

    def on_prediction(self, listener: Callable[[int, int], object], /) -> object:
        """Call `listener(right, asked)` whenever one of the two has changed."""


def score_predictions(lab: Predicting) -> None:
    """Note each prediction made in this lab from now on."""
    known = {"right": 0, "asked": 0}

    def note(right: int, asked: int) -> None:
        # The lab tells sums, also when time is turned back and they get smaller: what was noted stays noted.
        if asked > known["asked"]:
            progress.guess(right > known["right"])
        known.update(right=right, asked=asked)

    lab.on_prediction(note)
