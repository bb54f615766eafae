"""Ideas for Pods that the scheduler or a kubelet refuses: cordoned Nodes, ports, gates, spreading."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from k8slearn.apimachinery.objects import Object, is_deleting, name
from k8slearn.apimachinery.selectors import REQUIRED
from k8slearn.kinds.pod.state import host_ports, phase
from k8slearn.locale import remedies as words
from k8slearn.remedies.edits import Edit, patched
from k8slearn.remedies.evidence import FEW, Evidence, Idea, dig, is_owned, names_of
from k8slearn.remedies.placing import for_nodes
from k8slearn.remedies.room import (
    fewer_pods,
    more_important,
    smaller,
    without,
)
from k8slearn.scheduler.decide import choose
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
from k8slearn.scheduler.resources import LACKING, TOO_MANY_PODS
from k8slearn.scheduler.situation import Situation, observed

# The scheduler's reason for each reason of a kubelet.
_BY_KUBELET = {
    "NodeAffinity": NO_NODE_LABELS,
    "NodePorts": NO_PORTS,
    "TaintToleration": NO_TOLERATION,
    "OutOfcpu": f"{LACKING}cpu",
    "OutOfmemory": f"{LACKING}memory",
    "OutOfpods": TOO_MANY_PODS,
}
_AFFINITIES = {NO_FRIENDS: "podAffinity", FOES: "podAntiAffinity"}


def scheduling(evidence: Evidence) -> Iterator[Idea]:
    """Ideas for Pods that are not accepted by a Node."""
    situation = observed(evidence.reader)
    refused: dict[str, dict[str, Object]] = defaultdict(dict)
    pod = None
    for each in evidence.obstacles[:FEW]:
        if each.pod is None or is_deleting(each.pod):
            continue
        pod = each.pod
        for reason, node in _refusals(pod, each.node, situation):
            refused[reason][name(node)] = node
    if pod is None:
        return
    yield from _gates(evidence, pod)
    for reason, found in refused.items():
        nodes = list(found.values())[:FEW]
        # Any single Node will do, except for daemon Pods, each of which needs its own.
        groups = [[node] for node in nodes]
        if evidence.kind == "DaemonSet":
            groups = [nodes]
        for group in groups:
            yield from _against(evidence, reason, pod, group)


def _refusals(
    pod: Object, node: Object | None, situation: Situation
) -> Iterator[tuple[str, Object]]:
    """(reason, Node) of the scheduler or the kubelet."""
    if phase(pod) == "Failed":
        reason = _BY_KUBELET.get(dig(pod, "status", "reason") or "")
        if reason and node is not None:
            yield reason, node
    elif not pod["spec"].get("nodeName"):
        for fit in choose(pod, situation).fits:
            for reason in fit.reasons:
                yield reason, situation.nodes[fit.node]


def _against(
    evidence: Evidence, reason: str, pod: Object, nodes: Sequence[Object]
) -> Iterator[Idea]:
    if reason == CORDONED:
        opened = [_uncordon(node) for node in nodes]
        yield evidence.idea(words.UNCORDON, *opened, nodes=names_of(nodes))
    elif reason in (NO_TOLERATION, NO_NODE_LABELS):
        yield from for_nodes(evidence, pod["spec"], nodes)
    elif reason == NO_PORTS:
        yield from _ports(evidence, pod, nodes)
    elif reason == TOO_MANY_PODS:
        yield from fewer_pods(evidence, pod, nodes, "pods")
        yield from more_important(evidence, nodes)
    elif reason.startswith(LACKING):
        resource = reason.removeprefix(LACKING)
        yield from smaller(evidence, pod, nodes, resource)
        yield from fewer_pods(evidence, pod, nodes, resource)
        yield from more_important(evidence, nodes)
    elif reason in (SKEWED, NO_DOMAIN):
        yield from _spread(evidence)
    elif reason in _AFFINITIES:
        kind = _AFFINITIES[reason]
        change = {"affinity": {kind: {REQUIRED: None}}}
        edit = evidence.template_edit(change)
        yield evidence.idea(words.NO_AFFINITY, edit, kind=kind)


def _uncordon(node: Object) -> Edit:
    patch = {"spec": {"unschedulable": None}}
    line = f"kubectl uncordon {name(node)}"
    return patched(node, patch, type="merge", line=line)


def _gates(evidence: Evidence, pod: Object) -> Iterator[Idea]:
    gates = pod["spec"].get("schedulingGates")
    if not gates:
        return
    size = len(gates)
    listed = "、".join([gate["name"] for gate in gates])
    change = {"schedulingGates": None}
    edit = patched(pod, {"spec": change}, size=size, type="merge")
    yield evidence.idea(words.GATES, edit, gates=listed, pod=name(pod))
    if evidence.kind != "Pod":
        edit = evidence.template_edit(change, size=size)
        yield evidence.idea(words.GATES, edit, gates=listed, pod=evidence.target)


# Ports -----------------------------------------------------------------------------------------------------------


def _ports_of(pod: Object) -> set[int]:
    return {port for _, _, port in host_ports(pod)}


def _ports(evidence: Evidence, pod: Object, nodes: Sequence[Object]) -> Iterator[Idea]:
    wanted = _ports_of(pod)
    taken: set[int] = set()
    in_the_way: list[Object] = []
    for node in nodes:
        for other in evidence.others_on(node):
            ports = _ports_of(other)
            taken |= ports
            if ports & wanted:
                in_the_way.append(other)
    if not any(is_owned(other) for other in in_the_way):
        yield without(evidence, in_the_way)
    if pod["spec"].get("hostNetwork"):
        # On the host's network containerPort and hostPort are the same.
        return
    for port in sorted(wanted & taken):
        free = port + 1
        while free in taken | wanted:
            free += 1
        moved = _port_edit(evidence, port, free)
        yield evidence.idea(words.OTHER_PORT, moved, port=port, free=free)
        none = _port_edit(evidence, port, None)
        yield evidence.idea(words.NO_PORT, none, port=port)


def _port_edit(evidence: Evidence, port: int, free: int | None) -> Edit:
    changed = []
    for container in evidence.containers:
        for each in container.get("ports") or ():
            if each.get("hostPort") == port:
                about = {"containerPort": each["containerPort"], "hostPort": free}
                changed.append({"name": container["name"], "ports": [about]})
    return evidence.template_edit({"containers": changed})


def _spread(evidence: Evidence) -> Iterator[Idea]:
    changed = []
    for each in evidence.pod_template.get("topologySpreadConstraints") or ():
        if each.get("whenUnsatisfiable") == "DoNotSchedule":
            changed.append({**each, "whenUnsatisfiable": "ScheduleAnyway"})
    if changed:
        edit = evidence.template_edit({"topologySpreadConstraints": changed})
        yield evidence.idea(words.SPREAD, edit)
