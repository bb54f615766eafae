"""A cluster loaded from a dump has the same state and goes on from there."""

from __future__ import annotations

from pathlib import Path

import pytest

from k8slearn.apimachinery.objects import full_name, labels
from k8slearn.cluster import Cluster
from tests.support.dumps import listed, without_managed_fields, write
from tests.support.storage import (
    FAST,
    late_claim,
    local_volume,
    node_of,
    storage_class,
    user,
    volume,
    with_own_volume,
)

AGENT = """
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, labels: {app: agent}}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec:
      containers:
      - name: agent
        image: agent:1
        readinessProbe: {httpGet: {path: /, port: 80}}
"""
WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 4
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: web:1}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 80}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  replicas: 2
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      containers: [{name: db, image: db:1}]
"""


def running(kubelet: str = "auto", nodes: int = 4) -> Cluster:
    cluster = Cluster(nodes=nodes, seed=7, kubelet=kubelet, start=20_000_000.0)
    cluster.apply(AGENT)
    cluster.apply(WEB)
    cluster.run_until_quiet()
    cluster.run(60)
    return cluster


def loaded(
    cluster: Cluster, folder: Path, kubelet: str = "auto", without: tuple[str, ...] = ()
) -> Cluster:
    path = write(folder / "dump.json", listed(cluster, without))
    return Cluster.load(path, kubelet=kubelet)


@pytest.mark.parametrize("kubelet", ["auto", "simple", "instant"])
def test_what_is_well_stays_untouched(tmp_path: Path, kubelet: str) -> None:
    cluster = running(kubelet)
    twin = loaded(cluster, tmp_path, kubelet)
    assert twin.now == pytest.approx(cluster.now, abs=90)
    before = twin.store.revision
    twin.run(600)
    assert [c.key for c in twin.store.log.changes[before:]] == []
    assert not twin.failures


VOLUME, CLAIM = "PersistentVolume", "PersistentVolumeClaim"


@pytest.mark.parametrize("without", [(), (VOLUME,), (VOLUME, CLAIM)])
def test_claims_and_volumes_stay_untouched(
    tmp_path: Path, without: tuple[str, ...]
) -> None:
    cluster = Cluster(2, kubelet="auto", start=20_000_000.0)
    for o in (
        storage_class(),
        volume("v", storageClassName=FAST),
        late_claim(),
        local_volume("w", "node2"),
        user(),
        with_own_volume("q"),
    ):
        cluster.create(o)
    cluster.run(60)
    assert node_of(cluster, "q")
    twin = loaded(cluster, tmp_path, without=without)
    before = twin.store.revision
    twin.run(600)
    assert [c.key for c in twin.store.log.changes[before:]] == []
    # And nobody lets a claim go that is in use.
    twin.delete(CLAIM, "c")
    twin.run(60)
    assert twin.get(CLAIM, "c")["metadata"]["deletionTimestamp"]
    assert not twin.failures


def test_objects_come_in_as_they_are(tmp_path: Path) -> None:
    cluster = running()
    given = listed(cluster)
    twin = loaded(cluster, tmp_path)
    assert twin.store.revision <= cluster.store.revision
    for o in given["items"]:
        place = o["metadata"].get("namespace", "")
        there = twin.store.get(o["kind"], o["metadata"]["name"], place)
        assert there is not None, full_name(o)
        shown = twin.registry.shown(there)
        if o["kind"] != "Lease":
            assert shown == o, full_name(o)


def test_a_rollout_goes_on_from_there(tmp_path: Path) -> None:
    twin = loaded(running(), tmp_path)
    twin.set_image("agent", "agent:2")
    twin.run_until_quiet()
    status = twin.get("DaemonSet", "agent")["status"]
    assert status["updatedNumberScheduled"] == status["numberAvailable"] == 4


def test_without_revisions_the_pods_say_which_is_theirs(tmp_path: Path) -> None:
    cluster = running()
    twin = loaded(cluster, tmp_path, without=("ControllerRevision",))
    before = {full_name(o) for o in twin.list("Pod")}
    twin.run(600)
    assert {full_name(o) for o in twin.list("Pod")} == before
    [revision] = [o for o in twin.list("ControllerRevision") if "agent" in full_name(o)]
    [digest] = {
        labels(o)["controller-revision-hash"]
        for o in twin.list("Pod", None, "app=agent")
    }
    assert revision["metadata"]["name"] == f"agent-{digest}"
    assert any("ControllerRevision" in sentence for sentence in twin.missing)


@pytest.mark.parametrize(
    "without",
    [
        ("ReplicaSet",),
        ("Namespace",),
        ("ServiceAccount",),
        ("Lease",),
        ("Node",),
        ("Pod",),
    ],
)
def test_what_is_missing_moves_nothing(
    tmp_path: Path, without: tuple[str, ...]
) -> None:
    cluster = running()
    twin = loaded(cluster, tmp_path, without=without)
    before = {full_name(o) for o in twin.list("Pod")}
    twin.run(600)
    assert {full_name(o) for o in twin.list("Pod")} == before
    assert twin.missing


def test_without_managed_fields_it_is_said(tmp_path: Path) -> None:
    content = without_managed_fields(listed(running()))
    twin = Cluster.load(write(tmp_path / "dump.yaml", content))
    assert any("managedFields" in sentence for sentence in twin.missing)


def test_a_past_moment_after_loading_can_be_forked(tmp_path: Path) -> None:
    twin = loaded(running(), tmp_path)
    twin.delete("Pod", twin.list("Pod", None, "app=agent")[0]["metadata"]["name"])
    twin.run_until_quiet()
    middle = len(twin.actions) // 2
    fork = twin.fork(middle)
    assert len(fork.actions) == middle
    fork.run_until_quiet()
    assert len(fork.list("Pod")) == len(twin.list("Pod"))
    assert fork.missing == twin.missing
