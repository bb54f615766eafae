"""The state that an exercise's reference solution ends in, and what still differs from it, in plain words.

Kept is only what a picture shows: which Pods of whom, of which image, stand on which Nodes. How one gets there is not
in it, nor what no picture shows; whether an exercise is done its check decides, never this comparison.
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
    """A Pod as far as two states are compared: whose it is, of which image, and what it is doing."""

    owner: str
    image: str
    phase: str


@dataclass(frozen=True, slots=True)
class NodeState:
    """A Node as far as two states are compared. Its labels and taints are left out: to set them may be the answer."""

    pods: tuple[PodState, ...] = ()
    ready: str = "True"
    cordoned: bool = False


State = dict[str, NodeState]


def state_of(cluster: Cluster) -> State:
    """A cluster as it is now."""
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
        # As the picture says; a Pod that belongs to nobody is told by its own name.
        owner=owner_name(pod) or name(pod),
        image=first["image"],
        phase=phase_of(pod).value,
    )


# What still differs -----------------------------------------------------------------------------------------------


def differences(now: State, goal: State) -> list[str]:
    """What is not yet as in the goal, one line a kind of difference, with the Nodes that have it."""
    nodes: dict[str, list[str]] = {}
    for node in sorted(now.keys() | goal.keys(), key=natural):
        for told in _of_node(now.get(node), goal.get(node)):
            nodes.setdefault(told, []).append(node)
    lines = []
    for told, where in nodes.items():
        lines.append(words.DIFFERENCE.format(nodes=_names(where), told=told))
    return lines


def _names(nodes: list[str]) -> str:
    # "And one more" would be as long as its name.
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
    # Which of the two it is: what the Pods are made of, or what they are doing.
    if _images(have) != _images(want):
        yield words.POD_OTHER_IMAGE.format(owner=owner)
    doing = _doing(have)
    wanted_doing = _doing(want)
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


def _doing(pods: Counter[PodState]) -> str:
    phases = sorted(pod.phase for pod in pods.elements())
    told = [view_words.PHASES[phase] for phase in phases]
    return words.SEPARATOR.join(told)


# As it is kept ------------------------------------------------------------------------------------------------------


def to_json(state: State) -> dict[str, Any]:
    """A state as it stands in the file."""
    found: dict[str, Any] = {}
    for node, held in state.items():
        pods = [[pod.owner, pod.image, pod.phase] for pod in held.pods]
        about: dict[str, Any] = {"pods": pods}
        # What is as usual is left out.
        if held.ready != "True":
            about["ready"] = held.ready
        if held.cordoned:
            about["cordoned"] = True
        found[node] = about
    return found


def goal(key: str, own: Callable[[str], str] = PLAIN) -> State | None:
    """The state that the exercise's reference solution ends in; None where no picture shows what it changes.

    `own` are the words of a variant.
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
    """What the file holds, by exercise."""
    return json.loads(_text())


@cache
def _text() -> str:
    file = files("k8slearn.course") / "goals.json"
    return file.read_text(encoding="utf-8")
