"""Whether a kubelet takes a Pod that was bound to its Node. Pure functions.

Kubernetes: pkg/kubelet/lifecycle/predicate.go, handlers.go; pkg/kubelet/eviction, Admit; pkg/kubelet/sysctl
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from math import ceil
from typing import NamedTuple

from k8slearn.apimachinery import quantity
from k8slearn.apimachinery.objects import (
    Object,
    annotations_of,
    is_condition_true,
)
from k8slearn.apimachinery.objects import labels as labels_of
from k8slearn.apimachinery.selectors import matches_affinity, tolerates
from k8slearn.kinds.pod.state import host_ports, ports_clash
from k8slearn.kinds.pod.strategy import qos_class
from k8slearn.kinds.pod_security.baseline import SAFE_SYSCTLS
from k8slearn.kinds.pod_template.requirements import pod_amounts
from k8slearn.kinds.taint import MEMORY_PRESSURE
from k8slearn.kubelet.mirrors import MIRROR, SOURCE

PRESSURES = ("MemoryPressure", "DiskPressure", "PIDPressure")
CRITICAL = 2_000_000_000
# The resources that every kubelet counts; of an extended one nobody on the Node knows, none is asked for here.
COUNTED = ("cpu", "memory", "ephemeral-storage")


class Refusal(NamedTuple):
    """Why a Pod is not taken. `lacking`: (resource, how much more would do), for whoever may make room."""

    reason: str
    message: str
    lacking: tuple[tuple[str, int], ...] = ()


def is_critical(pod: Object) -> bool:
    """Whether the Pod is one of the system's, or the Node's own. Kubernetes: kubelet/types IsCriticalPod"""
    annotations = annotations_of(pod)
    if SOURCE in annotations or MIRROR in annotations:
        return True
    return int(pod["spec"].get("priority", 0)) >= CRITICAL


class Shortage(NamedTuple):
    """A resource of which the Node has too little: what is asked for, what is taken, what there is."""

    resource: str
    asked: int
    taken: int
    room: int

    @property
    def lacking(self) -> int:
        """How much more would do."""
        return self.asked + self.taken - self.room


def requests(pod: Object) -> dict[str, int]:
    """What the Pod asks for, in thousandths of the unit for CPU and in units for the rest, both rounded up."""
    asked = pod_amounts(pod, "requests")
    return {resource: _amount(resource, value) for resource, value in asked.items()}


def _amount(resource: str, value: str) -> int:
    amount = quantity.parse(value).value
    return ceil(amount * 1000 if resource == "cpu" else amount)


def can_admit(
    pod: Object, node: Object, others: Iterable[Object], pressures: Iterable[str]
) -> Refusal | None:
    """Kubernetes: canAdmitPod and the handlers in their order"""
    refusal = under_pressure(pod, [*pressures]) or _unsafe_sysctl(pod)
    return refusal or _predicates(pod, node, list(others))


def pressures_of(node: Object) -> list[str]:
    """What a Node says that it has too little of, by its conditions."""
    return [kind for kind in PRESSURES if is_condition_true(node, kind)]


def under_pressure(pod: Object, pressures: list[str]) -> Refusal | None:
    """Kubernetes: eviction managerImpl.Admit"""
    if not pressures or is_critical(pod):
        return None
    if pressures == ["MemoryPressure"]:
        if qos_class(pod["spec"]) != "BestEffort":
            return None
        taint = {"key": MEMORY_PRESSURE, "effect": "NoSchedule"}
        if _tolerated(pod, taint):
            return None
    listed = " ".join(pressures)
    return Refusal("Evicted", f"The node had condition: [{listed}]. ")


def _unsafe_sysctl(pod: Object) -> Refusal | None:
    asked = pod["spec"].get("securityContext", {}).get("sysctls", ())
    for entry in asked:
        if entry["name"].replace("/", ".") not in SAFE_SYSCTLS:
            text = f'forbidden sysctl: "{entry["name"]}" not allowlisted'
            return Refusal("SysctlForbidden", text)
    return None


def _predicates(pod: Object, node: Object, others: list[Object]) -> Refusal | None:
    """Kubernetes: predicateAdmitHandler.Admit, generalFilter"""
    system = pod["spec"].get("os", {}).get("name")
    labels = node["metadata"].get("labels", {})
    # Upstream looks at the Pod's own labels, not at its selector. Kubernetes: rejectPodAdmissionBasedOnOSSelector
    if labels_of(pod).get("kubernetes.io/os", "linux") != "linux":
        text = "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label"
        return Refusal("PodOSSelectorNodeLabelDoesNotMatch", text)
    if system not in (None, labels.get("kubernetes.io/os", "linux")):
        text = "Failed to admit pod as the OS field doesn't match node OS"
        return Refusal("PodOSNotSupported", text)
    refusal = _lacks_resource(pod, node, others)
    if refusal is not None:
        return refusal
    if not matches_affinity(pod["spec"], node):
        return _failed(
            "NodeAffinity", "node(s) didn't match Pod's node affinity/selector"
        )
    taken = {port for other in others for port in host_ports(other)}
    if ports_clash(host_ports(pod), taken):
        return _failed(
            "NodePorts", "node(s) didn't have free ports for the requested pod ports"
        )
    return _tainted(pod, node)


def _tolerated(pod: Object, taint: Object) -> bool:
    return any(tolerates(each, taint) for each in pod["spec"].get("tolerations", ()))


def _failed(name: str, why: str) -> Refusal:
    return Refusal(name, f"Predicate {name} failed: {why}")


def _lacks_resource(pod: Object, node: Object, others: list[Object]) -> Refusal | None:
    """Of all that is lacking the first is told. Kubernetes: noderesources.Fits"""
    found = list(_shortages(pod, node, others))
    if not found:
        return None
    first = found[0]
    text = (
        f"Node didn't have enough resource: {first.resource}, requested: {first.asked}, "
        f"used: {first.taken}, capacity: {first.room}"
    )
    lacking = tuple((each.resource, each.lacking) for each in found)
    return Refusal(f"OutOf{first.resource}", text, lacking)


def _shortages(pod: Object, node: Object, others: list[Object]) -> Iterator[Shortage]:
    """The Pods first, as upstream counts them; then what it asks for."""
    allocatable = node.get("status", {}).get("allocatable", {})
    # 110 is what a kubelet takes unless told otherwise. Kubernetes: KubeletConfiguration, maxPods
    pods = int(quantity.parse(str(allocatable.get("pods", "110"))).value)
    if len(others) + 1 > pods:
        yield Shortage("pods", 1, taken=len(others), room=pods)
    used: Counter[str] = Counter()
    for other in others:
        used.update(requests(other))
    wanted = requests(pod)
    for resource in sorted(wanted, key=_place):
        asked = wanted[resource]
        if resource not in allocatable or not asked:
            continue
        taken = used[resource]
        room = _amount(resource, str(allocatable[resource]))
        if asked + taken > room:
            yield Shortage(resource, asked, taken=taken, room=room)


def _place(resource: str) -> int:
    """CPU, memory and disk are looked at before what is extended."""
    if resource in COUNTED:
        return COUNTED.index(resource)
    return len(COUNTED)


def _tainted(pod: Object, node: Object) -> Refusal | None:
    """Only NoExecute counts here, and not for the Node's own Pods. Kubernetes: rejectPodAdmissionBasedOnTaints"""
    if SOURCE in annotations_of(pod):
        return None
    for taint in node["spec"].get("taints", ()):
        if taint["effect"] == "NoExecute" and not _tolerated(pod, taint):
            return _failed(
                "TaintToleration", "node(s) had taints that the pod didn't tolerate"
            )
    return None
