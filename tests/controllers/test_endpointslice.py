"""The EndpointSlice controller: the addresses behind a Service."""

import pytest

from k8slearn.controllers.endpointslice import endpoint_of, ports_of, slices_of
from tests.support.helpers import LABELS, bare_pod, by_hand, owned, running, service


def pod(name="p", ready=True, ending=False, **spec):
    found = bare_pod(name, labels=LABELS, nodeName="node1", **spec)
    found["metadata"] |= {"namespace": "default", "uid": f"uid-{name}"}
    found["metadata"] |= {"deletionTimestamp": "2026-01-01T00:00:00Z"} if ending else {}
    found["status"] = {
        "podIP": "10.0.0.1",
        "conditions": [{"type": "Ready", "status": str(ready)}],
    }
    return found


@pytest.mark.parametrize(
    ("ready", "ending", "anyway", "expected"),
    [
        (True, False, False, (True, True, False)),
        (False, False, False, (False, False, False)),
        (True, True, False, (False, True, True)),
        (False, True, False, (False, False, True)),
        (False, False, True, (True, False, False)),
        (True, True, True, (True, True, True)),
    ],
)
def test_conditions_of_an_endpoint(ready, ending, anyway, expected):
    found = endpoint_of(
        pod(ready=ready, ending=ending), service(publishNotReadyAddresses=anyway)
    )["conditions"]
    assert (found["ready"], found["serving"], found["terminating"]) == expected


@pytest.mark.parametrize(
    ("port", "expected"),
    [
        ({"port": 80}, [80]),
        ({"port": 80, "targetPort": 8080}, [8080]),
        ({"port": 80, "targetPort": "http"}, [9000]),
        ({"port": 80, "targetPort": "missing"}, []),
    ],
)
def test_target_ports_are_numbers_or_names(port, expected):
    named = pod(
        containers=[{"name": "c", "ports": [{"name": "http", "containerPort": 9000}]}]
    )
    assert [
        found["port"] for found in ports_of(service(ports=[port]), named)
    ] == expected


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ({}, [("dns", 53, "TCP")]),
        ({"protocol": "UDP"}, [("dns", 5353, "UDP")]),
        ({"protocol": "SCTP"}, []),
        ({"targetPort": "metrics"}, [("dns", 9100, "TCP")]),
        ({"targetPort": "early"}, []),
        (
            {"appProtocol": "kubernetes.io/h2c"},
            [("dns", 53, "TCP", "kubernetes.io/h2c")],
        ),
    ],
)
def test_a_named_port_is_one_of_its_protocol_of_whatever_stays(about, expected):
    answers = [
        {"name": "dns", "containerPort": 5353, "protocol": "UDP"},
        {"name": "dns", "containerPort": 53, "protocol": "TCP"},
    ]
    early = {"name": "i", "ports": [{"name": "early", "containerPort": 1}]}
    beside = {
        "name": "s",
        "restartPolicy": "Always",
        "ports": [{"name": "metrics", "containerPort": 9100}],
    }
    named = pod(
        containers=[{"name": "c", "ports": answers}], initContainers=[early, beside]
    )
    port = {"name": "dns", "port": 53, "targetPort": "dns", **about}
    found = ports_of(service(ports=[port]), named)
    assert [tuple(each.values()) for each in found] == expected


NODES = {"node1": {"metadata": {"name": "node1"}}}


def test_slices_hold_a_hundred_endpoints_and_one_set_of_ports_each():
    pods = [pod(f"p{number:03}") for number in range(250)]
    odd = pod(
        "odd",
        containers=[{"name": "c", "ports": [{"name": "http", "containerPort": 1}]}],
    )
    plain = slices_of(service(), pods, NODES).slices
    assert [len(endpoints) for _, endpoints in plain] == [100, 100, 50]
    named = slices_of(
        service(ports=[{"port": 80, "targetPort": "http"}]), [*pods[:2], odd], NODES
    ).slices
    assert sorted(len(endpoints) for _, endpoints in named) == [1, 2]
    assert slices_of(service(), [], NODES).slices == (([], []),)


# staging/src/k8s.io/endpointslice/reconciler_test.go, a Pod whose Node is not there
@pytest.mark.parametrize(("anyway", "listed"), [(False, ["a"]), (True, ["a", "b"])])
def test_a_pod_of_a_node_that_is_gone_is_left_out(anyway, listed):
    pods = [pod("a"), pod("b")]
    pods[1]["spec"]["nodeName"] = "gone"
    slices = slices_of(service(publishNotReadyAddresses=anyway), pods, NODES).slices
    assert [e["targetRef"]["name"] for _, ends in slices for e in ends] == listed


# In a cluster -----------------------------------------------------------------------------------------------------


def endpoints(cluster, name="svc"):
    """Node and readiness of the endpoints of a Service."""
    slices = cluster.list(
        "EndpointSlice", selector=f"kubernetes.io/service-name={name}"
    )
    return sorted(
        (e["nodeName"], e["conditions"]["ready"])
        for s in slices
        for e in s.get("endpoints") or ()
    )


def served(**about):
    cluster = running(2, kubelet="manual")
    cluster.create(service(**about))
    cluster.run(1)
    return cluster


def test_endpoints_follow_the_pods():
    cluster = served()
    assert endpoints(cluster) == [("node1", True), ("node2", True)]
    by_hand(cluster, "unready", on="node1")
    assert endpoints(cluster) == [("node1", False), ("node2", True)]
    cluster.delete_pod(
        next(
            p["metadata"]["name"]
            for p in owned(cluster)
            if p["spec"]["nodeName"] == "node2"
        )
    )
    cluster.run(1)
    assert endpoints(cluster) == [("node1", False), ("node2", False)]
    by_hand(cluster, "gone")
    assert endpoints(cluster) == [("node1", False)]


def test_a_pod_that_no_longer_matches_leaves():
    cluster = served()
    [first, _] = owned(cluster)
    cluster.patch(
        "Pod",
        first["metadata"]["name"],
        {"metadata": {"labels": {"app": "other"}}},
        type="merge",
    )
    cluster.run(1)
    assert (first["spec"]["nodeName"], True) not in endpoints(cluster)


def test_a_service_without_selector_gets_no_slices():
    cluster = running(1)
    without = service()
    del without["spec"]["selector"]
    cluster.create(without)
    cluster.run_until_quiet()
    assert cluster.list("EndpointSlice") == []


def test_slices_belong_to_their_service_and_go_with_it():
    cluster = served(clusterIP="None")
    [found] = cluster.list("EndpointSlice")
    assert found["metadata"]["labels"]["service.kubernetes.io/headless"] == ""
    assert found["metadata"]["ownerReferences"][0]["name"] == "svc"
    cluster.delete("Service", "svc")
    cluster.run(1)
    assert cluster.list("EndpointSlice") == []


def test_a_changed_port_changes_the_slices():
    cluster = served()
    cluster.patch(
        "Service",
        "svc",
        {"spec": {"ports": [{"port": 80, "targetPort": 9999}]}},
        type="merge",
    )
    cluster.run(1)
    assert [
        port["port"] for s in cluster.list("EndpointSlice") for port in s["ports"]
    ] == [9999]


def test_an_endpoint_says_in_which_zone_it_is():
    cluster = running(2)
    cluster.label("node1", {"topology.kubernetes.io/zone": "east"})
    cluster.create(service())
    cluster.run(5)
    ends = [e for each in cluster.list("EndpointSlice") for e in each["endpoints"]]
    assert {e["nodeName"]: e.get("zone") for e in ends} == {
        "node1": "east",
        "node2": None,
    }


# staging/src/k8s.io/endpointslice/trafficdist/trafficdist_test.go and reconciler_test.go
@pytest.mark.parametrize(
    ("wish", "mode", "ready", "hints"),
    [
        (None, "", True, None),
        ("PreferClose", "", True, {"forZones": [{"name": "east"}]}),
        ("PreferSameZone", "", True, {"forZones": [{"name": "east"}]}),
        ("PreferSameZone", "", False, None),
        ("PreferSameZone", "Auto", True, None),
        ("PreferSameZone", "Disabled", True, {"forZones": [{"name": "east"}]}),
        (
            "PreferSameNode",
            "",
            True,
            {"forZones": [{"name": "east"}], "forNodes": [{"name": "node1"}]},
        ),
    ],
)
def test_a_ready_endpoint_is_hinted_to_those_near(wish, mode, ready, hints):
    made = service(trafficDistribution=wish) if wish else service()
    if mode:
        made["metadata"]["annotations"] = {"service.kubernetes.io/topology-mode": mode}
    node = {
        "metadata": {"name": "node1", "labels": {"topology.kubernetes.io/zone": "east"}}
    }
    found = endpoint_of(pod(ready=ready), made, node)
    assert found.get("hints") == hints


def test_a_node_without_a_zone_is_hinted_by_its_name():
    hinted = {}
    for wish in ("PreferSameZone", "PreferSameNode"):
        made = service(trafficDistribution=wish)
        hinted[wish] = endpoint_of(pod(), made).get("hints")
    assert hinted == {
        "PreferSameZone": None,
        "PreferSameNode": {"forNodes": [{"name": "node1"}]},
    }


def test_hints_follow_the_wish_of_the_service():
    cluster = running(2)
    cluster.label("node1", {"topology.kubernetes.io/zone": "east"})
    cluster.create(service(trafficDistribution="PreferClose"))
    cluster.run(5)

    def hints():
        ends = [e for each in cluster.list("EndpointSlice") for e in each["endpoints"]]
        return {e["nodeName"]: e.get("hints") for e in ends}

    assert hints() == {"node1": {"forZones": [{"name": "east"}]}, "node2": None}
    cluster.patch("Service", "svc", {"spec": {"trafficDistribution": None}})
    cluster.run(5)
    assert hints() == {"node1": None, "node2": None}


def test_no_service_says_by_its_labels_that_it_is_headless():
    cluster = running(1)
    made = service()
    made["metadata"]["labels"] = {"service.kubernetes.io/headless": "", "team": "a"}
    cluster.create(made)
    cluster.run(5)
    found = cluster.list("EndpointSlice", selector="kubernetes.io/service-name=svc")
    assert found[0]["metadata"]["labels"] == {
        "team": "a",
        "kubernetes.io/service-name": "svc",
        "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
    }
