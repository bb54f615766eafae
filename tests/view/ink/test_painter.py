"""The painter: which parts are redrawn, and that kept pixels are right."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from k8slearn.view import draw_on
from k8slearn.view.ink.painter import Painter
from k8slearn.view.plan.geometry import NARROW, WIDTH
from k8slearn.view.scene import scene_of
from k8slearn.view.theme import LIGHT
from tests.support.fakes import (
    change,
    many,
    pod,
)
from tests.support.scenes import (
    full_scene,
)


def test_only_what_changed_is_drawn_anew() -> None:
    painter = Painter(scale=1)
    painter.paint(scene_of(many(8)))
    assert len(painter.redrawn) > 8
    painter.paint(scene_of(many(8)))
    assert not painter.redrawn
    source = many(8)
    source.objects = tuple(
        pod("pod3", "node3", 2) if o["metadata"].get("uid") == "uid-pod3" else o
        for o in source.objects
    )
    painter.paint(scene_of(source))
    assert painter.redrawn == ("node/node3", "foot")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("count", [4, 30, 120])
def test_a_picture_painted_in_steps_is_the_one_painted_at_once(
    theme: str, count: int
) -> None:
    scene, stepwise = full_scene(count), Painter(theme, scale=1)
    first = replace(scene, cards=scene.cards[:2], arrows=scene.arrows[:1], sentence="")
    stepwise.paint(first)
    stepwise.paint(scene)
    stepwise.paint(replace(scene, cards=scene.cards[1:], chip="kubelet"))
    last = stepwise.paint(scene)
    fresh = Painter(theme, scale=1)
    fresh.seating = stepwise.seating
    assert np.array_equal(last, fresh.paint(scene))


def test_nothing_moves_when_a_node_comes_in_a_new_row() -> None:
    painter = Painter(scale=1)
    before = painter.paint(scene_of(many(8)))
    after = painter.paint(scene_of(many(9)))
    rows = before.shape[0] - 40
    assert after.shape[0] > before.shape[0]
    assert np.array_equal(after[110:rows], before[110:rows])


def test_an_arrow_is_gone_in_the_next_picture() -> None:
    painter = Painter(scale=1)
    plain = painter.paint(scene_of(many(8)))
    pointed = painter.paint(scene_of(many(8), changes=[change(pod("pod7", "node7"))]))
    assert not np.array_equal(plain, pointed)
    assert np.array_equal(painter.paint(scene_of(many(8))), plain)


def test_a_scene_can_be_drawn_on_any_axes() -> None:
    figure = Figure(figsize=(9, 5), dpi=100)
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    canvas.draw()  # type: ignore[no-untyped-call]
    empty = bytes(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
    draw_on(axes, full_scene(10))
    canvas.draw()  # type: ignore[no-untyped-call]
    assert empty != bytes(canvas.buffer_rgba())  # type: ignore[no-untyped-call]


def test_a_picture_that_becomes_narrow_and_wide_again_is_the_same() -> None:
    painter, scene = Painter(scale=1), scene_of(many(9))
    wide = painter.paint(scene)
    painter.width = NARROW
    narrow = painter.paint(scene)
    fresh = Painter(scale=1)
    fresh.width = NARROW
    assert narrow.shape[1] == NARROW and np.array_equal(narrow, fresh.paint(scene))
    painter.width = WIDTH
    assert np.array_equal(painter.paint(scene), wide)


@pytest.mark.parametrize("count", [120, 1300])
def test_the_chosen_node_is_found_on_a_map(count: int) -> None:
    painter, ink = Painter(scale=1), np.round(np.array(to_rgb(LIGHT.ink)) * 255)
    scene = scene_of(many(count))
    before = painter.paint(scene)
    after = painter.paint(replace(scene, selected="node3"))
    new = (after == ink).all(axis=2) & ~(before == ink).all(axis=2)
    assert painter.redrawn == ("map",) and 4 < new.sum() < 120
