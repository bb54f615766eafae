"""Limits are enforced with the real server's messages, and a large write does not delay others."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest

from k8slearn import Cluster
from k8slearn.apimachinery import quantity
from k8slearn.apiserver import admission
from k8slearn.http.types import MOST_WARNINGS, Response, warning_headers
from k8slearn.http.writing import LARGE
from k8slearn.kinds.selecting import MAX_SELECTOR
from tests.support.api_client import (
    DAEMON_SETS,
    PATCHES,
    PODS,
    Client,
    config_map,
    daemon_set,
)
from tests.support.stopwatch import timed

MAPS = "/api/v1/namespaces/default/configmaps"
SERVICES = "/api/v1/namespaces/default/services"
NODES = "/api/v1/nodes"
SECONDS = 20.0
"""Real seconds after which a test that waits for another thread has failed."""


@pytest.fixture
def client() -> Client:
    found = Client(Cluster(1, kubelet="manual"))
    found.post(MAPS, config_map("there", a="b"))
    return found


def apply(client: Client, body: Any, **query: Any) -> Response:
    headers = {"content-type": PATCHES["apply"]}
    address = f"{MAPS}/{body['metadata']['name']}"
    answer = client.ask(
        "PATCH", address, body, headers=headers, fieldManager="me", **query
    )
    assert isinstance(answer, Response)
    return answer


def finalizers(count: int) -> dict[str, Any]:
    names = [f"example.com/f{i}" for i in range(count)]
    found = config_map("final")
    return {**found, "metadata": {"name": "final", "finalizers": names}}


# What is too much --------------------------------------------------------------------------------------------------


def test_etcd_takes_one_and_a_half_mebibytes(client: Client) -> None:
    large = daemon_set("large")
    containers = large["spec"]["template"]["spec"]["containers"]
    containers[0]["args"] = ["x" * 1_600_000]
    code, status = client.call("POST", DAEMON_SETS, large)
    assert (code, status["message"]) == (413, admission.TOO_LARGE)
    assert client.call("GET", f"{DAEMON_SETS}/large")[0] == 404
    # A dry run does not reach etcd.
    assert client.call("POST", DAEMON_SETS, large, dryRun="All")[0] == 201
    containers[0]["args"] = ["x" * 1_500_000]
    assert client.call("POST", DAEMON_SETS, large)[0] == 201


def test_an_object_does_not_grow_beyond_that_by_patches(client: Client) -> None:
    part = {"metadata": {"name": "there"}}
    codes = []
    for i in range(3):
        arg = {"spec": {"template": {"spec": {"containers": []}}}, **part}
        arg["spec"]["template"]["spec"]["containers"] = [
            {"name": f"c{i}", "image": "x", "args": ["x" * 700_000]}
        ]
        if not i:
            client.post(DAEMON_SETS, daemon_set("there"))
        codes.append(client.patch(f"{DAEMON_SETS}/there", arg)[0])
    assert codes == [200, 200, 413]


@pytest.mark.parametrize("kind", ["labelSelector", "fieldSelector"])
def test_a_selector_has_a_length(client: Client, kind: str) -> None:
    text = "metadata.name=" + "a" * MAX_SELECTOR
    code, status = client.call("GET", PODS, **{kind: text})
    assert code == 400
    assert "too long" in status["message"]


def test_ten_thousand_wrong_labels_are_no_longer_message(client: Client) -> None:
    sizes = []
    for count in (10_000, 100_000):
        wrong = config_map("wrong")
        wrong["metadata"]["labels"] = {f"-{i}": "" for i in range(count)}
        answer = client.ask("POST", MAPS, wrong)
        assert answer.code == 422
        sizes.append(len(answer.payload()))
    assert sizes[0] == sizes[1] < 1024 * 1024
    assert answer.body["message"].endswith("(and more that are not listed)")


def test_a_hundred_unknown_fields_are_told_and_fewer_as_headers(client: Client) -> None:
    odd = {**config_map("odd"), **{f"f{i}": 1 for i in range(1000)}}
    code, status = client.call("POST", MAPS, odd, fieldValidation="Strict")
    assert code == 400
    assert status["message"].count("unknown field") == 100
    answer = client.ask("POST", MAPS, odd, fieldValidation="Warn")
    assert answer.code == 201
    # Python's http.client takes a hundred headers, all kinds together.
    assert len(warning_headers(answer.warnings)) == MOST_WARNINGS < 95


def test_warnings_have_four_kibibytes_in_all() -> None:
    """Kubernetes: apiserver/pkg/endpoints/filters/warning_test.go has the same numbers."""
    assert len(warning_headers(["a", "b", "a"])) == 2
    long = [f"{i:02}" + "x" * 1000 for i in range(30)]
    assert len(warning_headers(long)) == 16


def test_a_long_warning_is_told_to_its_end_while_there_are_few() -> None:
    """The warning about a Pod at the level restricted is longer than 256 characters."""
    assert warning_headers(["x" * 1000 + "!"])[0].endswith('x!"')
    assert warning_headers(["x" * 5000]) == ['299 - "' + "x" * 256 + '"']


WRONG: dict[str, Callable[[Client], tuple[int, Any]]] = {
    "a quantity of 5,000 digits": lambda c: c.patch(
        f"{NODES}/node1/status", {"status": {"capacity": {"cpu": "1" * 5000}}}
    ),
    "a percentage of 5,000 digits": lambda c: c.call(
        "POST",
        DAEMON_SETS,
        daemon_set(
            updateStrategy={"rollingUpdate": {"maxUnavailable": "1" * 5000 + "%"}}
        ),
    ),
    "an order that is a number": lambda c: c.patch(
        f"{DAEMON_SETS}/web",
        {"spec": {"template": {"spec": {"$setElementOrder/containers": 1.5}}}},
    ),
    "an order that is null": lambda c: c.patch(
        f"{DAEMON_SETS}/web",
        {"spec": {"template": {"spec": {"$setElementOrder/containers": None}}}},
    ),
    "keys to retain that are null": lambda c: c.patch(
        f"{DAEMON_SETS}/web", {"spec": {"updateStrategy": {"$retainKeys": None}}}
    ),
    "keys to retain that are objects": lambda c: c.patch(
        f"{DAEMON_SETS}/web", {"spec": {"updateStrategy": {"$retainKeys": [{}]}}}
    ),
    "a deletion from a list that is a number": lambda c: c.patch(
        f"{DAEMON_SETS}/web", {"metadata": {"$deleteFromPrimitiveList/finalizers": 1}}
    ),
    "a list that is a number": lambda c: c.patch(
        f"{DAEMON_SETS}/web",
        {
            "metadata": {
                "$setElementOrder/finalizers": ["x.io/a"],
                "finalizers": 1.5,
            }
        },
    ),
    "an operation without a holder": lambda c: c.patch(
        f"{DAEMON_SETS}/web",
        [{"op": "add", "path": "/metadata/name/x", "value": 1}],
        "json",
    ),
    "a removal of everything": lambda c: c.patch(
        f"{DAEMON_SETS}/web", [{"op": "remove", "path": ""}], "json"
    ),
    "an operation that is a number": lambda c: c.patch(
        f"{DAEMON_SETS}/web", [1], "json"
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_cannot_be_read_is_the_clients_mistake(client: Client, what: str) -> None:
    client.post(DAEMON_SETS, daemon_set())
    code, status = WRONG[what](client)
    assert 400 <= code < 500, status


@pytest.mark.parametrize("amount", ["1e30", "1e60", "1e299"])
def test_huge_amounts_are_whole_numbers(client: Client, amount: str) -> None:
    capacity = {"pods": amount, "example.com/x": amount, "hugepages-2Mi": amount}
    code, status = client.patch(
        f"{NODES}/node1/status", {"status": {"capacity": capacity}}
    )
    assert code in (200, 422), status
    assert quantity.is_multiple(amount, "2")


def test_a_percentage_may_begin_with_many_zeros(client: Client) -> None:
    """strconv.Atoi reads them all; Python's int would refuse more than 4,300."""
    share = "0" * 5000 + "10%"
    client.post(
        DAEMON_SETS,
        daemon_set(updateStrategy={"rollingUpdate": {"maxUnavailable": share}}),
    )
    client.cluster.settle()


# Large and valid ---------------------------------------------------------------------------------------------------


def seconds(call: Callable[[], Response]) -> float:
    answer, taken = timed(call)
    assert answer.code < 300, answer.body
    return taken


def test_twenty_thousand_finalizers_come_and_go_in_seconds(client: Client) -> None:
    many = finalizers(20_000)
    gone = {"metadata": {"$deleteFromPrimitiveList/finalizers": []}}
    gone["metadata"]["$deleteFromPrimitiveList/finalizers"] = many["metadata"][
        "finalizers"
    ]
    directive = {"content-type": PATCHES["strategic"]}
    address = f"{MAPS}/final"
    # Measured 0.3, 0.4, 0.1 and 0.3; before lists were looked up by key 4.0, …, 2.1, ….
    assert seconds(lambda: apply(client, many)) < 3
    assert seconds(lambda: apply(client, many)) < 3
    by_directive = lambda: client.ask(  # noqa: E731
        "PATCH", address, gone, headers=directive, dryRun="All"
    )
    assert seconds(by_directive) < 1.5
    assert seconds(lambda: apply(client, finalizers(1))) < 3
    left = client.get(address)["metadata"]["finalizers"]
    assert left == ["example.com/f0"]


def test_twenty_thousand_ports_take_seconds(client: Client) -> None:
    """Measured 0.8; it was 29."""
    ports = [{"name": f"p{i}", "port": i + 1} for i in range(20_000)]
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "many"}}
    service["spec"] = {"ports": ports}
    assert seconds(lambda: client.ask("POST", SERVICES, service, dryRun="All")) < 8


# Others meanwhile --------------------------------------------------------------------------------------------------


class Slow:
    """Blocks the validation of large objects until `go`; `begun` is set while one is being validated."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        self.begun = threading.Event()
        self.go = threading.Event()
        check = getattr(admission, name)

        def slow(o: Any, *rest: Any, **more: Any) -> Any:
            if len(json.dumps(o)) > LARGE:
                self.begun.set()
                assert self.go.wait(SECONDS)
            return check(o, *rest, **more)

        monkeypatch.setattr(admission, name, slow)


def in_background(call: Callable[[], Any]) -> Callable[[], Any]:
    """Begin a call in a thread; returns a function that waits for what it returns."""
    answers: list[Any] = []
    thread = threading.Thread(target=lambda: answers.append(call()), daemon=True)
    thread.start()

    def wait() -> Any:
        thread.join(SECONDS)
        return answers[0]

    return wait


LONG = "x" * 2 * LARGE
LARGE_WRITES: dict[str, tuple[str, Callable[[Client], int]]] = {
    "create": (
        "new_object",
        lambda c: c.call("POST", MAPS, config_map("new", long=LONG))[0],
    ),
    "update": (
        "validated_change",
        lambda c: c.call("PUT", f"{MAPS}/there", config_map("there", long=LONG))[0],
    ),
    "patch": (
        "validated_change",
        lambda c: c.patch(f"{MAPS}/there", {"data": {"long": LONG}})[0],
    ),
    "first apply": (
        "new_object",
        lambda c: apply(c, config_map("new", long=LONG)).code,
    ),
    "apply": (
        "validated_change",
        lambda c: apply(c, config_map("there", long=LONG), force="true").code,
    ),
    "dry run": (
        "validated_change",
        lambda c: c.patch(f"{MAPS}/there", {"data": {"long": LONG}}, dryRun="All")[0],
    ),
}


@pytest.mark.parametrize("verb", LARGE_WRITES)
def test_others_are_answered_while_a_large_write_is_checked(
    client: Client, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    step, write = LARGE_WRITES[verb]
    slow = Slow(monkeypatch, step)
    answer = in_background(lambda: write(client))
    assert slow.begun.wait(SECONDS)
    # Each of these takes the cluster's lock, the last one to write.
    assert client.get(f"{MAPS}/there")["data"] == {"a": "b"}
    client.post(MAPS, config_map("other"))
    client.cluster.settle()
    slow.go.set()
    assert answer() in (200, 201)


def test_who_was_faster_is_not_overwritten(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow(monkeypatch, "validated_change")
    answer = in_background(
        lambda: client.patch(f"{MAPS}/there", {"data": {"long": LONG}})
    )
    assert slow.begun.wait(SECONDS)
    assert client.patch(f"{MAPS}/there", {"data": {"quick": "y"}})[0] == 200
    slow.go.set()
    assert answer()[0] == 200
    data = client.get(f"{MAPS}/there")["data"]
    assert data == {"a": "b", "quick": "y", "long": LONG}


def test_what_was_worked_out_ahead_can_be_lived_through_again(client: Client) -> None:
    apply(client, config_map("new", long=LONG))
    client.patch(f"{MAPS}/new", {"data": {"more": LONG}})
    client.call("PUT", f"{MAPS}/there", config_map("there", long=LONG))
    client.cluster.run(1)
    moment, revision = len(client.cluster.actions), client.cluster.store.revision
    client.call("DELETE", f"{MAPS}/new")
    branch = client.cluster.fork(at=moment)
    assert branch.get("ConfigMap", "new")["data"] == {"long": LONG, "more": LONG}
    assert branch.store.log.changes == client.cluster.store.log.changes[:revision]
