"""Resizing running Pods: status and Events, restarts, and resizes that have to wait."""

import json

from k8slearn import Cluster
from tests.support.api_client import PODS, Client
from tests.support.dumps import listed, write
from tests.support.helpers import bare_pod

SMALL = {"cpu": "1", "memory": "1Gi"}
RESTARTED = [
    {"resourceName": "cpu", "restartPolicy": "NotRequired"},
    {"resourceName": "memory", "restartPolicy": "RestartContainer"},
]


def asking(name="p", requests=SMALL, **more):
    container = {"name": "main", "image": "app:1", "resources": {"requests": requests}}
    return bare_pod(name, containers=[{**container, **more}])


def running(*pods):
    cluster = Cluster(1, kubelet="auto")
    for pod in pods:
        cluster.create(pod)
    cluster.run(20)
    return cluster


def resize(cluster, name="p", seconds=5, **requests):
    asked = {"requests": {**SMALL, **requests}}
    patch = {"spec": {"containers": [{"name": "main", "resources": asked}]}}
    code, answer = Client(cluster).patch(f"{PODS}/{name}/resize", patch)
    assert code == 200, answer
    cluster.run(seconds)


def status_of(cluster, name="p"):
    (status,) = cluster.get("Pod", name)["status"]["containerStatuses"]
    return status


def told(cluster, name="p"):
    """The Events of resizes: (type, reason, message)."""
    return [
        (e["type"], e["reason"], e["message"])
        for e in cluster.list("Event")
        if e["involvedObject"]["name"] == name and "esize" in e["message"]
    ]


def conditions(cluster, name="p"):
    return {
        c["type"]: (c.get("reason"), c.get("message"))
        for c in cluster.get("Pod", name)["status"]["conditions"]
        if "Resize" in c["type"]
    }


def test_a_container_is_given_more_while_it_runs():
    cluster = running(asking())
    before = status_of(cluster)
    assert before["resources"] == {"requests": SMALL}
    assert before["allocatedResources"] == SMALL
    resize(cluster, cpu="2")
    after = status_of(cluster)
    assert after["allocatedResources"] == {**SMALL, "cpu": "2"}
    assert (after["restartCount"], after["containerID"]) == (0, before["containerID"])
    assert conditions(cluster) == {}
    what = json.dumps(
        {
            "containers": [
                {"name": "main", "resources": {"requests": {**SMALL, "cpu": "2"}}}
            ],
            "generation": 2,
        },
        separators=(",", ":"),
    )
    assert sorted(told(cluster)) == [
        ("Normal", "ResizeCompleted", f"Pod resize completed: {what}"),
        ("Normal", "ResizeStarted", f"Pod resize started: {what}"),
    ]


def test_a_resize_under_way_is_a_condition():
    cluster = running(asking())
    resize(cluster, cpu="2")
    seen = [
        c["type"]
        for change in cluster.store.log.changes
        if change.object["kind"] == "Pod"
        for c in change.object["status"].get("conditions", ())
    ]
    assert "PodResizeInProgress" in seen


def test_a_container_is_restarted_where_its_policy_says_so():
    cluster = running(asking(resizePolicy=RESTARTED))
    resize(cluster, cpu="2")
    assert status_of(cluster)["restartCount"] == 0
    resize(cluster, memory="2Gi", seconds=40)
    after = status_of(cluster)
    assert after["restartCount"] == 1 and "running" in after["state"]
    assert after["allocatedResources"] == {"cpu": "1", "memory": "2Gi"}
    killed = [m for _, reason, m in told(cluster) if reason == "Killing"]
    assert killed == ["Container main resize requires restart"]
    assert conditions(cluster) == {}


def test_who_finds_no_room_waits_for_it():
    cluster = running(asking(), asking("other", {"cpu": "2", "memory": "1Gi"}))
    resize(cluster, cpu="3")
    why = "Node didn't have enough resource: cpu, requested: 3000, used: 2000, capacity: 4000"
    assert conditions(cluster) == {"PodResizePending": ("Deferred", why)}
    assert status_of(cluster)["allocatedResources"] == SMALL
    ((kind, reason, message),) = told(cluster)
    assert (kind, reason) == ("Warning", "ResizeDeferred")
    assert message.startswith('Pod resize Deferred: {"containers":[')
    assert message.endswith(f'"generation":2,"error":"{why}"}}')
    # What it waits for it does not have: others find room beside what it has.
    cluster.delete_pod("other")
    cluster.run(60)
    assert conditions(cluster) == {}
    assert status_of(cluster)["allocatedResources"] == {**SMALL, "cpu": "3"}


def test_a_dump_of_one_that_waits_goes_on_waiting(tmp_path):
    cluster = running(asking(), asking("other", {"cpu": "2", "memory": "1Gi"}))
    resize(cluster, cpu="3")
    path = write(tmp_path / "dump.json", listed(cluster))
    loaded = Cluster.load(path, kubelet="auto")
    assert conditions(loaded) == conditions(cluster)
    loaded.delete_pod("other")
    loaded.run(60)
    assert conditions(loaded) == {}
    assert status_of(loaded)["allocatedResources"] == {**SMALL, "cpu": "3"}


def test_a_kubelet_that_begins_anew_knows_what_it_has_given():
    cluster = running(asking(), asking("other", {"cpu": "2", "memory": "1Gi"}))
    resize(cluster, cpu="3")
    before = status_of(cluster)
    cluster.stop_kubelet("node1")
    cluster.start_kubelet("node1")
    cluster.run(20)
    assert status_of(cluster) == before
    assert list(conditions(cluster)) == ["PodResizePending"]


def test_what_was_asked_for_while_there_was_no_kubelet_is_given_then():
    cluster = running(asking())
    cluster.stop_kubelet("node1")
    resize(cluster, cpu="2")
    assert status_of(cluster)["allocatedResources"] == SMALL
    cluster.start_kubelet("node1")
    cluster.run(20)
    assert status_of(cluster)["allocatedResources"] == {**SMALL, "cpu": "2"}
    assert status_of(cluster)["restartCount"] == 0


def test_who_takes_a_wish_back_has_what_he_had():
    cluster = running(asking(), asking("other", {"cpu": "2", "memory": "1Gi"}))
    resize(cluster, cpu="3")
    resize(cluster)
    assert conditions(cluster) == {}
    assert [reason for _, reason, _ in told(cluster)] == ["ResizeDeferred"]


def test_who_gives_back_makes_room_for_others():
    cluster = running(asking(), asking("other", {"cpu": "2", "memory": "1Gi"}))
    resize(cluster, cpu="3")
    resize(cluster, "other")
    assert status_of(cluster)["allocatedResources"] == {**SMALL, "cpu": "3"}


def test_a_pod_without_requests_tells_of_none():
    cluster = running(bare_pod("p"))
    assert "resources" not in status_of(cluster)


def test_who_gets_less_memory_than_it_uses_is_killed():
    container = {"name": "main", "image": "app:1", "resources": {"limits": SMALL}}
    pod = bare_pod("p", containers=[container])
    pod["metadata"]["annotations"] = {"k8slearn/behaviour": "mem=500Mi"}
    cluster = running(pod)
    assert status_of(cluster)["restartCount"] == 0
    less = {"cpu": "1", "memory": "400Mi"}
    asked = {"name": "main", "resources": {"requests": less, "limits": less}}
    patch = {"spec": {"containers": [asked]}}
    assert Client(cluster).patch(f"{PODS}/p/resize", patch)[0] == 200
    cluster.run(5)
    ended = status_of(cluster)["lastState"]["terminated"]
    assert ended["reason"] == "OOMKilled"
