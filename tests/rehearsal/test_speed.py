"""A large cluster is rehearsed in an acceptable time."""

import pytest

from k8slearn import Cluster
from k8slearn.rehearsal import rehearse
from tests.support.dumps import listed, write
from tests.support.helpers import daemon_set
from tests.support.stopwatch import timed

NODES = 200
SETS = 15
# What a person waits for without leaving, for three limits together; of the processor, for the machine may be busy.
SECONDS = 20.0


@pytest.mark.slow
def test_three_limits_on_200_nodes_with_3000_pods(tmp_path):
    cluster = Cluster(NODES, history=None)
    for number in range(SETS):
        cluster.apply(daemon_set(f"agent{number}", image=f"agent{number}:1"))
    cluster.run_until_quiet()
    loaded = Cluster.load(write(tmp_path / "dump.json", listed(cluster)))
    assert len(loaded.list("Pod")) == NODES * SETS
    limits = ["1", "3", "10%"]
    made, took = timed(
        lambda: rehearse(loaded, image="ds/agent7=agent:2", limits=limits)
    )
    assert all(each.complete and each.replaced == NODES for each in made.results)
    assert took < SECONDS
