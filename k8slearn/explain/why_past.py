"""Who made a Pod and who sent it away, and for what reason: found in the log and in what the actions decided."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Protocol

from k8slearn.apimachinery.log import Change, Log, Snapshot
from k8slearn.apimachinery.objects import (
    Object,
    controller_uid,
    is_deleting,
    key,
    name,
    uid,
)
from k8slearn.controllers.daemon.decide import Sync
from k8slearn.controllers.daemon.pods import Removal
from k8slearn.controlplane import Action
from k8slearn.explain.sentences import Sentence
from k8slearn.explain.why_rollout import arithmetic
from k8slearn.kinds.pod.state import get_target_node_name

CREATED = {
    "manage": "{time:.1f} 秒，控制器创建了它：{node} 该有一个 Pod，而当时没有",
    "rollout": "{time:.1f} 秒，控制器创建了它：滚动更新先开新 Pod（maxSurge），旧的先留着",
    "user": "{time:.1f} 秒，是你自己创建的它，不是 DaemonSet 控制器",
    "other": "{time:.1f} 秒，{who} 创建了它",
}
BEFORE = "在它之前，{node} 上的 Pod {pod} {how}"
HOW = {
    "user": "是你删的",
    "taint-eviction": "被污点驱逐了：它不容忍 Node 的污点",
    "pod-gc": "被 Pod 垃圾回收收走了",
    "garbage-collector": "被垃圾回收收走了：它的主人不在了",
    "other": "被 {who} 删了",
    "not-wanted": "被控制器删了：这个 Node 上不该有它",
    "failed": "失败了，被控制器删掉重建",
    "succeeded": "自己结束了，被控制器删掉重建",
    "excess": "是多出来的，被控制器删了",
    "old-not-ready": "没有就绪，新 Pod 一来控制器就删了它",
    "new-available": "等到新 Pod 可用之后才被控制器删掉",
    "rollout": "在滚动更新里轮到了，被控制器删了",
}
ENDING = "{time:.1f} 秒，它{how}"


class Past(Protocol):
    """All writes, and the objects as they were after any of them."""

    @property
    def log(self) -> Log: ...

    def at(self, revision: int) -> Snapshot: ...


class History(Protocol):
    """A cluster, as far as its past is concerned."""

    @property
    def store(self) -> Past: ...

    @property
    def actions(self) -> Sequence[Action]: ...


def action_of(actions: Sequence[Action], revision: int) -> Action | None:
    """The action that wrote a revision, None for what was before the first."""
    index = bisect_left(actions, revision, key=lambda action: action.last)
    found = actions[index] if index < len(actions) else None
    return found if found is not None and found.first < revision else None


def why_created(history: History, pod: Object) -> list[Sentence]:
    """Who created a Pod and why, and what became of the one before it on the same Node."""
    change = next((c for c in _life(history, pod) if c.type == "ADDED"), None)
    if change is None:
        return []
    node, action = (
        get_target_node_name(pod),
        action_of(history.actions, change.revision),
    )
    told = [
        Sentence(
            CREATED[_maker(action, change.actor, node)].format(
                time=change.time, node=node, who=change.actor
            )
        )
    ]
    before = _before(history, pod, change.revision)
    if before is not None:
        told.append(
            Sentence(
                BEFORE.format(
                    node=node, pod=name(before.object), how=_how(history, before)
                )
            )
        )
    return told


def why_going(history: History, pod: Object) -> list[Sentence]:
    """Who sent away a Pod that is terminating, why, and the arithmetic of that round."""
    change = next((c for c in _life(history, pod) if is_deleting(c.object)), None)
    if change is None:
        return []
    told = [Sentence(ENDING.format(time=change.time, how=_how(history, change)))]
    action = action_of(history.actions, change.revision)
    removal = _removal(action, pod)
    if (
        action is None
        or removal is None
        or removal.why != "rollout"
        or action.why.rollout is None
    ):
        return told
    place, _, daemon_set_name = action.subject.partition("/")
    daemon_set = history.store.at(action.first).get("DaemonSet", daemon_set_name, place)
    return (
        told
        if daemon_set is None
        else [*told, *arithmetic(daemon_set, action.why.rollout)]
    )


def _maker(action: Action | None, actor: str, node: str) -> str:
    if action is None or not isinstance(action.why, Sync):
        return (
            "user"
            if actor == "user"
            else "manage"
            if actor == "daemonset-controller"
            else "other"
        )
    return "manage" if node in action.why.create else "rollout"


def _life(history: History, pod: Object) -> list[Change]:
    """The writes of one Pod, oldest first."""
    return [
        c for c in history.store.log.changes_of(key(pod)) if uid(c.object) == uid(pod)
    ]


def _before(history: History, pod: Object, revision: int) -> Change | None:
    """The write by which the Pod before this one on its Node, of the same controller, was sent away."""
    node, owner, changes = (
        get_target_node_name(pod),
        controller_uid(pod),
        history.store.log.changes,
    )
    for index in range(min(revision, len(changes)) - 1, -1, -1):
        o = changes[index].object
        if o["kind"] != "Pod" or not is_deleting(o) or get_target_node_name(o) != node:
            continue
        if controller_uid(o) == owner is not None and not is_deleting(
            changes[index].previous or {"metadata": {}}
        ):
            return changes[index]
    return None


def _how(history: History, change: Change) -> str:
    removal = _removal(action_of(history.actions, change.revision), change.object)
    if removal is not None:
        return HOW[removal.why]
    return HOW.get(change.actor, HOW["other"]).format(who=change.actor)


def _removal(action: Action | None, pod: Object) -> Removal | None:
    decided = action.why if action is not None else None
    if not isinstance(decided, Sync):
        return None
    removals = (*decided.delete, *(decided.rollout.delete if decided.rollout else ()))
    return next((removal for removal in removals if uid(removal.pod) == uid(pod)), None)
