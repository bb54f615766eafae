"""The side effects of edits, counted on the fork where they were tried: Pods remade, ended, or put where none were."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import (
    HASH_LABEL,
    Object,
    is_deleting,
    labels,
    name,
    namespace,
    uid,
)
from k8slearn.controllers.daemon.decide import current_hash, update_strategy
from k8slearn.controllers.daemon.placement import node_should_run_daemon_pod
from k8slearn.controllers.deployment.replica_sets import find_new
from k8slearn.explain.why_workload import owned, owner_of
from k8slearn.kinds.pod.state import get_target_node_name, is_pod_terminal
from k8slearn.locale import remedies as words
from k8slearn.remedies.asked import Standstill, not_working

# Names that a sentence lists; of more it says how many.
NAMED = 3


@dataclass(frozen=True, slots=True)
class Harm:
    """The sentences about side effects, and the number of Pods and Nodes affected."""

    told: tuple[str, ...] = ()
    count: int = 0


def harm_of(
    asked: Standstill,
    before: Reader,
    without: Reader,
    after: Reader,
    now: float,
    meant: frozenset[str],
) -> Harm:
    """Compare the cluster before with what came of the edits; `without` is what would have come anyway.

    `meant` are the places that were to be filled, where changes are no harm. `now` is the time of the question.
    """
    told: list[str] = []
    count = 0

    def tell(text: str, found: set[str]) -> None:
        nonlocal count
        if found:
            count += len(found)
            told.append(text.format(count=len(found), names=_listed(found)))

    owner = after.get(asked.kind, asked.name, asked.namespace)
    then = before.get(asked.kind, asked.name, asked.namespace)
    nodes_gone = _names(without, "Node") - _names(after, "Node")
    tell(words.NODES_GONE, nodes_gone)
    if owner is None or then is None:
        return Harm(tuple(told), count)
    if asked.kind == "DaemonSet":
        wanted_then = _wanted(before, then)
        wanted_now = _wanted(after, owner)
        tell(words.MORE_NODES, wanted_now - wanted_then - meant)
        tell(words.FEWER_NODES, wanted_then - wanted_now - nodes_gone)
        meant |= wanted_then - wanted_now
    rebuilt = _rebuilt(asked, before, after, now, meant)
    waiting = asked.kind != "Deployment" and update_strategy(owner) == "OnDelete"
    tell(words.ON_DELETE if waiting else words.REBUILT, rebuilt)
    tell(words.OTHERS, _others(asked, before, without, after))
    return Harm(tuple(told), count)


def _listed(found: set[str]) -> str:
    names = sorted(found)
    if len(names) > NAMED:
        return "、".join(names[:NAMED]) + words.AND_MORE
    return "、".join(names)


def _names(reader: Reader, kind: str) -> set[str]:
    return {name(o) for o in reader.list(kind)}


def _wanted(reader: Reader, daemon_set: Object) -> set[str]:
    found = set()
    for node in reader.list("Node"):
        if node_should_run_daemon_pod(daemon_set, node).should_run:
            found.add(name(node))
    return found


Current = Callable[[Object], bool]


def _is_current(reader: Reader, owner: Object) -> Current:
    """A function that tells whether a Pod has the present template."""
    if owner["kind"] == "DaemonSet":
        revisions = owned(reader, "ControllerRevision", owner)
        revision = current_hash(owner, revisions)
        return lambda pod: labels(pod).get(HASH_LABEL) == revision
    if owner["kind"] == "StatefulSet":
        update = owner.get("status", {}).get("updateRevision")
        return lambda pod: labels(pod).get(HASH_LABEL) == update
    if owner["kind"] == "Deployment":
        new = find_new(owner, owned(reader, "ReplicaSet", owner))
        pods = owned(reader, "Pod", new) if new is not None else []
        own = {uid(pod) for pod in pods}
        return lambda pod: uid(pod) in own
    return lambda pod: True


def _rebuilt(
    asked: Standstill,
    before: Reader,
    after: Reader,
    now: float,
    meant: frozenset[str],
) -> set[str]:
    """The Pods of the present template, at other places, that are gone or will be replaced."""
    then = before.get(asked.kind, asked.name, asked.namespace)
    owner = after.get(asked.kind, asked.name, asked.namespace)
    assert then is not None and owner is not None
    was_current = _is_current(before, then)
    is_current = _is_current(after, owner)
    broken: set[str] = set()
    if then["kind"] != "DaemonSet":
        broken = {name(pod) for pod in not_working(before, asked, then, now)}
    found = set()
    for pod in _alive(before):
        if not _descends_from(before, pod, then) or not was_current(pod):
            continue
        if get_target_node_name(pod) in meant or name(pod) in broken:
            continue
        later = after.get("Pod", name(pod), namespace(pod))
        gone = later is None or is_deleting(later) or uid(later) != uid(pod)
        if gone or not is_current(later or pod):
            found.add(name(pod))
    return found


def _descends_from(reader: Reader, pod: Object, owner: Object) -> bool:
    above: Object | None = pod
    while above is not None:
        if uid(above) == uid(owner):
            return True
        above = owner_of(reader, above)
    return False


def _alive(reader: Reader) -> list[Object]:
    pods = reader.list("Pod")
    return [pod for pod in pods if not is_deleting(pod) and not is_pod_terminal(pod)]


def _others(
    asked: Standstill, before: Reader, without: Reader, after: Reader
) -> set[str]:
    """The Pods of other owners that end because of the edits."""
    owner = before.get(asked.kind, asked.name, asked.namespace)
    assert owner is not None
    staying = {uid(pod) for pod in _alive(after)}
    would_stay = {uid(pod) for pod in _alive(without)}
    found = set()
    for pod in _alive(before):
        ended = uid(pod) in would_stay and uid(pod) not in staying
        if ended and not _descends_from(before, pod, owner):
            found.add(name(pod))
    return found
