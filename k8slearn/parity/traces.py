"""Replays recorded traces and compares the cluster after each step, up to a renaming of equal Nodes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from json import dumps
from typing import Any

from k8slearn.parity.decisions import Difference, without_zeros
from k8slearn.parity.reference import Record
from k8slearn.scenario import QUIET, Scenario

# From this count on upstream aggregates Events by chance (by which cache was first), so only "many" is compared.
FEW = 10


def play(recorded: Record) -> Scenario:
    """Play the steps of a record on a fresh cluster; returns the scenario with its `records` and Events."""
    scenario = Scenario(recorded["steps"], quiet=recorded.get("quiet", QUIET))
    scenario.play()
    return scenario


def trace(recorded: Record) -> list[Difference]:
    """(what, expected, got) for each part of each step, and of the Events at the end, that differs."""
    return differences(recorded, play(recorded))


def differences(recorded: Record, played: Scenario) -> list[Difference]:
    """(what, expected, got) for each part that differs between a record and the same steps played."""
    found: list[Difference] = []
    for title, expected, got in snapshots(recorded, played):
        for part, want, have in compare(expected, got):
            found.append((f"{title}: {part}", want, have))
    return found + compare_events(recorded["events"], played.events())


def wording(recorded: Record, played: Scenario) -> list[Difference]:
    """(what, expected, got) for each refusal that is worded differently."""
    found: list[Difference] = []
    for title, expected, got in snapshots(recorded, played):
        want = message_of(expected)
        have = message_of(got)
        if want != have:
            found.append((f"{title}: message", want, have))
    return found


def snapshots(recorded: Record, played: Scenario) -> Iterable[Difference]:
    """(step, state of the real cluster after it, state of the model)."""
    # strict: otherwise a record with too few snapshots would agree.
    rows = zip(recorded["steps"], recorded["after"], played.records, strict=True)
    for number, (step, expected, got) in enumerate(rows):
        yield f"step {number} ({step['do']})", expected, got


def compare(expected: Record, got: Record) -> list[Difference]:
    """The parts of a snapshot that differ."""
    differences: list[Difference] = []
    for part, view in PARTS.items():
        want = view(expected)
        have = view(got)
        if want != have:
            differences.append((part, want, have))
    return differences


def group(node: str) -> str:
    """The group of a Node: its name without trailing digits. Nodes of a group are equal."""
    return node.rstrip("0123456789")


def groups_of(record: Record) -> dict[str, Counter[str]]:
    """For each group of Nodes the multiset of its Nodes' states."""
    pods: dict[str, list[str]] = defaultdict(list)
    for pod in record["pods"]:
        about = {field: value for field, value in pod.items() if field != "node"}
        pods[pod["node"]].append(dumps(about, sort_keys=True))
    states: dict[str, Counter[str]] = defaultdict(Counter)
    # A multiset, since a real cluster takes equal Nodes in random order.
    for node in record["nodes"].keys() | pods.keys():
        # A Node that is gone may still have Pods.
        about = record["nodes"].get(node)
        if about:
            about = {**about, "taints": sorted(about["taints"])}
        state = dumps([about, sorted(pods[node])], sort_keys=True)
        states[group(node)][state] += 1
    return dict(states)


def daemon_sets_of(record: Record) -> dict[str, Any]:
    """The DaemonSets, without status fields that are 0."""
    found = {}
    for name, daemon_set in record["daemonSets"].items():
        status = without_zeros(daemon_set["status"])
        found[name] = {**daemon_set, "status": status}
    return found


def revisions_of(record: Record) -> list[str]:
    """The ControllerRevisions, sorted."""
    return sorted(dumps(revision, sort_keys=True) for revision in record["revisions"])


def endpoints_of(record: Record) -> dict[str, list[str]]:
    """The endpoints of each Service, sorted, with groups in place of Nodes."""
    found = {}
    # Records of clusters without Services lack this part.
    for name, endpoints in (record.get("endpoints") or {}).items():
        found[name] = sorted(_endpoint(endpoint) for endpoint in endpoints)
    return found


def _endpoint(endpoint: Record) -> str:
    grouped = {**endpoint, "node": group(endpoint["node"])}
    return dumps(grouped, sort_keys=True)


def error_of(record: Record) -> dict[str, Any]:
    """The refusal without its wording."""
    error = record.get("error") or {}
    causes: Iterable[Any] = error.get("causes") or ()
    return {
        "code": error.get("code"),
        "reason": error.get("reason"),
        "causes": sorted(dumps(cause) for cause in causes),
    }


PARTS: dict[str, Callable[[Record], Any]] = {
    "groups": groups_of,
    "daemon_sets": daemon_sets_of,
    "revisions": revisions_of,
    "endpoints": endpoints_of,
    "error": error_of,
}
"""The parts to compare after each step, without names of Pods, uids and times, which are random."""


def message_of(record: Record) -> str:
    """The message of the refusal, '' if there was none."""
    error = record.get("error") or {}
    return str(error.get("message", ""))


def compare_events(
    expected: Mapping[str, int], got: Mapping[str, int]
) -> list[Difference]:
    """Compare the kinds of Events, and their counts where they are few: many are aggregated by chance."""
    want = {}
    for sort, count in expected.items():
        # Without Events about Nodes, which depend on how the recorded Nodes were run.
        if not sort.startswith("Node "):
            want[sort] = min(count, FEW)
    have = {}
    for sort, count in got.items():
        # An unexpected kind is shown with its full count.
        have[sort] = min(count, FEW) if sort in want else count
    if want == have:
        return []
    return [("events", want, have)]
