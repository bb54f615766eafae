"""Records the state of a cluster after a step of a scenario, and describes refusals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

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
from k8slearn.kinds.endpointslice import SERVICE_LABEL
from k8slearn.kinds.node import is_cordoned
from k8slearn.kinds.pod.state import get_target_node_name, is_pod_ready, phase

# Events about these kinds depend on the setup of the real cluster, not on the scenario.
LEFT_OUT = ("Node", "Namespace")


def look(store: Reader) -> Object:
    """The state of the whole cluster: DaemonSets, Nodes, Pods, revisions and, if there are Services, endpoints."""
    revisions = store.list("ControllerRevision")
    numbers = {labels(r).get(HASH_LABEL): r["revision"] for r in revisions}
    nodes = {name_of(node): _node(node) for node in store.list("Node")}
    record: Object = {
        "daemonSets": {name_of(ds): _daemon_set(ds) for ds in store.list("DaemonSet")},
        "nodes": nodes,
        "pods": [_pod(pod, numbers, nodes) for pod in store.list("Pod")],
        "revisions": [_revision(revision) for revision in revisions],
    }
    # Most recordings are older than this part.
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
    # Two controllers write taints in random order.
    return {"taints": sorted(taints), "unschedulable": is_cordoned(o)}


def _pod(
    o: Object, numbers: Mapping[str | None, int], nodes: Mapping[str, Object]
) -> Object:
    """A Pod without its random name; Pods differ by Node, owner and revision."""
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
    """The endpoints of all slices of a Service."""
    found = []
    selector = f"{SERVICE_LABEL}={name_of(service)}"
    for endpoint_slice in store.list("EndpointSlice", selector=selector):
        for end in endpoint_slice.get("endpoints") or ():
            about = {"node": end.get("nodeName"), "conditions": end["conditions"]}
            if "hostname" in end:
                about["hostname"] = end["hostname"]
            found.append(about)
    return found


def count_events(events: Iterable[Object]) -> dict[str, int]:
    """The numbers of Events by `<kind> <reason> <type> <source>`, without those about Nodes and FailedScheduling."""
    counts: Counter[str] = Counter()
    for event in events:
        about = event["involvedObject"]["kind"]
        reason = event["reason"]
        # FailedScheduling is repeated with each retry, whose number is random.
        if about in LEFT_OUT or reason == "FailedScheduling":
            continue
        # The scheduler uses the newer events API, with the source in another field.
        source = event.get("source", {}).get("component")
        source = source or event.get("reportingComponent", "")
        counts[f"{about} {reason} {event['type']} {source}"] += event.get("count") or 1
    return dict(counts)


def describe_error(error: ApiError) -> Object:
    """A refusal in the form of the records: code, reason, message and causes (field and reason)."""
    causes = [{"field": cause.field, "reason": cause.reason} for cause in error.causes]
    return {
        "code": error.code,
        "reason": error.reason,
        "message": error.message,
        "causes": causes,
    }


def describe_eviction(error: ApiError) -> Object:
    """The answer to a refused eviction, with the causes' messages, which name the budget."""
    details = error.status.get("details") or {}
    told = details.get("causes") or ()
    causes = [{f: cause.get(f) for f in ("reason", "message")} for cause in told]
    return {
        "code": error.code,
        "reason": error.reason or None,
        "message": error.message,
        "causes": causes,
        "retryAfterSeconds": details.get("retryAfterSeconds"),
    }
