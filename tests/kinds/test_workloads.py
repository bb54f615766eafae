"""Validation of the kinds with a Pod template, where there is no record."""

import pytest

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apiserver.admission import admit_update
from tests.support.manifests import (
    CONTAINER,
    LABELS,
    admitted,
    changed,
    refused,
    stored,
)

UNLIKE = {"matchLabels": {"a b": "c"}}
MISMATCH = 'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`'
UNREADABLE = 'spec.selector: Invalid value: {"matchLabels":{"a b":"c"}}: '


def workload(kind, **spec):
    template = {"metadata": {"labels": LABELS}, "spec": {"containers": [CONTAINER]}}
    found = {"selector": {"matchLabels": LABELS}, "template": template, **spec}
    found = {field: value for field, value in found.items() if value is not None}
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": "web"},
        "spec": found,
    }


@pytest.mark.parametrize("kind", ["Deployment", "ReplicaSet", "StatefulSet"])
def test_no_selector_takes_no_pods(kind):
    told = [str(cause) for cause in refused(workload(kind, selector=None)).causes]
    assert told == ["spec.selector: Required value", MISMATCH]


@pytest.mark.parametrize(
    ("kind", "detail"),
    [
        ("Deployment", "invalid label selector"),
        ("ReplicaSet", "invalid label selector"),
        ("StatefulSet", ""),
    ],
)
def test_a_selector_that_cannot_be_read_is_told_twice_and_its_template_not_looked_at(
    kind, detail
):
    template = {"metadata": {"labels": LABELS}, "spec": {"containers": []}}
    causes = refused(workload(kind, selector=UNLIKE, template=template)).causes
    assert [cause.field for cause in causes] == [
        "spec.selector.matchLabels",
        "spec.selector",
    ]
    assert str(causes[1]) == f"{UNREADABLE}{detail}".removesuffix(": ")


@pytest.mark.parametrize(
    ("kind", "field", "strategy", "message"),
    [
        (
            "Deployment",
            "strategy",
            {"type": "Slow", "rollingUpdate": {"maxSurge": "1%"}},
            'spec.strategy: Unsupported value: {"Type":"Slow","RollingUpdate":{"MaxUnavailable":0,"MaxSurge":"1%"}}: '
            'supported values: "Recreate", "RollingUpdate"',
        ),
        (
            "StatefulSet",
            "updateStrategy",
            {"type": "Slow"},
            'spec.updateStrategy: Invalid value: {"Type":"Slow","RollingUpdate":null}: '
            "must be 'RollingUpdate' or 'OnDelete'",
        ),
        (
            "StatefulSet",
            "updateStrategy",
            {"type": "OnDelete", "rollingUpdate": {"partition": 2}},
            'spec.updateStrategy.rollingUpdate: Invalid value: {"Partition":2,"MaxUnavailable":null}: '
            "only allowed for updateStrategy 'RollingUpdate'",
        ),
    ],
)
def test_a_strategy_is_quoted_whole(kind, field, strategy, message):
    causes = refused(workload(kind, **{field: strategy})).causes
    assert [str(cause) for cause in causes] == [message]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({}, {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}}),
        ({"type": "RollingUpdate"}, {"type": "RollingUpdate"}),
        (
            {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 2}},
            {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}},
        ),
    ],
)
def test_a_stateful_set_keeps_of_its_strategy_what_1_36_knows(given, kept):
    found = admitted(workload("StatefulSet", updateStrategy=given))
    assert found["spec"]["updateStrategy"] == kept


@pytest.mark.parametrize("name", ["a.b", "a" * 64])
def test_the_name_of_a_stateful_set_is_a_label(name):
    causes = refused(changed(workload("StatefulSet"), "metadata.name", name)).causes
    assert [cause.field for cause in causes] == ["metadata.name"]


@pytest.mark.parametrize(
    ("kind", "status", "told"),
    [
        (
            kind,
            {"replicas": 3, "readyReplicas": 1, "availableReplicas": 2},
            f"cannot be greater than {ready}",
        )
        for kind, ready in (
            ("Deployment", "readyReplicas"),
            ("ReplicaSet", "readyReplicas"),
            ("StatefulSet", "status.readyReplicas"),
        )
    ]
    + [("StatefulSet", {"replicas": 0}, "cannot be decremented")],
)
def test_a_status_counts_no_more_available_than_ready_and_forgets_no_collision(
    kind, status, told
):
    old = {**stored(workload(kind)), "status": {"replicas": 0, "collisionCount": 1}}
    if kind == "ReplicaSet":
        del old["status"]["collisionCount"]
    elif "readyReplicas" in status:
        status = {**status, "collisionCount": 1}
    with pytest.raises(ApiError) as caught:
        admit_update({**old, "status": status}, old, status=True)
    assert [cause.message.rpartition(": ")[2] for cause in caught.value.causes] == [
        told
    ]


@pytest.mark.parametrize("data", [True, 0, "text", ["list"]])
def test_the_data_of_a_controller_revision_are_an_object(data):
    revision = {
        "apiVersion": "apps/v1",
        "kind": "ControllerRevision",
        "metadata": {"name": "web-1"},
        "revision": 1,
        "data": data,
    }
    causes = refused(revision).causes
    assert [str(cause) for cause in causes] == [
        "data: Required value: data must be a valid JSON object"
    ]


def test_the_pods_of_a_replication_controller_never_end():
    template = {
        "metadata": {"labels": LABELS},
        "spec": {"containers": [CONTAINER], "restartPolicy": "Never"},
    }
    controller = {
        "apiVersion": "v1",
        "kind": "ReplicationController",
        "metadata": {"name": "web"},
    }
    causes = refused({**controller, "spec": {"template": template}}).causes
    assert [cause.field for cause in causes] == ["spec.template.spec.restartPolicy"]
