"""A Pod, and the template of one. Kubernetes: kubectl/pkg/describe/describe.go, describePod, DescribePodTemplate"""

from __future__ import annotations

from collections.abc import Iterable

from k8slearn.apimachinery.gotext import go_plain
from k8slearn.apimachinery.objects import Object, annotations_of, labels
from k8slearn.cluster import Cluster
from k8slearn.kinds.pod.state import phase
from k8slearn.kinds.pod.strategy import qos_class
from k8slearn.kinds.printing import NONE, selector_text, since
from k8slearn.page.kubectl.describe.containers import containers, resources
from k8slearn.page.kubectl.describe.parts import (
    Lines,
    annotated,
    controller,
    head,
    labels_and_annotations,
    moment,
    pairs,
    several,
)
from k8slearn.page.kubectl.describe.volumes import volumes


def pod(cluster: Cluster, o: Object) -> Lines:
    """All of it but its Events."""
    spec, status = o["spec"], o.get("status", {})
    yield from head(o)
    yield from _placed(spec, status)
    yield from labels_and_annotations(o)
    yield from _state(o, cluster.now)
    yield from _addresses(status)
    yield from controller(o)
    if status.get("nominatedNodeName"):
        yield f"NominatedNodeName:\t{status['nominatedNodeName']}"
    if "resources" in spec:
        yield "Resources:"
        yield from resources(spec["resources"], "  ")
    yield from _containers(o)
    yield from _conditions(o)
    yield from volumes(spec.get("volumes", ()))
    yield f"QoS Class:\t{status.get('qosClass') or qos_class(spec)}"
    yield from pairs("Node-Selectors", spec.get("nodeSelector", {}))
    yield from several("Tolerations", _tolerations(spec))
    yield from _spread(spec, "")


def _placed(spec: Object, status: Object) -> Lines:
    if "priority" in spec:
        yield f"Priority:\t{spec['priority']}"
    for title, field in (
        ("Priority Class Name", "priorityClassName"),
        ("Runtime Class Name", "runtimeClassName"),
        ("Service Account", "serviceAccountName"),
    ):
        if spec.get(field):
            yield f"{title}:\t{spec[field]}"
    node = NONE
    if spec.get("nodeName"):
        node = f"{spec['nodeName']}/{status.get('hostIP', '')}"
    yield f"Node:\t{node}"
    if status.get("startTime"):
        yield f"Start Time:\t{moment(status['startTime'])}"


def _state(o: Object, now: float) -> Lines:
    metadata, status = o["metadata"], o.get("status", {})
    is_over = phase(o) in ("Succeeded", "Failed")
    if metadata.get("deletionTimestamp") and not is_over:
        lasts = since(metadata["deletionTimestamp"], now)
        yield f"Status:\tTerminating (lasts {lasts})"
        grace = metadata["deletionGracePeriodSeconds"]
        yield f"Termination Grace Period:\t{grace}s"
    else:
        yield f"Status:\t{status.get('phase', '')}"
    for field in ("reason", "message"):
        if status.get(field):
            yield f"{field.capitalize()}:\t{status[field]}"
    profile = o["spec"].get("securityContext", {}).get("seccompProfile")
    if profile:
        yield f"SeccompProfile:\t{profile['type']}"
        if profile["type"] == "Localhost":
            yield f"LocalhostProfile:\t{profile['localhostProfile']}"


def _addresses(status: Object) -> Lines:
    yield f"IP:\t{status.get('podIP', '')}"
    addresses = status.get("podIPs", ())
    yield "IPs:" if addresses else f"IPs:\t{NONE}"
    yield from (f"  IP:\t{each['ip']}" for each in addresses)


def _containers(o: Object) -> Lines:
    spec, status = o["spec"], o.get("status", {})
    for title, field, told in (
        ("Init Containers", "initContainers", "initContainerStatuses"),
        ("Containers", "containers", "containerStatuses"),
        ("Ephemeral Containers", "ephemeralContainers", "ephemeralContainerStatuses"),
    ):
        if spec.get(field):
            yield from containers(title, spec[field], status.get(told, ()), o)


def _conditions(o: Object) -> Lines:
    found = o.get("status", {}).get("conditions", ())
    known = {each["type"]: each["status"] for each in found}
    gates = o["spec"].get("readinessGates", ())
    if gates:
        yield from ("Readiness Gates:", "  Type\tStatus")
    for gate in gates:
        kind = gate["conditionType"]
        yield f"  {kind} \t{known.get(kind, NONE)} "
    if found:
        yield from ("Conditions:", "  Type\tStatus")
    yield from (f"  {each['type']} \t{each['status']} " for each in found)


def _tolerations(spec: Object) -> Iterable[str]:
    found = spec.get("tolerations", ())
    return map(_toleration, sorted(found, key=lambda each: str(each.get("key", ""))))


def _toleration(found: Object) -> str:
    """Kubernetes: printTolerationsMultilineWithIndent"""
    told = str(found.get("key", ""))
    if found.get("value"):
        told += f"={found['value']}"
    if found.get("effect"):
        told += f":{found['effect']}"
    if found.get("operator") == "Exists" and not found.get("value"):
        told += " op=Exists" if told else "op=Exists"
    if found.get("tolerationSeconds") is not None:
        told += f" for {found['tolerationSeconds']}s"
    return told


def _spread(spec: Object, indent: str) -> Lines:
    """Kubernetes: describeTopologySpreadConstraints"""
    found = spec.get("topologySpreadConstraints", ())
    if found:
        ordered = sorted(found, key=lambda each: str(each["topologyKey"]))
        texts = map(_constraint, ordered)
        yield from several("Topology Spread Constraints", texts, indent)


def _constraint(found: Object) -> str:
    told = f"{found['topologyKey']}:{found['whenUnsatisfiable']} when max skew {go_plain(found['maxSkew'])} is exceeded"
    if "labelSelector" in found:
        told += f" for selector {selector_text(found['labelSelector'])}"
    return told


def template(found: Object) -> Lines:
    """What a workload makes its Pods from."""
    spec = found["spec"]
    yield "Pod Template:"
    yield from pairs("  Labels", labels(found))
    if annotations_of(found):
        yield from annotated("  Annotations", annotations_of(found))
    if spec.get("serviceAccountName"):
        yield f"  Service Account:\t{spec['serviceAccountName']}"
    if spec.get("initContainers"):
        yield from containers("Init Containers", spec["initContainers"], indent="  ")
    yield from containers("Containers", spec["containers"], indent="  ")
    yield from volumes(spec.get("volumes", ()), "  ")
    yield from _spread(spec, "  ")
    if spec.get("priorityClassName"):
        yield f"  Priority Class Name:\t{spec['priorityClassName']}"
    yield from pairs("  Node-Selectors", spec.get("nodeSelector", {}))
    yield from several("  Tolerations", _tolerations(spec))
