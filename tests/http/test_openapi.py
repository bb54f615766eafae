"""OpenAPI documents of versions 3 and 2: the facts with their descriptions."""

import json
import subprocess
import sys

from k8slearn.apimachinery import facts
from k8slearn.http import enums, openapi

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


def test_every_text_about_values_is_of_an_enumeration_that_there_is():
    unused = {
        (field, value) for field, texts in enums._explained().items() for value in texts
    }
    for name, schema in facts.schemas().items():
        bare = name.rpartition(".")[2]
        for field, entry in schema.get("properties", {}).items():
            for value in entry.get("enum", ()):
                unused -= {(field, value), (f"{bare}.{field}", value)}
    assert not unused


def test_a_field_whose_values_are_explained_tells_what_each_means():
    schemas = document("/openapi/v3/api/v1")["components"]["schemas"]
    phase = schemas["io.k8s.api.core.v1.PodStatus"]["properties"]["phase"][
        "description"
    ]
    values = phase.partition("Possible enum values:\n")[2].splitlines()
    assert [line.split("`")[1].strip('"') for line in values] == [
        "Failed",
        "Pending",
        "Running",
        "Succeeded",
        "Unknown",
    ]
    assert values[1].endswith("time spent pulling images onto the host.")
    # The constants of which Go says nothing stand alone.
    policy = schemas["io.k8s.api.core.v1.PodSpec"]["properties"]["restartPolicy"]
    assert policy["description"].endswith(' - `"OnFailure"`')
