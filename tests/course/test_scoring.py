"""Each prediction in a lab counts once, even when the lab goes back in time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from k8slearn.course import progress
from k8slearn.course.scoring import score_predictions


class Lab:
    """As much of a lab as is listened to."""

    listener: Callable[[int, int], object]

    def on_prediction(self, listener: Callable[[int, int], object], /) -> None:
        self.listener = listener


def test_sums_are_counted_as_they_grow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("K8SLEARN_PROGRESS", str(tmp_path / "progress.json"))
    lab = Lab()
    score_predictions(lab)
    for right, asked in ((1, 1), (1, 2), (0, 0), (1, 1)):
        lab.listener(right, asked)
    assert progress.guesses() == progress.Guesses(right=2, asked=3)
