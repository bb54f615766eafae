"""A situation as a link: lived through again it is the same moment; what is no link of ours is refused."""

from __future__ import annotations

import json
import zlib
from base64 import urlsafe_b64encode
from random import Random

import pytest

from k8slearn.lab import commands, faults
from k8slearn.lab.commands import DEEDS, Done, ObjectKey
from k8slearn.lesson import exercise_keys
from k8slearn.page.situation import (
    KEY,
    MOST_BYTES,
    BadLinkError,
    SharedMoment,
    World,
    begin,
    live_through,
    read,
    written,
)

SET = ObjectKey("default", "filebeat-ds")


def some_pod(cluster, chance):
    pods = sorted(pod["metadata"]["name"] for pod in cluster.list("Pod"))
    return ObjectKey("default", chance.choice(pods))


def some_node(cluster, chance):
    return chance.choice([node["metadata"]["name"] for node in cluster.list("Node")])


# What each click gives to the function of that name.
CLICKS = {
    "add_node": lambda cluster, chance: (),
    "add_nodes": lambda cluster, chance: ("2",),
    "remove_node": lambda cluster, chance: (some_node(cluster, chance),),
    "label_node": lambda cluster, chance: (some_node(cluster, chance), "disk=ssd"),
    "taint_node": lambda cluster, chance: (some_node(cluster, chance), "a=b:NoExecute"),
    "cordon": lambda cluster, chance: (some_node(cluster, chance), True),
    "set_ready": lambda cluster, chance: (some_node(cluster, chance), False),
    "set_strategy": lambda cluster, chance: (SET, "RollingUpdate", "50%", "0"),
    "set_image": lambda cluster, chance: (SET, "filebeat", f"x:{chance.randrange(99)}"),
    "delete_pod": lambda cluster, chance: (some_pod(cluster, chance),),
    "fail_pod": lambda cluster, chance: (some_pod(cluster, chance),),
    "break_pod": lambda cluster, chance: (some_pod(cluster, chance),),
    "fault": lambda cluster, chance: (
        "not-ready",
        "make",
        some_node(cluster, chance),
        None,
        None,
        0.0,
    ),
}


def test_every_deed_of_the_buttons_is_tried_here():
    assert {*CLICKS, "create_example"} == set(DEEDS)


def played(seed):
    """A world in which somebody has clicked; time has gone by in pieces of all sizes."""
    chance = Random(seed)
    world = World(nodes=4, seed=seed)
    begun = begin(world)
    cluster, done = begun.cluster, []
    for name in chance.sample(sorted(CLICKS), 6):
        for _ in range(chance.randrange(9)):
            cluster.step_within(chance.choice([0.0, 0.01, 0.4, 3.0]))
        if name in ("delete_pod", "fail_pod", "break_pod") and not cluster.list("Pod"):
            continue
        given = CLICKS[name](cluster, chance)
        turns, time = cluster.turns, cluster.now
        DEEDS[name](cluster, *given).call(cluster)
        done.append(Done(turns, time, (name, given)))
    for _ in range(chance.randrange(9)):
        cluster.step_within(0.3)
    return cluster, SharedMoment(world, tuple(done), cluster.turns, cluster.now)


def log_of(cluster):
    return [
        (change.time, change.actor, change.object)
        for change in cluster.store.log.changes
    ]


@pytest.mark.parametrize("seed", range(12))
def test_a_link_leads_to_the_same_moment(seed):
    cluster, situation = played(seed)
    link = written(situation)
    assert read(f"#{link}") == situation
    again = live_through(read(link))
    assert log_of(again.cluster) == log_of(cluster)
    assert (again.cluster.now, again.cluster.turns) == (cluster.now, cluster.turns)
    assert again.deeds == list(situation.deeds)
    # And from there on it goes the same way.
    assert len(again.cluster.run(5.0)) == len(cluster.run(5.0))
    assert log_of(again.cluster) == log_of(cluster)


@pytest.mark.parametrize("key", [exercise_keys()[0], exercise_keys()[-1]])
def test_an_exercise_begins_as_it_began(key):
    begun = begin(World(exercise=key))
    begun.cluster.run(3.0)
    wanted = SharedMoment(
        World(exercise=key), (), begun.cluster.turns, begun.cluster.now
    )
    again = live_through(read(written(wanted)))
    assert again.task.about.key == key
    assert log_of(again.cluster) == log_of(begun.cluster)


def packed(told):
    return KEY + urlsafe_b64encode(zlib.compress(json.dumps(told).encode())).decode()


FINE = {"v": 1, "w": [3, 1, ""], "d": [], "t": [0, 0.0, None, ""]}


@pytest.mark.parametrize(
    "link",
    [
        KEY,
        KEY + "%%%",
        KEY + "AAAA",
        packed([]),
        packed(FINE | {"v": 2}),
        packed(FINE | {"w": [1_000_000, 1, ""]}),
        packed(FINE | {"t": [10**9, 0.0, None, ""]}),
        packed(FINE | {"d": [[0, 0.0, "run_code", ["1"]]]}),
        packed(FINE | {"d": [[0, 0.0, "add_node", [{"a": 1}]]]}),
        packed(FINE | {"pad": "a" * (MOST_BYTES + 1)}),
    ],
)
def test_what_is_no_link_of_ours_is_refused(link):
    with pytest.raises(BadLinkError):
        read(link)


@pytest.mark.parametrize(
    "deed",
    [
        ["remove_node", ["nobody"]],
        ["add_node", ["too", "many"]],
        ["delete_pod", ["a-word-for-a-key"]],
        ["fault", ["no-such-fault", "make", "node1", None, None, 0]],
    ],
)
def test_a_deed_that_cannot_be_done_is_refused(deed):
    wanted = read(packed(FINE | {"d": [[0, 0.0, *deed]]}))
    with pytest.raises(BadLinkError):
        live_through(wanted)
    with pytest.raises(BadLinkError):
        live_through(SharedMoment(World(exercise="no-such-exercise")))


def test_a_deed_tells_its_name_and_what_it_was_given():
    assert commands.cordon("node1", True).deed == ("cordon", ("node1", True))
    cluster = begin(World()).cluster
    key = next(each.key for each in faults.offered(cluster) if each.needs == "node")
    made = faults.command(cluster, key, "mend", "node1", None, None, 0.0)
    assert made.deed == ("fault", (key, "mend", "node1", None, None, 0.0))
