"""The comparison of kubelet records: equivalent ones agree, and falsified ones are reported."""

import json
from copy import deepcopy

import pytest

from k8slearn.parity.tracks import align, filled, nearest, tracks
from tests.support.paths import REFERENCE

RECORDS = sorted((REFERENCE / "kubelet").glob("*.json"))


def record(name):
    return filled(json.loads((REFERENCE / "kubelet" / f"{name}.json").read_text()))


def copy_of(reference):
    """A copy of a record, as if the model did exactly the same."""
    return {"pods": deepcopy(reference["pods"])}


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_a_record_agrees_with_itself_and_with_its_alternatives(path):
    reference = record(path.stem)
    for pods in (reference["pods"], *reference["alternatives"]):
        assert nearest(reference, {"pods": pods}) == []


def test_there_are_records():
    assert len(RECORDS) == 130


# What is falsified ------------------------------------------------------------------------------------------------


def another_state(rows):
    """The container that crashed has ended well."""
    for row in rows:
        for container in row.get("containers", ()):
            if container["state"][0] == "terminated":
                container["state"] = ["terminated", "Completed", 0]


def another_order(rows):
    """The Pod is ready before it runs."""
    first = next(row for row in rows if row["phase"] == "Running")
    before = {**rows[0], "t": first["t"] - 4, "conditions": first["conditions"]}
    rows.insert(rows.index(first), before)
    first["t"] += 4


def another_reason(rows):
    """The container waits for its image, not for what it is configured by."""
    for row in rows:
        if state_of(row)[0] == "waiting" and "CreateContainerConfigError" in state_of(
            row
        ):
            row["containers"][0]["state"] = ["waiting", "ErrImagePull"]


def a_back_off_step(rows):
    """The fourth restart comes after half of its back-off."""
    ended = next(
        row["t"]
        for row in rows
        if state_of(row)[0] == "terminated" and restarts(row) == 3
    )
    again = next(row["t"] for row in rows if restarts(row) == 4)
    early = (again - ended) / 2
    for row in rows:
        if row["t"] > ended + early:
            row["t"] -= early


def one_restart_less(rows):
    """The second restart is missing."""
    rows[:] = [row for row in rows if restarts(row) != 2]


def state_of(row):
    return row["containers"][0]["state"] if row.get("containers") else ["none"]


def restarts(row):
    return row["containers"][0]["restarts"] if row.get("containers") else 0


FALSE_ROWS = {
    another_state: "crash-always: containers main: values",
    another_order: "start-happy: condition Ready: time of True",
    another_reason: "config-key-missing: containers main: values",
    a_back_off_step: "crash-always: containers main: back-off before restart 4",
    one_restart_less: "crash-always: containers main: values",
}


@pytest.mark.parametrize("falsify", FALSE_ROWS, ids=lambda function: function.__name__)
def test_falsified_rows_are_reported(falsify):
    name = FALSE_ROWS[falsify].partition(":")[0]
    reference = record(name)
    candidate = copy_of(reference)
    falsify(candidate["pods"][name]["rows"])
    told = [difference[0] for difference in nearest(reference, candidate)]
    assert any(line.startswith(FALSE_ROWS[falsify]) for line in told), told


@pytest.mark.parametrize("field", ["type", "reason", "message"])
def test_a_falsified_event_is_reported(field):
    reference = record("live-kill")
    candidate = copy_of(reference)
    event = candidate["pods"]["live-kill"]["events"][5]
    event[field] = "another"
    lines = [difference[0] for difference in nearest(reference, candidate)]
    assert lines == ["live-kill: event"] * 2


def test_a_pod_that_never_came_is_reported():
    reference = record("serial-pulls")
    candidate = copy_of(reference)
    missing = sorted(candidate["pods"])[0]
    del candidate["pods"][missing]
    assert [where for where, *_ in nearest(reference, candidate)] == [
        f"{missing}: absent"
    ]


def rows_of(*values):
    return [{"t": float(t), "phase": phase} for t, phase in values]


def phases(*values):
    return tracks(rows_of(*values))["phase"]


def aligned(one, other, end=100.0):
    return align(phases(*one), phases(*other), end, 0.0)


@pytest.mark.parametrize(
    ("one", "other", "pairs"),
    [
        # Written at once on one side, one after the other on the other.
        ([(0, "a"), (5, "b"), (6, "c")], [(0, "a"), (5, "c")], 2),
        # Seen for two seconds: that is no accident.
        ([(0, "a"), (5, "b"), (7, "c")], [(0, "a"), (5, "c")], None),
        # The recording ended before it could come.
        ([(0, "a"), (99, "b")], [(0, "a")], 1),
        ([(0, "a"), (90, "b")], [(0, "a")], None),
        # A short value in between: what comes back is told twice on one side.
        ([(0, "a"), (5, "b"), (6, "a")], [(0, "a")], 1),
        ([(0, "a"), (5, "b")], [(0, "b"), (5, "a")], None),
    ],
)
def test_which_values_may_be_missing(one, other, pairs):
    found = aligned(one, other)
    assert (None if found is None else len(found)) == pairs
    # Neither side is the reference here.
    back = aligned(other, one)
    assert (None if back is None else len(back)) == pairs
