"""What keeps a Pod from a Node, as far as the Node and its own Pods decide it. Pure functions of objects."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from k8slearn.apimachinery.objects import Object, name
from k8slearn.apimachinery.selectors import (
    judge_taint,
    matches_affinity,
    required_terms,
    untolerated,
)
from k8slearn.kinds.node import is_cordoned
from k8slearn.kinds.pod.state import host_ports, ports_clash
from k8slearn.kinds.taint import UNSCHEDULABLE
from k8slearn.scheduler.resources import insufficient
from k8slearn.scheduler.volume_restrictions import IN_USE, NO_DISK
from k8slearn.scheduler.volumes import NO_MATCH, OTHER_ZONE, OUT_OF_REACH, PodVolumes

# The sentences of the scheduler's plugins, letter by letter: FailedScheduling and `kubectl describe` show them.
# Kubernetes: pkg/scheduler/framework/plugins, the constants ErrReason….
NO_NODE_NAME = "node(s) didn't match the requested node name"
NO_NODE_LABELS = "node(s) didn't match Pod's node affinity/selector"
NO_TOLERATION = "node(s) had untolerated taint(s)"
CORDONED = "node(s) were unschedulable"
NO_PORTS = "node(s) didn't have free ports for the requested pod ports"
SKEWED = "node(s) didn't match pod topology spread constraints"
NO_DOMAIN = f"{SKEWED} (missing required label)"
NO_FRIENDS = "node(s) didn't match pod affinity rules"
FOES = "node(s) didn't match pod anti-affinity rules"
GUARDED = "node(s) didn't satisfy existing pods anti-affinity rules"
_CORDON = {"key": UNSCHEDULABLE, "effect": "NoSchedule"}
"""The taint that stands for a cordon: a Pod that tolerates it fits on a cordoned Node, tainted or not."""
_REFUSING = ("NoSchedule", "NoExecute")
_PLUGINS = {
    CORDONED: "NodeUnschedulable",
    NO_NODE_NAME: "NodeName",
    NO_TOLERATION: "TaintToleration",
    NO_NODE_LABELS: "NodeAffinity",
    NO_PORTS: "NodePorts",
    **dict.fromkeys((NO_DISK, IN_USE), "VolumeRestrictions"),
    **dict.fromkeys((OUT_OF_REACH, NO_MATCH), "VolumeBinding"),
    OTHER_ZONE: "VolumeZone",
    SKEWED: "PodTopologySpread",
    NO_DOMAIN: "PodTopologySpread",
    **dict.fromkeys((NO_FRIENDS, FOES, GUARDED), "InterPodAffinity"),
}


def plugin_of(reason: str) -> str:
    """The plugin that refuses for this reason; any reason that is not listed is about resources."""
    return _PLUGINS.get(reason, "NodeResourcesFit")


class Fit(NamedTuple):
    """Whether a Pod fits on a Node; `reasons` in the scheduler's words, `helped` when removing Pods could help.

    `volumes` are what there is to bind for it there.
    """

    node: str
    reasons: tuple[str, ...]
    helped: bool = False
    volumes: PodVolumes = PodVolumes()


def fits(pod: Object, node: Object, others: Iterable[Object]) -> Fit:
    """Hold a Pod against a Node on which `others` run; the first filter that refuses gives the reasons.

    Kubernetes: pkg/scheduler/framework/plugins (nodeunschedulable, nodename, tainttoleration, nodeaffinity, nodeports,
    noderesources), in the order of pkg/scheduler/apis/config/v1/default_plugins.go.
    """
    about = name(node)
    spec = pod["spec"]
    if not is_open(spec, node):
        return Fit(about, (CORDONED,))
    if spec.get("nodeName") not in (None, "", about):
        return Fit(about, (NO_NODE_NAME,))
    if untolerated_taints(spec, node):
        return Fit(about, (NO_TOLERATION,))
    if not matches_affinity(spec, node):
        return Fit(about, (NO_NODE_LABELS,))
    # From here on it is other Pods that stand in the way, so preempting some of them could help.
    running = list(others)
    wanted = host_ports(pod)
    if wanted and any(ports_clash(wanted, host_ports(other)) for other in running):
        return Fit(about, (NO_PORTS,), helped=True)
    lacking, never = insufficient(pod, node, running)
    return Fit(about, lacking, helped=bool(lacking) and not never)


def named_nodes(pod_spec: Object) -> set[str] | None:
    """The Nodes that the affinity names, None where it leaves them open. Kubernetes: nodeaffinity, PreFilter"""
    found: set[str] | None = None
    for term in required_terms(pod_spec) or ():
        names: set[str] | None = None
        for field in term.get("matchFields") or ():
            if field["key"] == "metadata.name" and field["operator"] == "In":
                values = set(field["values"])
                names = values if names is None else names & values
        # One alternative that names none may be met by any Node.
        if names is None:
            return None
        found = (found or set()) | names
    return found


def is_open(pod_spec: Object, node: Object) -> bool:
    """Whether the Node is not cordoned, or the Pod tolerates that."""
    if not is_cordoned(node):
        return True
    tolerations = pod_spec.get("tolerations") or ()
    return judge_taint(_CORDON, tolerations).toleration is not None


def untolerated_taints(pod_spec: Object, node: Object, *effects: str) -> list[Object]:
    """The Node's taints that the Pod does not tolerate: of these effects, else of those that refuse."""
    taints = node.get("spec", {}).get("taints")
    if not taints:
        return []
    tolerations = pod_spec.get("tolerations") or ()
    verdicts = [judge_taint(taint, tolerations) for taint in taints]
    return untolerated(verdicts, *(effects or _REFUSING))
