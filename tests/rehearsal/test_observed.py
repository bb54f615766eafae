"""Durations are read from Pods and Events, even if half of them are missing."""

import pytest

from k8slearn import Cluster
from k8slearn.apimachinery.objects import timestamp
from k8slearn.rehearsal.observed import (
    go_duration,
    observations,
    stops_of_last_rollout,
)
from tests.support.helpers import daemon_set, running

OWNER = "u1"


class Objects:
    """A reader of a handful of objects."""

    def __init__(self, *objects):
        self.objects = objects

    def get(self, kind, name, namespace=""):
        return None

    def list(self, kind, namespace=None, selector=""):
        return [o for o in self.objects if o["kind"] == kind]


def pod(name="agent-x", node="n1", *, created=100, started=110, ready=112, restarts=0):
    condition = {"status": "True"}
    return {
        "kind": "Pod",
        "metadata": {
            "name": name,
            "namespace": "default",
            "uid": name,
            "creationTimestamp": timestamp(created),
            "ownerReferences": [{"uid": OWNER, "controller": True}],
        },
        "spec": {"nodeName": node, "containers": [{"name": "main", "image": "a:1"}]},
        "status": {
            "phase": "Running",
            "conditions": [
                condition
                | {"type": "PodScheduled", "lastTransitionTime": timestamp(created)},
                condition | {"type": "Ready", "lastTransitionTime": timestamp(ready)},
            ],
            "containerStatuses": [
                {
                    "name": "main",
                    "restartCount": restarts,
                    "state": {"running": {"startedAt": timestamp(started)}},
                }
            ],
        },
    }


def event(reason, message, at, name="agent-x", **more):
    return {
        "kind": "Event",
        "involvedObject": {"kind": "Pod", "namespace": "default", "name": name},
        "reason": reason,
        "message": message,
        "firstTimestamp": timestamp(at),
        **more,
    }


def seen(*objects):
    owner = daemon_set()
    owner["metadata"] |= {"uid": OWNER, "namespace": "default"}
    found = observations(Objects(*objects), owner)
    return {(each.phase, each.node): each.seconds for each in found}


def test_go_writes_durations_so():
    given = ("3.2s", "850ms", "1m2.5s", "1h0m3s", "250µs")
    assert [go_duration(text) for text in given] == pytest.approx(
        [3.2, 0.85, 62.5, 3603, 0.00025]
    )


def test_a_pull_that_is_told_is_taken_out_of_the_way_to_the_start():
    told = 'Successfully pulled image "a:1" in 3.2s (5.5s including waiting). Image size: 1 bytes.'
    found = seen(pod(), event("Pulled", told, 106))
    assert found == pytest.approx(
        {("pull", "n1"): 3.2, ("create", "n1"): 4.5, ("ready", "n1"): 2}
    )


def test_where_the_message_has_no_time_the_two_events_have():
    found = seen(
        pod(),
        event("Pulled", 'Successfully pulled image "a:1"', 107),
        event("Pulling", 'Pulling image "a:1"', 101),
    )
    assert found["pull", "n1"] == 6 and found["create", "n1"] == 4


def test_an_image_that_was_there_is_no_pull():
    there = 'Container image "a:1" already present on machine'
    found = seen(pod(), event("Pulled", there, 100))
    assert ("pull", "n1") not in found and found["create", "n1"] == 10


def test_without_events_nearly_all_of_the_way_to_the_start_is_a_pull():
    assert seen(pod()) == {("pull", "n1"): 9, ("create", "n1"): 1, ("ready", "n1"): 2}


@pytest.mark.parametrize("change", ["restarts", "flapped", "unready", "unbound"])
def test_what_would_mislead_is_left_out(change):
    odd = pod(restarts=int(change == "restarts"), ready=9000)
    if change == "unready":
        odd["status"]["conditions"][1]["status"] = "False"
    if change == "unbound":
        del odd["spec"]["nodeName"]
    found = seen(odd)
    assert ("ready", "n1") not in found
    assert bool(found) == (change in ("flapped", "unready"))


def test_a_stop_is_from_killing_to_the_successor():
    gone = "agent-old"
    events = (
        event("Scheduled", "Successfully assigned default/agent-old to n1", 1, gone),
        event("Killing", "Stopping container main", 93, gone),
    )
    assert seen(pod(), *events)["stop", "n1"] == 7
    # Without a Node, of another DaemonSet, or a restart: nothing is known.
    assert ("stop", "n1") not in seen(pod(), events[1])
    restart = event("Killing", "Container main failed liveness probe", 93, gone)
    assert ("stop", "n1") not in seen(pod(), events[0], restart)
    foreign = event("Killing", "Stopping container main", 93, "other-old")
    assert ("stop", "n1") not in seen(pod(), events[0], foreign)


def test_stops_are_worked_out_from_the_last_rollout():
    pods = []
    at = 0
    for number, stop in enumerate((2, 2, 30, 3)):
        pods.append(pod(f"p{number}", created=at, ready=at + 5))
        at += 5 + stop
    assert stops_of_last_rollout(pods, 1, 0, 30) == [2, 2, 30]
    # Another limit, or minReadySeconds that were not waited for: then they were not made so.
    assert stops_of_last_rollout(pods, 1, 8, 30) == []
    assert stops_of_last_rollout(pods[:3], 1, 0, 30) == []


def test_pods_that_were_made_at_once_say_nothing_of_stopping():
    pods = [pod(f"p{i}", created=5, ready=10 + i) for i in range(9)]
    assert stops_of_last_rollout(pods, 1, 0, 30) == []


@pytest.mark.parametrize("kubelet", ["simple", "auto"])
def test_the_model_s_own_clusters_are_read(kubelet):
    cluster: Cluster = running(3, kubelet=kubelet)
    cluster.run(30)
    image = {"containers": [{"name": "main", "image": "agent:2"}]}
    cluster.patch("DaemonSet", "agent", {"spec": {"template": {"spec": image}}})
    cluster.run(300)
    found = observations(cluster.store, cluster.get("DaemonSet", "agent"))
    phases = {each.phase for each in found if each.node}
    assert phases == {"pull", "create", "ready", "stop"}
    assert all(0 <= each.seconds < 60 for each in found)
