"""Objects that were once accepted and broke the cluster: each is refused or harmless."""

import json

import pytest

from k8slearn import ApiError, Cluster
from k8slearn.http.types import warning_headers
from k8slearn.lesson import narrate
from k8slearn.view import scene_of
from tests.support.api_client import (
    DAEMON_SETS,
    PODS,
    Client,
    config_map,
    daemon_set,
    is_unexplained,
)
from tests.support.wire import envelope, field

TABLE = {"accept": "application/json;as=Table;v=v1;g=meta.k8s.io"}
MAPS = "/api/v1/namespaces/default/configmaps"
REVISIONS = "/apis/apps/v1/namespaces/default/controllerrevisions"
SERVICES = "/api/v1/namespaces/default/services"
LISTS = ("/api/v1/nodes", PODS, DAEMON_SETS, REVISIONS, SERVICES, "/api/v1/namespaces")
GENERATION = "deprecated.daemonset.template.generation"


def strictly(data):
    """JSON as every other language reads it."""

    def refuse(constant):
        raise AssertionError(f"{constant} is no JSON")

    return json.loads(data, parse_constant=refuse)


@pytest.fixture
def client():
    found = Client(Cluster(2, kubelet="instant"))
    found.post(DAEMON_SETS, daemon_set())
    found.cluster.run(10)
    yield found
    # Time goes on, no component fails, and everything can be listed, drawn and narrated.
    cluster = found.cluster
    cluster.run(60)
    assert cluster.failures == []
    for path in LISTS:
        strictly(found.ask("GET", path).payload())
        assert found.ask("GET", path, headers=TABLE).code == 200
    scene_of(cluster.store)
    str(narrate(cluster))


@pytest.mark.parametrize("lacking", ["type", "address"])
def test_an_address_of_a_node_without_its_type_or_text(client, lacking):
    address = {"type": "InternalIP", "address": "1.2.3.4"}
    del address[lacking]
    patch = {"status": {"addresses": [address]}}
    client.patch("/api/v1/nodes/node2/status", patch, "merge")
    stored = client.get("/api/v1/nodes/node2")["status"]["addresses"][0]
    assert stored.get(lacking, "") == ""


@pytest.mark.parametrize("number", ["1e999", "-1e999", "NaN", "Infinity", "-Infinity"])
def test_a_number_that_is_none_is_refused_while_parsing(client, number):
    body = daemon_set() | {"kind": "ControllerRevision", "metadata": {"name": "r"}}
    del body["spec"]
    text = json.dumps(body | {"revision": 1, "data": {"x": 0}}).replace(
        '"x": 0', f'"x": {number}'
    )
    assert client.call("POST", REVISIONS, text.encode())[0] == 400
    code, _ = client.patch(f"{MAPS}/none", f'{{"data": {number}}}'.encode(), "merge")
    assert code in (400, 404)


def test_a_number_that_is_none_comes_in_by_no_other_door(client):
    revision = {"apiVersion": "apps/v1", "kind": "ControllerRevision", "revision": 1}
    revision |= {"metadata": {"name": "r"}, "data": {"x": float("nan")}}
    with pytest.raises(ApiError, match="unsupported value"):
        client.cluster.create(revision)
    text = "apiVersion: apps/v1\nkind: ControllerRevision\nrevision: 1\ndata: {x: .inf}"
    code, _ = client.patch(f"{REVISIONS}/r", text.encode(), "apply", fieldManager="m")
    assert code == 400


@pytest.mark.parametrize("given", ["x", "", "9" * 5000, "9" * 20, "1.5"])
@pytest.mark.parametrize("part", ["", "/status"])
def test_the_templates_generation_is_read_at_every_write(client, given, part):
    patch = {"metadata": {"annotations": {GENERATION: given}}}
    code, _ = client.patch(f"{DAEMON_SETS}/web{part}", patch)
    assert code == 400
    later = {"metadata": {"labels": {"still": "alive"}}}
    assert client.patch(f"{DAEMON_SETS}/web", later)[0] == 200


def test_a_condition_of_a_node_without_a_status(client):
    meta = {"name": "odd"}
    status = {"conditions": [{"type": "Ready"}]}
    node = {"apiVersion": "v1", "kind": "Node", "metadata": meta, "status": status}
    client.post("/api/v1/nodes", node)
    client.patch("/api/v1/nodes/odd/status", {"status": {"conditions": [{}]}})
    client.cluster.set_node_ready("node1", "False")
    client.cluster.run(60)
    taints = client.get("/api/v1/nodes/node1")["spec"]["taints"]
    assert {taint["effect"] for taint in taints} == {"NoSchedule", "NoExecute"}


def test_a_pod_with_an_address_and_no_node_behind_a_service(client):
    labels = {"app": "web"}
    ports = [{"port": 80}]
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}}
    wanted = {"selector": labels, "ports": ports, "publishNotReadyAddresses": True}
    client.post(SERVICES, service | {"spec": wanted})
    container = {"name": "a", "image": "b"}
    spec = {"containers": [container], "schedulerName": "nobody"}
    pod = {"apiVersion": "v1", "kind": "Pod", "spec": spec}
    client.post(PODS, pod | {"metadata": {"name": "lost", "labels": labels}})
    client.patch(f"{PODS}/lost/status", {"status": {"podIP": "10.0.0.9"}})
    client.cluster.run(5)
    (found,) = client.cluster.list("EndpointSlice")
    by_name = {each["targetRef"]["name"]: each for each in found["endpoints"]}
    assert len(by_name) == 3 and "nodeName" not in by_name["lost"]


# Warnings ------------------------------------------------------------------------------------------------------------


def test_a_warning_in_chinese_is_a_header_in_utf_8(client):
    body = config_map("w") | {"说明": 1, 'a"b\\\n': 2}
    answer = client.ask("POST", MAPS, body)
    assert answer.code == 201
    headers = [each.encode("latin-1").decode() for each in warning_headers(answer.warnings)]  # fmt: skip
    assert headers[0] == '299 - "unknown field \\"说明\\""'
    assert all(each.isprintable() for each in headers)


def test_warnings_are_not_too_many_for_a_client(client):
    extra = {f"k{i}": i for i in range(500)}
    answer = client.ask("POST", MAPS, config_map("w") | extra | {"x" * 9000: 1})
    headers = warning_headers(answer.warnings)
    assert answer.code == 201 and len(headers) < 95
    assert sum(map(len, headers)) < 2 * 4096


# Server-side apply in YAML -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "stored"),
    [
        ("{d: 2020-01-01}", {"d": "2020-01-01"}),
        ("{d: 2020-01-01 10:00:00}", {"d": "2020-01-01 10:00:00"}),
        ("{1: a}", {"1": "a"}),
        ("{true: a}", {"true": "a"}),
        ("{~: a}", None),
        ("!!set {a, b}", {"a": "", "b": ""}),
        ("{a: !!binary Yg==}", {"a": "b"}),
        ("{? [a] : b}", None),
        (f"{{a: 0x{'f' * 5000}}}", None),
        (f"{{a: {'9' * 5000}}}", None),
        (f"{{a: {'1:' * 4000}1}}", None),
        ("{a: .nan}", None),
        ("[", None),
        ("{a: !!python/object:os.system x}", None),
    ],
)
def test_yaml_that_is_no_json_is_what_go_makes_of_it_or_refused(client, data, stored):
    text = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: read}}\ndata: {data}\n"
    code, found = client.patch(f"{MAPS}/read", text.encode(), "apply", fieldManager="m")
    assert code < 500
    if stored is not None:
        assert code == 201 and found["data"] == stored


# What answered with a 500 --------------------------------------------------------------------------------------------


def spoiled(**container):
    body = daemon_set("odd")
    body["spec"]["template"]["spec"]["containers"][0] |= container
    return body


@pytest.mark.parametrize(
    "resources",
    [
        {"requests": {"cpu": "9" * 5000}},
        {"requests": {"cpu": "0." + "9" * 5000}},
        {"requests": {"example.com/x": "1e60"}, "limits": {"example.com/x": "1e60"}},
        {"requests": {"hugepages-2Mi": "1e60", "cpu": "1"}},
        {"limits": {"memory": "1e400"}},
    ],
)
def test_amounts_beyond_all_bounds(client, resources):
    assert client.call("POST", DAEMON_SETS, spoiled(resources=resources))[0] < 500
    patch = {"status": {"capacity": resources.get("requests", {}), "allocatable": {"pods": "1e30"}}}  # fmt: skip
    assert client.patch("/api/v1/nodes/node1/status", patch)[0] < 500


@pytest.mark.parametrize("limit", ["9" * 5000 + "%", "9" * 5000, "-1%", 2**31 - 1])
@pytest.mark.parametrize("field_name", ["maxUnavailable", "maxSurge"])
def test_limits_beyond_all_bounds(client, limit, field_name):
    rolling = {"rollingUpdate": {field_name: limit}}
    patch = {"spec": {"updateStrategy": rolling}}
    assert client.patch(f"{DAEMON_SETS}/web", patch)[0] < 500


@pytest.mark.parametrize(
    "spec",
    [
        {"$setElementOrder/containers": 1.5},
        {"$setElementOrder/containers": None},
        {"$setElementOrder/containers": [1, None, {}, [[]]]},
        {"$setElementOrder/containers": {"a": 1}, "containers": [{"name": "main"}]},
        {"$setElementOrder/containers": [{"name": "main"}], "containers": 7},
        {"$retainKeys": None},
        {"$retainKeys": [None, {}, 1]},
        {"$retainKeys": "containers"},
        {"$deleteFromPrimitiveList/containers": 1},
        {"$patch": None},
        {"$patch": [1]},
        {"containers": [{"$patch": "delete"}]},
        {"containers": [None]},
        {"containers": [[{"name": "main"}]]},
        {"containers": [{"name": {"a": 1}}]},
    ],
)
def test_directives_of_a_patch_that_are_none(client, spec):
    patch = {"spec": {"template": {"spec": spec}}}
    code, status = client.patch(f"{DAEMON_SETS}/web", patch)
    assert code < 500 or is_unexplained(status)


@pytest.mark.parametrize("wrong", [b"x", b"", b"\xff" * 9, 2**63, 0])
def test_a_time_in_protobuf_that_is_none(client, wrong):
    meta = field(1, b"proto") + field(8, field(1, wrong))
    body = envelope("v1", "ConfigMap", field(1, meta))
    headers = {"content-type": "application/vnd.kubernetes.protobuf"}
    assert client.call("POST", MAPS, body, headers=headers)[0] < 500
