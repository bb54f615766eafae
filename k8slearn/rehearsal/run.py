"""One run of a rollout on a fork, until it completes or stands still."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from k8slearn.apimachinery.cycles import uncollected
from k8slearn.apimachinery.objects import (
    Object,
    controller_uid,
    name,
    namespace,
    uid,
)
from k8slearn.cluster import Cluster
from k8slearn.explain import outlook
from k8slearn.rehearsal.absences import Absences, Step, most, most_by_zone, steps
from k8slearn.rehearsal.choices import Choice
from k8slearn.rehearsal.machines import Draw, Machines, prepare
from k8slearn.rehearsal.new_version import NewVersion, images_of

# Seconds without progress, beyond the slowest Node's time, after which a rollout counts as stuck.
PATIENCE = 900.0


@dataclass
class DryRun:
    """One run and its results. `seconds` is the time to completion or, where it stands still, to the last progress.

    `spell` is the median time that a Node was away; `longest` is the Node that was away longest.
    """

    cluster: Cluster
    absences: Absences
    start: float
    zones: Mapping[str, str]
    patience: float = PATIENCE
    complete: bool = False
    seconds: float = 0.0
    done: set[str] = field(default_factory=set)
    most_away: int = 0
    most_in_zones: dict[str, int] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    spell: float = 0.0
    longest: tuple[str, float] = ("", 0.0)

    @property
    def desired(self) -> int:
        """The number of Nodes that should have a Pod."""
        return len(self.absences.wanted)


def begin(
    base: Cluster,
    version: NewVersion,
    choice: Choice | None,
    machines: Machines,
    draw: Draw,
    *,
    events: bool = False,
) -> DryRun:
    """Fork, set the times of one draw and make the change; no simulated time passes."""
    cluster = base.fork()
    version.put_on(cluster, choice)
    # A manifest may also change which Nodes are wanted. No component has acted on it yet.
    daemon_set = current(cluster, version)
    wanted = wanted_nodes(cluster, daemon_set)
    absences = Absences(daemon_set, wanted, own_pods(cluster, daemon_set))
    run = DryRun(cluster, absences, cluster.now, machines.zones)
    cluster.subscribe(absences.hear)
    images = list(images_of(daemon_set).values())
    slowest = prepare(cluster, machines, images, draw, events=events)
    run.patience = PATIENCE + slowest
    return run


def wanted_nodes(cluster: Cluster, daemon_set: Object) -> list[str]:
    """The Nodes that should have a Pod, as the controller decides."""
    found = outlook(cluster.store, daemon_set, cluster.now)
    return [node for node, assessed in found.nodes.items() if assessed.wanted]


def away_now(cluster: Cluster, daemon_set: Object, wanted: Iterable[str]) -> set[str]:
    """The wanted Nodes without a working Pod."""
    absences = Absences(daemon_set, wanted, own_pods(cluster, daemon_set))
    return set(absences.spells(cluster.now, cluster.now + 1.0))


def current(cluster: Cluster, version: NewVersion) -> Object:
    """The DaemonSet as it is now."""
    return cluster.get("DaemonSet", version.name, version.namespace)


def own_pods(cluster: Cluster, daemon_set: Object) -> list[Object]:
    """The Pods that the DaemonSet controls."""
    pods = cluster.store.list("Pod", namespace(daemon_set))
    return [pod for pod in pods if controller_uid(pod) == uid(daemon_set)]


def finish(run: DryRun, *, by_hand: bool = False) -> DryRun:
    """Run until it completes or stands still, and measure it."""
    if by_hand:
        _delete_one_by_one(run)
    else:
        go_on(run, lambda: run.absences.complete)
    return measure(run)


def go_on(run: DryRun, ended: Callable[[], bool]) -> bool:
    """Run until `ended()`; returns False when there was no progress for too long."""
    cluster = run.cluster
    absences = run.absences
    since = cluster.now
    with uncollected():
        while not ended():
            horizon = max(absences.progress, since) + run.patience
            if cluster.control_plane.step_until(horizon) is None:
                return ended()
    return True


def _delete_one_by_one(run: DryRun) -> None:
    """OnDelete: delete one old Pod after the other, waiting for the new one each time."""
    run.cluster.settle()
    for node in sorted(run.absences.wanted):
        if not _replace(run, node):
            return
    # The status follows the last Pod a little later.
    go_on(run, lambda: run.absences.complete)


def _replace(run: DryRun, node: str) -> bool:
    cluster = run.cluster
    absences = run.absences
    for pod in absences.pods_on(node):
        if name(pod) not in absences.new:
            cluster.delete("Pod", name(pod), namespace=namespace(pod))
    return go_on(run, lambda: node in absences.done(cluster.now))


def measure(run: DryRun) -> DryRun:
    """Fill in the results of the run so far."""
    absences = run.absences
    now = run.cluster.now
    run.complete = absences.complete
    run.done = absences.done(now)
    reached = now if run.complete else max(absences.progress, run.start)
    run.seconds = reached - run.start
    # Just after the last write: a Node that is away then stays away.
    end = now + 1.0
    spells = absences.spells(run.start, end)
    run.steps = steps(spells, run.start, end)
    run.most_away = most(run.steps)
    run.most_in_zones = most_by_zone(spells, run.zones, run.start, end)
    _measure_spells(run, spells, end)
    return run


def _measure_spells(
    run: DryRun, spells: Mapping[str, Sequence[tuple[float, float]]], end: float
) -> None:
    lengths = {}
    for node, each in spells.items():
        # Intervals that began before the rollout or have not ended are not its own.
        known = [b - g for g, b in each if g >= run.start and b < end]
        if known:
            lengths[node] = max(known)
    if lengths:
        run.spell = median(lengths.values())
        slowest = max(lengths, key=lambda node: lengths[node])
        run.longest = slowest, lengths[slowest]
