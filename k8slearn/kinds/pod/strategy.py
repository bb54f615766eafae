"""What a Pod gets when it is created, and how long it may take to go.

Kubernetes: pkg/apis/core/v1/defaults.go SetDefaults_Pod, pkg/registry/core/pod/strategy.go, plugin/pkg/admission
"""

from __future__ import annotations

from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.filling import each, filled, inside
from k8slearn.kinds.pod.shared import Shared
from k8slearn.kinds.pod.state import is_pod_terminal
from k8slearn.kinds.pod_template.defaults import GRACE_PERIOD, pod_spec
from k8slearn.kinds.types import AnyPod, PodSpec


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
    for kind in ("containers", "initContainers"):
        spec = inside(spec, kind, each(_requests_from_limits))
        if spec.get("hostNetwork"):
            spec = inside(spec, kind, each(_host_ports))
    return spec


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
    is_asking = False
    is_complete = True
    for container in pod_spec.get("containers", ()):
        resources = container.get("resources", {})
        requests = resources.get("requests", {})
        limits = resources.get("limits", {})
        is_asking = is_asking or bool(requests or limits)
        # Guaranteed: not a byte more is promised than may be used, of both resources, in every container.
        if not {"cpu", "memory"} <= limits.keys() or requests != limits:
            is_complete = False
    if not is_asking:
        return "BestEffort"
    if is_complete:
        return "Guaranteed"
    return "Burstable"


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
