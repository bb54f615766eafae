"""What `kubectl get` prints: the columns of each kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from k8slearn.api.objects import Object, condition, labels, name, seconds_of
from k8slearn.api.pods import phase

NONE = "<none>"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text under column titles; `str()` aligns them as kubectl does."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __str__(self) -> str:
        if not self.rows:
            return "No resources found."
        lines = [self.columns, *self.rows]
        widths = [max(len(line[i]) for line in lines) for i in range(len(self.columns))]
        padded = ("   ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)
        return "\n".join(line.rstrip() for line in padded)

    __repr__ = __str__


def human_duration(seconds: float) -> str:
    """An age as kubectl writes it: 5s, 2m10s, 3h4m, 2d. Kubernetes: apimachinery duration, HumanDuration."""
    total = int(seconds)
    minutes, hours, days = total // 60, total // 3600, total // 86400
    if total < 120:
        return f"{max(total, 0)}s"
    if minutes < 10:
        return f"{minutes}m{total % 60}s" if total % 60 else f"{minutes}m"
    if minutes < 180:
        return f"{minutes}m"
    if hours < 8:
        return f"{hours}h{minutes % 60}m" if minutes % 60 else f"{hours}h"
    if hours < 48:
        return f"{hours}h"
    if days < 8:
        return f"{days}d{hours % 24}h" if hours % 24 else f"{days}d"
    return f"{days}d"


def _age(o: Object, now: float) -> str:
    return human_duration(now - seconds_of(o["metadata"]["creationTimestamp"]))


def _joined(found: dict[str, str]) -> str:
    return ",".join(f"{key}={value}" for key, value in sorted(found.items())) or NONE


def _daemon_set(o: Object, now: float) -> list[str]:
    status, template = o.get("status", {}), o["spec"]["template"]["spec"]
    fields = ("desired", "current", "updated")
    counts = {field: status.get(f"{field}NumberScheduled", 0) for field in fields}
    containers = template["containers"]
    return [
        name(o),
        *map(str, (counts["desired"], counts["current"], status.get("numberReady", 0), counts["updated"])),
        str(status.get("numberAvailable", 0)),
        _joined(template.get("nodeSelector") or {}),
        _age(o, now),
        ",".join(c["name"] for c in containers),
        ",".join(c["image"] for c in containers),
        _joined(o["spec"]["selector"].get("matchLabels") or {}),
    ]


def pod_status(pod: Object) -> str:
    """The STATUS column of a Pod. Kubernetes: pkg/printers/internalversion, printPod."""
    status = pod.get("status", {})
    reason = status.get("reason") or phase(pod)
    for container in status.get("containerStatuses") or ():
        state = container.get("state") or {}
        reason = (state.get("waiting") or state.get("terminated") or {}).get("reason") or reason
    return "Terminating" if "deletionTimestamp" in pod["metadata"] else reason


def _pod(o: Object, now: float) -> list[str]:
    containers = o.get("status", {}).get("containerStatuses") or []
    ready = sum(1 for c in containers if c.get("ready"))
    restarts = max((c.get("restartCount", 0) for c in containers), default=0)
    return [
        name(o),
        f"{ready}/{len(o['spec']['containers'])}",
        pod_status(o),
        str(restarts),
        _age(o, now),
        o.get("status", {}).get("podIP") or NONE,
        o["spec"].get("nodeName") or NONE,
        NONE,
        NONE,
    ]


def _node(o: Object, now: float) -> list[str]:
    ready = condition(o, "Ready")
    status = "Unknown" if ready is None else "Ready" if ready["status"] == "True" else "NotReady"
    closed = ",SchedulingDisabled" if o.get("spec", {}).get("unschedulable") else ""
    roles = sorted(k.rpartition("/")[2] for k in labels(o) if k.startswith("node-role.kubernetes.io/"))
    found = {a["type"]: a["address"] for a in o["status"].get("addresses") or ()}
    addresses = [found.get(kind, NONE) for kind in ("InternalIP", "ExternalIP")]
    version = o["status"]["nodeInfo"]["kubeletVersion"]
    return [name(o), status + closed, ",".join(roles) or NONE, _age(o, now), version, *addresses]


def _revision(o: Object, now: float) -> list[str]:
    owners = o["metadata"].get("ownerReferences") or ()
    controller = ",".join(f"daemonset.apps/{ref['name']}" for ref in owners) or NONE
    return [name(o), controller, str(o["revision"]), _age(o, now)]


def _service(o: Object, now: float) -> list[str]:
    spec = o["spec"]
    ports = ",".join(f"{p['port']}/{p.get('protocol', 'TCP')}" for p in spec.get("ports") or ()) or NONE
    selector = _joined(spec.get("selector") or {})
    return [name(o), spec.get("type", "ClusterIP"), spec.get("clusterIP", NONE), NONE, ports, _age(o, now), selector]


def _slice(o: Object, now: float) -> list[str]:
    ports = ",".join(str(p["port"]) for p in o.get("ports") or ()) or "<unset>"
    addresses = [a for e in o.get("endpoints") or () for a in e["addresses"]]
    more = f" + {len(addresses) - 3} more..." if len(addresses) > 3 else ""
    return [name(o), o["addressType"], ports, ",".join(addresses[:3]) + more or "<unset>", _age(o, now)]


def _event(o: Object, now: float) -> list[str]:
    seen = o.get("lastTimestamp") or o["metadata"]["creationTimestamp"]
    about = o["involvedObject"]
    subject = f"{about['kind'].lower()}/{about['name']}"
    return [human_duration(now - seconds_of(seen)), o["type"], o["reason"], subject, o["message"]]


def _namespace(o: Object, now: float) -> list[str]:
    return [name(o), o.get("status", {}).get("phase", ""), _age(o, now)]


_PRINTERS: dict[str, tuple[str, int, Callable[[Object, float], list[str]]]] = {
    "DaemonSet": (
        "NAME DESIRED CURRENT READY UP-TO-DATE AVAILABLE NODE_SELECTOR AGE CONTAINERS IMAGES SELECTOR",
        8,
        _daemon_set,
    ),
    "Pod": ("NAME READY STATUS RESTARTS AGE IP NODE NOMINATED_NODE READINESS_GATES", 5, _pod),
    "Node": ("NAME STATUS ROLES AGE VERSION INTERNAL-IP EXTERNAL-IP", 5, _node),
    "ControllerRevision": ("NAME CONTROLLER REVISION AGE", 4, _revision),
    "Service": ("NAME TYPE CLUSTER-IP EXTERNAL-IP PORT(S) AGE SELECTOR", 6, _service),
    "EndpointSlice": ("NAME ADDRESSTYPE PORTS ENDPOINTS AGE", 5, _slice),
    "Event": ("LAST_SEEN TYPE REASON OBJECT MESSAGE", 5, _event),
    "Namespace": ("NAME STATUS AGE", 3, _namespace),
}


def table(kind: str, objects: Sequence[Object], now: float, *, wide: bool = False) -> Table:
    """The objects of a kind as `kubectl get` (with `-o wide`) shows them at `now` (simulated seconds)."""
    titles, narrow, row = _PRINTERS.get(kind, ("NAME AGE", 2, lambda o, at: [name(o), _age(o, at)]))
    columns = tuple(title.replace("_", " ") for title in titles.split())
    cut = len(columns) if wide else narrow
    return Table(columns[:cut], tuple(tuple(row(o, now)[:cut]) for o in objects))
