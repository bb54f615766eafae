"""Garbage collection is off during a run; a cluster that is not referenced any more is freed nevertheless."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from weakref import ref

import pytest

from k8slearn import Cluster
from k8slearn.apimachinery import cycles
from k8slearn.apimachinery.cycles import MANY, uncollected


@pytest.fixture
def searches(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The generation of each search that Python makes."""
    found: list[int] = []

    def note(phase: str, about: dict[str, int]) -> None:
        if phase == "start":
            found.append(about["generation"])

    monkeypatch.setattr(cycles, "_since", cycles.Since())
    gc.callbacks.append(note)
    yield found
    gc.callbacks.remove(note)


def make(count: int) -> list[dict[str, int]]:
    return [{"n": number} for number in range(count)]


def test_what_was_made_is_not_searched(searches: list[int]) -> None:
    with uncollected():
        kept = make(2 * MANY)
    assert len(kept) == 2 * MANY
    assert gc.get_count()[0] < MANY
    assert searches == []


def test_only_the_outermost_ends_it(searches: list[int]) -> None:
    with uncollected():
        with uncollected():
            kept = make(2 * MANY)
        assert not gc.isenabled()
        more = make(2 * MANY)
    assert gc.isenabled()
    assert (len(kept), len(more)) == (2 * MANY, 2 * MANY)
    assert searches == []


def test_who_had_it_off_keeps_it_off(searches: list[int]) -> None:
    gc.disable()
    try:
        with uncollected():
            make(MANY)
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_a_cluster_let_go_of_is_searched_for(
    searches: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cycles, "MANY", 100)
    monkeypatch.setattr(cycles, "SOME", 1_000)
    cluster = Cluster(30)
    plane = ref(cluster.control_plane.store)
    gc.disable()  # what Python would search by itself is not meant here
    del cluster
    assert plane() is not None
    gc.enable()
    with uncollected():
        kept = make(5_000)
    assert len(kept) == 5_000
    assert plane() is None
    assert 2 in searches


def test_circles_of_ones_own_are_searched_for_in_the_end(
    searches: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cycles, "SOME", MANY)
    monkeypatch.setattr(cycles, "ALL", 3 * MANY)
    kept = []
    for _ in range(4):
        with uncollected():
            kept.append(make(MANY + 1))
    assert len(kept) == 4
    assert searches.count(2) == 1
