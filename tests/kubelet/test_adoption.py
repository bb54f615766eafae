"""Containers and Nodes from a dump go on as before: crashing ones crash, waiting ones wait."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from k8slearn.apimachinery.objects import condition
from k8slearn.cluster import Cluster
from tests.support.dumps import write
from tests.support.managed_clusters import EARLIER, NOW, dump

Object = dict[str, Any]
POD = "agent-x7k2p"


def loaded(folder: Path, change: Callable[[Object, Object], None]) -> Cluster:
    """A loaded cluster with changes to its Node and Pod."""
    content = dump("gke")
    node, _, pod, _ = content["items"]
    change(node, pod)
    return Cluster.load(write(folder / "dump.json", content), kubelet="auto")


def pod_of(cluster: Cluster) -> Object:
    return cluster.get("Pod", POD, "monitoring")


def entry_of(cluster: Cluster) -> Object:
    [entry] = pod_of(cluster)["status"]["containerStatuses"]
    return dict(entry)


def unready(pod: Object, since: str) -> None:
    for each in pod["status"]["conditions"]:
        if each["type"] in ("Ready", "ContainersReady"):
            each |= {"status": "False", "lastTransitionTime": since}
            each |= {"reason": "ContainersNotReady"}
            each["message"] = "containers with unready status: [agent]"


def crashing(_: Object, pod: Object) -> None:
    unready(pod, EARLIER)
    # A present kubelet also reports these, and would add them.
    pod["status"]["hostIPs"] = [{"ip": pod["status"]["hostIP"]}]
    begun = {**pod["status"]["conditions"][0], "type": "PodReadyToStartContainers"}
    pod["status"]["conditions"].insert(0, begun)
    [entry] = pod["status"]["containerStatuses"]
    ended = entry["lastState"]["terminated"]
    ended |= {"exitCode": 3, "reason": "Error"}
    ended |= {"startedAt": "2026-10-05T08:28:00Z", "finishedAt": "2026-10-05T08:28:07Z"}
    message = "back-off 2m40s restarting failed container=agent pod=agent-x7k2p_monitoring(uid-pod)"
    waiting = {"reason": "CrashLoopBackOff", "message": message}
    entry |= {"ready": False, "started": False, "restartCount": 5}
    entry |= {"state": {"waiting": waiting}, "containerID": ended["containerID"]}


def test_who_crashed_crashes_again_when_its_wait_is_over(tmp_path: Path) -> None:
    cluster = loaded(tmp_path, crashing)
    assert entry_of(cluster)["restartCount"] == 5
    # 2m40s after 08:28:07 is 08:30:47; the dump is of 08:30:00.
    before = pod_of(cluster)["metadata"]["resourceVersion"]
    cluster.run(40)
    # As it is told already: to look at it changes nothing.
    assert pod_of(cluster)["metadata"]["resourceVersion"] == before
    cluster.run(30)
    assert entry_of(cluster)["restartCount"] == 6
    cluster.run(30)
    entry = entry_of(cluster)
    assert entry["state"]["waiting"]["reason"] == "CrashLoopBackOff"
    assert entry["lastState"]["terminated"]["exitCode"] == 3
    # The next wait is twice as long.
    cluster.run(240)
    assert entry_of(cluster)["restartCount"] == 6
    cluster.run(120)
    assert entry_of(cluster)["restartCount"] == 7


@pytest.mark.parametrize(
    ("since", "ready"), [("2026-10-05T08:00:00Z", False), (NOW, True)]
)
def test_who_was_unready_for_long_stays_so(
    tmp_path: Path, since: str, ready: bool
) -> None:
    def slow(_: Object, pod: Object) -> None:
        unready(pod, since)
        [entry] = pod["status"]["containerStatuses"]
        entry["ready"] = False

    cluster = loaded(tmp_path, slow)
    cluster.run(120)
    assert entry_of(cluster)["ready"] is ready
    assert entry_of(cluster)["restartCount"] == 2


def test_an_image_that_could_not_be_pulled_still_cannot(tmp_path: Path) -> None:
    def unpulled(node: Object, pod: Object) -> None:
        node["status"]["images"] = []
        unready(pod, EARLIER)
        pod["status"]["phase"] = "Pending"
        [entry] = pod["status"]["containerStatuses"]
        error = 'failed to pull image "agent:1": unauthorized'
        message = f'Back-off pulling image "agent:1": ErrImagePull: {error}'
        waiting = {"reason": "ImagePullBackOff", "message": message}
        entry |= {"ready": False, "started": False, "restartCount": 0, "lastState": {}}
        entry |= {"state": {"waiting": waiting}, "containerID": "", "imageID": ""}

    cluster = loaded(tmp_path, unpulled)
    cluster.run(900)
    waiting = entry_of(cluster)["state"]["waiting"]
    assert waiting["reason"] in ("ErrImagePull", "ImagePullBackOff")
    assert "unauthorized" in waiting["message"]
    # Another image is another question.
    cluster.set_image("agent", "agent:2", namespace="monitoring")
    cluster.run(120)
    [pod] = cluster.list("Pod")
    assert pod["status"]["phase"] == "Running"


@pytest.mark.parametrize("kind", ["MemoryPressure", "DiskPressure"])
def test_a_nodes_pressure_stays_and_drives_nobody_out(
    tmp_path: Path, kind: str
) -> None:
    def pressed(node: Object, _: Object) -> None:
        for each in node["status"]["conditions"]:
            if each["type"] == kind:
                each["status"] = "True"

    cluster = loaded(tmp_path, pressed)
    cluster.delete("Pod", POD, namespace="monitoring")
    cluster.run(900)
    node = cluster.get("Node", "gke-node-1")
    found = condition(node, kind)
    assert found is not None and found["status"] == "True"
    assert len(cluster.list("Pod")) == 1


@pytest.mark.parametrize(
    "message", ["container runtime network not ready: cni", "PLEG is not healthy"]
)
def test_a_node_that_is_not_ready_by_its_own_word_stays_so(
    tmp_path: Path, message: str
) -> None:
    def broken(node: Object, _: Object) -> None:
        [ready] = [c for c in node["status"]["conditions"] if c["type"] == "Ready"]
        ready |= {"status": "False", "reason": "KubeletNotReady", "message": message}

    cluster = loaded(tmp_path, broken)
    cluster.run(300)
    found = condition(cluster.get("Node", "gke-node-1"), "Ready")
    assert found is not None and found["status"] == "False"
    assert not cluster.failures


def test_a_silent_nodes_pod_neither_ends_nor_begins(tmp_path: Path) -> None:
    def silent(node: Object, _: Object) -> None:
        for each in node["status"]["conditions"]:
            each |= {"status": "Unknown", "reason": "NodeStatusUnknown"}

    cluster = loaded(tmp_path, silent)
    cluster.delete("Pod", POD, namespace="monitoring")
    cluster.run(900)
    assert "deletionTimestamp" in pod_of(cluster)["metadata"]


def test_a_mirror_stays_though_nobody_knows_its_file(tmp_path: Path) -> None:
    def static(_: Object, pod: Object) -> None:
        notes = {f"kubernetes.io/config.{what}": "x" for what in ("mirror", "hash")}
        notes["kubernetes.io/config.source"] = "file"
        pod["metadata"]["annotations"] = notes
        del pod["metadata"]["ownerReferences"]

    cluster = loaded(tmp_path, static)
    manifest = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "other"}}
    manifest["spec"] = {"containers": [{"name": "a", "image": "a:1"}]}
    nodes = cluster.control_plane.kubelet.real("static_pod")
    nodes.static_pod("gke-node-1", "other.yaml", manifest)
    cluster.run(30)
    nodes.static_pod("gke-node-1", "other.yaml", None)
    cluster.run(60)
    assert pod_of(cluster)["status"]["phase"] == "Running"
