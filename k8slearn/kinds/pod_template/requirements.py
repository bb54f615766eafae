"""What a Pod's containers ask for together: requests and limits.

Kubernetes: component-helpers resource/helpers.go, PodRequests and PodLimits
"""

from __future__ import annotations

from collections.abc import Mapping

from k8slearn.apimachinery import quantity
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.pod_template.container_lists import is_sidecar

Amounts = dict[str, str]


def pod_amounts(pod: Object, side: str) -> Amounts:
    """The sum of its containers' `requests` or `limits`, with what init containers and overhead need."""
    spec = pod["spec"]
    total = {**of_containers(spec, side), **of_whole(spec, side)}
    overhead = spec.get("overhead") or {}
    if side == "limits":
        # A resource without a limit has no limit, whatever is spent beside the containers.
        overhead = {name: value for name, value in overhead.items() if name in total}
    return added(total, overhead)


def of_containers(spec: Object, side: str) -> Amounts:
    """The sum of the containers of a Pod's spec. Kubernetes: AggregateContainerRequests, AggregateContainerLimits"""
    total: Amounts = {}
    for container in spec.get("containers") or ():
        total = added(total, of_container(container, side))
    # Init containers run one after another before the others, except those that are restarted and stay (sidecars).
    staying: Amounts = {}
    most: Amounts = {}
    for container in spec.get("initContainers") or ():
        at_once = added(staying, of_container(container, side))
        if is_sidecar(container):
            staying = at_once
        most = larger(most, at_once)
    return larger(added(total, staying), most)


def of_whole(spec: Object, side: str) -> Amounts:
    """What a Pod asks for itself: it counts instead of what its containers ask for together."""
    found: Amounts = (spec.get("resources") or {}).get(side) or {}
    return found


def of_container(container: Object, side: str) -> Amounts:
    """One container's `requests` or `limits`."""
    return (container.get("resources") or {}).get(side) or {}


def added(one: Mapping[str, str], other: Mapping[str, str]) -> Amounts:
    """The sum of two lists of amounts."""
    total = dict(one)
    for name, amount in other.items():
        total[name] = quantity.add(total[name], amount) if name in total else amount
    return total


def larger(one: Mapping[str, str], other: Mapping[str, str]) -> Amounts:
    """For each resource the larger of two amounts."""
    total = dict(one)
    for name, amount in other.items():
        if name not in total or quantity.compare(amount, total[name]) > 0:
            total[name] = amount
    return total
