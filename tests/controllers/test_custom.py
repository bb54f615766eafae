"""Custom controllers: they are called, act, are forked and replayed, stopped and started."""

import pytest

from k8slearn import Cluster
from k8slearn.lesson import narrate
from tests.support.helpers import DS, alive, daemon_set, lines, running, status

POD = {"apiVersion": "v1", "kind": "Pod"}
SSD = {"disk": "ssd"}


def pod_for(node):
    spec = {"nodeName": node, "containers": [{"name": "main", "image": "scrub:1"}]}
    return {
        **POD,
        "metadata": {"name": f"scrub-{node}", "labels": {"app": "scrub"}},
        "spec": spec,
    }


def scrub(api):
    wanted = {node["metadata"]["name"] for node in api.list("Node", "disk=ssd")}
    have = {
        pod["metadata"]["name"].removeprefix("scrub-")
        for pod in api.list("Pod", "app=scrub")
    }
    for node in sorted(wanted - have):
        api.create(pod_for(node))
    for node in sorted(have - wanted):
        api.delete("Pod", f"scrub-{node}")
    return sorted(wanted - have), sorted(have - wanted)


def edge(api):
    for change in api.heard:
        if change.type == "ADDED" and change.object["kind"] == "Node":
            api.create(pod_for(change.object["metadata"]["name"]))


class Counting:
    """Counts its calls: a state of its own."""

    def __init__(self):
        self.calls = 0

    def __call__(self, api):
        self.calls += 1


def homes(cluster):
    return sorted(
        pod["spec"]["nodeName"] for pod in cluster.list("Pod", selector="app=scrub")
    )


def spoil(api):
    """A beginner's mistake: changing a read object in place before sending it."""
    for change in api.heard:
        change.object["spec"]["taints"] = ["heard"]
    for node in [*api.list("Node"), api.get("Node", "node1")]:
        node["spec"]["taints"] = ["read"]
    note = {"metadata": {"annotations": {"seen": "yes"}}}
    api.patch("Node", "node1", note)["spec"]["taints"] = ["patched"]


@pytest.fixture
def cluster():
    made = Cluster(3, seed=1)
    made.label("node1", SSD)
    made.add_controller("scrub", scrub)
    made.run_until_quiet()
    return made


def test_what_it_is_given_is_its_own_to_change():
    cluster = Cluster(2, seed=1)
    cluster.add_controller("spoil", spoil, watch=["nodes"])
    cluster.run(1)
    assert not cluster.control_plane.controllers[-1].failures
    for name in ("node1", "node2"):
        for change in cluster.store.log.changes_of(("Node", "", name)):
            assert "taints" not in change.object["spec"]


def test_it_acts_on_what_is_there_already_and_says_why(cluster):
    assert homes(cluster) == ["node1"]
    action = next(action for action in cluster.actions if action.component == "scrub")
    assert action.why == (["node1"], []) and cluster.changes(action)[0].actor == "scrub"


def test_it_follows_what_changes(cluster):
    cluster.label("node2", SSD)
    cluster.label("node1", {"disk": None})
    cluster.run_until_quiet()
    assert homes(cluster) == ["node2"]
    cluster.delete_pod("scrub-node2")
    cluster.run_until_quiet()
    assert homes(cluster) == ["node2"] and cluster.quiet


def test_events_of_one_moment_are_one_call(cluster):
    before = len(cluster.actions)
    for node in ("node4", "node5"):
        cluster.add_node(node, labels=SSD)
    cluster.run_until_quiet()
    own = [
        action.why for action in cluster.actions[before:] if action.component == "scrub"
    ]
    assert own == [(["node4", "node5"], [])]


def test_settle_and_step_let_it_act():
    cluster = Cluster(1)
    cluster.label("node1", SSD)
    cluster.add_controller("scrub", scrub)
    cluster.settle()
    assert len(homes(cluster)) == 1
    cluster.run(1)
    cluster.delete_pod("scrub-node1", namespace="default")
    seen = set()
    while action := cluster.step():
        seen.add(action.component)
    assert {"kubelet", "scrub"} <= seen and len(homes(cluster)) == 1


def test_a_fork_has_its_own(cluster):
    branch = cluster.fork()
    branch.label("node2", SSD)
    branch.run_until_quiet()
    assert (homes(cluster), homes(branch)) == (["node1"], ["node1", "node2"])
    cluster.add_controller("scrub", lambda api: None)
    branch.delete_pod("scrub-node1")
    branch.run_until_quiet()
    assert len(homes(branch)) == 2


def test_a_state_of_its_own_is_forked_too():
    cluster, counting = Cluster(1), Counting()
    cluster.add_controller("counting", counting)
    cluster.settle()
    branch = cluster.fork()
    branch.add_node()
    branch.run_until_quiet()
    calls = [each.controller("counting").reconcile.calls for each in (cluster, branch)]
    assert calls[0] == 1 < calls[1] and counting.calls == 0


def test_a_past_moment_is_lived_through_again(cluster):
    cluster.stop_controller("scrub")
    cluster.label("node2", SSD)
    cluster.start_controller("scrub")
    cluster.run_until_quiet()
    for moment in (0, 2, len(cluster.actions) - 1):
        branch = cluster.fork(moment)
        assert lines(branch) == lines(cluster)[: branch.store.revision]
    branch.run_until_quiet()
    assert homes(branch) == ["node1", "node2"]


def test_what_it_missed_while_stopped_is_made_up_for(cluster):
    cluster.stop_controller("scrub")
    cluster.label("node2", SSD)
    cluster.delete_pod("scrub-node1")
    cluster.run(60)
    assert homes(cluster) == []
    cluster.start_controller("scrub")
    cluster.run_until_quiet()
    assert homes(cluster) == ["node1", "node2"]


def test_one_that_only_listens_never_makes_up_for_it():
    cluster = Cluster(2)
    cluster.add_controller("edge", edge)
    cluster.run_until_quiet()
    cluster.delete_pod("scrub-node1")
    cluster.run_until_quiet()
    assert homes(cluster) == ["node2"]


@pytest.mark.parametrize(
    "name",
    ["scheduler", "garbage-collector", "pod-gc", "node-lifecycle", "endpointslice"],
)
def test_what_comes_with_the_cluster_can_be_stopped_and_started_too(name):
    cluster = running(2)
    cluster.stop_controller(name)
    cluster.add_node()
    cluster.run(30)
    cluster.start_controller(name)
    cluster.run_until_quiet()
    assert status(cluster)["numberReady"] == 3 and cluster.controller(name).name == name


def test_the_daemon_set_controller_makes_up_for_everything_it_missed():
    cluster = running(3)
    cluster.stop_controller("daemonset-controller")
    cluster.delete_pod(alive(cluster)[0]["metadata"]["name"])
    cluster.add_node()
    cluster.set_image(DS, "agent:2")
    cluster.run(600)
    stopped = cluster.get("DaemonSet", DS)
    assert (
        len(alive(cluster)) == 2
        and stopped["status"]["observedGeneration"] < stopped["metadata"]["generation"]
    )
    cluster.start_controller("daemonset-controller")
    cluster.run_until_quiet()
    assert (
        status(cluster)["updatedNumberScheduled"] == status(cluster)["numberReady"] == 4
    )
    branch = cluster.fork()
    branch.add_node()
    branch.run_until_quiet()
    assert (status(branch)["numberReady"], status(cluster)["numberReady"]) == (5, 4)


def test_what_is_stopped_stays_stopped_in_a_fork_and_is_started_there_alone():
    cluster = running(1)
    cluster.stop_controller("daemonset-controller")
    cluster.add_node()
    branch = cluster.fork()
    branch.start_controller("daemonset-controller")
    for each in (cluster, branch):
        each.run_until_quiet()
    assert (len(alive(cluster)), len(alive(branch))) == (1, 2)


def test_a_new_one_of_that_name_takes_its_place(cluster):
    cluster.add_controller("scrub", lambda api: api.heard and None)
    cluster.delete_pod("scrub-node1")
    cluster.run_until_quiet()
    assert homes(cluster) == []
    cluster.stop_controller("scrub")
    cluster.add_controller("scrub", scrub)
    cluster.run_until_quiet()
    assert homes(cluster) == ["node1"]


def test_stopping_twice_and_starting_twice_is_no_mistake(cluster):
    for _ in range(2):
        cluster.stop_controller("scrub")
    for _ in range(2):
        cluster.start_controller("scrub")
    assert [c.name for c in cluster.control_plane.controllers].count("scrub") == 1


def test_a_refusal_is_noted_and_it_is_called_again(cluster):
    def stubborn(api):
        if api.now < 100:
            api.delete("Pod", "nobody")
        return api.patch("Node", "node1", {"metadata": {"labels": {"done": "yes"}}})

    cluster.run(99 - cluster.now)
    cluster.add_controller("stubborn", stubborn, ["no"])
    cluster.run(10)
    failures = cluster.controller("stubborn").failures
    assert 'pods "nobody" not found' in str(failures[0]) and len(failures) > 2
    assert cluster.get("Node", "node1")["metadata"]["labels"]["done"] == "yes"


def test_a_mistake_of_its_own_is_a_sentence_with_its_line_and_stops_nobody(cluster):
    def broken(api):
        return [node["spec"]["disk"] for node in api.list("Node")]

    before = len(homes(cluster))
    cluster.add_controller("broken", broken, ["Node"])
    cluster.add_node("node9", labels={"disk": "ssd"})
    cluster.run(10)
    failures = cluster.controller("broken").failures
    line = broken.__code__.co_firstlineno + 1
    assert f"第 {line} 行出了错：KeyError: 'disk'" in failures[0].error
    assert 'return [node["spec"]["disk"]' in failures[0].error and len(failures) > 2
    assert len(homes(cluster)) == before + 1, "the others went on"
    told = [line for line in narrate(cluster).lines if "KeyError" in line]
    assert len(told) == 1 and "broken 没做成" in told[0]
    assert len(cluster.fork().failures) == len(cluster.failures)


def test_one_that_wakes_itself_cannot_stop_time(cluster):
    def restless(api):
        api.patch("Node", "node1", {"metadata": {"labels": {"seen": f"{api.now:.1f}"}}})

    cluster.add_controller("restless", restless, ["Node"])
    before = cluster.store.revision
    cluster.run_until_quiet(limit=600)
    assert not cluster.quiet
    assert 80 < cluster.store.revision - before < 120


def test_it_may_ask_to_be_called_again():
    cluster = Cluster(1)

    def patient(api):
        if api.now < 30:
            api.again_in(10)
            return None
        return api.get("Node", "node1") and api.patch(
            "Node", "node1", {"metadata": {"labels": {"late": "yes"}}}
        )

    cluster.add_controller("patient", patient, ["Node"])
    cluster.run_until_quiet()
    assert cluster.get("Node", "node1")["metadata"]["labels"]["late"] == "yes"
    assert cluster.now >= 30


def test_its_cache_may_lag():
    cluster, seen = Cluster(1), []
    cluster.add_controller(
        "looker", lambda api: seen.append((api.now, len(api.list("Node")))), ["Node"]
    )
    cluster.settle()
    cluster.lag_cache(5, "looker")
    cluster.add_node()
    cluster.run_until_quiet()
    assert seen == [(0, 1), (5, 2)]


def test_mistakes_are_told():
    cluster = Cluster(1)
    cluster.create(daemon_set())
    with pytest.raises(ValueError, match="自带"):
        cluster.add_controller("scheduler", scrub)
    with pytest.raises(ValueError, match="daemonset-controller"):
        cluster.stop_controller("daemonset")
    with pytest.raises(ValueError, match="daemonset-controller"):
        cluster.start_controller("daemonset")
    with pytest.raises(ValueError, match="kubelet 不能停"):
        cluster.stop_controller("kubelet")
    cluster.add_controller("blind", lambda api: api.list("DaemonSet"))
    cluster.settle()
    assert "没有 watch DaemonSet" in cluster.failures[0].error
