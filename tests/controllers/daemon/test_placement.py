"""The Nodes on which a DaemonSet should run, and the Pod for one of them."""

import pytest

from k8slearn.apimachinery.selectors import term_matches
from k8slearn.controllers.daemon.placement import (
    create_pod_template,
    daemon_tolerations,
    node_should_run_daemon_pod,
    placing_part,
    pod_for,
    same_for_placement,
)
from tests.support.helpers import by_node, daemon_set, running, status

GPU = {"key": "dedicated", "value": "gpu"}


def node(name="node1", labels=None, taints=()):
    return {
        "kind": "Node",
        "metadata": {"name": name, "labels": labels or {}},
        "spec": {"taints": list(taints)},
    }


def requiring(*terms):
    required = {
        "requiredDuringSchedulingIgnoredDuringExecution": {
            "nodeSelectorTerms": list(terms)
        }
    }
    return {"affinity": {"nodeAffinity": required}}


def expression(key, operator, *values):
    return {
        "matchExpressions": [
            {
                "key": key,
                "operator": operator,
                **({"values": list(values)} if values else {}),
            }
        ]
    }


PLACES = [
    ({}, node(), (True, True)),
    ({"nodeSelector": {"disk": "ssd"}}, node(), (False, False)),
    ({"nodeSelector": {"disk": "ssd"}}, node(labels={"disk": "ssd"}), (True, True)),
    ({"nodeName": "node1"}, node(), (True, True)),
    ({"nodeName": "node2"}, node(), (False, False)),
    (requiring(expression("gen", "Gt", "3")), node(labels={"gen": "4"}), (True, True)),
    (requiring(expression("gen", "Gt", "3")), node(), (False, False)),
    (
        requiring(expression("a", "Exists"), expression("b", "Exists")),
        node(labels={"b": ""}),
        (True, True),
    ),
    (requiring(), node(), (False, False)),
    (requiring({}), node(), (False, False)),
    ({}, node(taints=[{**GPU, "effect": "NoSchedule"}]), (False, True)),
    ({}, node(taints=[{**GPU, "effect": "NoExecute"}]), (False, False)),
    ({}, node(taints=[{**GPU, "effect": "PreferNoSchedule"}]), (True, True)),
    (
        {"tolerations": [{**GPU, "effect": "NoSchedule"}]},
        node(taints=[{**GPU, "effect": "NoSchedule"}]),
        (True, True),
    ),
    (
        {"tolerations": [{**GPU, "effect": "NoSchedule"}]},
        node(taints=[{**GPU, "effect": "NoExecute"}]),
        (False, False),
    ),
    (
        {},
        node(
            taints=[{"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}]
        ),
        (True, True),
    ),
    (
        {},
        node(taints=[{"key": "node.kubernetes.io/not-ready", "effect": "NoExecute"}]),
        (True, True),
    ),
    (
        {},
        node(taints=[{"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}]),
        (False, True),
    ),
    (
        {},
        node(
            taints=[
                {
                    "key": "node.kubernetes.io/network-unavailable",
                    "effect": "NoSchedule",
                }
            ]
        ),
        (False, True),
    ),
    (
        {"hostNetwork": True},
        node(
            taints=[
                {
                    "key": "node.kubernetes.io/network-unavailable",
                    "effect": "NoSchedule",
                }
            ]
        ),
        (True, True),
    ),
]


@pytest.mark.parametrize(("pod", "where", "expected"), PLACES)
def test_may_a_pod_start_and_may_it_stay(pod, where, expected):
    placement = node_should_run_daemon_pod(daemon_set(pod=pod), where)
    assert (placement.should_run, placement.should_continue_running) == expected


@pytest.mark.parametrize(
    ("pod", "where", "expected"), [place for place in PLACES if not place[2][0]]
)
def test_every_no_has_a_reason(pod, where, expected):
    found = node_should_run_daemon_pod(daemon_set(pod=pod), where)
    bad_taints = [
        v
        for v in found.taints
        if v.toleration is None and v.taint["effect"] != "PreferNoSchedule"
    ]
    selected = all(requirement.holds for requirement in found.node_selector)
    affine = found.terms is None or any(term_matches(term) for term in found.terms)
    assert not (found.fits_node_name and selected and affine) or bad_taints


class Noting(dict):
    """A dict that notes which of its fields are read."""

    def __init__(self, fields):
        super().__init__(fields)
        self.read = set()

    def get(self, field, default=None):
        self.read.add(field)
        return super().get(field, default)

    def __getitem__(self, field):
        self.read.add(field)
        return super().__getitem__(field)


@pytest.mark.parametrize("asked", [pod for pod, _, _ in PLACES])
def test_what_the_verdict_rests_on_is_what_is_compared_before_it_is_kept(asked):
    spec = Noting(asked)
    owner = {"spec": {"template": {"spec": spec}}}
    node_should_run_daemon_pod(owner, node(taints=[{**GPU, "effect": "NoSchedule"}]))
    assert spec.read <= placing_part(owner).keys()


def test_a_pod_gets_six_tolerations_of_its_own_and_keeps_the_template_s_in_place():
    cordoned = {
        "key": "node.kubernetes.io/unschedulable",
        "operator": "Exists",
        "effect": "NoSchedule",
    }
    own = [cordoned, {**GPU, "operator": "Equal"}]
    found = daemon_tolerations({"tolerations": own})
    assert found[:2] == own
    assert sorted(t["key"].rpartition("/")[2] for t in found[2:]) == [
        "disk-pressure", "memory-pressure", "not-ready", "pid-pressure", "unreachable",
    ]  # fmt: skip
    assert (
        len(daemon_tolerations({})) == 6
        and len(daemon_tolerations({"hostNetwork": True})) == 7
    )


def test_the_pod_is_meant_for_one_node_by_affinity_and_never_bound_by_the_controller():
    owner = daemon_set(pod=requiring(expression("disk", "In", "ssd")))
    owner["metadata"] |= {"uid": "u", "namespace": "default"}
    owner["metadata"]["annotations"] = {"deprecated.daemonset.template.generation": "3"}
    pod = pod_for(create_pod_template(owner, "hash"), "node7")
    terms = pod["spec"]["affinity"]["nodeAffinity"][
        "requiredDuringSchedulingIgnoredDuringExecution"
    ]["nodeSelectorTerms"]
    assert terms == [
        {
            "matchFields": [
                {"key": "metadata.name", "operator": "In", "values": ["node7"]}
            ]
        }
    ]
    assert "nodeName" not in pod["spec"]
    assert pod["metadata"]["generateName"] == "agent-"
    assert pod["metadata"]["labels"] == {
        "app": "agent", "controller-revision-hash": "hash", "pod-template-generation": "3",
    }  # fmt: skip


def test_only_labels_and_taints_of_a_node_decide():
    one = node(labels={"a": "b"})
    assert same_for_placement(one, {**one, "status": {"conditions": []}})
    assert not same_for_placement(one, node())
    assert not same_for_placement(
        one, node(labels={"a": "b"}, taints=[{**GPU, "effect": "NoExecute"}])
    )


# In a cluster -----------------------------------------------------------------------------------------------------


def test_nodes_come_and_go_by_their_labels():
    cluster = running(2, pod={"nodeSelector": {"disk": "ssd"}})
    assert by_node(cluster) == {}
    cluster.label("node2", {"disk": "ssd"})
    cluster.run_until_quiet()
    assert by_node(cluster) == {"node2": ["agent:1 Running"]}
    cluster.label("node2", {"disk": None})
    cluster.run_until_quiet()
    assert by_node(cluster) == {}


def test_a_taint_that_does_not_evict_is_noticed_only_at_the_next_occasion():
    cluster = running(2)
    cluster.taint("node1", "dedicated=gpu:NoSchedule")
    cluster.run_until_quiet()
    assert status(cluster)["numberMisscheduled"] == 0
    cluster.set_strategy("agent", "OnDelete")
    cluster.run_until_quiet()
    assert (
        status(cluster)["numberMisscheduled"],
        status(cluster)["desiredNumberScheduled"],
    ) == (1, 1)
    assert len(by_node(cluster)) == 2


def test_a_miscounted_pod_is_counted_anew_when_its_node_is_untainted():
    cluster = running(2)
    cluster.taint("node1", "dedicated=gpu:NoSchedule")
    cluster.set_strategy("agent", "OnDelete")
    cluster.run_until_quiet()
    cluster.taint("node1", "dedicated-")
    cluster.run_until_quiet()
    assert (
        status(cluster)["numberMisscheduled"],
        status(cluster)["desiredNumberScheduled"],
    ) == (0, 2)


def test_a_pod_that_waits_for_the_scheduler_stays_when_its_node_is_no_longer_meant():
    huge = {"name": "c", "image": "x", "resources": {"requests": {"cpu": "64"}}}
    cluster = running(
        1, pod={"nodeSelector": {"kubernetes.io/os": "linux"}, "containers": [huge]}
    )
    assert by_node(cluster) == {"node1": ["x Pending"]}
    cluster.label("node1", {"kubernetes.io/os": "windows"})
    cluster.run_until_quiet()
    assert by_node(cluster) == {"node1": ["x Pending"]}
