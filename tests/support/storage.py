"""Claims, volumes, classes and Pods that use them, and queries about them."""

from __future__ import annotations

from typing import Any

from k8slearn import Cluster
from tests.support.helpers import bare_pod

HOST = "kubernetes.io/hostname"
FAST = "fast"
PROVISIONER = "disk.example.com"
LATE = "WaitForFirstConsumer"


def volume(name: str, size: str = "1Gi", **spec: Any) -> dict[str, Any]:
    body = {
        "capacity": {"storage": size},
        "accessModes": ["ReadWriteOnce"],
        "hostPath": {"path": "/data"},
        "storageClassName": "",
        **spec,
    }
    metadata = {"name": name, "labels": {"size": size}}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": metadata,
        "spec": body,
    }


def local_volume(
    name: str, node: str, size: str = "1Gi", **spec: Any
) -> dict[str, Any]:
    """A local volume on a Node, of the class with late binding."""
    return volume(name, size, storageClassName=FAST, nodeAffinity=on(node), **spec)


def on(*nodes: str) -> dict[str, Any]:
    """The nodeAffinity of a volume on these Nodes."""
    terms = [{"key": HOST, "operator": "In", "values": list(nodes)}]
    return {"required": {"nodeSelectorTerms": [{"matchExpressions": terms}]}}


def claim(name: str = "c", size: str = "1Gi", **spec: Any) -> dict[str, Any]:
    body = {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": size}},
        "storageClassName": "",
        **spec,
    }
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": name},
        "spec": body,
    }


def late_claim(name: str = "c", size: str = "1Gi", **spec: Any) -> dict[str, Any]:
    return claim(name, size, storageClassName=FAST, **spec)


def unclassed_claim(name: str = "c") -> dict[str, Any]:
    """A claim without a class."""
    made = claim(name)
    del made["spec"]["storageClassName"]
    return made


def storage_class(mode: str = LATE, name: str = FAST, **more: Any) -> dict[str, Any]:
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": name},
        "provisioner": PROVISIONER,
        "volumeBindingMode": mode,
        **more,
    }


def default_class(name: str = FAST) -> dict[str, Any]:
    made = storage_class("Immediate", name)
    mark = "storageclass.kubernetes.io/is-default-class"
    made["metadata"]["annotations"] = {mark: "true"}
    return made


def user(name: str = "p", *claims: str, **spec: Any) -> dict[str, Any]:
    """A Pod with these claims' volumes."""
    volumes = []
    for each in claims or ("c",):
        source = {"persistentVolumeClaim": {"claimName": each}}
        volumes.append({"name": f"v-{each}", **source})
    pod: dict[str, Any] = bare_pod(name, volumes=volumes, **spec)
    return pod


def with_own_volume(name: str = "p", **spec: Any) -> dict[str, Any]:
    """A Pod with an ephemeral volume, by a claim of the class with late binding."""
    template = {"metadata": {"labels": {"of": name}}, "spec": late_claim()["spec"]}
    source = {"ephemeral": {"volumeClaimTemplate": template}}
    pod: dict[str, Any] = bare_pod(name, volumes=[{"name": "own", **source}], **spec)
    return pod


def settled(*objects: dict[str, Any], nodes: int = 2) -> Cluster:
    cluster = Cluster(nodes, kubelet="instant")
    created(cluster, *objects)
    return cluster


def created(cluster: Cluster, *objects: dict[str, Any]) -> None:
    for each in objects:
        cluster.create(each)
    cluster.run(1)
    assert not cluster.control_plane.failures


def volume_of(cluster: Cluster, name: str = "c") -> str:
    found = cluster.get("PersistentVolumeClaim", name)
    bound = found["status"]["phase"] == "Bound"
    return str(found["spec"]["volumeName"]) if bound else ""


def phase(cluster: Cluster, name: str) -> str:
    return str(cluster.get("PersistentVolume", name, "")["status"]["phase"])


def node_of(cluster: Cluster, name: str = "p") -> str:
    return str(cluster.get("Pod", name)["spec"].get("nodeName", ""))


def refusal(cluster: Cluster, name: str = "p") -> str:
    """Why a Pod was not scheduled: only the part of the message about Nodes."""
    [condition] = cluster.get("Pod", name)["status"]["conditions"]
    message = str(condition["message"]).partition("nodes are available: ")[2]
    return message.partition(". no new claims")[0]


def told(cluster: Cluster, kind: str, name: str) -> list[tuple[str, str]]:
    """Reason and message of the Events about an object."""
    found = []
    for event in cluster.list("Event"):
        about = event["involvedObject"]
        if (about["kind"], about["name"]) == (kind, name):
            found.append((event["reason"], event["message"]))
    return found


def torn_away(cluster: Cluster, kind: str, name: str) -> None:
    """Delete an object that is in use, by removing its finalizers."""
    cluster.delete(kind, name)
    found = cluster.get(kind, name)
    del found["metadata"]["finalizers"]
    cluster.update(found)
    cluster.run(1)
