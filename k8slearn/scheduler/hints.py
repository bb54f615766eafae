"""Whether a change can make a refused Pod schedulable: only then is it tried again.

Kubernetes: the QueueingHintFn of each plugin, pkg/scheduler/framework/plugins (EventsToRegister)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from k8slearn.apimachinery.objects import Object, labels, name
from k8slearn.apimachinery.selectors import matches_affinity
from k8slearn.scheduler.filters import (
    CORDONED,
    FOES,
    GUARDED,
    NO_DOMAIN,
    NO_FRIENDS,
    NO_NODE_LABELS,
    NO_PORTS,
    NO_TOLERATION,
    SKEWED,
    Fit,
    is_open,
    named_nodes,
    untolerated_taints,
)
from k8slearn.scheduler.resources import insufficient, requests
from k8slearn.scheduler.volume_restrictions import IN_USE, NO_DISK
from k8slearn.scheduler.volumes import NO_MATCH, OTHER_ZONE, OUT_OF_REACH

NOBODY = "no nodes available"
"""The reason of a Pod that was refused while there was no Node at all."""
_HELPED_BY_ARRIVALS = {SKEWED, NO_FRIENDS}
_HELPED_BY_LABELS = {SKEWED, NO_FRIENDS, FOES}
_HELPED_BY_TOLERATIONS = {NO_TOLERATION, CORDONED, SKEWED}
_NOT_HELPED_BY_LEAVING = {
    NO_NODE_LABELS,
    NO_TOLERATION,
    CORDONED,
    NO_DOMAIN,
    NO_FRIENDS,
    OUT_OF_REACH,
    OTHER_ZONE,
    NO_MATCH,
    NOBODY,
}

Rule = Callable[[Object, Object | None, Object], bool]


def reasons_of(fits: Iterable[Fit]) -> frozenset[str]:
    """The reasons for which a Pod was refused, those of all Nodes together."""
    found = {reason for fit in fits for reason in fit.reasons}
    # Its own Node is not there, or none is.
    return frozenset(found or {NOBODY})


def arrival_helps(reasons: frozenset[str]) -> bool:
    """Whether a Pod that has come to a Node may help."""
    return bool(reasons & _HELPED_BY_ARRIVALS)


def leaving_helps(reasons: frozenset[str]) -> bool:
    """Whether a Pod that has left a Node may help."""
    return bool(reasons - _NOT_HELPED_BY_LEAVING)


def loss_helps(reasons: frozenset[str]) -> bool:
    """Whether a Node that is gone may help: the emptiest domain may have gone with it."""
    return SKEWED in reasons


def labels_help(reasons: frozenset[str]) -> bool:
    """Whether new labels of a Pod on a Node may help."""
    return bool(reasons & _HELPED_BY_LABELS)


def gives_back(before: Object, pod: Object) -> bool:
    """Whether a Pod on a Node asks for less than before: it was resized. Kubernetes: isSchedulableAfterPodEvent"""
    if before["spec"] is pod["spec"]:
        return False
    now = requests(pod)
    return any(now.get(r, 0) < amount for r, amount in requests(before).items())


def own_change_helps(reasons: frozenset[str], before: Object, pod: Object) -> bool:
    """Whether what was changed in the refused Pod itself may help."""
    old, new = before["spec"].get("tolerations"), pod["spec"].get("tolerations")
    if old != new and reasons & _HELPED_BY_TOLERATIONS:
        return True
    # An affinity is not looked at again, though it may mean its own Pod.
    return SKEWED in reasons and labels(before) != labels(pod)


def node_helps(
    pod: Object, reasons: frozenset[str], before: Object | None, node: Object
) -> bool:
    """Whether a Node that has come (`before` is None) or changed may help."""
    return any(_RULES.get(r, _has_room)(pod, before, node) for r in reasons)


def _is_new(pod: Object, before: Object | None, node: Object) -> bool:
    return before is None


def _is_wanted(pod: Object, before: Object | None, node: Object) -> bool:
    named = named_nodes(pod["spec"])
    return before is None and (named is None or name(node) in named)


def _is_tolerated(pod_spec: Object, node: Object) -> bool:
    return not untolerated_taints(pod_spec, node)


def _turned(is_good: Callable[[Object, Object], bool]) -> Rule:
    """Whether something holds now that did not hold before."""

    def rule(pod: Object, before: Object | None, node: Object) -> bool:
        spec = pod["spec"]
        was_good = before is not None and is_good(spec, before)
        return is_good(spec, node) and not was_good

    return rule


def _has_room(pod: Object, before: Object | None, node: Object) -> bool:
    """With nobody else on it, and not only as it was."""
    if before is not None and _allocatable(before) == _allocatable(node):
        return False
    return not insufficient(pod, node, ())[0]


def _allocatable(node: Object) -> object:
    return node.get("status", {}).get("allocatable")


def _moved(pod: Object, before: Object | None, node: Object) -> bool:
    """A new Node, or one whose labels put it somewhere else."""
    return before is None or labels(before) != labels(node)


def _counts_otherwise(pod: Object, before: Object | None, node: Object) -> bool:
    """A constraint may heed taints: `nodeTaintsPolicy: Honor`."""
    return _moved(pod, before, node) or _taints(before) != _taints(node)


def _taints(node: Object | None) -> object:
    return (node or {}).get("spec", {}).get("taints")


_RULES: dict[str, Rule] = {
    NOBODY: _is_wanted,
    NO_TOLERATION: _turned(_is_tolerated),
    CORDONED: _turned(is_open),
    NO_NODE_LABELS: _turned(matches_affinity),
    **dict.fromkeys((NO_PORTS, NO_DISK, IN_USE), _is_new),
    SKEWED: _counts_otherwise,
    **dict.fromkeys((NO_DOMAIN, NO_FRIENDS, FOES, GUARDED), _moved),
    **dict.fromkeys((OUT_OF_REACH, NO_MATCH, OTHER_ZONE), _moved),
}
