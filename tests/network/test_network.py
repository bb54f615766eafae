"""The network with hand-made objects: all ways to an answer, and all failures."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

import pytest

from k8slearn.apimachinery.objects import Object
from k8slearn.network import (
    ANSWERED,
    NXDOMAIN,
    REFUSED,
    TIMEOUT,
    Delivery,
    Place,
    request,
    resolve,
)
from k8slearn.network.dns import meanings
from k8slearn.network.request import split_target
from tests.support.networks import (
    WORLD,
    World,
    ask,
)


def set_policy(policy: dict[str, str]) -> World:
    return WORLD.with_("Service", "metrics", lambda s: s["spec"].update(policy))


def test_a_service_spreads_over_the_ready_endpoints() -> None:
    rng = random.Random(1)
    answered = Counter(
        request(WORLD, "pod/client", "metrics:80", rng).node for _ in range(400)
    )
    assert set(answered) == {"node1", "node2"}
    assert min(answered.values()) > 150


def test_the_same_seed_gives_the_same_answer() -> None:
    assert [ask("metrics:80", seed=s).pod for s in range(20)] == [
        ask("metrics:80", seed=s).pod for s in range(20)
    ]


@pytest.mark.parametrize(
    "host",
    [
        "metrics",
        "metrics.default",
        "metrics.default.svc",
        "metrics.default.svc.cluster.local",
        "10.96.0.10",
    ],
)
def test_every_form_of_a_service_name_leads_to_its_cluster_ip(host: str) -> None:
    delivery = ask(f"{host}:80")
    assert delivery.ok
    assert delivery.address == "10.96.0.10:80"


def test_the_way_is_told_hop_by_hop() -> None:
    client, dns, metrics = (
        Place("pod", "client"),
        Place("dns", "DNS"),
        Place("service", "metrics"),
    )
    delivery = ask("metrics:80")
    assert [(hop.origin, hop.target) for hop in delivery.hops] == [
        (client, dns),
        (client, metrics),
        (metrics, Place("pod", delivery.pod)),
    ]


@pytest.mark.parametrize(
    ("target", "source", "outcome", "word"),
    [
        ("redis:6379", "pod/client", NXDOMAIN, "DNS 里没有"),
        ("metrics.other:80", "pod/client", NXDOMAIN, "DNS 里没有"),
        ("metrics:80", "node/node1", NXDOMAIN, "问不到"),
        ("metrics:80", "outside", NXDOMAIN, "问不到"),
        ("metrics:81", "pod/client", TIMEOUT, "81"),
        ("nobody:80", "pod/client", REFUSED, "endpoint"),
        ("10.96.0.10:80", "outside", TIMEOUT, "10.96.0.10"),
        ("10.244.0.1:5066", "outside", TIMEOUT, "10.244.0.1"),
        ("10.244.0.1:80", "pod/client", REFUSED, "80"),
        ("10.244.9.9:80", "pod/client", TIMEOUT, "10.244.9.9"),
        ("192.168.0.4:9100", "outside", REFUSED, "node4"),
        ("192.168.0.1:5066", "outside", REFUSED, "node1"),
        ("peers:80", "pod/client", REFUSED, "80"),
    ],
)
def test_failures_name_their_reason(
    target: str, source: str, outcome: str, word: str
) -> None:
    delivery = ask(target, source)
    assert (delivery.ok, delivery.outcome, delivery.pod) == (False, outcome, "")
    assert word in delivery.why
    assert outcome in str(delivery)


def test_a_cluster_ip_works_from_a_node() -> None:
    assert ask("10.96.0.10:80", "node/node4").ok


@pytest.mark.parametrize("source", ["outside", "node/node4", "pod/client"])
def test_a_host_port_is_reached_by_the_node_address(source: str) -> None:
    delivery = ask("192.168.0.2:9100", source)
    assert (delivery.pod, delivery.node) == ("ds-2", "node2")


NODE_PORT = 30080


def by_node_port(target: str, source: str = "outside", **spec: str) -> Delivery:
    """A request to a world whose Service metrics has a port on every Node."""

    def open_port(service: Object) -> None:
        service["spec"] |= {"type": "NodePort", **spec}
        service["spec"]["ports"][0]["nodePort"] = NODE_PORT

    world = WORLD.with_("Service", "metrics", open_port)
    return ask(f"{target}:{NODE_PORT}", source, world)


@pytest.mark.parametrize("source", ["outside", "node/node1", "pod/client"])
def test_a_node_port_leads_to_a_ready_endpoint_from_every_node(source: str) -> None:
    delivery = by_node_port("192.168.0.4", source)
    assert delivery.ok and delivery.pod in {"ds-1", "ds-2"}
    assert [hop.target for hop in delivery.hops] == [
        Place("node", "node4"),
        Place("service", "metrics"),
        Place("pod", delivery.pod),
    ]


@pytest.mark.parametrize(
    ("target", "source", "pods", "outcome"),
    [
        ("192.168.0.2", "outside", {"ds-2"}, ANSWERED),
        ("192.168.0.4", "outside", {""}, TIMEOUT),
        # The one there is not ready.
        ("192.168.0.3", "outside", {""}, TIMEOUT),
        ("192.168.0.4", "pod/client", {""}, TIMEOUT),
        # Whoever is on the Node itself is led on.
        ("192.168.0.4", "node/node4", {"ds-1", "ds-2"}, ANSWERED),
    ],
)
def test_local_alone_answers_who_comes_from_elsewhere(
    target: str, source: str, pods: set[str], outcome: str
) -> None:
    delivery = by_node_port(target, source, externalTrafficPolicy="Local")
    assert delivery.pod in pods
    assert delivery.outcome == outcome


def test_a_node_port_without_endpoints_refuses() -> None:
    def open_port(service: Object) -> None:
        service["spec"]["ports"][0]["nodePort"] = NODE_PORT

    world = WORLD.with_("Service", "nobody", open_port)
    assert ask(f"192.168.0.1:{NODE_PORT}", "outside", world).outcome == REFUSED


def test_a_host_port_does_not_look_at_ready() -> None:
    delivery = ask("192.168.0.3:9100", "outside")
    assert delivery.ok
    assert "Ready" in delivery.why


def test_a_pod_that_does_not_run_yet_refuses() -> None:
    world = WORLD.with_("Pod", "ds-2", lambda p: p["status"].update(phase="Pending"))
    assert ask("192.168.0.2:9100", world=world).outcome == REFUSED
    assert ask("10.244.0.2:5066", world=world).outcome == REFUSED


def test_an_unreachable_node_times_out() -> None:
    world = WORLD.with_(
        "Node", "node2", lambda n: n["status"]["conditions"][0].update(status="Unknown")
    )
    assert ask("192.168.0.2:9100", world=world).outcome == TIMEOUT
    assert ask("10.244.0.2:5066", world=world).outcome == TIMEOUT


def test_a_headless_name_lists_the_ready_pods() -> None:
    answer = resolve(WORLD, "peers")
    assert [record.address for record in answer.records] == ["10.244.0.1", "10.244.0.2"]
    assert [record.node for record in answer.records] == ["node1", "node2"]
    assert "2 条 A 记录" in str(answer)


def test_a_headless_service_does_not_translate_ports() -> None:
    assert ask("peers:5066").ok
    assert ask("peers:80").outcome == REFUSED


def test_an_endpoint_has_a_name_of_its_own() -> None:
    answer = resolve(WORLD, "10-244-0-2.peers.default.svc.cluster.local")
    assert [record.pod for record in answer.records] == ["ds-2"]
    assert resolve(WORLD, "10-244-0-3.peers.default.svc").rcode == NXDOMAIN
    # The tutorial of StatefulSets asks so: nslookup web-0.nginx
    for short in ("10-244-0-2.peers", "10-244-0-2.peers.default"):
        assert [record.pod for record in resolve(WORLD, short).records] == ["ds-2"]
    assert ask("10-244-0-2.peers.default.svc:5066").node == "node2"


def test_a_hostname_in_the_slice_replaces_the_address_name() -> None:
    world = WORLD.with_(
        "EndpointSlice", "peers-x", lambda s: s["endpoints"][0].update(hostname="first")
    )
    assert [
        record.pod for record in resolve(world, "first.peers.default.svc").records
    ] == ["ds-1"]


def test_a_headless_service_without_ready_pods_is_nxdomain() -> None:
    assert resolve(WORLD.without("EndpointSlice"), "peers").rcode == NXDOMAIN
    assert resolve(WORLD.without("EndpointSlice"), "metrics").rcode == "NOERROR"


@pytest.mark.parametrize(
    ("name", "addresses"),
    [
        ("metrics.default.svc.cluster.local", ["10.96.0.10"]),
        ("absent.default.svc.cluster.local.", []),
        # Itself, and so on for ever.
        ("peers.default.svc.cluster.local", []),
        # No server outside the cluster is asked.
        ("example.com", []),
    ],
)
def test_an_external_name_stands_for_that_name_and_for_no_endpoint(
    name: str, addresses: list[str]
) -> None:
    def rename(service: Object) -> None:
        service["spec"].pop("clusterIP")
        service["spec"] |= {"type": "ExternalName", "externalName": name}

    answer = resolve(WORLD.with_("Service", "peers", rename), "peers")
    assert [record.address for record in answer.records] == addresses


def test_local_policy_stays_on_the_senders_node() -> None:
    world = set_policy({"internalTrafficPolicy": "Local"})
    assert {ask("metrics:80", world=world, seed=s).node for s in range(20)} == {"node1"}


@pytest.mark.parametrize("source", ["node/node3", "node/node4"])
def test_local_policy_drops_where_the_node_has_no_ready_endpoint(source: str) -> None:
    delivery = ask(
        "10.96.0.10:80", source, set_policy({"internalTrafficPolicy": "Local"})
    )
    assert delivery.outcome == TIMEOUT
    assert "Local" in delivery.why


def test_local_policy_refuses_where_nobody_has_one() -> None:
    world = set_policy({"internalTrafficPolicy": "Local"}).without("EndpointSlice")
    assert ask("metrics:80", world=world).outcome == REFUSED


def hinted(zones: list[str | None], *, nodes: bool = False) -> World:
    """Hints for the endpoints on node1, node2 and node3; node1 is in zone a, node4 in zone d."""

    def hint(s: Object) -> None:
        for end, zone in zip(s["endpoints"], zones, strict=True):
            end["hints"] = {"forZones": [{"name": zone}] if zone else None}
            if nodes:
                end["hints"]["forNodes"] = [{"name": end["nodeName"]}]

    def stand(zone: str) -> Callable[[Object], object]:
        return lambda n: n["metadata"].update(
            labels={"topology.kubernetes.io/zone": zone}
        )

    world = WORLD.with_("EndpointSlice", "metrics-x", hint)
    return world.with_("Node", "node1", stand("a")).with_("Node", "node4", stand("d"))


# pkg/proxy/topology_test.go, TestCategorizeEndpoints; the endpoint of node3 is not ready.
@pytest.mark.parametrize(
    ("zones", "nodes", "sender", "answering"),
    [
        (["a", "b", "a"], False, "node1", {"node1"}),
        (["b", "a", "a"], False, "node1", {"node2"}),
        # Only unready endpoints in the same zone.
        (["b", "c", "a"], False, "node1", {"node1", "node2"}),
        (["a", "b", "a"], False, "node4", {"node1", "node2"}),
        # With one ready endpoint without a hint all hints are ignored.
        (["a", None, "a"], False, "node1", {"node1", "node2"}),
        (["a", "a", None], False, "node1", {"node1", "node2"}),
        (["b", "a", "a"], True, "node1", {"node1"}),
        # No node hint for this Node: then the zone decides.
        (["a", "d", "a"], True, "node4", {"node2"}),
        (["a", "b", "a"], True, "node4", {"node1", "node2"}),
    ],
)
def test_hints_are_heeded_when_they_can_be(
    zones: list[str | None], nodes: bool, sender: str, answering: set[str]
) -> None:
    world = hinted(zones, nodes=nodes)
    found = {
        ask("10.96.0.10:80", f"node/{sender}", world, seed).node for seed in range(20)
    }
    assert found == answering


def test_terminating_endpoints_serve_when_no_other_is_left() -> None:
    def ending(s: Object) -> None:
        for end in s["endpoints"]:
            end["conditions"] = {
                "ready": False,
                "serving": end["nodeName"] == "node2",
                "terminating": True,
            }

    world = WORLD.with_("EndpointSlice", "metrics-x", ending)
    assert {ask("metrics:80", world=world, seed=s).node for s in range(10)} == {"node2"}


@pytest.mark.parametrize(
    ("spec", "outcome"),
    [
        ({"hostNetwork": True}, NXDOMAIN),
        ({"hostNetwork": True, "dnsPolicy": "ClusterFirstWithHostNet"}, "answered"),
        ({"dnsPolicy": "Default"}, NXDOMAIN),
    ],
)
def test_dns_policy_decides_who_is_asked(spec: dict[str, object], outcome: str) -> None:
    world = WORLD.with_("Pod", "client", lambda p: p["spec"].update(spec))
    assert ask("metrics:80", world=world).outcome == outcome


def test_an_unknown_sender_is_an_error_that_lists_the_known() -> None:
    with pytest.raises(KeyError, match="client"):
        ask("metrics:80", "pod/nobody")


def test_a_target_needs_a_port() -> None:
    with pytest.raises(ValueError, match="host:port"):
        split_target("metrics")


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("a", [("", "a", "here")]),
        ("a.ns", [("a", "ns", "here"), ("", "a", "ns")]),
        ("h.a.ns", [("h.a", "ns", "here"), ("h", "a", "ns")]),
        ("a.ns.svc", [("a.ns", "svc", "here"), ("a", "ns", "svc"), ("", "a", "ns")]),
        ("a.ns.svc.cluster.local.", [("", "a", "ns")]),
        ("h.a.ns.svc.cluster.local", [("h", "a", "ns")]),
        ("a.cluster.local", []),
    ],
)
def test_what_a_name_may_mean(host: str, expected: list[tuple[str, str, str]]) -> None:
    assert [*meanings(host, "here")] == expected
