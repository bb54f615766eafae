"""What is a Pod waiting for, and is it replaced in this round, and why?"""

from __future__ import annotations

from k8slearn.apimachinery.objects import (
    HASH_LABEL,
    Object,
    condition,
    is_deleting,
    labels,
    name,
)
from k8slearn.controllers.daemon.pods import NodePods, Removal
from k8slearn.explain.outlook import Outlook
from k8slearn.explain.sentences import Explanation, Sentence
from k8slearn.explain.why_containers import PREPARING
from k8slearn.explain.why_rollout import arithmetic
from k8slearn.kinds.pod.state import (
    available_at,
    get_target_node_name,
    is_pod_ready,
    is_pod_terminal,
    phase,
)
from k8slearn.kinds.types import AnyPod
from k8slearn.locale import explain as words


def why_pod(found: Outlook, pod: Object, now: float) -> Explanation:
    """The state of one Pod of the DaemonSet, its version, and what this round does with it."""
    node = found.nodes.get(get_target_node_name(pod))
    reasons = [_version(found, pod)]
    # A Pod that is ending has no fate any more: no round counts it or chooses it.
    if not is_deleting(pod):
        reasons += _fate(found, pod, node)
    return Explanation(
        about=name(pod),
        answer=state_of(found.daemon_set, pod, now),
        reasons=tuple(reasons),
    )


def state_of(owner: Object, pod: AnyPod, now: float) -> str:
    """The furthest station that the Pod has reached on its way to being available."""
    states = words.POD_STATES
    if is_deleting(pod):
        return states["terminating"]
    if is_pod_terminal(pod):
        return states["finished"].format(phase=phase(pod))
    if not pod["spec"].get("nodeName"):
        return _unbound(pod)
    # Before the phase: a container that crashes or cannot be pulled keeps the Pod in Pending or Running as if all
    # were well.
    waiting = _waiting(pod)
    if waiting:
        key = "preparing" if waiting in PREPARING else "waiting"
        return states[key].format(reason=waiting)
    if phase(pod) == "Pending":
        return states["starting"].format(node=pod["spec"]["nodeName"])
    if not is_pod_ready(pod):
        return states["unready"]
    due = available_at(pod, owner["spec"].get("minReadySeconds", 0))
    if due is not None and due > now:
        return states["settling"].format(seconds=due - now)
    return states["available"]


def _unbound(pod: AnyPod) -> str:
    gates = [gate["name"] for gate in pod["spec"].get("schedulingGates") or ()]
    if gates:
        return words.POD_STATES["gated"].format(gates="、".join(gates))
    scheduled = condition(pod, "PodScheduled")
    # The scheduler leaves a message only when it has refused; before its first attempt there is no condition.
    if scheduled is not None and scheduled.get("message"):
        return words.POD_STATES["refused"].format(message=scheduled["message"])
    return words.POD_STATES["unbound"].format(node=get_target_node_name(pod))


def _waiting(pod: AnyPod) -> str:
    """The reason for which a container waits, '' when none says one; first what does not pass by itself."""
    status = pod.get("status", {})
    entries = (
        *(status.get("initContainerStatuses") or ()),
        *(status.get("containerStatuses") or ()),
    )
    states = [entry.get("state") or {} for entry in entries]
    reasons = [state.get("waiting", {}).get("reason", "") for state in states]
    said = [str(reason) for reason in reasons if reason]
    stuck = [reason for reason in said if reason not in PREPARING]
    return (stuck or said or [""])[0]


def _version(found: Outlook, pod: Object) -> Sentence:
    own = labels(pod).get(HASH_LABEL, "")
    if own not in found.numbers:
        return Sentence(words.POD_VERSION["unknown"])
    current = found.numbers.get(found.revision_hash)
    if own == found.revision_hash:
        which = words.POD_VERSION["current"]
    elif current:
        which = words.POD_VERSION["old"].format(current=current)
    else:
        # Between the change of the template and the controller's next sync there is no revision of it.
        which = words.POD_VERSION["newer"]
    number = found.numbers[own]
    return Sentence(words.POD_VERSION["version"].format(number=number, which=which))


def _fate(found: Outlook, pod: Object, node: NodePods | None) -> list[Sentence]:
    """What becomes of the Pod in this round; where the limit has to do with it, with the arithmetic."""
    removal = _removal(found, pod, node)
    if removal is not None and removal.why != "rollout":
        return [Sentence(words.POD_REMOVALS[removal.why], False)]
    if node is None or node.old_pod is None or name(node.old_pod) != name(pod):
        return [Sentence(words.POD_KEPT["current"], True)]
    if found.rollout is None:
        return [Sentence(words.POD_KEPT["on_delete"], True)]
    numbers = arithmetic(found.daemon_set, found.rollout)
    if removal is not None:
        return [Sentence(words.POD_REMOVALS["rollout"], False), *numbers]
    kept = "no_room"
    if node.node in found.rollout.create:
        kept = "first"
    return [Sentence(words.POD_KEPT[kept], True), *numbers]


def _removal(found: Outlook, pod: Object, node: NodePods | None) -> Removal | None:
    decided: list[Removal] = []
    # What manage removes comes before the round: it is not in the limit. It is read off the Node, since an outlook on
    # one Node decides nothing.
    if node is not None:
        decided += node.delete
    if found.rollout is not None:
        decided += found.rollout.delete
    for removal in decided:
        if name(removal.pod) == name(pod):
            return removal
    return None
