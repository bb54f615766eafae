"""What is known of the Nodes: how long each phase takes, which kubelets are silent, which images are present.

A rehearsal's kubelets are simple ones with the observed paces: a time for pulling, one from there to ready, and one
for stopping. What containers do inside is not modelled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from k8slearn.apimachinery.objects import (
    Object,
    condition,
    controller_uid,
    labels,
    name,
    namespace,
    uid,
)
from k8slearn.cluster import Cluster
from k8slearn.controllers.daemon.update import limits_of
from k8slearn.kinds.node import ZONE
from k8slearn.kubelet.adoption import short
from k8slearn.kubelet.pace import SIMPLE, Pace
from k8slearn.kubelet.script import Script
from k8slearn.kubelet.sigterm import with_signals
from k8slearn.rehearsal.observed import (
    CREATE,
    PHASES,
    PULL,
    READY,
    SLACK,
    STOP,
    Observation,
    grace_of,
    observations,
    stops_of_last_rollout,
)
from k8slearn.rehearsal.timing import Assumed, Timing, timing

ZONE_LABELS = (
    ZONE,
    # The label until 1.17; some clouds set both.
    "failure-domain.beta.kubernetes.io/zone",
)
# Seconds for what was never observed, from a small image in a near registry to a large one far away.
ASSUMED_PULL = Assumed(2.0, 10.0, 60.0)
ASSUMED_CREATE = Assumed(1.0, 2.0, 5.0)
# Programs that heed SIGTERM; the slow end is the grace period.
QUICK_STOP, USUAL_STOP = 0.2, 2.0


@dataclass(frozen=True, slots=True)
class Draw:
    """One random draw of all durations: quick, slow or mixed, with its own seed."""

    manner: str
    seed: int


@dataclass(frozen=True)
class Machines:
    """The Nodes that a rehearsal runs on. `timings` are by phase; the kubelets of `silent` Nodes do nothing.

    `present` are the images on each Node. `stops_from` says where the times for stopping come from: "events",
    "rollout" (computed from the last one) or "".
    """

    timings: Mapping[str, Timing]
    zones: Mapping[str, str]
    silent: frozenset[str]
    present: Mapping[str, set[str]]
    stops_from: str = ""


def machines_of(cluster: Cluster, daemon_set: Object, after: Object) -> Machines:
    """Read the machines off the cluster's objects; `after` is the DaemonSet with its new version."""
    nodes = cluster.store.list("Node")
    seen = observations(cluster.store, daemon_set)
    source = "events"
    if not any(each.phase == STOP for each in seen):
        worked_out = _stops(cluster, daemon_set)
        seen += worked_out
        source = "rollout" if worked_out else ""
    owner = uid(daemon_set)
    if _probes(after) != _probes(daemon_set):
        # The new version has other probes: how long the old one took to get ready says nothing.
        seen = [each for each in seen if (each.phase, each.owner) != (READY, owner)]
    assumed = _assumed(daemon_set, after)
    timings = {each: timing(each, seen, owner, assumed[each]) for each in PHASES}
    # Nodes whose Leases in the dump are old, whatever their conditions say.
    unheard = cluster.kubelet.faults.silent
    silent = set()
    for node in nodes:
        ready = _ready(node)
        if ready == "True" and name(node) not in unheard:
            continue
        if not _starts_without_network(node, daemon_set):
            silent.add(name(node))
    zones = {name(node): zone_of(node) for node in nodes}
    return Machines(timings, zones, frozenset(silent), _present(cluster), source)


def _stops(cluster: Cluster, daemon_set: Object) -> list[Observation]:
    own = [
        pod
        for pod in cluster.store.list("Pod", namespace(daemon_set))
        if controller_uid(pod) == uid(daemon_set)
    ]
    desired = daemon_set.get("status", {}).get("desiredNumberScheduled") or len(own)
    limits = limits_of(daemon_set, desired)
    if limits.max_surge or not limits.max_unavailable:
        return []
    min_ready = float(daemon_set["spec"].get("minReadySeconds") or 0)
    about = limits.max_unavailable, min_ready, grace_of(daemon_set)
    found = stops_of_last_rollout(own, *about)
    return [Observation("", STOP, uid(daemon_set), seconds) for seconds in found]


def _probes(daemon_set: Object) -> list[object]:
    containers = daemon_set["spec"]["template"]["spec"]["containers"]
    return [(c.get("readinessProbe"), c.get("startupProbe")) for c in containers]


def _assumed(daemon_set: Object, after: Object) -> dict[str, Assumed]:
    # The old version is stopped, the new one gets ready.
    return {
        PULL: ASSUMED_PULL,
        CREATE: ASSUMED_CREATE,
        READY: _assumed_readiness(after),
        STOP: _assumed_stop(daemon_set),
    }


def _assumed_stop(daemon_set: Object) -> Assumed:
    """The time for stopping, up to the grace period, which passes in full where a program ignores SIGTERM."""
    grace = grace_of(daemon_set)
    slow = max(grace + SLACK, USUAL_STOP)
    template = daemon_set["spec"]["template"]
    for container in template["spec"]["containers"]:
        if with_signals(Script(), template, container).term_after > grace:
            return Assumed(grace, grace, slow, why="not-heard")
    return Assumed(min(QUICK_STOP, slow), USUAL_STOP, slow)


def _assumed_readiness(daemon_set: Object) -> Assumed:
    """The time to get ready, by the probes: the first comes after the delay, the second a period later."""
    delay = period = 0.0
    for container in daemon_set["spec"]["template"]["spec"]["containers"]:
        probe = container.get("readinessProbe")
        if probe is not None:
            delay = max(delay, float(probe.get("initialDelaySeconds", 0)))
            # Kubernetes: pkg/apis/core/v1/defaults.go, SetDefaults_Probe
            period = max(period, float(probe.get("periodSeconds", 10)))
    return Assumed(delay, delay + period / 2, delay + 2 * period)


def zone_of(node: Object) -> str:
    """The zone by a Node's labels, '' if it has none."""
    for label in ZONE_LABELS:
        if label in labels(node):
            return labels(node)[label]
    return ""


def _ready(node: Object) -> str:
    """The status of a Node's condition Ready, "True" for a Node without one."""
    found = condition(node, "Ready")
    return str(found["status"]) if found is not None else "True"


def _starts_without_network(node: Object, daemon_set: Object) -> bool:
    """Whether these Pods run on a Node that has no network plugin yet, as those of the plugin itself do."""
    found = condition(node, "Ready") or {}
    spec = daemon_set["spec"]["template"]["spec"]
    waits = "NetworkPluginNotReady" in found.get("message", "")
    return bool(waits and found["status"] == "False" and spec.get("hostNetwork"))


def prepare(
    cluster: Cluster,
    machines: Machines,
    images: Sequence[str],
    draw: Draw,
    *,
    events: bool = False,
) -> float:
    """Set the kubelets on a fork to the times of one draw; `images` are the new version's.

    Returns how long the slowest Node takes, in seconds.
    """
    rng = Random(draw.seed)
    paces: dict[str, Pace] = {}
    there: set[tuple[str, str]] = set()
    slowest = 0.0
    for node in sorted(machines.zones):
        present = machines.present[node]
        missing = [image for image in images if short(image) not in present]
        drawn = {}
        for phase in PHASES:
            drawn[phase] = machines.timings[phase].seconds(node, draw.manner, rng)
        pull = drawn[PULL] * len(missing)
        start = drawn[CREATE] + drawn[READY]
        stop = drawn[STOP]
        slowest = max(slowest, pull + start + stop)
        paces[node] = Pace((pull, pull), (start, start), (stop, stop))
        # The simple kubelet pulls only the first image; the pace holds the time for all of them.
        if not missing:
            there.add((node, images[0]))
    kubelet = cluster.control_plane.kubelet
    # Events are a third of all writes and are only read in a lab.
    kubelet.pace = replace(SIMPLE, events=events)
    kubelet.paces = paces
    kubelet.pulled = there
    # A lesson's slow Nodes were observed as such, so their paces are slow already.
    kubelet.faults.slow.clear()
    kubelet.faults.silent = set(machines.silent)
    return slowest


def _present(cluster: Cluster) -> dict[str, set[str]]:
    """By Node, the images known to be present: those in its status, and those of running containers."""
    found: dict[str, set[str]] = {}
    for node in cluster.store.list("Node"):
        told = node.get("status", {}).get("images") or ()
        names = [each for image in told for each in image.get("names") or ()]
        found[name(node)] = {short(each) for each in names}
    for pod in cluster.store.list("Pod"):
        node = pod["spec"].get("nodeName")
        if node not in found:
            continue
        images = {c["name"]: c["image"] for c in pod["spec"]["containers"]}
        for status in pod.get("status", {}).get("containerStatuses") or ():
            if "running" in (status.get("state") or {}):
                found[node].add(short(images.get(status["name"], "")))
    return found
