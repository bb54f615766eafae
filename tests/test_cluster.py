"""The verbs of a cluster, the passing of time, and queries."""

import threading

import pytest

from k8slearn import ApiError, Cluster
from tests.support.helpers import (
    DS,
    bare_pod,
    by_node,
    daemon_set,
    owned,
    running,
    status,
    taints,
)

YAML = """
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {containers: [{name: main, image: "agent:1"}]}
---
apiVersion: v1
kind: Service
metadata: {name: svc}
spec: {selector: {app: agent}, ports: [{port: 80}]}
"""


# Doing ------------------------------------------------------------------------------------------------------------


def test_apply_takes_text_of_several_documents_or_a_dict():
    cluster = Cluster(1)
    assert [o["kind"] for o in cluster.apply(YAML)] == ["DaemonSet", "Service"]
    assert cluster.apply(daemon_set("other"))["metadata"]["name"] == "other"


def test_applying_again_changes_only_what_the_manifest_says():
    cluster = Cluster(1)
    cluster.apply(YAML)
    cluster.patch("DaemonSet", DS, {"metadata": {"labels": {"by": "hand"}}})
    before = cluster.store.revision
    cluster.apply(YAML)
    assert cluster.store.revision == before
    changed = cluster.apply(YAML.replace("agent:1", "agent:2"))[0]
    assert changed["metadata"]["labels"] == {"by": "hand"}
    assert changed["spec"]["template"]["spec"]["containers"][0]["image"] == "agent:2"


def got(cluster):
    return cluster.get("DaemonSet", DS)


def listed(cluster):
    return cluster.list("DaemonSet")[0]


@pytest.mark.parametrize("look", [got, listed])
def test_what_is_looked_at_may_be_changed_and_written_back(look):
    cluster = Cluster(1)
    cluster.apply(YAML)
    changed = look(cluster)
    changed["spec"]["template"]["spec"]["containers"][0]["image"] = "agent:2"
    assert look(cluster)["metadata"]["generation"] == 1
    twin = cluster.fork()
    cluster.update(changed)
    images = {}
    for each in (cluster, twin):
        [container] = look(each)["spec"]["template"]["spec"]["containers"]
        images[each] = container["image"]
    assert images == {cluster: "agent:2", twin: "agent:1"}
    assert look(cluster)["metadata"]["generation"] == 2


@pytest.mark.parametrize(
    ("deed", "code"),
    [
        (lambda c: c.create(daemon_set()), 409),
        (
            lambda c: c.create(daemon_set("x", selector={"matchLabels": {"a": "b"}})),
            422,
        ),
        (lambda c: c.set_image("nothing", "x:1"), 404),
        (lambda c: c.delete("Pod", "nobody"), 404),
        (
            lambda c: c.patch(
                "DaemonSet", DS, {"spec": {"selector": {"matchLabels": {"a": "b"}}}}
            ),
            422,
        ),
        (lambda c: c.get("Node", "node9"), 404),
        (
            lambda c: c.apply(
                {"apiVersion": "v1", "kind": "Gadget", "metadata": {"name": "x"}}
            ),
            400,
        ),
        (
            lambda c: c.update(
                {
                    **c.get("DaemonSet", DS),
                    "metadata": {"name": DS, "resourceVersion": "1"},
                }
            ),
            409,
        ),
    ],
)
def test_refusals_leave_the_store_as_it_was(deed, code):
    cluster = running(1)
    before = cluster.store.revision, len(cluster.actions)
    with pytest.raises(ApiError) as refused:
        deed(cluster)
    assert refused.value.code == code
    assert (cluster.store.revision, len(cluster.actions)) == before


def test_kinds_go_by_any_of_their_names():
    cluster = running(1)
    found = [
        cluster.get(kind, DS)
        for kind in ("DaemonSet", "daemonsets", "ds", "daemonset", "daemonsets.apps")
    ]
    assert all(o == found[0] for o in found)
    with pytest.raises(KeyError, match="have a resource type"):
        cluster.list("gadgets")


def test_nodes_are_numbered_labelled_tainted_and_cordoned():
    cluster = Cluster(2)
    assert (
        cluster.add_node(labels={"disk": "ssd"}, taints=["a=b:NoSchedule"])["metadata"][
            "name"
        ]
        == "node3"
    )
    cluster.taint("node3", "c:NoExecute")
    assert taints(cluster, "node3") == ["a:NoSchedule", "c:NoExecute"]
    cluster.taint("node3", "a-", "c:NoExecute-")
    assert taints(cluster, "node3") == []
    cluster.label("node3", {"disk": None, "gen": "4"})
    assert {
        k: v
        for k, v in cluster.get("Node", "node3")["metadata"]["labels"].items()
        if "/" not in k
    } == {"gen": "4"}
    cluster.cordon("node3")
    assert cluster.get("Node", "node3")["spec"]["unschedulable"]
    cluster.uncordon("node3")
    assert not cluster.get("Node", "node3")["spec"].get("unschedulable")
    cluster.remove_node("node3")
    assert [node["metadata"]["name"] for node in cluster.list("Node")] == [
        "node1",
        "node2",
    ]
    with pytest.raises(ValueError, match="Effect"):
        cluster.taint("node1", "nonsense")


def test_the_strategy_is_set_with_its_numbers():
    cluster = running(1)
    cluster.set_strategy(DS, "OnDelete")
    assert cluster.get("DaemonSet", DS)["spec"]["updateStrategy"] == {
        "type": "OnDelete"
    }
    cluster.set_strategy(DS, "RollingUpdate", max_unavailable=0, max_surge="25%")
    rolling = cluster.get("DaemonSet", DS)["spec"]["updateStrategy"]["rollingUpdate"]
    assert rolling == {"maxUnavailable": 0, "maxSurge": "25%"}


# Time -------------------------------------------------------------------------------------------------------------


def test_a_step_is_one_action_of_one_component_and_writes_something():
    cluster = Cluster(2, kubelet="instant")
    cluster.apply(daemon_set())
    components = []
    while (action := cluster.step()) is not None:
        assert action.first < action.last and cluster.changes(action)
        components.append(action.component)
    assert components[0] == "daemonset-controller" and {"scheduler", "kubelet"} <= set(
        components
    )
    assert cluster.quiet and cluster.next_time() is None


def test_settling_lets_no_time_pass_and_running_just_as_much_as_asked_for():
    cluster = Cluster(1)
    cluster.apply(daemon_set())
    cluster.settle()
    assert cluster.now == 0 and by_node(cluster) == {"node1": ["agent:1 Pending"]}
    cluster.run(1.5)
    assert cluster.now == 1.5 and not cluster.quiet
    cluster.run_until_quiet()
    assert by_node(cluster) == {"node1": ["agent:1 Running"]} and 1.5 < cluster.now < 10


def test_actions_tell_who_did_what_and_why():
    cluster = running(1)
    user, *_ = cluster.actions
    assert (user.component, user.subject) == ("user", f"default/{DS}")
    creating = next(a for a in cluster.actions if getattr(a.why, "create", ()))
    assert (creating.component, creating.why.create) == (
        "daemonset-controller",
        ("node1",),
    )
    numbers = [action.number for action in cluster.actions]
    assert numbers == list(range(len(numbers)))
    assert all(
        a.last <= b.first
        for a, b in zip(cluster.actions, cluster.actions[1:], strict=False)
    )


def test_the_user_is_heard_at_once_and_unsubscribing_ends_it():
    cluster, heard = Cluster(1), []
    stop = cluster.subscribe(heard.append)
    cluster.cordon("node1")
    assert [(change.actor, change.type) for change in heard] == [("user", "MODIFIED")]
    stop()
    stop()
    cluster.uncordon("node1")
    assert len(heard) == 1


# Looking ----------------------------------------------------------------------------------------------------------


def test_the_past_can_be_looked_at():
    cluster = running(2)
    before = cluster.store.revision
    cluster.delete("DaemonSet", DS)
    cluster.run_until_quiet()
    assert owned(cluster) == [] and len(owned(cluster.at(before))) == 2
    assert (
        cluster.at(before).get("DaemonSet", DS, "default")["status"]["numberReady"] == 2
    )


def test_lists_and_tables_can_be_narrowed():
    cluster = running(2)
    cluster.create(bare_pod("other", labels={"app": "other"}))
    assert len(cluster.list("po", selector="app=agent")) == 2
    assert len(cluster.table("pods", selector="app!=agent").rows) == 1
    assert cluster.table("pods", namespace="kube-system").rows == ()


def test_kubelets_are_known_by_name():
    with pytest.raises(KeyError):
        Cluster(kubelet="lazy")


# Threads ----------------------------------------------------------------------------------------------------------


def test_writers_in_many_threads_lose_nothing():
    cluster = running(2)
    failures = []

    def write(number):
        try:
            for turn in range(25):
                cluster.label("node1", {f"k{number}-{turn}": "x"})
                cluster.patch(
                    "DaemonSet",
                    DS,
                    {"metadata": {"labels": {f"k{number}-{turn}": "x"}}},
                )
                cluster.run(0.1)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    for o in (cluster.get("Node", "node1"), cluster.get("DaemonSet", DS)):
        assert (
            sum(
                key.startswith("k") and "-" in key and "/" not in key
                for key in o["metadata"]["labels"]
            )
            == 200
        )
    assert status(cluster)["numberReady"] == 2
