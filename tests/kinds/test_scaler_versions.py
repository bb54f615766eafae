"""HorizontalPodAutoscalers are converted between both versions without loss."""

import json

from k8slearn.cluster import Cluster
from k8slearn.kinds.scaler_versions import shown, stored
from tests.support.api_client import Client

PATH = "/apis/autoscaling/{}/namespaces/default/horizontalpodautoscalers"
CPU = {
    "type": "Resource",
    "resource": {
        "name": "cpu",
        "target": {"type": "Utilization", "averageUtilization": 50},
    },
}
SELECTOR = {"matchLabels": {"a": "b"}}
OTHERS = [
    {
        "type": "Resource",
        "resource": {
            "name": "memory",
            "target": {"type": "AverageValue", "averageValue": "1Gi"},
        },
    },
    {
        "type": "ContainerResource",
        "containerResource": {
            "name": "cpu",
            "container": "c",
            "target": {"type": "Utilization", "averageUtilization": 60},
        },
    },
    {
        "type": "Pods",
        "pods": {
            "metric": {"name": "requests", "selector": SELECTOR},
            "target": {"type": "AverageValue", "averageValue": "10"},
        },
    },
    {
        "type": "Object",
        "object": {
            "describedObject": {"kind": "Ingress", "name": "i"},
            "metric": {"name": "hits"},
            "target": {"type": "Value", "value": "2k"},
        },
    },
    {
        "type": "External",
        "external": {
            "metric": {"name": "queue", "selector": SELECTOR},
            "target": {"type": "Value", "value": "30"},
        },
    },
]
BEHAVIOR = {"scaleDown": {"stabilizationWindowSeconds": 5}}
SCALER = {
    "apiVersion": "autoscaling/v2",
    "kind": "HorizontalPodAutoscaler",
    "metadata": {"name": "web", "annotations": {"own": "note"}},
    "spec": {
        "maxReplicas": 5,
        "scaleTargetRef": {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "name": "web",
        },
        "behavior": BEHAVIOR,
        # What v1 has a field for comes back last.
        "metrics": [*OTHERS, CPU],
    },
    "status": {"desiredReplicas": 1, "conditions": [{"type": "AbleToScale"}]},
}


def test_all_of_v2_stands_in_v1():
    old = shown(SCALER)
    assert old["spec"]["targetCPUUtilizationPercentage"] == 50
    assert not {"metrics", "behavior"} & old["spec"].keys()
    notes = old["metadata"]["annotations"]
    metrics = json.loads(notes["autoscaling.alpha.kubernetes.io/metrics"])
    memory, container, pods, of_object, external = metrics
    assert memory["resource"] == {"name": "memory", "targetAverageValue": "1Gi"}
    assert container["containerResource"]["targetAverageUtilization"] == 60
    assert pods["pods"] == {
        "metricName": "requests",
        "selector": SELECTOR,
        "targetAverageValue": "10",
    }
    assert of_object["object"] == {
        "target": {"kind": "Ingress", "name": "i"},
        "metricName": "hits",
        "targetValue": "2k",
    }
    assert external["external"]["metricSelector"] == SELECTOR
    assert json.loads(notes["autoscaling.alpha.kubernetes.io/behavior"]) == BEHAVIOR


def test_what_went_there_comes_back():
    assert stored(shown(SCALER)) == SCALER
    assert stored(shown(stored(shown(SCALER)))) == SCALER


def test_nonsense_in_a_note_is_nothing():
    old = shown(SCALER)
    for note in old["metadata"]["annotations"]:
        old["metadata"]["annotations"][note] = "{"
    assert "metrics" not in stored({**old, "spec": {"maxReplicas": 1}})["spec"]


def test_a_client_of_v1_loses_nothing_of_what_one_of_v2_wrote():
    client = Client(Cluster(1))
    body = {key: value for key, value in SCALER.items() if key != "status"}
    client.post(PATH.format("v2"), body)
    path = PATH.format("v1") + "/web"
    old = client.get(path)
    old["spec"]["maxReplicas"] = 9
    old["metadata"].pop("managedFields")
    assert client.call("PUT", path, old)[0] == 200
    new = client.get(PATH.format("v2") + "/web")
    assert new["spec"]["metrics"] == SCALER["spec"]["metrics"]
    assert new["spec"]["maxReplicas"] == 9
    assert new["metadata"]["annotations"] == {"own": "note"}
