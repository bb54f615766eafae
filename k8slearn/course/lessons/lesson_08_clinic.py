"""The patients of lesson 08: clusters in which something is stuck, and the checks of their cure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from k8slearn.apimachinery.objects import Object, labels, name
from k8slearn.cluster import Cluster
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
from k8slearn.course.lessons.lesson_08_fixtures import (
    DAY,
    FILEBEAT,
    MINUTE,
    NODES,
    OWN_FILEBEAT,
    OWN_LOG_AGENT,
    OWN_NODES,
    a_quiet_day,
    change_template,
    changed,
    cpu_of,
    keep_tags,
    own_nodes,
    ready_on,
    rolled_out,
    same_patient,
    stuck,
    taints_changed,
    with_nodes,
)
from k8slearn.course.lessons.shared_starts import container, daemon_set, pod
from k8slearn.course.variants import PLAIN, Variant

# The intended image, and the previous one.
GOOD_IMAGES = (f"{FILEBEAT}:5.6.5-alpine", f"{FILEBEAT}:5.6.6-alpine")


# 1: too little CPU ------------------------------------------------------------------------------------------------


def with_a_large_request(own: Variant = PLAIN) -> Cluster:
    """Four Nodes where a shop takes most of the CPU, and an update that asks for 3 CPUs where 300m were meant."""
    cluster = with_nodes(own)
    # 3 of a Node's 4 CPUs: what is left has room for 300m, and not for 3.
    shop = container(own("shop"), own("example.com/shop:3.7"), "3")
    for number, node in enumerate(NODES, start=1):
        marks = {"app": own("shop")}
        one = pod(own(f"shop-{number}"), shop, labels=marks, nodeName=own(node))
        cluster.create(one)
    agent = container("agent", own("example.com/log-agent:1.0"), "200m")
    metrics = container("metrics", "example.com/metrics:1.4", "50m")
    cluster.apply(daemon_set(own("log-agent"), agent, metrics))
    a_quiet_day(cluster)
    agent = container("agent", own("example.com/log-agent:2.0"), "3")
    change_template(cluster, own("log-agent"), agent)
    cluster.run(10 * MINUTE)
    return cluster


OWN_REQUEST = ("300m, 0.3 个", "250m, 0.25 个", "350m, 0.35 个", "400m, 0.4 个")
OWN_SHOP = ("shop", "order", "pay", "search")


@rule(
    "clinic-cpu",
    with_a_large_request,
    varied=(OWN_LOG_AGENT, OWN_NODES, OWN_REQUEST, OWN_SHOP),
)
def too_little_cpu(attempt: Attempt) -> Iterator[Missing]:
    """2.0 on every Node with the request that was agreed on, paid neither by the shop nor by the limits."""
    agents = attempt.own("log-agent")
    yield from same_patient(attempt, agents)
    lost = own_nodes(attempt) - ready_on(attempt, attempt.own("shop"))
    if lost:
        yield missing("shop-gone", nodes=lost)
    daemon = attempt.daemon_set(agents)
    # A surge needs room for two Pods, which makes it worse; it has a message of its own.
    strategy = daemon["spec"]["updateStrategy"]
    if (strategy.get("rollingUpdate") or {}).get("maxSurge"):
        yield missing("surge")
    if changed(attempt, agents, "updateStrategy"):
        yield missing("loosened", ready=len(attempt.homes(agents)))
    if container_of(daemon)["image"] == attempt.own("example.com/log-agent:1.0"):
        yield missing("rolled-back")
    # `kubectl set resources` without -c changes every container.
    if cpu_of(daemon, "metrics") != "50m":
        yield missing("wrong-container")
    if not cpu_of(daemon, "agent"):
        yield missing("unlimited")
    yield from stuck(attempt, agents, "pending")
    if cpu_of(daemon, "agent") != attempt.own("300m"):
        yield missing("not-agreed", cpu=cpu_of(daemon, "agent"))


# 2: an image that does not exist ----------------------------------------------------------------------------------


def with_a_wrong_image(own: Variant = PLAIN) -> Cluster:
    """Four Nodes with filebeat, and an update to a tag with two letters exchanged."""
    cluster = with_nodes(own)
    keep_tags(cluster, FILEBEAT, own("5.6.5-alpine"), own("5.6.6-alpine"), "latest")
    good = container("filebeat", own(f"{FILEBEAT}:5.6.5-alpine"))
    cluster.apply(daemon_set(own("filebeat-ds"), good))
    a_quiet_day(cluster)
    misspelled = container("filebeat", own(f"{FILEBEAT}:5.6.6-apline"))
    change_template(cluster, own("filebeat-ds"), misspelled)
    for _ in range(3):
        # Somebody has deleted the Pod in the hope that the next one works.
        cluster.run(2 * MINUTE)
        cluster.delete_pod(_pending(cluster))
        cluster.run_until_quiet()
    cluster.run(2 * MINUTE)
    return cluster


def _pending(cluster: Cluster) -> str:
    pods = cluster.list("Pod")
    return next(name(each) for each in pods if each["status"]["phase"] == "Pending")


OWN_VERSIONS = ("5.6.5, 5.6.6", "5.6.8, 5.6.9", "6.2.3, 6.2.4", "7.1.0, 7.1.1")


@rule(
    "clinic-image",
    with_a_wrong_image,
    varied=(OWN_FILEBEAT, OWN_NODES, OWN_VERSIONS),
)
def wrong_image(attempt: Attempt) -> Iterator[Missing]:
    """An existing image with a version; rolling back or forward is the learner's choice."""
    beats = attempt.own("filebeat-ds")
    yield from same_patient(attempt, beats)
    daemon = attempt.daemon_set(beats)
    if strategy_of(daemon) == "OnDelete":
        yield missing("frozen")
    if changed(attempt, beats, "updateStrategy"):
        yield missing("loosened", ready=len(attempt.homes(beats)))
    image = container_of(daemon)["image"]
    # Checked before the rollout: "latest" runs, but may be another image tomorrow.
    if image in (FILEBEAT, f"{FILEBEAT}:latest"):
        yield missing("floating")
    before = attempt.at_start("DaemonSet", beats) or daemon
    another = image != container_of(before)["image"]
    if another and not rolled_out(attempt, beats):
        yield missing("still-missing", image=image)
    yield from stuck(attempt, beats, "not-pulled")
    if image not in map(attempt.own, GOOD_IMAGES):
        yield missing("another", image=image)


# 3: a taint without a toleration ----------------------------------------------------------------------------------

GPU = {"gpu1", "gpu2"}
ORDINARY = {"node1", "node2", "node3"}


def with_taints(own: Variant = PLAIN) -> Cluster:
    """Three ordinary Nodes, two with GPUs that keep others off, and one that is being repaired."""
    cluster = Cluster(nodes=3, seed=8)
    for node in sorted(GPU):
        cluster.add_node(own(node), taints=[own("dedicated=gpu:NoSchedule")])
    cluster.add_node(own("repair1"), taints=["repair=disk:NoExecute"])
    agent = container("agent", own("example.com/log-agent:2.0"))
    cluster.apply(daemon_set(own("log-agent"), agent))
    a_quiet_day(cluster)
    return cluster


OWN_TAINTED = (
    "gpu1, gpu2, repair1",
    "gpu7, gpu8, repair4",
    "a100-1, a100-2, spare1",
    "card5, card6, card9",
)
OWN_TAINT = ("dedicated, gpu", "pool, train", "reserved, infer", "owner, ml")


@rule("clinic-taint", with_taints, varied=(OWN_LOG_AGENT, OWN_TAINTED, OWN_TAINT))
def no_toleration(attempt: Attempt) -> Iterator[Missing]:
    """Pods also on the GPU Nodes, by a toleration of their taint; none on the Node under repair; taints unchanged."""
    agents = attempt.own("log-agent")
    yield from same_patient(attempt, agents)
    gpu = set(map(attempt.own, GPU))
    in_repair = attempt.own("repair1")
    freed = [node for node in {*gpu, in_repair} if taints_changed(attempt, node)]
    if freed:
        yield missing("taint-gone", nodes=freed)
    spec = pod_spec(attempt.daemon_set(agents))
    tolerations = spec.get("tolerations") or []
    # A toleration without a key tolerates everything, the repair included.
    if any(not toleration.get("key") for toleration in tolerations):
        yield missing("everything")
    homes = attempt.homes(agents)
    if in_repair in homes:
        yield missing("in-repair")
    lost = ORDINARY - homes
    if lost:
        yield missing("lost", nodes=lost)
    if gpu - homes:
        by_hand = not homes & gpu and _has_pods(attempt, gpu)
        yield missing(_why_not_on_gpus(by_hand, tolerations))


def _has_pods(attempt: Attempt, nodes: set[str]) -> bool:
    return any(node_of(pod) in nodes for pod in attempt.cluster.list("Pod"))


def _why_not_on_gpus(by_hand: bool, tolerations: Any) -> str:
    # Only Pods without the DaemonSet as their owner are there.
    if by_hand:
        return "bare-pod"
    if tolerations:
        return "no-match"
    return "nothing-there"


# 4: Pods that the API server does not take ------------------------------------------------------------------------

ENFORCE = "pod-security.kubernetes.io/enforce"
LOGS = "/var/log"
READER = "example.com/log-agent:2.0"


def with_pod_security(own: Variant = PLAIN) -> Cluster:
    """A namespace that was put under `baseline`, and the next day an update that mounts a directory of the Node."""
    cluster = with_nodes(own)
    agent = container("agent", own("example.com/log-agent:1.0"))
    cluster.apply(daemon_set(own("log-agent"), agent))
    cluster.create(pod("shop", container("shop", "example.com/shop:3.7")))
    a_quiet_day(cluster)
    level = {"metadata": {"labels": {ENFORCE: "baseline"}}}
    cluster.patch("Namespace", "default", level)
    # Running Pods stay: Pod security is checked when a Pod is created.
    cluster.run(DAY)
    mount = {"name": "logs", "mountPath": LOGS, "readOnly": True}
    agent = container("agent", own(READER), volumeMounts=[mount])
    volume = {"name": "logs", "hostPath": {"path": LOGS}}
    change_template(cluster, own("log-agent"), agent, volumes=[volume])
    cluster.run(15 * MINUTE)
    return cluster


@rule("clinic-refused", with_pod_security, varied=(OWN_LOG_AGENT, OWN_NODES))
def refused(attempt: Attempt) -> Iterator[Missing]:
    """2.0 reads every Node's logs from a namespace where that is allowed; the shop's protection is unchanged."""
    before = attempt.at_start("Namespace", "default") or {}
    if labels(attempt.need("Namespace", "default", "")) != labels(before):
        yield missing("lowered")
    found = list(_log_agents(attempt))
    if not found:
        yield missing("deleted")
    if len(found) > 1:
        yield missing("twice", count=len(found))
    namespace = found[0]["metadata"]["namespace"]
    if namespace == "kube-system":
        yield missing("kube-system")
    if container_of(found[0])["image"] != attempt.own(READER):
        yield missing("rolled-back")
    yield from _reads_logs(found[0])
    if own_nodes(attempt) - attempt.homes(name(found[0]), namespace):
        yield missing("refused" if namespace == "default" else "refused-there")


def _log_agents(attempt: Attempt) -> Iterator[Object]:
    """The DaemonSets of a log-agent, wherever they are and whatever they are called."""
    for daemon in attempt.cluster.list("DaemonSet", None):
        if attempt.own("log-agent") in container_of(daemon)["image"]:
            yield daemon


def _reads_logs(daemon: Object) -> Iterator[Missing]:
    """What is wrong with a DaemonSet's access to the logs of its Node."""
    of_node = set()
    for volume in pod_spec(daemon).get("volumes") or ():
        path = (volume.get("hostPath") or {}).get("path", "")
        if path.rstrip("/") == LOGS:
            of_node.add(volume["name"])
    mounts = container_of(daemon).get("volumeMounts") or ()
    mounted = [mount for mount in mounts if mount["name"] in of_node]
    if not mounted:
        yield missing("blind")
    if not all(mount.get("readOnly") for mount in mounted):
        yield missing("writable")
