"""Questions about the controller's next action, made from a fork that runs ahead, and the rules that decided it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from random import Random

from k8slearn.apimachinery.log import Change
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
from k8slearn.explain import Sentence, outlook, why_placement
from k8slearn.explain.why_rollout import arithmetic
from k8slearn.journal import Action
from k8slearn.kinds.pod.state import get_target_node_name
from k8slearn.locale import lab as words
from k8slearn.view.scene import natural

# The controller's next action is a few dozen steps away; a cluster that never comes to rest
# (a Pod that crashes for ever) must not hold up the panel.
MOST_STEPS = 500
# Simulated seconds; the longest back-off is five minutes, so all retries have happened by then.
HORIZON = 400.0
# The number of options, few enough to compare.
OPTIONS = 4
# The most Nodes to name; the rest are counted.
SHOWN = 4


@dataclass(frozen=True, slots=True)
class Outcome:
    """The effect of an action on Pods: the Nodes where one is created, and those where one is deleted."""

    create: tuple[str, ...] = ()
    delete: tuple[str, ...] = ()

    def __str__(self) -> str:
        parts = []
        if self.create:
            parts.append(words.OUTCOME_CREATE.format(nodes=some(self.create)))
        if self.delete:
            parts.append(words.OUTCOME_DELETE.format(nodes=some(self.delete)))
        return words.OUTCOME_JOIN.join(parts) or words.OUTCOME_NOTHING


@dataclass(frozen=True, slots=True)
class NextPodQuestion:
    """Options, one of which is what the controller will do without interference."""

    daemon_set: str
    options: tuple[Outcome, ...]
    answer: Outcome


@dataclass(frozen=True, slots=True)
class PredictionResult:
    """A prediction and the actual outcome, with the rules that decided it."""

    predicted: Outcome
    outcome: Outcome
    rules: tuple[Sentence, ...]
    time: float = 0.0

    @property
    def right(self) -> bool:
        """Whether the prediction was right."""
        return self.predicted == self.outcome


def some(nodes: Sequence[str]) -> str:
    """The first names, with their count where there are more."""
    shown = words.COMMA.join(nodes[:SHOWN])
    if len(nodes) <= SHOWN:
        return shown
    return words.MANY_NODES.format(nodes=shown, count=len(nodes))


def next_action(cluster: Cluster, key: str, since: int) -> Action | None:
    """The first action from number `since` on that creates or deletes a Pod of DaemonSet `key` (`namespace/name`).

    When all is quiet without one, its last action, which shows why no Pod moves. None while that is undecided.
    """
    last = None
    for action in cluster.actions[since:]:
        if action.component != ACTOR or action.subject != key:
            continue
        # A failed sync has no decision.
        if not isinstance(action.why, Sync):
            continue
        last = action
        if any(map(_moves_pod, cluster.changes(action))):
            return action
    if _is_settled(cluster, since):
        return last
    return None


def _is_settled(cluster: Cluster, since: int) -> bool:
    """Whether no more actions are expected: all is quiet or, with complete kubelets, no Pod has moved for long."""
    if cluster.quiet:
        return True
    done = cluster.actions[since:]
    return bool(done) and cluster.now - done[0].time > HORIZON


def _moves_pod(change: Change) -> bool:
    """Whether a write creates or deletes a Pod."""
    if change.object["kind"] != "Pod":
        return False
    return change.type == "ADDED" or _sends_away(change)


def _sends_away(change: Change) -> bool:
    """Whether a write sets the deletionTimestamp."""
    if not is_deleting(change.object):
        return False
    return change.previous is None or not is_deleting(change.previous)


def run_ahead(cluster: Cluster, key: str) -> tuple[Cluster, Action | None]:
    """A fork run up to the action in question, and that action, None if there is none."""
    twin = cluster.fork()
    since = len(cluster.actions)
    for _ in range(MOST_STEPS):
        if twin.step() is None or next_action(twin, key, since):
            break
    return twin, next_action(twin, key, since)


def outcome_of(changes: Iterable[Change], daemon_set: Object) -> Outcome:
    """The outcome of these writes for the Pods of a DaemonSet."""
    create = []
    delete = []
    for change in changes:
        o = change.object
        if o["kind"] != "Pod" or controller_uid(o) != uid(daemon_set):
            continue
        if change.type == "ADDED":
            create.append(get_target_node_name(o))
        elif _sends_away(change):
            delete.append(get_target_node_name(o))
    return Outcome(_in_order(create), _in_order(delete))


def _in_order(nodes: Iterable[str]) -> tuple[str, ...]:
    """The Nodes in natural order: node2 before node10."""
    return tuple(sorted(nodes, key=natural))


# What is asked -------------------------------------------------------------------------


def ask(cluster: Cluster, daemon_set: Object, seed: int = 0) -> NextPodQuestion | None:
    """A question about the controller's next action, None when it does nothing; `seed` shuffles the options."""
    key = full_name(daemon_set)
    twin, action = run_ahead(cluster, key)
    if action is None:
        return None
    answer = outcome_of(twin.changes(action), daemon_set)
    _, nodes = _assessed_before(twin, action, daemon_set)
    wrong = list(dict.fromkeys(_wrong_outcomes(answer, nodes)))
    chance = Random(f"{seed}/{action.first}")
    options = [answer, *chance.sample(wrong, min(len(wrong), OPTIONS - 1))]
    chance.shuffle(options)
    return NextPodQuestion(daemon_set=key, options=tuple(options), answer=answer)


def _assessed_before(
    cluster: Cluster, action: Action, daemon_set: Object
) -> tuple[Object, list[NodePods]]:
    """The DaemonSet and its Nodes as the controller assessed them before an action."""
    reader = cluster.at(action.first)
    meta = daemon_set["metadata"]
    then = reader.get("DaemonSet", meta["name"], meta.get("namespace", ""))
    then = then or daemon_set
    nodes = outlook(reader, then, action.time).nodes
    return then, [nodes[node] for node in _in_order(nodes)]


def _wrong_outcomes(answer: Outcome, nodes: Sequence[NodePods]) -> list[Outcome]:
    """Plausible wrong outcomes that differ from the answer by the rules and not only by chance."""
    wrong = []
    for guess in _guesses(answer, nodes):
        made = Outcome(
            create=_in_order(guess.create),
            delete=_in_order(guess.delete),
        )
        if made != answer and not _differs_by_luck(made, answer):
            wrong.append(made)
    return wrong


def _guesses(answer: Outcome, nodes: Sequence[NodePods]) -> Iterable[Outcome]:
    """Outcomes that result from a wrong idea of one rule, which the comments name."""
    create = answer.create
    delete = answer.delete
    ending = tuple([node.node for node in nodes if node.terminating])
    holding = tuple([node.node for node in nodes if node.pods])
    unwanted = []
    left = []
    for node in nodes:
        if not node.pods and not node.wanted:
            unwanted.append(node.node)
        if node.old_pod is not None and node.node not in delete:
            left.append(node.node)
    # Nothing happens by itself.
    yield Outcome()
    # All old Pods go at once.
    yield Outcome(create, (*delete, *left))
    # One more goes than there is room for.
    yield Outcome(create, (*delete, *left[:1]))
    # One fewer is made, or goes.
    yield Outcome(create[:-1], delete)
    yield Outcome(create, delete[:-1])
    # The new Pod comes before the old one has gone.
    yield Outcome(create=delete)
    # A Pod that is ending counts as gone.
    yield Outcome(create=ending)
    # Every Node gets one.
    yield Outcome((*create, *unwanted), delete)
    # The other way round.
    yield Outcome(delete=create)
    # The whole DaemonSet is made anew.
    yield Outcome(delete=holding)
    # Two Pods on one Node.
    yield Outcome(create=holding[:1])


def _differs_by_luck(guess: Outcome, answer: Outcome) -> bool:
    """Whether only the Nodes differ, not the numbers: the real controller takes Nodes in no fixed order."""
    if len(guess.create) != len(answer.create):
        return False
    return len(guess.delete) == len(answer.delete)


# What happened, and why ----------------------------------------------------------------


def judge(
    cluster: Cluster, action: Action, daemon_set: Object, predicted: Outcome
) -> PredictionResult:
    """Compare a prediction with an action of the controller, and name the rules that decided."""
    outcome = outcome_of(cluster.changes(action), daemon_set)
    then, assessed = _assessed_before(cluster, action, daemon_set)
    nodes = {node.node: node for node in assessed}
    rules = dict.fromkeys(_rules(then, action.why, outcome, predicted, nodes))
    told = tuple(rules) or (Sentence(words.RULES["settled"], True),)
    return PredictionResult(
        predicted=predicted, outcome=outcome, rules=told, time=action.time
    )


def _rules(
    daemon_set: Object,
    sync: Sync,
    outcome: Outcome,
    predicted: Outcome,
    nodes: dict[str, NodePods],
) -> Iterable[Sentence]:
    """The rules in the order of the controller's decisions: expectations, Pods, the rolling update."""
    if sync.waiting:
        yield Sentence(words.RULES["waiting"], False)
        return
    missed = [node for node in predicted.create if node not in outcome.create]
    yield from _not_created(daemon_set, missed, nodes)
    yield from _created(sync, outcome)
    yield from _deleted(sync)
    rollout = sync.rollout
    if rollout is not None:
        if rollout.candidates or rollout.forced:
            yield from arithmetic(daemon_set, rollout)
        return
    for node in nodes.values():
        if node.old_pod is not None:
            rule = "on_delete" if on_delete(daemon_set) else "next_sync"
            yield Sentence(words.RULES[rule], False)
            return


def on_delete(daemon_set: Object) -> bool:
    """Whether the strategy is OnDelete: old Pods stay until they are deleted."""
    strategy = daemon_set["spec"].get("updateStrategy") or {}
    return bool(strategy.get("type") == "OnDelete")


def _not_created(
    daemon_set: Object, missed: Sequence[str], nodes: dict[str, NodePods]
) -> Iterable[Sentence]:
    known = [nodes[node] for node in missed if node in nodes]
    ending = [node.node for node in known if node.terminating]
    holding = [node.node for node in known if node.pods and not node.terminating]
    yield from _rule("ending", ending, False)
    yield from _rule("has_pod", holding, False)
    for node in known:
        if node.placement is None or node.placement.should_run:
            continue
        told = why_placement(daemon_set, node.node, node.placement)
        against = [reason.text for reason in told.reasons if reason.holds is False]
        said = words.RULES["unwanted"].format(node=node.node, reason=against[0])
        yield Sentence(said, False)


def _created(sync: Sync, outcome: Outcome) -> Iterable[Sentence]:
    lacking = [node for node in outcome.create if node in sync.create]
    surging = [node for node in outcome.create if node not in sync.create]
    yield from _rule("lacking", lacking, True)
    yield from _rule("surging", surging, True)


def _deleted(sync: Sync) -> Iterable[Sentence]:
    nodes_by_reason: dict[str, list[str]] = {}
    by_rollout = sync.rollout.delete if sync.rollout else ()
    for removal in chain(sync.delete, by_rollout):
        node = get_target_node_name(removal.pod)
        nodes_by_reason.setdefault(removal.why, []).append(node)
    for reason, nodes in nodes_by_reason.items():
        yield from _rule(reason, _in_order(nodes), True)


def _rule(rule: str, nodes: Sequence[str], holds: bool) -> Iterable[Sentence]:
    """A rule with the Nodes on which it decided, nothing if there are none."""
    if nodes:
        yield Sentence(words.RULES[rule].format(nodes=some(nodes)), holds)
