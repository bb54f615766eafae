"""What all runs of a rehearsal have in common: the cluster, what of it is hidden, version, machines and draws."""

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

# Both ends, and three between to tell what is usual: more would move the middle by less than the ends are apart.
MIXED_DRAWS = 3
# The draws, the two versions that cannot run, and the search for what lets it go on.
RUNS = 2 + MIXED_DRAWS + 2 + 1
# What holds no container and no Secret, and of which there may be thousands.
_HARMLESS = ("Event", "Lease", "Node", "EndpointSlice", "Endpoints")
Progress = Callable[[int, int, str], None]
"""(runs done, runs in all, which choice is at work)"""


@dataclass
class Workshop:
    """What each run begins with, and how many runs were begun."""

    base: Cluster
    version: NewVersion
    machines: Machines
    seed: int
    hidden: frozenset[str]
    progress: Progress | None = None
    runs: int = 0
    done: int = 0

    def draws(self) -> list[Draw]:
        """The quick one, the slow one, and those between; each choice gets the same."""
        manners = [QUICK, SLOW]
        manners += [MIXED] * MIXED_DRAWS
        found = []
        for number, manner in enumerate(manners):
            found.append(Draw(manner, self.seed + number))
        return found

    @property
    def usual_draw(self) -> Draw:
        """One of those between."""
        return self.draws()[-1]

    def begin(self, choice: Choice, draw: Draw, *, events: bool = False) -> DryRun:
        """A fork on which the change has just been made."""
        about = self.base, self.version, choice, self.machines, draw
        return begin(*about, events=events)

    def begun(self, choice: Choice) -> Cluster:
        """The same with the usual times, for a lab."""
        return self.begin(choice, self.usual_draw, events=True).cluster

    def tell(self, choice: Choice) -> None:
        """One more run begins."""
        if self.progress is not None:
            self.progress(self.done, self.runs, choice.name)
        self.done += 1

    def mask(self, sentences: Iterable[str]) -> tuple[str, ...]:
        """The sentences without what nobody is to see: messages of a cluster quote what they are about."""
        return tuple([masked(each, self.hidden) for each in sentences])


def base_of(cluster: Cluster, seed: int) -> Cluster:
    """A cluster of its own to fork from, with simple kubelets, whose times can be set.

    Kubelets that do all that real ones do take their own times: such a cluster is read from its objects, as a dump is.
    """
    if cluster.kubelet.nodes is None:
        return cluster.fork()
    return Cluster.put_back(backup_of(_objects(cluster)), seed=seed)


def _objects(cluster: Cluster) -> list[Object]:
    """All that the API would give out; Endpoints are another view of what EndpointSlices say."""
    found = []
    for row in (*KINDS, *cluster.registry.custom.rows):
        if row.kind != "Endpoints":
            found += cluster.store.list(row.stored_kind)
    return [cluster.registry.shown(o) for o in found]


def hidden_in(cluster: Cluster) -> frozenset[str]:
    """The values that are shown nowhere: of Secrets, and what looks like a password among the containers' settings."""
    found: list[Object] = []
    for row in (*KINDS, *cluster.registry.custom.rows):
        if row.kind not in _HARMLESS:
            found += cluster.store.list(row.stored_kind)
    return hidden_values(found)


def facts_of(shop: Workshop, trial: Cluster, wanted: list[str]) -> Facts:
    """What is told of all choices together; `trial` is a fork on which the change was made."""
    before = current(shop.base, shop.version)
    after = current(trial, shop.version)
    away = away_now(shop.base, before, wanted)
    zones = {shop.machines.zones.get(node, "") for node in wanted}
    # Who does not say its zone is in none.
    zones.discard("")
    images = []
    for container, old, new in _changed(images_of(before), images_of(after)):
        # A registry's address may have a password in it.
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
