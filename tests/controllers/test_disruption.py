"""The disruption controller and the Eviction API, where the records say nothing."""

import pytest

from k8slearn import Cluster
from k8slearn.apimachinery.errors import ApiError
from tests.support.helpers import bare_pod, daemon_set

WEB = {"app": "web"}


def budget(name="web", **spec):
    meta = {"name": name, "namespace": "default"}
    kind = {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget"}
    return {**kind, "metadata": meta, "spec": {"selector": {"matchLabels": WEB}, **spec}}  # fmt: skip


@pytest.fixture
def cluster():
    found = Cluster(1, kubelet="manual")
    for name in ("p1", "p2"):
        found.create(bare_pod(name, labels=WEB))
    found.settle()
    return found


def become(cluster, state, *pods):
    for each in pods:
        cluster.become(each, state)
    cluster.settle()


def status(cluster, name="web"):
    return cluster.get("PodDisruptionBudget", name)["status"]


def refused(cluster, pod):
    with pytest.raises(ApiError) as caught:
        cluster.evict(pod)
    return caught.value


@pytest.mark.parametrize(
    ("policy", "ready", "goes"),
    [
        ("IfHealthyBudget", ["p1"], True),
        ("IfHealthyBudget", [], False),
        ("AlwaysAllow", [], True),
    ],
)
def test_an_unhealthy_pod_goes_where_the_others_are_enough(
    cluster, policy, ready, goes
):
    become(cluster, "unready", "p1", "p2")
    become(cluster, "ready", *ready)
    cluster.create(budget(minAvailable=1, unhealthyPodEvictionPolicy=policy))
    cluster.settle()
    if goes:
        cluster.evict("p2")
    else:
        assert refused(cluster, "p2").code == 429


def test_before_the_controller_has_looked_nothing_is_allowed(cluster):
    become(cluster, "ready", "p1", "p2")
    cluster.create(budget(minAvailable=1))
    error = refused(cluster, "p1")
    assert error.status["details"]["retryAfterSeconds"] == 10
    assert "is still being processed" in error.causes[0].message
    cluster.settle()
    cluster.evict("p1")


def test_an_eviction_that_came_to_nothing_is_forgotten_after_two_minutes(cluster):
    become(cluster, "ready", "p1", "p2")
    cluster.create(budget(minAvailable=1))
    cluster.settle()
    # As if the API server had been stopped between the charge and the deletion.
    live = cluster.get("PodDisruptionBudget", "web")
    charged = {"disruptedPods": {"p1": "2026-01-01T00:00:00Z"}, "disruptionsAllowed": 0}
    state = {**live, "status": {**live["status"], **charged}}
    cluster.registry.update(state, cluster._client("test").identity, subresource="status")  # fmt: skip
    cluster.control_plane.informers.deliver()
    cluster.settle()
    assert (status(cluster)["currentHealthy"], status(cluster)["disruptionsAllowed"]) == (1, 0)  # fmt: skip
    cluster.run(121)
    assert status(cluster)["disruptionsAllowed"] == 1
    assert "disruptedPods" not in status(cluster)


def test_a_daemon_set_has_no_scale_to_count_by():
    cluster = Cluster(2, kubelet="instant")
    cluster.create(daemon_set("web"))
    cluster.create(budget(maxUnavailable=1))
    cluster.run(5)
    [condition] = status(cluster)["conditions"]
    assert condition["reason"] == "SyncFailed"
    assert (
        condition["message"] == "daemonsets.apps does not implement the scale subresource"
    )  # fmt: skip
    assert status(cluster)["disruptionsAllowed"] == 0


def ref(kind, version, name, uid="other"):
    about = {"apiVersion": version, "kind": kind, "name": name, "uid": uid}
    return {**about, "controller": True}


@pytest.mark.parametrize(
    ("owner", "why"),
    [
        (
            ref("ReplicaSet", "apps/v1", "gone"),
            'found no controllers for pod "p1"',
        ),
        (
            ref("Widget", "example.com/v1", "w"),
            'no matches for kind "Widget" in version "example.com/v1"',
        ),
        (
            ref("ReplicaSet", "example.com/v1", "w"),
            'no matches for kind "ReplicaSet" in version "example.com/v1"',
        ),
        (
            ref("Node", "v1", "node1"),
            "nodes does not implement the scale subresource",
        ),
    ],
)
def test_why_pods_cannot_be_counted_is_told(cluster, owner, why):
    pod = cluster.get("Pod", "p1")
    own = {**pod["metadata"], "ownerReferences": [owner]}
    # It is not garbage collected meanwhile.
    cluster.stop_controller("garbage-collector")
    cluster.update({**pod, "metadata": own})
    cluster.create(budget(minAvailable="50%"))
    cluster.settle()
    [condition] = status(cluster)["conditions"]
    assert (condition["reason"], condition["message"]) == ("SyncFailed", why)
    told = f"Failed to calculate the number of expected pods: {why}"
    assert told in [each["message"] for each in cluster.list("Event")]


def test_custom_kinds_say_by_their_scale_how_many_there_are_to_be(cluster):
    replicas = {"specReplicasPath": ".spec.size", "statusReplicasPath": ".status.size"}
    anything = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": anything},
        "subresources": {"scale": replicas},
    }
    names = {"kind": "Herd", "plural": "herds"}
    cluster.create(
        {
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": {"name": "herds.example.com"},
            "spec": {
                "group": "example.com",
                "scope": "Namespaced",
                "names": names,
                "versions": [version],
            },
        }
    )
    cluster.settle()
    herd = cluster.create(
        {
            "apiVersion": "example.com/v1",
            "kind": "Herd",
            "metadata": {"name": "sheep"},
            "spec": {"size": 10},
        }
    )
    owner = ref("Herd", "example.com/v1", "sheep", herd["metadata"]["uid"])
    for each in cluster.list("Pod"):
        own = {**each["metadata"], "ownerReferences": [owner]}
        cluster.update({**each, "metadata": own})
    cluster.create(budget(maxUnavailable=4))
    cluster.settle()
    assert (status(cluster)["expectedPods"], status(cluster)["desiredHealthy"]) == (10, 6)  # fmt: skip


def test_a_pod_that_two_budgets_mean_is_told_of(cluster):
    cluster.create(budget("one", minAvailable=1))
    cluster.create(budget("two", minAvailable=1))
    cluster.settle()
    become(cluster, "ready", "p1")
    [told] = [
        each["message"]
        for each in cluster.list("Event")
        if each["reason"] == "MultiplePodDisruptionBudgets"
    ]
    assert told == 'Pod "default"/"p1" matches multiple PodDisruptionBudgets.  Chose "one" arbitrarily.'  # fmt: skip
    assert status(cluster, "two")["currentHealthy"] == 1


def test_a_budget_without_a_selector_selects_nobody(cluster):
    become(cluster, "ready", "p1", "p2")
    bare = budget(minAvailable=1)
    del bare["spec"]["selector"]
    cluster.create(bare)
    cluster.settle()
    assert status(cluster)["expectedPods"] == 0
    cluster.evict("p1")


def test_an_eviction_can_be_lived_through_again(cluster):
    become(cluster, "ready", "p1", "p2")
    cluster.create(budget(minAvailable=1))
    cluster.settle()
    cluster.evict("p1")
    cluster.settle()
    twin = cluster.fork(len(cluster.actions) - 1)
    assert twin.get("Pod", "p1")["metadata"]["deletionTimestamp"]
