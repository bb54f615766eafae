"""What keeps the scheduler, or a kubelet, from taking a Pod: a closed Node, ports, room, importance, gates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import floor

from k8slearn.apimachinery.objects import (
    Object,
    condition,
    controller_uid,
    is_deleting,
    name,
)
from k8slearn.kinds.pod.state import host_ports, phase
from k8slearn.locale import remedies as words
from k8slearn.remedies.edits import Edit, created, deleted, patched
from k8slearn.remedies.evidence import FEW, Evidence, Idea
from k8slearn.remedies.placing import for_nodes, named
from k8slearn.scheduler.decide import schedule
from k8slearn.scheduler.filters import (
    CORDONED,
    FOES,
    NO_DOMAIN,
    NO_FRIENDS,
    NO_NODE_LABELS,
    NO_PORTS,
    NO_TOLERATION,
    SKEWED,
)
from k8slearn.scheduler.resources import (
    TOO_MANY_PODS,
    allocatable_of,
    milli_value,
    requests,
)
from k8slearn.scheduler.situation import Situation, observed, priority_of

LACKING = "Insufficient "
# In which a request is written: whole hundredths of a CPU, whole Mi of memory.
_STEPS = {"cpu": (10, "m", 1), "memory": (2**20 * 1000, "Mi", 2**20 * 1000)}
# How a kubelet that refuses a Pod says what the scheduler says in other words.
_BY_KUBELET = {
    "NodeAffinity": NO_NODE_LABELS,
    "NodePorts": NO_PORTS,
    "TaintToleration": NO_TOLERATION,
    "OutOfcpu": f"{LACKING}cpu",
    "OutOfmemory": f"{LACKING}memory",
    "OutOfpods": TOO_MANY_PODS,
}
NEW_CLASS = "important"
_HIGHEST = 1_000_000_000
"""Above it only the system's own classes may go. Kubernetes: HighestUserDefinablePriority"""


def scheduling(evidence: Evidence) -> Iterator[Idea]:
    """Ideas for Pods that no Node has taken."""
    refused: dict[str, list[Object]] = {}
    pod = None
    situation = observed(evidence.reader)
    for each in evidence.obstacles[:FEW]:
        if each.pod is None or is_deleting(each.pod):
            continue
        found = _refusals(each.pod, each.node, situation)
        for reason, nodes in found.items():
            pod = each.pod
            kept = refused.setdefault(reason, [])
            kept += [node for node in nodes if node not in kept]
    if pod is None:
        return
    yield from _gates(evidence, pod)
    one_by_one = evidence.owner["kind"] != "DaemonSet"
    for reason, nodes in refused.items():
        # A Pod that may go anywhere needs one Node; a daemon Pod needs its own.
        groups = [[node] for node in nodes[:FEW]] if one_by_one else [nodes]
        for group in groups:
            yield from _against(evidence, reason, pod, group)


def _refusals(
    pod: Object, node: Object | None, situation: Situation
) -> dict[str, list[Object]]:
    """The scheduler's reasons, or the kubelet's, and the Nodes for which they were given."""
    status = pod.get("status", {})
    if phase(pod) == "Failed":
        reason = _BY_KUBELET.get(status.get("reason", ""))
        return {reason: [node]} if reason and node is not None else {}
    found: dict[str, list[Object]] = {}
    if pod["spec"].get("nodeName"):
        return found
    for fit in schedule(pod, situation).fits:
        for reason in fit.reasons:
            found.setdefault(reason, []).append(situation.nodes[fit.node])
    return found


def _against(
    evidence: Evidence, reason: str, pod: Object, nodes: Sequence[Object]
) -> Iterator[Idea]:
    if reason == CORDONED:
        opened = tuple([_uncordon(node) for node in nodes])
        yield Idea(words.UNCORDON.format(nodes=named(nodes)), opened)
    elif reason in (NO_TOLERATION, NO_NODE_LABELS):
        yield from for_nodes(evidence, pod["spec"], nodes)
    elif reason == NO_PORTS:
        yield from _ports(evidence, pod, nodes)
    elif reason.startswith(LACKING) or reason == TOO_MANY_PODS:
        resource = reason.removeprefix(LACKING)
        if reason == TOO_MANY_PODS:
            resource = "pods"
        else:
            yield from _smaller(evidence, pod, nodes, resource)
        yield from _fewer_pods(evidence, pod, nodes, resource)
        yield from _more_important(evidence, nodes)
    elif reason in (SKEWED, NO_DOMAIN):
        yield from _spread(evidence)
    elif reason in (NO_FRIENDS, FOES):
        kind = "podAffinity" if reason == NO_FRIENDS else "podAntiAffinity"
        none = {"requiredDuringSchedulingIgnoredDuringExecution": None}
        edit = evidence.template_edit({"affinity": {kind: none}})
        yield Idea(words.NO_AFFINITY.format(who=evidence.who, kind=kind), (edit,))


def _uncordon(node: Object) -> Edit:
    patch = {"spec": {"unschedulable": None}}
    line = f"kubectl uncordon {name(node)}"
    return patched(node, patch, type="merge", line=line)


def _gates(evidence: Evidence, pod: Object) -> Iterator[Idea]:
    gates = [each["name"] for each in pod["spec"].get("schedulingGates") or ()]
    if not gates:
        return
    patch = {"schedulingGates": None}
    text = words.GATES.format(pod=name(pod), gates="、".join(gates))
    edit = patched(pod, {"spec": patch}, size=len(gates), type="merge")
    yield Idea(text, (edit,))
    if evidence.owner["kind"] != "Pod":
        edit = evidence.template_edit(patch, size=len(gates))
        text = words.GATES.format(pod=evidence.who, gates="、".join(gates))
        yield Idea(text, (edit,))


# Ports -----------------------------------------------------------------------------------------------------------


def _ports(evidence: Evidence, pod: Object, nodes: Sequence[Object]) -> Iterator[Idea]:
    taken: set[int] = set()
    wanted = {port for _, _, port in host_ports(pod)}
    in_the_way: list[Object] = []
    for node in nodes:
        for other in evidence.bare_pods_on(node):
            ports = {port for _, _, port in host_ports(other)}
            taken |= ports
            if ports & wanted:
                in_the_way.append(other)
    if all(controller_uid(other) is None for other in in_the_way):
        yield _without(in_the_way)
    if pod["spec"].get("hostNetwork"):
        # There the port of the container and that of the host are one.
        return
    for port in sorted(wanted & taken):
        free = port + 1
        while free in taken | wanted:
            free += 1
        moved = evidence.template_edit(_port_patch(evidence, port, free))
        text = words.OTHER_PORT.format(who=evidence.who, port=port, free=free)
        yield Idea(text, (moved,))
        none = evidence.template_edit(_port_patch(evidence, port, None))
        yield Idea(words.NO_PORT.format(who=evidence.who, port=port), (none,))


def _port_patch(evidence: Evidence, port: int, free: int | None) -> Object:
    patches = []
    for container in evidence.template["spec"]["containers"]:
        for each in container.get("ports") or ():
            if each.get("hostPort") == port:
                about = {"containerPort": each["containerPort"], "hostPort": free}
                patches.append({"name": container["name"], "ports": [about]})
    return {"containers": patches}


def _without(pods: Sequence[Object]) -> Idea:
    text = words.DELETE.format(pods="、".join([name(pod) for pod in pods]))
    return Idea(text, tuple([deleted(pod) for pod in pods]))


# Room ------------------------------------------------------------------------------------------------------------


def _free(evidence: Evidence, node: Object, resource: str) -> int:
    """What the others leave on a Node, in thousandths."""
    left = milli_value(allocatable_of(node).get(resource, 0))
    for other in evidence.bare_pods_on(node):
        left -= requests(other).get(resource, 0)
    return left


def _smaller(
    evidence: Evidence, pod: Object, nodes: Sequence[Object], resource: str
) -> Iterator[Idea]:
    """The container that asks for most asks for what there is."""
    if resource not in _STEPS:
        return
    free = min(_free(evidence, node, resource) for node in nodes)
    containers = pod["spec"]["containers"]

    def asked(container: Object) -> int:
        given = (container.get("resources") or {}).get("requests") or {}
        return milli_value(given.get(resource, 0))

    largest = max(containers, key=asked)
    rest = requests(pod).get(resource, 0) - asked(largest)
    step, unit, one = _STEPS[resource]
    amount = floor((free - rest) / step) * step
    if amount <= 0 or amount >= asked(largest):
        return
    given = {resource: f"{amount // one}{unit}"}
    about = {"who": evidence.who, "resource": resource, "amount": given[resource]}
    yield Idea(
        words.SMALLER.format(**about, container=largest["name"]),
        (set_resources(evidence, largest["name"], requests=given),),
    )


def set_resources(evidence: Evidence, container: str, **sides: Object) -> Edit:
    """`kubectl set resources`: requests=…, limits=…."""
    written = []
    for side, amounts in sides.items():
        listed = ",".join([f"{r}={amount}" for r, amount in amounts.items()])
        written.append(f"--{side}={listed}")
    patch = {"containers": [{"name": container, "resources": sides}]}
    said = f"set resources -- -c {container} {' '.join(written)}"
    size = sum(len(amounts) for amounts in sides.values())
    return evidence.template_edit(patch, size=size, words=said)


def _fewer_pods(
    evidence: Evidence, pod: Object, nodes: Sequence[Object], resource: str
) -> Iterator[Idea]:
    """On each Node the smallest Pod goes whose end alone makes room; one that nobody would make again first."""
    going = []
    for node in nodes:
        lacking = requests(pod).get(resource, 0) - _free(evidence, node, resource)
        enough = []
        for other in evidence.bare_pods_on(node):
            amount = requests(other).get(resource, 0)
            if amount >= lacking and not is_deleting(other):
                enough.append((controller_uid(other) is not None, amount, name(other)))
        if not enough:
            return
        chosen = min(enough)[2]
        found = [o for o in evidence.bare_pods_on(node) if name(o) == chosen]
        going += found[:1]
    yield _without(going)


def _more_important(evidence: Evidence, nodes: Sequence[Object]) -> Iterator[Idea]:
    """A class above that of the least important Pod on each Node; a new one where there is none such."""
    least = []
    for node in nodes:
        on_it = [priority_of(o) for o in evidence.bare_pods_on(node)]
        if not on_it:
            return
        least.append(min(on_it))
    bar = max(least)
    classes = []
    for each in evidence.reader.list("PriorityClass"):
        value = int(each.get("value", 0))
        if bar < value:
            classes.append((value, name(each)))
    if classes and min(classes)[0] <= _HIGHEST:
        yield _with_class(evidence, min(classes)[1])
    elif bar + 1000 <= _HIGHEST:
        made = _priority_class(NEW_CLASS, bar + 1000)
        used = _with_class(evidence, NEW_CLASS)
        text = words.NEW_CLASS.format(who=evidence.who, name=NEW_CLASS)
        yield Idea(text, (made, *used.edits))


def _with_class(evidence: Evidence, name: str) -> Idea:
    edit = evidence.template_edit({"priorityClassName": name})
    return Idea(words.CLASS.format(who=evidence.who, name=name), (edit,))


def _priority_class(name: str, value: int) -> Edit:
    o = {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": name},
        "value": value,
    }
    return created(o, f"kubectl create priorityclass {name} --value={value}")


def missing_class(evidence: Evidence) -> Iterator[Idea]:
    """The class that the template names is created, or no longer named."""
    wanted = evidence.template["spec"].get("priorityClassName", "")
    if not wanted or evidence.reader.get("PriorityClass", wanted):
        return
    text = words.CREATE.format(kind="PriorityClass", name=wanted)
    yield Idea(text, (_priority_class(wanted, 1000),))
    edit = evidence.template_edit({"priorityClassName": None})
    yield Idea(words.NO_CLASS.format(who=evidence.who, name=wanted), (edit,))


def _spread(evidence: Evidence) -> Iterator[Idea]:
    found = evidence.template["spec"].get("topologySpreadConstraints") or ()
    patches = []
    for each in found:
        if each.get("whenUnsatisfiable") == "DoNotSchedule":
            loosened = {"whenUnsatisfiable": "ScheduleAnyway"}
            patches.append({**each, **loosened})
    if patches:
        edit = evidence.template_edit({"topologySpreadConstraints": patches})
        yield Idea(words.SPREAD.format(who=evidence.who), (edit,))


def is_silent(node: Object) -> bool:
    """Whether nobody has heard of a Node's kubelet, or it says that it cannot run anything."""
    ready = condition(node, "Ready")
    return ready is not None and ready["status"] != "True"
