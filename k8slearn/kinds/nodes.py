"""Nodes as a kubelet registers them, and what a user changes about them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from zlib import crc32

from k8slearn.apimachinery.objects import Object, timestamp, with_status

VERSION = "v1.36.2"
ALLOCATABLE = {"cpu": "4", "memory": "8Gi", "pods": "110"}
READY = {
    "True": {
        "status": "True",
        "reason": "KubeletReady",
        "message": "kubelet is posting ready status",
    },
    "False": {
        "status": "False",
        "reason": "KubeletNotReady",
        "message": "container runtime is down",
    },
    "Unknown": {
        "status": "Unknown",
        "reason": "NodeStatusUnknown",
        "message": "Kubelet stopped posting node status.",
    },
}
_TAINT = re.compile(
    r"(?P<key>[^=:]+?)(?:=(?P<value>[^:]*))?(?::(?P<effect>NoSchedule|PreferNoSchedule|NoExecute))?(?P<off>-)?"
)
TAINT_SYNTAX = (
    "污点写作 key=value:Effect（Effect 是 NoSchedule、PreferNoSchedule 或 NoExecute），"
    "去掉则在后面加 -：{text!r}"
)


def free_name(taken: Collection[str]) -> str:
    """node1, node2, …: the next name after the highest in use."""
    numbers = [int(name[4:]) for name in taken if re.fullmatch(r"node\d+", name)]
    return f"node{max(numbers, default=0) + 1}"


def address_of(name: str) -> str:
    """A made-up internal address that depends on the name alone: its stem and its trailing number."""
    stem = name.rstrip("0123456789")
    number = int(name[len(stem) :] or 0) + 10
    network = 168 if stem == "node" else 169 + crc32(stem.encode()) % 80
    return f"192.{network}.{number // 256 % 256}.{number % 256}"


def new_node(
    name: str,
    now: float,
    *,
    labels: Mapping[str, str] | None = None,
    taints: Sequence[str | Object] | None = None,
    allocatable: Mapping[str, str] | None = None,
    ready: bool | str = True,
    unschedulable: bool = False,
    addresses: bool = True,
) -> Object:
    """A Node as its kubelet registers it at `now` (simulated seconds). Raises ValueError for an unreadable taint."""
    spec: Object = (
        {"taints": [parse_taint(t) if isinstance(t, str) else t for t in taints]}
        if taints
        else {}
    )
    if unschedulable:
        spec["unschedulable"] = True
    known = {
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "beta.kubernetes.io/os": "linux",
    }
    size = {**ALLOCATABLE, **(allocatable or {})}
    info = {
        "kubeletVersion": VERSION,
        "operatingSystem": "linux",
        "architecture": "amd64",
    }
    rest = (
        "machineID",
        "systemUUID",
        "bootID",
        "kernelVersion",
        "osImage",
        "containerRuntimeVersion",
        "kubeProxyVersion",
    )
    status: Object = {
        "capacity": dict(size),
        "allocatable": size,
        "nodeInfo": {**dict.fromkeys(rest, ""), **info},
    }
    status["daemonEndpoints"] = {"kubeletEndpoint": {"Port": 0}}
    if addresses:
        found = {"InternalIP": address_of(name), "Hostname": name}
        status["addresses"] = [
            {"type": kind, "address": address} for kind, address in found.items()
        ]
    node: Object = {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": {**known, **(labels or {})}},
    }
    return with_ready({**node, "spec": spec, "status": status}, str(ready), now)


def with_ready(node: Object, ready: str, now: float) -> Object:
    """The Node with its condition Ready set to "True", "False" or "Unknown"."""
    before = {c["type"]: c for c in node.get("status", {}).get("conditions") or ()}
    old = before.get("Ready")
    since = (
        old["lastTransitionTime"] if old and old["status"] == ready else timestamp(now)
    )
    entry = {
        "type": "Ready",
        **READY[ready],
        "lastHeartbeatTime": timestamp(now),
        "lastTransitionTime": since,
    }
    return with_status(
        node, conditions=[*(c for kind, c in before.items() if kind != "Ready"), entry]
    )


def _parts(text: str) -> re.Match[str]:
    found = _TAINT.fullmatch(text)
    if found is None or (not found["off"] and not found["effect"]):
        raise ValueError(TAINT_SYNTAX.format(text=text))
    return found


def parse_taint(text: str) -> Object:
    """`key=value:Effect` as a taint. Raises ValueError when it is not written so."""
    parts = _parts(text)
    taint = {"key": parts["key"], "effect": parts["effect"]}
    return taint | ({"value": parts["value"]} if parts["value"] else {})


def changed_taints(present: Iterable[Object], text: str) -> list[Object]:
    """The taints after adding (or, with a trailing -, removing) one, as `kubectl taint --overwrite` does."""
    parts = _parts(text)
    left = [
        t
        for t in present
        if t["key"] != parts["key"]
        or (parts["effect"] and t["effect"] != parts["effect"])
    ]
    return left if parts["off"] else [*left, parse_taint(text)]
