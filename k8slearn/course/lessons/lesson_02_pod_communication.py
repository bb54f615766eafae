"""The exercises of lesson 02."""

from __future__ import annotations

import random
from collections.abc import Iterator

from k8slearn.apimachinery.objects import Object, name
from k8slearn.cluster import Cluster
from k8slearn.course.checking import (
    Attempt,
    Missing,
    container_of,
    missing,
    node_of,
    rule,
)
from k8slearn.course.lessons.shared_starts import container, daemon_set, pod
from k8slearn.kinds.pod.state import is_pod_ready
from k8slearn.manifests import manifest
from k8slearn.network import node_address, request, resolve
from k8slearn.network.delivery import Delivery

NODES = ("node1", "node2", "node3")
# With three agents chosen among at random, twelve requests all end at the same one once in 177,147 attempts.
TRIES = 12
PORT = 9100
AGENT = container(
    "agent",
    "example.com/agent:1.0",
    ports=[{"name": "metrics", "containerPort": PORT}],
)
# A label that two DaemonSets share: a selector by it selects the Pods of both.
TIER = {"tier": "daemon"}


def with_clients() -> Cluster:
    """An agent on each of three Nodes, and on each a Pod that wants to talk to it."""
    cluster = Cluster(nodes=3, seed=2)
    cluster.apply(daemon_set("agent", AGENT))
    for number, node in enumerate(NODES, start=1):
        cluster.apply(_client(f"web{number}", node))
    cluster.run_until_quiet()
    return cluster


def with_one_address() -> Cluster:
    """The agents, another DaemonSet with a label in common, and an ordinary Service that is to become headless."""
    cluster = Cluster(nodes=3, seed=2)
    ship = container("ship", "ikubernetes/filebeat:5.6.5-alpine")
    cluster.apply(daemon_set("agent", AGENT, labels=TIER))
    cluster.apply(daemon_set("ship", ship, labels=TIER))
    cluster.apply(_client("web1", "node1"))
    cluster.apply(manifest("agent-service").replace("name: agent\n", "name: agents\n"))
    cluster.run_until_quiet()
    return cluster


def _client(named: str, node: str) -> Object:
    return pod(
        named,
        container("client", "nginx:1.27-alpine"),
        labels={"app": "web"},
        nodeSelector={"kubernetes.io/hostname": node},
    )


# Each to the agent of its own Node ----------------------------------------------------------------------------


@rule("talk-own-node", with_clients)
def own_node(attempt: Attempt) -> Iterator[Missing]:
    """`agent:80` leads every client to the agent of its own Node, and nowhere else when that one is not ready."""
    cluster = attempt.cluster
    service = attempt.get("Service", "agent")
    if service is None:
        yield missing("no-service")
        return
    if service["spec"].get("clusterIP") == "None":
        yield missing("headless")
    if not _selects_somebody(cluster, service):
        yield missing("nobody")
    reached = {}
    for number, node in enumerate(NODES, start=1):
        answers = _answers(cluster, f"web{number}")
        for answer in answers:
            if not answer.ok:
                yield missing("no-answer", trip=str(answer))
        reached[node] = {answer.node for answer in answers}
    for node, others in reached.items():
        if others != {node}:
            yield missing("random", count=len(reached["node1"]))
    # Preferring the own Node differs from internalTrafficPolicy: Local only when the agent there is not ready.
    later = _answers(_without_agent(attempt), "web1")
    if any(answer.ok for answer in later):
        yield missing("prefer")


def _answers(cluster: Cluster, client: str) -> list[Delivery]:
    """Many requests to agent:80. Raises ApiError NotFound if the client is gone."""
    cluster.get("Pod", client)
    answers = []
    for number in range(TRIES):
        # A seed for each request, so that every check has the same result.
        chance = random.Random(number)
        answer = request(cluster, f"pod/{client}", "agent:80", chance)
        answers.append(answer)
    return answers


def _selects_somebody(cluster: Cluster, service: Object) -> bool:
    labels = service["spec"].get("selector") or {}
    selector = ",".join(f"{key}={value}" for key, value in labels.items())
    # In a list an empty selector matches all Pods, but a Service with one has no endpoints.
    if not selector:
        return False
    pods = cluster.list("Pod", "default", selector=selector)
    return any(map(is_pod_ready, pods))


def _without_agent(attempt: Attempt) -> Cluster:
    """A fork in which the agent of node1 is not ready."""
    sick = attempt.cluster.fork()
    for agent in attempt.pods("agent"):
        if node_of(agent) == "node1":
            sick.break_pod(name(agent))
    sick.run_until_quiet()
    return sick


# The addresses of all -----------------------------------------------------------------------------------------


@rule("talk-every-address", with_one_address)
def every_address(attempt: Attempt) -> Iterator[Missing]:
    """The name `agents` resolves to the addresses of the agents' Pods, to all of them, and to no other's."""
    agents = attempt.pods("agent")
    wanted = set(map(_address, agents))
    found = _resolved(attempt.cluster)
    service = attempt.get("Service", "agents")
    address = (service or {}).get("spec", {}).get("clusterIP", "None")
    if address != "None":
        yield _still_one_address(attempt)
    if not found:
        yield missing("nobody")
    strangers = found - wanted
    if strangers:
        yield missing("strangers", count=len(found), extra=len(strangers))
    if found != wanted:
        yield missing("some", count=len(found))
    # With publishNotReadyAddresses the answer is right only while all agents are ready.
    on_node1 = [agent for agent in agents if node_of(agent) == "node1"]
    later = _resolved(_without_agent(attempt))
    if later & set(map(_address, on_node1)):
        yield missing("sick")


def _still_one_address(attempt: Attempt) -> Missing:
    """The message for a Service that still has a cluster IP, which is immutable; perhaps there is a second one."""
    others = [service for service in _services(attempt) if service != "agents"]
    if others:
        return missing("other-name", names=others)
    return missing("one-address")


def _resolved(cluster: Cluster) -> set[str]:
    return {record.address for record in resolve(cluster, "agents").records}


def _address(agent: Object) -> str:
    status = agent.get("status", {})
    return str(status.get("podIP", ""))


def _services(attempt: Attempt) -> list[str]:
    """The names of the Services that the learner has created; the API's own one has no selector."""
    services = attempt.cluster.list("Service", "default")
    own = [service for service in services if service["spec"].get("selector")]
    return list(map(name, own))


# From outside -------------------------------------------------------------------------------------------------


@rule("talk-from-outside", with_clients)
def from_outside(attempt: Attempt) -> Iterator[Missing]:
    """From outside the cluster, port 9100 of every Node leads to the agent of that Node."""
    trips = []
    for node in attempt.cluster.list("Node"):
        target = f"{node_address(node)}:{PORT}"
        trips.append(request(attempt.cluster, "outside", target))
    agents = set(map(name, attempt.pods("agent")))
    for trip in trips:
        if trip.ok and trip.pod not in agents:
            yield missing("not-agent")
    for trip in trips:
        if not trip.ok:
            yield _why_closed(attempt, trip)


def _why_closed(attempt: Attempt, trip: Delivery) -> Missing:
    agent = container_of(attempt.daemon_set("agent"))
    ports = agent.get("ports", [])
    opened = {port.get("hostPort") for port in ports} - {None}
    if opened and PORT not in opened:
        return missing("other-port", ports=set(map(str, opened)))
    # A NodePort opens a port too, but leads to any agent, and its numbers begin at 30000.
    if _services(attempt):
        return missing("service")
    return missing("closed", trip=str(trip))
