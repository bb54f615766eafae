"""What will the controller do next? Questions made from a fork that runs ahead, and which rule decided the outcome."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from random import Random

from k8slearn.apimachinery.log import Change, Reader
from k8slearn.apimachinery.objects import (
    Object,
    controller_uid,
    full_name,
    is_deleting,
    uid,
)
from k8slearn.cluster import Cluster
from k8slearn.controllers.daemon.controller import ACTOR
from k8slearn.controllers.daemon.decide import Sync
from k8slearn.controllers.daemon.pods import NodePods
from k8slearn.controlplane import Action
from k8slearn.explain import Sentence, outlook, why_placement
from k8slearn.explain.why_rollout import arithmetic
from k8slearn.kinds.pod.state import get_target_node_name

MOST_STEPS = 500
OPTIONS = 4
SHOWN = 4
WORDS = {
    "create": "在 {nodes} 上创建新 Pod",
    "delete": "删掉 {nodes} 上的 Pod",
    "nothing": "一个 Pod 也不动，除非再有人改点什么",
    "many": "{nodes} 等 {count} 个 Node",
    "join": "，",
    "comma": "、",
}
RULES = {
    "waiting": "它要的创建或删除还没有全部回到它的缓存里（expectations）：看到之前不再动 Pod",
    "on_delete": "OnDelete：旧 Pod 要等你自己删",
    "next_sync": "这一次先补齐或清理 Pod；滚动更新等看到它们之后的下一次同步",
    "lacking": "{nodes} 该有一个 Pod，而现在一个也没有：创建",
    "surging": "{nodes} 上先开新 Pod，旧的先留着（maxSurge）",
    "has_pod": "{nodes} 上已经有 Pod 了，不再建",
    "ending": "{nodes} 上的旧 Pod 还没有走完，走完之前不建新的",
    "unwanted": "{node}：{reason}",
    "settled": "每个 Node 都已经是该有的样子",
    "not-wanted": "{nodes} 上不该有 Pod：删掉",
    "failed": "{nodes} 上的 Pod 失败了：删掉重建",
    "succeeded": "{nodes} 上的 Pod 自己结束了：删掉重建",
    "excess": "{nodes} 上的 Pod 多了：留下最老的",
    "old-not-ready": "{nodes} 上有了新 Pod，而旧的没有就绪：删掉旧的",
    "new-available": "{nodes} 上的新 Pod 可用了：删掉旧的",
    "rollout": "{nodes} 上是旧版本，本轮有额度：删掉，等它走完再建新的",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one action of the controller does to Pods: the Nodes on which one is made, and those on which one goes."""

    create: tuple[str, ...] = ()
    delete: tuple[str, ...] = ()

    def __str__(self) -> str:
        parts = [WORDS["create"].format(nodes=some(self.create))] if self.create else []
        parts += (
            [WORDS["delete"].format(nodes=some(self.delete))] if self.delete else []
        )
        return WORDS["join"].join(parts) or WORDS["nothing"]


@dataclass(frozen=True, slots=True)
class Question:
    """Options of which one is what the controller will do if nobody interferes."""

    daemon_set: str
    options: tuple[Outcome, ...]
    answer: Outcome


@dataclass(frozen=True, slots=True)
class Result:
    """A prediction held against what happened, and the rules that decided it."""

    predicted: Outcome
    outcome: Outcome
    rules: tuple[Sentence, ...]
    time: float = 0.0

    @property
    def right(self) -> bool:
        """Whether it came as predicted."""
        return self.predicted == self.outcome


def some(nodes: Sequence[str]) -> str:
    """The first few names, and how many there are when they are many."""
    shown = WORDS["comma"].join(nodes[:SHOWN])
    return (
        shown
        if len(nodes) <= SHOWN
        else WORDS["many"].format(nodes=shown, count=len(nodes))
    )


def next_action(cluster: Cluster, key: str, since: int) -> Action | None:
    """The first action of the controller on a DaemonSet (`namespace/name`), from number `since` on, that moves a Pod.

    When all is quiet without one it is the last at all, which shows why none moves. None as long as that is open.
    """
    found = [
        action
        for action in islice(cluster.actions, since, None)
        if action.component == ACTOR
        and action.subject == key
        and isinstance(action.why, Sync)
    ]
    moving = (action for action in found if any(map(_moves, cluster.changes(action))))
    return next(moving, found[-1] if found and cluster.quiet else None)


def _moves(change: Change) -> bool:
    """Whether a write makes a Pod or sends one away."""
    o = change.object
    return o["kind"] == "Pod" and (change.type == "ADDED" or _is_sent_away(change))


def _is_sent_away(change: Change) -> bool:
    return is_deleting(change.object) and not (
        change.previous and is_deleting(change.previous)
    )


def run_ahead(cluster: Cluster, key: str) -> tuple[Cluster, Action | None]:
    """A fork that has gone on to the action that is asked about, and that action; None when there is none."""
    twin, since = cluster.fork(), len(cluster.actions)
    for _ in range(MOST_STEPS):
        if twin.step() is None or next_action(twin, key, since):
            break
    return twin, next_action(twin, key, since)


def outcome_of(changes: Iterable[Change], daemon_set: Object) -> Outcome:
    """What writes mean for the Pods of a DaemonSet, by Node."""
    create, delete = [], []
    for change in changes:
        if change.object["kind"] != "Pod" or controller_uid(change.object) != uid(
            daemon_set
        ):
            continue
        if change.type == "ADDED":
            create.append(get_target_node_name(change.object))
        elif _is_sent_away(change):
            delete.append(get_target_node_name(change.object))
    return Outcome(_sorted(create), _sorted(delete))


def _sorted(nodes: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(nodes, key=_natural))


def _natural(node: str) -> tuple[str, int]:
    stem = node.rstrip("0123456789")
    return stem, int(node[len(stem) :] or 0)


def ask(cluster: Cluster, daemon_set: Object, seed: int = 0) -> Question | None:
    """A question on the next Pods that the controller moves, None when it does nothing; a seed asks the same again."""
    key = full_name(daemon_set)
    twin, action = run_ahead(cluster, key)
    if action is None:
        return None
    answer = outcome_of(twin.changes(action), daemon_set)
    before = twin.at(action.first)
    wrong = list(dict.fromkeys(_wrong(answer, _nodes(before, daemon_set, action.time))))
    rng = Random(f"{seed}/{action.first}")
    options = [answer, *rng.sample(wrong, min(len(wrong), OPTIONS - 1))]
    rng.shuffle(options)
    return Question(key, tuple(options), answer)


def _nodes(reader: Reader, daemon_set: Object, now: float) -> list[NodePods]:
    place = daemon_set["metadata"].get("namespace", "")
    then = reader.get("DaemonSet", daemon_set["metadata"]["name"], place) or daemon_set
    nodes = outlook(reader, then, now).nodes
    return [nodes[node] for node in sorted(nodes, key=_natural)]


def _wrong(answer: Outcome, nodes: Sequence[NodePods]) -> Iterable[Outcome]:
    """Plausible outcomes that are not the answer and can be told from it by the rules, not by luck."""
    old = tuple(node.node for node in nodes if node.old_pod is not None)
    ending = tuple(node.node for node in nodes if node.terminating)
    unwanted = tuple(node.node for node in nodes if not node.wanted and not node.pods)
    holding = tuple(node.node for node in nodes if node.pods)
    rest = tuple(node for node in old if node not in answer.delete)
    guesses = [
        Outcome(),
        Outcome(answer.create, answer.delete + rest),
        Outcome(answer.create, answer.delete + rest[:1]),
        Outcome(answer.create[:-1], answer.delete),
        Outcome(answer.create, answer.delete[:-1]),
        Outcome(answer.delete, ()),
        Outcome(ending, ()),
        Outcome(answer.create + unwanted, answer.delete),
        Outcome((), answer.create),
        Outcome((), holding),
        Outcome(holding[:1], ()),
    ]
    told = (Outcome(_sorted(guess.create), _sorted(guess.delete)) for guess in guesses)
    return [
        guess for guess in told if guess != answer and not _only_luck(guess, answer)
    ]


def _only_luck(guess: Outcome, answer: Outcome) -> bool:
    """As many of each kind, only on other Nodes: the real controller picks in no fixed order."""
    return len(guess.create) == len(answer.create) and len(guess.delete) == len(
        answer.delete
    )


# What happened, and why ------------------------------------------------------------------------------------------


def judge(
    cluster: Cluster, action: Action, daemon_set: Object, predicted: Outcome
) -> Result:
    """Hold a prediction against an action of the controller, and say which rule made the difference."""
    outcome = outcome_of(cluster.changes(action), daemon_set)
    before = cluster.at(action.first)
    nodes = _nodes(before, daemon_set, action.time)
    then = before.get(
        "DaemonSet",
        daemon_set["metadata"]["name"],
        daemon_set["metadata"].get("namespace", ""),
    )
    rules = list(
        _rules(
            then or daemon_set,
            action.why,
            outcome,
            predicted,
            {node.node: node for node in nodes},
        )
    )
    return Result(
        predicted,
        outcome,
        tuple(dict.fromkeys(rules)) or (Sentence(RULES["settled"], True),),
        action.time,
    )


def _rules(
    daemon_set: Object,
    sync: Sync,
    outcome: Outcome,
    predicted: Outcome,
    nodes: dict[str, NodePods],
) -> Iterable[Sentence]:
    if sync.waiting:
        yield Sentence(RULES["waiting"], False)
        return
    yield from _not_created(
        daemon_set, [n for n in predicted.create if n not in outcome.create], nodes
    )
    yield from _created(sync, outcome)
    yield from _deleted(sync)
    if sync.rollout is None and any(
        node.old_pod is not None for node in nodes.values()
    ):
        yield Sentence(
            RULES["on_delete" if on_delete(daemon_set) else "next_sync"], False
        )
    if sync.rollout is not None and (sync.rollout.candidates or sync.rollout.forced):
        yield from arithmetic(daemon_set, sync.rollout)


def on_delete(daemon_set: Object) -> bool:
    """Whether old Pods stay until somebody deletes them."""
    return bool(
        (daemon_set["spec"].get("updateStrategy") or {}).get("type") == "OnDelete"
    )


def _not_created(
    daemon_set: Object, missed: Sequence[str], nodes: dict[str, NodePods]
) -> Iterable[Sentence]:
    ending = [node for node in missed if node in nodes and nodes[node].terminating]
    holding = [
        node
        for node in missed
        if node in nodes and nodes[node].pods and node not in ending
    ]
    for word, group in (("ending", ending), ("has_pod", holding)):
        if group:
            yield Sentence(RULES[word].format(nodes=some(group)), False)
    for node in missed:
        placement = nodes[node].placement if node in nodes else None
        if placement is not None and not placement.should_run:
            told = why_placement(daemon_set, node, placement)
            reason = next(
                reason.text for reason in told.reasons if reason.holds is False
            )
            yield Sentence(RULES["unwanted"].format(node=node, reason=reason), False)


def _created(sync: Sync, outcome: Outcome) -> Iterable[Sentence]:
    lacking = [node for node in outcome.create if node in sync.create]
    surging = [node for node in outcome.create if node not in sync.create]
    for word, group in (("lacking", lacking), ("surging", surging)):
        if group:
            yield Sentence(RULES[word].format(nodes=some(group)), True)


def _deleted(sync: Sync) -> Iterable[Sentence]:
    grouped: dict[str, list[str]] = {}
    for removal in chain(sync.delete, sync.rollout.delete if sync.rollout else ()):
        grouped.setdefault(removal.why, []).append(get_target_node_name(removal.pod))
    for why, group in grouped.items():
        yield Sentence(RULES[why].format(nodes=some(sorted(group, key=_natural))), True)
