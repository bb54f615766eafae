"""Remedies for a cluster loaded from a dump."""

from k8slearn import Cluster
from k8slearn.remedies import stands, what_would_it_take
from tests.support.dumps import listed, write
from tests.support.helpers import daemon_set


def test_who_is_idle_for_want_of_objects_is_no_remedy(tmp_path):
    cluster = Cluster(3, kubelet="auto")
    cluster.apply(daemon_set("agent", image="agent:1"))
    cluster.run(60)
    # Nothing that is tried ends this, so that two changes at once are tried as well.
    cluster.set_usage("node2", disk="76Gi")
    cluster.run(600)
    loaded = Cluster.load(write(tmp_path / "dump.json", listed(cluster)))
    loaded.set_image("agent", "agent:2")
    loaded.run(60)
    assert loaded.control_plane.stopped
    found = what_would_it_take(loaded, stands("agent"))
    assert found
    for name in loaded.control_plane.stopped:
        assert not [each for each in found if name in each.text]
