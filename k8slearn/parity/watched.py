"""Makes a record of what a watch on the store saw, in the form of the kubelet records.

It is a pure function of the changes. Names, uids and addresses are random and are replaced as in the records.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import (
    Object,
    controller_ref,
    name,
    namespace,
    uid,
)
from k8slearn.kinds.pod.state import get_target_node_name
from k8slearn.parity.reference import Record

# Values that always differ: uids (a static Pod's is a checksum), measured durations, the number of Nodes.
REPLACED = (
    (re.compile(r"\((?:[0-9a-f]{32}|[0-9a-f-]{36})\)"), "(<uid>)"),
    (
        re.compile(r" in \S+ \(\S+ including waiting\)"),
        " in <d> (<d> including waiting)",
    ),
    (
        re.compile(r"^0/\d+ nodes are available: .*", re.S),
        "0/<n> nodes are available: <why>",
    ),
)
WORD = re.compile(r"\w+")
ADDRESS = re.compile(r"\b\d+\.\d+\.\d+\.\d+\b")
PARTS = {"Pod": "pods", "DaemonSet": "daemonsets", "Node": "nodes"}


def _empty_record() -> Record:
    return {part: {} for part in PARTS.values()}


@dataclass
class RecordedWatch:
    """The record from simulated second `start` on in one namespace; `nodes` are the names of Nodes to include."""

    start: float
    namespace: str
    nodes: Mapping[str, str] = field(default_factory=dict)
    record: Record = field(default_factory=_empty_record)
    aliases: dict[str, str] = field(default_factory=dict)
    by_name: dict[str, str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    addresses: dict[str, str] = field(default_factory=dict)

    def see(self, changes: Iterable[Change]) -> Record:
        """The record of these changes."""
        for change in changes:
            kind = change.object["kind"]
            since_start = round(change.time - self.start, 1)
            time = max(0.0, since_start)
            if kind == "Event":
                if change.time >= self.start:
                    self._event(change.object, time)
            elif kind == "Node" or self._is_here(change.object, kind):
                self._row(change, kind, time)
        return self.record

    def _is_here(self, o: Object, kind: str) -> bool:
        return kind in PARTS and namespace(o) == self.namespace

    def _row(self, change: Change, kind: str, time: float) -> None:
        rows = self._entry_of(kind, change.object)["rows"]
        row = ROWS[kind](self, change.object)
        if change.type == "DELETED":
            row["gone"] = True
        if change.time < self.start:
            # A change before the start gives the initial row.
            rows[:] = [{"t": 0.0, **row}]
        elif not rows or _without_time(rows[-1]) != row:
            rows.append({"t": time, **row})

    def _entry_of(self, kind: str, o: Object) -> Record:
        known: dict[str, Record] = self.record[PARTS[kind]]
        alias = self._alias(kind, o)
        return known.setdefault(alias, {"rows": [], "events": []})

    def _alias(self, kind: str, o: Object) -> str:
        """The name of an object in the records."""
        if kind == "Node":
            return self._node(name(o))
        if kind != "Pod":
            return name(o)
        known = self.aliases.get(uid(o))
        if known is None:
            known = self._new_alias(o)
            self.aliases[uid(o)] = known
            self.by_name[name(o)] = known
        return known

    def _new_alias(self, pod: Object) -> str:
        owner = controller_ref(pod)
        if owner and owner["kind"] == "DaemonSet":
            node = self._node(get_target_node_name(pod))
            slot = f"{owner['name']}@{node}"
            self.counts[slot] += 1
            return f"{slot}#{self.counts[slot]}"
        pod_name = name(pod)
        self.counts[pod_name] += 1
        count = self.counts[pod_name]
        if count == 1:
            return pod_name
        return f"{pod_name}~{count}"

    def _node(self, node: str) -> str:
        return self.nodes.get(node, node)

    def _event(self, event: Object, time: float) -> None:
        about = event["involvedObject"]
        kind = about["kind"]
        if kind not in PARTS:
            return
        if kind != "Node" and about.get("namespace") != self.namespace:
            return
        events = self._events_about(about)
        if events is None:
            return
        told = {
            "type": event["type"],
            "reason": event["reason"],
            "message": self.text(event.get("message", "")),
        }
        for known in events:
            if told.items() <= known.items():
                known["times"].append(time)
                return
        entry = {"t": time, **told, "source": _component_of(event)}
        if about.get("fieldPath"):
            entry["field"] = about["fieldPath"]
        entry["times"] = [time]
        events.append(entry)

    def _events_about(self, about: Object) -> list[Record] | None:
        """The list of Events of the object that an Event is about, None for an unknown object."""
        kind = about["kind"]
        alias = about["name"]
        if kind == "Pod":
            # By uid, since a Pod may have the name of a former one; Events of static Pods have another uid.
            alias = self.aliases.get(about.get("uid", ""), alias)
        elif kind == "Node":
            alias = self._node(alias)
        part = PARTS[kind]
        found = self.record[part].get(alias)
        if found is None:
            return None
        events: list[Record] = found["events"]
        return events

    def text(self, message: str) -> str:
        """A message without values that always differ."""
        message = WORD.sub(self._alias_of_word, message)
        for real, alias in self.by_name.items():
            if real != alias:
                message = message.replace(real, alias)
        for pattern, placeholder in REPLACED:
            message = pattern.sub(placeholder, message)
        return ADDRESS.sub(self._alias_of_address, message)

    def _alias_of_word(self, found: re.Match[str]) -> str:
        return self._node(found[0])

    def _alias_of_address(self, found: re.Match[str]) -> str:
        return self.addresses.get(found[0], found[0])


def _without_time(row: Record) -> Record:
    return {key: value for key, value in row.items() if key != "t"}


def _component_of(event: Object) -> str:
    """The component that wrote an Event: `source` in the older API, `reportingComponent` in the newer."""
    source: str = event.get("source", {}).get("component", "")
    return source or str(event.get("reportingComponent", ""))


def pod_row(watch: RecordedWatch, o: Object) -> Record:
    """The row of a Pod, without its time."""
    meta = o["metadata"]
    node = o["spec"].get("nodeName")
    status = o.get("status", {})
    conditions = status.get("conditions") or ()
    for field_name in ("podIP", "hostIP"):
        address = status.get(field_name)
        if address:
            watch.addresses[address] = f"<{field_name}>"
    row: Record = {
        "phase": status.get("phase"),
        "reason": status.get("reason"),
        "message": watch.text(status.get("message", "")) or None,
        "node": watch._node(node) if node else None,
        "finalizers": meta.get("finalizers"),
        "has": [key for key in ("startTime", "hostIP", "podIP") if status.get(key)],
        "qos": status.get("qosClass"),
        "conditions": [_condition(watch, entry) for entry in conditions],
        "init": _containers(watch, status.get("initContainerStatuses")),
        "containers": _containers(watch, status.get("containerStatuses")),
    }
    if meta.get("deletionTimestamp"):
        row["deleting"] = meta.get("deletionGracePeriodSeconds")
    return {key: value for key, value in row.items() if value not in (None, [])}


def _condition(watch: RecordedWatch, entry: Object) -> list[str]:
    told = [entry["type"], entry["status"]]
    reason = entry.get("reason", "")
    message = entry.get("message", "")
    if reason or message:
        told += [reason, watch.text(message)]
    return told


def _containers(
    watch: RecordedWatch, statuses: Iterable[Object] | None
) -> list[Record]:
    return [_container(watch, status) for status in statuses or ()]


def _container(watch: RecordedWatch, status: Object) -> Record:
    told: Record = {
        "name": status["name"],
        "state": _state(watch, status.get("state")),
        "ready": bool(status.get("ready")),
        "started": bool(status.get("started")),
        "restarts": status.get("restartCount", 0),
    }
    if status.get("lastState"):
        told["last"] = _state(watch, status["lastState"])
    if status.get("imageID"):
        told["image"] = status["image"]
    return told


def _state(watch: RecordedWatch, state: Object | None) -> list[object]:
    for kind, about in (state or {}).items():
        told: list[object] = [kind]
        if kind != "running":
            told.append(about.get("reason", ""))
        if kind == "terminated":
            told.append(about.get("exitCode", 0))
        if about.get("message"):
            told.append(watch.text(about["message"]))
        return told
    return []


def daemon_set_row(_: RecordedWatch, o: Object) -> Record:
    """The row of a DaemonSet, without its time."""
    return {
        "generation": o["metadata"].get("generation"),
        "status": o.get("status", {}),
    }


def node_row(watch: RecordedWatch, o: Object) -> Record:
    """The row of a Node, without its time; heartbeats do not change it."""
    conditions = o.get("status", {}).get("conditions") or ()
    taints = []
    for taint in o.get("spec", {}).get("taints") or ():
        value = taint.get("value", "")
        taints.append(f"{taint['key']}={value}:{taint['effect']}")
    return {
        "conditions": [_condition(watch, entry) for entry in conditions],
        "taints": sorted(taints),
    }


ROWS = {"Pod": pod_row, "DaemonSet": daemon_set_row, "Node": node_row}
