"""Replays recorded scenarios of the real kubelet, and compares what watches on both clusters saw."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations

from k8slearn.cluster import Cluster
from k8slearn.parity.decisions import Difference
from k8slearn.parity.play import Play
from k8slearn.parity.reference import Record
from k8slearn.parity.tracks import filled, nearest
from k8slearn.parity.watched import RecordedWatch

# Probes, evictions and heartbeats have random phases, back-offs have jitter, and a record has the values of two to five
# recordings. So the model gets several seeds: one of them matches such phases, while a wrong state, order or step is
# wrong with every seed.
SEEDS = range(10)


def _cluster(seed: int) -> Cluster:
    # The recorded API server ran without the admission plugin ServiceAccount.
    return Cluster(seed=seed, kubelet="auto", history=None, service_accounts=False)


def replayed(record: Record, seed: int) -> Iterator[Record]:
    """What a watch on the model saw of a scenario, once for each renaming of its equal Nodes."""
    play = Play(record, _cluster(seed))
    changes = play.run()
    seen = RecordedWatch(play.start, play.place).see(changes)
    yield seen
    for names in _renamings(record, seen):
        yield RecordedWatch(play.start, play.place, names).see(changes)


def _renamings(record: Record, seen: Record) -> Iterator[dict[str, str]]:
    """The possible renamings of equal Nodes.

    A rollout reaches equal Nodes in random order. Unless a step names one, they are renamed by the order of their
    second Pods; Nodes that the rollout has not reached may have any of the other names.
    """
    if "daemonsets" not in record:
        return
    if any("node" in step for step in record["script"]):
        return
    nodes = list(record["kubelets"])
    here = _rolled(seen, nodes)
    there = _rolled(record, nodes)
    if len(here) != len(there):
        # Different numbers of Nodes were reached, so the order does not match them up.
        here = []
        there = []
    left = [node for node in nodes if node not in here]
    others = [node for node in nodes if node not in there]
    for way in permutations(others):
        names = dict(zip([*here, *left], [*there, *way], strict=True))
        if any(node != alias for node, alias in names.items()):
            yield names


def _rolled(record: Record, nodes: Sequence[str]) -> list[str]:
    """The Nodes that a rollout has reached, in order."""
    second: dict[str, float] = {}
    for alias, pod in record["pods"].items():
        # DAEMONSET@NODE#NUMBER: number 2 is the Pod of the rollout.
        slot, _, number = alias.partition("#")
        _, _, node = slot.partition("@")
        if number == "2" and node in nodes:
            second[node] = pod["rows"][0]["t"]
    return sorted(second, key=lambda node: second[node])


def scenario(record: Record) -> list[Difference]:
    """(where, expected, got) for each difference from a record, for the seed with the fewest."""
    reference = filled(record)
    best: list[Difference] | None = None
    for seed in SEEDS:
        for candidate in replayed(record, seed):
            found = nearest(reference, candidate)
            if not found:
                return []
            if best is None or len(found) < len(best):
                best = found
    assert best is not None, "without a seed there is no try"
    return best
