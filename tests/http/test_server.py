"""The API in process: verbs, selectors, pages, forms of an answer, dry runs, validation, deletion."""

import pytest

from k8slearn.cluster import Cluster
from tests.support.api_client import (
    DAEMON_SETS,
    PODS,
    Client,
    config_map,
    daemon_set,
    events,
    names,
)

MAPS = "/api/v1/namespaces/default/configmaps"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"


def test_a_created_object_can_be_read_again(client):
    made = client.post(MAPS, config_map("a", x="1"), fieldManager="me")
    assert client.get(f"{MAPS}/a") == made
    assert made["metadata"]["managedFields"][0]["manager"] == "me"
    assert client.call("POST", MAPS, config_map("a"))[1]["reason"] == "AlreadyExists"
    assert client.call("GET", f"{MAPS}/b") == (404, client.call("GET", f"{MAPS}/b")[1])


def test_who_does_not_name_a_manager_is_called_after_its_client(client):
    made = client.post(
        MAPS,
        config_map("a", x="1"),
        headers={"user-agent": "kubectl/v1.37.1 (linux/amd64)"},
    )
    assert made["metadata"]["managedFields"][0]["manager"] == "kubectl"


def test_discovery_is_the_same_plain_and_in_one_piece(client):
    accept = {
        "accept": "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"
    }
    whole = [
        group
        for path in ("/api", "/apis")
        for group in client.get(path, headers=accept)["items"]
    ]
    offered = set()
    for group in whole:
        for version in group["versions"]:
            prefix = (
                f"/apis/{group['metadata']['name']}/" if group["metadata"] else "/api/"
            )
            plain = client.get(prefix + version["version"])["resources"]
            found = {each["resource"] for each in version["resources"]}
            assert found == {each["name"] for each in plain if "/" not in each["name"]}
            offered |= found
    assert {
        "daemonsets",
        "pods",
        "nodes",
        "leases",
        "deployments",
        "replicationcontrollers",
    } <= offered
    assert client.get("/version")["gitVersion"] == "v1.36.2"


def test_selectors_choose_by_label_and_by_field(running):
    pods = running.get(PODS)["items"]
    node = pods[0]["spec"]["nodeName"]
    assert names(running.get(PODS, fieldSelector=f"spec.nodeName={node}")) == [
        pods[0]["metadata"]["name"]
    ]
    assert (
        len(
            running.get(
                PODS, fieldSelector=f"spec.nodeName!={node},status.phase=Running"
            )["items"]
        )
        == 2
    )
    assert len(running.get(PODS, labelSelector="app in (web),!other")["items"]) == 3
    assert running.get(PODS, labelSelector="app=no")["items"] == []
    assert (
        len(
            running.get("/api/v1/nodes", fieldSelector="spec.unschedulable=false")[
                "items"
            ]
        )
        == 3
    )


UNREADABLE = ("fieldSelector=spec.nope=1", "fieldSelector=a", "labelSelector=a in", "labelSelector=a=$", "limit=many",
              "continue=??")  # fmt: skip


@pytest.mark.parametrize("query", [dict([each.split("=", 1)]) for each in UNREADABLE])
def test_a_query_that_cannot_be_read_is_refused(running, query):
    code, status = running.call("GET", PODS, **query)
    assert code == 400 and status["reason"] == "BadRequest"


def test_a_list_comes_in_pages_that_are_true_of_one_moment(running):
    first = running.get(PODS, limit=2)
    assert len(first["items"]) == 2 and first["metadata"]["remainingItemCount"] == 1
    for pod in running.cluster.list("Pod"):
        running.cluster.delete_pod(pod["metadata"]["name"])
    running.cluster.run_until_quiet()
    second = running.get(PODS, limit=2, **{"continue": first["metadata"]["continue"]})
    assert second["metadata"]["resourceVersion"] == first["metadata"]["resourceVersion"]
    assert not set(names(first)) & set(names(second)) and len(second["items"]) == 1


def test_the_past_can_be_listed_exactly_and_the_future_not_at_all(client):
    before = client.get(MAPS)["metadata"]["resourceVersion"]
    client.post(MAPS, config_map("a"))
    assert "a" not in names(
        client.get(MAPS, resourceVersion=before, resourceVersionMatch="Exact")
    )
    assert "a" in names(
        client.get(MAPS, resourceVersion=before, resourceVersionMatch="NotOlderThan")
    )
    assert client.call("GET", MAPS, resourceVersion="99999")[1]["message"].startswith(
        "Too large resource version"
    )


NO_TOKEN = "invalid continue token: continue key is not valid"
ODD = 'strconv.ParseUint: parsing "{}": '
# What a list or watch asks for, and the answer's code and words.
NOT_READ = {
    "token": ({"continue": "abc"}, 400, f"{NO_TOKEN}: invalid character 'i' looking for beginning of value"),
    "no base64": ({"continue": "ab+c"}, 400, f"{NO_TOKEN}: illegal base64 data at input byte 2"),
    "cut off": ({"continue": "abcde"}, 400, f"{NO_TOKEN}: illegal base64 data at input byte 4"),
    "another token": ({"continue": "e30"}, 400, NO_TOKEN),
    "version": (
        {"resourceVersion": "abc"},
        400,
        f'invalid resource version: resourceVersion: Invalid value: "abc": {ODD.format("abc")}invalid syntax',
    ),
    "too long": (
        {"resourceVersion": "9" * 20},
        400,
        f'invalid resource version: resourceVersion: Invalid value: "{"9" * 20}": '
        f"{ODD.format('9' * 20)}value out of range",
    ),
    "watch": (
        {"resourceVersion": "abc", "watch": "true"},
        422,
        f'configmaps "" is invalid: resourceVersion: Invalid value: "abc": {ODD.format("abc")}invalid syntax',
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", NOT_READ)
def test_what_cannot_be_read_is_told_in_the_words_of_the_storage(client, case):
    query, code, message = NOT_READ[case]
    found, status = client.call("GET", MAPS, **query)
    assert (found, status["message"]) == (code, message)


_UNREAD = (
    "the object provided is unrecognized (must be of type ConfigMap): "
    "couldn't get version/kind; json parse error: "
)
# Bodies that are no JSON, and the words for it.
BODIES = {
    "{": "unexpected end of JSON input ({)",
    '{"a" 1}': "invalid character '1' after object key ({\"a\" 1})",
    '{"a": 1,}': "invalid character '}' looking for beginning of object key string ({\"a\": 1,})",
    "{'a': 1}": "invalid character '\\'' looking for beginning of object key string ({'a': 1})",
    '{"a": [1 2]}': "invalid character '2' after array element ({\"a\": [1 2]})",
    "[]": None,
}


@pytest.mark.parametrize("body", BODIES)
def test_a_body_that_is_no_json_is_told_of_with_its_kind(client, body):
    code, status = client.call("POST", MAPS, body.encode())
    assert code == 400
    assert status["message"].startswith(_UNREAD)
    assert BODIES[body] is None or status["message"] == _UNREAD + BODIES[body]


def test_what_was_before_the_server_is_gone(client):
    old = client.api.oldest - 1
    code, status = client.call(
        "GET", MAPS, resourceVersion=str(old), resourceVersionMatch="Exact"
    )
    assert (code, status["reason"]) == (410, "Expired")
    ((kind, status),) = events(client.watch(MAPS, resourceVersion=str(old)).first())
    assert (kind, status["code"]) == ("ERROR", 410)


def test_a_table_has_the_real_columns_and_ages_of_simulated_time(running):
    running.cluster.run(70)
    found = running.get(PODS, headers={"accept": TABLE})
    columns = [(c["name"], c["priority"]) for c in found["columnDefinitions"]]
    assert columns == [("Name", 0), ("Ready", 0), ("Status", 0), ("Restarts", 0), ("Age", 0),
                       ("IP", 1), ("Node", 1), ("Nominated Node", 1), ("Readiness Gates", 1)]  # fmt: skip
    assert found["rows"][0]["cells"][1:5] == ["1/1", "Running", "0", "70s"]
    assert found["rows"][0]["object"]["kind"] == "PartialObjectMetadata"
    assert found["metadata"]["resourceVersion"] == str(running.cluster.store.revision)


def test_only_the_metadata_on_request_and_no_other_form(running):
    accept = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"
    assert "spec" not in running.get(PODS, headers={"accept": accept})["items"][0]
    assert running.call("GET", PODS, headers={"accept": "application/cbor"})[0] == 406


def test_a_dry_run_answers_and_stores_nothing(running):
    before = running.cluster.store.revision
    made = running.post(DAEMON_SETS, daemon_set("other"), dryRun="All")
    assert made["metadata"]["uid"] and "resourceVersion" not in made["metadata"]
    code, changed = running.patch(
        f"{DAEMON_SETS}/web", {"spec": {"minReadySeconds": 9}}, dryRun="All"
    )
    assert code == 200 and changed["metadata"]["generation"] == 2
    assert running.call("DELETE", f"{DAEMON_SETS}/web", dryRun="All")[0] == 200
    assert running.call("POST", MAPS, config_map("x"), dryRun="Some")[0] == 422
    assert running.cluster.store.revision == before


def test_unknown_fields_are_refused_told_or_passed_over(client):
    body = {**config_map("a"), "dada": 1}
    assert (
        "unknown field"
        in client.call("POST", MAPS, body, fieldValidation="Strict")[1]["message"]
    )
    assert client.ask("POST", MAPS, body, fieldValidation="Warn").warnings == [
        'unknown field "dada"'
    ]
    assert (
        client.ask(
            "POST", MAPS, {**config_map("b"), "dada": 1}, fieldValidation="Ignore"
        ).warnings
        == []
    )
    assert client.call("POST", MAPS, config_map("c"), fieldValidation="Odd")[0] == 422


def test_an_update_rests_on_the_latest_version(client):
    made = client.post(MAPS, config_map("a", x="1"))
    changed = {**made, "data": {"x": "2"}}
    assert client.call("PUT", f"{MAPS}/a", changed)[0] == 200
    code, status = client.call("PUT", f"{MAPS}/a", changed)
    assert (code, status["reason"]) == (409, "Conflict")
    assert client.call("PUT", f"{MAPS}/nope", config_map("nope"))[0] == 404


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (
            "strategic",
            {
                "spec": {
                    "template": {
                        "spec": {"containers": [{"name": "main", "image": "b"}]}
                    }
                }
            },
        ),
        (
            "merge",
            {
                "spec": {
                    "template": {
                        "spec": {"containers": [{"name": "main", "image": "b"}]}
                    }
                }
            },
        ),
        (
            "json",
            [
                {
                    "op": "replace",
                    "path": "/spec/template/spec/containers/0/image",
                    "value": "b",
                }
            ],
        ),
    ],
)
def test_each_kind_of_patch_changes_the_image(running, kind, body):
    code, found = running.patch(f"{DAEMON_SETS}/web", body, kind)
    assert (
        code == 200
        and found["spec"]["template"]["spec"]["containers"][0]["image"] == "b"
    )
    code, status = running.call(
        "PATCH", f"{DAEMON_SETS}/web", body, headers={"content-type": "text/plain"}
    )
    assert (code, status["reason"]) == (415, "UnsupportedMediaType")


def test_the_status_is_a_part_of_its_own(running):
    path = f"{DAEMON_SETS}/web/status"
    condition = {
        "type": "StatusUpdate",
        "status": "True",
        "reason": "Test",
        "message": "set",
    }
    body = {"status": {"conditions": [condition]}, "spec": {"minReadySeconds": 7}}
    code, found = running.patch(path, body, "merge")
    assert (
        code == 200
        and found["status"]["conditions"] == [condition]
        and found["spec"].get("minReadySeconds", 0) == 0
    )
    found["status"]["conditions"][0]["message"] = "again"
    assert (
        running.call("PUT", path, found)[1]["status"]["conditions"][0]["message"]
        == "again"
    )
    running.cluster.settle()
    assert running.get(path)["status"]["conditions"][0]["message"] == "again"


def test_deleting_waits_for_the_kubelet_unless_forced():
    client = Client(Cluster(1, kubelet="manual"))
    client.post(DAEMON_SETS, daemon_set())
    client.cluster.settle()
    (name,) = names(client.get(PODS))
    code, found = client.call("DELETE", f"{PODS}/{name}", {"gracePeriodSeconds": 5})
    assert code == 200 and found["metadata"]["deletionGracePeriodSeconds"] == 5
    assert client.get(f"{PODS}/{name}")["metadata"]["deletionTimestamp"]
    assert client.call("DELETE", f"{PODS}/{name}", {"gracePeriodSeconds": 0})[0] == 200
    assert client.call("GET", f"{PODS}/{name}")[0] == 404


def test_deletion_heeds_preconditions_and_propagation(running):
    path = f"{DAEMON_SETS}/web"
    assert running.call("DELETE", path, {"preconditions": {"uid": "other"}})[0] == 409
    assert running.call("DELETE", path, {"propagationPolicy": "Odd"})[0] == 422
    code, found = running.call("DELETE", path, {"propagationPolicy": "Orphan"})
    assert code == 200 and found["metadata"]["finalizers"] == ["orphan"]
    running.cluster.run_until_quiet()
    assert running.call("GET", path)[0] == 404 and len(running.get(PODS)["items"]) == 3


def test_a_collection_is_deleted_by_selector(client):
    for name in ("a", "b"):
        client.post(
            MAPS,
            {**config_map(name), "metadata": {"name": name, "labels": {"x": name}}},
        )
    code, found = client.call("DELETE", MAPS, labelSelector="x=a")
    assert code == 200 and names(found) == ["a"]
    assert "b" in names(client.get(MAPS))


def test_a_namespace_gets_its_defaults_and_takes_its_contents_along(client):
    client.post(
        "/api/v1/namespaces",
        {"kind": "Namespace", "metadata": {"generateName": "e2e-"}},
    )
    client.cluster.settle()
    (name,) = (
        n for n in names(client.get("/api/v1/namespaces")) if n.startswith("e2e-")
    )
    place = f"/api/v1/namespaces/{name}"
    assert names(client.get(f"{place}/serviceaccounts")) == ["default"]
    assert names(client.get(f"{place}/configmaps")) == ["kube-root-ca.crt"]
    client.post(f"/apis/apps/v1/namespaces/{name}/daemonsets", daemon_set())
    client.cluster.settle()
    assert client.call("DELETE", place)[1]["status"]["phase"] == "Terminating"
    client.cluster.run_until_quiet()
    assert client.call("GET", place)[0] == 404
    assert client.get("/api/v1/pods")["items"] == []
    assert client.call("DELETE", "/api/v1/namespaces/default")[0] == 403
