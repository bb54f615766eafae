"""CustomResourceDefinitions add to the API, and have custom objects."""

import json
from copy import deepcopy

import pytest

from k8slearn.apimachinery import facts
from k8slearn.apimachinery.objects import BUILT_IN
from k8slearn.cluster import Cluster
from tests.support.api_client import Client, events, names

DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
WIDGETS = "/apis/example.com/v1/namespaces/default/widgets"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"
PORT = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "port": {"type": "integer"}},
}
SPEC = {
    "type": "object",
    "description": "What is wanted.",
    "required": ["size"],
    "properties": {
        "size": {"type": "integer", "minimum": 1, "description": "How large it is."},
        "mode": {"type": "string", "enum": ["a", "b"], "default": "a"},
        "word": {"type": "string", "pattern": "^[a-z]+$", "maxLength": 5},
        "limit": {"x-kubernetes-int-or-string": True},
        "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        "ports": {
            "type": "array",
            "maxItems": 2,
            "items": PORT,
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["name"],
        },
    },
}
STATUS = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
COLUMNS = [
    {"name": "Size", "type": "integer", "jsonPath": ".spec.size"},
    {
        "name": "Ready",
        "type": "string",
        "jsonPath": '.status.conditions[?(@.type=="Ready")].status',
    },
    {"name": "Ports", "type": "string", "jsonPath": ".spec.ports[*].name"},
]
VERSION = {
    "name": "v1",
    "served": True,
    "storage": True,
    "schema": {
        "openAPIV3Schema": {
            "type": "object",
            "properties": {"spec": SPEC, "status": STATUS},
        }
    },
    "subresources": {
        "status": {},
        "scale": {
            "specReplicasPath": ".spec.size",
            "statusReplicasPath": ".status.size",
        },
    },
    "additionalPrinterColumns": COLUMNS,
}


def definition(group="example.com", kind="Widget", *versions, scope="Namespaced"):
    plural = f"{kind.lower()}s"
    names = {"plural": plural, "kind": kind, "shortNames": [f"{kind.lower()[:2]}x"]}
    spec = {"group": group, "scope": scope, "names": names}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{group}"},
        "spec": {**spec, "versions": list(versions) or [deepcopy(VERSION)]},
    }


def widget(name="w", **spec):
    return {
        "apiVersion": "example.com/v1",
        "kind": "Widget",
        "metadata": {"name": name},
        "spec": {"size": 1, **spec},
    }


@pytest.fixture
def client():
    made = Client(Cluster(1, kubelet="instant"))
    made.post(DEFINITIONS, definition())
    made.cluster.settle()
    return made


def test_the_groups_of_the_facts_are_those_of_the_store():
    assert frozenset(facts.versions()) == BUILT_IN


def test_a_definition_is_accepted_and_its_kind_offered(client):
    found = client.get(f"{DEFINITIONS}/widgets.example.com")
    conditions = {c["type"]: c["status"] for c in found["status"]["conditions"]}
    assert conditions == {"NamesAccepted": "True", "Established": "True"}
    assert found["status"]["storedVersions"] == ["v1"]
    assert found["status"]["acceptedNames"]["listKind"] == "WidgetList"
    offered = client.get("/apis/example.com/v1")["resources"]
    assert [each["name"] for each in offered] == [
        "widgets",
        "widgets/status",
        "widgets/scale",
    ]
    assert "example.com" in [g["name"] for g in client.get("/apis")["groups"]]
    assert offered[0]["shortNames"] == ["wix"]


WRONG = [
    ({"size": 0}, "spec.size: Invalid value: 0: spec.size in body should be greater"),
    ({"size": "x"}, 'spec.size in body must be of type integer: "string"'),
    ({"size": None}, "spec.size"),
    ({"mode": "c"}, 'spec.mode: Unsupported value: "c": supported values: "a", "b"'),
    ({"word": "A"}, "spec.word in body should match '^[a-z]+$'"),
    ({"word": "abcdef"}, "spec.word in body should be at most 5 chars long"),
    ({"limit": True}, "must be of type integer,string"),
    ({"labels": {"a": 1}}, 'spec.labels.a in body must be of type string: "integer"'),
    ({"ports": [{"name": "a"}, {"name": "a"}]}, "spec.ports[1]: Duplicate value"),
    ({"ports": [{"name": n} for n in "abc"]}, "spec.ports: Too many: 3"),
]


@pytest.mark.parametrize(("spec", "why"), WRONG, ids=[str(spec) for spec, _ in WRONG])
def test_what_its_schema_forbids_is_refused(client, spec, why):
    code, status = client.call("POST", WIDGETS, widget(**spec))
    assert code == 422 and why in status["message"]
    assert status["message"].startswith('Widget.example.com "w" is invalid: ')


def test_what_is_required_is_asked_for(client):
    body = widget()
    del body["spec"]["size"]
    code, status = client.call("POST", WIDGETS, body)
    assert code == 422 and "spec.size: Required value" in status["message"]


def test_what_its_schema_does_not_know_is_dropped_told_or_refused(client):
    body = widget(foo=1, free={"any": {"thing": 1}}, ports=[{"name": "a", "x": 1}])
    made = client.post(WIDGETS, body)
    assert made["spec"] == {
        "size": 1,
        "mode": "a",
        "free": {"any": {"thing": 1}},
        "ports": [{"name": "a"}],
    }
    told = client.ask(
        "POST", WIDGETS, widget("w2", foo=1), fieldValidation="Warn"
    ).warnings
    assert told == ['unknown field "spec.foo"']
    code, status = client.call("POST", WIDGETS, body, fieldValidation="Strict")
    assert code == 400 and status["message"].endswith(
        'strict decoding error: unknown field "spec.foo", unknown field "spec.ports[0].x"'
    )
    code, status = client.patch(
        f"{WIDGETS}/w", {"spec": {"foo": 1}}, "merge", fieldValidation="Strict"
    )
    assert code == 422 and 'unknown field "spec.foo"' in status["message"]


def test_its_objects_have_a_whole_life(client):
    watch = client.watch(WIDGETS)
    watch.first()
    made = client.post(WIDGETS, widget())
    assert made["metadata"]["generation"] == 1
    code, changed = client.patch(f"{WIDGETS}/w", {"spec": {"size": 3}}, "merge")
    assert code == 200 and changed["metadata"]["generation"] == 2
    code, _ = client.patch(f"{WIDGETS}/w", {"spec": {"size": 3}}, "strategic")
    assert code == 415
    status = {"size": 2, "conditions": [{"type": "Ready", "status": "True"}]}
    code, changed = client.patch(f"{WIDGETS}/w/status", {"status": status}, "merge")
    assert code == 200 and changed["metadata"]["generation"] == 2
    code, changed = client.patch(
        f"{WIDGETS}/w", {"status": {"size": 9}, "spec": {"size": 4}}, "merge"
    )
    assert changed["status"]["size"] == 2 and changed["spec"]["size"] == 4
    scale = client.get(f"{WIDGETS}/w/scale")
    assert (scale["spec"], scale["status"]) == ({"replicas": 4}, {"replicas": 2})
    code, _ = client.patch(f"{WIDGETS}/w/scale", {"spec": {"replicas": 5}}, "merge")
    assert code == 200 and client.get(f"{WIDGETS}/w")["spec"]["size"] == 5
    client.call("DELETE", f"{WIDGETS}/w")
    seen = [(kind, o["spec"]["size"]) for kind, o in events(watch.news())]
    assert seen[0] == ("ADDED", 1) and seen[-1] == ("DELETED", 5)


def test_lists_are_merged_by_their_keys_when_applied(client):
    one = widget(ports=[{"name": "a", "port": 1}])
    two = widget(ports=[{"name": "b", "port": 2}])
    client.patch(f"{WIDGETS}/w", one, "apply", fieldManager="one")
    code, both = client.patch(f"{WIDGETS}/w", two, "apply", fieldManager="two")
    assert code == 200
    assert [port["name"] for port in both["spec"]["ports"]] == ["a", "b"]
    code, refused = client.patch(
        f"{WIDGETS}/w", widget(size=7), "apply", fieldManager="three"
    )
    assert code == 409 and ".spec.size" in refused["message"]


def test_a_table_has_the_columns_of_the_definition(client):
    client.post(WIDGETS, widget(ports=[{"name": "a"}, {"name": "b"}]))
    table = client.get(WIDGETS, headers={"accept": TABLE})
    titles = [column["name"] for column in table["columnDefinitions"]]
    assert titles == ["Name", "Size", "Ready", "Ports"]
    assert table["rows"][0]["cells"] == ["w", 1, "", "a,b"]
    assert str(client.cluster.table("widgets")).splitlines()[1].split() == [
        "w",
        "1",
        "a,b",
    ]


def test_it_is_explained(client):
    index = client.get("/openapi/v3")["paths"]
    assert "apis/example.com/v1" in index
    answer = client.ask("GET", "/openapi/v3/apis/example.com/v1")
    document = json.loads(answer.payload())
    schemas = document["components"]["schemas"]
    mark = {"group": "example.com", "version": "v1", "kind": "Widget"}
    marked = "x-kubernetes-group-version-kind"
    (whole,) = [s for s in schemas.values() if mark in s.get(marked, ())]
    spec = whole["properties"]["spec"]
    assert spec["description"] == "What is wanted."
    assert spec["properties"]["size"]["description"] == "How large it is."
    assert "Servers should convert" in whole["properties"]["apiVersion"]["description"]
    one = document["paths"][f"{WIDGETS.replace('default', '{namespace}')}/{{name}}"]
    # By this kubectl apply knows that it cannot send its usual patch.
    patches = one["patch"]["requestBody"]["content"]
    assert [media for media in patches if "strategic" in media] == []


def test_a_definition_takes_its_objects_along(client):
    client.post(WIDGETS, widget())
    held = widget("held")
    held["metadata"]["finalizers"] = ["example.com/mine"]
    client.post(WIDGETS, held)
    client.call("DELETE", f"{DEFINITIONS}/widgets.example.com")
    client.cluster.run(30)
    assert names(client.get(WIDGETS)) == ["held"]
    code, status = client.call("POST", WIDGETS, widget("late"))
    assert code == 405 and "terminating" in status["message"]
    client.patch(f"{WIDGETS}/held", {"metadata": {"finalizers": None}}, "merge")
    client.cluster.run(30)
    assert client.call("GET", WIDGETS)[0] == 404
    assert names(client.get(DEFINITIONS)) == []


def test_a_namespace_and_an_owner_take_custom_objects_along(client):
    client.post("/api/v1/namespaces", {"metadata": {"name": "n"}})
    client.cluster.settle()
    client.post(WIDGETS.replace("default", "n"), widget())
    owner = client.post(WIDGETS, widget())
    reference = {
        "apiVersion": "example.com/v1",
        "kind": "Widget",
        "name": "w",
        "uid": owner["metadata"]["uid"],
    }
    for path, body in (
        (WIDGETS, widget("part")),
        ("/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles", {}),
    ):
        body = {**body, "metadata": {"name": "part", "ownerReferences": [reference]}}
        client.post(path, body)
    client.cluster.run(5)
    assert names(client.get(WIDGETS)) == ["part", "w"]
    client.call("DELETE", f"{WIDGETS}/w")
    client.call("DELETE", "/api/v1/namespaces/n")
    client.cluster.run(60)
    assert names(client.get(WIDGETS)) == []
    assert client.cluster.list("Role") == []
    assert client.call("GET", "/api/v1/namespaces/n")[0] == 404


def test_a_kind_may_be_called_as_one_of_the_servers_own(client):
    client.post(DEFINITIONS, definition("serving.example.com", "Service"))
    path = "/apis/serving.example.com/v1/namespaces/default/services"
    body = {"metadata": {"name": "kubernetes"}, "spec": {"size": 2}}
    client.post(path, body)
    assert names(client.get(path)) == ["kubernetes"]
    assert "kubernetes" not in names(client.get("/api/v1/namespaces/default/services"))
    assert client.cluster.table("svc").rows == ()


def test_versions_show_the_same_objects(client):
    old = {**deepcopy(VERSION), "name": "v1beta1", "storage": False}
    client.post(DEFINITIONS, definition("two.example.com", "Gadget", VERSION, old))
    place = "/apis/two.example.com/{}/namespaces/default/gadgets"
    client.post(
        place.format("v1beta1"), {"metadata": {"name": "g"}, "spec": {"size": 1}}
    )
    for version in ("v1", "v1beta1"):
        found = client.get(place.format(version) + "/g")
        assert found["apiVersion"] == f"two.example.com/{version}"
    (group,) = [g for g in client.get("/apis")["groups"] if g["name"] == "two.example.com"]  # fmt: skip
    assert group["preferredVersion"]["version"] == "v1"


REFUSED = [
    (("metadata", "name"), "x", 'must be spec.names.plural+"."+spec.group'),
    (("spec", "scope"), "", "spec.scope: Required value"),
    (("spec", "versions"), [{**VERSION, "storage": False}], "exactly one version"),
    (("spec", "versions"), [{**VERSION, "schema": {}}], "schemas are required"),
    (
        ("spec", "versions"),
        [{**VERSION, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"a": {}}}}}],
        "must not be empty for specified object fields",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "why"), REFUSED)
def test_a_definition_that_says_too_little_is_refused(path, value, why):
    body = definition()
    body[path[0]][path[1]] = value
    code, status = Client(Cluster()).call("POST", DEFINITIONS, body)
    assert code == 422 and why in status["message"]


def test_python_applies_a_definition_and_its_objects():
    cluster = Cluster(1)
    cluster.apply(definition())
    cluster.apply(widget(size=2))
    changed = cluster.apply(widget(size=3, mode="b"))
    assert changed["spec"]["size"] == 3
    assert cluster.get("Widget", "w")["metadata"]["generation"] == 2
    twin = cluster.fork()
    twin.delete("wix", "w")
    assert not twin.list("widgets") and cluster.list("widgets.example.com")


def test_two_clusters_may_define_a_kind_of_one_name_otherwise():
    """Each explains, merges and owns by its own definition, whichever was made last."""
    clients = [Client(Cluster(1)) for _ in range(2)]
    lists = ["map", "atomic"]
    for client, how in zip(clients, lists, strict=True):
        own = deepcopy(definition())
        version = own["spec"]["versions"][0]
        spec = version["schema"]["openAPIV3Schema"]["properties"]["spec"]
        spec["description"] = f"Ports are {how}."
        spec["properties"]["ports"]["x-kubernetes-list-type"] = how
        if how == "atomic":
            del spec["properties"]["ports"]["x-kubernetes-list-map-keys"]
        client.post(DEFINITIONS, own)
        client.cluster.run(1)
        # Both have been looked at before anything is made of either.
        assert client.get(WIDGETS)["items"] == []
    for manager, port in (("one", "a"), ("two", "b")):
        for client in clients:
            wanted = {
                "apiVersion": "example.com/v1",
                "kind": "Widget",
                "metadata": {"name": "w"},
                "spec": {"size": 1, "ports": [{"name": port, "port": 1}]},
            }
            query = {"fieldManager": manager, "force": "true"}
            code, _ = client.patch(f"{WIDGETS}/w", wanted, "apply", **query)
            assert code in (200, 201)
    found = []
    for client in clients:
        o = client.get(f"{WIDGETS}/w")
        ports = [port["name"] for port in o["spec"]["ports"]]
        owners = [
            entry["manager"]
            for entry in o["metadata"]["managedFields"]
            if "f:ports" in entry["fieldsV1"]["f:spec"]
        ]
        document = json.dumps(client.get("/openapi/v3/apis/example.com/v1"))
        found.append((ports, owners, "Ports are map." in document))
    assert found == [
        (["a", "b"], ["one", "two"], True),
        (["b"], ["two"], False),
    ]
