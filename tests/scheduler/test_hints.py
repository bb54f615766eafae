"""Queueing hints: which changes make the scheduler retry a Pod.

Upstream: TestIsSchedulableAfter… of tainttoleration, nodeunschedulable, interpodaffinity and podtopologyspread
"""

import pytest

from tests.support.api_client import PODS, Client
from tests.support.helpers import bare_pod, running

HOST = "kubernetes.io/hostname"
SELECTS = {"labelSelector": {"matchLabels": {"app": "web"}}, "topologyKey": HOST}
TOLERANT = [{"operator": "Exists"}]


def affinity(kind):
    required = {"requiredDuringSchedulingIgnoredDuringExecution": [SELECTS]}
    return {"affinity": {kind: required}}


def spread(**more):
    about = {"maxSkew": 1, "whenUnsatisfiable": "DoNotSchedule", **SELECTS, **more}
    return {"topologySpreadConstraints": [about]}


def refused(there, labels, **spec):
    """A waiting Pod, and a Pod with these labels running on node1; node2 is cordoned."""
    cluster = running(2)
    cluster.patch("Node", "node2", {"spec": {"unschedulable": True}})
    cluster.create(bare_pod("there", labels={"app": there}))
    cluster.run(5)
    cluster.create(bare_pod("waiting", labels=labels, **spec))
    cluster.run(5)
    assert place(cluster) is None
    return cluster


def place(cluster):
    return cluster.get("Pod", "waiting")["spec"].get("nodeName")


def label(cluster, pod, value):
    cluster.patch("Pod", pod, {"metadata": {"labels": {"app": value}}})
    cluster.run(5)


@pytest.mark.parametrize(
    ("before", "after", "spec", "expected"),
    [
        ("db", "web", affinity("podAffinity"), "node1"),
        ("db", "cache", affinity("podAffinity"), None),
        ("web", "db", affinity("podAntiAffinity"), "node1"),
        ("web", None, affinity("podAntiAffinity"), "node1"),
        ("web", "db", spread(), "node1"),
    ],
)
def test_new_labels_of_a_pod_that_runs_may_help(before, after, spec, expected):
    labels = {"app": "web"} if "topologySpreadConstraints" in spec else {}
    cluster = refused(before, labels, **spec)
    label(cluster, "there", after)
    assert place(cluster) == expected


def test_its_own_labels_help_where_it_counted_itself():
    cluster = refused("web", {"app": "web"}, **spread())
    label(cluster, "waiting", "db")
    assert place(cluster) == "node1"


def test_its_own_labels_are_not_what_an_affinity_waits_for():
    cluster = refused("db", {}, **affinity("podAffinity"))
    label(cluster, "waiting", "web")
    assert place(cluster) is None


@pytest.mark.parametrize(
    "mark",
    [
        {"unschedulable": True},
        {"taints": [{"key": "dedicated", "value": "db", "effect": "NoSchedule"}]},
    ],
)
def test_a_toleration_that_was_added_may_help(mark):
    cluster = running(1)
    cluster.patch("Node", "node1", {"spec": mark})
    cluster.create(bare_pod("waiting"))
    cluster.run(5)
    assert place(cluster) is None
    known = cluster.get("Pod", "waiting")["spec"].get("tolerations") or []
    cluster.patch("Pod", "waiting", {"spec": {"tolerations": [*known, *TOLERANT]}})
    cluster.run(5)
    assert place(cluster) == "node1"


def test_the_emptiest_domain_may_go_with_its_node():
    cluster = refused("web", {"app": "web"}, **spread())
    cluster.delete("Node", "node2")
    cluster.run(5)
    assert place(cluster) == "node1"


def test_a_taint_may_take_a_domain_out_of_the_count():
    port = {"containerPort": 80, "hostPort": 80}
    cluster = running(2)
    cluster.create(bare_pod("there", labels={"app": "web"}, nodeName="node1"))
    # node2 is the emptier one, and its port is taken.
    taker = bare_pod("taker", labels={"app": "db"}, nodeName="node2")
    asking = bare_pod(
        "waiting", labels={"app": "web"}, **spread(nodeTaintsPolicy="Honor")
    )
    for pod in (taker, asking):
        pod["spec"]["containers"][0]["ports"] = [port]
        cluster.create(pod)
    cluster.run(5)
    assert place(cluster) is None
    taint = {"key": "dedicated", "value": "db", "effect": "NoSchedule"}
    cluster.patch("Node", "node2", {"spec": {"taints": [taint]}})
    cluster.run(5)
    assert place(cluster) == "node1"


def test_a_pod_that_gives_something_back_makes_room():
    cluster = running(1)
    asks = [{"name": "c", "image": "i", "resources": {"requests": {"cpu": "3"}}}]
    cluster.create(bare_pod("there", containers=asks))
    cluster.run(5)
    cluster.create(bare_pod("waiting", containers=asks))
    cluster.run(5)
    assert place(cluster) is None
    less = {"name": "c", "resources": {"requests": {"cpu": "1"}}}
    patch = {"spec": {"containers": [less]}}
    assert Client(cluster).patch(f"{PODS}/there/resize", patch)[0] == 200
    cluster.run(5)
    assert place(cluster) == "node1"
