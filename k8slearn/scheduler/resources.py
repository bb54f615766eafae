"""How much Pods ask for and Nodes have. Pure functions of objects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from k8slearn.apimachinery.objects import Object, name
from k8slearn.apimachinery.quantity import parse
from k8slearn.kinds.pod.state import is_pod_terminal
from k8slearn.kinds.pod_template.requirements import of_whole

# By resource, in thousandths of its unit.
Amounts = dict[str, int]
_NOTHING: Mapping[str, int] = {}

TOO_MANY_PODS = "Too many pods"
LACKING = "Insufficient "
"""What stands before the name of a resource of which there is too little."""


@lru_cache(maxsize=4096)
def milli_value(amount: str | int) -> int:
    """A quantity in thousandths of its unit."""
    # All Pods of a DaemonSet ask for the same few quantities; parsing them is most of the work.
    return int(parse(str(amount)).value * 1000)


def requests(pod: Object, least: Mapping[str, int] = _NOTHING) -> Amounts:
    """What a Pod asks for: resource → thousandths of its unit, and one Pod.

    A container that says nothing of a resource counts as asking for what `least` has of it.
    Kubernetes: component-helpers resource/helpers.go, PodRequests (NonMissingContainerRequests).
    """
    spec = pod["spec"]
    # Thousandths here as well, so that one Pod is compared as all else is.
    total = {"pods": 1000}
    for container in spec.get("containers") or ():
        _add(total, _requested(container, least))
    if spec.get("initContainers"):
        total = _with_init_containers(total, spec["initContainers"], least)
    # Who asks for the Pod as a whole is given that, whatever its containers add up to.
    if spec.get("resources"):
        total |= _in_thousandths(of_whole(spec, "requests"))
    overhead = spec.get("overhead")
    if overhead:
        _add(total, _in_thousandths(overhead))
    return {resource: amount for resource, amount in total.items() if amount > 0}


def _with_init_containers(
    total: Amounts, init_containers: Iterable[Object], least: Mapping[str, int]
) -> Amounts:
    """Init containers run one after another before the others, except those that are restarted and stay (sidecars)."""
    staying: Amounts = {}
    most: Amounts = {}
    for container in init_containers:
        at_once = dict(staying)
        _add(at_once, _requested(container, least))
        if container.get("restartPolicy") == "Always":
            staying = at_once
        most = _larger(most, at_once)
    _add(total, staying)
    return _larger(total, most)


def _requested(container: Object, least: Mapping[str, int]) -> Mapping[str, int]:
    asked = (container.get("resources") or {}).get("requests")
    if not asked:
        return least
    return {**least, **_in_thousandths(asked)}


def _in_thousandths(amounts: Mapping[str, Any]) -> Amounts:
    return {resource: milli_value(amount) for resource, amount in amounts.items()}


def allocatable_of(node: Object) -> dict[str, Any]:
    """What a Node has for Pods, as quantities."""
    return node.get("status", {}).get("allocatable") or {}


def _add(total: Amounts, more: Mapping[str, int]) -> None:
    for resource, amount in more.items():
        total[resource] = total.get(resource, 0) + amount


def _larger(one: Amounts, other: Amounts) -> Amounts:
    """Of each resource the larger amount."""
    found = dict(one)
    for resource, amount in other.items():
        found[resource] = max(found.get(resource, 0), amount)
    return found


class Lack(NamedTuple):
    """What a Node has too little of, as `Insufficient cpu` or `Too many pods`; and whether it never could have."""

    reasons: tuple[str, ...]
    never: bool


def insufficient(pod: Object, node: Object, others: Iterable[Object]) -> Lack:
    """Kubernetes: pkg/scheduler/framework/plugins/noderesources/fit.go, fitsRequest"""
    allocatable = allocatable_of(node)
    used: Amounts = {}
    for other in others:
        _add(used, requests(other))
    lacking: list[str] = []
    never = False
    for resource, amount in requests(pod).items():
        total = milli_value(allocatable.get(resource, 0))
        if used.get(resource, 0) + amount <= total:
            continue
        if resource == "pods":
            # An empty Node would not do either, but that one place is too many is never said so.
            lacking.append(TOO_MANY_PODS)
            continue
        lacking.append(f"{LACKING}{resource}")
        if amount > total:
            never = True
    return Lack(tuple(lacking), never)


def free_cpu(node: Object, others: Iterable[Object]) -> int:
    """Thousandths of a CPU that are not asked for by the Pods on a Node; at least 0."""
    left = milli_value(allocatable_of(node).get("cpu", 0))
    for pod in others:
        if not is_pod_terminal(pod):
            left -= requests(pod).get("cpu", 0)
    return max(left, 0)


def filler(node: Object, others: Iterable[Object]) -> Object:
    """A bare Pod that asks for all the CPU that `others` leave on a Node; it does not ask the scheduler."""
    cpu = free_cpu(node, others)
    container = {
        "name": "filler",
        "image": "registry.k8s.io/pause:3.10",
        "resources": {"requests": {"cpu": f"{cpu}m"}},
    }
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": f"filler-{name(node)}", "namespace": "default"},
        "spec": {"nodeName": name(node), "containers": [container]},
    }
