"""Finds and reads the records of the real Kubernetes."""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

Record = dict[str, Any]
"""One line of a file of decisions, or a whole trace, as it was recorded."""

PACKAGE = Path(__file__).resolve().parent.parent


def folder() -> Path:
    """The folder of the records: the checkout's, or the one in the wheel. Raises FileNotFoundError without any."""
    # The checkout first, so that new records are used at once.
    checkout = PACKAGE.parent / "tests" / "reference"
    for place in (checkout, PACKAGE / "_reference"):
        if place.is_dir():
            return place
    raise FileNotFoundError("no recorded reference beside the package")


def rows(path: Path) -> list[Record]:
    """The rows of a JSON lines file, compressed or not."""
    data = path.read_bytes()
    # Compressed in the repository (the decisions are 10 MB of text); new records need not be.
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def decisions(name: str) -> list[Record]:
    """The rows of node_decisions, sync_decisions or manifest_verdicts."""
    return rows(folder() / f"{name}.jsonl.gz")


@cache
def traces() -> dict[str, Record]:
    """All recorded traces by name, in the order of their names."""
    return _by_name("traces")


@cache
def workloads() -> dict[str, Record]:
    """The traces about more than DaemonSets, without kubectl's sessions."""
    found = _by_name("workloads/traces")
    return {
        name: trace
        for name, trace in found.items()
        if all(step["do"] != "kubectl" for step in trace["steps"])
    }


@cache
def kubelet() -> dict[str, Record]:
    """The recorded scenarios of the kubelet by name."""
    return _by_name("kubelet")


def _by_name(place: str) -> dict[str, Record]:
    found = (
        json.loads(path.read_text(encoding="utf-8"))
        for path in sorted((folder() / place).glob("*.json"))
    )
    return {record["name"]: record for record in found}
