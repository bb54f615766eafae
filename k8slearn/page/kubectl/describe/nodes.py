"""A Node with the Pods on it. Kubernetes: kubectl/pkg/describe/describe.go, describeNode, describeNodeResource"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from k8slearn.apimachinery import quantity
from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.gotext import go_plain
from k8slearn.apimachinery.objects import Object, name, namespace
from k8slearn.cluster import Cluster
from k8slearn.kinds.node import roles
from k8slearn.kinds.pod.state import is_pod_terminal
from k8slearn.kinds.printing import UNSET, age
from k8slearn.page.kubectl.describe.amounts import of_pod, share, total
from k8slearn.page.kubectl.describe.parts import (
    Lines,
    labels_and_annotations,
    moment,
    several,
)

_INFO = (
    ("Machine ID", "machineID"),
    ("System UUID", "systemUUID"),
    ("Boot ID", "bootID"),
    ("Kernel Version", "kernelVersion"),
    ("OS Image", "osImage"),
    ("Operating System", "operatingSystem"),
    ("Architecture", "architecture"),
    ("Container Runtime Version", "containerRuntimeVersion"),
    ("Kubelet Version", "kubeletVersion"),
)
# Of these the part of the whole is told; of others only how much.
_SHARED = ("cpu", "memory", "ephemeral-storage")
_HUGE_PAGES = "hugepages-"


def node(cluster: Cluster, o: Object) -> Lines:
    """All of it but its Events."""
    spec, status = o["spec"], o.get("status", {})
    yield f"Name:\t{name(o)}"
    yield f"Roles:\t{roles(o)}"
    yield from labels_and_annotations(o)
    yield f"CreationTimestamp:\t{moment(o['metadata'].get('creationTimestamp'))}"
    yield from several("Taints", _taints(spec))
    yield f"Unschedulable:\t{go_plain(bool(spec.get('unschedulable')))}"
    yield from _lease(cluster, name(o))
    yield from _conditions(status)
    yield "Addresses:"
    for address in status.get("addresses", ()):
        yield f"  {address['type']}:\t{address['address']}"
    yield from _amounts("Capacity", status.get("capacity", {}))
    yield from _amounts("Allocatable", status.get("allocatable", {}))
    yield "System Info:"
    info = status.get("nodeInfo", {})
    yield from (f"  {title}:\t{info.get(field, '')}" for title, field in _INFO)
    if spec.get("podCIDR"):
        yield f"PodCIDR:\t{spec['podCIDR']}"
    if spec.get("podCIDRs"):
        yield f"PodCIDRs:\t{','.join(spec['podCIDRs'])}"
    if spec.get("providerID"):
        yield f"ProviderID:\t{spec['providerID']}"
    yield from _used(cluster, o)


def _taints(spec: Object) -> list[str]:
    ordered = sorted(
        spec.get("taints", ()), key=lambda each: f"{each['effect']},{each['key']}"
    )
    return [_taint(each) for each in ordered]


def _taint(taint: Object) -> str:
    value = f"={taint['value']}" if taint.get("value") else ""
    return f"{taint['key']}{value}:{taint['effect']}"


def _lease(cluster: Cluster, node: str) -> Lines:
    try:
        lease = cluster.get("Lease", node, "kube-node-lease")
    except ApiError as error:
        yield f"Lease:\tFailed to get lease: {error.message}"
        return
    spec = lease.get("spec", {})
    yield "Lease:"
    yield f"  HolderIdentity:\t{spec.get('holderIdentity', UNSET)}"
    for title, field in (("AcquireTime", "acquireTime"), ("RenewTime", "renewTime")):
        at = spec.get(field)
        yield f"  {title}:\t{moment(at) if at else UNSET}"


def _conditions(status: Object) -> Lines:
    found = status.get("conditions", ())
    if not found:
        return
    yield "Conditions:"
    yield "  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage"
    yield "  ----\t------\t-----------------\t------------------\t------\t-------"
    for each in found:
        beat = moment(each.get("lastHeartbeatTime"))
        since = moment(each.get("lastTransitionTime"))
        why = f"{each.get('reason', '')} \t{each.get('message', '')}"
        yield f"  {each['type']} \t{each['status']} \t{beat} \t{since} \t{why}"


def _amounts(title: str, found: Mapping[str, str]) -> Lines:
    if found:
        yield f"{title}:"
    for resource in sorted(found):
        yield f"  {resource}:\t{quantity.written(found[resource])}"


def _used(cluster: Cluster, o: Object) -> Lines:
    status = o.get("status", {})
    there = status.get("allocatable") or status.get("capacity") or {}
    pods = [
        pod
        for pod in cluster.list("Pod")
        if pod["spec"].get("nodeName") == name(o) and not is_pod_terminal(pod)
    ]
    yield f"Non-terminated Pods:\t({len(pods)} in total)"
    titles = "CPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge"
    yield f"  Namespace\tName\t\t{titles}"
    ruled = "------------\t----------\t---------------\t-------------\t---"
    yield f"  ---------\t----\t\t{ruled}"
    for pod in pods:
        asked = of_pod(pod, "requests", as_told=True)
        most = of_pod(pod, "limits", as_told=True)
        cells = [
            share(amounts, resource, there)
            for resource in ("cpu", "memory")
            for amounts in (asked, most)
        ]
        line = "\t".join([*cells, age(pod, cluster.now)])
        yield f"  {namespace(pod)}\t{name(pod)}\t\t{line}"
    yield from _allocated(pods, there)


def _allocated(pods: Sequence[Object], there: Mapping[str, str]) -> Lines:
    yield "Allocated resources:"
    yield "  (Total limits may be over 100 percent, i.e., overcommitted.)"
    yield "  Resource\tRequests\tLimits"
    yield "  --------\t--------\t------"
    asked, most = total(pods, "requests"), total(pods, "limits")
    huge = [each for each in there if each.startswith(_HUGE_PAGES)]
    for resource in (*_SHARED, *sorted(huge)):
        shares = [share(amounts, resource, there) for amounts in (asked, most)]
        yield "\t".join([f"  {resource}", *shares])
    others = there.keys() - {*_SHARED, *huge, "pods"}
    for resource in sorted(others):
        plain = [quantity.written(each.get(resource, "0")) for each in (asked, most)]
        yield "\t".join([f"  {resource}", *plain])
