"""Which Pods the kubelet evicts when the Node's memory runs short."""

from __future__ import annotations

from typing import Any

import pytest

from k8slearn.cluster import Cluster


def memory_pod(name: str, requests: dict[str, str], **spec: Any) -> dict[str, Any]:
    """A Pod on node1 that asks for so much."""
    main = {"name": name, "image": "example.com/app:1.0"}
    main |= {"resources": {"requests": requests}}
    meta = {"name": name, "labels": {"app": name}}
    spec = {"nodeName": "node1", "containers": [main], **spec}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec}


# Kubernetes: rankMemoryPressure orders by usage above requests, then priority, then how far above.
@pytest.mark.parametrize(
    ("requests", "first"),
    [("100Mi", "big"), ("4Gi", "small")],
    ids=["both above theirs, one by far", "one within its own"],
)
def test_the_qos_class_does_not_decide_who_is_evicted(
    requests: str, first: str
) -> None:
    cluster = Cluster(seed=12, kubelet="auto")
    cluster.add_node("node1", allocatable={"cpu": "4", "memory": "4Gi"})
    cluster.behave("mem=3980Mi", selector="app=big")
    cluster.behave("mem=50Mi", selector="app=small")
    cluster.create(memory_pod("big", {"memory": requests}))
    cluster.create(memory_pod("small", {}))
    cluster.run(60)
    classes = {
        pod["metadata"]["name"]: pod["status"]["qosClass"]
        for pod in cluster.list("Pod")
    }
    assert classes == {"big": "Burstable", "small": "BestEffort"}
    events = [e for e in cluster.list("Event") if e["reason"] == "Evicted"]
    earliest = min(events, key=lambda event: event["firstTimestamp"])
    assert earliest["involvedObject"]["name"] == first
