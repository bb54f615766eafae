"""OpenAPI documents: the facts with their sentences, in the forms of version 3 and version 2."""

import json
import subprocess
import sys

from k8slearn.http import openapi

PORT = "io.k8s.api.core.v1.ContainerPort"
CONTAINER = "io.k8s.api.core.v1.Container"


def document(path):
    return json.loads(openapi.answer(path, "application/json").body)


def test_version_three_has_sentences_defaults_and_values():
    schemas = document("/openapi/v3/api/v1")["components"]["schemas"]
    protocol = schemas[PORT]["properties"]["protocol"]
    assert protocol["default"] == "TCP" and protocol["enum"] == ["SCTP", "TCP", "UDP"]
    assert protocol["description"].endswith(' - `"UDP"` is the UDP protocol.')
    resources = schemas[CONTAINER]["properties"]["resources"]
    (reference,) = resources["allOf"]
    assert reference["$ref"] == (
        "#/components/schemas/io.k8s.api.core.v1.ResourceRequirements"
    )
    assert resources["description"].startswith("Compute Resources required")


def test_version_two_wraps_nothing_and_has_no_defaults():
    definitions = document("/openapi/v2")["definitions"]
    resources = definitions[CONTAINER]["properties"]["resources"]
    assert resources["$ref"] == (
        "#/definitions/io.k8s.api.core.v1.ResourceRequirements"
    )
    assert "default" not in definitions[PORT]["properties"]["protocol"]
    quantity = definitions["io.k8s.apimachinery.pkg.api.resource.Quantity"]
    assert quantity["type"] == "string" and "oneOf" not in quantity


def test_every_reference_leads_to_a_schema():
    for path in document("/openapi/v3")["paths"]:
        text = openapi.answer(f"/openapi/v3/{path}", "").body.decode()
        schemas = json.loads(text)["components"]["schemas"]
        asked = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
        assert asked <= schemas.keys()


def test_a_document_has_the_same_hash_in_every_process():
    code = "from k8slearn.http import openapi; print(openapi.answer('/openapi/v3', '').body.decode())"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == document("/openapi/v3")
