"""A situation as a link: how the cluster began and what was done. Replayed, it leads to the same moment.

Links are untrusted: they can name actions of the lab's buttons and nothing else.
"""

from __future__ import annotations

import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from math import isfinite
from typing import Any

from k8slearn.apimachinery.errors import ApiError
from k8slearn.cluster import Cluster
from k8slearn.lab import faults
from k8slearn.lab.commands import DEEDS, Done, Mistake, ObjectKey
from k8slearn.lab.playback import Parting, Playback
from k8slearn.lesson import Task, exercise
from k8slearn.manifests import manifest

VERSION = 1
KEY = "lab="
# Characters. The part after # is sent to no server, but chats and mails cut longer addresses.
LONGEST = 8_000
# More than anybody clicks in an evening; beyond that a link would only keep a browser busy.
MOST_BYTES = 200_000
MOST_DEEDS = 2_000
MOST_TURNS = 300_000
MOST_NODES = 100
# Including Nodes that are added by click: one press adds 500 at most.
MOST_NODES_EVER = 700
DAEMON_SET = "filebeat-ds"


class BadLinkError(ValueError):
    """A link that cannot be read."""


class OtherVersionError(BadLinkError):
    """A link made by another version of the course."""


@dataclass(frozen=True, slots=True)
class World:
    """How a cluster began: a number of Nodes and a seed, with the course's DaemonSet; or an exercise."""

    nodes: int = 3
    seed: int = 1
    exercise: str = ""


@dataclass(frozen=True, slots=True)
class SharedBranch:
    """A second cluster: where it was forked from the first, what was done in it, and how far it has come."""

    parting: Parting
    deeds: tuple[Done, ...]
    turns: int
    time: float


@dataclass(frozen=True, slots=True)
class SharedMoment:
    """A world, what was done in it, how far it has come, and how many actions are shown (None: all).

    `mark` is a checksum of the log: a replay that leads to the same moment has the same mark.
    """

    world: World = World()
    deeds: tuple[Done, ...] = ()
    turns: int = 0
    time: float = 0.0
    shown: int | None = None
    node: str = ""
    group_by: str = ""
    branch: SharedBranch | None = None
    mark: int = 0


@dataclass
class Begun:
    """A cluster at its beginning; `task` is the exercise that it belongs to."""

    cluster: Cluster
    task: Task | None = None


def begin(world: World) -> Begun:
    """Make the cluster of a world."""
    if world.exercise:
        task = exercise(world.exercise)
        return Begun(task.cluster, task)
    cluster = Cluster(nodes=world.nodes, seed=world.seed)
    cluster.apply(manifest(DAEMON_SET))
    cluster.run_until_quiet()
    return Begun(cluster)


def live_again(wanted: SharedMoment) -> tuple[Begun, Playback | None]:
    """Replay a link: its world with all that was done in it, and the playback of its branch. Raises BadLinkError."""
    try:
        begun = begin(wanted.world)
    except KeyError as error:
        raise BadLinkError(str(error)) from None
    cluster = begun.cluster
    before: Sequence[Done] = ()
    beside = None
    branch = wanted.branch
    if branch is not None:
        parting = branch.parting
        before = wanted.deeds[: parting.deeds]
        live_through(cluster, before, parting.turns, parting.time)
        twin = cluster.fork(parting.position)
        live_through(twin, branch.deeds, branch.turns, branch.time)
        beside = Playback(twin, parting)
        beside.deeds = list(branch.deeds)
    after = wanted.deeds[len(before) :]
    live_through(cluster, after, wanted.turns, wanted.time)
    return begun, beside


def live_through(
    cluster: Cluster, deeds: Sequence[Done], turns: int, time: float
) -> None:
    """Repeat the actions, each at the same turn, and let time go on until `time`. Raises BadLinkError."""
    for done in deeds:
        cluster.control_plane.live_through(done.turns, done.time)
        _do_again(cluster, done)
    cluster.control_plane.live_through(turns, time)


def _do_again(cluster: Cluster, done: Done) -> None:
    assert done.deed is not None
    name, given = done.deed
    try:
        DEEDS[name](cluster, *given).call(cluster)
    except (Mistake, ApiError, KeyError, TypeError, AttributeError) as error:
        raise BadLinkError(str(error)) from None


def is_too_much(moment: SharedMoment) -> bool:
    """Would the replay take a browser too long?"""
    deeds = moment.deeds
    turns = moment.turns
    if moment.branch is not None:
        deeds += moment.branch.deeds
        turns += moment.branch.turns
    nodes = moment.world.nodes
    for done in deeds:
        name, given = done.deed or ("", ())
        if name == "add_node":
            nodes += 1
        elif name == "add_nodes":
            nodes += int(given[0])
    return nodes > MOST_NODES_EVER or turns > MOST_TURNS or len(deeds) > MOST_DEEDS


def mark_of(cluster: Cluster) -> int:
    """A checksum of a cluster's whole log."""
    mark = 0
    for change in cluster.store.log.changes:
        told = [change.time, change.actor, change.object]
        text = json.dumps(told, sort_keys=True)
        mark = zlib.crc32(text.encode(), mark)
    return mark


# As text -------------------------------------------------------------------------------


def written(situation: SharedMoment) -> str:
    """The link of a situation: the part of the address after #."""
    world = situation.world
    told = {
        "v": VERSION,
        "w": [world.nodes, world.seed, world.exercise],
        "d": _deeds_as_json(situation.deeds),
        "t": [situation.turns, situation.time],
        "s": [situation.shown, situation.node, situation.group_by],
        "m": situation.mark,
    }
    branch = situation.branch
    if branch is not None:
        parting = list(astuple(branch.parting))
        deeds = _deeds_as_json(branch.deeds)
        told["b"] = [parting, deeds, branch.turns, branch.time]
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    packed = urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode()
    return KEY + packed.rstrip("=")


def _deeds_as_json(deeds: Sequence[Done]) -> list[Any]:
    return [_deed_as_json(done) for done in deeds]


def _deed_as_json(done: Done) -> list[Any]:
    assert done.deed is not None
    name, given = done.deed
    things = [[o.namespace, o.name] if isinstance(o, ObjectKey) else o for o in given]
    return [done.turns, done.time, name, things]


def read(link: str) -> SharedMoment:
    """Parse a link. Raises BadLinkError."""
    try:
        return _parse_moment(json.loads(_unpacked(link.removeprefix("#"))))
    except BadLinkError:
        raise
    except (
        ValueError,
        TypeError,
        KeyError,
        OverflowError,
        zlib.error,
        RecursionError,
    ) as error:
        raise BadLinkError(str(error)) from None


def _unpacked(link: str) -> bytes:
    # Sites may append parameters of their own after &, such as for campaigns.
    packed = link.removeprefix(KEY).partition("&")[0]
    padded = packed + "=" * (-len(packed) % 4)
    opened = zlib.decompressobj()
    text = opened.decompress(urlsafe_b64decode(padded), MOST_BYTES)
    if opened.unconsumed_tail or not opened.eof:
        raise ValueError("too long, or cut short")
    return text


def _parse_moment(told: Any) -> SharedMoment:
    if told["v"] != VERSION:
        raise OtherVersionError(str(told["v"]))
    nodes, seed, key = told["w"]
    turns, time = told["t"]
    shown, node, group_by = told["s"]
    if not 0 <= int(nodes) <= MOST_NODES:
        raise ValueError("too many Nodes")
    world = World(int(nodes), int(seed), str(key))
    branch = told.get("b")
    moment = SharedMoment(
        world=world,
        deeds=_deeds(told["d"]),
        turns=_turns(turns),
        time=_seconds(time),
        shown=None if shown is None else int(shown),
        node=str(node),
        group_by=str(group_by),
        branch=None if branch is None else _branch(*branch),
        mark=int(told["m"]),
    )
    if is_too_much(moment):
        raise ValueError("too much")
    return moment


def _branch(parting: Any, deeds: Any, turns: Any, time: Any) -> SharedBranch:
    before, parting_turns, parting_time, position = parting
    position = None if position is None else int(position)
    about = int(before), _turns(parting_turns), _seconds(parting_time), position
    return SharedBranch(Parting(*about), _deeds(deeds), _turns(turns), _seconds(time))


def _turns(value: Any) -> int:
    turns = int(value)
    # The limit holds for each action: live_through runs up to its turn.
    if not 0 <= turns <= MOST_TURNS:
        raise ValueError("too many turns")
    return turns


def _seconds(value: Any) -> float:
    seconds = float(value)
    if not isfinite(seconds):
        raise ValueError("no second")
    return seconds


def _deeds(told: Any) -> tuple[Done, ...]:
    return tuple([_done(*each) for each in told])


def _done(turns: Any, time: Any, name: Any, things: Sequence[Any]) -> Done:
    if name not in DEEDS:
        # An action that this version does not have.
        raise OtherVersionError(str(name))
    given = tuple([_parse_argument(each) for each in things])
    return Done(_turns(turns), _seconds(time), (str(name), given))


def _parse_argument(value: Any) -> Any:
    if isinstance(value, list):
        namespace, name = value
        return ObjectKey(str(namespace), str(name))
    if value is None or isinstance(value, str | bool | int | float):
        return value
    raise ValueError("no plain value")


assert faults.FAULT in DEEDS
