"""What is known of the machines: how long each phase takes, whose kubelet is silent, which images are there.

A rehearsal's kubelets are simple ones with the paces that were seen: one stretch of time for pulling, one from there
to ready, one for stopping. What containers do inside is the real cluster's own affair.
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
    # Until 1.17 a zone was written so; some clouds write both.
    "failure-domain.beta.kubernetes.io/zone",
)
# What is assumed of what was never seen: a small image from a near registry, or a large one from afar.
ASSUMED_PULL = Assumed(2.0, 10.0, 60.0)
ASSUMED_CREATE = Assumed(1.0, 2.0, 5.0)
# Heeding SIGTERM at once; how long the slow end is, the grace period says.
QUICK_STOP, USUAL_STOP = 0.2, 2.0


@dataclass(frozen=True, slots=True)
class Draw:
    """One way that it may go: quick, slow or between, with its own seed."""

    manner: str
    seed: int


@dataclass(frozen=True)
class Machines:
    """The Nodes that a rehearsal runs on. `timings` by phase; the kubelets of `silent` Nodes do nothing.

    `present` are by Node the images that are there. `stops_from` says where the times of stopping were seen: "events",
    "rollout" (worked out from the last one) or nowhere.
    """

    timings: Mapping[str, Timing]
    zones: Mapping[str, str]
    silent: frozenset[str]
    present: Mapping[str, set[str]]
    stops_from: str = ""


def machines_of(cluster: Cluster, daemon_set: Object, after: Object) -> Machines:
    """All that the objects tell of the machines; `after` is the DaemonSet with its new version."""
    nodes = cluster.store.list("Node")
    seen = observations(cluster.store, daemon_set)
    source = "events"
    if not any(each.phase == STOP for each in seen):
        worked_out = _stops(cluster, daemon_set)
        seen += worked_out
        source = "rollout" if worked_out else ""
    owner = uid(daemon_set)
    if _probes(after) != _probes(daemon_set):
        # It is found ready by another measure now: what was seen says nothing of that.
        seen = [each for each in seen if (each.phase, each.owner) != (READY, owner)]
    assumed = _assumed(daemon_set, after)
    timings = {each: timing(each, seen, owner, assumed[each]) for each in PHASES}
    # Those of which the dump shows that nobody has heard for a while, whatever their condition says.
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
    # It is the old Pods that are stopped, and the new ones that get ready.
    return {
        PULL: ASSUMED_PULL,
        CREATE: ASSUMED_CREATE,
        READY: _assumed_readiness(after),
        STOP: _assumed_stop(daemon_set),
    }


def _assumed_stop(daemon_set: Object) -> Assumed:
    """Up to the grace period, all of which passes where a program does not hear SIGTERM."""
    grace = grace_of(daemon_set)
    slow = max(grace + SLACK, USUAL_STOP)
    template = daemon_set["spec"]["template"]
    for container in template["spec"]["containers"]:
        if with_signals(Script(), template, container).term_after > grace:
            return Assumed(grace, grace, slow, why="not-heard")
    return Assumed(min(QUICK_STOP, slow), USUAL_STOP, slow)


def _assumed_readiness(daemon_set: Object) -> Assumed:
    """By its probes: the first one comes after the delay, and a second one a period later."""
    delay = period = 0.0
    for container in daemon_set["spec"]["template"]["spec"]["containers"]:
        probe = container.get("readinessProbe")
        if probe is not None:
            delay = max(delay, float(probe.get("initialDelaySeconds", 0)))
            # Kubernetes: pkg/apis/core/v1/defaults.go, SetDefaults_Probe
            period = max(period, float(probe.get("periodSeconds", 10)))
    return Assumed(delay, delay + period / 2, delay + 2 * period)


def zone_of(node: Object) -> str:
    """The zone that a Node says it is in, ''."""
    for label in ZONE_LABELS:
        if label in labels(node):
            return labels(node)[label]
    return ""


def _ready(node: Object) -> str:
    """The status of its condition Ready. A Node without one is taken to be well."""
    found = condition(node, "Ready")
    return str(found["status"]) if found is not None else "True"


def _starts_without_network(node: Object, daemon_set: Object) -> bool:
    """Whether a Node that waits for its network plugin runs these Pods: that is how the plugin gets there."""
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
    """Give each Node's kubelet on a fork the times of one draw; `images` are the new version's.

    Returns how long the slowest Node takes.
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
        # The simple kubelet asks for the first image alone; the time for all of them stands in the pace.
        if not missing:
            there.add((node, images[0]))
    kubelet = cluster.control_plane.kubelet
    # Its Events are a third of all writes: only who opens a lab reads them.
    kubelet.pace = replace(SIMPLE, events=events)
    kubelet.paces = paces
    kubelet.pulled = there
    # What makes a Node of a lesson slow has been seen, and is in its pace.
    kubelet.faults.slow.clear()
    kubelet.faults.silent = set(machines.silent)
    return slowest


def _present(cluster: Cluster) -> dict[str, set[str]]:
    """By Node, the images that are known to be there: those that it tells of, and those that run."""
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
