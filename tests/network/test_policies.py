"""NetworkPolicies over hand-made objects: whom they stop, whom they let through."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from k8slearn.apimachinery.objects import Object
from k8slearn.network import NXDOMAIN, TIMEOUT, Delivery, request
from tests.support.networks import WORLD, World, node, pod, service, slice_of

ADDRESS = "10.244.0.2"
"""Of ds-2, which is on node2 and listens on 5066, from its Node's 9100 too; `client` is on node1."""
ALL: Object = {}


def labelled(o: Object, space: str = "default", **labels: str) -> Object:
    made = deepcopy(o)
    made["metadata"] |= {"labels": labels, "namespace": space}
    return made


def space(title: str, **labels: str) -> Object:
    return {"kind": "Namespace", "metadata": {"name": title, "labels": labels}}


AGENT = labelled(pod("ds-2", 2, ADDRESS, host_port=9100), app="agent")
AGENT["spec"]["containers"][0]["ports"][0]["name"] = "metrics"
CLIENT = labelled(pod("client", 1, "10.244.0.9"), app="client")
OTHER = labelled(pod("other", 1, "10.244.0.8"), "other", app="client")
NODES_OWN = labelled(
    pod("own", 1, "192.168.0.1", hostNetwork=True), app="client", own="yes"
)
NEIGHBOUR = labelled(pod("neighbour", 2, "192.168.0.2", hostNetwork=True), app="client")
EVERYONE = (
    *(node(number) for number in (1, 2)),
    space("default", team="a"),
    space("other", team="b"),
    *(AGENT, CLIENT, OTHER, NODES_OWN, NEIGHBOUR),
)


def policy(title: str = "p", at: str = "default", **spec: Any) -> Object:
    types = [key.capitalize() for key in ("ingress", "egress") if key in spec]
    types = spec.pop("types", types)
    made = {"podSelector": ALL, "policyTypes": types, **spec}
    metadata = {"name": title, "namespace": at}
    return {"kind": "NetworkPolicy", "metadata": metadata, "spec": made}


def ask(
    *policies: Object, source: str = "pod/client", to: str = f"{ADDRESS}:5066"
) -> Delivery:
    return request(World(*EVERYONE, *policies), source, to)


def taking(**rule: Any) -> Object:
    """A policy of the agent that takes what one rule says."""
    selector = {"matchLabels": {"app": "agent"}}
    return policy(podSelector=selector, ingress=[rule])


def sending(**rule: Any) -> Object:
    """A policy of the client that lets go what one rule says."""
    selector = {"matchLabels": {"app": "client"}}
    return policy(podSelector=selector, egress=[rule])


def pods(**labels: str) -> Object:
    return {"podSelector": {"matchLabels": labels}}


def spaces(**labels: str) -> Object:
    return {"namespaceSelector": {"matchLabels": labels}}


def block(cidr: str, *left_out: str) -> Object:
    return {"ipBlock": {"cidr": cidr, "except": [*left_out]}}


def test_without_a_policy_everything_passes() -> None:
    assert ask().ok


def test_one_that_takes_nothing_stops_all_and_is_named() -> None:
    found = ask(policy("quiet", types=["Ingress"]))
    assert (found.outcome, found.pod) == (TIMEOUT, "")
    assert "quiet" in found.why and "进来" in found.why


@pytest.mark.parametrize(
    ("rule", "passes"),
    [
        ({}, True),
        ({"from": []}, True),
        ({"from": [pods(app="client")]}, True),
        ({"from": [pods(app="web")]}, False),
        ({"from": [pods(app="web"), pods(app="client")]}, True),
        ({"from": [{"podSelector": {}}]}, True),
        ({"from": [spaces(team="a")]}, True),
        ({"from": [spaces(team="b")]}, False),
        ({"from": [{**spaces(team="a"), **pods(app="client")}]}, True),
        ({"from": [{**spaces(team="a"), **pods(app="web")}]}, False),
        ({"from": [block("10.244.0.0/16")]}, True),
        ({"from": [block("10.244.0.9/32")]}, True),
        ({"from": [block("10.244.0.0/16", "10.244.0.8/31")]}, False),
        ({"from": [block("2001:db8::/32")]}, False),
        ({"ports": [{"port": 5066}]}, True),
        ({"ports": [{"port": 5067}]}, False),
        ({"ports": [{"port": 5066, "protocol": "UDP"}]}, False),
        ({"ports": [{"protocol": "TCP"}]}, True),
        ({"ports": [{"port": 5000, "endPort": 6000}]}, True),
        ({"ports": [{"port": 5067, "endPort": 6000}]}, False),
        ({"ports": [{"port": "metrics"}]}, True),
        ({"ports": [{"port": "http"}]}, False),
        # Both of a rule must hold.
        ({"from": [pods(app="web")], "ports": [{"port": 5066}]}, False),
    ],
)
def test_what_a_rule_takes(rule: Object, passes: bool) -> None:
    assert ask(taking(**rule)).ok is passes


@pytest.mark.parametrize(
    ("rule", "passes"),
    [
        ({}, True),
        ({"to": [pods(app="agent")]}, True),
        ({"to": [pods(app="web")]}, False),
        ({"to": [block("10.244.0.2/32")]}, True),
        ({"ports": [{"port": "metrics"}]}, True),
    ],
)
def test_what_a_rule_lets_go(rule: Object, passes: bool) -> None:
    found = ask(sending(**rule))
    assert found.ok is passes
    assert passes or "出去" in found.why


def test_policies_add_to_one_another() -> None:
    nothing = policy("nothing", types=["Ingress", "Egress"])
    assert not ask(nothing, taking()).ok
    assert ask(nothing, taking(), sending()).ok


@pytest.mark.parametrize(
    ("from_", "passes"),
    [
        # Of another namespace: not by the Pod's labels alone.
        (pods(app="client"), False),
        (spaces(team="b"), True),
        ({**spaces(team="b"), **pods(app="client")}, True),
        ({"namespaceSelector": {}}, True),
    ],
)
def test_who_comes_from_another_namespace(from_: Object, passes: bool) -> None:
    found = ask(taking(**{"from": [from_]}), source="pod/other/other")
    assert found.ok is passes


def test_a_policy_is_about_its_own_namespace() -> None:
    assert ask(policy(at="other", types=["Ingress"])).ok


@pytest.mark.parametrize("source", ["pod/own", "node/node1"])
@pytest.mark.parametrize(
    ("from_", "passes"),
    [
        (pods(app="client"), False),
        ({"namespaceSelector": {}}, False),
        (block("192.168.0.0/24"), True),
    ],
)
def test_on_its_nodes_network_a_pod_is_its_nodes_address(
    source: str, from_: Object, passes: bool
) -> None:
    assert ask(taking(**{"from": [from_]}), source=source).ok is passes


def test_nobody_is_stopped_between_a_node_and_its_pods() -> None:
    nothing = policy(types=["Ingress", "Egress"])
    assert ask(nothing, source="pod/neighbour").ok
    assert ask(nothing, source="node/node2").ok
    assert not ask(nothing, source="node/node1").ok


def test_no_policy_selects_a_pod_on_its_nodes_network() -> None:
    nothing = policy(types=["Ingress", "Egress"])
    assert ask(nothing, source="node/node2", to="192.168.0.1:5066").outcome != TIMEOUT
    assert "出去" not in ask(nothing, source="pod/own").why


@pytest.mark.parametrize(
    ("rule", "source", "passes"),
    [
        ({"from": [block("203.0.113.0/24")]}, "outside", True),
        ({"from": [pods(app="client")]}, "outside", False),
        # A Pod's packets for a Node leave with the address of its own Node.
        ({"from": [pods(app="client")]}, "pod/client", False),
        ({"from": [block("192.168.0.1/32")]}, "pod/client", True),
        # Behind the Node's port it is the Pod's own that counts.
        ({"ports": [{"port": 5066}]}, "outside", True),
        ({"ports": [{"port": 9100}]}, "outside", False),
    ],
)
def test_a_host_port_leads_to_the_pods_interface(
    rule: Object, source: str, passes: bool
) -> None:
    assert ask(taking(**rule), source=source, to="192.168.0.2:9100").ok is passes


def test_what_leaves_for_a_host_port_leaves_for_the_node() -> None:
    to = "192.168.0.2:9100"
    assert not ask(sending(to=[pods(app="agent")]), to=to).ok
    assert ask(sending(to=[block("192.168.0.0/24")]), to=to).ok


def test_who_may_not_ask_the_dns_resolves_nothing() -> None:
    world = World(*WORLD.objects, space("kube-system"), policy(types=["Egress"]))
    found = request(world, "pod/client", "metrics:80")
    assert found.outcome == NXDOMAIN and "DNS" in found.why
    dns = {"namespaceSelector": {}, **pods(**{"k8s-app": "kube-dns"})}
    port = {"port": 53, "protocol": "UDP"}
    asks = policy(egress=[{"to": [dns], "ports": [port]}])
    world = World(*WORLD.objects, space("kube-system"), asks)
    assert request(world, "pod/client", "metrics:80").outcome == TIMEOUT


@pytest.mark.parametrize(
    ("spec", "cidr", "passes"),
    [
        # The Node sends it on with its own address, and only Local keeps the sender's.
        ({}, "192.168.0.1/32", True),
        ({}, "203.0.113.0/24", False),
        ({"externalTrafficPolicy": "Local"}, "203.0.113.0/24", True),
    ],
)
def test_who_a_node_port_says_it_is(spec: Object, cidr: str, passes: bool) -> None:
    ports = [{"port": 80, "nodePort": 30080, "name": "http"}]
    metrics = service("metrics", "10.96.0.10", ports=ports, **spec)
    # To see the policy at work, the packet must not come from the Pod's own Node.
    at = "192.168.0.2" if spec else "192.168.0.1"
    world = World(*EVERYONE, metrics, slice_of("metrics", [AGENT]))
    world = World(*world.objects, taking(**{"from": [block(cidr)]}))
    assert request(world, "outside", f"{at}:30080").ok is passes
