"""The exercises of lesson 10."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from k8slearn.apimachinery.objects import Object, is_deleting, name, uid
from k8slearn.cluster import Cluster
from k8slearn.course.checking import (
    Attempt,
    Missing,
    container_of,
    image_of,
    missing,
    node_of,
    rule,
)
from k8slearn.course.lessons.shared_starts import container, pod
from k8slearn.kinds.pod.state import phase

AGENT = "agent"
IMAGE = "example.com/agent:1.0"
CPU = "100m"

# From a Deployment to a DaemonSet, never two on a Node -------------------------------------------------------


def counted() -> Cluster:
    """As many replicas as there were Nodes; then a fifth Node came."""
    cluster = Cluster(nodes=4, seed=10)
    marks = {"app": AGENT}
    spread = {
        "topologyKey": "kubernetes.io/hostname",
        "maxSkew": 1,
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": {"matchLabels": marks},
    }
    spec = {
        "topologySpreadConstraints": [spread],
        "containers": [container(AGENT, IMAGE, cpu=CPU)],
    }
    cluster.apply(
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": AGENT},
            "spec": {
                "replicas": 4,
                "selector": {"matchLabels": marks},
                "template": {"metadata": {"labels": marks}, "spec": spec},
            },
        }
    )
    cluster.run_until_quiet()
    cluster.add_node("node5")
    cluster.run_until_quiet()
    return cluster


@rule("which-move", counted)
def move(attempt: Attempt) -> Iterator[Missing]:
    """One DaemonSet instead of the Deployment, the same container, one on each Node and never two."""
    changed = attempt.changed_nodes()
    if changed:
        yield missing("node-changed", nodes=changed)
    found = attempt.get("Deployment", AGENT)
    daemon_set = attempt.get("DaemonSet", AGENT)
    if daemon_set is None:
        scaled = found is not None and found["spec"]["replicas"] != 4
        yield missing("scaled" if scaled else "no-daemon-set")
    daemon_set = attempt.daemon_set(AGENT)
    if found is not None and found["spec"]["replicas"] == 0:
        yield missing("left-behind")
    sets = attempt.cluster.list("ReplicaSet")
    if found is None and sets:
        yield missing("orphaned", names={name(each) for each in sets})
    crowded = doubled(attempt)
    if crowded:
        yield missing("doubled", nodes=crowded)
    if found is not None:
        yield missing("both")
    agent = container_of(daemon_set)
    written = (agent.get("resources") or {}).get("requests")
    if agent["image"] != IMAGE or written != {"cpu": CPU}:
        yield missing("another", image=agent["image"])
    lost = {name(node) for node in attempt.cluster.list("Node")} - attempt.homes(AGENT)
    if lost:
        yield missing("left-out", nodes=lost)


def doubled(attempt: Attempt) -> set[str]:
    """The Nodes that at some moment since the beginning had two running agents."""
    crowded: set[str] = set()
    last = attempt.cluster.store.log.changes[-1].revision
    # A single revision is enough, so each one is checked.
    for moment in range(attempt.since, last + 1):
        pods = filter(_is_agent, attempt.cluster.at(moment).list("Pod"))
        counts = Counter(map(node_of, pods))
        crowded.update(node for node, count in counts.items() if count > 1)
    return crowded


def _is_agent(pod: Object) -> bool:
    """Whether a Pod runs the agent and is not being deleted, whatever its owner."""
    same = image_of(pod).partition(":")[0] == IMAGE.partition(":")[0]
    return same and phase(pod) == "Running" and not is_deleting(pod)


# A Job, once a Node -------------------------------------------------------------------------------------------

CLEAN = "example.com/clean:1.0"
NODES = 3
WEBS = ("web-node2", "web-node3")


def unequal() -> Cluster:
    """Three Nodes, the first nearly empty, so that the scheduler puts all unconstrained Pods there."""
    cluster = Cluster(nodes=NODES, seed=10, kubelet="auto")
    for node in ("node2", "node3"):
        busy = container("web", "example.com/web:1.0", cpu="3")
        home = {"kubernetes.io/hostname": node}
        cluster.apply(pod(f"web-{node}", busy, nodeSelector=home))
    cluster.run(30)
    return cluster


@rule("which-once", unequal)
def once(attempt: Attempt) -> Iterator[Missing]:
    """Each Node was cleaned once, and nothing runs any more."""
    changed = attempt.changed_nodes()
    if changed:
        yield missing("node-changed", nodes=changed)
    lost = {web for web in WEBS if attempt.replaced("Pod", web)}
    if lost:
        yield missing("web", names=lost)
    for each in attempt.cluster.list("DaemonSet"):
        if image_of(each["spec"]["template"]) == CLEAN:
            yield missing("daemon-set")
    jobs = [job for job in attempt.cluster.list("Job") if _cleans(job)]
    # Pods without a controller are fine, too: only the result counts, not a Job.
    if not jobs and not _ever_cleaning(attempt):
        yield missing("no-job")
    # Give a new Job time to end: nothing here takes a minute.
    attempt.cluster.run(60)
    if any(job["spec"].get("suspend") for job in jobs):
        yield missing("suspended")
    pods = [pod for pod in attempt.cluster.list("Pod") if image_of(pod) == CLEAN]
    done = _done(pods)
    ever = _done(_ever_cleaning(attempt))
    # A Job may have deleted itself by its TTL, so deleted Pods count. They are ignored only where that is to the
    # learner's advantage, after a first try that was deleted.
    if not pods or _is_once(ever):
        done = ever
    twice = {node for node, count in done.items() if count > 1}
    if twice:
        in_turn = any(_one_by_one(job["spec"]) for job in jobs)
        yield missing("in-turn" if in_turn else "doubled", nodes=twice)
    waiting = [pod for pod in pods if phase(pod) != "Succeeded"]
    if waiting:
        yield missing("waiting", number=len(waiting))
    if len(done) < NODES:
        yield missing("too-few", number=len(done))


def _one_by_one(spec: Object) -> bool:
    """Whether a Job starts Pods one after another, as earlier ones end."""
    at_once = spec["parallelism"]
    # Without completions it has only its first Pods.
    return bool(at_once < spec.get("completions", at_once))


def _ever_cleaning(attempt: Attempt) -> list[Object]:
    """All Pods that run or have run the cleaner, whatever their owner, in their last state, including deleted ones."""
    found = {}
    for change in attempt.cluster.store.log.changes[attempt.since :]:
        if change.key[0] == "Pod" and image_of(change.object) == CLEAN:
            found[uid(change.object)] = change.object
    return list(found.values())


def _done(pods: list[Object]) -> Counter[str]:
    """How often each Node was cleaned; a Pod that restarts its container for ever never counts."""
    done: Counter[str] = Counter()
    for each in pods:
        if phase(each) == "Succeeded" and each["spec"]["restartPolicy"] != "Always":
            done[node_of(each)] += 1
    return done


def _is_once(done: Counter[str]) -> bool:
    return len(done) == NODES and set(done.values()) == {1}


def _cleans(job: Object) -> bool:
    """Whether a Job runs the cleaner."""
    return image_of(job["spec"]["template"]) == CLEAN
