"""Node: as a kubelet registers it, and what the API server knows of it.

Kubernetes: pkg/registry/core/node/strategy.go, pkg/kubelet/kubelet_node_status.go
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256
from uuid import NAMESPACE_DNS, uuid5
from zlib import crc32

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.facts import VERSION
from k8slearn.apimachinery.field import Causes, duplicate, forbidden, invalid
from k8slearn.apimachinery.objects import Object, labels, name, timestamp, with_status
from k8slearn.kinds import metadata as meta
from k8slearn.kinds.filling import canonical_amounts
from k8slearn.kinds.kind import Kind, flag_at
from k8slearn.kinds.pod_template.resources import resource_amount
from k8slearn.kinds.printing import NONE, UNKNOWN, Cell, age
from k8slearn.kinds.taint import parse_taint, validate_taints
from k8slearn.kinds.types import AnyNode

# What a cloud or whoever runs the machine says of it. Kubernetes: api/core/v1/well_known_labels.go
HOSTNAME = "kubernetes.io/hostname"
REGION = "topology.kubernetes.io/region"
ZONE = "topology.kubernetes.io/zone"
# A small machine, large enough for every lesson: 110 Pods are the kubelet's own default (--max-pods).
ALLOCATABLE = {"cpu": "4", "memory": "8Gi", "pods": "110"}
# What else a kubelet finds on it: the disk that `kubelet/settings` has, and none of the pages that nobody set aside.
_DISK = {"ephemeral-storage": "80Gi", "hugepages-1Gi": "0", "hugepages-2Mi": "0"}
_PORT = 10250
# Kubernetes: pkg/kubelet/nodestatus ReadyCondition; "Unknown" is what node_lifecycle_controller.go writes.
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
# What kubelet and controllers write on every Node. Kubernetes: pkg/controller/ttl; volumeutil, ControllerManagedAttach
_ANNOTATIONS = {
    "node.alpha.kubernetes.io/ttl": "0",
    "volumes.kubernetes.io/controller-managed-attach-detach": "true",
}
# In the order in which a kubelet reports them, ahead of Ready. Kubernetes: nodestatus/setters.go
_NO_PRESSURE = {
    "MemoryPressure": (
        "KubeletHasSufficientMemory",
        "kubelet has sufficient memory available",
    ),
    "DiskPressure": ("KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    "PIDPressure": ("KubeletHasSufficientPID", "kubelet has sufficient PID available"),
}
# Go's NodeSystemInfo leaves none of its fields out: what the model has no word for is an empty text.
_NODE_INFO = {
    "machineID": "",
    "systemUUID": "",
    "bootID": "",
    "kernelVersion": "",
    "osImage": "",
    "containerRuntimeVersion": "",
    "kubeProxyVersion": "",
    "kubeletVersion": VERSION,
    "operatingSystem": "linux",
    "architecture": "amd64",
}
_SYSTEM = {
    "kernelVersion": "6.12.48+deb13-amd64",
    "osImage": "Debian GNU/Linux 13 (trixie)",
    "containerRuntimeVersion": "containerd://2.2.0",
}
_ROLE_PREFIX = "node-role.kubernetes.io/"


def free_name(taken: Collection[str]) -> str:
    """node1, node2, …: the next name after the highest in use."""
    numbers = [int(name[4:]) for name in taken if re.fullmatch(r"node\d+", name)]
    return f"node{max(numbers, default=0) + 1}"


def address_of(name: str) -> str:
    """A made-up internal address that depends on the name alone: its stem and its trailing number."""
    stem = name.rstrip("0123456789")
    # Ten on, since the first addresses of a network are its routers'.
    number = int(name[len(stem) :] or 0) + 10
    high, low = divmod(number, 256)
    if stem == "node":
        return f"192.168.{high % 256}.{low}"
    # Nodes of another stem are another pool, below the Services' 10.96.0.0/12 and the Pods' 10.244.0.0/16.
    # By a checksum, since Python's hash differs from run to run.
    pool = crc32(stem.encode()) % 96
    return f"10.{pool}.{high % 256}.{low}"


def new_node(
    name: str,
    now: float,
    *,
    labels: Mapping[str, str] | None = None,
    taints: Sequence[str | Object] | None = None,
    allocatable: Mapping[str, str] | None = None,
    ready: bool | str = True,
    unschedulable: bool = False,
    made_up: bool = False,
) -> Object:
    """A Node as its kubelet registers it at `now` (simulated seconds). Raises ValueError for an unreadable taint.

    One that is `made_up` has no machine: so were the Nodes of the recorded clusters.
    """
    known = {
        HOSTNAME: name,
        "kubernetes.io/os": "linux",
        "beta.kubernetes.io/os": "linux",
    }
    size = {**ALLOCATABLE, **(allocatable or {})}
    metadata: Object = {"name": name, "labels": {**known, **(labels or {})}}
    node: Object = {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": metadata,
        "spec": _new_spec(taints or (), unschedulable),
        "status": {
            "capacity": dict(size),
            "allocatable": size,
            "nodeInfo": dict(_NODE_INFO),
            # Go's type holds the port by value, under a name that begins with a capital.
            "daemonEndpoints": {"kubeletEndpoint": {"Port": 0}},
        },
    }
    if not made_up:
        node = _on_a_machine(node, labels or {})
    return with_ready(node, str(ready), now)


def _on_a_machine(node: Object, labels: Mapping[str, str]) -> Object:
    """With what a kubelet tells of the machine that it runs on. Kubernetes: initialNode, nodestatus/setters.go"""
    title = name(node)
    status = node["status"]
    info = {**status["nodeInfo"], **_SYSTEM, **_ids_of(title)}
    architecture = info["architecture"]
    known = {
        "kubernetes.io/arch": architecture,
        "beta.kubernetes.io/arch": architecture,
    }
    status = {
        **status,
        "nodeInfo": info,
        "daemonEndpoints": {"kubeletEndpoint": {"Port": _PORT}},
        "addresses": [
            {"type": "InternalIP", "address": address_of(title)},
            {"type": "Hostname", "address": title},
        ],
    }
    for field in ("capacity", "allocatable"):
        status[field] = {**_DISK, **status[field]}
    metadata = node["metadata"]
    marks = {**known, **metadata["labels"], **labels}
    metadata = {**metadata, "labels": marks, "annotations": _ANNOTATIONS}
    return {**node, "metadata": metadata, "status": status}


def _ids_of(title: str) -> dict[str, str]:
    """Made-up ids of the machine and its start, which depend on the name alone."""
    digits = sha256(title.encode()).hexdigest()
    system = uuid5(NAMESPACE_DNS, title)
    boot = uuid5(NAMESPACE_DNS, f"boot.{title}")
    return {"machineID": digits[:32], "systemUUID": str(system), "bootID": str(boot)}


def with_no_pressure(node: Object, now: float) -> Object:
    """The Node with the conditions that its kubelet reports besides Ready."""
    known = node.get("status", {}).get("conditions", ())
    types = {entry["type"] for entry in known}
    fresh = [
        _reported(kind, "False", why, now, now)
        for kind, why in _NO_PRESSURE.items()
        if kind not in types
    ]
    return with_status(node, conditions=[*fresh, *known])


def _reported(
    kind: str, status: str, why: tuple[str, str], now: float, since: float
) -> Object:
    return {
        "type": kind,
        "status": status,
        "lastHeartbeatTime": timestamp(now),
        "lastTransitionTime": timestamp(since),
        "reason": why[0],
        "message": why[1],
    }


def _new_spec(taints: Sequence[str | Object], unschedulable: bool) -> Object:
    spec: Object = {}
    if taints:
        spec["taints"] = [
            parse_taint(taint) if isinstance(taint, str) else taint for taint in taints
        ]
    if unschedulable:
        spec["unschedulable"] = True
    return spec


def with_ready(node: Object, ready: str, now: float) -> Object:
    """The Node with its condition Ready set to "True", "False" or "Unknown"."""
    conditions = node.get("status", {}).get("conditions", ())
    before = {condition["type"]: condition for condition in conditions}
    old = before.pop("Ready", None)
    since = timestamp(now)
    # A heartbeat that says the same again is no transition.
    if old and old["status"] == ready:
        since = old["lastTransitionTime"]
    entry = {
        "type": "Ready",
        **READY[ready],
        "lastHeartbeatTime": timestamp(now),
        "lastTransitionTime": since,
    }
    others = [_beside(each, ready, now) for each in before.values()]
    return with_status(node, conditions=[*others, entry])


def _beside(entry: Object, ready: str, now: float) -> Object:
    """A condition of a Node whose kubelet is silent, or speaks again: what it reports goes with Ready."""
    kind = entry["type"]
    silent = ready == "Unknown"
    if kind not in _NO_PRESSURE or silent == (entry["status"] == "Unknown"):
        return entry
    if silent:
        why = (READY["Unknown"]["reason"], READY["Unknown"]["message"])
        unknown = _reported(kind, "Unknown", why, now, now)
        return {**unknown, "lastHeartbeatTime": entry.get("lastHeartbeatTime")}
    return _reported(kind, "False", _NO_PRESSURE[kind], now, now)


def default(node: Object) -> Object:
    """A Node has a spec and a status, however empty."""
    status = default_status(node.get("status", {}))
    return {**node, "spec": _with_ranges(node.get("spec", {})), "status": status}


def _with_ranges(spec: Object) -> Object:
    """One range and the list of them say the same. Kubernetes: core/v1 Convert_v1_NodeSpec_To_core_NodeSpec"""
    first = spec.get("podCIDR")
    ranges = spec.get("podCIDRs")
    if first and (not ranges or ranges[0] != first):
        # Older clients know the one alone: it counts.
        return {**spec, "podCIDRs": [first]}
    if ranges and not first:
        return {**spec, "podCIDR": ranges[0]}
    return spec


def default_status(given: Object) -> Object:
    """Kubernetes: SetDefaults_NodeStatus"""
    status = dict(given)
    for field in ("capacity", "allocatable"):
        if field in status:
            status[field] = canonical_amounts(status[field])
    if "capacity" in status and "allocatable" not in status:
        status["allocatable"] = status["capacity"]
    return status


def validate(node: Object) -> Causes:
    """Kubernetes: ValidateNode"""
    spec = node.get("spec", {})
    # Not below spec: ValidateNode hands its path of the metadata on.
    yield from validate_taints(spec.get("taints", []), "metadata.taints")
    yield from _amounts(node)
    ranges = spec.get("podCIDRs", [])
    yield from meta.each_follows(ranges, "spec.podCIDRs", text.cidr)
    families = {":" in each for each in ranges}
    if len(ranges) > len(families):
        detail = "may specify no more than one CIDR for each IP family"
        yield invalid("spec.podCIDRs", ranges, detail)


def _amounts(node: Object) -> Causes:
    status = node.get("status", {})
    for field in ("capacity", "allocatable"):
        for resource, amount in status.get(field, {}).items():
            at = f"status.{field}.{resource}"
            yield from resource_amount(resource, amount, at)


def validate_update(new: Object, old: Object) -> Causes:
    """Kubernetes: ValidateNodeUpdate, which the status is checked by as well"""
    yield from _amounts(new)
    addresses = new.get("status", {}).get("addresses", [])
    yield from _addresses(addresses)
    spec = new.get("spec", {})
    before = old.get("spec", {})
    yield from _settled(spec, before, "podCIDRs", "podCIDR")
    yield from _settled(spec, before, "providerID", "providerID")
    yield from validate_taints(spec.get("taints", []), "metadata.taints")
    if spec.get("externalID") != before.get("externalID"):
        yield forbidden("spec.externalID", "may not be updated")


def _addresses(addresses: list[Object]) -> Causes:
    for i, address in enumerate(addresses):
        if address in addresses[:i]:
            kind = address.get("type", "")
            value = address.get("address", "")
            shown = {"Type": kind, "Address": value}
            yield duplicate(f"status.addresses[{i}]", shown)


def _settled(new: Object, old: Object, field: str, shown: str) -> Causes:
    """A field that is given once, by whoever brings the machine."""
    if old.get(field) and new.get(field) != old[field]:
        detail = f'node updates may not change {shown} except from "" to valid'
        yield forbidden(f"spec.{field}", detail)


def is_cordoned(node: AnyNode) -> bool:
    """Whether it takes no new Pods."""
    return bool(node.get("spec", {}).get("unschedulable"))


def _status_column(node: AnyNode) -> str:
    state = "Unknown"
    for condition in node.get("status", {}).get("conditions", ()):
        if condition.get("type") == "Ready":
            state = "NotReady"
            if condition.get("status") == "True":
                state = "Ready"
    if is_cordoned(node):
        state += ",SchedulingDisabled"
    return state


def roles(node: AnyNode) -> str:
    """What its labels say that it is for. Kubernetes: findNodeRoles"""
    found = {labels(node).get("kubernetes.io/role", "")}
    for label in labels(node):
        if label.startswith(_ROLE_PREFIX):
            found.add(label.removeprefix(_ROLE_PREFIX))
    return ",".join(sorted(found - {""})) or NONE


def cells(o: AnyNode, now: float) -> list[Cell]:
    """Kubernetes: printNode"""
    status = o.get("status", {})
    addresses: dict[str, str] = {}
    for address in status.get("addresses", ()):
        # Of several addresses of a type the first is shown.
        addresses.setdefault(address["type"], address["address"])
    info = status.get("nodeInfo", {})
    kernel = info.get("kernelVersion") or UNKNOWN
    if info.get("architecture"):
        kernel += f" ({info['architecture']})"
    return [
        name(o),
        _status_column(o),
        roles(o),
        age(o, now),
        info.get("kubeletVersion", ""),
        addresses.get("InternalIP", NONE),
        addresses.get("ExternalIP", NONE),
        info.get("osImage") or UNKNOWN,
        kernel,
        info.get("containerRuntimeVersion") or UNKNOWN,
    ]


NODE = Kind(
    "v1",
    "Node",
    default=default,
    default_status=default_status,
    create_rules=validate,
    update_rules=validate_update,
    status_rules=validate_update,
    cells=cells,
    selectable_fields={"spec.unschedulable": flag_at("spec.unschedulable")},
)
