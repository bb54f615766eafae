"""Texts are as wide as measured, and broken at sensible places."""

from __future__ import annotations

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from k8slearn.view.ink.artists import artists_of
from k8slearn.view.plan import marks
from k8slearn.view.plan.measure import fit, text_width, wrap
from tests.support.scenes import (
    CANVAS,
    LONG,
)


def test_texts_are_measured_as_they_are_drawn() -> None:
    figure = Figure(dpi=100)
    renderer = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
    for sample in (
        "node1 上的 Pod 就绪",
        "filebeat-ds",
        "正在终止",
        "✔ maxUnavailable 30%",
    ):
        (artist,) = artists_of([marks.Text(0, 0, sample, 14, "black")], CANVAS)
        artist.set_figure(figure)
        drawn = artist.get_window_extent(renderer).width
        assert text_width(sample, 14) == pytest.approx(drawn, abs=2.5)


def test_long_texts_are_cut_with_an_ellipsis_and_wrapped_between_words() -> None:
    assert fit("filebeat", 200, 12) == "filebeat"
    cut = fit(LONG, 80, 12)
    assert cut.endswith("…")
    assert text_width(cut, 12) <= 80
    lines = wrap("DaemonSet 控制器删除 node5、node6 上的旧 Pod，等它终止。", 120, 12, 3)
    assert len(lines) == 3
    assert all(text_width(line, 12) <= 120 for line in lines)
