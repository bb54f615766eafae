"""Answers to odd requests that no record has, by upstream's source."""

import json
from base64 import urlsafe_b64decode

import pytest

from k8slearn.cluster import Cluster
from tests.support.api_client import Client, daemon_set
from tests.support.go_client import controlled, pod

MAPS = "/api/v1/namespaces/default/configmaps"
PODS = "/api/v1/namespaces/default/pods"
SETS = "/apis/apps/v1/namespaces/default/daemonsets"
FRONT = "/apis/apps/v1/namespaces/default/deployments/front"
TOKENS = "/api/v1/namespaces/default/serviceaccounts/robot/token"
REVIEWS = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
TABLE = {"accept": "application/json;as=Table;v=v1;g=meta.k8s.io"}


@pytest.fixture(scope="module")
def client():
    found = Client(Cluster(2, kubelet="instant"))
    for o in ({"metadata": {"name": "a"}}, {"metadata": {"name": "b"}}):
        found.post(MAPS, o)
    found.post(MAPS.replace("configmaps", "serviceaccounts"), {"metadata": {"name": "robot"}})  # fmt: skip
    found.post(PODS, pod("other"))
    found.post(PODS, pod("own", serviceAccountName="robot"))
    found.post(FRONT.removesuffix("/front"), controlled("Deployment", "front", 2))
    found.cluster.run(5)
    return found


def said(client, method, path, body=None, **query):
    code, status = client.call(method, path, body, **query)
    return code, status["message"]


# Lists -------------------------------------------------------------------------------------------------------------


def token_of(client):
    return client.get(MAPS, limit=1)["metadata"]["continue"]


def test_a_token_says_of_which_version_it_is(client):
    token = {"continue": token_of(client)}
    assert len(client.get(MAPS, resourceVersion="0", **token)["items"]) == 2
    assert said(client, "GET", MAPS, resourceVersion="5", **token) == (
        400,
        "specifying resource version is not allowed when using continue",
    )
    more = {"resourceVersion": "5", "resourceVersionMatch": "Exact"}
    code, message = said(client, "GET", MAPS, **more, **token)
    assert code == 422
    assert "resourceVersionMatch is forbidden when continue is provided" in message


def test_no_version_is_exactly_any(client):
    more = {"resourceVersion": "0", "resourceVersionMatch": "Exact"}
    code, message = said(client, "GET", MAPS, **more)
    assert code == 422 and message.endswith(
        'Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"'
    )


# Writes ------------------------------------------------------------------------------------------------------------


def test_another_object_of_that_name(client):
    present = client.get(f"{MAPS}/a")["metadata"]["uid"]
    code, message = said(client, "PUT", f"{MAPS}/a", {"metadata": {"name": "a", "uid": "x"}})  # fmt: skip
    assert (code, message) == (
        409,
        'Operation cannot be fulfilled on configmaps "a": StorageError: invalid object, Code: 4, '
        "Key: /registry/configmaps/default/a, ResourceVersion: 0, AdditionalErrorMsg: "
        f"Precondition failed: UID in precondition: x, UID in object meta: {present}",
    )


ELSE = "the {0} in the precondition (7) does not match the {0} in record ({1}). The object might have been {2}"


@pytest.mark.parametrize(
    ("given", "what", "become"),
    [
        ("uid", "UID", "deleted and then recreated"),
        ("resourceVersion", "ResourceVersion", "modified"),
    ],
)
def test_a_deletion_of_another_object(client, given, what, become):
    present = client.get(FRONT)["metadata"][given]
    told = said(client, "DELETE", FRONT, {"preconditions": {given: "7"}})
    kind = 'Operation cannot be fulfilled on Deployment.apps "front": '
    assert told == (409, kind + ELSE.format(what, present, become))


JSON_PATCH = "error decoding patch: json: cannot unmarshal {} into Go value of type []handlers.jsonPatchOp"
UNREADABLE = {
    ("json", '{"op":"replace"}'): JSON_PATCH.format("object"),
    ("json", '"x"'): JSON_PATCH.format("string"),
    ("merge", '{"spec":'): "error decoding patch: unexpected end of JSON input",
    ("strategic", '{"spec":'): "unexpected end of JSON input",
    ("strategic", "{spec: {}}"): "invalid character 's' looking for beginning of object key string",
    ("strategic", "{'spec': {}}"): "invalid character '\\'' looking for beginning of object key string",
    ("strategic", '{"a" 1}'): "invalid character '1' after object key",
    ("strategic", '{"a":1 "b":2}'): "invalid character '\"' after object key:value pair",
    ("strategic", '{"a":[{"}":1} 2]}'): "invalid character '2' after array element",
    ("strategic", '{"a":1}}'): "invalid character '}' after top-level value",
    ("strategic", '{"a":1,}'): "invalid character '}' looking for beginning of object key string",
    ("strategic", '{"a":yes}'): "invalid character 'y' looking for beginning of value",
}  # fmt: skip
MEDIA = "application/{}-patch+json"


@pytest.mark.parametrize(("kind", "text"), UNREADABLE)
def test_a_patch_that_cannot_be_read(client, kind, text):
    media = MEDIA.format({"strategic": "strategic-merge"}.get(kind, kind))
    answer = client.ask("PATCH", f"{MAPS}/a", text.encode(), headers={"content-type": media})  # fmt: skip
    status = json.loads(answer.payload())
    assert (answer.code, status["message"]) == (400, UNREADABLE[kind, text])


MISSPELT = {"contianers": [], "containers": []}


@pytest.mark.parametrize("verb", ["create", "update", "patch"])
def test_a_warning_comes_with_a_refusal(client, verb):
    o = daemon_set("warned")
    path = f"{SETS}/warned"
    if verb != "create":
        client.call("POST", SETS, o)
    o["spec"]["template"]["spec"] = MISSPELT
    how = {"create": ("POST", SETS), "update": ("PUT", path), "patch": ("PATCH", path)}
    headers = {"content-type": "application/json"}
    if verb == "patch":
        headers["content-type"] = MEDIA.format("merge")
    body = json.dumps(o).encode()
    answer = client.ask(*how[verb], body, headers=headers, fieldValidation="Warn")
    assert answer.code == 422
    assert answer.warnings == ['unknown field "spec.template.spec.contianers"']


# Parts -------------------------------------------------------------------------------------------------------------


def test_a_scale_is_printed_with_its_numbers(client):
    code, found = client.call("GET", f"{FRONT}/scale", headers=TABLE)
    titles = [column["name"] for column in found["columnDefinitions"]]
    assert (code, titles) == (200, ["Name", "Desired", "Available", "Age"])
    assert found["rows"][0]["cells"] == ["front", 2, 2, "5s"]


def bound(client, kind, name, version="v1", **more):
    ref = {"apiVersion": version, "kind": kind, "name": name, **more}
    return client.call("POST", TOKENS, {"spec": {"boundObjectRef": ref}})


def test_a_token_lives_as_long_as_a_pod(client):
    code, found = bound(client, "Pod", "own")
    part = found["status"]["token"].split(".")[1]
    claims = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    own = client.get(f"{PODS}/own")
    node = own["spec"]["nodeName"]
    told = claims["kubernetes.io"]
    assert code == 201 and told["pod"] == {"name": "own", "uid": own["metadata"]["uid"]}
    there = client.get(f"/api/v1/nodes/{node}")["metadata"]
    assert told["node"] == {"name": node, "uid": there["uid"]}


OTHERS_POD = (
    'cannot bind token for serviceaccount "robot" to pod running '
    "with different serviceaccount name."
)


@pytest.mark.parametrize(
    ("ref", "refusal"),
    [
        (("Pod", "ghost"), (404, 'pods "ghost" not found')),
        (("Secret", "ghost"), (404, 'secrets "ghost" not found')),
        (("Pod", "other"), (400, OTHERS_POD)),
        (("ConfigMap", "a"), (400, "cannot bind token to object of type /v1, Kind=ConfigMap")),
        (("Deployment", "front", "apps/v1"), (400, "cannot bind token to object of type apps/v1, Kind=Deployment")),
    ],
)  # fmt: skip
def test_what_no_token_is_bound_to(client, ref, refusal):
    code, status = bound(client, *ref)
    assert (code, status["message"]) == refusal


def test_a_token_for_another_pod_of_that_name(client):
    code, status = bound(client, "Pod", "own", uid="x")
    assert code == 409 and "bound object reference (x)" in status["message"]


def test_who_i_am_is_answered_now(client):
    code, found = client.call("POST", REVIEWS, {})
    assert code == 201 and found["metadata"] == {
        "creationTimestamp": client.get("/api/v1/namespaces/default")["metadata"]["creationTimestamp"][:17] + "05Z"
    }  # fmt: skip


# What the model leaves out -----------------------------------------------------------------------------------------

SERVICES = "/api/v1/namespaces/default/services"
LEFT_OUT = {
    f"{SERVICES}/http:web:80/proxy/healthz": "services（proxy）",
    f"{PODS}/own/proxy/": "pods（proxy）",
    "/api/v1/nodes/node1/proxy/configz": "nodes（proxy）",
    "/metrics": "不提供 /metrics",
    "/debug/pprof/heap": "不提供 /debug/pprof/heap",
    "/.well-known/openid-configuration": "不提供 /.well-known/openid-configuration",
    f"{PODS}/own/nosuch": "could not find the requested resource",
    f"{MAPS}/a/status": "could not find the requested resource",
    "/nosuch": "could not find the requested resource",
}


@pytest.mark.parametrize("path", LEFT_OUT)
def test_what_is_not_there_is_the_model_s_or_the_client_s_doing(client, path):
    code, message = said(client, "GET", path)
    assert code == 404 and LEFT_OUT[path] in message
