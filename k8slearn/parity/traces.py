"""Replays recorded traces and compares the cluster after each step, up to a renaming of like Nodes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from json import dumps
from typing import Any

from k8slearn.parity.decisions import Difference, without_zeros
from k8slearn.scenario import QUIET, Scenario

FEW = 10


def play(recorded: Mapping[str, Any]) -> Scenario:
    """Play the steps of a record on a fresh cluster; its `records` and Events are there afterwards."""
    scenario = Scenario(recorded["steps"], quiet=recorded.get("quiet", QUIET))
    scenario.play()
    return scenario


def trace(recorded: Mapping[str, Any]) -> list[Difference]:
    """(what, expected, got) for each part of each step, and of the Events at the end, that differs."""
    return differences(recorded, play(recorded))


def differences(recorded: Mapping[str, Any], played: Scenario) -> list[Difference]:
    """(what, expected, got) for each part that differs between a record and the same steps played."""
    found = [
        (f"step {number} ({step['do']}): {part}", want, have)
        for number, step, expected, got in _steps(recorded, played)
        for part, want, have in compare(expected, got)
    ]
    return found + compare_events(recorded["events"], played.events())


def wording(recorded: Mapping[str, Any], played: Scenario) -> list[Difference]:
    """(what, expected, got) for each refusal that is worded differently."""
    return [
        (
            f"step {number} ({step['do']}): message",
            message_of(expected),
            message_of(got),
        )
        for number, step, expected, got in _steps(recorded, played)
        if message_of(expected) != message_of(got)
    ]


def _steps(
    recorded: Mapping[str, Any], played: Scenario
) -> Iterable[tuple[int, Any, Any, Any]]:
    numbers = range(len(recorded["steps"]))
    return zip(
        numbers, recorded["steps"], recorded["after"], played.records, strict=True
    )


def compare(expected: Mapping[str, Any], got: Mapping[str, Any]) -> list[Difference]:
    """The parts of a snapshot that differ."""
    differences: list[Difference] = []
    for view in (groups_of, daemon_sets_of, revisions_of, endpoints_of, error_of):
        want, have = view(expected), view(got)
        if want != have:
            differences.append((view.__name__.removesuffix("_of"), want, have))
    return differences


def group(node: str) -> str:
    """A Node's name without its trailing digits: Nodes of one group are alike."""
    return node.rstrip("0123456789")


def groups_of(record: Mapping[str, Any]) -> dict[str, Counter[str]]:
    """For each group of Nodes the multiset of its Nodes' states."""
    pods: dict[str, list[str]] = defaultdict(list)
    for pod in record["pods"]:
        pods[pod["node"]].append(
            dumps({k: v for k, v in pod.items() if k != "node"}, sort_keys=True)
        )
    states: dict[str, Counter[str]] = defaultdict(Counter)
    for node in record["nodes"].keys() | pods.keys():
        about = record["nodes"].get(node)
        about = about and {**about, "taints": sorted(about["taints"])}
        states[group(node)][dumps([about, sorted(pods[node])], sort_keys=True)] += 1
    return dict(states)


def daemon_sets_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """The DaemonSets, without status fields that are 0."""
    return {
        name: {**ds, "status": without_zeros(ds["status"])}
        for name, ds in record["daemonSets"].items()
    }


def revisions_of(record: Mapping[str, Any]) -> list[str]:
    """The ControllerRevisions in no order."""
    return sorted(dumps(revision, sort_keys=True) for revision in record["revisions"])


def endpoints_of(record: Mapping[str, Any]) -> dict[str, list[str]]:
    """The endpoints of each Service in no order, by group of Nodes."""
    found = record.get("endpoints") or {}
    return {
        name: sorted(_endpoint(e) for e in endpoints)
        for name, endpoints in found.items()
    }


def _endpoint(endpoint: Mapping[str, Any]) -> str:
    return dumps({**endpoint, "node": group(endpoint["node"])}, sort_keys=True)


def error_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """The refusal without its wording."""
    error = record.get("error") or {}
    causes: Iterable[Any] = error.get("causes") or ()
    return {
        **{k: error.get(k) for k in ("code", "reason")},
        "causes": sorted(map(dumps, causes)),
    }


def message_of(record: Mapping[str, Any]) -> str:
    """The wording of the refusal, '' when there was none."""
    return str((record.get("error") or {}).get("message", ""))


def compare_events(
    expected: Mapping[str, int], got: Mapping[str, int]
) -> list[Difference]:
    """Which sorts of Events there are, and how many where they are few: many are folded by chance."""
    want = {
        sort: count if count < FEW else FEW
        for sort, count in expected.items()
        if not sort.startswith("Node ")
    }
    have = {
        sort: min(count, FEW) if sort in want else count for sort, count in got.items()
    }
    return [] if want == have else [("events", want, have)]
