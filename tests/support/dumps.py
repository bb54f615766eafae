"""Dumps for tests: what the API gives out of a model's cluster, as kubectl would write it."""

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
    """A dump as a file, in the format that its name asks for."""
    if path.suffix == ".json":
        path.write_text(json.dumps(content, indent=4))
    else:
        path.write_text(as_yaml(content))
    return path


class _NoReferences(yaml.CSafeDumper):
    """As Go writes it: everything is written out."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def as_yaml(content: Any) -> str:
    """YAML as kubectl writes it."""
    return yaml.dump(content, Dumper=_NoReferences, default_flow_style=False)


def without_managed_fields(content: dict[str, Any]) -> dict[str, Any]:
    """As kubectl shows objects unless `--show-managed-fields` is given."""
    items = []
    for o in content["items"]:
        metadata = {k: v for k, v in o["metadata"].items() if k != "managedFields"}
        items.append({**o, "metadata": metadata})
    return {**content, "items": items}
