"""A branch of a past moment equals the cluster of that moment, and behaves like one that was run up to it."""

from __future__ import annotations

import random

import pytest

from k8slearn import Cluster
from k8slearn.journal import NotReplayable
from tests.support.helpers import DS, lines, running


def log_of(cluster: Cluster) -> list[tuple[float, str, str, object]]:
    return [(c.time, c.actor, c.type, c.object) for c in cluster.store.log.changes]


def worn(seed: int = 4) -> Cluster:
    """A cluster to which everything was done that a user can do to it."""
    cluster, rng = running(5, kubelet="simple", seed=seed), random.Random(seed)
    deeds = [
        lambda: cluster.add_node(),
        lambda: cluster.remove_node(
            rng.choice(cluster.list("Node"))["metadata"]["name"]
        ),
        lambda: cluster.delete_pod(rng.choice(cluster.list("Pod"))["metadata"]["name"]),
        lambda: cluster.break_pod(rng.choice(cluster.list("Pod"))["metadata"]["name"]),
        lambda: cluster.fail_pod(rng.choice(cluster.list("Pod"))["metadata"]["name"]),
        lambda: cluster.set_image(DS, f"agent:{rng.randrange(9)}"),
        lambda: cluster.label("node2", {"n": str(rng.randrange(99))}),
        lambda: cluster.taint("node3", "a=b:NoExecute"),
        lambda: cluster.set_node_ready("node2", rng.choice(["False", "True"])),
        lambda: cluster.slow_kubelet("node2", 3.0),
        lambda: cluster.lag_cache(rng.choice([0.0, 2.0])),
        lambda: cluster.set_strategy(
            DS, "RollingUpdate", max_unavailable=0, max_surge=1
        ),
        lambda: cluster.delete("Pod", "not-there"),
    ]
    ways = [
        cluster.step,
        cluster.settle,
        lambda: cluster.run(1.3),
        lambda: cluster.run_until_quiet(20),
    ]
    for _ in range(60):
        try:
            rng.choice(deeds)()
        except Exception as error:
            assert "not found" in str(error)
        rng.choice(ways)()
    return cluster


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_branch_of_the_past_is_the_cluster_as_it_was(seed):
    cluster = worn(seed)
    for at in [
        0,
        1,
        len(cluster.actions) // 3,
        len(cluster.actions) // 2,
        len(cluster.actions) - 1,
    ]:
        branch = cluster.fork(at)
        assert branch.actions == cluster.actions[:at]
        assert log_of(branch) == log_of(cluster)[: branch.store.revision]
        last = cluster.actions[at - 1] if at else None
        assert last is None or (branch.store.revision, branch.now) == (
            last.last,
            last.time,
        )


def start() -> Cluster:
    cluster = running(4, kubelet="simple", seed=3)
    cluster.set_image(DS, "agent:2")
    return cluster


def stepped(cluster: Cluster, count: int) -> Cluster:
    for _ in range(count):
        cluster.step()
    return cluster


def test_two_branches_give_the_same_logs_as_two_clusters_run_separately_to_the_same_point():
    original = start()
    at = len(original.actions) + 13
    stepped(original, 17)
    for strategy in ("OnDelete", "RollingUpdate"):
        branch, separate = original.fork(at), stepped(start(), 13)
        for cluster in (branch, separate):
            cluster.set_strategy(DS, strategy)
            cluster.run_until_quiet()
        assert lines(branch) == lines(separate) and log_of(branch) == log_of(separate)


def test_a_branch_left_alone_lives_through_the_same_again():
    original = start()
    original.run_until_quiet()
    branch = original.fork(len(original.actions) // 2)
    branch.run_until_quiet()
    assert log_of(branch) == log_of(original) and branch.actions == original.actions


def test_a_branch_can_be_branched():
    first = start()
    first.run_until_quiet()
    second = first.fork(len(first.actions) - 20)
    second.add_node()
    second.run_until_quiet()
    third = second.fork(len(second.actions) - 3)
    assert log_of(third) == log_of(second)[: third.store.revision]


def test_what_was_changed_behind_the_journal_is_refused_not_guessed():
    cluster = running(3, kubelet="simple", seed=3)
    cluster.kubelet.faults.slow["node1"] = 50.0
    cluster.set_image(DS, "agent:2")
    cluster.run_until_quiet()
    with pytest.raises(NotReplayable):
        cluster.fork(len(cluster.actions) - 1)
