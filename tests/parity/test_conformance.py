"""The model agrees with every record of the real Kubernetes, and falsified records are reported."""

import gzip
import json
import subprocess
import sys
from collections import Counter
from types import SimpleNamespace

import pytest

from k8slearn.parity.reference import rows
from tests.conformance.__main__ import (
    ASPECTS,
    SESSIONS,
    files_of,
    is_session,
    main,
    replayer,
)
from tests.conformance.known_workloads import TRACES
from tests.conformance.report import Report, parted
from tests.support.paths import REFERENCE


def is_played_elsewhere(path):
    if path.parent.name == "kubelet":
        return True
    return path.suffix == ".json" and is_session(json.loads(path.read_text("utf-8")))


RECORDS = [path for path in files_of(REFERENCE) if not is_played_elsewhere(path)]
TRACE = REFERENCE / "traces" / "service-surge.json"


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.name.partition(".")[0])
def test_the_model_does_what_was_recorded(path):
    report = replayer(path)(path)
    explained = report.agree + report.known
    assert explained == report.total > 0, "\n".join(report.lines(everything=False))


@pytest.mark.parametrize("name", TRACES)
def test_what_is_known_to_differ_does(name):
    path = REFERENCE / "workloads" / "traces" / f"{name}.json"
    report = replayer(path)(path)
    assert report.agree == 0 and report.known == 1


def test_nothing_is_missing():
    counts = Counter(
        path.name.partition(".")[0]
        if path.parent == REFERENCE
        else str(path.parent.relative_to(REFERENCE))
        for path in RECORDS
    )
    assert counts == {
        "node_decisions": 1,
        "sync_decisions": 1,
        "manifest_verdicts": 1,
        "traces": 89,
        "workloads/traces": 163,
    }


def test_wording_of_verdicts_agrees():
    path = REFERENCE / "manifest_verdicts.jsonl.gz"
    assert replayer(path)(path).notes == [
        ", ".join(f"{aspect} 330/330" for aspect in ASPECTS)
    ]


# A record that is wrong -------------------------------------------------------------------------------------------


def changed_rows(tmp_path, name, change, *, compressed=False):
    """Write the first twenty rows, the seventh of them changed."""
    found = rows(REFERENCE / f"{name}.jsonl.gz")[:20]
    change(found[6])
    text = "".join(json.dumps(row) + "\n" for row in found)
    path = tmp_path / f"{name}-more.jsonl{'.gz' if compressed else ''}"
    path.write_bytes(gzip.compress(text.encode()) if compressed else text.encode())
    return path


def turn(field):
    def change(row):
        row[field] = not row[field]

    return change


def refuse_otherwise(row):
    row["verdict"] |= {
        "causes": [
            {"field": "spec.nowhere", "reason": "FieldValueInvalid", "message": "no"}
        ]
    }


WRONG_ROWS = {
    "shouldRun": ("node_decisions", turn("shouldRun")),
    "shouldContinueRunning": ("node_decisions", turn("shouldContinueRunning")),
    "manage": ("sync_decisions", lambda row: row["manage"]["create"].append("n99")),
    "rollingUpdate": (
        "sync_decisions",
        lambda row: row.update(rollingUpdate=impossible_round()),
    ),
    "status": ("sync_decisions", lambda row: row["status"].update(numberReady=77)),
    "code": ("manifest_verdicts", lambda row: row["verdict"].update(code=418)),
    "causes": ("manifest_verdicts", refuse_otherwise),
    "exception": ("node_decisions", lambda row: row.pop("daemonSet")),
}


def impossible_round():
    return {
        side: {"count": 9, "always": [], "sometimes": []}
        for side in ("create", "delete")
    }


@pytest.mark.parametrize("what", WRONG_ROWS)
def test_a_wrong_row_is_reported(what, tmp_path, capsys):
    name, change = WRONG_ROWS[what]
    assert main([str(changed_rows(tmp_path, name, change))]) == 1
    printed = capsys.readouterr().out.splitlines()
    assert any(line.startswith("row 7") and what in line for line in printed)
    assert printed[-1] == "agree 19/20"


def test_a_wrong_wording_is_told_but_not_counted(tmp_path, capsys):
    path = changed_rows(
        tmp_path, "manifest_verdicts", lambda row: row["verdict"].update(message="no")
    )
    assert main([str(path)]) == 0
    assert "code 20/20, causes 20/20, message 19/20" in capsys.readouterr().out


def pods_of(recorded, step):
    return recorded["after"][step]["pods"]


WRONG_STEPS = {
    "step 2 (pods): groups": lambda r: pods_of(r, 2)[0].update(phase="Failed"),
    "step 4 (patch): daemon_sets": lambda r: r["after"][4]["daemonSets"]["filebeat-ds"][
        "status"
    ].update(numberReady=1),
    "step 5 (pods): revisions": lambda r: r["after"][5]["revisions"].pop(),
    "step 6 (pods): endpoints": lambda r: r["after"][6]["endpoints"]["filebeat"].pop(),
    "step 1 (create): error": lambda r: r["after"][1].update(
        error={"code": 422, "reason": "Invalid"}
    ),
    "events": lambda r: r["events"].pop("Pod Scheduled Normal default-scheduler"),
    "exception": lambda r: r["steps"][3].update(do="sing"),
}


@pytest.mark.parametrize("what", WRONG_STEPS)
def test_a_wrong_trace_is_reported(what, tmp_path, capsys):
    recorded = json.loads(TRACE.read_text(encoding="utf-8"))
    WRONG_STEPS[what](recorded)
    path = tmp_path / "trace.json"
    path.write_text(json.dumps(recorded), encoding="utf-8")
    assert main([str(path)]) == 1
    printed = capsys.readouterr().out.splitlines()
    assert f"service-surge: {what}" in printed
    assert printed[-1] == "agree 0/1"


def quota_of(recorded, step):
    return recorded["after"][step]["resourceQuotas"]["q"]


def pod_of(recorded, step, name):
    [found] = [p for p in pods_of(recorded, step) if p.get("name") == name]
    return found


def part_of(recorded, step, part):
    return recorded["after"][step][part]


def status_of(recorded, step, part):
    (found,) = part_of(recorded, step, part).values()
    return found["status"]


WRONG_WORKLOADS = {
    "b-quota-used: step 3 (create): resourceQuotas": lambda r: quota_of(r, 3)["used"].update(pods="3"),
    "b-quota-used: step 6 (pods): nodes": lambda r: pod_of(r, 6, "p1").update(statusReason="Other"),
    "b-limitrange-daemonset: step 3 (wait): daemonSets": lambda r: part_of(r, 3, "daemonSets").clear(),
    "b-limitrange-daemonset: events": lambda r: r["eventList"].pop(),
    "c-pdb-daemonset-min: step 5 (evict): evictions": lambda r: part_of(r, 5, "evictions")[0].update(code=201),
    "c-pdb-ended: step 4 (create): podDisruptionBudgets": lambda r: part_of(r, 4, "podDisruptionBudgets").clear(),
    "b-psa-restricted: step 2 (create): warnings": lambda r: part_of(r, 2, "warnings").pop(),
    "b-quota-scopes: step 4 (create): error": lambda r: part_of(r, 4, "error").update(code=409),
    "a-nominated-overtaken: step 8 (create): nodes": lambda r: pod_of(r, 8, "second").pop("nominatedNode"),
    "a-younger-first: step 9 (create): nodes": lambda r: pod_of(r, 9, "young").update(terminating=False),
    "d-recreate: step 2 (pods): deployments": lambda r: part_of(r, 2, "deployments")["web"].update(revision="7"),
    "d-rs-bare: step 5 (patch): replicaSets": lambda r: part_of(r, 5, "replicaSets")[0].update(replicas=9),
    "d-pod-deleted: events": lambda r: r["eventList"].pop(),
    "e-sts-history: step 3 (patch): statefulSets": lambda r: status_of(r, 3, "statefulSets").update(updateRevision=1),
    "e-sts-ordered-start: step 2 (pods): nodes": lambda r: pod_of(r, 2, "db-1").update(phase="Running"),
    "e-job-backoff: step 7 (pods): jobs": lambda r: part_of(r, 7, "jobs")[0]["status"].update(failed=1),
    "e-cron: step 5 (pods): cronJobs": lambda r: part_of(r, 5, "cronJobs")["tick"].update(active=3),
    "f-spread-zone: step 5 (create): nodes": lambda r: pod_of(r, 5, "p4")["unscheduled"].update(message="no"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG_WORKLOADS)
def test_a_wrong_record_of_workloads_is_reported(what, tmp_path, capsys):
    name = what.partition(":")[0]
    path = REFERENCE / "workloads" / "traces" / f"{name}.json"
    recorded = json.loads(path.read_text(encoding="utf-8"))
    WRONG_WORKLOADS[what](recorded)
    (tmp_path / "t.json").write_text(json.dumps(recorded), encoding="utf-8")
    assert main([str(tmp_path)]) == 1
    printed = capsys.readouterr().out.splitlines()
    assert what in printed and printed[-1] == "agree 0/1"


def test_what_a_record_marks_as_chance_is_left_out(tmp_path):
    path = REFERENCE / "workloads" / "traces" / "b-missing-priorityclass.json"
    recorded = json.loads(path.read_text(encoding="utf-8"))
    [marked] = [after for after in recorded["after"] if "chance" in after]
    marked["daemonSets"] = {}
    (tmp_path / "t.json").write_text(json.dumps(recorded), encoding="utf-8")
    assert main([str(tmp_path)]) == 0


def test_a_trace_with_a_step_left_unrecorded_does_not_agree(tmp_path):
    recorded = json.loads(TRACE.read_text(encoding="utf-8"))
    recorded["after"].pop()
    (tmp_path / "trace.json").write_text(json.dumps(recorded), encoding="utf-8")
    assert main([str(tmp_path)]) == 1


def test_a_refusal_in_other_words_is_told_but_not_counted(tmp_path, capsys):
    recorded = json.loads(
        (REFERENCE / "traces" / "selector-mismatch.json").read_text(encoding="utf-8")
    )
    refused = next(record for record in recorded["after"] if "error" in record)
    refused["error"]["message"] = "no"
    (tmp_path / "trace.json").write_text(json.dumps(recorded), encoding="utf-8")
    assert main([str(tmp_path)]) == 0
    assert "worded differently" in capsys.readouterr().out


SESSION = {
    "name": "k",
    "steps": [{"do": "kubectl", "argv": ["version"]}],
    "after": [{}],
    "events": {},
}


@pytest.mark.parametrize(
    ("answer", "told", "last"),
    [
        (
            (1, 2, [("step 0 kubectl version: stdout", ["a"], ["b"])], [0]),
            "k: step 0 kubectl version: stdout",
            "agree 1/2",
        ),
        (ValueError("odd"), "k: exception", "agree 0/2"),
        (
            FileNotFoundError("kubectl"),
            "k is not played: there is no kubectl",
            "agree 0/0",
        ),
    ],
    ids=["differs", "breaks", "is not played"],
)
def test_a_session_of_kubectl_that(answer, told, last, tmp_path, capsys, monkeypatch):
    def session(recorded):
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setitem(sys.modules, SESSIONS, SimpleNamespace(session=session))
    (tmp_path / "k.json").write_text(json.dumps(SESSION), encoding="utf-8")
    assert main([str(tmp_path)]) == int(last != "agree 0/0")
    printed = capsys.readouterr().out.splitlines()
    assert told in printed and printed[-1] == last


# The command ------------------------------------------------------------------------------------------------------


def test_a_folder_stands_for_all_in_it_and_below(tmp_path, capsys):
    changed_rows(tmp_path, "node_decisions", turn("shouldRun"), compressed=True)
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "t.json").write_bytes(TRACE.read_bytes())
    assert main([str(tmp_path)]) == 1
    printed = capsys.readouterr().out.splitlines()
    assert f"{tmp_path / 'node_decisions-more.jsonl.gz'}: 19/20" in printed
    assert f"{tmp_path / 'deeper' / 't.json'}: 1/1" in printed
    assert printed[-1] == "agree 20/21"


@pytest.mark.parametrize("path", ["README.md", "traces/nowhere.json"])
def test_what_is_no_record_is_refused(path, capsys):
    with pytest.raises(SystemExit) as ended:
        main([str(REFERENCE / path)])
    assert ended.value.code == 2
    assert "no records of a known kind" in capsys.readouterr().err


def test_the_command_ends_with_the_figures():
    command = [sys.executable, "-m", "tests.conformance", str(TRACE)]
    done = subprocess.run(
        command, cwd=REFERENCE.parent.parent, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "agree 1/1"


def test_differences_are_cut_unless_all_is_asked_for():
    report = Report(differences=[("row 1", "status", "x" * 900, "y")] * 30)
    short, whole = report.lines(everything=False), report.lines(everything=True)
    assert len(short) == 61 and "10 more" in short[-1] and max(map(len, short)) < 500
    assert len(whole) == 90 and "x" * 900 in whole[1]


@pytest.mark.parametrize(
    ("expected", "got", "unlike"),
    [
        (
            {"a": 1, "b": {"c": 1, "d": 2}},
            {"a": 1, "b": {"c": 9, "d": 2}},
            ({"b": {"c": 1}}, {"b": {"c": 9}}),
        ),
        ({"a": 1}, {"b": 2}, ({"a": 1}, {"b": 2})),
        (Counter("aab"), Counter("abc"), (["a"], ["c"])),
        ("x", None, ("x", None)),
    ],
)
def test_only_what_is_unlike_is_shown(expected, got, unlike):
    assert parted(expected, got) == unlike
