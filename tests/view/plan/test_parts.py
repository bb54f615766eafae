"""Plans of pictures: nothing is cut off, nothing overlaps, everything is shown."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from itertools import combinations

import pytest

from k8slearn.locale import view as words
from k8slearn.view.plan import Above, arrange, plan
from k8slearn.view.plan.geometry import WIDTHS
from k8slearn.view.scene import scene_of
from tests.support.fakes import (
    Listed,
    many,
    node,
)
from tests.support.scenes import (
    full_scene,
    inked,
    inside,
    overlap,
    texts_of,
)


@pytest.fixture(params=WIDTHS)
def width(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.mark.parametrize("count", [3, 11, 19, 59, 499])
def test_no_text_is_cut_off_and_none_lies_over_another(count: int, width: int) -> None:
    for key, (box, texts) in inked(full_scene(count), width=width).items():
        assert [words for words, place in texts if not inside(place, box)] == [], key
        assert [
            (a[0], b[0]) for a, b in combinations(texts, 2) if overlap(a[1], b[1])
        ] == [], key


@pytest.mark.parametrize("count", [3, 19, 59, 499])
def test_parts_do_not_overlap(count: int, width: int) -> None:
    scene = full_scene(count)
    boxes = [
        part.box for part in plan(scene, arrange(scene, None, width), Above()).parts
    ]
    assert not [pair for pair in combinations(boxes, 2) if overlap(*pair, slack=0.01)]


def test_an_empty_cluster_says_so() -> None:
    texts = [
        text for _, found in inked(scene_of(Listed())).values() for text, _ in found
    ]
    assert words.EMPTY_CLUSTER in texts


@pytest.mark.parametrize("count", [3, 19, 59])
def test_with_several_daemon_sets_every_pod_is_told_whose_it_is(count: int) -> None:
    scene = full_scene(count)
    told = [
        words
        for words in texts_of(scene, "node/node0")
        if words[0] in "AB" and words[1:2] in ("", " ")
    ]
    assert sorted(words[0] for words in told) == ["A", "B", "B"]
    assert "A another-daemon-set　B filebeat-ds" in "".join(texts_of(scene, "foot"))


def test_a_map_shows_the_chosen_daemon_set_only_and_says_so() -> None:
    assert "图中只有 filebeat-ds 的 Pod" in texts_of(full_scene(499), "foot")
    assert not any(
        "图中只有" in words for words in texts_of(scene_of(many(120)), "foot")
    )


@pytest.mark.parametrize(
    ("count", "told"),
    [(3, "dedicated=machine-learning:NoSchedule"), (19, ":NoSchedule")],
)
def test_a_long_taint_is_told_with_its_effect(count: int, told: str) -> None:
    taint = {"key": "dedicated", "value": "machine-learning", "effect": "NoSchedule"}
    nodes = [node(f"node{i}", taints=[taint]) for i in range(count)]
    assert told in "".join(texts_of(scene_of(Listed(*nodes)), "node/node0"))


def plain(value: object) -> bool:
    """Whether a value is made of numbers, texts and the view's own records only."""
    if isinstance(value, tuple | list):
        return all(map(plain, value))
    if is_dataclass(value):
        return all(plain(getattr(value, field.name)) for field in fields(value))
    return value is None or isinstance(value, str | int | float)


@pytest.mark.parametrize("count", [3, 19, 59, 499])
def test_a_plan_is_pure_data_that_any_ink_can_draw(count: int) -> None:
    scene = full_scene(count)
    made = plan(scene, arrange(scene), Above())
    marks = [mark for part in made.parts for mark in part.marks()]
    assert len(marks) > 20
    assert plain([*marks, *made.arrows])
