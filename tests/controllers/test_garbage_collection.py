"""The garbage collector follows owners; the Pod garbage collector deletes Pods of removed Nodes."""

import pytest

from k8slearn.apimachinery.objects import is_deleting
from k8slearn.controllers.garbage_collector import judge
from k8slearn.controllers.pod_gc import QUARANTINE, sweep
from tests.support.helpers import (
    alive,
    bare_pod,
    by_hand,
    by_node,
    daemon_set,
    owned,
    running,
    service,
)


def owning(**meta):
    return {"kind": "DaemonSet", "metadata": {"name": "d", **meta}}


ENDING = {"deletionTimestamp": "2026-01-01T00:00:00Z"}


@pytest.mark.parametrize(
    ("o", "dependents", "owner_gone", "owner_in_foreground", "expected"),
    [
        (owning(), 0, False, False, "none"),
        (owning(), 0, True, False, "delete"),
        (owning(), 0, False, True, "delete"),
        (owning(**ENDING), 0, True, False, "none"),
        (owning(**ENDING, finalizers=["foregroundDeletion"]), 2, False, False, "none"),
        (
            owning(**ENDING, finalizers=["foregroundDeletion"]),
            0,
            False,
            False,
            "finish",
        ),
        (owning(**ENDING, finalizers=["orphan"]), 2, False, False, "release"),
        (owning(finalizers=["orphan"]), 2, False, False, "none"),
    ],
)
def test_verdicts_of_the_garbage_collector(
    o, dependents, owner_gone, owner_in_foreground, expected
):
    judged = judge(o, dependents, owner_gone, owner_in_foreground, blocking=dependents)
    assert judged.do == expected


@pytest.mark.parametrize(
    ("finalizers", "dependents", "in_foreground", "expected"),
    [
        ([], 0, False, "Background"),
        ([], 1, False, "Background"),
        ([], 1, True, "Foreground"),
        ([], 0, True, "Background"),
        (["orphan"], 1, False, "Orphan"),
        (["foregroundDeletion"], 1, False, "Foreground"),
        (["a.b/c"], 1, False, "Background"),
    ],
)
def test_how_a_deletion_goes_on(finalizers, dependents, in_foreground, expected):
    o = owning(finalizers=finalizers)
    gone = not in_foreground
    judged = judge(o, dependents, gone, in_foreground, blocking=dependents)
    assert (judged.do, judged.propagation) == ("delete", expected)


def kinds(cluster):
    """The kinds that are left of DaemonSets and their dependents."""
    return sorted(
        o["kind"]
        for kind in ("DaemonSet", "Pod", "ControllerRevision")
        for o in cluster.list(kind)
    )


def test_in_the_background_the_owner_goes_first():
    cluster = running(2, kubelet="manual")
    cluster.delete("DaemonSet", "agent")
    assert kinds(cluster) == ["ControllerRevision", "Pod", "Pod"]
    cluster.run(1)
    assert kinds(cluster) == ["Pod", "Pod"] and alive(cluster) == []
    by_hand(cluster, "gone")
    assert kinds(cluster) == []


def test_in_the_foreground_the_owner_waits_for_what_it_owns():
    cluster = running(2, kubelet="manual")
    cluster.delete("DaemonSet", "agent", propagation="Foreground")
    cluster.run(1)
    assert kinds(cluster) == ["DaemonSet", "Pod", "Pod"]
    by_hand(cluster, "gone", on="node1")
    assert kinds(cluster) == ["DaemonSet", "Pod"]
    by_hand(cluster, "gone")
    assert kinds(cluster) == []


def test_a_daemon_set_that_is_being_deleted_makes_no_pods():
    cluster = running(2, kubelet="manual")
    cluster.delete("DaemonSet", "agent", propagation="Foreground")
    cluster.add_node()
    cluster.run(5)
    assert len(owned(cluster)) == 2


def test_orphans_stay_and_are_adopted_by_the_next():
    cluster = running(2)
    before = [pod["metadata"]["uid"] for pod in owned(cluster)]
    cluster.delete("DaemonSet", "agent", propagation="Orphan")
    cluster.run_until_quiet()
    assert kinds(cluster) == ["ControllerRevision", "Pod", "Pod"]
    assert all("ownerReferences" not in pod["metadata"] for pod in cluster.list("Pod"))
    cluster.create(daemon_set())
    cluster.run_until_quiet()
    assert [pod["metadata"]["uid"] for pod in owned(cluster)] == before


def test_pods_of_an_owner_of_the_same_name_that_is_another_are_collected():
    cluster = running(1, kubelet="manual")
    cluster.delete("DaemonSet", "agent")
    cluster.create(daemon_set())
    cluster.run(1)
    by_hand(cluster, "gone", "ready")
    [pod] = cluster.list("Pod")
    assert (
        pod["metadata"]["ownerReferences"][0]["uid"]
        == cluster.get("DaemonSet", "agent")["metadata"]["uid"]
    )


def test_what_still_has_an_owner_stays():
    cluster = running(1, kubelet="instant")
    cluster.create(service("a"))
    cluster.create(service("b"))
    refs = [{"apiVersion": "v1", "kind": "Service", "name": n, "uid": cluster.get("Service", n)["metadata"]["uid"]}
            for n in "ab"]  # fmt: skip
    child = bare_pod("child")
    child["metadata"]["ownerReferences"] = refs
    cluster.create(child)
    for name, left in (("a", 1), ("b", 0)):
        cluster.delete("Service", name, propagation="Foreground")
        cluster.run_until_quiet()
        assert (
            sum(pod["metadata"]["name"] == "child" for pod in cluster.list("Pod"))
            == left
        )


# Pods of Nodes that are gone --------------------------------------------------------------------------------------


def test_a_sweep_puts_nodes_in_quarantine_first():
    lost, kept = bare_pod("lost", nodeName="gone"), bare_pod("kept", nodeName="here")
    first = sweep([lost, kept], {"here": {}}, {}, 100.0)
    assert (first.missed, first.orphaned) == (("gone",), ())
    assert (
        sweep(
            [lost, kept], {"here": {}}, {"gone": 100.0}, 100.0 + QUARANTINE - 1
        ).orphaned
        == ()
    )
    assert sweep(
        [lost, kept], {"here": {}}, {"gone": 100.0}, 100.0 + QUARANTINE
    ).orphaned == (lost,)


@pytest.mark.parametrize("is_off", [False, True])
def test_pods_that_end_on_a_node_that_is_off_need_no_kubelet(is_off):
    cluster = running(2, kubelet="auto")
    cluster.create(bare_pod("bare", nodeName="node1"))
    cluster.run(10)
    cluster.stop_kubelet("node1")
    cluster.run(90)
    cluster.delete("Pod", "bare")
    cluster.run(60)
    assert any(p["metadata"]["name"] == "bare" for p in cluster.list("Pod"))
    if is_off:
        cluster.taint(
            "node1", "node.kubernetes.io/out-of-service=nodeshutdown:NoExecute"
        )
    cluster.run(60)
    left = {pod["metadata"]["name"] for pod in cluster.list("Pod")}
    assert ("bare" in left) is not is_off
    # The taint drives out the daemon Pod too, which tolerates only what its controller has added.
    assert (list(by_node(cluster)) == ["node2"]) is is_off


def test_an_unbound_pod_that_somebody_holds_has_failed():
    cluster = running(1)
    held = bare_pod("held", nodeSelector={"no": "where"})
    held["metadata"]["finalizers"] = ["example.com/mine"]
    cluster.create(held)
    cluster.run(1)
    cluster.delete("Pod", "held")
    cluster.run(40)
    assert cluster.get("Pod", "held")["status"]["phase"] == "Failed"
    assert cluster.quiet


def test_the_pod_of_a_node_that_left_is_collected_and_not_by_the_daemon_set_controller():
    cluster = running(2)
    cluster.remove_node("node1")
    cluster.run(30)
    assert list(by_node(cluster)) == ["node1", "node2"]
    cluster.run(60)
    assert list(by_node(cluster)) == ["node2"]
    [deletion] = [
        c
        for c in cluster.store.log.changes
        if c.type == "DELETED" and c.object["kind"] == "Pod"
    ]
    assert deletion.actor == "pod-gc"
    assert [
        c["reason"]
        for c in deletion.object["status"]["conditions"]
        if c["type"] == "DisruptionTarget"
    ] == ["DeletionByPodGC"]


def test_a_node_that_comes_back_in_time_keeps_its_pods():
    cluster = running(2)
    before = owned(cluster)
    cluster.remove_node("node1")
    cluster.run(30)
    cluster.add_node("node1")
    cluster.run(200)
    assert [pod["metadata"]["uid"] for pod in owned(cluster)] == [
        pod["metadata"]["uid"] for pod in before
    ]


def test_a_pod_bound_to_a_node_that_never_was_is_collected():
    cluster = running(1)
    cluster.create(bare_pod("lost", nodeName="nowhere"))
    cluster.run(100)
    assert [pod["metadata"]["name"] for pod in cluster.list("Pod")] == [
        owned(cluster)[0]["metadata"]["name"]
    ]
    assert cluster.quiet


# Whatever is stored may own and be owned, but for Events.
OF_ANY_KIND = {
    "ConfigMap": {"data": {"a": "b"}},
    "Secret": {"type": "Opaque"},
    "ServiceAccount": {},
    "LimitRange": {"spec": {"limits": []}},
    "ResourceQuota": {"spec": {"hard": {"pods": "10"}}},
    "PodDisruptionBudget": {"spec": {"minAvailable": 1}},
    "Endpoints": {},
    "Role": {"rules": []},
}
VERSIONS = {
    "PodDisruptionBudget": "policy/v1",
    "Role": "rbac.authorization.k8s.io/v1",
}


def made(cluster, kind, name, **meta):
    version = VERSIONS.get(kind, "v1")
    body = {"apiVersion": version, "kind": kind, "metadata": {"name": name, **meta}}
    cluster.create({**body, **OF_ANY_KIND[kind]})
    return cluster.get(kind, name)


def reference(owner, **more):
    about = {field: owner[field] for field in ("apiVersion", "kind")}
    ids = {field: owner["metadata"][field] for field in ("name", "uid")}
    return {**about, **ids, **more}


def left(cluster, kind):
    return {o["metadata"]["name"] for o in cluster.list(kind)} & {"owner", "owned"}


@pytest.mark.parametrize("kind", OF_ANY_KIND)
def test_whatever_a_daemon_set_owns_goes_with_it(kind):
    cluster = running(1)
    owner = cluster.get("DaemonSet", "agent")
    made(cluster, kind, "owned", ownerReferences=[reference(owner)])
    cluster.run(5)
    assert left(cluster, kind) == {"owned"}
    cluster.delete("DaemonSet", "agent")
    cluster.run(5)
    assert left(cluster, kind) == set()


@pytest.mark.parametrize("kind", OF_ANY_KIND)
@pytest.mark.parametrize(
    ("propagation", "stays"),
    [("Background", set()), ("Foreground", set()), ("Orphan", {"owned"})],
)
def test_an_owner_of_any_kind_is_deleted_as_asked(kind, propagation, stays):
    cluster = running(1)
    owner = made(cluster, kind, "owner")
    marks = [reference(owner, blockOwnerDeletion=True)]
    made(cluster, kind, "owned", ownerReferences=marks)
    cluster.delete(kind, "owner", propagation=propagation)
    cluster.run(5)
    assert left(cluster, kind) == stays


def test_an_owner_in_another_namespace_is_none_and_one_of_something_global_stays():
    cluster = running(1)
    cluster.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "x"}})
    owner = made(cluster, "ConfigMap", "owner")
    marks = {"ownerReferences": [reference(owner)]}
    body = {"apiVersion": "v1", "kind": "ConfigMap", "data": {}}
    cluster.create({**body, "metadata": {"name": "owned", "namespace": "x", **marks}})
    role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole"}
    cluster.create({**role, "metadata": {"name": "owned", **marks}, "rules": []})
    cluster.run(5)
    assert left(cluster, "ConfigMap") == {"owner"}
    assert left(cluster, "ClusterRole") == {"owned"}
    # As the documentation has it asked: kubectl get events -A --field-selector=reason=OwnerRefInvalidNamespace
    told = {
        (event["metadata"]["namespace"], event["involvedObject"]["kind"], event["type"])
        for event in cluster.list("Event", namespace=None)
        if event["reason"] == "OwnerRefInvalidNamespace"
    }
    assert told == {
        ("x", "ConfigMap", "Warning"),
        ("default", "ClusterRole", "Warning"),
    }


def test_what_is_said_of_an_owner_in_another_namespace():
    cluster = running(1)
    owner = made(cluster, "ConfigMap", "owner")
    cluster.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "x"}})
    marks = {"ownerReferences": [reference(owner)]}
    body = {"apiVersion": "v1", "kind": "ConfigMap", "data": {}}
    cluster.create({**body, "metadata": {"name": "owned", "namespace": "x", **marks}})
    cluster.run(5)
    events = cluster.list("Event", namespace="x")
    (told,) = [each for each in events if each["type"] == "Warning"]
    assert told["source"] == {"component": "garbage-collector-controller"}
    assert told["message"] == (
        "ownerRef [v1/ConfigMap, namespace: x, name: owner, "
        f'uid: {owner["metadata"]["uid"]}] does not exist in namespace "x"'
    )


def config_map(cluster, name, *owners, blocks=True, **meta):
    refs = [reference(owner, blockOwnerDeletion=blocks) for owner in owners]
    return made(cluster, "ConfigMap", name, ownerReferences=refs, **meta)


def maps(cluster):
    return {o["metadata"]["name"] for o in cluster.list("ConfigMap")} - {
        "kube-root-ca.crt"
    }


@pytest.mark.parametrize("blocks", [True, False])
def test_an_owner_waits_for_those_alone_that_block_it(blocks):
    cluster = running(1)
    owner = config_map(cluster, "a")
    config_map(cluster, "b", owner, blocks=blocks, finalizers=["x.y/z"])
    cluster.delete("ConfigMap", "a", propagation="Foreground")
    cluster.run(5)
    assert maps(cluster) == ({"a", "b"} if blocks else {"b"})
    assert is_deleting(cluster.get("ConfigMap", "b"))


def test_an_owner_waits_no_longer_for_one_that_blocks_it_no_more():
    cluster = running(1)
    owner = config_map(cluster, "a")
    config_map(cluster, "b", owner, finalizers=["x.y/z"])
    cluster.delete("ConfigMap", "a", propagation="Foreground")
    cluster.run(5)
    refs = [reference(owner, blockOwnerDeletion=False)]
    cluster.patch("ConfigMap", "b", {"metadata": {"ownerReferences": refs}})
    cluster.run(5)
    assert maps(cluster) == {"b"}


def test_a_circle_of_owners_ends():
    cluster = running(1)
    first = config_map(cluster, "a")
    second = config_map(cluster, "b", first)
    third = config_map(cluster, "c", second)
    refs = [reference(third, blockOwnerDeletion=True)]
    cluster.patch("ConfigMap", "a", {"metadata": {"ownerReferences": refs}})
    cluster.delete("ConfigMap", "a", propagation="Foreground")
    for _ in range(100):
        cluster.step()
    assert maps(cluster) == set()
