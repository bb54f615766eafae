"""What all runs of a rehearsal share: the cluster, its hidden values, the version, machines and draws."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from k8slearn.apimachinery.objects import Object
from k8slearn.cluster import Cluster
from k8slearn.dump import backup_of, hidden_values, masked
from k8slearn.kinds import KINDS
from k8slearn.rehearsal.basis import basis
from k8slearn.rehearsal.choices import Choice
from k8slearn.rehearsal.machines import Draw, Machines
from k8slearn.rehearsal.new_version import NewVersion, images_of
from k8slearn.rehearsal.results import Facts
from k8slearn.rehearsal.run import DryRun, away_now, begin, current
from k8slearn.rehearsal.timing import MIXED, QUICK, SLOW

# Besides quick and slow: three are enough for a median, more would hardly move it.
MIXED_DRAWS = 3
# Runs for each choice: the draws, the two faults of a version, and the search for remedies.
RUNS = 2 + MIXED_DRAWS + 2 + 1
# Kinds without containers and Secrets, which there may be thousands of: they are not searched.
_HARMLESS = ("Event", "Lease", "Node", "EndpointSlice", "Endpoints")
Progress = Callable[[int, int, str], None]
"""Called with (runs done, runs in all, name of the present choice)."""


@dataclass
class Workshop:
    """The inputs of all runs, and the count of runs that were begun."""

    base: Cluster
    version: NewVersion
    machines: Machines
    seed: int
    hidden: frozenset[str]
    progress: Progress | None = None
    runs: int = 0
    done: int = 0

    def draws(self) -> list[Draw]:
        """The quick, the slow and the mixed draws; each choice gets the same ones."""
        manners = [QUICK, SLOW]
        manners += [MIXED] * MIXED_DRAWS
        found = []
        for number, manner in enumerate(manners):
            found.append(Draw(manner, self.seed + number))
        return found

    @property
    def usual_draw(self) -> Draw:
        """The first of the mixed draws."""
        return self.draws()[-1]

    def begin(self, choice: Choice, draw: Draw, *, events: bool = False) -> DryRun:
        """A fork on which the change has just been made."""
        about = self.base, self.version, choice, self.machines, draw
        return begin(*about, events=events)

    def begun(self, choice: Choice) -> Cluster:
        """A cluster with the usual times on which the change has just been made, for a lab."""
        return self.begin(choice, self.usual_draw, events=True).cluster

    def tell(self, choice: Choice) -> None:
        """Report that one more run begins."""
        if self.progress is not None:
            self.progress(self.done, self.runs, choice.name)
        self.done += 1

    def mask(self, sentences: Iterable[str]) -> tuple[str, ...]:
        """The sentences with hidden values masked: messages of a cluster may quote them."""
        return tuple([masked(each, self.hidden) for each in sentences])


def base_of(cluster: Cluster, seed: int) -> Cluster:
    """A copy of the cluster to fork from, with simple kubelets, whose times can be set.

    Complete kubelets have times of their own: such a cluster is loaded from its objects, like a dump.
    """
    if cluster.kubelet.nodes is None:
        return cluster.fork()
    return Cluster.put_back(backup_of(_objects(cluster)), seed=seed)


def _objects(cluster: Cluster) -> list[Object]:
    """All objects as the API shows them, except Endpoints, which EndpointSlices repeat."""
    found = []
    for row in (*KINDS, *cluster.registry.custom.rows):
        if row.kind != "Endpoints":
            found += cluster.store.list(row.stored_kind)
    return [cluster.registry.shown(o) for o in found]


def hidden_in(cluster: Cluster) -> frozenset[str]:
    """Values that must not be shown: those of Secrets, and what looks like a password in containers' settings."""
    found: list[Object] = []
    for row in (*KINDS, *cluster.registry.custom.rows):
        if row.kind not in _HARMLESS:
            found += cluster.store.list(row.stored_kind)
    return hidden_values(found)


def facts_of(shop: Workshop, trial: Cluster, wanted: list[str]) -> Facts:
    """The facts that all choices share; `trial` is a fork on which the change was made."""
    before = current(shop.base, shop.version)
    after = current(trial, shop.version)
    away = away_now(shop.base, before, wanted)
    zones = {shop.machines.zones.get(node, "") for node in wanted}
    # Nodes without a zone's label.
    zones.discard("")
    images = []
    for container, old, new in _changed(images_of(before), images_of(after)):
        # A registry's address may contain a password.
        old, new = shop.mask((old, new))
        images.append((container, old, new))
    return Facts(
        daemon_set=shop.version.full_name,
        images=tuple(images),
        changed=before["spec"]["template"] != after["spec"]["template"],
        nodes=len(wanted),
        zones=len(zones),
        away_before=tuple(sorted(away)),
        silent=tuple(sorted(shop.machines.silent)),
        basis=basis(shop.machines, wanted),
        draws=len(shop.draws()),
        notes=shop.mask(shop.base.missing),
    )


def _changed(old: dict[str, str], new: dict[str, str]) -> list[tuple[str, str, str]]:
    found = []
    for container in dict.fromkeys([*old, *new]):
        before = old.get(container, "")
        after = new.get(container, "")
        if before != after:
            found.append((container, before, after))
    return found
