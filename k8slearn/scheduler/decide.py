"""Which Node a Pod fits on, and in the real words why none does. Pure functions of objects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from k8slearn.apimachinery.objects import Object, labels, name
from k8slearn.apimachinery.quantity import parse
from k8slearn.apimachinery.selectors import (
    judge_taint,
    look_at_labels,
    look_at_term,
    required_terms,
    term_matches,
    untolerated,
)
from k8slearn.kinds.pod.state import get_target_node_name, host_ports, is_pod_terminal

# The sentences of the scheduler's plugins, letter by letter: FailedScheduling and `kubectl describe` show them.
# Kubernetes: pkg/scheduler/framework/plugins, the constants ErrReason….
NO_NODE_NAME = "node(s) didn't match the requested node name"
NO_NODE_LABELS = "node(s) didn't match Pod's node affinity/selector"
NO_TOLERATION = "node(s) had untolerated taint(s)"
CORDONED = "node(s) were unschedulable"
NO_PORTS = "node(s) didn't have free ports for the requested pod ports"
TOO_MANY_PODS = "Too many pods"
UNSCHEDULABLE = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}
"""Cordoning works without the taint too, and whoever tolerates the taint comes onto a cordoned Node."""


class Fit(NamedTuple):
    """Whether a Pod fits on a Node; `reasons` in the scheduler's words, `helped` when removing Pods could help."""

    node: str
    reasons: tuple[str, ...]
    helped: bool = False


class Scheduling(NamedTuple):
    """One attempt: the Node chosen ('' for none), how each Node fits, and the message when none does."""

    node: str
    fits: tuple[Fit, ...]
    message: str = ""


@lru_cache(maxsize=4096)
def milli_value(amount: str | int) -> int:
    """A quantity in thousandths of its unit."""
    # All Pods of a DaemonSet ask for the same few quantities; parsing them is most of the work.
    return int(parse(str(amount)).value * 1000)


def requests(pod: Object) -> dict[str, int]:
    """What a Pod asks for: resource → thousandths of its unit, and one Pod.

    Kubernetes: component-helpers resource/helpers.go, PodRequests.
    """
    spec = pod["spec"]
    total = {"pods": 1000}
    for container in spec.get("containers") or ():
        _add(total, _requested(container))
    if spec.get("initContainers"):
        total = _with_init_containers(total, spec["initContainers"])
    for resource, amount in (spec.get("overhead") or {}).items():
        _add(total, {resource: milli_value(amount)})
    return {resource: amount for resource, amount in total.items() if amount > 0}


def _with_init_containers(
    total: dict[str, int], init_containers: Iterable[Object]
) -> dict[str, int]:
    """Init containers run one after another before the others, except those that are restarted and stay (sidecars)."""
    staying: dict[str, int] = {}
    most: dict[str, int] = {}
    for container in init_containers:
        at_once = dict(staying)
        _add(at_once, _requested(container))
        if container.get("restartPolicy") == "Always":
            staying = at_once
        most = _larger(most, at_once)
    _add(total, staying)
    return _larger(total, most)


def _requested(container: Object) -> dict[str, int]:
    wanted = (container.get("resources") or {}).get("requests") or {}
    return {resource: milli_value(amount) for resource, amount in wanted.items()}


def _add(total: dict[str, int], more: Mapping[str, int]) -> None:
    for resource, amount in more.items():
        total[resource] = total.get(resource, 0) + amount


def _larger(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    """Of each resource the larger amount."""
    resources = [*one, *(resource for resource in other if resource not in one)]
    return {each: max(one.get(each, 0), other.get(each, 0)) for each in resources}


def fits(pod: Object, node: Object, others: Iterable[Object]) -> Fit:
    """Hold a Pod against a Node on which `others` run; the first filter that refuses gives the reasons.

    Kubernetes: pkg/scheduler/framework/plugins (nodeunschedulable, nodename, tainttoleration, nodeaffinity, nodeports,
    noderesources), in the order of pkg/scheduler/apis/config/v1/default_plugins.go.
    """
    about = name(node)
    spec = pod["spec"]
    tolerations = spec.get("tolerations") or ()
    cordoned = node.get("spec", {}).get("unschedulable")
    if cordoned and not judge_taint(UNSCHEDULABLE, tolerations).toleration:
        return Fit(about, (CORDONED,))
    if spec.get("nodeName") not in (None, "", about):
        return Fit(about, (NO_NODE_NAME,))
    taints = node.get("spec", {}).get("taints") or ()
    verdicts = [judge_taint(taint, tolerations) for taint in taints]
    if untolerated(verdicts, "NoSchedule", "NoExecute"):
        return Fit(about, (NO_TOLERATION,))
    if not matches_affinity(spec, node):
        return Fit(about, (NO_NODE_LABELS,))
    # From here on it is other Pods that stand in the way, so preempting some of them could help.
    running = list(others)
    wanted = host_ports(pod)
    if wanted and any(_ports_clash(wanted, host_ports(other)) for other in running):
        return Fit(about, (NO_PORTS,), helped=True)
    lacking = insufficient(pod, node, running)
    return Fit(about, lacking, helped=bool(lacking))


def matches_affinity(pod_spec: Object, node: Object) -> bool:
    """Whether nodeSelector and required node affinity take the Node."""
    selected = look_at_labels(pod_spec.get("nodeSelector"), labels(node))
    if not all(requirement.holds for requirement in selected):
        return False
    terms = required_terms(pod_spec)
    if terms is None:
        return True
    return any(term_matches(look_at_term(term, node)) for term in terms)


def insufficient(
    pod: Object, node: Object, others: Iterable[Object]
) -> tuple[str, ...]:
    """What the Node has too little of, as `Insufficient cpu` or `Too many pods`."""
    allocatable = node.get("status", {}).get("allocatable") or {}
    used: dict[str, int] = {}
    for other in others:
        _add(used, requests(other))
    lacking: list[str] = []
    for resource, amount in requests(pod).items():
        total = milli_value(allocatable.get(resource, 0))
        if used.get(resource, 0) + amount <= total:
            continue
        too_many = resource == "pods"
        lacking.append(TOO_MANY_PODS if too_many else f"Insufficient {resource}")
    return tuple(lacking)


def free_cpu(node: Object, others: Iterable[Object]) -> int:
    """Thousandths of a CPU that are not asked for by the Pods on a Node; at least 0."""
    allocatable = node.get("status", {}).get("allocatable") or {}
    running = (pod for pod in others if not is_pod_terminal(pod))
    used = sum(requests(pod).get("cpu", 0) for pod in running)
    return max(milli_value(allocatable.get("cpu", 0)) - used, 0)


def schedule(
    pod: Object,
    nodes: Mapping[str, Object],
    running: Mapping[str, Mapping[object, Object]],
) -> Scheduling:
    """Choose a Node for a Pod: of those that fit the one with the fewest Pods.

    Kubernetes: pkg/scheduler/schedule_one.go, schedulePod.
    """
    target = get_target_node_name(pod)
    looked_at: Iterable[Object] = nodes.values()
    if target:
        # A daemon Pod names its Node: the PreFilter of nodeaffinity passes over all others, unlooked at.
        looked_at = [nodes[target]] if target in nodes else []
    found = tuple(
        fits(pod, node, running.get(name(node), {}).values()) for node in looked_at
    )
    fitting = [fit.node for fit in found if not fit.reasons]
    if not fitting:
        return Scheduling("", found, fit_error(found, len(nodes)))
    emptiest = min(fitting, key=lambda node: len(running.get(node, {})))
    return Scheduling(emptiest, found)


def fit_error(found: Sequence[Fit], total: int) -> str:
    """The message of FailedScheduling. Kubernetes: pkg/scheduler/framework/types.go, FitError.Error."""
    if not total:
        return "no nodes available to schedule pods"
    counts = Counter(reason for fit in found for reason in fit.reasons)
    passed_over = total - len(found)
    counts["node(s) didn't satisfy plugin(s) [NodeAffinity]"] += passed_over
    helped = sum(fit.helped for fit in found)
    preemption = Counter({"No preemption victims found for incoming pod": helped})
    preemption["Preemption is not helpful for scheduling"] = total - helped
    none = f"0/{total} nodes are available:"
    return f"{none} {_listed(counts)}. preemption: {none} {_listed(preemption)}."


def _listed(counts: Mapping[str, int]) -> str:
    """`1 reason, 2 other reason`, sorted as the text, so that 10 comes before 2: as upstream does."""
    return ", ".join(sorted(f"{n} {reason}" for reason, n in counts.items() if n))


Port = tuple[str, str, int]


def _ports_clash(wanted: set[Port], taken: set[Port]) -> bool:
    """Whether two sets of (address, protocol, port) want the same; 0.0.0.0 is every address."""
    return any(_port_clashes(one, other) for one in wanted for other in taken)


def _port_clashes(one: Port, other: Port) -> bool:
    if one[1:] != other[1:]:
        return False
    return one[0] == other[0] or "0.0.0.0" in (one[0], other[0])


def filler(node: Object, others: Iterable[Object]) -> Object:
    """A bare Pod that asks for all the CPU that `others` leave on a Node; it does not ask the scheduler."""
    container = {
        "name": "filler",
        "image": "registry.k8s.io/pause:3.10",
        "resources": {"requests": {"cpu": f"{free_cpu(node, others)}m"}},
    }
    meta = {"name": f"filler-{name(node)}", "namespace": "default"}
    spec = {"nodeName": name(node), "containers": [container]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec}
