"""Many threads use one cluster: operations only fail by refusals, and the invariants hold afterwards."""

from itertools import pairwise
from random import Random
from threading import Barrier, Thread

import pytest

from k8slearn import ApiError, Cluster
from tests.support.helpers import DS, daemon_set

THREADS = 12
OPERATIONS_EACH = 1_600
NODES = 6


def add_or_remove(cluster, rng):
    name = f"extra{rng.randrange(4)}"
    if rng.random() < 0.5:
        cluster.add_node(name)
    else:
        cluster.remove_node(name)


def delete_a_pod(cluster, rng):
    pods = cluster.list("Pod")
    if pods:
        cluster.delete_pod(rng.choice(pods)["metadata"]["name"])


def look_back(cluster, rng):
    cluster.at(rng.randrange(1, cluster.store.revision + 1)).list("Pod")


OPERATIONS = (
    lambda cluster, rng: cluster.set_image(DS, f"agent:{rng.randrange(3)}"),
    lambda cluster, rng: cluster.label(f"node{rng.randrange(NODES) + 1}", {"a": "b"}),
    lambda cluster, rng: cluster.apply(daemon_set(image=f"agent:{rng.randrange(3)}")),
    lambda cluster, _: cluster.step(),
    lambda cluster, rng: cluster.run(rng.random()),
    lambda cluster, _: cluster.table("pods"),
    add_or_remove,
    delete_a_pod,
    look_back,
)


def work(cluster, seed, start, found):
    """Run random operations in a thread; errors other than refusals are added to `found`."""
    rng = Random(seed)
    start.wait()
    for _ in range(OPERATIONS_EACH):
        try:
            rng.choice(OPERATIONS)(cluster, rng)
        except ApiError:
            pass
        except Exception as error:  # the test reports any error
            found.append(repr(error))


@pytest.mark.slow
def test_twelve_threads_leave_everything_as_it_must_be():
    cluster = Cluster(NODES, seed=5, kubelet="auto", history=None)
    cluster.apply(daemon_set())
    start, found = Barrier(THREADS), []
    threads = [
        Thread(target=work, args=(cluster, seed, start, found))
        for seed in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == []
    assert cluster.failures == []
    check(cluster)


def check(cluster):
    """Revisions and actions without a gap; the store is what its log says."""
    changes = cluster.store.log.changes
    assert [change.revision for change in changes] == [*range(1, len(changes) + 1)]
    ends = [(action.first, action.last) for action in cluster.actions]
    assert all(before[1] <= after[0] for before, after in pairwise(ends))
    replayed = {}
    for change in changes:
        if change.type == "DELETED":
            replayed.pop(change.key)
        else:
            replayed[change.key] = change.object
    kept = {key: o for key, o in replayed.items() if key[0] == "Pod"}
    stored = {
        ("Pod", o["metadata"]["namespace"], o["metadata"]["name"]): o
        for o in cluster.list("Pod")
    }
    assert stored == kept
