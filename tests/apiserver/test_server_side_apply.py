"""Server-side apply: owners of fields, conflicts, and fields that are given up."""

import pytest

from k8slearn.cluster import Cluster
from tests.support.api_client import DAEMON_SETS, PODS, Client, daemon_set

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


REPEATED = b"""{"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "web"},
 "spec": {"minReadySeconds": 1,
          "minReadySeconds": 2, "revisionHistoryLimit": 1, "revisionHistoryLimit": 3}}"""
TOLD = [
    'line 3: key "minReadySeconds" already set in map',
    'line 3: key "revisionHistoryLimit" already set in map',
]


def test_what_is_repeated_in_yaml_is_refused_or_told_line_by_line(client):
    client.post(DAEMON_SETS, daemon_set())
    about = {"fieldManager": "one", "force": "true"}
    code, status = client.patch(
        PATH, REPEATED, "apply", **about, fieldValidation="Strict"
    )
    lines = "\n  ".join(["yaml: unmarshal errors:", *TOLD])
    assert (code, status["message"]) == (
        400,
        f"error strict decoding YAML: error converting YAML to JSON: {lines}",
    )
    headers = {"content-type": "application/apply-patch+yaml"}
    answer = client.ask("PATCH", PATH, REPEATED, headers=headers, **about)
    assert answer.code == 200 and answer.warnings == TOLD
    assert answer.body["spec"]["minReadySeconds"] == 2


def test_tabs_may_indent_what_is_written_as_json_is(client):
    """As upstream's own test sends it: with a comma before the last bracket."""
    body = b"""{
\t"apiVersion": "v1", "kind": "ConfigMap",
\t"metadata": {"name": "web",\t"labels": {"a": "b"},},
\t"data": {"a": "x\\ty", 'b': 'it''s\tso',}}"""
    path = "/api/v1/namespaces/default/configmaps/web"
    code, made = client.patch(path, body, "apply", fieldManager="one")
    assert (code, made["data"]) == (201, {"a": "x\ty", "b": "it's\tso"})
    code, _ = client.patch(
        path, b"apiVersion: v1\n\tkind: ConfigMap", "apply", fieldManager="one"
    )
    assert code == 400, "not where the indentation counts"


def test_unset_times_stay_null_when_conditions_are_applied():
    """A Pod's conditions hold their times by value."""
    cluster = Cluster(1)
    client = Client(cluster)
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}}
    spec = {"containers": [{"name": "c", "image": "i"}]}
    client.post(PODS, {**pod, "spec": spec})
    cluster.run(2)
    condition = {"type": "Mine", "status": "True"}
    wanted = {**pod, "status": {"conditions": [condition]}}
    code, found = client.patch(f"{PODS}/p/status", wanted, "apply", fieldManager="x")
    assert code == 200
    conditions = {each["type"]: each for each in found["status"]["conditions"]}
    assert "Mine" in conditions and len(conditions) > 1
    assert all(each["lastProbeTime"] is None for each in conditions.values())


def test_what_the_server_allocates_belongs_to_nobody(client):
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"}}
    path = "/api/v1/namespaces/default/services"
    made = client.post(path, {**service, "spec": {"ports": [{"port": 80}]}})
    (entry,) = made["metadata"]["managedFields"]
    assert not {"f:ipFamilies", "f:ipFamilyPolicy", "f:clusterIP"} & set(
        entry["fieldsV1"]["f:spec"]
    )
    assert made["spec"]["ipFamilies"] and made["spec"]["clusterIP"]
