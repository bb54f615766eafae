"""The state at the end of an exercise's reference solution, and the differences from it in plain words.

A state has only what a picture shows: which Pods, with owner and image, are on which Nodes. It does not show how to get
there. Whether an exercise is done is decided by its check, never by this comparison.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from k8slearn.apimachinery.objects import Object, name
from k8slearn.cluster import Cluster
from k8slearn.course.variants import PLAIN
from k8slearn.kinds.node import is_cordoned
from k8slearn.kinds.pod.state import get_target_node_name
from k8slearn.locale import course as words
from k8slearn.locale import view as view_words
from k8slearn.view.ownership import owner_name
from k8slearn.view.scene import natural, node_ready, phase_of


@dataclass(frozen=True, slots=True, order=True)
class PodState:
    """What is compared of a Pod: its owner, its image and its phase."""

    owner: str
    image: str
    phase: str


@dataclass(frozen=True, slots=True)
class NodeState:
    """What is compared of a Node. Not its labels and taints: setting them may be the solution."""

    pods: tuple[PodState, ...] = ()
    ready: str = "True"
    cordoned: bool = False


State = dict[str, NodeState]


def state_of(cluster: Cluster) -> State:
    """The present state of a cluster."""
    pods: dict[str, list[PodState]] = defaultdict(list)
    for pod in cluster.list("Pod"):
        target = get_target_node_name(pod)
        pods[target].append(_pod_state(pod))
    found = {}
    for node in cluster.list("Node"):
        found[name(node)] = NodeState(
            pods=tuple(sorted(pods[name(node)])),
            ready=node_ready(node),
            cordoned=is_cordoned(node),
        )
    return found


def _pod_state(pod: Object) -> PodState:
    first = pod["spec"]["containers"][0]
    return PodState(
        # As in the picture; a Pod without an owner is named itself.
        owner=owner_name(pod) or name(pod),
        image=first["image"],
        phase=phase_of(pod).value,
    )


# What still differs -----------------------------------------------------------------------------------------------


def differences(now: State, goal: State) -> list[str]:
    """The differences from the goal, one line for each kind of difference, with its Nodes."""
    nodes: dict[str, list[str]] = {}
    for node in sorted(now.keys() | goal.keys(), key=natural):
        for told in _of_node(now.get(node), goal.get(node)):
            nodes.setdefault(told, []).append(node)
    lines = []
    for told, where in nodes.items():
        lines.append(words.DIFFERENCE.format(nodes=_names(where), told=told))
    return lines


def _names(nodes: list[str]) -> str:
    # "and one more" would be as long as the name.
    if len(nodes) <= words.MOST_NAMES + 1:
        return words.SEPARATOR.join(nodes)
    first = words.SEPARATOR.join(nodes[: words.MOST_NAMES])
    return words.NAMES_AND_MORE.format(names=first, count=len(nodes))


def _of_node(now: NodeState | None, goal: NodeState | None) -> Iterator[str]:
    if now is None:
        yield words.NODE_MISSING
        return
    if goal is None:
        yield words.NODE_EXTRA
        return
    if now.cordoned != goal.cordoned:
        yield words.NODE_CORDONED if goal.cordoned else words.NODE_UNCORDONED
    if now.ready != goal.ready:
        yield words.NODE_READY if goal.ready == "True" else words.NODE_UNREADY
    yield from _of_pods(now.pods, goal.pods)


def _of_pods(now: Iterable[PodState], goal: Iterable[PodState]) -> Iterator[str]:
    here = _by_owner(now)
    there = _by_owner(goal)
    for owner in sorted(here.keys() | there.keys()):
        have = here.get(owner, Counter())
        want = there.get(owner, Counter())
        yield from _of_owner(owner, have, want)


def _by_owner(pods: Iterable[PodState]) -> dict[str, Counter[PodState]]:
    found: dict[str, Counter[PodState]] = defaultdict(Counter)
    for pod in pods:
        found[pod.owner][pod] += 1
    return found


def _of_owner(
    owner: str, have: Counter[PodState], want: Counter[PodState]
) -> Iterator[str]:
    count = have.total()
    wanted = want.total()
    if count != wanted:
        yield _other_number(count, wanted).format(owner=owner)
        return
    # Either the images differ, or the Pods' phases.
    if _images(have) != _images(want):
        yield words.POD_OTHER_IMAGE.format(owner=owner)
    doing = _phases_text(have)
    wanted_doing = _phases_text(want)
    if doing != wanted_doing:
        told = words.POD_OTHER_PHASE
        yield told.format(owner=owner, doing=doing, wanted=wanted_doing)


def _other_number(count: int, wanted: int) -> str:
    if not count:
        return words.POD_MISSING
    if not wanted:
        return words.POD_EXTRA
    if count < wanted:
        return words.POD_FEWER
    return words.POD_MORE


def _images(pods: Counter[PodState]) -> list[str]:
    return sorted(pod.image for pod in pods.elements())


def _phases_text(pods: Counter[PodState]) -> str:
    phases = sorted(pod.phase for pod in pods.elements())
    told = [view_words.PHASES[phase] for phase in phases]
    return words.SEPARATOR.join(told)


# As it is kept ------------------------------------------------------------------------------------------------------


def to_json(state: State) -> dict[str, Any]:
    """A state as JSON, as the file holds it."""
    found: dict[str, Any] = {}
    for node, held in state.items():
        pods = [[pod.owner, pod.image, pod.phase] for pod in held.pods]
        about: dict[str, Any] = {"pods": pods}
        # Defaults are left out.
        if held.ready != "True":
            about["ready"] = held.ready
        if held.cordoned:
            about["cordoned"] = True
        found[node] = about
    return found


def goal(key: str, own: Callable[[str], str] = PLAIN) -> State | None:
    """The goal of an exercise; None where its solution changes nothing that a picture shows.

    `own` replaces the lesson's words by those of a variant.
    """
    stored = goals().get(key)
    if stored is None:
        return None
    stored = json.loads(own(json.dumps(stored)))
    found = {}
    for node, held in stored.items():
        found[node] = NodeState(
            pods=tuple(PodState(*pod) for pod in held["pods"]),
            ready=held.get("ready", "True"),
            cordoned=held.get("cordoned", False),
        )
    return found


def goals() -> Any:
    """The content of the file: states by exercise."""
    return json.loads(_text())


@cache
def _text() -> str:
    file = files("k8slearn.course") / "goals.json"
    return file.read_text(encoding="utf-8")
