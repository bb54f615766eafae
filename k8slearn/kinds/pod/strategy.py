"""What a Pod gets when it is created, and how long it may take to go.

Kubernetes: pkg/apis/core/v1/defaults.go SetDefaults_Pod, pkg/registry/core/pod/strategy.go, plugin/pkg/admission
"""

from __future__ import annotations

from functools import reduce

from k8slearn.apimachinery import quantity
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.filling import each, filled, inside
from k8slearn.kinds.pod.shared import Shared
from k8slearn.kinds.pod.state import is_pod_terminal
from k8slearn.kinds.pod_template.container_lists import (
    containers_in,
    with_each_container,
)
from k8slearn.kinds.pod_template.defaults import GRACE_PERIOD, pod_spec
from k8slearn.kinds.pod_template.requirements import Amounts, added, of_containers
from k8slearn.kinds.types import AnyPod, PodSpec

_QUALITY = {"cpu", "memory"}


def default(pod: Object) -> Object:
    """Kubernetes: SetDefaults_Pod: limits become requests, the host's ports those of the containers."""
    spec = pod.get("spec", {})
    completed = {**spec, **_completed(spec)}
    # Of a Pod alone: a template keeps it, and warns. Kubernetes: Convert_v1_Pod_To_core_Pod
    if completed["terminationGracePeriodSeconds"] < 0:
        completed["terminationGracePeriodSeconds"] = 1
    return {**pod, "spec": completed, "status": pod.get("status", {})}


@Shared
def _completed(spec: Object) -> Object:
    return _asked_for({"enableServiceLinks": True, **pod_spec(spec)})


def _asked_for(spec: Object) -> Object:
    """The spec with what its limits and the host's network mean for the scheduler."""
    spec = with_each_container(spec, _requests_from_limits)
    if spec.get("hostNetwork"):
        spec = with_each_container(spec, _host_ports)
    return _whole_requests(spec)


def _requests_from_limits(container: Object) -> Object:
    resources = container.get("resources", {})
    limits = resources.get("limits")
    if not limits:
        return container
    requests = {**limits, **resources.get("requests", {})}
    return {**container, "resources": {**resources, "requests": requests}}


def _host_ports(container: Object) -> Object:
    return inside(container, "ports", each(_host_port))


def _host_port(port: Object) -> Object:
    return filled(port, {"hostPort": port.get("containerPort", 0)})


def _whole_requests(spec: Object) -> Object:
    """What a Pod asks for as a whole, where it says only how much it may use. Kubernetes: defaultPodRequests"""
    whole = spec.get("resources") or {}
    limits = whole.get("limits")
    if not limits:
        return spec
    together = of_containers(spec, "requests")
    requests = {
        **limits,
        **{name: together[name] for name in _QUALITY & together.keys()},
        **whole.get("requests", {}),
    }
    return {**spec, "resources": {**whole, "requests": requests}}


def prepare_for_create(pod: Object, reader: object) -> Object:
    """A new Pod waits, with its quality."""
    status: Object = {"phase": "Pending", "qosClass": qos_class(pod["spec"])}
    if pod["spec"].get("schedulingGates"):
        # Kubernetes: applySchedulingGatedCondition
        gated = {
            "type": "PodScheduled",
            "status": "False",
            "reason": "SchedulingGated",
            "message": "Scheduling is blocked due to non-empty scheduling gates",
        }
        status["conditions"] = [gated]
    return {**pod, "status": status}


def qos_class(pod_spec: PodSpec | Object) -> str:
    """BestEffort, Burstable or Guaranteed. Kubernetes: pkg/apis/core/v1/helper/qos, ComputePodQOS."""
    asking = _askers(dict(pod_spec))
    # So it is of most: each new Pod is asked.
    if not any(asking):
        return "BestEffort"
    requests = [_counted(resources.get("requests", {})) for resources in asking]
    limits = [_counted(resources.get("limits", {})) for resources in asking]
    if not any(requests) and not any(limits):
        return "BestEffort"
    # Guaranteed: not a byte more is promised than may be used, of both resources, in every container.
    is_complete = all(amounts.keys() >= _QUALITY for amounts in limits)
    if is_complete and _sum(requests) == _sum(limits):
        return "Guaranteed"
    return "Burstable"


def _askers(spec: Object) -> list[Object]:
    """The `resources` that count: the Pod's own, or else those of all its containers."""
    whole = spec.get("resources")
    if whole:
        return [whole]
    return [container.get("resources", {}) for container in containers_in(spec)]


def _counted(amounts: Amounts) -> Amounts:
    # What is promised of other resources says nothing of who is sacrificed first.
    counted = _QUALITY & amounts.keys()
    return {
        name: amounts[name]
        for name in counted
        if quantity.compare(amounts[name], "0") > 0
    }


def _sum(all_amounts: list[Amounts]) -> Amounts:
    total = reduce(added, all_amounts)
    return {name: quantity.canonical(amount) for name, amount in total.items()}


def grace_period(pod: AnyPod, asked: int | None, *, again: bool) -> int:
    """Seconds that a Pod may take to end; one on its way out keeps its own unless another is asked for.

    Kubernetes: podStrategy.CheckGracefulDelete
    """
    if again and asked is None:
        return int(pod["metadata"].get("deletionGracePeriodSeconds", 0))
    # Nothing runs of a Pod without a Node, nor of one that has ended: there is nobody to wait for.
    if not pod["spec"].get("nodeName") or is_pod_terminal(pod):
        return 0
    seconds = asked
    if seconds is None:
        own = pod["spec"].get("terminationGracePeriodSeconds", GRACE_PERIOD)
        seconds = int(own)
    # A negative period is one second, which upstream allows for objects of old.
    if seconds >= 0:
        return seconds
    return 1


def with_null_times(pod: Object) -> Object:
    """The Pod with the unset times of its conditions as null: Go's PodCondition holds them by value."""
    status = pod.get("status", {})
    if not status.get("conditions"):
        return pod
    unset = {"lastProbeTime": None, "lastTransitionTime": None}
    conditions = [{**unset, **condition} for condition in status["conditions"]]
    return {**pod, "status": {**status, "conditions": conditions}}
