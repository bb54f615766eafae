"""The scheduler: what fits where, the real messages when nothing does, and retries."""

import pytest

from k8slearn import Cluster
from k8slearn.kinds.node import new_node
from k8slearn.scheduler.filters import fits
from k8slearn.scheduler.preemption import schedule
from k8slearn.scheduler.resources import requests
from k8slearn.scheduler.situation import Situation
from tests.support.helpers import bare_pod, client_of, events


def node(name="node1", taints=(), cpu="4", **about):
    return new_node(name, 0.0, taints=taints, allocatable={"cpu": cpu}, **about)


def pod(cpu=None, port=None, **spec):
    container = {"name": "c", "image": "x"}
    if cpu:
        container["resources"] = {"requests": {"cpu": cpu}}
    if port:
        container["ports"] = [{"containerPort": port, "hostPort": port}]
    return bare_pod(containers=[container], **spec)


@pytest.mark.parametrize(
    ("wanted", "where", "others", "reasons"),
    [
        (pod(), node(), [], ()),
        (pod(), node(unschedulable=True), [], ("node(s) were unschedulable",)),
        (pod(tolerations=[{"operator": "Exists"}]), node(unschedulable=True), [], ()),
        (
            pod(),
            node(taints=["a:NoSchedule"]),
            [],
            ("node(s) had untolerated taint(s)",),
        ),
        (
            pod(),
            node(taints=["a:NoExecute"]),
            [],
            ("node(s) had untolerated taint(s)",),
        ),
        (pod(), node(taints=["a:PreferNoSchedule"]), [], ()),
        (
            pod(nodeSelector={"a": "b"}),
            node(),
            [],
            ("node(s) didn't match Pod's node affinity/selector",),
        ),
        (pod(nodeSelector={"a": "b"}), node(labels={"a": "b"}), [], ()),
        (
            pod(port=80),
            node(),
            [pod(port=80)],
            ("node(s) didn't have free ports for the requested pod ports",),
        ),
        (pod(port=80), node(), [pod(port=81)], ()),
        (pod("3"), node(), [pod("1500m")], ("Insufficient cpu",)),
        (pod("2500m"), node(), [pod("1500m")], ()),
        (pod(), node(cpu="0"), [], ()),
        (
            pod("1", nodeSelector={"a": "b"}),
            node(cpu="0"),
            [],
            ("node(s) didn't match Pod's node affinity/selector",),
        ),
    ],
)
def test_the_first_filter_that_refuses_tells_why(wanted, where, others, reasons):
    assert fits(wanted, where, others).reasons == reasons


@pytest.mark.parametrize(
    ("policy", "reasons"),
    [
        ({}, ()),
        (
            {"restartPolicy": "Always"},
            ("node(s) didn't have free ports for the requested pod ports",),
        ),
    ],
)
def test_a_sidecar_holds_its_ports_an_init_container_does_not(policy, reasons):
    early = {**pod(port=80)["spec"]["containers"][0], "name": "early", **policy}
    wanted = pod(initContainers=[early])
    assert fits(wanted, node(), [pod(port=80)]).reasons == reasons
    assert fits(pod(port=80), node(), [wanted]).reasons == reasons


def by_name(*names):
    return {
        "matchFields": [
            {"key": "metadata.name", "operator": "In", "values": [each]}
            for each in names
        ]
    }


def by_label(key, value):
    return {"matchExpressions": [{"key": key, "operator": "In", "values": [value]}]}


@pytest.mark.parametrize(
    ("terms", "chosen", "message"),
    [
        (
            [by_name("a")],
            "",
            "1 node(s) were unschedulable, 2 node(s) didn't satisfy plugin(s) [NodeAffinity]",
        ),
        ([by_name("a"), by_name("b")], "b", ""),
        ([by_name("a"), by_label("disk", "ssd")], "c", ""),
        ([by_name("a", "b"), by_label("disk", "ssd")], "c", ""),
        ([by_name("a", "b")], "", "pod affinity terms conflict. not found"),
        (
            [{**by_name("c"), **by_label("disk", "hdd")}],
            "",
            "1 node(s) didn't match Pod's node affinity/selector, 2 node(s) didn't satisfy plugin(s) [NodeAffinity]",
        ),
    ],
)
def test_only_terms_that_all_name_nodes_leave_the_others_unlooked_at(
    terms, chosen, message
):
    required = {"nodeSelectorTerms": terms}
    rule = {"requiredDuringSchedulingIgnoredDuringExecution": required}
    wanted = pod(affinity={"nodeAffinity": rule})
    wanted["metadata"]["uid"] = "wanted"
    nodes = [
        node("a", unschedulable=True),
        node("b"),
        node("c", labels={"disk": "ssd"}),
    ]
    found = {each["metadata"]["name"]: each for each in nodes}
    result = schedule(wanted, Situation(found, {}))
    assert result.node == chosen
    assert message in result.message


def test_a_full_node_lacks_room_for_pods_too():
    small = new_node("n", 0.0, allocatable={"cpu": "1", "pods": "1"})
    assert fits(pod("2"), small, [pod()]).reasons == (
        "Too many pods",
        "Insufficient cpu",
    )


def init(cpu, **about):
    return {
        "name": f"i{cpu}",
        "image": "x",
        "resources": {"requests": {"cpu": cpu}},
        **about,
    }


@pytest.mark.parametrize(
    ("spec", "milli"),
    [
        ({}, 1000),
        ({"initContainers": [init("3"), init("2")]}, 3000),
        ({"initContainers": [init("500m", restartPolicy="Always")]}, 1500),
        ({"initContainers": [init("1", restartPolicy="Always"), init("2")]}, 3000),
        ({"initContainers": [init("2"), init("1", restartPolicy="Always")]}, 2000),
        ({"overhead": {"cpu": "250m"}}, 1250),
        ({"resources": {"requests": {"cpu": "2"}}}, 2000),
    ],
)
def test_what_a_pod_asks_for(spec, milli):
    assert requests(pod("1", **spec))["cpu"] == milli


def test_of_the_nodes_that_fit_the_emptiest_is_chosen():
    nodes = {name: node(name) for name in ("a", "b")}
    assert schedule(pod(), Situation(nodes, {"a": {1: pod()}})).node == "b"


def test_the_message_counts_nodes_and_says_what_preemption_could_do():
    nodes = {
        "a": node("a"),
        "b": node("b", taints=["x:NoSchedule"]),
        "c": node("c", cpu="1"),
    }
    result = schedule(pod("2"), Situation(nodes, {"a": {1: pod("3")}}))
    assert result.message == (
        "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu. "
        "no new claims to deallocate, preemption: 0/3 nodes are available: "
        "1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling."
    )
    assert schedule(pod(), Situation({}, {})).message == (
        "no nodes available to schedule pods"
    )


# In a cluster -----------------------------------------------------------------------------------------------------


def place(cluster, name="bare"):
    cluster.run_until_quiet()
    return cluster.get("Pod", name)["spec"].get("nodeName")


def waiting(**about):
    """A cluster with a Node of one CPU, and a waiting Pod that requests two."""
    cluster = Cluster(kubelet="instant")
    cluster.add_node("node1", allocatable={"cpu": "1"})
    cluster.create(pod("2", **about))
    assert place(cluster) is None
    return cluster


def test_binding_sets_node_and_condition_and_tells():
    cluster = Cluster(1, kubelet="manual")
    cluster.create(pod())
    assert place(cluster) == "node1"
    [condition] = cluster.get("Pod", "bare")["status"]["conditions"]
    assert (condition["type"], condition["status"]) == ("PodScheduled", "True")
    assert events(cluster, "Scheduled") == 1


def test_a_pod_that_fits_nowhere_says_so_once():
    cluster = waiting()
    [condition] = cluster.get("Pod", "bare")["status"]["conditions"]
    assert (condition["status"], condition["reason"]) == ("False", "Unschedulable")
    cluster.label("node1", {"a": "b"})
    cluster.run(60)
    assert events(cluster, "FailedScheduling") == 1


def grow(cluster):
    """Let the Node report more room."""
    small = cluster.get("Node", "node1")
    client_of(cluster).update_status(
        {
            **small,
            "status": {**small["status"], "allocatable": {"cpu": "2", "pods": "9"}},
        },
    )
    cluster.control_plane.informers.deliver()


@pytest.mark.parametrize(
    "help_it", [lambda cluster: cluster.add_node("node2"), grow], ids=["joins", "grows"]
)
def test_a_waiting_pod_is_tried_again_when_a_node(help_it):
    cluster = waiting()
    help_it(cluster)
    assert place(cluster) is not None


def test_a_pod_that_left_makes_room():
    cluster = Cluster(1, kubelet="instant")
    for name in ("first", "second"):
        cluster.create({**pod("3"), "metadata": {"name": name}})
    assert place(cluster, "second") is None
    cluster.delete_pod("first")
    assert place(cluster, "second") == "node1"


def test_a_pod_that_finished_makes_room():
    cluster = Cluster(1, kubelet="instant")
    for name in ("first", "second"):
        cluster.create({**pod("3"), "metadata": {"name": name}})
    cluster.run_until_quiet()
    cluster.become("first", "succeeded")
    assert place(cluster, "second") == "node1"


def test_what_asks_for_another_scheduler_or_is_held_back_is_left_alone():
    cluster = Cluster(1, kubelet="instant")
    cluster.create({**pod(schedulerName="mine"), "metadata": {"name": "other"}})
    cluster.create(
        {**pod(schedulingGates=[{"name": "quota"}]), "metadata": {"name": "gated"}}
    )
    assert place(cluster, "other") is None and place(cluster, "gated") is None
    cluster.patch("Pod", "gated", {"spec": {"schedulingGates": None}}, type="merge")
    assert place(cluster, "gated") == "node1"


def test_a_pod_that_names_its_node_never_meets_the_scheduler():
    cluster = Cluster(1, kubelet="instant")
    cluster.cordon("node1")
    cluster.create(pod(nodeName="node1"))
    assert place(cluster) == "node1"
    assert events(cluster, "Scheduled") == 0
