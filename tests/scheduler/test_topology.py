"""Topology spread, affinity and anti-affinity of Pods; and the best Node."""

import pytest

from k8slearn.kinds.node import new_node
from k8slearn.scheduler.preemption import schedule
from k8slearn.scheduler.situation import Situation, guards
from tests.support.helpers import bare_pod

SELECTS_WEB = {"labelSelector": {"matchLabels": {"app": "web"}}}


def node(name, zone=None, **about):
    labels = {"zone": zone} if zone else {}
    return new_node(name, 0.0, labels=labels, **about)


def pod(name, app="web", where=None, namespace="default", **spec):
    found = bare_pod(name, **spec)
    found["metadata"] |= {"uid": name, "namespace": namespace, "labels": {"app": app}}
    found["spec"] |= {"nodeName": where} if where else {}
    found["status"] = {}
    return found


def spread(skew=1, key="zone", when="DoNotSchedule", **more):
    about = {"maxSkew": skew, "topologyKey": key, "whenUnsatisfiable": when}
    return {"topologySpreadConstraints": [{**about, **SELECTS_WEB, **more}]}


def affinity(kind, key="kubernetes.io/hostname", **more):
    term = {"topologyKey": key, **SELECTS_WEB, **more}
    required = {"requiredDuringSchedulingIgnoredDuringExecution": [term]}
    return {"affinity": {kind: required}}


def preferred(kind, weight=10, key="kubernetes.io/hostname"):
    term = {"topologyKey": key, **SELECTS_WEB}
    weighted = [{"weight": weight, "podAffinityTerm": term}]
    return {"affinity": {kind: {"preferredDuringSchedulingIgnoredDuringExecution": weighted}}}  # fmt: skip


def decided(wanted, nodes, *running):
    by_node, watching = {}, {}
    for each in running:
        by_node.setdefault(each["spec"]["nodeName"], {})[each["metadata"]["name"]] = (
            each
        )
        if guards(each):
            watching[each["metadata"]["name"]] = each
    found = {n["metadata"]["name"]: n for n in nodes}
    return schedule(wanted, Situation(found, by_node, guards=watching))


EAST, WEST = node("e1", "east"), node("w1", "west")
SKEWED = "node(s) didn't match pod topology spread constraints"


@pytest.mark.parametrize(
    ("spec", "nodes", "running", "chosen"),
    [
        (spread(), [EAST, WEST], [pod("a", where="e1")], "w1"),
        (spread(2), [EAST], [pod("a", where="e1")], "e1"),
        (spread(), [EAST, WEST], [pod("a", app="db", where="e1")], None),
        (spread(minDomains=3), [EAST, WEST], [pod(n, where=w) for n, w in (("a", "e1"), ("b", "w1"))], ""),
        (spread(), [EAST, node("n1")], [pod("a", where="e1")], "e1"),
        (affinity("podAntiAffinity"), [EAST, WEST], [pod("a", where="e1")], "w1"),
        (affinity("podAntiAffinity", "zone"), [EAST, node("e2", "east")], [pod("a", where="e1")], ""),
        (affinity("podAffinity"), [EAST, WEST], [pod("a", where="w1")], "w1"),
        (affinity("podAffinity", "zone"), [EAST, node("w2", "west")], [pod("a", where="w2")], "w2"),
        (affinity("podAffinity"), [EAST, WEST], [pod("a", where="e1", namespace="team")], None),
        (affinity("podAffinity", namespaces=["team"]), [EAST, WEST], [pod("a", where="e1", namespace="team")], "e1"),
        (affinity("podAffinity"), [node("x")], [], "x"),
    ],
)  # fmt: skip
def test_where_a_pod_may_stand(spec, nodes, running, chosen):
    found = decided(pod("new", **spec), nodes, *running).node
    # None: any will do.
    assert found == chosen if chosen is not None else found


def test_pods_that_end_do_not_count_for_a_spread():
    ending = pod("a", where="e1")
    ending["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    two = [pod("b", where="w1"), ending]
    assert decided(pod("new", **spread()), [EAST, WEST], *two).node == "e1"


@pytest.mark.parametrize(
    ("spec", "running", "reason"),
    [
        (
            {**spread(), "nodeSelector": {"zone": "east"}},
            [pod("a", where="e1")],
            None,
        ),
        (affinity("podAffinity"), [pod("a", "db", "e1")], None),
        (
            affinity("podAntiAffinity"),
            [pod("a", where="e1"), pod("b", where="w1")],
            "2 node(s) didn't match pod anti-affinity rules",
        ),
        (
            {},
            [pod("g", "guard", w, **affinity("podAntiAffinity")) for w in ("e1", "w1")],
            "2 node(s) didn't satisfy existing pods anti-affinity rules",
        ),
    ],
)
def test_the_reasons_are_told(spec, running, reason):
    twice = [
        {**each, "metadata": {**each["metadata"], "name": f"p{n}"}}
        for n, each in enumerate(running)
    ]
    result = decided(pod("new", **spec), [EAST, WEST], *twice)
    assert reason in result.message if reason else result.node


def test_a_node_without_the_label_is_out_for_good():
    result = decided(pod("new", **spread()), [node("n1")])
    assert f"1 {SKEWED} (missing required label)" in result.message
    assert "1 Preemption is not helpful for scheduling" in result.message


# Scores --------------------------------------------------------------------------------------------------------------

BUSY = {"containers": [{"name": "c", "image": "x", "resources": {"requests": {"cpu": "3"}}}]}  # fmt: skip


@pytest.mark.parametrize(
    ("spec", "nodes", "running", "chosen"),
    [
        ({}, [node("a"), node("b")], [pod("p", "db", "a", **BUSY)], "b"),
        ({}, [node("a", taints=["x:PreferNoSchedule"]), node("b")], [], "b"),
        (
            spread(when="ScheduleAnyway"),
            [EAST, WEST],
            [pod("p", where="e1"), pod("q", where="e1")],
            "w1",
        ),
        (
            preferred("podAntiAffinity"),
            [node("a"), node("b")],
            [pod("p", where="a")],
            "b",
        ),
        (preferred("podAffinity"), [node("a"), node("b")], [pod("p", where="b")], "b"),
        (
            {},
            [
                node("a"),
                {
                    **node("b"),
                    "status": {
                        **node("b")["status"],
                        "images": [{"names": ["agent:1"], "sizeBytes": 900_000_000}],
                    },
                },
            ],
            [],
            "b",
        ),
    ],
    ids=["emptier", "taint", "spread", "away", "near", "image"],
)
def test_of_the_nodes_that_fit_the_best_is_chosen(spec, nodes, running, chosen):
    wanted = pod("new", **spec)
    if not spec:
        wanted["spec"]["containers"][0]["image"] = "agent:1"
    assert decided(wanted, nodes, *running).node == chosen


def test_a_preferred_node_wins():
    wish = {"matchExpressions": [{"key": "zone", "operator": "In", "values": ["west"]}]}
    terms = [{"weight": 1, "preference": wish}]
    preference = {"preferredDuringSchedulingIgnoredDuringExecution": terms}
    wanted = pod("new", affinity={"nodeAffinity": preference})
    assert decided(wanted, [EAST, WEST]).node == "w1"
