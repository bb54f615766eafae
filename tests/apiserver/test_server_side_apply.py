"""Server-side apply: who owns which field, conflicts, and what becomes of fields that are given up."""

import pytest

from k8slearn.cluster import Cluster
from tests.support.api_client import DAEMON_SETS, Client, daemon_set

PATH = f"{DAEMON_SETS}/web"


@pytest.fixture
def client():
    return Client(Cluster())


def apply(client, body, manager, **query):
    return client.patch(PATH, body, "apply", fieldManager=manager, **query)


def container(*env, image="nginx:1"):
    found = {
        "name": "main",
        "image": image,
        "env": [{"name": name, "value": "1"} for name in env],
    }
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [found]}}
    return {
        **daemon_set(),
        "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": template},
    }


def partial(env):
    """Only one variable of the container."""
    spec = {
        "template": {
            "spec": {
                "containers": [{"name": "main", "env": [{"name": env, "value": "2"}]}]
            }
        }
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": "web"},
        "spec": spec,
    }


def variables(o):
    return {
        e["name"]: e["value"]
        for e in o["spec"]["template"]["spec"]["containers"][0].get("env", [])
    }


def test_apply_creates_and_then_changes_nothing(client):
    code, made = apply(client, container("A"), "one")
    assert code == 201
    code, again = apply(client, container("A"), "one")
    assert (
        code == 200
        and again["metadata"]["resourceVersion"] == made["metadata"]["resourceVersion"]
    )
    (entry,) = made["metadata"]["managedFields"]
    assert (entry["manager"], entry["operation"]) == ("one", "Apply")


def test_two_appliers_share_a_list_by_its_keys(client):
    apply(client, container("A"), "one")
    code, found = apply(client, partial("B"), "two")
    assert code == 200 and variables(found) == {"A": "1", "B": "2"}


def test_what_an_applier_no_longer_wants_goes_away(client):
    apply(client, container("A", "B"), "one")
    apply(client, partial("C"), "two")
    _, found = apply(client, container("A"), "one")
    assert variables(found) == {"A": "1", "C": "2"}


def test_what_somebody_else_owns_too_stays(client):
    apply(client, container("A", "B"), "one")
    apply(client, {**partial("B"), "spec": container("B")["spec"]}, "two")
    _, found = apply(client, container("A"), "one")
    assert variables(found) == {"A": "1", "B": "1"}


def test_a_conflict_is_told_by_field_and_can_be_forced(client):
    apply(client, container("A"), "one")
    code, status = apply(client, container("A", image="nginx:2"), "two")
    field = '.spec.template.spec.containers[name="main"].image'
    assert (code, status["reason"]) == (409, "Conflict")
    assert (
        status["message"]
        == f'Apply failed with 1 conflict: conflict with "one": {field}'
    )
    assert status["details"]["causes"] == [
        {
            "reason": "FieldManagerConflict",
            "message": 'conflict with "one"',
            "field": field,
        }
    ]
    code, found = apply(client, container("A", image="nginx:2"), "two", force="true")
    assert (
        code == 200
        and found["spec"]["template"]["spec"]["containers"][0]["image"] == "nginx:2"
    )
    owners = {
        entry["manager"]: str(entry["fieldsV1"])
        for entry in found["metadata"]["managedFields"]
    }
    assert "f:image" in owners["two"] and "f:image" not in owners["one"]


def test_other_writers_own_what_they_change(client):
    apply(client, container("A"), "one")
    image = {
        "spec": {
            "template": {"spec": {"containers": [{"name": "main", "image": "nginx:3"}]}}
        }
    }
    client.patch(PATH, image, fieldManager="kubectl-set")
    code, status = apply(client, container("A"), "one")
    assert (
        code == 409 and 'conflict with "kubectl-set" using apps/v1' in status["message"]
    )


def test_apply_needs_a_manager_and_a_fitting_object(client):
    assert client.patch(PATH, container("A"), "apply")[0] == 422
    assert (
        apply(client, {**container("A"), "metadata": {"name": "other"}}, "one")[0]
        == 400
    )
    assert apply(client, b"a: &x [1]\nb: *x", "one")[0] == 400
    assert (
        apply(
            client,
            b"kind: DaemonSet\napiVersion: apps/v1\nmetadata: {name: web}\n",
            "one",
        )[0]
        == 422
    )


def test_a_write_that_changes_nothing_is_no_write(client):
    client.post(DAEMON_SETS, daemon_set())
    before = client.cluster.store.revision
    assert (
        client.patch(
            PATH, {"spec": {"minReadySeconds": 0}}, "merge", fieldManager="other"
        )[0]
        == 200
    )
    assert client.cluster.store.revision == before
