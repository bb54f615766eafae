"""Rehearses a rollout: how long it takes on this cluster, how many Nodes are away, and where it gets stuck.

Everything happens on forks; nothing is sent anywhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from statistics import median

from k8slearn.cluster import Cluster
from k8slearn.dump import hidden_values, masked
from k8slearn.locale import rehearsal as words
from k8slearn.rehearsal.choices import Choice, RehearsalError, chosen
from k8slearn.rehearsal.costs import BAD_IMAGE, NEVER_READY, cost
from k8slearn.rehearsal.machines import machines_of
from k8slearn.rehearsal.new_version import (
    NewVersion,
    documents_of,
    with_image,
    with_manifest,
)
from k8slearn.rehearsal.rehearsal import Rehearsal
from k8slearn.rehearsal.results import Blockage, Rehearsed
from k8slearn.rehearsal.run import DryRun, current, finish, wanted_nodes
from k8slearn.rehearsal.stuck import standstill
from k8slearn.rehearsal.workshop import (
    RUNS,
    Progress,
    Workshop,
    base_of,
    facts_of,
    hidden_in,
)


def rehearse(
    cluster: Cluster,
    *,
    image: str = "",
    apply: str = "",
    limits: Iterable[str | int | Choice] = (),
    namespace: str = "",
    seed: int = 0,
    progress: Progress | None = None,
) -> Rehearsal:
    """Rehearse a new version of a DaemonSet on forks of a cluster, once for each of `limits`.

    `image` is `ds/NAME=IMAGE` (`ds/NAME/CONTAINER=IMAGE` where there are several containers), `apply` a manifest's
    text. A limit is `3` or `10%` (maxUnavailable), `surge=2`, `on-delete`; without any the DaemonSet's own and the
    usual ones are compared. Ctrl-C ends it and keeps what is done. Raises RehearsalError.
    """
    if bool(image) == bool(apply):
        raise RehearsalError(words.ERRORS["what"])
    base = base_of(cluster, seed)
    hidden = hidden_in(base)
    if apply:
        hidden |= hidden_values(documents_of(apply))
    try:
        version = _version(base, image, apply, namespace)
        made, shop = _prepared(base, version, limits, seed, hidden)
    except RehearsalError as error:
        raise RehearsalError(masked(str(error), hidden)) from None
    shop.progress = progress
    try:
        for choice in made.asked:
            made.results.append(_rehearsed(shop, choice))
    except KeyboardInterrupt:
        made.interrupted = True
    return made


def _version(cluster: Cluster, image: str, apply: str, place: str) -> NewVersion:
    if image:
        return with_image(cluster, image, place)
    return with_manifest(cluster, apply, place)


def _prepared(
    base: Cluster,
    version: NewVersion,
    limits: Iterable[str | int | Choice],
    seed: int,
    hidden: frozenset[str],
) -> tuple[Rehearsal, Workshop]:
    """Check the version and prepare all runs. Raises RehearsalError for what cannot be rehearsed."""
    # A version that the API server refuses fails here, before the long runs.
    trial = base.fork()
    version.put_on(trial, None)
    after = current(trial, version)
    wanted = wanted_nodes(trial, after)
    if not wanted:
        raise RehearsalError(words.ERRORS["no_nodes"].format(name=version.full_name))
    # "Its own strategy" is that of the manifest, where one was given.
    choices = chosen(limits, after, len(wanted))
    for choice in choices:
        version.put_on(trial, choice)
    machines = machines_of(base, current(base, version), after)
    shop = Workshop(base, version, machines, seed, hidden)
    shop.runs = len(choices) * RUNS
    facts = facts_of(shop, trial, wanted)
    return Rehearsal(facts, tuple(choices), shop.begun), shop


def _rehearsed(shop: Workshop, choice: Choice) -> Rehearsed:
    """Run one choice with all draws, and with the two faults of a version that cannot run."""
    runs = []
    for draw in shop.draws():
        shop.tell(choice)
        run = shop.begin(choice, draw)
        runs.append(finish(run, by_hand=choice.on_delete))
    costs = []
    for fault in (BAD_IMAGE, NEVER_READY):
        shop.tell(choice)
        costs.append(cost(shop, choice, fault))
    shop.tell(choice)
    blocked = _standstill(shop, runs)
    usual = _usual(runs)
    seconds = [run.seconds for run in runs]
    return Rehearsed(
        choice=choice,
        number=choice.number(usual.desired),
        complete=all(run.complete for run in runs),
        quick=min(seconds),
        usual=usual.seconds,
        slow=max(seconds),
        draws=tuple(seconds),
        desired=usual.desired,
        replaced=min(len(run.done) for run in runs),
        most_away=max(run.most_away for run in runs),
        most_in_zones=_most_in_zones(runs),
        worst_in_one_zone=_worst_in_one_zone(runs),
        spell=median([run.spell for run in runs]),
        longest=max([run.longest for run in runs], key=lambda each: each[1]),
        steps=tuple(usual.steps),
        standstill=blocked,
        bad_image=costs[0],
        never_ready=costs[1],
    )


def _usual(runs: list[DryRun]) -> DryRun:
    """The median of the mixed draws."""
    between = sorted(runs[2:], key=lambda run: run.seconds)
    return between[len(between) // 2]


def _most_in_zones(runs: list[DryRun]) -> dict[str, int]:
    most: dict[str, int] = {}
    for run in runs:
        for zone, count in run.most_in_zones.items():
            most[zone] = max(count, most.get(zone, 0))
    return most


def _worst_in_one_zone(runs: list[DryRun]) -> int:
    """The largest number of Nodes of one zone that may be away at a time, for the worst order of Nodes."""
    sizes: Counter[str] = Counter()
    for node in runs[0].absences.wanted:
        zone = runs[0].zones.get(node, "")
        # Nodes without a zone's label do not count.
        if zone:
            sizes[zone] += 1
    largest = max(sizes.values(), default=0)
    return min(largest, max(run.most_away for run in runs))


def _standstill(shop: Workshop, runs: list[DryRun]) -> Blockage | None:
    """Where the run stands that got least far; None where all runs complete."""
    worst = min(runs, key=lambda run: (run.complete, len(run.done)))
    if worst.complete:
        return None
    return standstill(shop, worst)
