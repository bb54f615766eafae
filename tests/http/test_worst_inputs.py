"""No input takes time that grows faster than its length: each parser on 20 kB and 200 kB of its worst.

The inputs are those that once froze a process, and the families that they stand for.
"""

import json
import time
from typing import Any

import pytest

from k8slearn import Cluster
from tests.support.api_client import DAEMON_SETS, PODS, Client, config_map, daemon_set

SMALL, LARGE = 20_000, 200_000
MOST_GROWTH = 20.0
"""Ten times the input: linear is 10, n log n about 12; quadratic would be 100."""
FLOOR = 0.004
"""CPU seconds below which a clock tells nothing."""
MAPS = "/api/v1/namespaces/default/configmaps"
SERVICES = "/api/v1/namespaces/default/services"


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


WORST: dict[str, Any] = {
    "field selector of blanks": lambda n: get(PODS, fieldSelector=" " * n),
    "field selector of signs": lambda n: get(PODS, fieldSelector="=" * n),
    "field selector of escapes": lambda n: get(PODS, fieldSelector="a=" + "\\" * n),
    "field selector of terms": lambda n: get(
        PODS, fieldSelector=",".join(["metadata.name!=a"] * (n // 17))
    ),
    "label selector of blanks": lambda n: get(PODS, labelSelector="a" + " " * n + "("),
    "label selector open": lambda n: get(
        PODS, labelSelector="a in (" + "b," * (n // 2)
    ),
    "label selector of commas": lambda n: get(PODS, labelSelector="," * n),
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
        f"{MAPS}/worst", b"a:\n" + b" " * n, "apply-patch+yaml"
    ),
    "apply of a YAML flow": lambda n: patch(
        f"{MAPS}/worst", b"{" + b"a," * (n // 2), "apply-patch+yaml"
    ),
    "apply of sexagesimals": lambda n: patch(
        f"{MAPS}/worst", b"a: 1" + b":1" * (n // 2), "apply-patch+yaml"
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
    "JSON pointers": lambda n: patch(
        f"{MAPS}/there", [{"op": "remove", "path": "/" * n}], "json-patch+json"
    ),
}


@pytest.fixture(scope="module")
def client() -> Client:
    found = Client(Cluster(1, kubelet="manual"))
    found.post(MAPS, config_map("there", a="b"))
    return found


def cpu_seconds(call: Any, client: Client) -> float:
    """The best of two, so that a collection of garbage does not count."""
    taken = []
    for _ in range(2):
        begun = time.process_time()
        answer = call(client)
        taken.append(time.process_time() - begun)
        assert answer.code < 500, answer.body
    return min(taken)


@pytest.mark.parametrize("name", WORST)
def test_ten_times_the_input_takes_about_ten_times_as_long(
    client: Client, name: str
) -> None:
    small = cpu_seconds(WORST[name](SMALL), client)
    large = cpu_seconds(WORST[name](LARGE), client)
    assert large / max(small, FLOOR) <= MOST_GROWTH, (small, large)


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
    begun = time.process_time()
    answer = patch(f"{MAPS}/there", bomb, "json-patch+json")(client)
    assert 400 <= answer.code < 500
    assert time.process_time() - begun < 2.0


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
