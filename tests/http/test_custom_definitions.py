"""CustomResourceDefinitions: their validation and changes, and the validation of their objects.

Kubernetes: apiextensions-apiserver pkg/apis/apiextensions/validation/validation_test.go
"""

from copy import deepcopy

import pytest

from k8slearn.cluster import Cluster
from tests.support.api_client import PATCHES, Client, told

DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
FOO = f"{DEFINITIONS}/foos.ex.io"
FOOS = "/apis/ex.io/v1/foos"
SCHEMA = {
    "type": "object",
    "properties": {
        "spec": {
            "type": "object",
            "properties": {"ip": {"type": "string", "format": "ipv4"}},
        },
        "status": {"type": "object", "properties": {"ready": {"type": "boolean"}}},
    },
}


def version(name, *, storage=False, **fields):
    schema = {"openAPIV3Schema": SCHEMA}
    fields = {"served": True, "storage": storage, "schema": schema, **fields}
    return {"name": name, **fields}


def definition(*versions, **spec):
    versions = list(versions) or [version("v1", storage=True)]
    names = {"plural": "foos", "kind": "Foo"}
    spec = {"group": "ex.io", "scope": "Cluster", "names": names, **spec}
    return {
        "metadata": {"name": "foos.ex.io"},
        "spec": {**spec, "versions": versions},
    }


@pytest.fixture
def client():
    return Client(Cluster(1, kubelet="instant"))


def with_type(kind):
    schema = deepcopy(SCHEMA)
    schema["properties"]["spec"]["properties"]["ip"] = {"type": kind}
    return version("v1", storage=True, schema={"openAPIV3Schema": schema})


AT = "spec.versions[0].schema.openAPIV3Schema.properties[spec].properties[ip]"
PRESERVE = (
    "spec.preserveUnknownFields: Invalid value: true: cannot set to true, set "
    "x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead"
)
WRONG = [
    ({"preserveUnknownFields": True}, [], [PRESERVE]),
    ({"preserveUnknownFields": False}, [], []),
    (
        {},
        [version("v1", storage=True), version("v1")],
        [
            'spec.versions: Invalid value: ["v1","v1"]: must contain unique version names'
        ],
    ),
    (
        {},
        [with_type("strng")],
        [
            f'{AT}.type: Unsupported value: "strng": supported values: '
            '"array", "boolean", "integer", "number", "object", "string"'
        ],
    ),
    (
        {"conversion": {"strategy": "Webhook"}},
        [],
        [
            "spec.conversion.webhookClientConfig: Required value: required when strategy is set to Webhook",
            "spec.conversion.conversionReviewVersions: Required value",
        ],
    ),
    (
        {"conversion": {"strategy": "Some"}},
        [],
        [
            'spec.conversion.strategy: Unsupported value: "Some": '
            'supported values: "None", "Webhook"'
        ],
    ),
]


@pytest.mark.parametrize(("spec", "versions", "why"), WRONG)
def test_a_new_definition(client, spec, versions, why):
    o = definition(*versions, **spec)
    assert told(client.call("POST", DEFINITIONS, o)) == why


def test_a_version_that_was_stored_has_to_stay(client):
    client.post(DEFINITIONS, definition())
    client.cluster.settle()
    both = {"spec": {"versions": [version("v1"), version("v2", storage=True)]}}
    code, found = client.patch(FOO, both, "merge")
    assert (code, found["status"]["storedVersions"]) == (200, ["v1", "v2"])
    latest = {"spec": {"versions": [version("v2", storage=True)]}}
    assert told(client.patch(FOO, latest, "merge")) == [
        'status.storedVersions[0]: Invalid value: "v1": missing from spec.versions; '
        "v1 was previously a storage version, and must remain in spec.versions until a "
        "storage migration ensures no data remains persisted in v1 and removes v1 from "
        "status.storedVersions"
    ]
    migrated = {"status": {"storedVersions": ["v2"]}}
    assert client.patch(f"{FOO}/status", migrated, "merge")[0] == 200
    assert told(client.patch(FOO, latest, "merge")) == []


@pytest.mark.parametrize("parts", [{}, {"status": {}}])
def test_a_status_that_is_a_part_of_its_own_is_not_made_with_the_object(client, parts):
    served = version("v1", storage=True, subresources=parts)
    client.post(DEFINITIONS, definition(served))
    client.cluster.settle()
    o = {"metadata": {"name": "f"}, "spec": {}, "status": {"ready": True}}
    assert ("status" in client.post(FOOS, o)) == (not parts)


def test_a_text_has_the_format_of_its_schema(client):
    client.post(DEFINITIONS, definition())
    client.cluster.settle()
    o = {"metadata": {"name": "f"}, "spec": {"ip": "10.0.0.300"}}
    assert told(client.call("POST", FOOS, o)) == [
        'spec.ip: Invalid value: "10.0.0.300": spec.ip in body must be of type ipv4: "10.0.0.300"'
    ]


def test_a_null_stays_where_it_may_be_and_is_nothing_elsewhere(client):
    """The example of kubernetes.io: Defaulting and Nullable."""
    schema = deepcopy(SCHEMA)
    schema["properties"]["spec"]["properties"] = {
        "foo": {"type": "string", "nullable": False, "default": "given"},
        "bar": {"type": "string", "nullable": True},
        "baz": {"type": "string"},
    }
    only = version("v1", storage=True, schema={"openAPIV3Schema": schema})
    client.post(DEFINITIONS, definition(only))
    client.cluster.settle()
    about = {"apiVersion": "ex.io/v1", "kind": "Foo", "metadata": {"name": "a"}}
    nulls = {"foo": None, "bar": None, "baz": None}
    made = client.post(FOOS, {**about, "spec": nulls})
    assert made["spec"] == {"foo": "given", "bar": None}


def test_rules_that_nobody_looks_at_are_told_of_when_they_are_written(client):
    rules = [{"rule": "self.a < 10"}]
    schema = {"openAPIV3Schema": {**SCHEMA, "x-kubernetes-validations": rules}}
    o = definition(version("v1", storage=True, schema=schema))
    assert len(client.ask("POST", DEFINITIONS, o).warnings) == 1
    labelled = {"metadata": {"labels": {"a": "b"}}}
    merge = {"content-type": PATCHES["merge"]}
    answer = client.ask("PATCH", FOO, labelled, headers=merge)
    assert (answer.code, answer.warnings) == (200, [])
