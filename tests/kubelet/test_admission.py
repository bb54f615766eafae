"""Whether a kubelet takes a Pod for its system, row by row as upstream's own tables go."""

import pytest

from k8slearn import Cluster
from k8slearn.kubelet.admission import can_admit

OS = "kubernetes.io/os"
SELECTOR, FIELD = "PodOSSelectorNodeLabelDoesNotMatch", "PodOSNotSupported"


def refused(labels=None, **spec):
    pod = {"metadata": {"name": "p", "labels": labels or {}}, "spec": {"containers": [], **spec}}  # fmt: skip
    node = {"metadata": {"name": "n", "labels": {OS: "linux"}}, "spec": {}, "status": {}}  # fmt: skip
    found = can_admit(pod, node, [], [])
    return found and found.reason


@pytest.mark.parametrize(
    ("labels", "spec", "reason"),
    [
        ({}, {}, None),
        ({OS: "linux"}, {}, None),
        # The label of the Pod itself, whatever its name says.
        ({OS: "windows"}, {}, SELECTOR),
        ({}, {"nodeSelector": {OS: "windows"}}, "NodeAffinity"),
        ({}, {"os": {"name": "linux"}}, None),
        ({}, {"os": {"name": "windows"}}, FIELD),
        ({OS: "windows"}, {"os": {"name": "windows"}}, SELECTOR),
    ],
)
def test_a_pod_of_another_system_is_refused(labels, spec, reason):
    assert refused(labels, **spec) == reason


@pytest.mark.parametrize("kind", ["ReplicaSet", "StatefulSet"])
def test_time_goes_on_while_refused_pods_are_made_anew(kind):
    cluster = Cluster(1, kubelet="auto")
    labels = {"app": "web"}
    resources = {"requests": {"cpu": "99"}}
    container = {"name": "main", "image": "app:1", "resources": resources}
    pod = {"nodeName": "node1", "containers": [container]}
    spec = {
        "serviceName": "web",
        "replicas": 1,
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": pod},
    }
    if kind == "ReplicaSet":
        del spec["serviceName"]
    cluster.create({"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": "web"}, "spec": spec})  # fmt: skip
    for _ in range(200):
        cluster.step()
    assert cluster.now > 0.5
