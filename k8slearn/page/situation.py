"""A situation as a link: how the cluster began and what was done; lived through again it is the same moment.

A link comes from anybody. It can name what the lab's buttons do, and nothing else.
"""

from __future__ import annotations

import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from k8slearn.apimachinery.errors import ApiError
from k8slearn.cluster import Cluster
from k8slearn.lab import faults
from k8slearn.lab.commands import DEEDS, Done, Mistake, ObjectKey
from k8slearn.lesson import Task, exercise
from k8slearn.manifests import manifest

VERSION = 1
KEY = "lab="
# Longer than any evening's clicks; what is longer would only keep a browser busy.
MOST_BYTES = 200_000
MOST_DEEDS = 2_000
MOST_TURNS = 300_000
MOST_NODES = 100
DAEMON_SET = "filebeat-ds"


class BadLinkError(ValueError):
    """A link that means nothing."""


@dataclass(frozen=True, slots=True)
class World:
    """How a cluster began: so many Nodes of a seed with the course's DaemonSet, or as an exercise begins."""

    nodes: int = 3
    seed: int = 1
    exercise: str = ""


@dataclass(frozen=True, slots=True)
class SharedMoment:
    """A world, what was done in it, how far it has come, and how many actions are shown (None: all)."""

    world: World = World()
    deeds: tuple[Done, ...] = ()
    turns: int = 0
    time: float = 0.0
    shown: int | None = None
    node: str = ""


@dataclass
class Begun:
    """A cluster that was brought to a moment; `task` is the exercise that it belongs to."""

    cluster: Cluster
    task: Task | None = None
    deeds: list[Done] = field(default_factory=list)


def begin(world: World) -> Begun:
    """A cluster as a world says."""
    if world.exercise:
        task = exercise(world.exercise)
        return Begun(task.cluster, task)
    cluster = Cluster(nodes=world.nodes, seed=world.seed)
    cluster.apply(manifest(DAEMON_SET))
    cluster.run_until_quiet()
    return Begun(cluster)


def live_through(situation: SharedMoment) -> Begun:
    """The world, with everything done again at the same turn. Raises BadLinkError."""
    try:
        begun = begin(situation.world)
    except KeyError as error:
        raise BadLinkError(str(error)) from None
    cluster = begun.cluster
    for done in situation.deeds:
        cluster.control_plane.live_through(done.turns, done.time)
        _do_again(cluster, done)
        begun.deeds.append(done)
    cluster.control_plane.live_through(situation.turns, situation.time)
    return begun


def _do_again(cluster: Cluster, done: Done) -> None:
    assert done.deed is not None
    name, given = done.deed
    try:
        DEEDS[name](cluster, *given).call(cluster)
    except (Mistake, ApiError, KeyError, TypeError, AttributeError) as error:
        raise BadLinkError(str(error)) from None


# As text -------------------------------------------------------------------------------


def written(situation: SharedMoment) -> str:
    """The part of the address after #."""
    deeds = [_deed_as_json(done) for done in situation.deeds]
    world = situation.world
    told = {
        "v": VERSION,
        "w": [world.nodes, world.seed, world.exercise],
        "d": deeds,
        "t": [situation.turns, situation.time, situation.shown, situation.node],
    }
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    packed = urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode()
    return KEY + packed.rstrip("=")


def _deed_as_json(done: Done) -> list[Any]:
    assert done.deed is not None
    name, given = done.deed
    things = [[o.namespace, o.name] if isinstance(o, ObjectKey) else o for o in given]
    return [done.turns, done.time, name, things]


def read(link: str) -> SharedMoment:
    """The situation of a link. Raises BadLinkError."""
    try:
        return _understood(json.loads(_unpacked(link.removeprefix("#"))))
    except (ValueError, TypeError, KeyError, zlib.error, RecursionError) as error:
        raise BadLinkError(str(error)) from None


def _unpacked(link: str) -> bytes:
    packed = link.removeprefix(KEY)
    padded = packed + "=" * (-len(packed) % 4)
    opened = zlib.decompressobj()
    text = opened.decompress(urlsafe_b64decode(padded), MOST_BYTES)
    if opened.unconsumed_tail:
        raise ValueError("too long")
    return text


def _understood(told: Any) -> SharedMoment:
    if told["v"] != VERSION or len(told["d"]) > MOST_DEEDS:
        raise ValueError("another version")
    nodes, seed, key = told["w"]
    turns, time, shown, node = told["t"]
    if not 0 <= int(nodes) <= MOST_NODES or int(turns) > MOST_TURNS:
        raise ValueError("too much")
    world = World(int(nodes), int(seed), str(key))
    deeds = tuple([_done(*each) for each in told["d"]])
    shown = None if shown is None else int(shown)
    return SharedMoment(
        world=world,
        deeds=deeds,
        turns=int(turns),
        time=float(time),
        shown=shown,
        node=str(node),
    )


def _done(turns: Any, time: Any, name: Any, things: Sequence[Any]) -> Done:
    if name not in DEEDS or int(turns) > MOST_TURNS:
        raise ValueError(name)
    given = tuple([_thing(each) for each in things])
    return Done(int(turns), float(time), (str(name), given))


def _thing(value: Any) -> Any:
    if isinstance(value, list):
        namespace, name = value
        return ObjectKey(str(namespace), str(name))
    if value is None or isinstance(value, str | bool | int | float):
        return value
    raise ValueError("no plain value")


assert faults.FAULT in DEEDS
