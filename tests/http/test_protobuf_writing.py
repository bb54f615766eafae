"""Answers in protobuf can be read back as the same object, for every kind with protobuf numbers."""

import struct

import pytest

from k8slearn.apimachinery import schema
from k8slearn.cluster import Cluster
from k8slearn.http import protobuf
from k8slearn.http.protobuf_writing import encode
from k8slearn.kinds import KINDS
from tests.support.api_client import DAEMON_SETS, PODS, Client, daemon_set

PROTOBUF = "application/vnd.kubernetes.protobuf"
META = "as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
WRITTEN = [
    row
    for row in KINDS
    # A schema that may be one of several things has a test of its own.
    if row.kind != "CustomResourceDefinition"
]
# One value of each type, as JSON has it, that is not Go's zero.
VALUES = {
    "string": "word",
    "bool": True,
    "int": 3,
    "number": 1.5,
    "bytes": "dg==",
    "quantity": "64Mi",
    "int-or-string": "10%",
    "any": {"a": 1},
}
DEPTH = 7


def example(kind, depth=0):
    """An object with every field of its type, as deep as it goes."""
    if kind.go == "v1.MicroTime":
        return "2026-01-01T00:00:01.500000Z"
    if kind.kind == "time":
        return "2026-01-01T00:00:01Z"
    if kind.kind == "list":
        return [example(kind.element, depth)]
    if kind.kind == "map":
        return {"key": example(kind.element, depth)}
    if kind.kind != "struct":
        return VALUES[kind.kind]
    found = {}
    if depth < DEPTH:
        for name, field in schema.struct(kind.struct).fields.items():
            found[name] = example(field.type, depth + 1)
    return found


def without_empty(value):
    """The value without what an empty struct leaves: Go's reader makes none of it."""
    if isinstance(value, dict):
        found = {k: without_empty(v) for k, v in value.items()}
        return {k: v for k, v in found.items() if v not in ({}, [], [{}])}
    if isinstance(value, list):
        return [without_empty(item) for item in value]
    return value


@pytest.mark.parametrize("row", WRITTEN, ids=lambda row: row.kind)
def test_what_is_written_is_read_as_the_same_object(row):
    whole = example(schema.kind_type(row.api_version, row.kind))
    o = {**whole, "apiVersion": row.api_version, "kind": row.kind}
    for claim in o.get("spec", {}).get("volumeClaimTemplates", ()):
        # The envelope has the type; the objects within have none.
        del claim["apiVersion"], claim["kind"]
    assert without_empty(protobuf.decode(encode(o))) == without_empty(o)


@pytest.fixture(scope="module")
def client():
    made = Client(Cluster(2, kubelet="instant"))
    made.post(DAEMON_SETS, daemon_set())
    made.cluster.run_until_quiet()
    return made


def asked(client, method, path, body=None, accept=PROTOBUF, **query):
    return client.ask(method, path, body, headers={"accept": accept}, **query)


def test_who_takes_nothing_else_gets_protobuf(client):
    answer = asked(client, "GET", f"{DAEMON_SETS}/web")
    assert (answer.code, answer.media_type) == (200, PROTOBUF)
    found = protobuf.decode(answer.payload())
    assert found["kind"] == "DaemonSet" and found["status"]["numberReady"] == 2
    pods = protobuf.decode(asked(client, "GET", PODS).payload())
    assert pods["kind"] == "PodList" and len(pods["items"]) == 2
    made = asked(client, "POST", DAEMON_SETS, daemon_set("other"))
    assert made.code == 201
    assert protobuf.decode(made.payload())["metadata"]["name"] == "other"


def test_who_takes_json_as_well_gets_that(client):
    for accept in (f"{PROTOBUF},application/json", f"{PROTOBUF}, */*"):
        answer = asked(client, "GET", PODS, accept=accept)
        assert answer.media_type == "application/json"


def test_a_refusal_is_protobuf_too(client):
    answer = asked(client, "GET", f"{DAEMON_SETS}/ghost")
    status = protobuf.decode(answer.payload())
    assert answer.code == status["code"] == 404 and status["reason"] == "NotFound"


def test_items_of_mere_metadata_do_not_say_what_they_are(client):
    accept = f"{PROTOBUF};{META},application/json;{META},application/json"
    answer = asked(client, "GET", PODS, accept=accept)
    assert answer.media_type == PROTOBUF
    found = protobuf.decode(answer.payload())
    assert found["kind"] == "PartialObjectMetadataList"
    assert all("kind" not in item for item in found["items"])
    assert found["items"][0]["metadata"]["ownerReferences"][0]["name"] == "web"


def test_there_are_no_tables_in_protobuf_and_no_custom_kinds(client):
    accept = f"{PROTOBUF};as=Table;g=meta.k8s.io;v=v1"
    assert asked(client, "GET", PODS, accept=accept).code == 406
    schema_of = {"openAPIV3Schema": {"type": "object"}}
    version = {"name": "v1", "served": True, "storage": True, "schema": schema_of}
    names = {"plural": "things", "kind": "Thing"}
    spec = {"group": "example.com", "scope": "Cluster", "names": names}
    place = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    body = {"metadata": {"name": "things.example.com"}}
    client.post(place, {**body, "spec": {**spec, "versions": [version]}})
    assert asked(client, "GET", place).code == 200
    assert asked(client, "GET", "/apis/example.com/v1/things").code == 406


def frames(data):
    """(type, object) of each event: a length, and a WatchEvent of that length."""
    found = []
    while data:
        (length,) = struct.unpack(">I", data[:4])
        message, data = data[4 : 4 + length], data[4 + length :]
        parts = dict(protobuf._parts(message))
        raw = dict(protobuf._parts(parts[2]))[1]
        found.append((parts[1].decode(), protobuf.decode(raw)))
    return found


def test_a_watch_sends_frames(client):
    watch = client.ask("GET", PODS, headers={"accept": PROTOBUF}, watch="true")
    assert watch.media_type == f"{PROTOBUF};stream=watch"
    seen = frames(watch.first())
    assert [(event, o["kind"]) for event, o in seen] == [("ADDED", "Pod")] * 2
    client.patch(f"{DAEMON_SETS}/web", {"metadata": {"labels": {"a": "b"}}})
    assert watch.news() == b""
    (mark,) = frames(watch.bookmark())
    assert mark[0] == "BOOKMARK" and mark[1]["metadata"]["resourceVersion"]


def test_a_definition_is_read_with_all_that_a_schema_may_be():
    size = {"type": "integer", "minimum": 0, "maximum": 1.5, "default": 1, "enum": [1]}
    schema_of = {
        "type": "object",
        "properties": {
            "size": size,
            "all": {"type": "array", "items": {"type": "string"}},
            "map": {"type": "object", "additionalProperties": {"type": "string"}},
            "free": {"x-kubernetes-preserve-unknown-fields": True},
            "some": {"additionalProperties": False, "$ref": "x"},
        },
    }
    version = {
        "name": "v1",
        "schema": {"openAPIV3Schema": schema_of},
        "subresources": {"status": {}},
    }
    body = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "spec": {"versions": [version]},
    }
    found = protobuf.decode(encode(body))
    assert found["spec"]["versions"] == [version]
