"""A script of steps, and the record after each."""

import pytest

from k8slearn.scenario import QUIET, Scenario
from k8slearn.scenario_record import count_events
from tests.support.helpers import daemon_set, rolling, service

NODES = {"do": "add-nodes", "names": ["a1", "a2"]}
CREATE = {"do": "create", "object": daemon_set()}
READY = {"do": "pods", "on": "all", "become": "ready"}


def played(*steps, **about):
    return Scenario([*steps], **about).play()


def states(record):
    return sorted(
        (p["node"], p["phase"], p["ready"], p["terminating"]) for p in record["pods"]
    )


def test_a_record_tells_of_everything():
    *_, last = played(NODES, CREATE, READY, {"do": "create", "object": service()})
    assert last["daemonSets"]["agent"]["status"]["numberReady"] == 2
    assert (
        last["daemonSets"]["agent"]["generation"] == 1
        and last["daemonSets"]["agent"]["templateGeneration"] == "1"
    )
    assert last["nodes"]["a1"] == {"taints": [], "unschedulable": False}
    assert last["revisions"] == [{"owner": "agent", "revision": 1}]
    assert [e["node"] for e in last["endpoints"]["svc"]] == ["a1", "a2"]
    assert last["pods"][0] == {
        "node": "a1", "bound": True, "owner": "DaemonSet/agent", "revision": 1, "images": ["agent:1"],
        "phase": "Running", "ready": True, "terminating": False, "nodeExists": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ({"do": "pods", "on": ["a1"], "become": "unready"}, [("a1", "Running", False, False)]),
        ({"do": "pods", "on": ["a1"], "become": "gone"}, [("a1", "Running", True, False)]),
        ({"do": "delete-pods", "on": ["a1"]}, [("a1", "Running", True, True)]),
        ({"do": "patch", "kind": "Node", "name": "a1", "patch": {"spec": {"unschedulable": True}}, "type": "merge"},
         [("a1", "Running", True, False)]),
        ({"do": "delete", "kind": "DaemonSet", "name": "agent"}, [("a1", "Running", True, True)]),
        ({"do": "delete", "kind": "DaemonSet", "name": "agent", "propagationPolicy": "Orphan"},
         [("a1", "Running", True, False)]),
        ({"do": "delete", "kind": "Node", "name": "a1"}, [("a1", "Running", True, False)]),
        ({"do": "wait", "seconds": 5}, [("a1", "Running", True, False)]),
        ({"do": "node-condition", "name": "a1", "ready": "Unknown"}, [("a1", "Running", True, False)]),
    ],
    ids=lambda value: value.get("do") if isinstance(value, dict) else "",
)  # fmt: skip
def test_each_step(step, expected):
    nodes = {**NODES, "names": ["a1"]}
    assert states(played(nodes, CREATE, READY, step)[-1]) == expected


def test_unready_concerns_running_pods_only():
    before, after = played(
        NODES, CREATE, {"do": "pods", "on": "all", "become": "unready"}
    )[-2:]
    assert states(before) == states(after)


def test_nodes_come_with_labels_taints_and_sizes():
    scenario = Scenario([{**NODES, "labels": {"x": "y"}, "taints": [{"key": "k", "effect": "NoSchedule"}],
                          "allocatable": {"cpu": "1"}, "unschedulable": True, "ready": False}])  # fmt: skip
    [record] = scenario.play()
    node = scenario.cluster.get("Node", "a1")
    assert (
        node["metadata"]["labels"]["x"] == "y"
        and node["status"]["allocatable"]["cpu"] == "1"
    )
    assert (
        "k=:NoSchedule" in record["nodes"]["a1"]["taints"]
        and record["nodes"]["a1"]["unschedulable"]
    )


def test_a_refusal_stands_in_the_record_and_the_play_goes_on():
    _, refused, last = played(
        NODES,
        {"do": "create", "object": daemon_set(updateStrategy=rolling(1, 1))},
        CREATE,
    )
    assert (refused["error"]["code"], refused["error"]["reason"]) == (422, "Invalid")
    assert (
        refused["error"]["causes"][0]["field"]
        == "spec.updateStrategy.rollingUpdate.maxSurge"
    )
    assert "error" not in last and len(last["pods"]) == 2


def test_an_unknown_step_is_an_error_of_the_script():
    with pytest.raises(KeyError):
        played({"do": "sing"})


def test_every_step_gets_time_to_come_to_rest_and_a_second_of_its_own():
    scenario = Scenario([NODES, {**CREATE, "quiet": 3.0}])
    scenario.play()
    made = scenario.cluster.get("DaemonSet", "agent")["metadata"]["creationTimestamp"]
    assert made > scenario.cluster.get("Node", "a1")["metadata"]["creationTimestamp"]
    assert scenario.cluster.now >= 1 + 3 > QUIET


def test_events_are_counted_by_sort_without_those_of_nodes():
    scenario = Scenario([NODES, CREATE])
    scenario.play()
    assert scenario.events() == {
        "DaemonSet SuccessfulCreate Normal daemonset-controller": 2,
        "Pod Scheduled Normal default-scheduler": 2,
    }
    told = {
        "involvedObject": {"kind": "Pod"},
        "reason": "FailedScheduling",
        "type": "Warning",
    }
    assert count_events([told]) == {}
