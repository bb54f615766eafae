"""Leases that are renewed without a write for each renewal."""

import pytest

from k8slearn import Cluster
from k8slearn.apimachinery.objects import micro_timestamp
from k8slearn.apiserver.renewals import Renewals

KEY = ("Lease", "kube-node-lease", "node1")
LEASE = {
    "apiVersion": "coordination.k8s.io/v1",
    "kind": "Lease",
    "metadata": {"name": "node1", "namespace": "kube-node-lease"},
    "spec": {"holderIdentity": "node1", "renewTime": micro_timestamp(3.0)},
}


@pytest.mark.parametrize(
    ("now", "latest"), [(3.0, 3.0), (12.9, 3.0), (13.0, 13.0), (99.0, 93.0), (1.0, 3.0)]
)
def test_the_last_renewal_is_worked_out(now, latest):
    book = Renewals()
    book.begin(KEY, 3.0, 10.0)
    assert book.latest(LEASE, now) == latest
    renewed = book.shown(LEASE, now)["spec"]["renewTime"]
    assert renewed == micro_timestamp(latest)


def test_what_nobody_renews_stands_as_it_was_written():
    book = Renewals()
    assert book.latest(LEASE, 99.0) == 3.0
    assert book.shown(LEASE, 99.0) is LEASE
    book.begin(KEY, 3.0, 10.0)
    twin = book.copy()
    book.end(KEY)
    assert book.shown(LEASE, 99.0) is LEASE
    assert twin.running(KEY)


def test_a_reader_of_the_api_sees_the_renewal():
    cluster = Cluster(kubelet="manual")
    cluster.create(LEASE)
    cluster.registry.renewals.begin(KEY, 3.0, 10.0)
    cluster.run(25.0)
    found = cluster.get("Lease", "node1", "kube-node-lease")
    assert found["spec"]["renewTime"] == micro_timestamp(23.0)
