"""Replays of the real kubelet's records: they agree, except for those with known differences."""

import json

import pytest

from k8slearn.parity import kubelet
from k8slearn.parity.tracks import filled
from tests.conformance.__main__ import main, replay_kubelet
from tests.conformance.known_differences import KNOWN
from tests.support.paths import REFERENCE

RECORDS = sorted((REFERENCE / "kubelet").glob("*.json"))
# Deviation: a Node is not born with the taint not-ready, which is gone again in a moment.
BIRTH = "node-joins"
WITH_NODES = [
    path
    for path in RECORDS
    if '"statusUpdates"' in path.read_text("utf-8") and path.stem != BIRTH
]


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_the_kubelet_does_what_was_recorded(path):
    report = replay_kubelet(read(path))
    known = path.stem in KNOWN
    assert (report.agree, report.known) == (int(not known), int(known)), "\n".join(
        report.lines(everything=False)
    )


def test_known_differences_are_about_records():
    assert KNOWN.keys() <= {path.stem for path in RECORDS}


def told(rows, key):
    """The successive states of a Node."""
    found = []
    for row in rows:
        value = sorted(map(tuple, row[key])) if key == "conditions" else row[key]
        if not found or found[-1] != value:
            found.append(value)
    return found


@pytest.mark.parametrize("path", WITH_NODES, ids=lambda path: path.stem)
def test_a_nodes_conditions_and_taints_follow_as_recorded(path):
    recorded = filled(read(path))
    played = next(kubelet.replayed(recorded, seed=0))
    for node, about in recorded["nodes"].items():
        for key in ("conditions", "taints"):
            assert told(played["nodes"][node]["rows"], key) == told(about["rows"], key)


def falsified(tmp_path, name, change):
    recorded = read(REFERENCE / "kubelet" / f"{name}.json")
    change(recorded)
    path = tmp_path / f"{name}.json"
    path.write_text(json.dumps(recorded), encoding="utf-8")
    return str(path)


def ends_well(recorded):
    [row] = [
        row
        for row in recorded["pods"]["exit1-never"]["rows"]
        if row.get("phase") == "Failed"
    ]
    row["phase"] = "Succeeded"


def says_something_else(recorded):
    recorded["pods"]["exit1-never"]["events"][1]["message"] = "another"


@pytest.mark.parametrize("change", [ends_well, says_something_else])
def test_a_falsified_record_is_reported(change, tmp_path, capsys):
    assert main([falsified(tmp_path, "exit1-never", change)]) == 1
    printed = capsys.readouterr().out.splitlines()
    assert printed[0].startswith("exit1-never: exit1-never: ")
    assert printed[-1] == "agree 0/1"


def test_what_is_known_to_differ_is_told_and_turns_nothing_red(tmp_path, capsys):
    name = next(iter(KNOWN), "exit1-never")
    path = str(REFERENCE / "kubelet" / f"{name}.json")
    assert main([path]) == 0
    assert (f"known: {KNOWN.get(name)}" in capsys.readouterr().out) == (name in KNOWN)


def test_records_are_chosen_by_name(capsys):
    assert main([str(REFERENCE / "kubelet"), "-k", "exit1-never"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "agree 1/1"
