"""Replays traces about more than DaemonSets: recording the state of a cluster, and comparing two states.

They were recorded with the ServiceAccount plugin. Records mark what is random: `chance` in a snapshot, `count: null`
and `eventsSometimes` among the Events.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from json import dumps
from typing import Any

from k8slearn import scenario_record
from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import Object, condition, name, namespace
from k8slearn.cluster import Cluster
from k8slearn.controllers.missing import REASON
from k8slearn.http.bootstrap import publish
from k8slearn.kinds.namespace import SYSTEM_NAMESPACES
from k8slearn.kinds.pod.state import get_target_node_name
from k8slearn.parity import owners
from k8slearn.parity.decisions import Difference
from k8slearn.parity.generated import without_names
from k8slearn.parity.reference import Record
from k8slearn.parity.traces import (
    FEW,
    error_of,
    group,
    message_of,
    revisions_of,
    snapshots,
)
from k8slearn.scenario import Scenario

QUIET = 0.8
_PORT = 6443
_UID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_UNTOLD = ("RegisteredNode", "RemovingNode", REASON)
"""Reasons of Events that records lack: those of Nodes that came and went, and the model's own."""
_ON_NODE = re.compile(r"(on node|to) ([a-z]+)\d+")


def is_of_this_kind(recorded: Record) -> bool:
    """Whether a record is one of these: only they list their Events."""
    return "eventList" in recorded


def new_scenario(recorded: Record, cluster: Cluster | None = None) -> Scenario:
    """A scenario with the steps of a record on a fresh cluster, not yet played."""
    played = cluster or Cluster(kubelet="manual", service_accounts=True)
    # The recorded API server had published itself: its Service counts in a quota.
    publish(played.control_plane, _PORT)
    quiet = recorded.get("quiet", QUIET)
    # As the recorder: one Pod after the other, so that components see each; and without strict validation.
    how = {"apart": True, "validation": "Warn"}
    steps = [{**how, **step} for step in recorded["steps"]]
    return Scenario(steps, quiet=quiet, cluster=played, look=look)


def play(recorded: Record) -> Scenario:
    """Play the steps of a record on a fresh cluster; returns the scenario with its `records` and Events."""
    played = new_scenario(recorded)
    played.play()
    return played


def trace(recorded: Record) -> list[Difference]:
    """(what, expected, got) for each part of each step, and of the Events at the end, that differs."""
    return differences(recorded, play(recorded))


def differences(recorded: Record, played: Scenario) -> list[Difference]:
    """(what, expected, got) for each part that differs between a record and the same steps played."""
    found: list[Difference] = []
    for title, expected, got in snapshots(recorded, played):
        for part, want, have in compare(expected, got):
            found.append((f"{title}: {part}", want, have))
    return found + compare_events(recorded, played.cluster.store.list("Event"))


def wording(recorded: Record, played: Scenario) -> list[Difference]:
    """(what, expected, got) for each refusal that is worded differently."""
    found: list[Difference] = []
    for number, expected in enumerate(recorded["after"]):
        want, have = map(message_of, (expected, played.records[number]))
        if without_names(want) != without_names(have):
            found.append((f"step {number}: message", want, have))
    return found


# What a cluster looks like ---------------------------------------------------------------------------------------


def look(store: Reader) -> Object:
    """The state of the whole cluster as a record."""
    record = scenario_record.look(store)
    pods = zip(store.list("Pod"), record["pods"], strict=True)
    record["pods"] = [
        about | _details_of(pod) | owners.pod_details(pod, store) for pod, about in pods
    ]
    daemon_sets = zip(
        store.list("DaemonSet"), record["daemonSets"].values(), strict=True
    )
    record["daemonSets"] = {_place(o): about for o, about in daemon_sets}
    for part, (kind, view) in _VIEWS.items():
        found = {_place(o): view(o) for o in store.list(kind)}
        record[part] = {key: value for key, value in found.items() if value}
    return record | owners.look(store, _place)


def _place(o: Object) -> str:
    """An object's name, with its namespace unless that is the default one."""
    place = namespace(o)
    if place in ("", "default"):
        return name(o)
    return f"{place}/{name(o)}"


def _details_of(pod: Object) -> Object:
    """Details of a Pod that the older records lack, without empty ones."""
    spec = pod["spec"]
    status = pod.get("status", {})
    scheduled = condition(pod, "PodScheduled") or {}
    disrupted = condition(pod, "DisruptionTarget") or {}
    never = spec.get("preemptionPolicy") == "Never"
    resources = [container.get("resources") or {} for container in spec["containers"]]
    found = {
        "name": owners.lasting_name(pod),
        "node": get_target_node_name(pod) or None,
        "namespace": None if namespace(pod) == "default" else namespace(pod),
        "priority": spec.get("priority"),
        "priorityClass": spec.get("priorityClassName"),
        "preemptionPolicy": "Never" if never else None,
        "nominatedNode": status.get("nominatedNodeName"),
        "unscheduled": _fields(scheduled, "reason", "message")
        if scheduled.get("status") == "False"
        else None,
        "disruption": _fields(disrupted, "status", "reason", "message"),
        "statusReason": status.get("reason"),
        "resources": resources if any(resources) else None,
        "finalizers": pod["metadata"].get("finalizers"),
        "gates": [gate["name"] for gate in spec.get("schedulingGates") or ()],
    }
    return {field: value for field, value in found.items() if value or field == "node"}


def _fields(o: Object, *names: str) -> Object:
    return {each: o[each] for each in names if each in o}


def _budget(o: Object) -> Object:
    status = o.get("status", {})
    about = {
        field: value for field, value in status.items() if field != "observedGeneration"
    }
    about["disruptedPods"] = len(status.get("disruptedPods") or ())
    about["conditions"] = [
        _fields(entry, "type", "status", "reason", "message")
        for entry in status.get("conditions") or ()
    ]
    return about


def _quota(o: Object) -> Object:
    return _fields(o.get("status", {}), "hard", "used")


def _priority_class(o: Object) -> Object:
    if name(o).startswith("system-"):
        return {}
    return {
        "globalDefault": bool(o.get("globalDefault")),
        "preemptionPolicy": o.get("preemptionPolicy"),
        "value": o.get("value", 0),
    }


def _namespace(o: Object) -> str:
    if name(o) in SYSTEM_NAMESPACES:
        return ""
    return str(o["status"]["phase"])


_VIEWS: dict[str, tuple[str, Callable[[Object], Any]]] = {
    "podDisruptionBudgets": ("PodDisruptionBudget", _budget),
    "resourceQuotas": ("ResourceQuota", _quota),
    "priorityClasses": ("PriorityClass", _priority_class),
    "namespaces": ("Namespace", _namespace),
}


# How two are compared ----------------------------------------------------------------------------------------------


def without_empty(value: Any) -> Any:
    """The value without fields that are 0, false, null or empty, some of which the API leaves out."""
    if isinstance(value, dict):
        kept = {f: without_empty(v) for f, v in value.items()}
        return {
            field: inner
            for field, inner in kept.items()
            if value[field] not in (0, None, False, "", [], {})
        }
    if isinstance(value, list):
        return [without_empty(inner) for inner in value]
    return value


def compare(expected: Record, got: Record) -> list[Difference]:
    """The parts of a snapshot that differ, without what the record marks as random."""
    found: list[Difference] = []
    chance = expected.get("chance", ())
    for part, view in PARTS.items():
        want = view(expected)
        have = view(got)
        if part not in chance and want != have:
            found.append((part, want, have))
    return found


def nodes_of(record: Record) -> dict[str, Counter[str]]:
    """For each group of Nodes the multiset of its Nodes' states, Pods included."""
    pods: dict[str, list[str]] = defaultdict(list)
    for pod in record["pods"]:
        about = {field: value for field, value in pod.items() if field != "node"}
        if about.get("nominatedNode"):
            about["nominatedNode"] = group(about["nominatedNode"])
        pods[pod["node"] or ""].append(dumps(without_empty(about), sort_keys=True))
    states: dict[str, Counter[str]] = defaultdict(Counter)
    for node in record["nodes"].keys() | pods.keys():
        about = record["nodes"].get(node)
        if about:
            about = {**about, "taints": sorted(about["taints"])}
        state = dumps([about, sorted(pods[node])], sort_keys=True)
        states[group(node)][state] += 1
    return dict(states)


def endpoints_of(record: Record) -> dict[str, list[str]]:
    """The endpoints of each Service, sorted, with groups in place of Nodes; without those of the API server."""
    found = {}
    for service, endpoints in (record.get("endpoints") or {}).items():
        if service != "kubernetes":
            grouped = [
                {**each, "node": group(each.get("node") or "")} for each in endpoints
            ]
            found[service] = sorted(dumps(each, sort_keys=True) for each in grouped)
    return found


def evictions_of(record: Record) -> list[str]:
    """The answers to evictions, sorted."""
    answers = without_empty(record.get("evictions") or [])
    return sorted(dumps(answer, sort_keys=True) for answer in answers)


def warnings_of(record: Record) -> list[str]:
    """The API server's warnings, without generated names."""
    texts = (text.replace('\\"', '"') for text in record.get("warnings") or ())
    return sorted(map(without_names, texts))


def _part(field: str) -> Callable[[Record], Any]:
    return lambda record: without_empty(record.get(field) or {})


PARTS: dict[str, Callable[[Record], Any]] = {
    "nodes": nodes_of,
    **{part: _part(part) for part in ("daemonSets", *_VIEWS, *owners.PARTS)},
    "revisions": revisions_of,
    "endpoints": endpoints_of,
    "error": error_of,
    "evictions": evictions_of,
    "warnings": warnings_of,
}


# Events ------------------------------------------------------------------------------------------------------------

Sort = tuple[str, ...]


def listed(events: Iterable[Object]) -> Iterator[Record]:
    """The Events of a cluster as a record lists them."""
    for event in events:
        about = event["involvedObject"]
        if event["reason"] in _UNTOLD:
            continue
        place = about.get("namespace", "default")
        yield {
            "type": event["type"],
            "reason": event["reason"],
            "kind": about["kind"],
            "name": without_names(about["name"]),
            "message": without_names(_UID.sub("UID", event["message"])),
            "namespace": "" if place == "default" else place,
            "count": (event.get("series") or {}).get("count") or event.get("count", 1),
        }


def _sort(event: Record) -> Sort:
    kind = event["kind"]
    about = event["name"]
    return (
        event["type"],
        event["reason"],
        kind,
        group(about) if kind == "Node" else about,
        _ON_NODE.sub(r"\1 \2", event["message"]),
        event.get("namespace", ""),
    )


def compare_events(recorded: Record, events: Iterable[Object]) -> list[Difference]:
    """Compare the kinds of Events, and their counts where they are few and not random."""
    want = Counter[Sort]()
    have = Counter[Sort]()
    by_chance: set[Sort] = set()
    for event in recorded["eventList"]:
        want[_sort(event)] += event["count"] or 0
        if event["count"] is None:
            by_chance.add(_sort(event))
    for event in listed(events):
        have[_sort(event)] += event["count"]
    sometimes = {_sort(event) for event in recorded.get("eventsSometimes", ())}
    missing: dict[str, int] = {}
    for sort, count in want.items():
        counts = sort not in by_chance and count < FEW
        if sort not in have or (counts and have[sort] != count):
            missing[" | ".join(sort)] = count
    extra: Mapping[str, int] = {
        " | ".join(sort): count
        for sort, count in have.items()
        if (sort not in want and sort not in sometimes and sort[2] != "Node")
        or " | ".join(sort) in missing
    }
    if missing or extra:
        return [("events", missing, extra)]
    return []
