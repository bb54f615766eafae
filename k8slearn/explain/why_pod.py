"""What is a Pod waiting for, and is it replaced in this round, and why?"""

from __future__ import annotations

from collections.abc import Iterable

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
from k8slearn.explain.why_rollout import arithmetic
from k8slearn.kinds.pod.state import (
    available_at,
    get_target_node_name,
    is_pod_ready,
    is_pod_terminal,
    phase,
)

STATES = {
    "terminating": "正在终止：kubelet 停下容器之后它才消失",
    "unbound": "还没有绑定：等调度器把它放到 {node}",
    "refused": "调度器放不下：{message}",
    "waiting": "容器起不来：{reason}",
    "starting": "已绑定到 {node}，kubelet 正在拉镜像、启动容器",
    "unready": "在运行，但还没有就绪",
    "settling": "已就绪，再过 {seconds:.0f} 秒（minReadySeconds）才算可用",
    "available": "就绪，而且可用",
    "finished": "已经结束（{phase}）",
}
WORDS = {
    "version": "它是版本 {number}，{which}",
    "current": "就是现在的模板",
    "old": "现在的模板是版本 {current}",
    "newer": "模板刚改过，控制器还没有给它编号",
    "unknown": "没有版本的标记",
}
REMOVALS = {
    "not-wanted": "会被删除：这个 Node 上不该有它",
    "failed": "会被删除并重建：它失败了（同一个 Node 上接连失败，就要先等一等，越等越久）",
    "succeeded": "会被删除并重建：daemon 不该结束",
    "excess": "会被删除：同一个 Node 上多出来的，留下最老的",
    "old-not-ready": "会被删除：同一个 Node 上有了新 Pod，而它没有就绪",
    "new-available": "会被删除：同一个 Node 上的新 Pod 已经可用",
    "rollout": "这一轮会被替换",
}
KEPT = {
    "on_delete": "不会被替换：更新策略是 OnDelete，等你删它",
    "no_room": "这一轮轮不到它：额度用完了",
    "first": "这一轮先在它的 Node 上开新 Pod，新的可用了它才走",
    "current": "不用替换",
}


def why_pod(found: Outlook, pod: Object, now: float) -> Explanation:
    """The state of one Pod of the DaemonSet, its version, and what this round does with it."""
    node = found.nodes.get(get_target_node_name(pod))
    reasons = [_version(found, pod)]
    if not is_deleting(pod):
        reasons += _fate(found, pod, node)
    return Explanation(name(pod), _state(found, pod, now), tuple(reasons))


def _state(found: Outlook, pod: Object, now: float) -> str:
    if is_deleting(pod):
        return STATES["terminating"]
    if is_pod_terminal(pod):
        return STATES["finished"].format(phase=phase(pod))
    if not pod["spec"].get("nodeName"):
        return _unbound(pod)
    waiting = _waiting(pod)
    if waiting:
        return STATES["waiting"].format(reason=waiting)
    if phase(pod) == "Pending":
        return STATES["starting"].format(node=pod["spec"]["nodeName"])
    if not is_pod_ready(pod):
        return STATES["unready"]
    due = available_at(pod, found.daemon_set["spec"].get("minReadySeconds", 0))
    return (
        STATES["settling"].format(seconds=due - now)
        if due is not None and due > now
        else STATES["available"]
    )


def _unbound(pod: Object) -> str:
    scheduled = condition(pod, "PodScheduled")
    if scheduled is not None and scheduled.get("message"):
        return STATES["refused"].format(message=scheduled["message"])
    return STATES["unbound"].format(node=get_target_node_name(pod))


def _waiting(pod: Object) -> str:
    statuses = pod.get("status", {}).get("containerStatuses") or ()
    reasons = (
        (status.get("state") or {}).get("waiting", {}).get("reason", "")
        for status in statuses
    )
    return next((reason for reason in reasons if reason), "")


def _version(found: Outlook, pod: Object) -> Sentence:
    own = labels(pod).get(HASH_LABEL, "")
    if own not in found.numbers:
        return Sentence(WORDS["unknown"])
    current = found.numbers.get(found.revision_hash)
    which = WORDS["old"].format(current=current) if current else WORDS["newer"]
    which = WORDS["current"] if own == found.revision_hash else which
    return Sentence(WORDS["version"].format(number=found.numbers[own], which=which))


def _fate(found: Outlook, pod: Object, node: NodePods | None) -> list[Sentence]:
    removal = _removal(found, pod, node)
    if removal is not None and removal.why != "rollout":
        return [Sentence(REMOVALS[removal.why], False)]
    if node is None or node.old_pod is None or name(node.old_pod) != name(pod):
        return [Sentence(KEPT["current"], True)]
    if found.rollout is None:
        return [Sentence(KEPT["on_delete"], True)]
    numbers = list(arithmetic(found.daemon_set, found.rollout))
    if removal is not None:
        return [Sentence(REMOVALS["rollout"], False), *numbers]
    return [
        Sentence(
            KEPT["first" if node.node in found.rollout.create else "no_room"], True
        ),
        *numbers,
    ]


def _removal(found: Outlook, pod: Object, node: NodePods | None) -> Removal | None:
    decided: Iterable[Removal] = (
        *(node.delete if node else ()),
        *(found.rollout.delete if found.rollout else ()),
    )
    return next(
        (removal for removal in decided if name(removal.pod) == name(pod)), None
    )
