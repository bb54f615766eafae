"""A script of steps played on a cluster whose kubelet is driven by hand, with a record after each step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import (
    HASH_LABEL,
    TEMPLATE_GENERATION,
    Object,
    annotations_of,
    controller_ref,
    is_deleting,
    labels,
)
from k8slearn.apimachinery.objects import name as name_of
from k8slearn.cluster import Cluster
from k8slearn.kinds.node import new_node
from k8slearn.kinds.pod.state import get_target_node_name, is_pod_ready, phase

QUIET = 0.7
TICK = 1.0  # timestamps have whole seconds: what two steps create must differ in age
SETTLE_LIMIT = 600.0
LEFT_OUT = ("Node", "Namespace")


@dataclass
class Scenario:
    """Steps such as `{"do": "add-nodes", "names": ["a1"]}` and how long (simulated seconds) each is left alone."""

    steps: list[Mapping[str, Any]]
    quiet: float = QUIET
    cluster: Cluster = field(default_factory=lambda: Cluster(kubelet="manual"))
    records: list[Object] = field(default_factory=list)

    def play(self) -> list[Object]:
        """Do all steps and return what the cluster looked like after each."""
        for step in self.steps:
            self.records.append(self.do(step))
        return self.records

    def do(self, step: Mapping[str, Any]) -> Object:
        """Do one step, let the cluster come to rest, and record it; a refusal stands in `error`.

        Raises KeyError for a step that is not known.
        """
        error = None
        try:
            _STEPS[step["do"]](self.cluster, step)
        except ApiError as refused:
            error = describe_error(refused)
        self._rest(max(float(step.get("quiet", self.quiet)), TICK))
        record = look(self.cluster.store)
        return record | {"error": error} if error else record

    def events(self) -> dict[str, int]:
        """How many Events of each sort there are, as `<kind> <reason> <type> <source>`."""
        return count_events(self.cluster.list("Event"))

    def _rest(self, quiet: float) -> None:
        """Let time pass until nothing was written for `quiet` seconds."""
        limit = self.cluster.now + SETTLE_LIMIT
        while self.cluster.now < limit:
            before = self.cluster.store.revision
            self.cluster.run(quiet)
            if self.cluster.store.revision == before:
                return


def add_nodes(cluster: Cluster, step: Mapping[str, Any]) -> None:
    """`add-nodes {names, labels?, taints?, unschedulable?, allocatable?, ready?}`."""
    about = {
        f: step[f]
        for f in ("labels", "taints", "unschedulable", "allocatable", "ready")
        if f in step
    }
    for name in step["names"]:
        cluster.create(new_node(name, cluster.now, addresses=False, **about))


def create(cluster: Cluster, step: Mapping[str, Any]) -> None:
    """`create {object}`."""
    cluster.create(step["object"])


def patch(cluster: Cluster, step: Mapping[str, Any]) -> None:
    """`patch {kind, name, patch, type}`."""
    cluster.patch(
        step["kind"], step["name"], step["patch"], type=step.get("type", "strategic")
    )


def delete(cluster: Cluster, step: Mapping[str, Any]) -> None:
    """`delete {kind, name, propagationPolicy?}`."""
    cluster.delete(
        step["kind"],
        step["name"],
        propagation=step.get("propagationPolicy", "Background"),
    )


def delete_pods(cluster: Cluster, step: Mapping[str, Any]) -> None:
    """`delete-pods {on}`: every Pod on those Nodes is deleted gracefully."""
    for pod in _pods_on(cluster, step["on"]):
        cluster.delete("Pod", name_of(pod), namespace=pod["metadata"]["namespace"])


def pods(cluster: Cluster, step: Mapping[str, Any]) -> None:
    """`pods {on, become}`: the kubelet's part; `unready`, `failed` and `succeeded` concern running Pods only."""
    for pod in _pods_on(cluster, step["on"]):
        if (
            step["become"] in ("ready", "gone", "failed", "succeeded")
            or phase(pod) == "Running"
        ):
            cluster.become(
                name_of(pod), step["become"], namespace=pod["metadata"]["namespace"]
            )


def node_condition(cluster: Cluster, step: Mapping[str, Any]) -> None:
    """`node-condition {name, ready}`."""
    cluster.set_node_ready(step["name"], step["ready"])


def wait(cluster: Cluster, step: Mapping[str, Any]) -> None:
    """`wait {seconds}`."""
    cluster.run(step["seconds"])


_STEPS = {
    "add-nodes": add_nodes,
    "create": create,
    "patch": patch,
    "delete": delete,
    "delete-pods": delete_pods,
    "pods": pods,
    "node-condition": node_condition,
    "wait": wait,
}


def _pods_on(cluster: Cluster, on: str | list[str]) -> list[Object]:
    found = cluster.list("Pod")
    return (
        found
        if on == "all"
        else [pod for pod in found if pod["spec"].get("nodeName") in on]
    )


# What a cluster looks like ---------------------------------------------------------------------------------------


def look(store: Reader) -> Object:
    """The whole cluster as one record: DaemonSets, Nodes, Pods, revisions and, where there are Services, endpoints."""
    revisions = store.list("ControllerRevision")
    numbers = {labels(r).get(HASH_LABEL): r["revision"] for r in revisions}
    nodes = {name_of(node): _node(node) for node in store.list("Node")}
    record = {
        "daemonSets": {name_of(ds): _daemon_set(ds) for ds in store.list("DaemonSet")},
        "nodes": nodes,
        "pods": [_pod(pod, numbers, nodes) for pod in store.list("Pod")],
        "revisions": [
            {"owner": _owner_name(r), "revision": r["revision"]} for r in revisions
        ],
    }
    services = store.list("Service")
    if services:
        record["endpoints"] = {
            name_of(service): _endpoints(store, service) for service in services
        }
    return record


def _daemon_set(o: Object) -> Object:
    return {
        "generation": o["metadata"]["generation"],
        "templateGeneration": annotations_of(o).get(TEMPLATE_GENERATION),
        "deleting": is_deleting(o),
        "finalizers": o["metadata"].get("finalizers") or [],
        "status": o.get("status") or {},
    }


def _node(o: Object) -> Object:
    taints = sorted(
        f"{t['key']}={t.get('value', '')}:{t['effect']}"
        for t in o.get("spec", {}).get("taints") or ()
    )
    return {
        "taints": taints,
        "unschedulable": bool(o.get("spec", {}).get("unschedulable")),
    }


def _pod(
    o: Object, numbers: Mapping[str | None, int], nodes: Mapping[str, Object]
) -> Object:
    ref = controller_ref(o)
    node = get_target_node_name(o)
    return {
        "node": node,
        "bound": bool(o["spec"].get("nodeName")),
        "owner": f"{ref['kind']}/{ref['name']}" if ref else None,
        "revision": numbers.get(labels(o).get(HASH_LABEL))
        if labels(o).get(HASH_LABEL)
        else None,
        "images": [container["image"] for container in o["spec"]["containers"]],
        "phase": phase(o),
        "ready": is_pod_ready(o),
        "terminating": is_deleting(o),
        "nodeExists": node in nodes,
    }


def _owner_name(o: Object) -> str | None:
    ref = controller_ref(o)
    return ref["name"] if ref else None


def _endpoints(store: Reader, service: Object) -> list[Object]:
    slices = store.list(
        "EndpointSlice", selector=f"kubernetes.io/service-name={name_of(service)}"
    )
    found = [e for s in slices for e in s.get("endpoints") or ()]
    return [{"node": e.get("nodeName"), "conditions": e["conditions"]} for e in found]


def count_events(events: Iterable[Object]) -> dict[str, int]:
    """Events by `<kind> <reason> <type> <source>`; those about Nodes and FailedScheduling are left out."""
    counts: Counter[str] = Counter()
    for event in events:
        source = event.get("source", {}).get("component") or event.get(
            "reportingComponent", ""
        )
        about = event["involvedObject"]["kind"]
        if about not in LEFT_OUT and event["reason"] != "FailedScheduling":
            counts[f"{about} {event['reason']} {event['type']} {source}"] += (
                event.get("count") or 1
            )
    return dict(counts)


def describe_error(error: ApiError) -> Object:
    """A refusal as the record has it: code, reason, message and causes (field and reason)."""
    causes = [{"field": cause.field, "reason": cause.reason} for cause in error.causes]
    return {
        "code": error.code,
        "reason": error.reason,
        "message": error.message,
        "causes": causes,
    }
