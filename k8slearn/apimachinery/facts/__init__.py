"""The facts of one Kubernetes version: what the API's types are made of, and what a real API server says of its kinds.

They stand in one generated file, as the server itself words them (OpenAPI v3, discovery, Table, generated.proto).
`python -m tests.support.make_facts` makes it from tests/reference/schema. Another version is another file and VERSION.
"""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

VERSION = "v1.36.2"
"""The version that everything here is true of; its first two numbers name the file."""

Entry = dict[str, Any]


class Column(NamedTuple):
    """A column of a kind's table; `type` is string, integer or date, `priority` 0 unless only `-o wide` shows it."""

    title: str
    type: str
    format: str
    priority: int

    @property
    def wide(self) -> bool:
        """Whether the column is left out unless it is asked for."""
        return self.priority > 0


def path(version: str = VERSION) -> Path:
    """The file of a version such as "v1.36.2"; a patch release changes none of the facts."""
    major, minor, _ = version.split(".")
    name = f"{major}_{minor}.json.gz"
    return Path(__file__).with_name(name)


@cache
def _facts() -> dict[str, Any]:
    # Read when the first type is looked up: importing the package has to stay quick.
    text = gzip.decompress(path().read_bytes())
    found: dict[str, Any] = json.loads(text)
    return found


def schemas() -> dict[str, Entry]:
    """The OpenAPI v3 schema of each type by its full name, such as "io.k8s.api.core.v1.Pod"; without sentences."""
    found: dict[str, Entry] = _facts()["schemas"]
    return found


@cache
def message(name: str) -> dict[int, tuple[str, str, str]] | None:
    """{number: (field, type, label)} of a type on the wire, None for no such type. Kubernetes: generated.proto

    Names are those of `schemas`; labels are optional, repeated and map.
    """
    fields = _facts()["messages"].get(name)
    if fields is None:
        return None
    by_number = {}
    for field, (number, type, label) in fields.items():
        by_number[number] = (field, type, label)
    return by_number


def groups() -> list[str]:
    """The API groups in the order in which a server names them; the core group is not among them."""
    return [group["name"] for group in _facts()["groups"]]


def versions() -> list[str]:
    """Group and version in the order in which a server names them, the preferred one of a group first."""
    found = ["v1"]
    for group in _facts()["groups"]:
        found += [version["groupVersion"] for version in group["versions"]]
    return found


def kinds() -> list[tuple[str, str]]:
    """(apiVersion, kind) of all kinds that a server has, in the order in which it names them."""
    found = []
    for api_version, entries in _facts()["resources"].items():
        for entry in entries:
            # The name of a subresource has a stroke: pods/log.
            if "/" not in entry["name"]:
                found.append((api_version, entry["kind"]))
    return found


def subresources(api_version: str, plural: str) -> list[str]:
    """The names of a kind's parts: status, scale, log, ..."""
    head = f"{plural}/"
    names = _entries(api_version)
    return [name.removeprefix(head) for name in names if name.startswith(head)]


@cache
def _entries(api_version: str) -> dict[str, Entry]:
    """What discovery lists of a version, by name: "pods", "pods/log"."""
    entries = _facts()["resources"].get(api_version, ())
    return {entry["name"]: entry for entry in entries}


@cache
def resource(api_version: str, kind: str) -> Entry:
    """What discovery says of a kind: name (its plural), shortNames, verbs, ...; raises KeyError for an unknown one."""
    for name, entry in _entries(api_version).items():
        # A subresource may have the kind of its object: pods/log is a Pod.
        if entry["kind"] == kind and "/" not in name:
            return entry
    raise KeyError(f"{api_version} has no kind {kind}")


def subresource(api_version: str, plural: str, name: str) -> Entry:
    """What discovery says of a subresource such as ("v1", "pods", "log"); raises KeyError for an unknown one."""
    found = _entries(api_version).get(f"{plural}/{name}")
    if found is None:
        raise KeyError(f"{api_version} {plural} has no subresource {name}")
    return found


def has_subresource(api_version: str, plural: str, name: str) -> bool:
    """Whether discovery knows of a subresource, such as ("v1", "pods", "status")."""
    return f"{plural}/{name}" in _entries(api_version)


@cache
def columns(api_version: str, kind: str) -> tuple[Column, ...]:
    """The columns that the server prints of a kind, the wide ones included; empty for one that it does not print."""
    by_kind = _facts()["columns"]
    rows = by_kind.get(f"{api_version}/{kind}", ())
    return tuple(map(_column, rows))


def _column(row: Entry) -> Column:
    return Column(
        title=row["name"],
        type=row["type"],
        format=row["format"],
        priority=row["priority"],
    )
