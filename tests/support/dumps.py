"""Dumps for tests: the objects of a model's cluster as kubectl writes them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from k8slearn.cluster import Cluster
from k8slearn.kinds import KINDS


def listed(cluster: Cluster, without: Iterable[str] = ()) -> dict[str, Any]:
    """A List of all objects, as `kubectl get … -A -o json` answers."""
    items = []
    left_out = {*without}
    for row in KINDS:
        if row.kind in left_out or row.kind == "Endpoints":
            continue
        for o in cluster.list(row.kind):
            items.append(cluster.registry.shown(o))
    for row in cluster.registry.custom.rows:
        items += [cluster.registry.shown(o) for o in cluster.list(row.kind)]
    return {
        "apiVersion": "v1",
        "kind": "List",
        "items": items,
        "metadata": {"resourceVersion": ""},
    }


def write(path: Path, content: dict[str, Any]) -> Path:
    """Write a dump in the format of the path's ending; returns the path."""
    if path.suffix == ".json":
        path.write_text(json.dumps(content, indent=4))
    else:
        path.write_text(as_yaml(content))
    return path


class _NoReferences(yaml.CSafeDumper):
    """A dumper without YAML anchors, as in Go."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def as_yaml(content: Any) -> str:
    """YAML as kubectl writes it."""
    return yaml.dump(content, Dumper=_NoReferences, default_flow_style=False)


def without_managed_fields(content: dict[str, Any]) -> dict[str, Any]:
    """The objects without managedFields, as kubectl prints them by default."""
    items = []
    for o in content["items"]:
        metadata = {k: v for k, v in o["metadata"].items() if k != "managedFields"}
        items.append({**o, "metadata": metadata})
    return {**content, "items": items}
