"""The exercises of lesson 15."""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import Object, name
from k8slearn.cluster import Cluster
from k8slearn.controllers.custom import CustomController
from k8slearn.course.checking import (
    Attempt,
    Missing,
    container_of,
    missing,
    node_of,
    pod_spec,
    rule,
    strategy_of,
)
from k8slearn.course.lessons.shared_starts import container
from k8slearn.course.metrics import fewest_ready, stops
from k8slearn.kinds.node import is_cordoned
from k8slearn.kinds.pod.state import is_pod_ready
from k8slearn.manifests import manifest

AGENT, WEB = "agent", "web"
AGENTS, WEBS = "app=agent", "app=web"

# A stop that loses nothing -----------------------------------------------------------------------------------

# Seconds, by the script and the task: how long the agent writes, how long its hook waits, how long all may take.
FLUSH, HOOK, LONGEST = 50, 10, 90
PRE_STOP = f"        lifecycle: {{preStop: {{sleep: {{seconds: {HOOK}}}}}}}\n"


def unflushed() -> Cluster:
    """Three agents that need more time to stop than the default of 30 seconds."""
    cluster = Cluster(3, seed=15, kubelet="auto")
    cluster.behave(f"term={FLUSH}", selector=AGENTS)
    cluster.apply(manifest(AGENT) + PRE_STOP)
    cluster.run(60)
    return cluster


@rule("ops-grace", unflushed)
def grace(attempt: Attempt) -> Iterator[Missing]:
    """All Pods have a template that lets them end by themselves, and none was killed since the beginning."""
    daemon_set = attempt.daemon_set(AGENT)
    hook = container_of(daemon_set).get("lifecycle", {}).get("preStop", {})
    if hook.get("sleep", {}).get("seconds") != HOOK:
        yield missing("hook")
    seconds = pod_spec(daemon_set)["terminationGracePeriodSeconds"]
    if seconds <= FLUSH:
        yield missing("short", written=seconds)
    if seconds < FLUSH + HOOK:
        yield missing("hook-counts", written=seconds)
    if seconds > LONGEST:
        yield missing("too-long", written=seconds)
    yield from _on_the_way(attempt)
    if strategy_of(daemon_set) != "RollingUpdate":
        yield missing("on-delete")


def _on_the_way(attempt: Attempt) -> Iterator[Missing]:
    """What was done to the original Pods."""
    cluster, since = attempt.cluster, attempt.since
    forced = [change for change in cluster.store.log.changes if _forced(change, since)]
    if forced:
        yield missing("forced")
    killed = {stop.node for stop in stops(cluster, since) if stop.code}
    if killed:
        # A DaemonSet that was created anew and has adopted the Pods has done no harm.
        key = "rebuilt" if attempt.rebuilt(AGENT) else "killed"
        yield missing(key, nodes=killed)
    old = attempt.kept(AGENT)
    if old:
        yield missing("old", nodes=old)
    if fewest_ready(cluster, since) < 2:
        yield missing("all-at-once")


def _forced(change: Change, since: int) -> bool:
    """Whether a Pod was deleted by force, before its kubelet reported its end."""
    is_pod = change.key[0] == "Pod" and change.type == "DELETED"
    return is_pod and change.revision > since and change.actor == "user"


# A Node that is to be emptied --------------------------------------------------------------------------------

TO_EMPTY = "node2"
REPLICAS = 2


def guarded() -> Cluster:
    """Four Nodes; one of two Pods of web runs on the Node to be repaired, and web's budget needs both."""
    cluster = Cluster(4, seed=15, kubelet="auto")
    cluster.apply(manifest(AGENT))
    for node in ("node3", "node4"):
        cluster.cordon(node)
    marks = {"matchLabels": {"app": WEB}}
    pods = {"containers": [container(WEB, "example.com/web:1.0")]}
    template = {"metadata": {"labels": {"app": WEB}}, "spec": pods}
    spec: Object = {"replicas": REPLICAS, "selector": marks, "template": template}
    meta = {"name": WEB, "namespace": "default"}
    cluster.apply(
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta, "spec": spec}
    )
    spec = {"minAvailable": REPLICAS, "selector": marks}
    kind = {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget"}
    cluster.apply({**kind, "metadata": meta, "spec": spec})
    cluster.run(60)
    for node in ("node3", "node4"):
        cluster.uncordon(node)
    return cluster


@rule("ops-drain", guarded)
def drained(attempt: Attempt) -> Iterator[Missing]:
    """The Node has only Pods of DaemonSets, and web always had its two Pods."""
    node = attempt.get("Node", TO_EMPTY, "")
    if node is None:
        yield missing("node-gone")
    budget = attempt.get("PodDisruptionBudget", WEB)
    if budget is None:
        yield missing("budget-gone")
    before = attempt.at_start("PodDisruptionBudget", WEB)
    if budget and before and budget["spec"] != before["spec"]:
        yield missing("budget-changed")
    kept = attempt.kept(AGENT)
    disturbed = set(map(name, attempt.cluster.list("Node"))) - kept
    if disturbed:
        yield missing("agent", nodes=disturbed)
    if node and not _closed(node):
        yield missing("open")
    left = {name(pod) for pod in attempt.cluster.list("Pod", None) if _to_move(pod)}
    if left:
        yield missing("still-there", names=left)
    least = fewest_ready(attempt.cluster, attempt.since, WEBS)
    if least < REPLICAS:
        yield missing("dipped", least=least)
    replicas = attempt.need("Deployment", WEB)["spec"]["replicas"]
    if replicas != REPLICAS:
        yield missing("replicas", written=replicas)


def _closed(node: Object) -> bool:
    """Whether new Pods are kept off the Node, by `cordon` or by a taint of the learner's own."""
    taints = node["spec"].get("taints") or []
    shut = any(taint["effect"] in ("NoSchedule", "NoExecute") for taint in taints)
    return shut or is_cordoned(node)


def _to_move(pod: Object) -> bool:
    """Whether a Pod is on the Node and belongs to no DaemonSet."""
    owners = pod["metadata"].get("ownerReferences") or []
    belongs = any(owner["kind"] == "DaemonSet" for owner in owners)
    return node_of(pod) == TO_EMPTY and not belongs


# Applications that wait for the agent ------------------------------------------------------------------------

KEY = "startup-taint.cluster-autoscaler.kubernetes.io/agent"
STARTUP = f"{KEY}:NoSchedule"
# Another taint, which keeps no Pod away and must stay.
OTHER = {"key": "zone", "value": "edge", "effect": "PreferNoSchedule"}
SIZE = {"cpu": "2", "memory": "4Gi"}
PROBE = "        readinessProbe: {exec: {command: [ready]}, periodSeconds: 1}\n"


def early() -> Cluster:
    """Two full Nodes; the agent needs ten seconds to get ready."""
    cluster = Cluster(seed=15, kubelet="auto")
    for node in ("node1", "node2"):
        cluster.add_node(node, allocatable=SIZE)
    cluster.behave("ready=after-10", selector=AGENTS)
    cluster.apply(manifest(AGENT) + PROBE)
    main = container(WEB, "example.com/web:1.0", cpu="1500m")
    template = {"metadata": {"labels": {"app": WEB}}, "spec": {"containers": [main]}}
    marks = {"matchLabels": {"app": WEB}}
    cluster.apply(
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": WEB},
            "spec": {"replicas": 2, "selector": marks, "template": template},
        }
    )
    cluster.run(60)
    return cluster


@rule("ops-startup", early)
def startup(attempt: Attempt) -> Iterator[Missing]:
    """Each new Node loses its startup taint once its agent is ready; tried with two Nodes on a fork."""
    if _tolerations(attempt.need("Deployment", WEB)):
        yield missing("web")
    agent = attempt.daemon_set(AGENT)
    if "readinessProbe" not in container_of(agent):
        yield missing("blind")
    tolerations = _tolerations(agent)
    if any("key" not in each for each in tolerations):
        yield missing("too-broad")
    later = attempt.cluster.fork()
    later.patch("Deployment", WEB, {"spec": {"replicas": 4}})
    later.run(10)
    since = later.store.revision
    yield from _joined(later, "node3", "closed", f"zone=edge:{OTHER['effect']}")
    yield from _order(later, "node3", since)
    if OTHER not in _taints(later, "node3"):
        yield missing("other-taint")
    yield from _joined(later, "node7", "second")
    if _busy(later):
        yield missing("busy")


def _tolerations(owner: Object) -> list[Object]:
    found: list[Object] = pod_spec(owner).get("tolerations") or []
    return found


def _taints(cluster: Cluster, node: str) -> list[Object]:
    found: list[Object] = cluster.get("Node", node)["spec"].get("taints") or []
    return found


def _joined(later: Cluster, node: str, key: str, *more: str) -> Iterator[Missing]:
    """A Node registers with the startup taint; after a while it has an agent and no such taint."""
    later.add_node(node, allocatable=SIZE, taints=[STARTUP, *more])
    later.run(120)
    if not _agents(later.list("Pod"), node):
        yield missing("no-agent", node=node)
    if any(taint["key"] == KEY for taint in _taints(later, node)):
        yield missing(key, node=node)


def _agents(pods: list[Object], node: str) -> list[Object]:
    found = []
    for pod in pods:
        if pod["metadata"]["labels"].get("app") == AGENT and node_of(pod) == node:
            found.append(pod)
    return found


def _order(later: Cluster, node: str, since: int) -> Iterator[Missing]:
    """Whether the Node's agent was ready when the taint was removed."""
    for change in later.store.log.changes:
        if change.revision <= since or change.key != ("Node", "", node):
            continue
        taints = change.object["spec"].get("taints") or []
        if any(taint["key"] == KEY for taint in taints):
            continue
        agents = _agents(later.at(change.revision).list("Pod"), node)
        if not any(pod["status"]["phase"] == "Running" for pod in agents):
            yield missing("too-early")
        if not any(map(is_pod_ready, agents)):
            yield missing("not-ready")
        return


def _busy(later: Cluster) -> bool:
    """Whether a learner's controller goes on writing when there is nothing left to do."""
    before = len(later.actions)
    later.run(30)
    own = set()
    for controller in later.control_plane.controllers:
        if isinstance(controller, CustomController):
            own.add(controller.name)
    return any(action.component in own for action in later.actions[before:])
