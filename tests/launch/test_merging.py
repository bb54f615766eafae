"""Merging a new lesson into a learner's copy: the learner's text stays, all else follows the lesson."""

import pytest

from k8slearn.launch import merging
from k8slearn.launch.merging import Laid, cell_digest, identified, merge, weave


def notebook(cells):
    made = []
    for identity, source in cells.items():
        kind = "markdown" if source.startswith("#") else "code"
        cell = {"cell_type": kind, "id": identity, "source": source, "metadata": {}}
        if kind == "code":
            cell |= {"outputs": [f"ran {source}"], "execution_count": 1}
        made.append(cell)
    return {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def laid(cells):
    made = notebook(cells)["cells"]
    return Laid({cell["id"]: cell_digest(cell) for cell in made})


def merged(old, mine, new):
    lesson = identified(laid(old), notebook(new), mine)
    found = merge(laid(old), notebook(mine), lesson)
    ids = [cell["id"] for cell in found["cells"]]
    assert len(set(ids)) == len(ids)
    return {cell["id"]: cell["source"] for cell in found["cells"]}


OLD = {"a": "# one", "b": "2", "c": "3"}
CASES = {
    "nothing is new": (OLD, OLD, OLD),
    "a mended cell arrives": (OLD, OLD | {"b": "two"}, OLD | {"b": "two"}),
    "an answer stays": (OLD | {"b": "mine"}, OLD, OLD | {"b": "mine"}),
    "an answer stays though the cell was mended": (
        OLD | {"b": "mine"},
        OLD | {"b": "two", "c": "three"},
        OLD | {"b": "mine", "c": "three"},
    ),
    "a new cell comes in, an own one stays behind its cell": (
        {"a": "# one", "own": "0", "b": "2", "c": "3"},
        {"a": "# one", "new": "1.5", "b": "2", "c": "3"},
        {"a": "# one", "own": "0", "new": "1.5", "b": "2", "c": "3"},
    ),
    "own cells stay first and last": (
        {"x": "0", **OLD, "y": "9", "z": "10"},
        OLD | {"d": "4"},
        {"x": "0", **OLD, "y": "9", "z": "10", "d": "4"},
    ),
    "what was deleted stays away": (
        {"a": "# one", "c": "3"},
        OLD | {"b": "two"},
        {"a": "# one", "c": "3"},
    ),
    "what is gone from the lesson goes, unless it was answered": (
        OLD | {"c": "mine"},
        {"a": "# one"},
        {"a": "# one", "c": "mine"},
    ),
    "an order of the learner's own stays": (
        {"c": "3", "a": "# one", "b": "2"},
        {"a": "# one", "b": "2", "new": "2.5", "c": "3"},
        {"c": "3", "a": "# one", "b": "2", "new": "2.5"},
    ),
    "a cell that moved in the lesson moves": (
        OLD,
        {"c": "3", "a": "# one", "b": "2"},
        {"c": "3", "a": "# one", "b": "2"},
    ),
    "an own cell with the id of a new one": (
        OLD | {"d": "mine"},
        OLD | {"d": "4"},
        OLD
        | {"d": "mine", f"d-{cell_digest(notebook({'d': '4'})['cells'][0])[:8]}": "4"},
    ),
    "a change of kind is an answer": (
        OLD | {"b": "# 2"},
        OLD | {"b": "two"},
        OLD | {"b": "# 2"},
    ),
}


@pytest.mark.parametrize(("mine", "new", "wanted"), CASES.values(), ids=CASES)
def test_three_texts_become_one(mine, new, wanted):
    found = merged(OLD, mine, new)
    assert list(found.items()) == list(wanted.items())


def test_merging_twice_is_merging_once():
    for mine, new, _ in CASES.values():
        once = merged(OLD, mine, new)
        lesson = identified(laid(OLD), notebook(new), mine)
        after = Laid({cell["id"]: cell_digest(cell) for cell in lesson["cells"]})
        again = identified(after, notebook(new), once)
        found = merge(after, notebook(once), again)["cells"]
        assert [(cell["id"], cell["source"]) for cell in found] == list(once.items())


NUMBERED = {f"05-{number}": f"line {number}" for number in range(9)}


def test_a_lesson_that_numbers_its_cells_anew_is_known_by_its_text():
    lines = list(NUMBERED.values())
    lines[4] = "line 4, mended"
    lines.insert(3, "put between")
    renumbered = {f"05-{number}": line for number, line in enumerate(lines)}
    found = merged(NUMBERED, NUMBERED | {"05-7": "mine"}, renumbered)
    wanted = [*lines]
    wanted[8] = "mine"
    assert list(found.values()) == wanted


def test_outputs_follow_their_cell():
    mine = notebook(OLD)
    mine["cells"][1] |= {"outputs": ["the learner's"], "metadata": {"collapsed": True}}
    mine["metadata"] = {"theirs": 1}
    new = notebook(OLD | {"c": "three"})
    for cell in new["cells"]:
        cell["metadata"] = {"tags": ["kubectl"]}
    found = merge(laid(OLD), mine, identified(laid(OLD), new))
    _, ran, mended = found["cells"]
    assert ran["outputs"] == ["the learner's"]
    assert ran["metadata"] == {"collapsed": True, "tags": ["kubectl"]}
    assert mended["outputs"] == ["ran three"]
    assert found["metadata"] == {"theirs": 1}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b'{"cells": 3}',
        b'{"cells": [{"id": "a"}]}',
        b"\xff",
        b"[" * 99999,
    ],
    ids=range(7),
)
def test_what_is_no_notebook_is_one_text(content):
    assert merging.notebook(content) is None
    assert set(merging.digests(content)) == {merging.WHOLE}


def test_cells_that_cannot_be_told_apart_are_not_merged():
    twice = notebook({"a": "1"})
    twice["cells"] *= 2
    assert merging.notebook(merging.text(twice)) is None


def test_weaving_keeps_both_orders():
    assert weave(["a", "b", "c"], ["x", "a", "y", "z", "c"]) == list("xayzbc")
