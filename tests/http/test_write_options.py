"""Errors for invalid options of a write."""

import pytest

from k8slearn.cluster import Cluster
from tests.support.api_client import DAEMON_SETS, PATCHES, PODS, Client, daemon_set

MAPS = "/api/v1/namespaces/default/configmaps"
DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments"
POD_SPEC = {"containers": [{"name": "c", "image": "i"}]}
WAYS = {
    "POST": (MAPS, "CreateOptions"),
    "PUT": (f"{MAPS}/kube-root-ca.crt", "UpdateOptions"),
    "PATCH": (f"{MAPS}/kube-root-ca.crt", "PatchOptions"),
}
LONG = "fieldManager: Too long: may not be more than 128 bytes"
# Kubernetes: apimachinery/pkg/apis/meta/v1/validation/validation_test.go
OPTIONS = [
    ({"fieldManager": "a" * 129}, LONG),
    ({"fieldManager": "é" * 65}, LONG),
    (
        {"fieldManager": "é\n"},
        r'fieldManager: Invalid value: "é\n": invalid character U+000A (at position 2)',
    ),
    (
        {"dryRun": "Some"},
        'dryRun: Unsupported value: ["Some"]: supported values: "All"',
    ),
    (
        {"fieldValidation": "strict"},
        'fieldValidation: Unsupported value: "strict": supported values: '
        '"", "Ignore", "Strict", "Warn"',
    ),
]


@pytest.fixture(scope="module")
def client():
    return Client(Cluster(1, kubelet="instant"))


@pytest.mark.parametrize("verb", WAYS)
@pytest.mark.parametrize(("query", "why"), OPTIONS)
def test_a_wrong_option_names_the_options_of_the_verb(client, verb, query, why):
    path, kind = WAYS[verb]
    media = PATCHES["merge"] if verb == "PATCH" else "application/json"
    body = {"metadata": {"name": "x"}}
    headers = {"content-type": media}
    code, status = client.call(verb, path, body, headers=headers, **query)
    assert code == 422
    assert status["message"] == f'{kind}.meta.k8s.io "" is invalid: {why}'
    assert status["details"]["kind"] == kind


def test_a_list_is_no_stream(client):
    code, status = client.call("GET", DAEMON_SETS, sendInitialEvents="true")
    assert (code, status["message"]) == (
        422,
        'ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: '
        "Forbidden: sendInitialEvents is forbidden for list",
    )


@pytest.mark.parametrize("part", ["", "/scale"])
@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "",
            "the name of the object (web based on URL) was undeterminable: "
            "Internal error occurred: name must be provided",
        ),
        (
            "other",
            "the name of the object (other) does not match the name on the URL (web)",
        ),
    ],
)
def test_what_is_replaced_has_the_name_of_the_url(client, part, name, message):
    path = DEPLOYMENTS + "/web" + part
    if client.call("GET", DEPLOYMENTS + "/web")[0] == 404:
        client.post(DEPLOYMENTS, {**daemon_set(), "kind": "Deployment"})
    found = client.get(path)
    found["metadata"]["name"] = name
    code, status = client.call("PUT", path, found)
    assert (code, status["message"]) == (400, message)


def test_a_pod_is_bound_to_a_node_that_is_named(client):
    client.post(PODS, {"metadata": {"name": "p"}, "spec": POD_SPEC})
    binding = {"metadata": {"name": "p"}, "target": {"kind": "Machine"}}
    code, status = client.call("POST", f"{PODS}/p/binding", binding)
    assert (code, status["message"]) == (
        500,
        '[target.kind: Unsupported value: "Machine": supported values: "Node", "<empty>", '
        "target.name: Required value]",
    )
