"""The exercises of lesson 17: one cluster of 30 Nodes; each step begins where the step before it ends."""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.apimachinery.log import Snapshot
from k8slearn.apimachinery.objects import Object, is_deleting, name, uid
from k8slearn.cluster import Cluster
from k8slearn.course.checking import (
    Attempt,
    Missing,
    container_of,
    image_of,
    missing,
    node_of,
    pod_spec,
    requests_of,
    rule,
    strategy_of,
)
from k8slearn.course.lessons.lesson_17_cluster import (
    AGENT,
    BAD_IMAGE,
    DEAD,
    IMAGE,
    LEEWAY,
    TARGET,
    TRAINING,
    agents,
    careful,
    healthy,
    in_budget,
    mixed,
    with_bad_image,
    with_dead_spots,
)
from k8slearn.course.lessons.lesson_17_history import (
    changes_of_agents,
    fewest,
    fewest_warm,
    history,
    killed,
)
from k8slearn.course.lessons.lesson_17_homes import lost, wanted
from k8slearn.kinds.pod.state import is_pod_ready

PORT = 24224
# The lesson's limits: an update within twelve minutes, three canaries, and a minute in which only they run the new
# version. Three at a time take eight rounds of 45 s to stop, a few to start and 20 s to count: about ten minutes.
LONGEST = 720.0
CANARIES = {"spot1", "spot2", "spot3"}
PROBATION = 60.0

# What the checks look at ---------------------------------------------------------------------------------------


def _count_image(attempt: Attempt, image: str) -> int:
    """The number of agents that run an image."""
    images = map(image_of, attempt.pods(AGENT))
    return list(images).count(image)


def _image_is(attempt: Attempt, version: str) -> bool:
    return attempt.images(AGENT) == {IMAGE + version}


# Step 1: where it runs -----------------------------------------------------------------------------------------


@rule("capstone-place", mixed)
def place(attempt: Attempt) -> Iterator[Missing]:
    """Agents everywhere but at the edge, within modest requests, by rules rather than by Nodes' names."""
    daemon_set = attempt.get("DaemonSet", AGENT)
    if daemon_set is None:
        yield missing("nothing")
        return
    training = {node for node in TRAINING if attempt.replaced("Pod", f"train-{node}")}
    if training:
        yield missing("train", nodes=training)
    homes = attempt.homes(AGENT)
    nodes = wanted(attempt.cluster)
    extra = homes - nodes
    if extra:
        yield missing("edge", nodes=extra)
    pods = attempt.pods(AGENT)
    # Pending Pods first: on the full GPU Nodes the Pods exist and find no room.
    pending = [pod for pod in pods if not node_of(pod)]
    if pending:
        yield missing("pending", count=len(pending))
    lacking = nodes - homes
    if lacking:
        yield missing("blocked", nodes=lacking)
    requests = requests_of(container_of(daemon_set))
    if not {"cpu", "memory"} <= requests.keys():
        yield missing("no-requests")
    image = image_of(daemon_set["spec"]["template"])
    if image != IMAGE + "1.0":
        yield missing("other-image", image=image)
    yield from _places_tomorrow(attempt)


def _places_tomorrow(attempt: Attempt) -> Iterator[Missing]:
    """Two Nodes join a fork: one for databases only, one like the others."""
    later = attempt.fork()
    later.cluster.add_node("db1", taints=["dedicated=db:NoSchedule"])
    later.cluster.add_node("app10")
    later.cluster.run_until_quiet()
    homes = later.homes(AGENT)
    if "db1" in homes:
        yield missing("everything")
    if "app10" not in homes:
        yield missing("by-name")


# Step 3: what it knows of its Node ----------------------------------------------------------------------------


@rule("capstone-home", in_budget)
def home(attempt: Attempt) -> Iterator[Missing]:
    """The agent knows its Node's name, reads its logs, keeps state beyond the Pod's life, and has a hostPort."""
    daemon_set = attempt.daemon_set(AGENT)
    yield from _knows_its_node(container_of(daemon_set))
    mounts = _host_mounts(daemon_set)
    logs = mounts.pop("/var/log", None)
    if logs is None:
        yield missing("no-logs")
    elif not logs.get("readOnly"):
        yield missing("writable")
    # Any other writable folder of the Node will do.
    others = [mount for path, mount in mounts.items() if path]
    if all(mount.get("readOnly") for mount in others):
        yield missing("no-state")
    if PORT not in _host_ports(daemon_set):
        yield missing("no-port")
    yield from lost(attempt)


def _knows_its_node(container: Object) -> Iterator[Missing]:
    for entry in container.get("env") or ():
        if entry["name"] == "NODE_NAME":
            break
    else:
        yield missing("no-name")
        return
    source = entry.get("valueFrom") or {}
    path = (source.get("fieldRef") or {}).get("fieldPath", "")
    # A literal value is the same on all Nodes.
    if not path:
        yield missing("fixed-name", value=entry.get("value", ""))
    elif path != "spec.nodeName":
        yield missing("other-field", path=path)


def _host_mounts(daemon_set: Object) -> dict[str, Object]:
    """The agent's mounts by hostPath, "" for other volumes."""
    spec = daemon_set["spec"]["template"]["spec"]
    folders = {}
    for volume in spec.get("volumes") or ():
        host_path = volume.get("hostPath") or {}
        path = host_path.get("path", "")
        folders[volume["name"]] = path.rstrip("/")
    mounts = {}
    for mount in container_of(daemon_set).get("volumeMounts") or ():
        folder = folders.get(mount["name"], "")
        mounts[folder] = mount
    return mounts


def _host_ports(daemon_set: Object) -> list[int | None]:
    ports = container_of(daemon_set).get("ports") or ()
    # With hostNetwork the two are equal; the API server fills hostPort in for Pods, not for the template.
    field = "containerPort" if pod_spec(daemon_set).get("hostNetwork") else "hostPort"
    return [port.get(field) for port in ports]


# Step 5: how it is updated ------------------------------------------------------------------------------------


@rule("capstone-strategy", healthy)
def strategy(attempt: Attempt) -> Iterator[Missing]:
    """A trial update on a fork keeps to the target and ends in time."""
    daemon_set = attempt.daemon_set(AGENT)
    # A hostPort rules out a surge; giving the port up would undo step 3.
    if PORT not in _host_ports(daemon_set):
        yield missing("port-gone")
    if "readinessProbe" not in container_of(daemon_set):
        yield missing("blinded")
    if strategy_of(daemon_set) == "OnDelete":
        yield missing("by-hand")
    yield from lost(attempt)
    yield from _trial(attempt)


def _trial(attempt: Attempt) -> Iterator[Missing]:
    """What goes wrong with an update on a fork: the effect of the strategy is checked, not its fields."""
    trial = attempt.cluster.fork()
    since = attempt.cluster.store.revision
    begin = trial.now
    trial.set_image(AGENT, IMAGE + "1.0-trial")
    # Far longer than allowed, to tell slow from stuck.
    trial.run_until_quiet(2000)
    after = Attempt(trial, since)
    everywhere = after.homes(AGENT) == wanted(trial)
    if not everywhere or not _image_is(after, "1.0-trial"):
        yield missing("stuck")
    cut_off = killed(trial, since)
    if cut_off:
        yield missing("killed", count=len(cut_off))
    least = fewest(trial, since)
    if least < TARGET:
        yield missing("below", fewest=least)
    least = fewest_warm(trial, since)
    if least < TARGET:
        yield missing("cold", fewest=least)
    *_, last = history(trial, since)
    took = max(last.ready_since.values()) - begin
    if took > LONGEST:
        yield missing("slow", seconds=round(took))


# Step 6: an upgrade with canaries -----------------------------------------------------------------------------


@rule("capstone-upgrade", careful)
def upgrade(attempt: Attempt) -> Iterator[Missing]:
    """Three Nodes first, then a pause, then the others, and never too few agents."""
    became_ready = _became_ready(attempt, "1.1")
    if not became_ready:
        yield missing("untouched")
    least = fewest(attempt.cluster, attempt.since)
    if least < TARGET:
        yield missing("below", fewest=least)
    count = len(CANARIES)
    strangers = {*list(became_ready)[:count]} - CANARIES
    if strangers:
        yield missing("no-canary", nodes=strangers)
    others = _first_ended(attempt)
    if others is not None and len(became_ready) >= count:
        # The pause from the last canary to the next Node lets late errors show.
        waited = others - max(became_ready[node] for node in CANARIES)
        if waited < PROBATION:
            yield missing("hasty", seconds=round(waited))
    if not _image_is(attempt, "1.1"):
        yield missing("half", count=_count_image(attempt, IMAGE + "1.1"))
    yield from lost(attempt)


def _first_ended(attempt: Attempt) -> float | None:
    """When the first agent on another Node than the canaries was deleted."""
    for change in changes_of_agents(attempt.cluster, attempt.since):
        pod = change.object
        if is_deleting(pod) and node_of(pod) not in CANARIES:
            return change.time
    return None


def _became_ready(attempt: Attempt, version: str) -> dict[str, float]:
    """When each Node's agent of a version first became ready, in order of time."""
    found: dict[str, float] = {}
    image = IMAGE + version
    for change in changes_of_agents(attempt.cluster, attempt.since):
        pod = change.object
        before = change.previous
        if before is not None and is_pod_ready(before):
            continue
        if is_pod_ready(pod) and image_of(pod) == image:
            found.setdefault(node_of(pod), change.time)
    return found


# Step 7: a bad image ------------------------------------------------------------------------------------------


@rule("capstone-rollback", with_bad_image)
def rollback(attempt: Attempt) -> Iterator[Missing]:
    """Back to 1.1 without further harm, and without touching healthy Pods."""
    if "readinessProbe" not in container_of(attempt.daemon_set(AGENT)):
        yield missing("blinded")
    least = fewest(attempt.cluster, attempt.since)
    if least < TARGET:
        yield missing("more-hurt", fewest=least)
    pods = attempt.pods(AGENT)
    bad = [pod for pod in pods if image_of(pod) == BAD_IMAGE]
    if bad:
        key = _why_still_bad(attempt, bad)
        yield missing(key, count=len(bad))
    if not _image_is(attempt, "1.1"):
        yield missing("other-version", images=attempt.images(AGENT))
    # Pods that were healthy must not have been replaced: a rollback does not touch them.
    before = agents(attempt.before.list("Pod"))
    well = filter(is_pod_ready, before)
    gone = set(map(uid, well)) - set(map(uid, pods))
    if gone:
        yield missing("restarted", count=len(gone))
    yield from lost(attempt)


def _why_still_bad(attempt: Attempt, bad: list[Object]) -> str:
    daemon_set = attempt.daemon_set(AGENT)
    if strategy_of(daemon_set) == "OnDelete":
        return "halted"
    before = set(map(uid, attempt.before.list("Pod")))
    # Pods were deleted and recreated from the same bad template.
    renewed = set(map(uid, bad)) - before
    if renewed:
        return "again"
    return "stuck"


def _node_names(cluster: Cluster | Snapshot) -> set[str]:
    return set(map(name, cluster.list("Node")))


# Step 8: Nodes come and go meanwhile --------------------------------------------------------------------------


@rule("capstone-spot", with_dead_spots)
def spot(attempt: Attempt) -> Iterator[Missing]:
    """1.2 on every live Node, dead Nodes deleted, and never more than three live Nodes without an agent."""
    there = _node_names(attempt.cluster)
    before = _node_names(attempt.before)
    gone = before - there - DEAD
    if gone:
        yield missing("gone-too", nodes=gone)
    # Dead Nodes do not count: their agents' loss is not the learner's doing.
    living = wanted(attempt.cluster) - DEAD
    counts = []
    for moment in history(attempt.cluster, attempt.since):
        ready = living & moment.ready_since.keys()
        counts.append(len(ready))
    least = min(counts, default=len(living))
    if least < len(living) - LEEWAY:
        yield missing("below", fewest=least, living=len(living))
    image = container_of(attempt.daemon_set(AGENT))["image"]
    if image != IMAGE + "1.2":
        yield missing("other-version", image=image)
    new = _count_image(attempt, image)
    old = len(attempt.pods(AGENT)) - new
    if old:
        yield missing("stuck", count=old)
    dead = there & DEAD
    if dead:
        yield missing("dead-left", nodes=dead)
    yield from lost(attempt)
