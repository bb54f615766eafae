"""Complete kubelets: what is done to Nodes and machines, and the visible effects."""

import random
from itertools import pairwise

import pytest

from k8slearn.cluster import Cluster
from k8slearn.kinds.node import new_node
from tests.support.helpers import client_of


def pod(name="pod", words="", image="app:1", **spec):
    """A Pod with one container with this behaviour."""
    metadata = {"name": name, "annotations": {"k8slearn/behaviour": words}}
    containers = [{"name": "main", "image": image, **spec.pop("container", {})}]
    spec = {"containers": containers, "nodeName": "node1", **spec}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def real(nodes=1, seed=1):
    cluster = Cluster(nodes, kubelet="auto", seed=seed)
    cluster.run(20)
    return cluster


def main_of(cluster, name="pod"):
    return cluster.get("Pod", name)["status"]["containerStatuses"][0]


def reasons(cluster, name="pod"):
    events = cluster.list("Event")
    return [e["reason"] for e in events if e["involvedObject"]["name"] == name]


def test_a_pod_runs_and_a_quiet_cluster_is_quiet():
    cluster = real()
    cluster.create(pod())
    cluster.run(10)
    assert main_of(cluster)["ready"]
    assert cluster.quiet


def test_a_container_that_leaks_over_its_limit_is_killed_and_started_again():
    cluster = real()
    limits = {"limits": {"memory": "30Mi"}}
    cluster.create(pod(words="mem=10Mi leak=10Mi/5", container={"resources": limits}))
    cluster.run(40)
    main = main_of(cluster)
    assert main["lastState"]["terminated"]["reason"] == "OOMKilled"
    assert main["restartCount"] >= 1


def test_what_leaks_without_a_limit_is_evicted_by_the_node():
    cluster = real(0)
    cluster.configure_kubelet("node1", eviction_pressure_transition_period=30.0)
    cluster.register(new_node("node1", cluster.now, allocatable={"memory": "1000Mi"}))
    cluster.create(pod(words="leak=50Mi/5; term=1/1"))
    cluster.run(120)
    status = cluster.get("Pod", "pod")["status"]
    assert (status["phase"], status["reason"]) == ("Failed", "Evicted")
    assert "low on resource: memory" in status["message"]
    node = cluster.get("Node", "node1")
    pressure = {c["type"]: c["status"] for c in node["status"]["conditions"]}
    assert pressure["MemoryPressure"] == "False", "it was over after 30 s"


def test_containers_outlive_their_kubelet_and_what_they_did_is_seen_by_the_next():
    cluster = real()
    cluster.create(pod(words="seq=1@30,run"))
    cluster.run(10)
    cluster.stop_kubelet("node1")
    cluster.run(30)
    assert "running" in main_of(cluster)["state"], "nobody tells of it"
    cluster.start_kubelet("node1")
    cluster.run(10)
    assert main_of(cluster)["restartCount"] == 1
    assert "Starting" in reasons(cluster, "node1")


def test_what_was_deleted_while_there_was_no_kubelet_is_cleared_away_by_the_next():
    cluster = real()
    cluster.create(pod(words="mem=100Mi"))
    cluster.run(10)
    cluster.stop_kubelet("node1")
    cluster.delete("Pod", "pod", grace=0)
    cluster.run(10)
    before = cluster.kubelets("usage").node_usage("node1")[1]
    cluster.start_kubelet("node1")
    cluster.run(10)
    after = cluster.kubelets("usage").node_usage("node1")[1]
    assert before - after == 100 * 2**20


def test_what_a_kubelet_does_for_a_pod_is_an_action_of_that_pod():
    cluster = real()
    cluster.create(pod())
    cluster.run(10)
    changes = cluster.store.log.changes
    for action in cluster.actions:
        written = changes[action.first : action.last]
        statuses = [c for c in written if c.object["kind"] == "Pod" and c.previous]
        if any(change.actor == "kubelet" for change in statuses):
            assert (action.component, action.subject) == ("kubelet", "default/pod")


def test_a_kubelet_that_is_not_there_cannot_be_stopped():
    with pytest.raises(ValueError, match="nowhere"):
        real().stop_kubelet("nowhere")


def test_a_pace_without_kubelets_says_so():
    with pytest.raises(ValueError, match="auto"):
        Cluster(1).stop_kubelet("node1")


def ready_of(cluster):
    conditions = cluster.get("Node", "node1")["status"]["conditions"]
    return next(c["status"] for c in conditions if c["type"] == "Ready")


def test_a_node_is_not_ready_for_the_reasons_that_a_real_one_has():
    cluster, seen = real(), []
    for ready in ("False", "True", "Unknown", "True"):
        cluster.set_node_ready("node1", ready)
        cluster.run(90)
        seen.append(ready_of(cluster))
    assert seen == ["False", "True", "Unknown", "True"]


def test_a_static_pod_has_a_mirror_that_comes_back():
    cluster = real()
    manifest = pod()
    del manifest["spec"]["nodeName"]
    cluster.static_pod("node1", "web.yaml", manifest)
    cluster.run(10)
    first = cluster.get("Pod", "pod-node1")["metadata"]["uid"]
    cluster.delete("Pod", "pod-node1", grace=0)
    cluster.run(10)
    assert cluster.get("Pod", "pod-node1")["metadata"]["uid"] != first
    cluster.static_pod("node1", "web.yaml", None)
    cluster.run(60)
    assert not [p for p in cluster.list("Pod") if p["metadata"]["name"] == "pod-node1"]


def test_a_pod_that_asks_for_too_much_is_rejected():
    cluster = real()
    asks = {"resources": {"requests": {"cpu": "5"}}}
    cluster.create(pod(container=asks))
    cluster.run(1)
    assert cluster.get("Pod", "pod")["status"]["reason"] == "OutOfcpu"


def test_what_a_container_writes_is_kept_with_its_times_and_so_is_the_one_before():
    cluster = real()
    words = "log@1=up\nlog-every=4:tick\nlog=bye\nexit=1@10"
    cluster.create(pod(words=words))
    cluster.run(18)
    now = [line for _, line in cluster.container_log("pod", "main")]
    before = cluster.container_log("pod", "main", previous=True)
    assert [line for _, line in before] == ["up", "tick", "tick", "bye"]
    assert now[0] == "up"
    waits = [round(later - sooner) for (sooner, _), (later, _) in pairwise(before)]
    assert waits == [3, 4, 2]


def test_who_says_nothing_at_its_end_is_quoted_from_its_log():
    cluster = real()
    falls_back = {"terminationMessagePolicy": "FallbackToLogsOnError"}
    words = "log@1=up\nlog=bye\nexit=1@3"
    cluster.create(pod(words=words, container=falls_back, restartPolicy="Never"))
    cluster.run(10)
    assert main_of(cluster)["state"]["terminated"]["message"] == "up\nbye\n"


def test_a_pull_secret_that_is_not_there_is_told_and_the_image_pulled_all_the_same():
    cluster = real()
    cluster.create(pod(imagePullSecrets=[{"name": "absent"}]))
    cluster.run(10)
    assert main_of(cluster)["ready"]
    assert "FailedToRetrieveImagePullSecret" in reasons(cluster)


def test_a_behaviour_asked_for_by_label_holds_for_pods_to_come():
    cluster = real()
    cluster.behave("exit=1@2", selector="app=web")
    late = pod("late")
    late["metadata"] = {"name": "late", "labels": {"app": "web"}}
    cluster.create(late)
    cluster.run(10)
    assert main_of(cluster, "late")["restartCount"] >= 1
    with pytest.raises(ValueError, match="dance"):
        cluster.behave("dance", selector="app=web")


def test_a_behaviour_may_be_that_of_one_version_or_of_one_argument():
    cluster = real()
    cluster.behave("exit=2@1", selector="app=web", runs="--old")
    cluster.behave("exit=3@1", selector="app=web", runs="web:2")
    for named, image, args in (
        ("fine", "web:1", ["--new"]),
        ("flag", "web:1", ["--old"]),
        ("version", "web:2", ["--old"]),
    ):
        one = pod(named, image=image, container={"args": args})
        one["metadata"] = {"name": named, "labels": {"app": "web"}}
        cluster.create(one)
    cluster.run(20)
    ended = {}
    for named in ("fine", "flag", "version"):
        last = main_of(cluster, named)["lastState"].get("terminated") or {}
        ended[named] = last.get("exitCode")
    assert ended == {"fine": None, "flag": 2, "version": 3}


@pytest.mark.parametrize("seed", range(4))
def test_a_fork_goes_on_as_the_original_wherever_it_is_taken(seed):
    cluster = real(2, seed)
    cluster.create(pod("crashes", "seq=1@3,0@8,1@2"))
    probe = {"exec": {"command": ["ok-after", "4"]}, "periodSeconds": 2}
    cluster.create(pod("probed", "term=5", container={"readinessProbe": probe}))
    cluster.run(random.Random(seed).uniform(0, 40))
    cluster.delete("Pod", "probed")
    cluster.run(random.Random(seed).uniform(0, 3))
    twin, again = cluster.fork(), cluster.fork(len(cluster.actions) // 2)
    cluster.run(200)
    twin.run(200)
    log = [(c.time, c.object) for c in cluster.store.log.changes]
    assert log == [(c.time, c.object) for c in twin.store.log.changes]
    some = [(c.time, c.object) for c in again.store.log.changes]
    assert some == log[: len(some)]


WORDS = ("run", "exit=0@{}", "exit=1@{}", "seq=1@{},run", "term=never", "ready=no")
POLICIES = ("Always", "OnFailure", "Never")


def any_pod(rng, number):
    """A Pod with a bit of everything."""
    words = rng.choice(WORDS).format(rng.randint(1, 20))
    found = pod(f"pod{number}", words, restartPolicy=rng.choice(POLICIES))
    spec = found["spec"]
    spec["terminationGracePeriodSeconds"] = rng.choice((0, 3, 30))
    ask = {"httpGet": {"port": 80}, "periodSeconds": rng.randint(1, 9)}
    for kind in ("readinessProbe", "livenessProbe", "startupProbe"):
        if rng.random() < 0.4:
            spec["containers"][0][kind] = ask
    if rng.random() < 0.4:
        init = {"name": "init", "image": "init:1"}
        if rng.random() < 0.5:
            init["restartPolicy"] = "Always"
        found["metadata"]["annotations"]["k8slearn/behaviour"] += "\ninit: exit=0@2"
        spec["initContainers"] = [init]
    return found


def check_history(changes):
    """Check the invariants of every Pod at every moment."""
    phases, restarts = {}, {}
    for change in changes:
        o = change.object
        if o["kind"] != "Pod" or "status" not in o:
            continue
        uid, status = o["metadata"]["uid"], o["status"]
        before = phases.get(uid)
        assert before not in ("Failed", "Succeeded") or status["phase"] == before
        phases[uid] = status["phase"]
        conditions = {c["type"]: c["status"] for c in status.get("conditions", ())}
        entries = status.get("containerStatuses", ())
        for entry in entries:
            key = (uid, entry["name"])
            assert entry["restartCount"] >= restarts.get(key, 0)
            restarts[key] = entry["restartCount"]
            assert not entry["ready"] or "running" in entry["state"]
        if conditions.get("ContainersReady") == "True":
            assert all(entry["ready"] for entry in entries)


@pytest.mark.parametrize("seed", range(12))
def test_whatever_runs_phases_never_go_back_and_deleted_pods_end(seed):
    rng, cluster = random.Random(seed), real(seed=seed)
    for number in range(6):
        cluster.create(any_pod(rng, number))
        cluster.run(rng.uniform(0, 10))
    if rng.random() < 0.5:
        cluster.stop_kubelet("node1")
        cluster.run(rng.uniform(1, 30))
        cluster.start_kubelet("node1")
    cluster.run(rng.uniform(20, 200))
    for number in range(6):
        cluster.delete("Pod", f"pod{number}")
        cluster.run(rng.uniform(0, 5))
    cluster.run(200)
    assert cluster.list("Pod") == []
    assert cluster.failures == []
    check_history(cluster.store.log.changes)


def test_a_kubelet_that_stops_before_it_renewed_its_lease_is_missed() -> None:
    cluster = Cluster(nodes=2, kubelet="auto")
    cluster.run(3)
    cluster.stop_kubelet("node1")
    cluster.run(120)
    conditions = cluster.get("Node", "node1")["status"]["conditions"]
    assert [c["status"] for c in conditions if c["type"] == "Ready"] == ["Unknown"]


@pytest.mark.parametrize("kubelet", ["simple", "auto"])
def test_a_node_that_somebody_writes_down_has_no_kubelet(kubelet):
    cluster = Cluster(1, kubelet=kubelet)
    meta = {"name": "paper"}
    cluster.create({"apiVersion": "v1", "kind": "Node", "metadata": meta})
    cluster.run(90)
    found = cluster.get("Node", "paper")
    told = {c["type"]: (c["status"], c["reason"]) for c in found["status"]["conditions"]}  # fmt: skip
    assert told["Ready"] == ("Unknown", "NodeStatusNeverUpdated")
    assert cluster.get("Node", "node1")["status"]["conditions"][-1]["status"] == "True"


def test_a_node_says_that_it_was_closed_and_opened():
    cluster = Cluster(1, kubelet="auto")
    cluster.run(15)
    for closed in (True, False):
        cluster.patch("Node", "node1", {"spec": {"unschedulable": closed}})
        cluster.run(15)
    told = [e["message"] for e in cluster.list("Event") if "chedulable" in e["reason"]]
    assert sorted(told) == [
        "Node node1 status is now: NodeNotSchedulable",
        "Node node1 status is now: NodeSchedulable",
    ]


def patched(cluster, status):
    """Write the Node's status as another client."""
    client = client_of(cluster)
    about = (client.get("Node", "node1"), {"status": status}, "strategic")
    with cluster.control_plane.acting("user", "node1"):
        client.registry.patch(*about, client.identity, subresource="status")


def test_what_is_advertised_on_a_node_is_for_pods_to_ask_for() -> None:
    cluster = real()
    for amount in ("4", "6", None):
        patched(cluster, {"capacity": {"example.com/dongle": amount}})
        cluster.run(11)
        found = cluster.get("Node", "node1")["status"]["allocatable"]
        assert (found.get("example.com/dongle"), found["cpu"]) == (amount, "4")


def test_devices_that_are_held_back_stay_so() -> None:
    cluster = real()
    broken = {
        "capacity": {"example.com/gpu": "4"},
        "allocatable": {"example.com/gpu": "3"},
    }
    patched(cluster, broken)
    cluster.run(11)
    assert (
        cluster.get("Node", "node1")["status"]["allocatable"]["example.com/gpu"] == "3"
    )


def test_a_kubelet_says_again_how_its_node_is() -> None:
    cluster = real()
    wrong = {
        "type": "DiskPressure",
        "status": "True",
        "reason": "Told",
        "message": "so",
    }
    other = {"type": "Odd", "status": "True"}
    patched(cluster, {"conditions": [wrong, other]})
    cluster.run(11)
    conditions = cluster.get("Node", "node1")["status"]["conditions"]
    found = {each["type"]: each["status"] for each in conditions}
    assert found == {
        "MemoryPressure": "False",
        "DiskPressure": "False",
        "PIDPressure": "False",
        "Ready": "True",
        "Odd": "True",
    }
    assert cluster.quiet
