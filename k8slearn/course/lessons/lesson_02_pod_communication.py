"""The exercises of lesson 02."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from k8slearn.apimachinery.objects import Object
from k8slearn.cluster import Cluster
from k8slearn.course.checking import Attempt, Missing, missing, rule
from k8slearn.kinds.pod.state import is_pod_ready
from k8slearn.manifests import manifest
from k8slearn.network import node_address, request, resolve
from k8slearn.network.delivery import Delivery

NODES = ("node1", "node2", "node3")
TRIES = 12
CLIENT = {"name": "client", "image": "nginx:1.27-alpine"}
AGENT = {
    "name": "agent",
    "image": "example.com/agent:1.0",
    "ports": [{"name": "metrics", "containerPort": 9100}],
}
OTHER = {"name": "ship", "image": "ikubernetes/filebeat:5.6.5-alpine"}
TIER = {"tier": "daemon"}


def with_clients() -> Cluster:
    """An agent on each of three Nodes, and on each a Pod that wants to talk to it."""
    cluster = Cluster(nodes=3, seed=2)
    cluster.apply(_daemon_set("agent", {"app": "agent"}, AGENT))
    for number, node in enumerate(NODES, start=1):
        cluster.apply(_client(f"web{number}", node))
    cluster.run_until_quiet()
    return cluster


def with_one_address() -> Cluster:
    """The agents, another DaemonSet with a label in common, and an ordinary Service that is to become headless."""
    cluster = Cluster(nodes=3, seed=2)
    cluster.apply(_daemon_set("agent", {"app": "agent", **TIER}, AGENT))
    cluster.apply(_daemon_set("ship", {"app": "ship", **TIER}, OTHER))
    cluster.apply(_client("web1", "node1"))
    cluster.apply(manifest("agent-service").replace("name: agent\n", "name: agents\n"))
    cluster.run_until_quiet()
    return cluster


@rule("talk-own-node", with_clients)
def own_node(attempt: Attempt) -> Iterator[Missing]:
    """`agent:80` leads every client to the agent of its own Node, and nowhere else when that one is not ready."""
    service = attempt.get("Service", "agent")
    if service is None:
        yield missing("no-service")
        return
    if service["spec"].get("clusterIP") == "None":
        yield missing("headless")
    if not _selected(attempt.cluster, service):
        yield missing("nobody")
    answers = {
        node: _answers(attempt.cluster, f"web{number}", "agent:80")
        for number, node in enumerate(NODES, 1)
    }
    if failed := [found for each in answers.values() for found in each if not found.ok]:
        yield missing("no-answer", trip=str(failed[0]))
    if any(found.node != node for node, each in answers.items() for found in each):
        yield missing("random", count=len({found.node for found in answers["node1"]}))
    if any(
        found.ok
        for found in _answers(_without_agent(attempt, "node1"), "web1", "agent:80")
    ):
        yield missing("prefer")


@rule("talk-every-address", with_one_address)
def every_address(attempt: Attempt) -> Iterator[Missing]:
    """The name `agents` resolves to the addresses of the agents' Pods, to all of them, and to no other's."""
    wanted = {_address(pod) for pod in attempt.pods("agent")}
    found = {record.address for record in resolve(attempt.cluster, "agents").records}
    service = attempt.get("Service", "agents")
    if service is not None and service["spec"].get("clusterIP") not in (None, "None"):
        others = [name for name in _services(attempt) if name != "agents"]
        yield (
            missing("other-name", names="、".join(others))
            if others
            else missing("one-address")
        )
    if not found:
        yield missing("nobody")
    if strangers := found - wanted:
        yield missing("strangers", count=len(found), extra=len(strangers))
    if found != wanted:
        yield missing("some", count=len(found))
    if _keeps_the_sick(attempt):
        yield missing("sick")


@rule("talk-from-outside", with_clients)
def from_outside(attempt: Attempt) -> Iterator[Missing]:
    """From outside the cluster, port 9100 of every Node leads to the agent of that Node."""
    nodes = attempt.cluster.list("Node")
    trips = [
        request(attempt.cluster, "outside", f"{node_address(node)}:9100")
        for node in nodes
    ]
    agents = {pod["metadata"]["name"] for pod in attempt.pods("agent")}
    template = attempt.need("DaemonSet", "agent")["spec"]["template"]["spec"]
    if any(trip.ok and trip.pod not in agents for trip in trips):
        yield missing("not-agent")
    if failed := [trip for trip in trips if not trip.ok]:
        ports = {
            port.get("hostPort") for port in template["containers"][0].get("ports", [])
        } - {None}
        yield _why_closed(attempt, ports, failed[0])


def _why_closed(attempt: Attempt, ports: set[Any], trip: Delivery) -> Missing:
    if ports and 9100 not in ports:
        return missing(
            "other-port", ports="、".join(str(port) for port in sorted(ports))
        )
    if _services(attempt):
        return missing("service")
    return missing("closed", trip=str(trip))


def _services(attempt: Attempt) -> list[str]:
    """The learner's: that of the API itself selects no Pods."""
    found = attempt.cluster.list("Service", "default")
    return [
        service["metadata"]["name"]
        for service in found
        if service["spec"].get("selector")
    ]


def _daemon_set(name: str, labels: dict[str, str], container: Object) -> Object:
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    spec = {"selector": {"matchLabels": {"app": name}}, "template": template}
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": name},
        "spec": spec,
    }


def _client(name: str, node: str) -> Object:
    spec = {"nodeSelector": {"kubernetes.io/hostname": node}, "containers": [CLIENT]}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": {"app": "web"}},
        "spec": spec,
    }


def _address(pod: Object) -> str:
    return str(pod.get("status", {}).get("podIP", ""))


def _answers(cluster: Cluster, client: str, target: str) -> list[Delivery]:
    """Many requests. Raises ApiError NotFound if the client is gone."""
    cluster.get("Pod", client)
    return [
        request(cluster, f"pod/{client}", target, random.Random(number))
        for number in range(TRIES)
    ]


def _selected(cluster: Cluster, service: Object) -> list[Object]:
    pairs = (service["spec"].get("selector") or {}).items()
    selector = ",".join(f"{key}={value}" for key, value in pairs)
    pods = cluster.list("Pod", "default", selector=selector) if selector else []
    return [pod for pod in pods if is_pod_ready(pod)]


def _without_agent(attempt: Attempt, node: str) -> Cluster:
    """What would be if the agent of a Node were not ready."""
    sick = attempt.cluster.fork()
    for pod in attempt.pods("agent"):
        if pod["spec"].get("nodeName") == node:
            sick.break_pod(pod["metadata"]["name"])
    sick.run_until_quiet()
    return sick


def _keeps_the_sick(attempt: Attempt) -> bool:
    here = {
        _address(pod)
        for pod in attempt.pods("agent")
        if pod["spec"].get("nodeName") == "node1"
    }
    return bool(
        here
        & {
            record.address
            for record in resolve(_without_agent(attempt, "node1"), "agents").records
        }
    )
