"""The retries of a Job whose Pods are refused."""

from itertools import pairwise

from k8slearn import Cluster
from k8slearn.apimachinery.objects import seconds_of


def refused_at(kind, spec, seconds):
    """The seconds at which Pods of an owner were refused, by a quota that has no room."""
    cluster = Cluster(1, kubelet="manual")
    quota = {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "spec": {"hard": {"pods": "0"}},
    }
    cluster.create({**quota, "metadata": {"name": "none", "namespace": "default"}})
    cluster.run(1)
    containers = [{"name": "c", "image": "x"}]
    template = {"spec": {"containers": containers, "restartPolicy": "Never"}}
    about = {"metadata": {"name": "o", "namespace": "default"}}
    cluster.create({**kind, **about, "spec": {**spec, "template": template}})
    start = cluster.now
    cluster.run(seconds)
    refused = [e for e in cluster.list("Event") if e["reason"] == "FailedCreate"]
    found = [seconds_of(e["firstTimestamp"]) - int(start) for e in refused]
    return sorted(found)


def test_a_job_waits_a_second_then_two_then_four():
    job = {"apiVersion": "batch/v1", "kind": "Job"}
    assert refused_at(job, {}, 20) == [0, 1, 3, 7, 15]


def test_it_never_waits_longer_than_a_minute():
    job = {"apiVersion": "batch/v1", "kind": "Job"}
    times = refused_at(job, {}, 250)
    gaps = [after - before for before, after in pairwise(times)]
    assert gaps[:6] == [1, 2, 4, 8, 16, 32]
    assert set(gaps[6:]) == {60}
