"""Replays recorded scenarios of the real kubelet and compares them with what a watch on the real cluster saw."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations

from k8slearn.cluster import Cluster
from k8slearn.parity.decisions import Difference
from k8slearn.parity.play import Play
from k8slearn.parity.reference import Record
from k8slearn.parity.tracks import filled, nearest
from k8slearn.parity.watched import RecordedWatch

# Probes, evictions and heartbeats have phases, back-offs a jitter, and a record has them as they fell in two to five
# recordings. So the model has some tries as well: a phase comes round to it, while a state, an order or a step that is
# wrong is wrong with every seed.
SEEDS = range(10)


def _cluster(seed: int) -> Cluster:
    # The recorded API server had the plugin ServiceAccount switched off.
    return Cluster(seed=seed, kubelet="auto", history=None, service_accounts=False)


def replayed(record: Record, seed: int) -> Iterator[Record]:
    """What a watch on the model saw of a scenario: once for each way in which its like Nodes may be called."""
    play = Play(record, _cluster(seed))
    changes = play.run()
    seen = RecordedWatch(play.start, play.place).see(changes)
    yield seen
    for names in _ways(record, seen):
        yield RecordedWatch(play.start, play.place, names).see(changes)


def _ways(record: Record, seen: Record) -> Iterator[dict[str, str]]:
    """The other names that the Nodes may be told by.

    In which order a rollout comes to Nodes that are alike is chance: where no step names one, they are called by it.
    The order is that of the second Pods; where a rollout has not come to all Nodes, the others may be any.
    """
    if "daemonsets" not in record:
        return
    if any("node" in step for step in record["script"]):
        return
    nodes = list(record["kubelets"])
    here = _rolled(seen, nodes)
    there = _rolled(record, nodes)
    if len(here) != len(there):
        # Another number of Nodes was rolled: their order says nothing of who is who.
        here = []
        there = []
    left = [node for node in nodes if node not in here]
    others = [node for node in nodes if node not in there]
    for way in permutations(others):
        names = dict(zip([*here, *left], [*there, *way], strict=True))
        if any(node != alias for node, alias in names.items()):
            yield names


def _rolled(record: Record, nodes: Sequence[str]) -> list[str]:
    """The Nodes to which a rollout came, in the order in which it did."""
    second: dict[str, float] = {}
    for alias, pod in record["pods"].items():
        # DAEMONSET@NODE#NUMBER: the second Pod of a slot is the rollout's.
        slot, _, number = alias.partition("#")
        _, _, node = slot.partition("@")
        if number == "2" and node in nodes:
            second[node] = pod["rows"][0]["t"]
    return sorted(second, key=lambda node: second[node])


def scenario(record: Record) -> list[Difference]:
    """(where, expected, got) for each difference of the model from a record, by the seed that comes nearest."""
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
