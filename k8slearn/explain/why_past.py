"""Who made a Pod and who sent it away, and for what reason: found in the log and in what the actions decided."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Protocol

from k8slearn.apimachinery.log import Change, Log, Snapshot
from k8slearn.apimachinery.objects import (
    Object,
    condition,
    controller_uid,
    is_deleting,
    key,
    name,
    uid,
)
from k8slearn.apimachinery.window import left_of
from k8slearn.controllers.daemon.decide import Sync
from k8slearn.controllers.daemon.pods import Removal
from k8slearn.explain.sentences import Sentence
from k8slearn.explain.why_rollout import arithmetic
from k8slearn.journal import Action
from k8slearn.kinds.pod.state import get_target_node_name
from k8slearn.locale import explain as words
from k8slearn.scheduler.preemption import Scheduling

_last_revision = attrgetter("last")
_MAKERS = {
    "user": "user",
    "daemonset-controller": "manage",
    "replicaset-controller": "replicas",
    "replication-controller": "replicas",
    "statefulset-controller": "replicas",
    "job-controller": "replicas",
}
"""The sentence about the maker of a Pod, by the maker's name in the log."""


class Past(Protocol):
    """All writes, and the objects as they were after any of them."""

    @property
    def log(self) -> Log: ...

    def at(self, revision: int) -> Snapshot: ...


class WithPast(Protocol):
    """What an explanation needs of a cluster that has a past."""

    @property
    def store(self) -> Past: ...

    @property
    def actions(self) -> Sequence[Action]: ...


def action_of(actions: Sequence[Action], revision: int) -> Action | None:
    """The action that wrote a revision, None for what was before the first."""
    # Actions stand in the order of what they wrote, so a look at ten of them finds one among a thousand.
    left = left_of(actions)
    index = bisect_left(left, revision, key=_last_revision)
    if index == len(left) or left[index].first >= revision:
        return None
    return left[index]


def why_created(past: WithPast, pod: Object) -> list[Sentence]:
    """Who created a Pod and why, and what became of the one before it on the same Node."""
    return _made(past, pod, _life(past, pod))


def why_created_and_going(past: WithPast, pod: Object) -> list[list[Sentence]]:
    """As `why_created`, and of a Pod that is terminating who sent it away and why, with that round's arithmetic."""
    life = _life(past, pod)
    going = []
    if is_deleting(pod):
        going = _sent_away(past, life)
    return [_made(past, pod, life), going]


def _made(past: WithPast, pod: Object, life: list[Change]) -> list[Sentence]:
    created = next((c for c in life if c.type == "ADDED"), None)
    # Nobody signs for what a cluster was loaded with: it was there before.
    if created is None or not created.actor:
        return []
    node = get_target_node_name(pod)
    maker = _maker(action_of(past.actions, created.revision), created.actor, node)
    time = created.time - past.store.log.began
    text = words.CREATED[maker].format(time=time, node=node, who=created.actor)
    sentences = [Sentence(text)]
    before = _before(past, pod, created.revision)
    if before is not None:
        action = action_of(past.actions, before.revision)
        how = _how(action, _removal(action, before.object), before)
        text = words.BEFORE.format(node=node, pod=name(before.object), how=how)
        sentences.append(Sentence(text))
    return sentences


def _sent_away(past: WithPast, life: list[Change]) -> list[Sentence]:
    marked = next((c for c in life if is_deleting(c.object)), None)
    if marked is None:
        return []
    action = action_of(past.actions, marked.revision)
    removal = _removal(action, marked.object)
    how = _how(action, removal, marked)
    text = words.ENDING.format(time=marked.time - past.store.log.began, how=how)
    sentences = [Sentence(text)]
    if action is not None and removal is not None and removal.why == "rollout":
        sentences += _round_of(past, action)
    return sentences


def _round_of(past: WithPast, action: Action) -> Iterable[Sentence]:
    """The numbers of the round that this action carried out."""
    place, _, daemon_set_name = action.subject.partition("/")
    # The DaemonSet as it was then: its maxUnavailable may have been changed since.
    before = past.store.at(action.first)
    daemon_set = before.get("DaemonSet", daemon_set_name, place)
    if daemon_set is None or action.why.rollout is None:
        return ()
    return arithmetic(daemon_set, action.why.rollout)


def _maker(action: Action | None, actor: str, node: str) -> str:
    """Which sentence of `words.CREATED` it is."""
    if action is None or not isinstance(action.why, Sync):
        # Replaying stops short of an action's end at times, so the name in the log has to do.
        return _MAKERS.get(actor, "other")
    if node in action.why.create:
        return "manage"
    return "rollout"


def _life(past: WithPast, pod: Object) -> list[Change]:
    """The writes of one Pod, oldest first."""
    changes = past.store.log.changes_of(key(pod))
    # Another Pod of the same name may have lived before: a bare one that was created again.
    own = uid(pod)
    return [change for change in changes if uid(change.object) == own]


def _before(past: WithPast, pod: Object, revision: int) -> Change | None:
    """The write by which the Pod before this one on its Node, of the same controller, was sent away."""
    owner = controller_uid(pod)
    if owner is None:
        return None
    first, changes = past.store.log.changes.kept
    node = get_target_node_name(pod)
    # Backwards: it is nearly always among the last things that happened.
    for index in range(min(revision - first, len(changes)) - 1, -1, -1):
        o = changes[index].object
        previous = changes[index].previous
        if o["kind"] != "Pod" or not is_deleting(o):
            continue
        marked_before = previous is not None and is_deleting(previous)
        same_owner = controller_uid(o) == owner
        if same_owner and not marked_before and get_target_node_name(o) == node:
            return changes[index]
    return None


def _how(action: Action | None, removal: Removal | None, change: Change) -> str:
    """How the Pod of this write was sent away: the controller's own reason, for whom, or else who did it."""
    if removal is not None:
        return words.SENT_AWAY[removal.why]
    if action is not None and isinstance(action.why, Scheduling):
        return words.SENT_AWAY["preempted"].format(who=action.subject)
    disrupted = condition(change.object, "DisruptionTarget") or {}
    if disrupted.get("reason") == "EvictionByEvictionAPI":
        return words.SENT_AWAY["evicted"]
    text = words.SENT_AWAY.get(change.actor, words.SENT_AWAY["other"])
    return text.format(who=words.spaced(change.actor))


def _removal(action: Action | None, pod: Object) -> Removal | None:
    """What the DaemonSet controller decided about the Pod in this action, None when it was another's action."""
    decided = action.why if action is not None else None
    if not isinstance(decided, Sync):
        return None
    removals = [*decided.delete]
    if decided.rollout is not None:
        removals += decided.rollout.delete
    own = uid(pod)
    for removal in removals:
        if uid(removal.pod) == own:
            return removal
    return None
