"""One small change of a cluster as plain data: how it is made here, and the kubectl line that makes it anywhere."""

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
"""What stands below the API and has to be mended there: `kind` of an edit that is a MACHINE's."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of one object. `body` is the patch, or the object that is created.

    What is below the API (verb MACHINE: a kubelet, a disk) is mended by no kubectl line; `line` is a remark then.
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
        """Carry it out. Raises ApiError where the API server refuses."""
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
        """What is created or changed, as YAML; '' for what is deleted or mended below the API."""
        if not self.body:
            return ""
        row = resource(self.kind)
        about = {"name": self.name}
        if row.namespaced:
            about["namespace"] = self.namespace
        # A patch of labels has metadata of its own.
        metadata = {**about, **self.body.get("metadata", {})}
        head = {"apiVersion": row.api_version, "kind": row.kind, "metadata": metadata}
        shown = {**head, **self.body, "metadata": metadata}
        return yaml.safe_dump(shown, allow_unicode=True, sort_keys=False)

    def as_data(self) -> str:
        """All of it as a text, from which `from_data` makes it again."""
        about = [self.verb, self.kind, self.name, self.namespace, self.line]
        how = [self.body, self.patch_type, self.manager, self.size]
        return json.dumps([*about, *how], ensure_ascii=False, separators=(",", ":"))


def from_data(text: str) -> Edit:
    """The edit of a text that `as_data` made. Raises ValueError, TypeError."""
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
    """kubectl's -n, where it is needed."""
    if namespace in ("", "default"):
        return ""
    return f" -n {namespace}"


def compact(value: Any) -> str:
    """A patch as one argument of a shell's line."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return quote(text)


SHORT = {"DaemonSet": "ds", "StatefulSet": "sts", "Deployment": "deployment"}
"""The names that kubectl's users type."""


def typed_name(kind: str) -> str:
    """A kind as it is typed."""
    return SHORT.get(kind) or resource(kind).singular


def patched(
    o: Object, patch: Object, size: int = 1, type: str = "strategic", line: str = ""
) -> Edit:
    """A patch of an object; `line` where kubectl has a shorter word for it than patch."""
    about = o["metadata"]
    place = about.get("namespace", "")
    if not line:
        # Strategic is what kubectl takes unless told otherwise.
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
        # As the command of that name signs. Kubernetes: kubectl/pkg/cmd, --field-manager
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
    """An object that is made anew."""
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
    """An object that goes."""
    about = o["metadata"]
    place = about.get("namespace", "")
    line = f"kubectl{flag(place)} delete {typed_name(o['kind'])} {about['name']}"
    return Edit(DELETE, o["kind"], about["name"], place, line)


def mended(what: str, name: str, line: str) -> Edit:
    """What is put right below the API."""
    return Edit(MACHINE, what, name, "", line)
