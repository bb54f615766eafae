"""All that can be said of one Node or one Pod at one moment, present or past."""

from __future__ import annotations

from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import (
    Object,
    condition,
    controller_uid,
    is_deleting,
    name,
    seconds_of,
    uid,
)
from k8slearn.controllers.daemon.pods import NodePods
from k8slearn.explain.outlook import Outlook, Outlooks
from k8slearn.explain.sentences import Explanation, Sentence
from k8slearn.explain.why_containers import why_containers
from k8slearn.explain.why_node import why_placement
from k8slearn.explain.why_past import WithPast, why_created_and_going
from k8slearn.explain.why_pod import state_of, why_pod
from k8slearn.explain.why_refused import why_refused
from k8slearn.explain.why_scheduled import why_scheduled
from k8slearn.explain.why_workload import owner_of, why_workload
from k8slearn.kinds.pod.state import get_target_node_name, is_pod_ready
from k8slearn.kinds.types import AnyDaemonSet
from k8slearn.locale import explain as words


def why_here(
    reader: Reader,
    node: str,
    now: float,
    outlooks: Outlooks | None = None,
) -> list[Explanation]:
    """For each DaemonSet: does a Pod belong on this Node, why, and what is there; `now` in simulated seconds.

    `outlooks` are those of this moment, where more is asked of it.
    """
    outlooks = outlooks or Outlooks(reader, now)
    sets = reader.list("DaemonSet")
    return [_one_set(outlooks, daemon_set, node) for daemon_set in sets]


def _one_set(outlooks: Outlooks, daemon_set: Object, node: str) -> Explanation:
    # One Node alone: to say what is on it takes no decision on the others, of which there may be thousands.
    found = outlooks.near(daemon_set, node)
    title = words.HERE["title"].format(daemon_set=name(daemon_set), node=node)
    here = found.nodes.get(node)
    pods = _pods(outlooks, found, here)
    if here is None or here.placement is None:
        return Explanation(about=title, answer=words.HERE["gone"], reasons=tuple(pods))
    placed = why_placement(daemon_set, node, here.placement)
    return Explanation(
        about=title, answer=placed.answer, reasons=(*placed.reasons, *pods)
    )


def _pods(
    outlooks: Outlooks,
    found: Outlook,
    here: NodePods | None,
) -> list[Sentence]:
    if here is None or not here.pods:
        lacking = here is not None and here.create
        there = Sentence(words.HERE["will_create" if lacking else "none"])
        refused = why_refused(outlooks.reader, found.daemon_set) if lacking else ()
        return [there, *refused]
    sentences = []
    for pod in here.pods:
        state = why_pod(found, pod, outlooks.now).answer
        sentences.append(Sentence(words.HERE["has"].format(pod=name(pod), state=state)))
        sentences += _unbound(outlooks, pod)
    return sentences


def _unbound(outlooks: Outlooks, pod: Object) -> tuple[Sentence, ...]:
    """Why the scheduler has not bound the Pod; nothing of one that is bound or on its way out."""
    if pod["spec"].get("nodeName") or is_deleting(pod):
        return ()
    if pod["spec"].get("schedulingGates"):
        # The scheduler does not even look at it.
        return ()
    known = outlooks.unbound.get(uid(pod))
    if known is None:
        # Who looks at a Node and at the Pod on it asks twice.
        known = why_scheduled(outlooks.reader, pod).reasons
        outlooks.unbound[uid(pod)] = known
    return known


def why_this_pod(
    past: WithPast,
    reader: Reader,
    pod: Object,
    now: float,
    outlooks: Outlooks | None = None,
) -> Explanation:
    """A Pod's state, its version, why it was made, what it waits for and what this round does with it.

    `outlooks` are those of this moment, where more is asked of it.
    """
    owner = _owner(reader, pod)
    outlooks = outlooks or Outlooks(reader, now)
    made, going = why_created_and_going(past, pod)
    unbound = _unbound(outlooks, pod)
    if owner is None:
        told = (*made, *unbound, *why_containers(reader, pod), *going)
        return _of_other_owner(reader, pod, now, told)
    outlook = _outlook_for(outlooks, owner, pod)
    found = why_pod(outlook, pod, now)
    # In the order of its life: which version it is, who made it, what it waits for, what becomes of it.
    version = found.reasons[:1]
    fate = found.reasons[1:]
    held = (*why_containers(reader, pod), *_clock_ahead(pod, owner, now))
    life = (*made, *unbound, *held, *going)
    return Explanation(
        about=found.about, answer=found.answer, reasons=(*version, *life, *fate)
    )


def _of_other_owner(
    reader: Reader, pod: Object, now: float, told: tuple[Sentence, ...]
) -> Explanation:
    """A Pod of a ReplicaSet, a StatefulSet or a Job: its state, and where its owner stands; a bare one has none."""
    owner = owner_of(reader, pod)
    if owner is None or owner["kind"] not in words.OWNED:
        return Explanation(about=name(pod), answer=words.HERE["bare"], reasons=told)
    above = owner_of(reader, owner) or owner
    whose = words.OWNED[owner["kind"]].format(name=name(owner), above=name(above))
    if owner["kind"] == "ReplicaSet" and above is owner:
        whose = words.OWNED["bare ReplicaSet"].format(name=name(owner))
    stands = why_workload(reader, above, now)
    last = Sentence(words.STANDS.format(about=stands.about, answer=stands.answer))
    return Explanation(
        about=name(pod),
        answer=state_of(owner, pod, now),
        reasons=(Sentence(whose), *told, last),
    )


def _outlook_for(outlooks: Outlooks, daemon_set: Object, pod: Object) -> Outlook:
    """What bears on one Pod: its Node alone, and the round of all Nodes only for an old Pod that it may replace."""
    node = get_target_node_name(pod)
    near = outlooks.near(daemon_set, node)
    old = near.nodes[node].old_pod if node in near.nodes else None
    if old is None or name(old) != name(pod):
        return near
    return outlooks.of(daemon_set)


def _owner(reader: Reader, pod: Object) -> Object | None:
    """The DaemonSet that controls the Pod; by uid, since another of the same name may have been made since."""
    for daemon_set in reader.list("DaemonSet"):
        if uid(daemon_set) == controller_uid(pod):
            return daemon_set
    return None


def _clock_ahead(pod: Object, daemon_set: AnyDaemonSet, now: float) -> list[Sentence]:
    """A ready Pod whose Node wrote a time that has not come yet."""
    # Only minReadySeconds compares the kubelet's clock with the controller's.
    if not daemon_set["spec"].get("minReadySeconds") or not is_pod_ready(pod):
        return []
    ready = condition(pod, "Ready")
    ahead = seconds_of(ready["lastTransitionTime"]) - now if ready else 0.0
    if ahead <= 0:
        return []
    return [Sentence(words.HERE["ahead"].format(seconds=ahead), False)]
