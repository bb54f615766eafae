"""The scheduler: binds each Pod to a Node that fits, and says in the real words why none does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import (
    Object,
    condition,
    full_name,
    is_deleting,
    labels,
    name,
    namespace,
    timestamp,
    with_status,
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
from k8slearn.apiserver.store import Store
from k8slearn.clock import Clock
from k8slearn.controllers.recorder import record_once
from k8slearn.controllers.runtime import Cache, Controller, Informer
from k8slearn.kinds.pods import get_target_node_name, host_ports, is_pod_terminal

NAME = "scheduler"
SOURCE = "default-scheduler"
NO_NODE_LABELS = "node(s) didn't match Pod's node affinity/selector"
NO_TOLERATION = "node(s) had untolerated taint(s)"
CORDONED = "node(s) were unschedulable"
NO_PORTS = "node(s) didn't have free ports for the requested pod ports"
NEW_NODE, LABELS, TAINTS, ALLOCATABLE, PODS = (
    "new Node",
    "labels",
    "taints",
    "allocatable",
    "Pods",
)
HELP = {
    NO_NODE_LABELS: {LABELS},
    NO_TOLERATION: {TAINTS},
    CORDONED: {TAINTS},
    NO_PORTS: {PODS},
}
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


class Scheduler(Controller):
    """Binds unbound Pods; those that fit nowhere are tried again when a Node or a Pod changes."""

    def __init__(self, store: Store, clock: Clock, priority: int) -> None:
        super().__init__(
            NAME, priority, store, clock, Informer(store, clock, NAME, ("Pod", "Node"))
        )
        self.nodes: Cache[str, Object] = Cache()
        self.running: Cache[str, Cache[object, Object]] = Cache()
        self.unschedulable: dict[str, frozenset[str]] = {}
        self.informer.on("Pod", self.on_pod)
        self.informer.on("Node", self.on_node)

    def on_pod(self, change: Change) -> None:
        """Keep the Pods by Node; try an unbound Pod, and all that wait when a Pod has left a Node."""
        pod, place = change.object, (namespace(change.object), name(change.object))
        node = pod["spec"].get("nodeName")
        if node:
            self._keep(
                node, place, pod, gone=change.type == "DELETED" or is_pod_terminal(pod)
            )
        elif not is_deleting(pod) and (
            change.type == "ADDED" or _is_gated(change.previous)
        ):
            self.enqueue(full_name(pod))
        if change.type == "DELETED":
            self.unschedulable.pop(full_name(pod), None)

    def _keep(self, node: str, place: object, pod: Object, *, gone: bool) -> None:
        if not gone:
            self.running.setdefault(node, Cache())[place] = pod
        elif self.running.get(node, Cache()).pop(place, None) is not None:
            self._retry({PODS})

    def on_node(self, change: Change) -> None:
        """A Node that came or changed may suit what waits."""
        if change.type == "DELETED":
            self.nodes.pop(name(change.object), None)
        else:
            self.nodes[name(change.object)] = change.object
            self._retry(_what_changed(change.previous, change.object))

    def _retry(self, changed: set[str]) -> None:
        """Try again what was refused for something that has changed now (the real one's queueing hints)."""
        for key, could_help in self.unschedulable.items():
            if could_help & changed:
                self.enqueue(key)

    def sync(self, key: str) -> Scheduling | None:
        """Try to bind one Pod."""
        place, _, pod_name = key.partition("/")
        pod = self.store.get("Pod", pod_name, place)
        if (
            pod is None
            or pod["spec"].get("nodeName")
            or is_deleting(pod)
            or _is_gated(pod)
            or not _is_mine(pod)
        ):
            self.unschedulable.pop(key, None)
            return None
        result = schedule(pod, self.nodes, self.running)
        if result.node:
            self.unschedulable.pop(key, None)
            self._bind(pod, result.node)
        else:
            self.unschedulable[key] = _what_could_help(result)
            self._refuse(pod, result.message)
        return result

    def _bind(self, pod: Object, node: str) -> None:
        bind(self.store, pod, node, NAME)
        message = f"Successfully assigned {full_name(pod)} to {node}"
        self._tell(pod, "Normal", "Scheduled", message, "Binding")

    def _refuse(self, pod: Object, message: str) -> None:
        found = condition(pod, "PodScheduled")
        if found is not None and found.get("message") == message:
            return
        refused: Object = {
            "type": "PodScheduled",
            "status": "False",
            "reason": "Unschedulable",
            "message": message,
        }
        refused |= {
            "lastProbeTime": None,
            "lastTransitionTime": timestamp(self.clock.now),
        }
        self.store.update_status(with_status(pod, conditions=[refused]), NAME)
        self._tell(pod, "Warning", "FailedScheduling", message, "Scheduling")

    def _tell(
        self, pod: Object, kind: str, reason: str, message: str, action: str
    ) -> None:
        more = {
            "action": action,
            "reportingComponent": SOURCE,
            "reportingInstance": f"{SOURCE}-k8slearn",
        }
        record_once(self.store, NAME, pod, kind, reason, message, **more)


def _what_could_help(result: Scheduling) -> frozenset[str]:
    """Changes that could make a refused Pod fit; a new Node always could."""
    reasons = [reason for verdict in result.verdicts for reason in verdict.reasons]
    return frozenset(
        {NEW_NODE}.union(*(HELP.get(reason, {PODS, ALLOCATABLE}) for reason in reasons))
    )


def _what_changed(before: Object | None, node: Object) -> set[str]:
    if before is None:
        return {NEW_NODE}
    old, new = _aspects(before), _aspects(node)
    return {what for what in new if old[what] != new[what]}


def _aspects(node: Object) -> dict[str, object]:
    spec, allocatable = node.get("spec", {}), node.get("status", {}).get("allocatable")
    closed = (spec.get("taints") or [], bool(spec.get("unschedulable")))
    return {LABELS: labels(node), TAINTS: closed, ALLOCATABLE: allocatable}


def _is_gated(pod: Object | None) -> bool:
    """Whether somebody holds the Pod back with a scheduling gate."""
    return bool(pod and pod["spec"].get("schedulingGates"))


def _is_mine(pod: Object) -> bool:
    """Whether the Pod asks for the default scheduler."""
    return bool(pod["spec"].get("schedulerName", SOURCE) == SOURCE)


def bind(store: Store, pod: Object, node: str, actor: str) -> Object:
    """Set the Pod's Node and the condition PodScheduled, as the `pods/binding` subresource does."""
    scheduled: Object = {
        "type": "PodScheduled",
        "status": "True",
        "lastProbeTime": None,
    }
    scheduled["lastTransitionTime"] = timestamp(store.clock.now)
    bound = with_status(
        {**pod, "spec": {**pod["spec"], "nodeName": node}}, conditions=[scheduled]
    )
    return store.update(bound, actor, subresource="binding")
