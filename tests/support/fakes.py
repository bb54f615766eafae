"""Plain objects for the tests of the view, without a cluster."""

from __future__ import annotations

from typing import Any

from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import key

IMAGE = "ikubernetes/filebeat:5.6.5-alpine"
NEWER_IMAGE = "ikubernetes/filebeat:5.6.6-alpine"
DAEMON_SET = {
    "apiVersion": "apps/v1",
    "kind": "DaemonSet",
    "metadata": {"name": "filebeat-ds"},
    "spec": {
        "selector": {"matchLabels": {"app": "filebeat"}},
        "template": {
            "metadata": {"labels": {"app": "filebeat"}},
            "spec": {"containers": [{"name": "filebeat", "image": IMAGE}]},
        },
    },
}
STATES = {
    "unbound": ("Pending", "False"),
    "starting": ("Pending", "False"),
    "not-ready": ("Running", "False"),
    "ready": ("Running", "True"),
    "ending": ("Running", "True"),
    "failed": ("Failed", "False"),
    "succeeded": ("Succeeded", "False"),
}


class Listed:
    """Objects by kind, as `scene_of` reads them."""

    def __init__(self, *objects: Any) -> None:
        self.objects = objects

    def list(self, kind: str) -> list[Any]:
        return [o for o in self.objects if o["kind"] == kind]


def node(
    name: str,
    *,
    taints: Any = (),
    ready: str = "True",
    cordoned: bool = False,
    **labels: str,
) -> Any:
    spec = {"taints": list(taints), "unschedulable": cordoned}
    status = {"conditions": [{"type": "Ready", "status": ready}]}
    return {
        "kind": "Node",
        "metadata": {"name": name, "labels": labels},
        "spec": spec,
        "status": status,
    }


def pod(
    name: str,
    on: str,
    revision: int = 1,
    state: str = "ready",
    owner: str = "filebeat-ds",
) -> Any:
    phase, ready = STATES[state]
    meta: Any = {"name": name, "namespace": "default", "uid": f"uid-{name}"}
    meta["labels"] = {"controller-revision-hash": f"hash{revision}"}
    meta["ownerReferences"] = [
        {"kind": "DaemonSet", "name": owner, "uid": owner, "controller": True}
    ]
    if state == "ending":
        meta["deletionTimestamp"] = "2026-01-01T00:00:09Z"
    term = {"matchFields": [{"key": "metadata.name", "operator": "In", "values": [on]}]}
    required = {
        "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [term]}
    }
    spec: Any = {"affinity": {"nodeAffinity": required}} | (
        {} if state == "unbound" else {"nodeName": on}
    )
    status = {"phase": phase, "conditions": [{"type": "Ready", "status": ready}]}
    return {"kind": "Pod", "metadata": meta, "spec": spec, "status": status}


def daemon_set(name: str = "filebeat-ds", **status: int) -> Any:
    return {
        **DAEMON_SET,
        "metadata": {"name": name, "namespace": "default", "uid": name},
        "status": status,
    }


def revision(number: int) -> Any:
    meta = {
        "name": f"rev{number}",
        "namespace": "default",
        "labels": {"controller-revision-hash": f"hash{number}"},
    }
    return {"kind": "ControllerRevision", "metadata": meta, "revision": number}


def change(
    o: Any,
    actor: str = "daemonset-controller",
    kind: str = "MODIFIED",
    previous: Any = None,
) -> Change:
    return Change(7, 42.0, actor, kind, o, previous, key(o))


def many(count: int, **more: Any) -> Listed:
    """`count` Nodes with a ready Pod each."""
    nodes = [node(f"node{i}", **more) for i in range(1, count + 1)]
    pods = [pod(f"pod{i}", f"node{i}") for i in range(1, count + 1)]
    return Listed(daemon_set(), revision(1), revision(2), *nodes, *pods)
