"""`python -m tests.conformance PATH... [--all] [-k NAME]`: compare the model with records of the real Kubernetes.

A PATH is a file (`node_decisions*`, `sync_decisions*`, `manifest_verdicts*` as JSON lines, compressed or not; a trace,
a kubectl session or a scenario of the kubelet as `.json`) or a folder with such files. `-k` takes the files whose name
has NAME in it. The last line is `agree N/M`; exit status 1 when something differs that is not known to.
"""

import argparse
import json
import sys
from collections import Counter
from importlib import import_module
from pathlib import Path

from k8slearn.parity import kubelet, node_decision, sync_decision, traces, workloads
from k8slearn.parity.manifests import replay
from k8slearn.parity.reference import rows
from tests.conformance.known_differences import KNOWN
from tests.conformance.known_workloads import SOMETIMES, STEPS, TRACES
from tests.conformance.report import Report

ASPECTS = ("code", "causes", "message")
SESSIONS = "tests.conformance.kubectl_sessions"


def replay_rows(path, decide):
    """Compare each row with a decision of the model; `decide` returns the differences."""
    report = Report()
    for number, row in enumerate(rows(path), start=1):
        found = guarded(decide, row)
        report.total += 1
        report.agree += not found
        report.differences += [(f"row {number}", *difference) for difference in found]
    return report


def guarded(find_differences, *args):
    """The differences found; an exception in the model counts as one."""
    try:
        return find_differences(*args)
    except Exception as error:
        return [described(error)]


def described(error):
    """An exception as a difference."""
    return "exception", "an answer", f"{type(error).__name__}: {error}"


def replay_node_decisions(path):
    """Replay whether a Pod may start on a Node, and whether it may stay."""
    return replay_rows(path, node_decision)


def replay_sync_decisions(path):
    """Replay the controller's three decisions, each from a frozen state."""
    return replay_rows(path, sync_decision)


def replay_verdicts(path):
    """Replay the API server's answers to manifests: three figures; a row agrees when code and causes do."""
    report, counts = Report(), Counter()
    for number, row in enumerate(rows(path), start=1):
        found, right = compare_verdict(row)
        report.total += 1
        report.agree += right["code"] and right["causes"]
        counts.update(aspect for aspect in ASPECTS if right[aspect])
        report.differences += [
            (f"row {number} ({row['case']})", *difference) for difference in found
        ]
    report.notes.append(
        ", ".join(f"{aspect} {counts[aspect]}/{report.total}" for aspect in ASPECTS)
    )
    return report


def compare_verdict(row):
    """The differences of a verdict, and whether code, causes and message are right."""
    try:
        got = replay([row])[0]
    except Exception as error:
        return [described(error)], dict.fromkeys(ASPECTS, False)
    right = {aspect: got[f"{aspect}_ok"] for aspect in ASPECTS}
    wrong = [aspect for aspect in ASPECTS if not right[aspect]]
    return [(", ".join(wrong), got["expected"], got["got"])] if wrong else [], right


def replay_json(path):
    """Replay a trace, a session of kubectl, or a scenario of the kubelet."""
    recorded = json.loads(path.read_text(encoding="utf-8"))
    if "script" in recorded:
        return replay_kubelet(recorded)
    replay_it = replay_session if is_session(recorded) else replay_trace
    return replay_it(recorded)


def is_session(recorded):
    """Whether a record contains commands of the real kubectl."""
    return any(step["do"] == "kubectl" for step in recorded["steps"])


def replay_kubelet(recorded):
    """Replay a scenario, which counts as one case; a known difference is reported with its reason."""
    name = recorded["name"]
    found = guarded(kubelet.scenario, recorded)
    report = Report(int(not found), 1, [(name, *difference) for difference in found])
    if name in KNOWN and found:
        report.known = 1
        report.notes.append(f"known: {KNOWN[name]}")
    elif name in KNOWN:
        report.notes.append(f"{name} agrees, and stands among the known differences")
    return report


def replay_trace(recorded):
    """Replay a trace, which counts as one case and agrees when all steps and the Events at the end do."""
    notes = []
    how = workloads if workloads.is_of_this_kind(recorded) else traces
    name = recorded.get("name", "trace")

    def find_differences():
        played = how.play(recorded)
        notes.extend(
            f"worded differently, not counted: {difference}"
            for difference in how.wording(recorded, played)
        )
        return how.differences(recorded, played)

    found = guarded(find_differences)
    known = bool(found) and name in TRACES
    if known:
        notes.append(f"known: {TRACES[name]}")
    differences = [(name, *difference) for difference in found]
    return Report(int(not found), 1, differences, notes, int(known))


def replay_session(recorded):
    """Replay a session with the real kubectl, in which each step counts as one case."""
    name = recorded.get("name", "session")
    try:
        agree, total, found, wrong = import_module(SESSIONS).session(recorded)
    except FileNotFoundError as missing:
        return Report(notes=[f"{name} is not played: there is no {missing}"])
    except Exception as error:
        steps = sum(step["do"] == "kubectl" for step in recorded["steps"])
        agree, total, found = 0, steps + 1, [described(error)]
        wrong = list(range(steps + 1))
    reasons = STEPS.get(name, {}) | SOMETIMES.get(name, {})
    known = [step for step in wrong if step in reasons]
    return Report(
        agree,
        total,
        [(name, *difference) for difference in found],
        [f"known: step {step}: {reasons[step]}" for step in known],
        len(known),
    )


BY_NAME = {
    "node_decisions": replay_node_decisions,
    "sync_decisions": replay_sync_decisions,
    "manifest_verdicts": replay_verdicts,
}


def replayer(path):
    """The function that replays a file, None for a file of another kind."""
    for beginning, replay_file in BY_NAME.items():
        if path.name.startswith(beginning) and path.name.endswith(
            (".jsonl", ".jsonl.gz")
        ):
            return replay_file
    return replay_json if path.suffix == ".json" else None


def files_of(path):
    """The files of a path: itself, or all records in the folder and below."""
    return (
        sorted(p for p in path.rglob("*") if p.is_file() and replayer(p))
        if path.is_dir()
        else [path]
    )


def main(args):
    """Replay all files, print what differs and the figures; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.conformance", description=__doc__.splitlines()[0]
    )
    parser.add_argument(
        "paths",
        metavar="PATH",
        nargs="+",
        type=Path,
        help="a file or a folder of records",
    )
    parser.add_argument(
        "--all", action="store_true", help="print every difference, and all of it"
    )
    parser.add_argument("-k", metavar="NAME", default="", help="files with this name")
    options = parser.parse_args(args)
    found = [file for each in options.paths for file in files_of(each)]
    paths = [file for file in found if options.k in file.name]
    strange = [
        path
        for path in paths or options.paths
        if not path.is_file() or replayer(path) is None
    ]
    if strange:
        parser.error(f"no records of a known kind: {', '.join(map(str, strange))}")
    reports = [tell(path, replayer(path)(path), options.all) for path in paths]
    agree, total = (
        sum(report.agree for report in reports),
        sum(report.total for report in reports),
    )
    known = sum(report.known for report in reports)
    if known:
        print(f"known to differ, each with its reason: {known}")
    print(f"agree {agree}/{total}")
    return int(agree + known < total)


def tell(path, report, everything):
    """Print the report of a file."""
    for line in report.lines(everything):
        print(line)
    print(f"{path}: {report.agree}/{report.total}", flush=True)
    return report


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
