"""What the Pods of a Node ask for and may use, as quantities that keep their suffixes.

Kubernetes: component-helpers resource/helpers.go, PodRequests and PodLimits
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import ceil

from k8slearn.apimachinery import quantity
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.pod_template.container_lists import is_sidecar

Amounts = dict[str, str]


def of_pod(pod: Object, which: str, *, as_told: bool = False) -> Amounts:
    """The `requests` or `limits` of a Pod; `as_told`: no less than its kubelet says that it has."""
    spec = pod["spec"]
    known = _statuses(pod) if as_told else {}
    total: Amounts = {}
    for container in spec["containers"]:
        total = _joined(total, _of(container, which, known), quantity.add)
    total = _with_init_containers(total, spec.get("initContainers", ()), which, known)
    # Who asks for the Pod as a whole is given that.
    total |= spec.get("resources", {}).get(which, {})
    for resource, amount in spec.get("overhead", {}).items():
        # What has no limit gets none by what the sandbox costs.
        if which == "requests" or resource in total:
            total[resource] = quantity.add(total.get(resource, "0"), amount)
    return total


def _statuses(pod: Object) -> dict[str, Object]:
    told = pod.get("status", {}).get("containerStatuses", ())
    return {status["name"]: status for status in told}


def _of(container: Object, which: str, known: Mapping[str, Object]) -> Amounts:
    own = container.get("resources", {}).get(which, {})
    status = known.get(container["name"], {})
    told = status.get("resources", {}).get(which, {})
    most = _joined(own, told, _larger)
    if which == "requests" and told:
        return _joined(most, status.get("allocatedResources", {}), _larger)
    return most


def _with_init_containers(
    total: Amounts,
    containers: Iterable[Object],
    which: str,
    known: Mapping[str, Object],
) -> Amounts:
    """They run one after the other before the others, except sidecars, which stay."""
    staying: Amounts = {}
    most: Amounts = {}
    for container in containers:
        at_once = _joined(staying, _of(container, which, known), quantity.add)
        if is_sidecar(container):
            staying = at_once
        most = _joined(most, at_once, _larger)
    return _joined(_joined(total, staying, quantity.add), most, _larger)


def total(pods: Iterable[Object], which: str) -> Amounts:
    """Of all Pods together."""
    found: Amounts = {}
    for pod in pods:
        found = _joined(found, of_pod(pod, which), quantity.add)
    return found


def _joined(
    one: Mapping[str, str], other: Mapping[str, str], how: Callable[[str, str], str]
) -> Amounts:
    found = dict(one)
    for resource, amount in other.items():
        found[resource] = how(found[resource], amount) if resource in found else amount
    return found


def _larger(one: str, other: str) -> str:
    return other if quantity.compare(other, one) > 0 else one


def share(amounts: Amounts, resource: str, allocatable: Mapping[str, str]) -> str:
    """An amount and its part of what the Node gives away, in whole percent."""
    amount = amounts.get(resource, "0")
    # CPUs are counted in thousandths, all else in whole units.
    unit = 1000 if resource == "cpu" else 1
    used = ceil(quantity.parse(amount).value * unit)
    there = ceil(quantity.parse(allocatable.get(resource, "0")).value * unit)
    percent = int(used / there * 100) if there else 0
    return f"{quantity.written(amount)} ({percent}%)"
