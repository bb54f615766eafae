"""Validation of HorizontalPodAutoscalers, and the defaults of their behaviour.

Kubernetes: validation_test.go and v2/defaults_test.go of pkg/apis/autoscaling
"""

import pytest

from k8slearn.apiserver.admission import admit_update
from tests.support.helpers import told
from tests.support.manifests import admitted, changed, refused, stored

CPU = {
    "type": "Resource",
    "resource": {
        "name": "cpu",
        "target": {"type": "Utilization", "averageUtilization": 50},
    },
}
REQUESTS = {"metric": {"name": "hits"}, "target": {"type": "Value", "value": "1"}}
POLICY = {"type": "Pods", "value": 1, "periodSeconds": 15}
METRIC = "spec.metrics[0]"
UP = "spec.behavior.scaleUp"


def scaler(**spec):
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "web"},
        "spec": {"scaleTargetRef": target, "maxReplicas": 3, **spec},
    }


@pytest.mark.parametrize(
    ("metric", "messages"),
    [
        (
            {"type": "Resource"},
            [
                f"{METRIC}.resource: Required value: must populate information for the given metric source"
            ],
        ),
        (
            {**CPU, "pods": REQUESTS},
            [
                f"{METRIC}.pods.target.averageValue: Required value: must specify a positive target averageValue",
                f"{METRIC}.pods: Forbidden: must populate the given metric source only",
            ],
        ),
        (
            {"type": "Resource", "resource": {"target": {"type": "Value"}}},
            [
                f"{METRIC}.resource.name: Required value: must specify a resource name",
                f"{METRIC}.resource.target.averageUtilization: Required value: "
                "must set either a target raw value or a target utilization",
            ],
        ),
        (
            {
                "type": "External",
                "external": {**REQUESTS, "target": {"type": "Value", "value": "-1"}},
            },
            [f'{METRIC}.external.target.value: Invalid value: "-1": must be positive'],
        ),
        (
            {"type": "Object", "object": {**REQUESTS, "metric": {}}},
            [
                f"{METRIC}.object.describedObject.kind: Required value",
                f"{METRIC}.object.describedObject.name: Required value",
                f"{METRIC}.object.metric.name: Required value: must specify a metric name",
            ],
        ),
    ],
)
def test_a_metric_says_of_what_it_is_and_how_much(metric, messages):
    assert told(refused(scaler(metrics=[metric]))) == messages


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        (
            {"stabilizationWindowSeconds": 3601},
            f"{UP}.stabilizationWindowSeconds: Invalid value: 3601: must be less than or equal to 3600",
        ),
        (
            {"selectPolicy": "All"},
            f'{UP}.selectPolicy: Unsupported value: "All": supported values: "Disabled", "Max", "Min"',
        ),
        (
            {"policies": [{**POLICY, "value": 0}]},
            f"{UP}.policies[0].value: Invalid value: 0: must be greater than zero",
        ),
        (
            {"policies": [{**POLICY, "periodSeconds": 1801}]},
            f"{UP}.policies[0].periodSeconds: Invalid value: 1801: must be less than or equal to 1800",
        ),
    ],
)
def test_behavior_keeps_within_its_bounds(rules, message):
    assert told(refused(scaler(behavior={"scaleUp": rules}))) == [message]


def test_who_says_one_thing_of_the_behavior_has_said_all():
    found = admitted(scaler(behavior={"scaleDown": {"stabilizationWindowSeconds": 60}}))
    assert found["spec"]["behavior"] == {
        "scaleUp": {
            "stabilizationWindowSeconds": 0,
            "selectPolicy": "Max",
            "policies": [
                {"type": "Pods", "value": 4, "periodSeconds": 15},
                {"type": "Percent", "value": 100, "periodSeconds": 15},
            ],
        },
        "scaleDown": {
            "stabilizationWindowSeconds": 60,
            "selectPolicy": "Max",
            "policies": [{"type": "Percent", "value": 100, "periodSeconds": 15}],
        },
    }
    assert "behavior" not in admitted(scaler())["spec"]


def test_whom_it_scales_has_a_group():
    target = {"kind": "Deployment", "name": "web"}
    message = 'spec.scaleTargetRef.apiVersion: Invalid value: "": apiVersion must specify API group'
    assert told(refused(scaler(scaleTargetRef=target))) == [message]
    admitted(
        scaler(
            scaleTargetRef={
                **target,
                "kind": "ReplicationController",
                "apiVersion": "v1",
            }
        )
    )
    # What was let in under older rules may be changed otherwise.
    old = stored(scaler())
    old["spec"]["scaleTargetRef"] = target
    admit_update(changed(old, "spec.maxReplicas", 5), old)
