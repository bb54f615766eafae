"""schemathesis with the server's OpenAPI documents: they are valid, and no generated request gives a 5xx."""

import json
from functools import cache

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings

from k8slearn import Cluster
from k8slearn.http import openapi
from k8slearn.http.kinds import VERSIONS
from k8slearn.http.types import Request, Response, warning_headers
from tests.support.api_client import DAEMON_SETS, Client, daemon_set, is_unexplained

OURS = ("v1", "apps/v1", "discovery.k8s.io/v1", "coordination.k8s.io/v1")
"""The paths of stored kinds; others can only be read, or are reviews."""
MANY = 3
"""Requests for each operation: enough for a run of twenty seconds."""


def document(version):
    place = f"apis/{version}" if "/" in version else f"api/{version}"
    body = openapi.answer(f"/openapi/v3/{place}", "application/json").body
    return json.loads(body)


@cache
def operations(version):
    schema = schemathesis.openapi.from_dict(document(version))
    schema.validate()
    # What is wrong with an operation's own description shows when it is taken out of its result.
    return [found.ok() for found in schema.get_all_operations()]


def lively(case):
    """The case about an object that may be there: chance alone would hit upon a namespace once in a lifetime."""
    places = case.path_parameters
    if "namespace" in places:
        places["namespace"] = "default"
    if "name" in places:
        places["name"] = ("web", "node1", "default", "fresh")[len(places["name"]) % 4]
    if isinstance(case.body, dict) and isinstance(case.body.get("metadata"), dict):
        case.body["metadata"] |= {"namespace": "default", "name": places.get("name", "fresh")}  # fmt: skip
    case.query.pop("watch", None)
    return case


def ask(client, case):
    """The answer to a case, as bytes and headers that could be sent."""
    sent = case.as_transport_kwargs(base_url="http://test")
    prepared = schemathesis_request(sent)
    answer = client.api.handle(prepared)
    assert isinstance(answer, Response), "watches are asked for elsewhere"
    assert answer.code < 500 or is_unexplained(answer.body), (
        case.method,
        case.path,
        case.body,
        answer.body,
    )
    json.loads(answer.payload())
    for header in warning_headers(answer.warnings):
        header.encode("latin-1")


def schemathesis_request(sent):
    """The request as `requests` would send it."""
    prepared = requests.Request(**sent).prepare()
    path, _, query = prepared.path_url.partition("?")
    headers = {key.lower(): str(value) for key, value in prepared.headers.items()}
    body = prepared.body or b""
    return Request(
        prepared.method,
        path,
        query,
        headers,
        body if isinstance(body, bytes) else body.encode(),
    )


def fuzz(version, cases):
    client = Client(Cluster(2, kubelet="instant"))
    client.post(DAEMON_SETS, daemon_set())
    for operation in operations(version):

        @seed(11)
        @settings(
            max_examples=cases,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        )
        @given(operation.as_strategy())
        def one(case):
            ask(client, lively(case))

        one()
        client.cluster.run(5)
    assert client.cluster.failures == []


@pytest.mark.parametrize("version", [*VERSIONS])
def test_no_request_of_the_documents_gives_a_5xx(version):
    fuzz(version, 1)


@pytest.mark.slow
@pytest.mark.parametrize("version", OURS)
def test_no_request_of_the_documents_gives_a_5xx_however_many(version):
    fuzz(version, MANY)
