"""The scores of Nodes, with the numbers of the real scheduler."""

import pytest

from k8slearn import Cluster
from k8slearn.apimachinery.objects import owner_reference
from k8slearn.kinds.node import ZONE, new_node
from k8slearn.scheduler import score
from k8slearn.scheduler.situation import Situation
from tests.support.helpers import bare_pod, client_of

GIB = "10Gi"
MEGA = 1024 * 1024


def node(name="n", cpu="10", memory=GIB, images=(), **about):
    found = new_node(name, 0.0, allocatable={"cpu": cpu, "memory": memory}, **about)
    found["status"]["images"] = [
        {"names": [image], "sizeBytes": size * MEGA} for image, size in images
    ]
    return found


def container(name="c", image="x", **requests):
    return {"name": name, "image": image, "resources": {"requests": requests}}


def pod(*containers, name="p", labels=None, **spec):
    found = bare_pod(name, containers=list(containers) or [container()], **spec)
    found["metadata"] |= {"namespace": "default", "labels": labels or {}}
    return found


def scores(plugin, wanted, nodes, running=None, reader=None):
    known = {each["metadata"]["name"]: each for each in nodes}
    there = {
        place: {each["metadata"]["name"]: each for each in pods}
        for place, pods in (running or {}).items()
    }
    found = plugin(wanted, nodes, Situation(known, there, reader=reader))
    return {place: int(value) for place, value in found.items()}


HALF = container(cpu="5", memory="5Gi")
CPU_ALONE = container(cpu="4", memory="0")


@pytest.mark.parametrize(
    ("wanted", "room", "running", "expected"),
    [
        pytest.param(pod(HALF), node(), (), 50, id="asked"),
        # A tenth of a CPU, and 200 MB of 10 GiB.
        pytest.param(pod(), node(), (), (99 + 98) // 2, id="nothing said"),
        pytest.param(
            pod(*[container(f"c{i}") for i in range(10)]),
            node(),
            (),
            (90 + 80) // 2,
            id="each container counts that says nothing",
        ),
        pytest.param(
            pod(container(cpu="5", memory="5Gi"), container("silent")),
            node(),
            (),
            (49 + 48) // 2,
            id="also beside one that asks",
        ),
        pytest.param(
            pod(container(cpu="0", memory="0")), node(), (), 100, id="nothing asked for"
        ),
        pytest.param(
            pod(resources={"requests": {"cpu": "5", "memory": "5Gi"}}),
            node(),
            (),
            50,
            id="asked for as a whole",
        ),
        pytest.param(pod(), node(), [pod(HALF)], (49 + 48) // 2, id="used"),
        pytest.param(
            pod(), node(memory="0"), (), 99, id="what a Node has none of is passed over"
        ),
        pytest.param(
            pod(HALF), node(cpu="4", memory="4Gi"), (), 0, id="more than there is"
        ),
    ],
)
def test_what_is_left_counts(wanted, room, running, expected):
    assert scores(score.least_allocated, wanted, [room], {"n": running}) == {
        "n": expected
    }


@pytest.mark.parametrize(
    ("wanted", "running", "expected"),
    [
        pytest.param(pod(HALF), (), 75, id="as even as it was"),
        pytest.param(pod(CPU_ALONE), (), 75 - 10, id="less even"),
        pytest.param(
            pod(container(memory="4Gi")), [pod(CPU_ALONE)], 75 + 10, id="more even"
        ),
        pytest.param(
            pod(HALF), [pod(CPU_ALONE)], 75, id="uneven before, and no more so now"
        ),
    ],
)
def test_a_node_scores_by_how_its_balance_changes(wanted, running, expected):
    assert scores(score.balanced, wanted, [node()], {"n": running}) == {"n": expected}


def test_who_asks_for_nothing_changes_no_balance():
    assert scores(score.balanced, pod(), [node()]) == {}


def test_a_node_without_memory_is_in_balance():
    room = node(memory="0")
    assert scores(score.balanced, pod(container(cpu="4")), [room]) == {"n": 75}


BIG = ("big:1", 523)
"""Of 1000 MB for one container, less the 23 that are as good as nothing."""


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        pytest.param(pod(container(image="big:1")), 100 * 500 // 977, id="container"),
        pytest.param(
            pod(initContainers=[container("i", image="big:1")]),
            100 * 500 // 1977,
            id="init container",
        ),
        pytest.param(
            pod(volumes=[{"name": "v", "image": {"reference": "big:1"}}]),
            100 * 500 // 977,
            id="volume",
        ),
        pytest.param(pod(container(image="other:1")), 0, id="another"),
    ],
)
def test_images_that_are_there_count_whoever_needs_them(wanted, expected):
    assert scores(score.image_locality, wanted, [node(images=[BIG])]) == {"n": expected}


def test_one_taint_of_three_is_as_in_whole_numbers():
    nodes = [
        node("one", taints=["a:PreferNoSchedule"]),
        node("three", taints=[f"{key}:PreferNoSchedule" for key in "abc"]),
    ]
    assert scores(score.taints, pod(), nodes) == {"one": 67, "three": 0}


# Spread --------------------------------------------------------------------------------------------------------------

LABELS = {"app": "web"}
SELECTOR = {"matchLabels": LABELS}


def owner(kind):
    version = "v1" if kind == "ReplicationController" else "apps/v1"
    template = {"metadata": {"labels": LABELS}, "spec": {"containers": [container()]}}
    selector = LABELS if version == "v1" else SELECTOR
    spec = {"selector": selector, "template": template, "replicas": 0}
    if kind in ("StatefulSet", "DaemonSet"):
        spec |= {"serviceName": "web"}
    if kind == "DaemonSet":
        spec = {"selector": selector, "template": template}
    metadata = {"name": "web", "namespace": "default"}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, "spec": spec}


@pytest.mark.parametrize(
    ("kind", "spreads"),
    [
        ("ReplicationController", True),
        ("ReplicaSet", True),
        ("StatefulSet", True),
        ("DaemonSet", False),
        ("", False),
    ],
)
def test_the_pods_of_one_owner_spread_unasked(kind, spreads):
    client = client_of(Cluster(kubelet="manual"))
    wanted = pod(labels=LABELS)
    if kind:
        made = client.create(owner(kind))
        wanted["metadata"]["ownerReferences"] = [owner_reference(made)]
    running = {"a": [pod(name="q", labels=LABELS)]}
    found = scores(score.spread, wanted, [node("a"), node("b")], running, client)
    assert bool(found) is spreads
    assert not spreads or found["b"] > found["a"]


def test_of_a_node_that_lacks_a_label_no_pod_counts():
    about = {"maxSkew": 1, "whenUnsatisfiable": "ScheduleAnyway"}
    keys = (ZONE, "rack")
    asked = [{**about, "topologyKey": key, "labelSelector": SELECTOR} for key in keys]
    wanted = pod(labels=LABELS, topologySpreadConstraints=asked)
    nodes = [
        node("east", labels={ZONE: "east", "rack": "1"}),
        node("west", labels={ZONE: "west", "rack": "2"}),
    ]
    apart = node("apart", labels={ZONE: "east"})
    known = {each["metadata"]["name"]: each for each in [*nodes, apart]}
    there = {"apart": {"q": pod(name="q", labels=LABELS)}}
    found = score.spread(wanted, nodes, Situation(known, there))
    assert found["east"] == found["west"]
