"""Reading plain objects."""

import pytest

from k8slearn.apimachinery import objects
from k8slearn.apimachinery.objects import (
    percent_or_number,
    seconds_of,
    timestamp,
    with_metadata,
    with_status,
)
from k8slearn.kinds.pod import state as pods
from tests.support.helpers import bare_pod, daemon_set


@pytest.mark.parametrize(
    ("value", "total", "expected"),
    [
        (3, 10, 3),
        (0, 10, 0),
        ("10%", 10, 1),
        ("34%", 7, 3),
        ("30%", 5, 2),
        ("1%", 1, 1),
        ("0%", 9, 0),
        ("100%", 9, 9),
    ],
)
def test_percentages_are_rounded_up(value, total, expected):
    assert percent_or_number(value, total) == expected


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "2026-01-01T00:00:00Z"), (3661.9, "2026-01-01T01:01:01Z")]
)
def test_timestamps_have_whole_seconds(seconds, text):
    assert timestamp(seconds) == text
    assert seconds_of(text) == int(seconds)


def test_absent_metadata_reads_as_empty():
    for o in (
        {},
        {"metadata": {}},
        {"metadata": {"labels": None, "annotations": None}},
    ):
        assert (objects.name(o), objects.namespace(o), objects.uid(o)) == ("", "", "")
        assert objects.labels(o) == objects.annotations_of(o) == {}


def test_the_controller_is_the_owner_that_says_so():
    owner = {**daemon_set(), "metadata": {"name": "agent", "uid": "u"}}
    ref = objects.owner_reference(owner)
    assert (
        objects.controller_ref({"metadata": {"ownerReferences": [{"uid": "x"}, ref]}})
        == ref
    )
    assert (
        objects.controller_uid({"metadata": {"ownerReferences": [{"uid": "x"}, ref]}})
        == "u"
    )
    assert (
        objects.controller_ref(
            {"metadata": {"ownerReferences": [{"uid": "x", "controller": False}]}}
        )
        is None
    )
    assert objects.controller_uid({"metadata": {}}) is None


def test_changed_copies_leave_the_original_alone():
    pod = {
        "metadata": {"name": "p", "labels": {"a": "b"}},
        "status": {"phase": "Pending"},
    }
    assert with_metadata(pod, labels=None)["metadata"] == {"name": "p"}
    assert with_status(pod, phase="Running", podIP=None)["status"] == {
        "phase": "Running"
    }
    assert pod == {
        "metadata": {"name": "p", "labels": {"a": "b"}},
        "status": {"phase": "Pending"},
    }


def ready(since="2026-01-01T00:00:10Z", status="True"):
    return {
        "status": {
            "conditions": [
                {"type": "Ready", "status": status, "lastTransitionTime": since}
            ]
        }
    }


@pytest.mark.parametrize(
    ("pod", "min_ready", "now", "expected"),
    [
        (ready(), 0, 10, True),
        (ready(), 5, 14.9, False),
        (ready(), 5, 15, True),
        (ready(status="False"), 0, 99, False),
        (
            {"status": {"conditions": [{"type": "Ready", "status": "True"}]}},
            5,
            99,
            False,
        ),
        ({}, 0, 99, False),
    ],
)
def test_a_pod_is_available_when_it_was_ready_long_enough(
    pod, min_ready, now, expected
):
    assert pods.is_pod_available(pod, min_ready, now) is expected


def target(*terms, node_name=""):
    required = {
        "requiredDuringSchedulingIgnoredDuringExecution": {
            "nodeSelectorTerms": list(terms)
        }
    }
    return bare_pod(nodeName=node_name, affinity={"nodeAffinity": required})


FIELD = {"key": "metadata.name", "operator": "In", "values": ["node1"]}


@pytest.mark.parametrize(
    ("pod", "expected"),
    [
        (target({"matchFields": [FIELD]}), "node1"),
        (target({"matchFields": [FIELD]}, node_name="node9"), "node9"),
        (target({"matchFields": [{**FIELD, "values": ["node1", "node2"]}]}), ""),
        (target({"matchFields": [{**FIELD, "operator": "NotIn"}]}), ""),
        (target({"matchExpressions": [FIELD]}), ""),
        (bare_pod(), ""),
    ],
)
def test_the_target_node_is_the_bound_or_the_named_one(pod, expected):
    assert pods.get_target_node_name(pod) == expected


def test_host_ports_with_address_and_protocol():
    ports = [
        {"containerPort": 80},
        {"containerPort": 53, "hostPort": 53, "protocol": "UDP"},
    ]
    ports += [{"containerPort": 1, "hostPort": 1, "hostIP": "10.0.0.1"}]
    pod = bare_pod(containers=[{"name": "c", "ports": ports}])
    assert pods.host_ports(pod) == {("0.0.0.0", "UDP", 53), ("10.0.0.1", "TCP", 1)}
