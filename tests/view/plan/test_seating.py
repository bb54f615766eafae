"""Fixed slots: Nodes that stay keep their places, and the form fits the number of Nodes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k8slearn.view.plan.forms import FORMS
from k8slearn.view.plan.grid import grid_of
from k8slearn.view.plan.seating import Seating, arrange
from k8slearn.view.scene import NodeCard, Phase, PodMark, Scene
from tests.support.scenes import (
    scene_with,
)


def test_adding_and_removing_a_node_moves_nobody_else() -> None:
    first = arrange(scene_with("a", "b", "c"))
    without = arrange(scene_with("a", "c"), first)
    again = arrange(scene_with("a", "c", "d"), without)
    assert without.slots == {"a": (0, 0), "c": (0, 2)}
    assert again.slots == {"a": (0, 0), "c": (0, 2), "d": (0, 1)}


def test_a_full_group_goes_on_below_everything_else() -> None:
    zones = {f"n{i}": "east" for i in range(4)} | {"w": "west"}
    first = arrange(scene_with(*zones, group_by="zone", **zones))
    zones["new"] = "east"
    second = arrange(scene_with(*zones, group_by="zone", **zones), first)
    assert first.rows == ("east", "west")
    assert second.rows == ("east", "west", "east")
    assert second.slots["new"] == (2, 0)
    before, after = grid_of(first, 0).boxes, grid_of(second, 0).boxes
    assert {name: after[name] for name in before} == before


def test_a_node_that_changes_its_group_moves_alone() -> None:
    first = arrange(scene_with("a", "b", "c", group_by="zone", a="x", b="x", c="y"))
    second = arrange(
        scene_with("a", "b", "c", group_by="zone", a="y", b="x", c="y"), first
    )
    assert {n for n in "abc" if first.slots[n] != second.slots[n]} == {"a"}


@given(st.lists(st.sets(st.integers(1, 60), min_size=1), min_size=2, max_size=8))
def test_whoever_stays_keeps_its_slot_and_nobody_shares_one(
    history: list[set[int]],
) -> None:
    places: Seating | None = None
    for present in history:
        names = [f"n{i}" for i in sorted(present)]
        before, places = places, arrange(scene_with(*names), places)
        assert len(set(places.slots.values())) == len(names)
        if before is not None and before.form is places.form:
            assert all(
                places.slots[n] == before.slots[n] for n in names if n in before.slots
            )


def test_a_new_pod_does_not_push_the_old_one_aside() -> None:
    def marks(*uids: str) -> Scene:
        pods = tuple(PodMark(uid, uid, "", 1, Phase.READY) for uid in uids)
        return Scene(cards=(NodeCard("a", "", pods=pods),))

    first = arrange(marks("old"))
    both = arrange(marks("new", "old"), first)
    after = arrange(marks("new"), both)
    assert both.lanes == {"old": 0, "new": 1}
    assert after.lanes == {"new": 1}


@pytest.mark.parametrize(
    ("count", "form"),
    [
        (4, "large"),
        (12, "large"),
        (20, "middle"),
        (60, "small"),
        (500, "dense"),
        (5000, "dots"),
    ],
)
def test_the_form_fits_the_number_of_nodes(count: int, form: str) -> None:
    places = arrange(scene_with(*(f"n{i}" for i in range(count))))
    last = max(places.slots, key=places.slots.__getitem__)
    box = grid_of(places, 0).boxes[last]
    assert places.form.name == form
    assert box.x + box.width <= 900
    assert box.y + box.height < 700


def test_a_form_is_kept_until_it_is_really_too_small() -> None:
    large = FORMS[0]
    places = arrange(scene_with(*(f"n{i}" for i in range(large.fits))))
    grown = arrange(scene_with(*(f"n{i}" for i in range(large.most))), places)
    assert grown.form is large
    assert (
        arrange(scene_with(*(f"n{i}" for i in range(large.most + 1))), grown).form
        is FORMS[1]
    )
