"""No input takes time that grows faster than its length: each parser on 20 kB and 200 kB of its worst.

The inputs are those that once froze a process, and the families that they stand for.
"""

import json
from contextlib import suppress
from math import inf
from typing import Any

import pytest

from k8slearn import Cluster
from k8slearn.apimachinery.selector_text import parse_selector
from k8slearn.http.types import Response
from k8slearn.kinds.selecting import MAX_SELECTOR
from tests.support import wire
from tests.support.api_client import DAEMON_SETS, PODS, Client, config_map, daemon_set
from tests.support.stopwatch import timed

SMALL, LARGE = 20_000, 200_000
MOST_GROWTH = 20.0
"""Ten times the input: linear is 10, n log n about 12; quadratic would be 100."""
FLOOR = 0.004
"""CPU seconds below which measurements are meaningless."""
MAPS = "/api/v1/namespaces/default/configmaps"
SERVICES = "/api/v1/namespaces/default/services"


APPLIES = {"content-type": "application/apply-patch+yaml"}


def get(path: str, **query: str) -> Any:
    return lambda client: client.ask("GET", path, **query)


def post(path: str, body: Any, **query: str) -> Any:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return lambda client: client.ask("POST", path, data, dryRun="All", **query)


def patch(path: str, body: Any, media: str) -> Any:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"content-type": f"application/{media}"}
    return lambda client: client.ask(
        "PATCH", path, data, headers=headers, dryRun="All", fieldManager="worst"
    )


def pod(**container: Any) -> dict[str, Any]:
    main = {"name": "main", "image": "nginx", **container}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "worst"},
        "spec": {"containers": [main]},
    }


def with_field_path(path: str) -> dict[str, Any]:
    return pod(env=[{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": path}}}])


def repeated_keys(size: int) -> bytes:
    others = ",".join(f'"k{i}":1' for i in range(size // 12))
    return ('{"a":1,"a":1,' + others + "}").encode()


def labelled(key: str, value: str) -> dict[str, Any]:
    found = config_map("worst")
    found["metadata"]["labels"] = {key: value}
    return found


def service(ports: int) -> dict[str, Any]:
    listed = [{"name": f"p{i}", "port": i % 65_535 + 1} for i in range(ports)]
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "worst"},
        "spec": {"selector": {"app": "x"}, "ports": listed},
    }


def limits(quantity: str) -> dict[str, Any]:
    return pod(resources={"limits": {"cpu": quantity}})


def gives_up(count: int) -> Any:
    """Two applies: the second gives up what the first wanted."""
    begin = with_finalizers(count)
    address = f"{MAPS}/given-up-{count}"

    def call(client: Client) -> Any:
        for body in (begin, with_finalizers(1)):
            answer = client.ask(
                "PATCH", address, body, headers=APPLIES, fieldManager="worst"
            )
        return answer

    return call


def with_finalizers(count: int) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"finalizers": [f"x.io/{i}" for i in range(count)]},
    }


def on_the_wire(*metadata: bytes) -> Any:
    """A ConfigMap in protobuf; its metadata's fields 11 and 14 are the labels and the finalizers."""
    body = wire.envelope("v1", "ConfigMap", wire.field(1, b"".join(metadata)))
    headers = {"content-type": "application/vnd.kubernetes.protobuf"}
    return lambda client: client.ask("POST", MAPS, body, headers=headers, dryRun="All")


def created(moment: str) -> dict[str, Any]:
    found = pod()
    found["metadata"]["creationTimestamp"] = moment
    return found


def spread(count: int) -> dict[str, Any]:
    found = pod()
    found["spec"]["topologySpreadConstraints"] = [
        {
            "maxSkew": 1,
            "topologyKey": f"zone{i}",
            "whenUnsatisfiable": "DoNotSchedule",
        }
        for i in range(count)
    ]
    return found


def mounted(count: int) -> dict[str, Any]:
    return pod(
        volumeMounts=[{"name": "a", "mountPath": f"/{i}"} for i in range(count)],
        volumeDevices=[{"name": f"{i}", "devicePath": f"/d{i}"} for i in range(count)],
    )


WORST: dict[str, Any] = {
    "field selector of blanks": lambda n: get(PODS, fieldSelector=" " * n),
    "label selector of terms": lambda n: get(
        PODS, labelSelector=",".join(["a!=b"] * (n // 5))
    ),
    "continue token": lambda n: get(PODS, **{"continue": "A" * n, "limit": "1"}),
    "field path": lambda n: post(PODS, with_field_path("['" * (n // 2))),
    "field path of a label": lambda n: post(
        PODS, with_field_path("metadata.labels['" + "a" * n)
    ),
    "quantity of digits": lambda n: post(PODS, limits("1" * n)),
    "quantity of zeros": lambda n: post(PODS, limits("0." + "0" * n + "1")),
    "label key": lambda n: post(MAPS, labelled("a." * (n // 2) + "/x", "")),
    "label value": lambda n: post(MAPS, labelled("a", "a-" * (n // 2))),
    "name": lambda n: post(MAPS, config_map("a." * (n // 2))),
    "image": lambda n: post(PODS, pod(image="a/" * (n // 2))),
    "repeated keys": lambda n: post(MAPS, repeated_keys(n)),
    "deep body": lambda n: post(MAPS, b"[" * n),
    "open text": lambda n: post(MAPS, b'"' + b"\\" * n),
    "unknown fields": lambda n: post(
        MAPS, {**config_map("worst"), **{f"f{i}": 1 for i in range(n // 12)}}
    ),
    "percentage": lambda n: post(
        DAEMON_SETS,
        daemon_set(updateStrategy={"rollingUpdate": {"maxUnavailable": "1" * n + "%"}}),
    ),
    "ports": lambda n: post(SERVICES, service(n // 40)),
    "apply of YAML blanks": lambda n: patch(
        f"{MAPS}/worst", b"a:\n" + b" " * (n // 4), "apply-patch+yaml"
    ),
    "apply of a YAML flow": lambda n: patch(
        f"{MAPS}/worst", b"{" + b"a," * (n // 8), "apply-patch+yaml"
    ),
    "apply of sexagesimals": lambda n: patch(
        f"{MAPS}/worst", b"a: 1" + b":1" * (n // 8), "apply-patch+yaml"
    ),
    "apply of finalizers": lambda n: patch(
        f"{MAPS}/worst",
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"finalizers": [f"x.io/{i}" for i in range(n // 16)]},
        },
        "apply-patch+yaml",
    ),
    "apply that gives up finalizers": lambda n: gives_up(n // 16),
    "deletion of finalizers": lambda n: patch(
        f"{MAPS}/there",
        {
            "metadata": {
                "$deleteFromPrimitiveList/finalizers": [
                    f"x.io/{i}" for i in range(n // 16)
                ],
                "finalizers": [f"y.io/{i}" for i in range(n // 16)],
            }
        },
        "strategic-merge-patch+json",
    ),
    "strategic merge of ports": lambda n: patch(
        f"{SERVICES}/there",
        {"spec": {"ports": service(n // 40)["spec"]["ports"]}},
        "strategic-merge-patch+json",
    ),
    "strategic order": lambda n: patch(
        f"{SERVICES}/there",
        {
            "spec": {
                "$setElementOrder/ports": [{"port": i} for i in range(n // 40, 0, -1)],
                "ports": service(n // 40)["spec"]["ports"],
            }
        },
        "strategic-merge-patch+json",
    ),
    "keys to retain": lambda n: patch(
        f"{MAPS}/there",
        {
            "data": {
                "$retainKeys": [f"k{i}" for i in range(n // 16)],
                **{f"k{i}": "a" for i in range(n // 16)},
            }
        },
        "strategic-merge-patch+json",
    ),
    "operations on a long list": lambda n: patch(
        f"{MAPS}/there",
        [{"op": "add", "path": "/metadata/finalizers", "value": ["a"] * (n // 20)}]
        + [{"op": "add", "path": "/metadata/finalizers/0", "value": "a"}] * (n // 80),
        "json-patch+json",
    ),
    "copies": lambda n: patch(
        f"{MAPS}/there",
        [{"op": "copy", "from": "/data", "path": f"/x{i}"} for i in range(n // 50)],
        "json-patch+json",
    ),
    "fraction of a second": lambda n: post(
        PODS, created("2026-01-01T00:00:00." + "0" * n)
    ),
    "spread over zones": lambda n: post(PODS, spread(n // 60)),
    "mounts and devices": lambda n: post(PODS, mounted(n // 60)),
    "percentage of zeros": lambda n: post(
        DAEMON_SETS,
        daemon_set(
            updateStrategy={"rollingUpdate": {"maxUnavailable": "0" * n + "1%"}}
        ),
    ),
    "protobuf of a long list": lambda n: on_the_wire(
        wire.field(1, b"worst"),
        *[wire.field(14, b"x.io/%d" % i) for i in range(n // 10)],
    ),
    "protobuf of a long map": lambda n: on_the_wire(
        wire.field(1, b"worst"),
        *[
            wire.field(11, wire.field(1, b"k%d" % i) + wire.field(2, b"v"))
            for i in range(n // 10)
        ],
    ),
    "JSON pointers": lambda n: patch(
        f"{MAPS}/there", [{"op": "remove", "path": "/" * n}], "json-patch+json"
    ),
}


@pytest.fixture(scope="module")
def client() -> Client:
    found = Client(Cluster(1, kubelet="manual"))
    found.post(MAPS, config_map("there", a="b"))
    found.post(SERVICES, {**service(10), "metadata": {"name": "there"}})
    return found


def cpu_seconds(call: Any, client: Client) -> float:
    answer, seconds = timed(lambda: call(client))
    assert answer.code < 500, answer.body
    return seconds


@pytest.mark.parametrize("name", WORST)
def test_ten_times_the_input_takes_about_ten_times_as_long(
    client: Client, name: str
) -> None:
    # The best of three: a machine that does other things meanwhile makes nothing faster.
    small = large = inf
    for _ in range(3):
        small = min(small, cpu_seconds(WORST[name](SMALL), client))
        large = min(large, cpu_seconds(WORST[name](LARGE), client))
        if large / max(small, FLOOR) <= MOST_GROWTH:
            return
    pytest.fail(f"{small} and {large} seconds of CPU")


SELECTORS: dict[str, Any] = {
    "blanks": lambda n: " " * n,
    "blanks behind a key": lambda n: "a" + " " * n + "(",
    "blanks around a sign": lambda n: "a" + " " * (n // 2) + "=" + " " * (n // 2),
    "signs": lambda n: "=" * n,
    "escapes": lambda n: "a=" + "\\" * n,
    "an open list": lambda n: "a in (" + "b," * (n // 2),
    "open lists": lambda n: "a in (" * (n // 6),
    "commas": lambda n: "," * n,
    "terms": lambda n: ",".join(["metadata.name!=b"] * (n // 17)),
}


@pytest.mark.parametrize("shape", SELECTORS)
def test_a_selector_of_the_greatest_length_is_read_in_no_time(
    client: Client, shape: str
) -> None:
    """Eight kibibytes; 2,000 blanks took 16 seconds."""
    text = SELECTORS[shape](MAX_SELECTOR - 10)
    for kind in ("fieldSelector", "labelSelector"):
        call = get(PODS, **{kind: text})
        assert cpu_seconds(call, client) < 0.25


@pytest.mark.parametrize("shape", SELECTORS)
def test_a_selector_takes_as_long_as_it_is_long(shape: str) -> None:
    """Whatever its limit: the pattern itself gives nothing back that it has read."""

    def read(client: Any) -> Response:
        with suppress(ValueError):
            parse_selector(text)
        return Response("")

    text = SELECTORS[shape](SMALL)
    small = cpu_seconds(read, None)
    text = SELECTORS[shape](LARGE)
    assert cpu_seconds(read, None) / max(small, FLOOR) <= MOST_GROWTH


def test_a_patch_of_copies_is_cut_short(client: Client) -> None:
    """Kubernetes: apiserver/pkg/endpoints/handlers/patch.go, maxJSONPatchOperations; evanphx/json-patch, copy limit."""
    rounds = [{"op": "add", "path": "/data/a", "value": "x" * 100}]
    rounds += [
        {"op": "copy", "from": "/data", "path": f"/metadata/annotations/k{i}"}
        for i in range(22)
    ]
    bomb = [{"op": "add", "path": "/x", "value": ["y" * 1000]}]
    for _ in range(22):
        bomb += [
            {"op": "copy", "from": "/x", "path": "/y"},
            {"op": "add", "path": "/x", "value": []},
            {"op": "copy", "from": "/y", "path": "/x/-"},
            {"op": "copy", "from": "/y", "path": "/x/-"},
        ]
    call = patch(f"{MAPS}/there", bomb, "json-patch+json")
    answer, seconds = timed(lambda: call(client))
    assert 400 <= answer.code < 500
    assert seconds < 2.0


def test_a_patch_has_ten_thousand_operations_at_most(client: Client) -> None:
    many = [{"op": "add", "path": "/data/a", "value": "b"}] * 10_001
    answer = patch(f"{MAPS}/there", many, "json-patch+json")(client)
    assert answer.code == 413
    assert "The allowed maximum operations in a JSON patch is 10000" in json.dumps(
        answer.body
    )


def test_an_object_may_not_be_larger_than_etcd_takes(client: Client) -> None:
    code, status = client.call("POST", MAPS, config_map("large", a="x" * 1_600_000))
    assert code in (413, 422, 500), status
    assert client.call("GET", f"{MAPS}/large")[0] == 404
