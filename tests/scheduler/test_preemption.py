"""Preemption: the victims, the Node, and the message when there is no way."""

import pytest

from k8slearn import Cluster
from k8slearn.kinds.node import new_node
from k8slearn.scheduler.preemption import schedule
from k8slearn.scheduler.situation import Situation
from tests.support.helpers import bare_pod, events

NEVER = {"preemptionPolicy": "Never"}


def node(name="a", cpu="1", **about):
    return new_node(name, 0.0, allocatable={"cpu": cpu}, **about)


def pod(name, cpu, priority=0, started="2026-01-01T00:00:00Z", **spec):
    resources = {"requests": {"cpu": cpu}}
    container = {"name": "c", "image": "x", "resources": resources}
    found = bare_pod(name, containers=[container], priority=priority, **spec)
    found["metadata"] |= {"uid": name, "namespace": "default", "labels": {"app": name}}
    found["status"] = {"startTime": started} if started else {}
    return found


def on(**nodes):
    """Running Pods by Node."""
    return {
        where: {p["metadata"]["name"]: p for p in pods} for where, pods in nodes.items()
    }


class Budgets:
    """A reader that knows budgets alone, each by the app that it protects and how many may go."""

    def __init__(self, **allowed):
        self.allowed = allowed

    def get(self, kind, name, namespace=""):
        return None

    def list(self, kind, namespace=None, selector=""):
        if kind != "PodDisruptionBudget":
            return []
        return [
            {
                "metadata": {"name": app, "namespace": "default"},
                "spec": {"selector": {"matchLabels": {"app": app}}},
                "status": {"disruptionsAllowed": count},
            }
            for app, count in self.allowed.items()
        ]


def decided(wanted, nodes, running, reader=None):
    return schedule(
        wanted, Situation({n["metadata"]["name"]: n for n in nodes}, running, reader=reader)
    )  # fmt: skip


def victims(result):
    return [p["metadata"]["name"] for p in result.preemption.victims]


OLD, YOUNG = "2026-01-01T00:00:00Z", "2026-01-01T00:00:09Z"


@pytest.mark.parametrize(
    ("wanted", "others", "gone"),
    [
        ("500m", [pod("low", "800m")], ["low"]),
        ("500m", [pod("low", "400m"), pod("mid", "400m", 5)], ["low"]),
        ("500m", [pod("big", "600m", 5), pod("small", "200m")], ["big"]),
        ("900m", [pod("one", "400m"), pod("two", "400m", 5)], ["two", "one"]),
        ("400m", [pod("old", "400m", 0, OLD), pod("new", "400m", 0, YOUNG)], ["new"]),
        ("400m", [pod("late", "400m", 0, None), pod("old", "400m")], ["late"]),
        ("500m", [pod("peer", "800m", 10)], []),
        ("500m", [pod("boss", "400m", 11), pod("low", "400m", -5)], ["low"]),
    ],
)
def test_the_least_important_that_make_room_go(wanted, others, gone):
    result = decided(pod("new", wanted, 10), [node()], on(a=others))
    assert victims(result) == gone
    assert result.preemption.node == ("a" if gone else "")


def test_who_ends_already_goes_first_of_equals():
    ending = pod("ending", "450m")
    ending["metadata"]["deletionTimestamp"] = "2026-01-01T00:01:00Z"
    result = decided(pod("new", "500m", 9), [node()], on(a=[ending, pod("b", "450m")]))
    assert victims(result) == ["ending"]


@pytest.mark.parametrize(
    ("allowed", "gone"), [(0, ["mid"]), (1, ["low"])], ids=["spent", "left"]
)
def test_a_budget_with_nothing_left_spares_its_pods_while_there_are_others(
    allowed, gone
):
    running = on(a=[pod("low", "400m", 1), pod("mid", "400m", 5)])
    result = decided(pod("new", "400m", 9), [node()], running, Budgets(low=allowed))
    assert victims(result) == gone


def test_a_budget_never_saves_the_last_candidate():
    running = on(a=[pod("low", "800m", 1)])
    result = decided(pod("new", "400m", 9), [node()], running, Budgets(low=0))
    assert victims(result) == ["low"]


@pytest.mark.parametrize(
    ("a", "b", "chosen"),
    [
        ([pod("kept", "800m", 1)], [pod("x", "800m", 5)], "b"),
        ([pod("x", "800m", 5)], [pod("y", "800m", 3)], "b"),
        ([pod("x", "400m", 3), pod("y", "400m", 3)], [pod("z", "800m", 3)], "b"),
        ([pod("x", "800m", 3, YOUNG)], [pod("y", "800m", 3, OLD)], "a"),
        ([pod("x", "800m", 3)], [pod("y", "800m", 3)], "a"),
    ],
    ids=["no budget broken", "lower victim", "fewer victims", "younger", "first"],
)
def test_the_cheapest_node_is_taken(a, b, chosen):
    result = decided(
        pod("new", "900m", 9), [node("a"), node("b")], on(a=a, b=b), Budgets(kept=0)
    )
    assert result.preemption.node == chosen


HEAD = "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: "


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        (pod("n", "500m", 9, **NEVER), "not eligible due to preemptionPolicy=Never."),
        (
            pod("n", "500m", 0),
            "0/1 nodes are available: 1 No preemption victims found for incoming pod.",
        ),
        (
            pod("n", "1100m", 9),
            "0/1 nodes are available: 1 Preemption is not helpful for scheduling.",
        ),
    ],
)
def test_what_is_told_when_nobody_goes(wanted, told):
    result = decided(wanted, [node()], on(a=[pod("low", "800m")]))
    assert result.message == HEAD + told


def test_the_preemptor_s_own_message_has_no_word_of_preemption():
    result = decided(pod("n", "500m", 9), [node()], on(a=[pod("low", "800m")]))
    assert result.message == "0/1 nodes are available: 1 Insufficient cpu."


def test_where_the_rest_still_does_not_fit_its_reason_is_told():
    running = on(a=[pod("peer", "700m", 9), pod("low", "200m")])
    result = decided(pod("n", "500m", 9), [node()], running)
    assert result.message.endswith("preemption: 0/1 nodes are available: 1 Insufficient cpu.")  # fmt: skip


def test_a_promised_node_counts_as_taken_for_those_less_important():
    waiting = pod("first", "800m", 5)
    seen = Situation({"a": node()}, {}, {"a": [waiting]})
    assert schedule(pod("second", "800m", 1), seen).node == ""
    assert schedule(pod("third", "800m", 9), seen).node == "a"


# In a cluster ----------------------------------------------------------------------------------------------------


def full(**spec):
    """A cluster with one full Node, and a more important Pod that was just tried."""
    cluster = Cluster(kubelet="manual")
    cluster.add_node("node1", allocatable={"cpu": "1"})
    high = {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass"}
    cluster.create({**high, "metadata": {"name": "high"}, "value": 9})
    request = [{"name": "c", "image": "x", "resources": {"requests": {"cpu": "800m"}}}]
    cluster.create(bare_pod("low", containers=request))
    cluster.settle()
    cluster.become("low", "ready")
    cluster.create(
        bare_pod("boss", containers=request, priorityClassName="high", **spec)
    )
    cluster.settle()
    return cluster


def test_room_is_made_gracefully_and_the_node_kept_until_it_is_there():
    cluster = full()
    low, boss = cluster.get("Pod", "low"), cluster.get("Pod", "boss")
    assert low["metadata"]["deletionTimestamp"] and "nodeName" not in boss["spec"]
    assert boss["status"]["nominatedNodeName"] == "node1"
    assert events(cluster, "Preempted") == 1
    cluster.become("low", "gone")
    cluster.settle()
    boss = cluster.get("Pod", "boss")
    assert boss["spec"]["nodeName"] == "node1"
    assert "nominatedNodeName" not in boss["status"]


def test_while_it_waits_nobody_else_is_ended_for_it():
    cluster = full()
    # It is tried again, with its victim still there: a Node has come, which is too small.
    cluster.add_node("tiny", allocatable={"cpu": "800m"}, taints=["a:NoSchedule"])
    cluster.add_node("node2", allocatable={"cpu": "900m"})
    cluster.settle()
    assert cluster.get("Pod", "boss")["spec"]["nodeName"] == "node2"
    assert events(cluster, "Preempted") == 1


def test_of_pods_that_wait_the_most_important_is_tried_first():
    cluster = Cluster(kubelet="manual")
    high = {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass"}
    cluster.create({**high, "metadata": {"name": "high"}, "value": 9})
    request = [{"name": "c", "image": "x", "resources": {"requests": {"cpu": "800m"}}}]
    # By creation time the other one would come first.
    cluster.create(bare_pod("aaa", containers=request))
    cluster.settle()
    cluster.create(bare_pod("boss", containers=request, priorityClassName="high"))
    cluster.settle()
    cluster.add_node("node1", allocatable={"cpu": "1"})
    cluster.settle()
    assert cluster.get("Pod", "boss")["spec"]["nodeName"] == "node1"
    assert "nodeName" not in cluster.get("Pod", "aaa")["spec"]
