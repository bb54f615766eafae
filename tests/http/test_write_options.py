"""What is said of options of a write that cannot be."""

import pytest

from k8slearn.cluster import Cluster
from tests.support.api_client import PATCHES, Client

MAPS = "/api/v1/namespaces/default/configmaps"
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
