"""What the API server fills in when an object is created."""

import pytest

from k8slearn import ApiError, Cluster
from k8slearn.kinds.pod.strategy import qos_class

POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "p", "namespace": "default"},
    "spec": {"containers": [{"name": "c", "image": "x"}]},
}


def created(**spec):
    return Cluster().create({**POD, "spec": {**POD["spec"], **spec}})


def test_a_pod_may_stay_five_minutes_on_a_node_that_fails():
    tolerated = {
        t["key"]: t.get("tolerationSeconds") for t in created()["spec"]["tolerations"]
    }
    assert tolerated == {
        "node.kubernetes.io/not-ready": 300,
        "node.kubernetes.io/unreachable": 300,
    }


def test_a_pod_that_tolerates_everything_gets_no_limit():
    own = [{"operator": "Exists"}]
    assert created(tolerations=own)["spec"]["tolerations"] == own


def test_priority_follows_the_class():
    assert created()["spec"]["priority"] == 0
    assert (
        created(priorityClassName="system-node-critical")["spec"]["priority"]
        == 2000001000
    )


def test_an_unknown_priority_class_is_refused():
    with pytest.raises(
        ApiError,
        match='pods "p" is forbidden: no PriorityClass with name gold was found',
    ):
        created(priorityClassName="gold")


@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        ({}, "BestEffort"),
        ({"requests": {"cpu": "1"}}, "Burstable"),
        (
            {
                "requests": {"cpu": "1", "memory": "1Gi"},
                "limits": {"cpu": "1", "memory": "1Gi"},
            },
            "Guaranteed",
        ),
        (
            {
                "requests": {"cpu": "1", "memory": "1Gi"},
                "limits": {"cpu": "2", "memory": "1Gi"},
            },
            "Burstable",
        ),
    ],
)
def test_quality_of_service(resources, expected):
    assert qos_class({"containers": [{"resources": resources}]}) == expected


def test_a_refused_daemon_pod_is_told_in_an_event(filebeat):
    cluster = Cluster(2)
    filebeat["spec"]["template"]["spec"]["priorityClassName"] = "gold"
    cluster.create(filebeat)
    cluster.run(1)
    messages = [
        e["message"] for e in cluster.list("Event") if e["reason"] == "FailedCreate"
    ]
    assert messages
    assert all(
        m.startswith('Error creating: pods "filebeat-ds-" is forbidden')
        for m in messages
    )


@pytest.fixture
def filebeat():
    from yaml import safe_load

    from k8slearn.lesson import manifest

    return safe_load(manifest("filebeat-ds"))
