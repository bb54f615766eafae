"""Tokens of ServiceAccounts: readable as a real one is."""

import json
from base64 import urlsafe_b64decode

import pytest

from tests.support.api_client import Client

TOKENS = "/api/v1/namespaces/default/serviceaccounts/{}/token"


def asked(client: Client, name="default", **spec):
    return client.call("POST", TOKENS.format(name), {"spec": spec})


@pytest.mark.parametrize(
    ("spec", "seconds", "audiences"),
    [
        ({}, 3600, ["https://kubernetes.default.svc.cluster.local"]),
        ({"audiences": ["a"], "expirationSeconds": 600}, 600, ["a"]),
    ],
)
def test_a_token_says_whose_it_is_and_until_when(client, spec, seconds, audiences):
    code, found = asked(client, **spec)
    assert code == 201 and found["spec"]["expirationSeconds"] == seconds
    part = found["status"]["token"].split(".")[1]
    claims = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    assert claims["sub"] == "system:serviceaccount:default:default"
    assert claims["exp"] - claims["iat"] == seconds and claims["aud"] == audiences


def test_what_cannot_be_asked_for(client):
    assert asked(client, "ghost")[0] == 404
    code, refusal = asked(client, expirationSeconds=60)
    assert code == 422
    assert "may not specify a duration less than 10 minutes" in refusal["message"]
