"""Custom Endpoints are mirrored into slices, unless the Service has a selector or a label forbids it."""

import pytest

from k8slearn.cluster import Cluster
from k8slearn.controllers.endpointslice_mirroring import MIRRORED_BY

SERVICE = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "outside"},
    "spec": {"ports": [{"port": 80}]},
}
ENDPOINTS = {
    "apiVersion": "v1",
    "kind": "Endpoints",
    "metadata": {"name": "outside"},
    "subsets": [
        {
            "addresses": [{"ip": "192.0.2.7"}],
            "notReadyAddresses": [{"ip": "192.0.2.8"}],
            "ports": [{"port": 80}],
        }
    ],
}


def slices(cluster):
    return cluster.list("EndpointSlice", selector="kubernetes.io/service-name=outside")


@pytest.fixture
def cluster():
    made = Cluster()
    made.create(SERVICE)
    made.create(ENDPOINTS)
    made.settle()
    return made


def test_a_subset_becomes_a_slice(cluster):
    (found,) = slices(cluster)
    assert found["metadata"]["labels"]["endpointslice.kubernetes.io/managed-by"] == MIRRORED_BY  # fmt: skip
    ready = {e["addresses"][0]: e["conditions"]["ready"] for e in found["endpoints"]}
    assert ready == {"192.0.2.7": True, "192.0.2.8": False}
    assert found["ports"][0]["port"] == 80


def test_a_change_is_followed_and_nothing_is_written_twice(cluster):
    before = cluster.store.revision
    patch = {"subsets": [{"addresses": [{"ip": "192.0.2.9"}], "ports": [{"port": 81}]}]}
    cluster.patch("Endpoints", "outside", patch, type="merge")
    cluster.settle()
    (found,) = slices(cluster)
    assert found["endpoints"][0]["addresses"] == ["192.0.2.9"]
    # The Endpoints and the slice: one write each.
    assert cluster.store.revision == before + 2


@pytest.mark.parametrize(
    "what",
    [
        lambda c: c.delete("Endpoints", "outside"),
        lambda c: c.patch("Service", "outside", {"spec": {"selector": {"a": "b"}}}),
        lambda c: c.patch(
            "Endpoints",
            "outside",
            {"metadata": {"labels": {"endpointslice.kubernetes.io/skip-mirror": "true"}}},
        ),
    ],
    ids=["deleted", "selector", "skip"],
)  # fmt: skip
def test_what_is_not_mirrored_any_more_goes(cluster, what):
    what(cluster)
    cluster.settle()
    marks = [found["metadata"]["labels"] for found in slices(cluster)]
    left = [m for m in marks if MIRRORED_BY in m.values()]
    assert left == []
