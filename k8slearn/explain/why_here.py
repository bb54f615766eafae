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
from k8slearn.explain.why_node import why_placement
from k8slearn.explain.why_past import History, why_created, why_going
from k8slearn.explain.why_pod import why_pod
from k8slearn.explain.why_scheduled import why_scheduled
from k8slearn.kinds.pod.state import get_target_node_name, is_pod_ready

WORDS = {
    "title": "{daemon_set} 在 {node}",
    "will_create": "现在这里没有它的 Pod：控制器下一次同步就创建",
    "none": "现在这里没有它的 Pod",
    "has": "这里有它的 Pod {pod}：{state}",
    "gone": "Node 已经不在了，Pod 还没有被回收",
    "bare": "这个 Pod 不归任何 DaemonSet 管",
    "ahead": "Node 的钟快了：它写的就绪时间比控制器的现在晚 {seconds:.0f} 秒，minReadySeconds 从那时才开始算",
}


def why_here(
    reader: Reader, node: str, now: float, outlooks: Outlooks | None = None
) -> list[Explanation]:
    """For each DaemonSet: does a Pod belong on this Node, why, and what is there; `now` in simulated seconds.

    `outlooks` are those of this moment, where more is asked of it.
    """
    outlooks = outlooks or Outlooks(reader, now)
    sets = reader.list("DaemonSet")
    return [_one_set(outlooks, daemon_set, node) for daemon_set in sets]


def _one_set(outlooks: Outlooks, daemon_set: Object, node: str) -> Explanation:
    found, reader, now = outlooks.near(daemon_set, node), outlooks.reader, outlooks.now
    title = WORDS["title"].format(daemon_set=name(daemon_set), node=node)
    seen = found.nodes.get(node)
    if seen is None or seen.placement is None:
        return Explanation(title, WORDS["gone"], tuple(_pods(reader, found, seen, now)))
    placed = why_placement(daemon_set, node, seen.placement)
    reasons = (*placed.reasons, *_pods(reader, found, seen, now))
    return Explanation(title, placed.answer, reasons)


def _pods(
    reader: Reader, found: Outlook, seen: NodePods | None, now: float
) -> list[Sentence]:
    if seen is None or not seen.pods:
        return [Sentence(WORDS["will_create" if seen and seen.create else "none"])]
    told = []
    for pod in seen.pods:
        told.append(
            Sentence(
                WORDS["has"].format(
                    pod=name(pod), state=why_pod(found, pod, now).answer
                )
            )
        )
        told += _unbound(reader, pod)
    return told


def _unbound(reader: Reader, pod: Object) -> tuple[Sentence, ...]:
    waits = not pod["spec"].get("nodeName") and not is_deleting(pod)
    return why_scheduled(reader, pod).reasons if waits else ()


def why_this_pod(
    history: History,
    reader: Reader,
    pod: Object,
    now: float,
    outlooks: Outlooks | None = None,
) -> Explanation:
    """A Pod's state, its version, why it was made, what it waits for and what this round does with it.

    `outlooks` are those of this moment, where more is asked of it.
    """
    owner = _owner(reader, pod)
    made = why_created(history, pod)
    if owner is None:
        return Explanation(name(pod), WORDS["bare"], (*made, *_unbound(reader, pod)))
    found = _outlook_for(outlooks or Outlooks(reader, now), owner, pod)
    told = why_pod(found, pod, now)
    going = why_going(history, pod) if is_deleting(pod) else []
    version, fate = told.reasons[:1], told.reasons[1:]
    reasons = (
        *version,
        *made,
        *_unbound(reader, pod),
        *_clock(pod, owner, now),
        *going,
        *fate,
    )
    return Explanation(told.about, told.answer, reasons)


def _outlook_for(outlooks: Outlooks, daemon_set: Object, pod: Object) -> Outlook:
    """What bears on one Pod: its Node alone, and the round of all Nodes only for an old Pod that it may replace."""
    node = get_target_node_name(pod)
    near = outlooks.near(daemon_set, node)
    old = near.nodes[node].old_pod if node in near.nodes else None
    if old is None or name(old) != name(pod):
        return near
    return outlooks.of(daemon_set)


def _owner(reader: Reader, pod: Object) -> Object | None:
    return next(
        (ds for ds in reader.list("DaemonSet") if uid(ds) == controller_uid(pod)), None
    )


def _clock(pod: Object, daemon_set: Object, now: float) -> list[Sentence]:
    """A ready Pod whose Node wrote a time that has not come yet."""
    ready = condition(pod, "Ready")
    if (
        not daemon_set["spec"].get("minReadySeconds")
        or not is_pod_ready(pod)
        or ready is None
    ):
        return []
    ahead = seconds_of(ready["lastTransitionTime"]) - now
    return [Sentence(WORDS["ahead"].format(seconds=ahead), False)] if ahead > 0 else []
