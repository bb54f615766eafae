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

# The real cluster was looked at when nothing had changed for so long: the same here.
QUIET = 0.7
# Timestamps have whole seconds: what two steps create must differ in age.
TICK = 1.0
# A cluster that is still busy after ten minutes goes round in circles: record it as it is.
SETTLE_LIMIT = 600.0
# Events about these depend on how the real cluster was set up, not on the scenario.
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
    fields = ("labels", "taints", "unschedulable", "allocatable", "ready")
    about = {field: step[field] for field in fields if field in step}
    for name in step["names"]:
        # Without addresses, as the fake Nodes of the recorded cluster were.
        cluster.create(new_node(name, cluster.now, addresses=False, **about))


def create(cluster: Cluster, step: Mapping[str, Any]) -> None:
    """`create {object}`."""
    cluster.create(step["object"])


def patch(cluster: Cluster, step: Mapping[str, Any]) -> None:
    """`patch {kind, name, patch, type}`."""
    how = step.get("type", "strategic")
    cluster.patch(step["kind"], step["name"], step["patch"], type=how)


def delete(cluster: Cluster, step: Mapping[str, Any]) -> None:
    """`delete {kind, name, propagationPolicy?}`."""
    propagation = step.get("propagationPolicy", "Background")
    cluster.delete(step["kind"], step["name"], propagation=propagation)


def delete_pods(cluster: Cluster, step: Mapping[str, Any]) -> None:
    """`delete-pods {on}`: every Pod on those Nodes is deleted gracefully."""
    for pod in _pods_on(cluster, step["on"]):
        cluster.delete("Pod", name_of(pod), namespace=pod["metadata"]["namespace"])


def pods(cluster: Cluster, step: Mapping[str, Any]) -> None:
    """`pods {on, become}`: the kubelet's part; `unready` concerns running Pods only."""
    become = step["become"]
    for pod in _pods_on(cluster, step["on"]):
        # A probe can only fail where a container runs.
        if become == "unready" and phase(pod) != "Running":
            continue
        namespace = pod["metadata"]["namespace"]
        cluster.become(name_of(pod), become, namespace=namespace)


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
    pods = cluster.list("Pod")
    if on == "all":
        return pods
    return [pod for pod in pods if pod["spec"].get("nodeName") in on]


# What a cluster looks like ---------------------------------------------------------------------------------------


def look(store: Reader) -> Object:
    """The whole cluster as one record: DaemonSets, Nodes, Pods, revisions and, where there are Services, endpoints."""
    revisions = store.list("ControllerRevision")
    numbers = {labels(r).get(HASH_LABEL): r["revision"] for r in revisions}
    nodes = {name_of(node): _node(node) for node in store.list("Node")}
    record: Object = {
        "daemonSets": {name_of(ds): _daemon_set(ds) for ds in store.list("DaemonSet")},
        "nodes": nodes,
        "pods": [_pod(pod, numbers, nodes) for pod in store.list("Pod")],
        "revisions": [_revision(revision) for revision in revisions],
    }
    # Most recordings are older than the question for endpoints.
    if services := store.list("Service"):
        endpoints = {name_of(s): _endpoints(store, s) for s in services}
        record["endpoints"] = endpoints
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
    spec = o.get("spec", {})
    taints = []
    for taint in spec.get("taints") or ():
        taints.append(f"{taint['key']}={taint.get('value', '')}:{taint['effect']}")
    # Two controllers write taints, and which one comes first is chance.
    return {
        "taints": sorted(taints),
        "unschedulable": bool(spec.get("unschedulable")),
    }


def _pod(
    o: Object, numbers: Mapping[str | None, int], nodes: Mapping[str, Object]
) -> Object:
    """A Pod without its name, which is chance; what tells Pods apart is Node, owner and revision."""
    ref = controller_ref(o)
    node = get_target_node_name(o)
    template_hash = labels(o).get(HASH_LABEL)
    return {
        "node": node,
        "bound": bool(o["spec"].get("nodeName")),
        "owner": f"{ref['kind']}/{ref['name']}" if ref else None,
        "revision": numbers.get(template_hash) if template_hash else None,
        "images": [container["image"] for container in o["spec"]["containers"]],
        "phase": phase(o),
        "ready": is_pod_ready(o),
        "terminating": is_deleting(o),
        "nodeExists": node in nodes,
    }


def _revision(o: Object) -> Object:
    owner = controller_ref(o)
    return {"owner": owner["name"] if owner else None, "revision": o["revision"]}


def _endpoints(store: Reader, service: Object) -> list[Object]:
    """The endpoints of all slices; how many slices there are is the controller's own affair."""
    selector = f"kubernetes.io/service-name={name_of(service)}"
    found = []
    for endpoint_slice in store.list("EndpointSlice", selector=selector):
        for end in endpoint_slice.get("endpoints") or ():
            node, conditions = end.get("nodeName"), end["conditions"]
            found.append({"node": node, "conditions": conditions})
    return found


def count_events(events: Iterable[Object]) -> dict[str, int]:
    """Events by `<kind> <reason> <type> <source>`; those about Nodes and FailedScheduling are left out."""
    counts: Counter[str] = Counter()
    for event in events:
        about, reason = event["involvedObject"]["kind"], event["reason"]
        # FailedScheduling is repeated as often as the scheduler tries, which is chance.
        if about in LEFT_OUT or reason == "FailedScheduling":
            continue
        # The scheduler writes the newer events API, where the source stands elsewhere.
        source = event.get("source", {}).get("component")
        source = source or event.get("reportingComponent", "")
        counts[f"{about} {reason} {event['type']} {source}"] += event.get("count") or 1
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
