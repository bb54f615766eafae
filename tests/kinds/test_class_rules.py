"""Validation of StorageClasses and RuntimeClasses.

Kubernetes: validation_test.go of pkg/apis/{storage,node}/validation
"""

import pytest

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apiserver.admission import admit_update
from tests.support.manifests import admitted, changed, fields, refused, stored


def storage(**more):
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": "fast"},
        "provisioner": "disk.example.com",
        **more,
    }


def runtime(**more):
    return {
        "apiVersion": "node.k8s.io/v1",
        "kind": "RuntimeClass",
        "metadata": {"name": "vm"},
        "handler": "vm",
        **more,
    }


def zones(*values):
    return {"matchLabelExpressions": [{"key": "zone", "values": list(values)}]}


@pytest.mark.parametrize(
    ("o", "expected"),
    [
        (
            storage(reclaimPolicy="Recycle", volumeBindingMode="Later"),
            [("reclaimPolicy", "NotSupported"), ("volumeBindingMode", "NotSupported")],
        ),
        (storage(parameters={"": "a"}), [("parameters", "Invalid")]),
        (storage(parameters={"a": "b" * 262144}), [("parameters", "TooLong")]),
        (
            storage(allowedTopologies=[zones("a", "a")]),
            [("allowedTopologies[0].matchLabelExpressions[0].values[1]", "Duplicate")],
        ),
        (
            storage(allowedTopologies=[zones("a"), zones("a")]),
            [("allowedTopologies[1].matchLabelExpressions", "Duplicate")],
        ),
        (
            storage(allowedTopologies=[zones()]),
            [("allowedTopologies[0].matchLabelExpressions[0].values", "Required")],
        ),
        (
            runtime(overhead={"podFixed": {"cpu": "-1"}}),
            [("overhead.limits[cpu]", "Invalid")],
        ),
        (
            runtime(scheduling={"nodeSelector": {"a b": "c"}}),
            [("scheduling.nodeSelector", "Invalid")],
        ),
        (
            runtime(scheduling={"tolerations": [{"operator": "Exists", "value": "v"}]}),
            [("scheduling.tolerations[0].operator", "Invalid")],
        ),
    ],
)
def test_a_class_is_refused(o, expected):
    assert fields(refused(o)) == expected


def test_when_volumes_are_bound_stays():
    admitted(storage(allowedTopologies=[zones("a", "b"), zones("c")]))
    old = stored(storage())
    with pytest.raises(ApiError) as caught:
        admit_update(changed(old, "volumeBindingMode", "WaitForFirstConsumer"), old)
    assert fields(caught.value) == [("volumeBindingMode", "Invalid")]
