"""Which Node a Pod fits on, and in the real words why none does. Pure functions of objects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from k8slearn.apimachinery.objects import (
    Object,
    labels,
    name,
)
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

NO_NODE_LABELS = "node(s) didn't match Pod's node affinity/selector"
NO_TOLERATION = "node(s) had untolerated taint(s)"
CORDONED = "node(s) were unschedulable"
NO_PORTS = "node(s) didn't have free ports for the requested pod ports"
UNSCHEDULABLE = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a Pod fits on a Node; `reasons` in the scheduler's words, `helped` when removing Pods could help."""

    node: str
    reasons: tuple[str, ...]
    helped: bool = False


@dataclass(frozen=True, slots=True)
class Scheduling:
    """One attempt: the Node chosen ('' for none), the verdict on each Node, and the message when none fits."""

    node: str
    verdicts: tuple[Verdict, ...]
    message: str = ""


@lru_cache(maxsize=4096)
def milli_value(amount: str | int) -> int:
    """A quantity in thousandths of its unit."""
    return int(parse(str(amount)).value * 1000)


def requests(pod: Object) -> dict[str, int]:
    """What a Pod asks for: resource → thousandths of its unit, and one Pod.

    Init containers run one after another before the others, except those that are restarted and stay.
    Kubernetes: component-helpers resource/helpers.go, PodRequests.
    """
    spec = pod["spec"]
    total: Counter[str] = Counter(pods=1000)
    for container in spec.get("containers") or ():
        total.update(_asked(container))
    staying: Counter[str] = Counter()
    most: Counter[str] = Counter()
    for container in spec.get("initContainers") or ():
        if container.get("restartPolicy") == "Always":
            staying.update(_asked(container))
            most |= staying
        else:
            most |= staying + _asked(container)
    overhead = Counter(
        {
            resource: milli_value(amount)
            for resource, amount in (spec.get("overhead") or {}).items()
        }
    )
    return dict(((total + staying) | most) + overhead)


def _asked(container: Object) -> Counter[str]:
    wanted = (container.get("resources") or {}).get("requests") or {}
    return Counter(
        {resource: milli_value(amount) for resource, amount in wanted.items()}
    )


def fits(pod: Object, node: Object, others: Iterable[Object]) -> Verdict:
    """Hold a Pod against a Node on which `others` run; the first filter that refuses gives the reasons.

    Kubernetes: pkg/scheduler/framework/plugins (nodeunschedulable, nodename, tainttoleration, nodeaffinity, nodeports,
    noderesources).
    """
    spec, tolerations = pod["spec"], pod["spec"].get("tolerations") or ()
    taints = [
        judge_taint(taint, tolerations)
        for taint in node.get("spec", {}).get("taints") or ()
    ]
    if (
        node.get("spec", {}).get("unschedulable")
        and not judge_taint(UNSCHEDULABLE, tolerations).toleration
    ):
        return Verdict(name(node), (CORDONED,))
    if spec.get("nodeName") not in (None, "", name(node)):
        return Verdict(name(node), ("node(s) didn't match the requested node name",))
    if untolerated(taints, "NoSchedule", "NoExecute"):
        return Verdict(name(node), (NO_TOLERATION,))
    if not matches_affinity(spec, node):
        return Verdict(name(node), (NO_NODE_LABELS,))
    running = list(others)
    wanted = host_ports(pod)
    if wanted and any(_ports_clash(wanted, host_ports(other)) for other in running):
        return Verdict(name(node), (NO_PORTS,), helped=True)
    lacking = insufficient(pod, node, running)
    return Verdict(name(node), lacking, helped=bool(lacking))


def matches_affinity(pod_spec: Object, node: Object) -> bool:
    """Whether nodeSelector and required node affinity take the Node."""
    terms = required_terms(pod_spec)
    selected = all(
        r.holds for r in look_at_labels(pod_spec.get("nodeSelector"), labels(node))
    )
    return selected and (
        terms is None or any(term_matches(look_at_term(term, node)) for term in terms)
    )


def insufficient(
    pod: Object, node: Object, others: Iterable[Object]
) -> tuple[str, ...]:
    """What the Node has too little of, as `Insufficient cpu` or `Too many pods`."""
    allocatable = node.get("status", {}).get("allocatable") or {}
    used: Counter[str] = Counter()
    for other in others:
        used.update(requests(other))
    lacking = [
        resource
        for resource, amount in requests(pod).items()
        if amount
        and used[resource] + amount > milli_value(allocatable.get(resource, 0))
    ]
    return tuple(
        "Too many pods" if resource == "pods" else f"Insufficient {resource}"
        for resource in lacking
    )


def free_cpu(node: Object, others: Iterable[Object]) -> int:
    """Thousandths of a CPU that are not asked for by the Pods on a Node; at least 0."""
    total = milli_value((node.get("status", {}).get("allocatable") or {}).get("cpu", 0))
    return max(
        total
        - sum(
            requests(pod).get("cpu", 0) for pod in others if not is_pod_terminal(pod)
        ),
        0,
    )


def schedule(
    pod: Object,
    nodes: Mapping[str, Object],
    running: Mapping[str, Mapping[object, Object]],
) -> Scheduling:
    """Choose a Node for a Pod: of those that fit the one with the fewest Pods.

    Kubernetes: pkg/scheduler/schedule_one.go, schedulePod.
    """
    target = get_target_node_name(pod)
    named = (
        [nodes[target]] if target in nodes else [] if target else list(nodes.values())
    )
    verdicts = tuple(
        fits(pod, node, running.get(name(node), {}).values()) for node in named
    )
    fitting = [v.node for v in verdicts if not v.reasons]
    if fitting:
        return Scheduling(
            min(fitting, key=lambda node: len(running.get(node, {}))), verdicts
        )
    return Scheduling("", verdicts, fit_error(verdicts, len(nodes)))


def fit_error(verdicts: Iterable[Verdict], total: int) -> str:
    """The message of FailedScheduling. Kubernetes: pkg/scheduler/framework/types.go, FitError.Error."""
    verdicts = tuple(verdicts)
    if not total:
        return "no nodes available to schedule pods"
    counts = Counter(reason for verdict in verdicts for reason in verdict.reasons)
    passed_over = total - len(verdicts)
    if passed_over:
        counts["node(s) didn't satisfy plugin(s) [NodeAffinity]"] += passed_over
    victims = sum(1 for verdict in verdicts if verdict.helped)
    preemption = Counter({"No preemption victims found for incoming pod": victims})
    preemption["Preemption is not helpful for scheduling"] = total - victims
    none = f"0/{total} nodes are available:"
    return f"{none} {_tally(counts)}. preemption: {none} {_tally(preemption)}."


def _tally(counts: Counter[str]) -> str:
    return ", ".join(
        sorted(f"{count} {reason}" for reason, count in counts.items() if count)
    )


def _ports_clash(
    wanted: set[tuple[str, str, int]], taken: set[tuple[str, str, int]]
) -> bool:
    return any(
        protocol == other_protocol
        and port == other_port
        and (ip == other_ip or "0.0.0.0" in (ip, other_ip))
        for ip, protocol, port in wanted
        for other_ip, other_protocol, other_port in taken
    )


def filler(node: Object, others: Iterable[Object]) -> Object:
    """A bare Pod that asks for all the CPU that `others` leave on a Node; it does not ask the scheduler."""
    asks = {"requests": {"cpu": f"{free_cpu(node, others)}m"}}
    container = {
        "name": "filler",
        "image": "registry.k8s.io/pause:3.10",
        "resources": asks,
    }
    meta = {"name": f"filler-{name(node)}", "namespace": "default"}
    spec = {"nodeName": name(node), "containers": [container]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec}
