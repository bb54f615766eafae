"""The StatefulSet controller's decisions: one Pod after the other, up from 0 and down from the top."""

import pytest

from k8slearn.apimachinery.objects import timestamp
from k8slearn.controllers.statefulset.decide import decide, truncated
from k8slearn.controllers.statefulset.identity import claims_of

NOW = 100.0


def stateful_set(replicas, **spec):
    given = {
        "replicas": replicas,
        "serviceName": "db",
        "selector": {"matchLabels": {"app": "db"}},
        "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}},
        "template": {},
        **spec,
    }
    metadata = {"name": "db", "namespace": "default", "uid": "u", "generation": 3}
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": metadata,
        "spec": given,
    }


def revision(number):
    template = {"metadata": {"labels": {"app": "db"}}, "spec": {"containers": []}}
    data = {"spec": {"template": {**template, "$patch": "replace"}}}
    return {"metadata": {"name": f"db-{number}"}, "revision": number, "data": data}


def pod(ordinal, number=1, phase="Running", ready=True, **metadata):
    conditions = [
        {"type": "Ready", "status": str(ready), "lastTransitionTime": timestamp(0)}
    ]
    marks = {"controller-revision-hash": f"db-{number}"}
    meta = {"name": f"db-{ordinal}", "uid": f"u{ordinal}", "labels": marks, **metadata}
    return {"metadata": meta, "spec": {}, "status": {"phase": phase, "conditions": conditions}}  # fmt: skip


GOING = {"deletionTimestamp": "now"}
PARALLEL = {"podManagementPolicy": "Parallel"}
HELD = {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}}


@pytest.mark.parametrize(
    ("replicas", "spec", "pods", "steps", "waits_for"),
    [
        (3, {}, [], ["create db-0"], "db-0"),
        (3, {}, [pod(0)], ["create db-1"], "db-1"),
        (3, {}, [pod(0, ready=False)], [], "db-0"),
        (3, {}, [pod(0), pod(1, **GOING)], [], "db-1"),
        (3, PARALLEL, [], ["create db-0", "create db-1", "create db-2"], "db-2"),
        # Whatever a Pod ended with: it goes, and the next sync makes it anew.
        (1, {}, [pod(0, phase="Succeeded")], ["delete db-0"], "db-0"),
        # Down from the top, one at a time, and not while one below is broken.
        (1, {}, [pod(0), pod(1), pod(2)], ["delete db-2"], "db-2"),
        (1, {}, [pod(0, ready=False), pod(1), pod(2)], [], "db-0"),
        (1, {}, [pod(0), pod(1), pod(2, ready=False)], ["delete db-2"], "db-2"),
        (0, PARALLEL, [pod(0), pod(1)], ["delete db-1", "delete db-0"], ""),
    ],
)
def test_pods_come_and_go_in_order(replicas, spec, pods, steps, waits_for):
    one = revision(1)
    decided = decide(stateful_set(replicas, **spec), pods, one, one, NOW)
    told = [f"{step.do} {step.pod['metadata']['name']}" for step in decided.steps]
    assert (told, decided.waits_for) == (steps, waits_for)


@pytest.mark.parametrize(
    ("spec", "pods", "steps"),
    [
        ({}, [pod(0), pod(1), pod(2)], ["db-2"]),
        ({}, [pod(0), pod(1), pod(2, 2)], ["db-1"]),
        ({}, [pod(0), pod(1), pod(2, 2, ready=False)], []),
        (HELD, [pod(0), pod(1), pod(2, 2)], []),
        ({"updateStrategy": {"type": "OnDelete"}}, [pod(0), pod(1), pod(2)], []),
    ],
)
def test_a_rollout_goes_down_to_the_partition(spec, pods, steps):
    decided = decide(stateful_set(3, **spec), pods, revision(1), revision(2), NOW)
    assert [step.pod["metadata"]["name"] for step in decided.steps] == steps


def test_below_the_partition_a_pod_comes_back_at_the_old_revision():
    decided = decide(stateful_set(3, **HELD), [], revision(1), revision(2), NOW)
    (step,) = decided.steps
    assert step.pod["metadata"]["labels"]["controller-revision-hash"] == "db-1"
    assert (step.pod["spec"]["hostname"], step.pod["spec"]["subdomain"]) == ("db-0", "db")  # fmt: skip


def test_the_new_revision_becomes_current_when_all_pods_are_new():
    pods = [pod(0, 2), pod(1, 2)]
    done = decide(stateful_set(2), pods, revision(1), revision(2), NOW).status
    assert (done["currentRevision"], done["currentReplicas"]) == ("db-2", 2)
    half = decide(stateful_set(2), [pod(0), pods[1]], revision(1), revision(2), NOW)
    assert half.status["currentRevision"] == "db-1"
    assert "currentReplicas" not in half.status
    assert half.status["updatedReplicas"] == 1


def test_old_revisions_go_but_none_that_a_pod_is_of():
    found = [revision(number) for number in (3, 1, 2)]
    gone = truncated(found, {"db-1"}, 1)
    assert [each["revision"] for each in gone] == [2]


def test_each_pod_has_its_own_claims():
    templates = [{"metadata": {"name": "data"}, "spec": {}}]
    found = claims_of(stateful_set(1, volumeClaimTemplates=templates), 4)
    assert found["data"]["metadata"]["name"] == "data-db-4"
    assert found["data"]["metadata"]["labels"] == {"app": "db"}
