"""Edits: small changes of a cluster as plain data, with the equivalent kubectl lines."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from shlex import quote
from typing import Any

import yaml

from k8slearn.apimachinery.objects import Object
from k8slearn.cluster import Cluster
from k8slearn.kinds import resource

CREATE, PATCH, DELETE, MACHINE = "create", "patch", "delete", "machine"
NODE, DISK, MEMORY, IMAGES, CONTROLLER = (
    "node",
    "disk",
    "memory",
    "images",
    "controller",
)
"""The `kind` of an edit with verb MACHINE: what it mends below the API."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of one object. `body` is the patch, or the object that is created.

    With verb MACHINE it mends something below the API (a kubelet, a disk), and `line` is a remark.
    """

    verb: str
    kind: str
    name: str
    namespace: str
    line: str
    body: Object = field(default_factory=dict)
    patch_type: str = "strategic"
    manager: str = "kubectl-patch"
    size: int = 1

    def apply(self, cluster: Cluster) -> None:
        """Make the change. Raises ApiError where the API server refuses it."""
        if self.verb == MACHINE:
            _MENDED[self.kind](cluster, self.name)
        elif self.verb == CREATE:
            cluster.create(self.body, manager=self.manager)
        elif self.verb == DELETE:
            cluster.delete(self.kind, self.name, namespace=self.namespace)
        else:
            cluster.patch(
                self.kind,
                self.name,
                self.body,
                namespace=self.namespace,
                type=self.patch_type,
                manager=self.manager,
            )

    def yaml(self) -> str:
        """What is created or changed, as YAML; '' for deletions and edits below the API."""
        if not self.body:
            return ""
        row = resource(self.kind)
        about = {"name": self.name}
        if row.namespaced:
            about["namespace"] = self.namespace
        # A patch of labels contains metadata.
        metadata = {**about, **self.body.get("metadata", {})}
        head = {"apiVersion": row.api_version, "kind": row.kind, "metadata": metadata}
        shown = {**head, **self.body, "metadata": metadata}
        return yaml.safe_dump(shown, allow_unicode=True, sort_keys=False)

    def as_data(self) -> str:
        """The edit as JSON, for `from_data`."""
        about = [self.verb, self.kind, self.name, self.namespace, self.line]
        how = [self.body, self.patch_type, self.manager, self.size]
        return json.dumps([*about, *how], ensure_ascii=False, separators=(",", ":"))


def from_data(text: str) -> Edit:
    """Parse an edit from `as_data`. Raises ValueError or TypeError."""
    found = Edit(*json.loads(text))
    known = found.kind in _MENDED if found.verb == MACHINE else found.verb in _VERBS
    if not known or not isinstance(found.body, dict):
        raise ValueError(found.verb)
    return found


_VERBS = (CREATE, PATCH, DELETE)
_MENDED: dict[str, Any] = {
    NODE: lambda cluster, node: cluster.set_node_ready(node, "True"),
    DISK: lambda cluster, node: cluster.set_usage(node, disk="0"),
    MEMORY: lambda cluster, node: cluster.set_usage(node, memory="0"),
    IMAGES: lambda cluster, _: cluster.registry_down(False),
    CONTROLLER: lambda cluster, name: cluster.start_controller(name),
}


# How they are written --------------------------------------------------------------------------------------------


def flag(namespace: str) -> str:
    """kubectl's option -n, '' for the default namespace."""
    if namespace in ("", "default"):
        return ""
    return f" -n {namespace}"


def compact(value: Any) -> str:
    """A patch as compact JSON, for one argument of a shell."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return quote(text)


SHORT = {"DaemonSet": "ds", "StatefulSet": "sts", "Deployment": "deployment"}
"""kubectl's short names of kinds."""


def typed_name(kind: str) -> str:
    """The name of a kind in a kubectl command."""
    return SHORT.get(kind) or resource(kind).singular


def patched(
    o: Object, patch: Object, size: int = 1, type: str = "strategic", line: str = ""
) -> Edit:
    """An edit that patches an object; `line` is a shorter command than `kubectl patch`, if there is one."""
    about = o["metadata"]
    place = about.get("namespace", "")
    if not line:
        # strategic is kubectl's default.
        how = "" if type == "strategic" else f" --type {type}"
        what = f"{typed_name(o['kind'])} {about['name']}"
        line = f"kubectl{flag(place)} patch {what}{how} -p {compact(patch)}"
    words = line.removeprefix(f"kubectl{flag(place)} ").split()
    return Edit(
        PATCH,
        o["kind"],
        about["name"],
        place,
        line,
        body=patch,
        patch_type=type,
        # The field manager of that command. Kubernetes: kubectl/pkg/cmd, --field-manager
        manager=_MANAGERS.get(words[0], "kubectl-patch"),
        size=size,
    )


_MANAGERS = {
    "label": "kubectl-label",
    "taint": "kubectl-taint",
    "uncordon": "kubectl",
    "set": "kubectl-set",
    "rollout": "kubectl-rollout",
}


def created(o: Object, line: str, size: int = 1) -> Edit:
    """An edit that creates an object."""
    about = o["metadata"]
    place = about.get("namespace", "")
    return Edit(
        CREATE,
        o["kind"],
        about["name"],
        place,
        line,
        body=o,
        manager="kubectl-create",
        size=size,
    )


def deleted(o: Object) -> Edit:
    """An edit that deletes an object."""
    about = o["metadata"]
    place = about.get("namespace", "")
    line = f"kubectl{flag(place)} delete {typed_name(o['kind'])} {about['name']}"
    return Edit(DELETE, o["kind"], about["name"], place, line)


def mended(what: str, name: str, line: str) -> Edit:
    """An edit that mends something below the API."""
    return Edit(MACHINE, what, name, "", line)
