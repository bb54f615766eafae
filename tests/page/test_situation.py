"""Situations as links: replayed, they lead to the same moment; invalid links are refused."""

from __future__ import annotations

import json
import zlib
from base64 import urlsafe_b64encode
from random import Random

import pytest

from k8slearn.apimachinery.errors import ApiError
from k8slearn.lab import commands, faults
from k8slearn.lab.commands import DEEDS, Done, Mistake, ObjectKey
from k8slearn.lab.playback import Parting
from k8slearn.lesson import exercise_keys
from k8slearn.page.situation import (
    KEY,
    MOST_BYTES,
    BadLinkError,
    OtherVersionError,
    SharedBranch,
    SharedMoment,
    World,
    begin,
    live_again,
    mark_of,
    read,
    written,
)
from k8slearn.remedies.edits import deleted

# With kubelets that are real: disks fill up, registries fall silent, machines start anew.
REAL = World(exercise="update-brake")


def the_set(cluster):
    # None in a branch that begins before there is one: then an IndexError, as for a Pod.
    daemon_set = cluster.list("DaemonSet")[0]
    return ObjectKey("default", daemon_set["metadata"]["name"])


def container(cluster):
    daemon_set = cluster.list("DaemonSet")[0]
    return daemon_set["spec"]["template"]["spec"]["containers"][0]["name"]


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
    "set_strategy": lambda cluster, chance: (
        the_set(cluster),
        "RollingUpdate",
        "50%",
        "0",
    ),
    "set_image": lambda cluster, chance: (
        the_set(cluster),
        container(cluster),
        f"x:{chance.randrange(99)}",
    ),
    "delete_pod": lambda cluster, chance: (some_pod(cluster, chance),),
    "carry_out": lambda cluster, chance: (gone(cluster, chance).as_data(),),
    "fail_pod": lambda cluster, chance: (some_pod(cluster, chance),),
    "break_pod": lambda cluster, chance: (some_pod(cluster, chance),),
    "fault": lambda cluster, chance: some_fault(cluster, chance),
    # What the API server or the lab itself refuses: it must leave no trace.
    "refused": lambda cluster, chance: (some_node(cluster, chance), "no_/label=!"),
}
REFUSED = {"refused": "label_node"}


def gone(cluster, chance):
    """Sample data for remedies."""
    pod = some_pod(cluster, chance)
    return deleted(cluster.get("Pod", pod.name, pod.namespace))


def some_fault(cluster, chance):
    fault = chance.choice(faults.offered(cluster))
    node, pod = some_node(cluster, chance), some_pod(cluster, chance)
    what = chance.choice(["make", "mend"])
    return fault.key, what, node, pod, the_set(cluster), float(chance.randrange(1, 40))


def test_every_deed_of_the_buttons_is_tried_here():
    assert {*CLICKS, "create_example"} - {*REFUSED} == set(DEEDS)


def pass_time(cluster, chance):
    """Time goes by in pieces of all sizes."""
    for _ in range(chance.randrange(9)):
        cluster.step_within(chance.choice([0.0, 0.01, 0.4, 3.0]))


def click(cluster, chance, name):
    """Click once; returns the deed, None where it was refused."""
    try:
        given = CLICKS[name](cluster, chance)
    except IndexError:  # no Pod, no Node, no DaemonSet
        return None
    turns, time = cluster.turns, cluster.now
    name = REFUSED.get(name, name)
    try:
        DEEDS[name](cluster, *given).call(cluster)
    except (ApiError, Mistake):
        return None
    return Done(turns, time, (name, given))


def clicked(cluster, chance, names):
    """Click, and let time pass in between."""
    done = []
    for name in names:
        pass_time(cluster, chance)
        done.append(click(cluster, chance, name))
    pass_time(cluster, chance)
    return [each for each in done if each is not None]


def played(seed):
    """A world with random clicks, every second time with a branch from the present or the past."""
    chance = Random(seed)
    world = REAL if seed % 3 == 2 else World(nodes=4, seed=seed)
    cluster = begin(world).cluster
    names = [*chance.sample(sorted(CLICKS), 6), *["fault"] * 3]
    chance.shuffle(names)
    done = clicked(cluster, chance, names[:5])
    twin = branch = None
    if seed % 2:
        position = chance.choice([None, chance.randrange(len(cluster.actions))])
        parting = Parting(len(done), cluster.turns, cluster.now, position)
        twin = cluster.fork(position)
        deeds = clicked(twin, chance, chance.sample(sorted(CLICKS), 2))
        branch = SharedBranch(parting, tuple(deeds), twin.turns, twin.now)
    done += clicked(cluster, chance, names[5:])
    about = tuple(done), cluster.turns, cluster.now
    moment = SharedMoment(world, *about, branch=branch, mark=mark_of(cluster))
    return cluster, twin, moment


def log_of(cluster):
    return [
        (change.time, change.actor, change.object)
        for change in cluster.store.log.changes
    ]


@pytest.mark.parametrize("seed", range(24))
def test_a_link_leads_to_the_same_moment(seed):
    cluster, twin, situation = played(seed)
    link = written(situation)
    assert read(f"#{link}") == situation
    begun, beside = live_again(read(link))
    again = begun.cluster
    assert log_of(again) == log_of(cluster)
    assert (again.now, again.turns) == (cluster.now, cluster.turns)
    assert mark_of(again) == situation.mark
    # And from there on it goes the same way, here and in the branch.
    pairs = [(again, cluster)]
    if twin is not None:
        assert log_of(beside.cluster) == log_of(twin)
        pairs.append((beside.cluster, twin))
    for one, other in pairs:
        assert len(one.run(5.0)) == len(other.run(5.0))
        assert log_of(one) == log_of(other)


@pytest.mark.parametrize("key", [exercise_keys()[0], exercise_keys()[-1]])
def test_an_exercise_begins_as_it_began(key):
    begun = begin(World(exercise=key))
    begun.cluster.run(3.0)
    wanted = SharedMoment(
        World(exercise=key), (), begun.cluster.turns, begun.cluster.now
    )
    again, _ = live_again(read(written(wanted)))
    assert again.task.about.key == key
    assert log_of(again.cluster) == log_of(begun.cluster)


def packed(told):
    return KEY + urlsafe_b64encode(zlib.compress(json.dumps(told).encode())).decode()


FINE = {"v": 1, "w": [3, 1, ""], "d": [], "t": [0, 0.0], "s": [None, "", ""], "m": 0}


@pytest.mark.parametrize(
    "link",
    [
        KEY,
        KEY + "%%%",
        KEY + "AAAA",
        packed([]),
        packed(FINE | {"w": [1_000_000, 1, ""]}),
        packed(FINE | {"t": [10**9, 0.0]}),
        packed(FINE | {"t": [0, float("nan")]}),
        packed(FINE | {"t": [float("inf"), 0.0]}),
        packed(FINE | {"d": [[10**9, 0.0, "add_node", []]]}),
        packed(FINE | {"b": [[0, 0, 0.0, None], [], 0, 0.0, 1]}),
        packed(FINE | {"b": [[0, 10**9, 0.0, None], [], 0, 0.0]}),
        packed(FINE | {"d": [[0, 0.0, "add_node", [{"a": 1}]]]}),
        packed(FINE | {"pad": "a" * (MOST_BYTES + 1)}),
    ],
)
def test_what_is_no_link_of_ours_is_refused(link):
    with pytest.raises(BadLinkError) as caught:
        read(link)
    assert caught.type is BadLinkError


@pytest.mark.parametrize(
    "news", [{"v": 2}, {"d": [[0, 0.0, "a_button_to_come", ["1"]]]}]
)
def test_a_link_of_another_version_is_known_as_one(news):
    with pytest.raises(OtherVersionError):
        read(packed(FINE | news))


def test_a_link_survives_being_cut_and_passed_on():
    link = written(played(3)[2])
    assert read(f"#{link}&utm_source=chat") == read(link)
    for end in range(len(KEY), len(link), 7):
        with pytest.raises(BadLinkError):
            read(link[:end])


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
    for where in (
        {"d": [[0, 0.0, *deed]]},
        {"b": [[0, 0, 0.0, None], [[0, 0.0, *deed]], 0, 0.0]},
    ):
        wanted = read(packed(FINE | where))
        with pytest.raises(BadLinkError):
            live_again(wanted)
    with pytest.raises(BadLinkError):
        live_again(SharedMoment(World(exercise="no-such-exercise")))


@pytest.mark.parametrize(
    "much",
    [
        {"d": [[0, 0.0, "add_nodes", ["500"]]] * 2},
        {"d": [[0, 0.0, "add_node", []]] * 698},
        {"b": [[0, 0, 0.0, None], [[0, 0.0, "add_nodes", ["500"]]] * 2, 0, 0.0]},
        {"d": [[0, 0.0, "cordon", ["node1", True]]] * 2_001},
        {"t": [200_000, 0.0], "b": [[0, 0, 0.0, None], [], 200_000, 0.0]},
    ],
)
def test_no_link_keeps_a_browser_busy(much):
    with pytest.raises(BadLinkError):
        read(packed(FINE | much))


def test_a_deed_tells_its_name_and_what_it_was_given():
    assert commands.cordon("node1", True).deed == ("cordon", ("node1", True))
    cluster = begin(World()).cluster
    key = next(each.key for each in faults.offered(cluster) if each.needs == "node")
    made = faults.command(cluster, key, "mend", "node1", None, None, 0.0)
    assert made.deed == ("fault", (key, "mend", "node1", None, None, 0.0))
