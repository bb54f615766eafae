"""Tokens of ServiceAccounts: they have the content of real ones and authenticate."""

import json
from base64 import urlsafe_b64decode

import pytest

from k8slearn.cluster import Cluster
from tests.support.api_client import PODS, Client

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


# Signing in --------------------------------------------------------------------------------------------------------

ACCOUNT = "system:serviceaccount:default:default"
RBAC = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/"
ADMIN = {"kind": "ClusterRole", "name": "admin"}
VIEW = {"kind": "ClusterRole", "name": "view"}
POD = {
    "metadata": {"name": "p"},
    "spec": {"containers": [{"name": "c", "image": "nginx"}]},
}


def token(client: Client, **spec):
    return asked(client, **spec)[1]["status"]["token"]


def code(client: Client, shown: str, path=PODS, **headers):
    """The status code of a request with a token."""
    said = {"authorization": f"Bearer {shown}", **headers}
    return client.call("GET", path, headers=said)[0]


def bind(client: Client, role, name="agent"):
    """Give the account a role."""
    subject = {"kind": "ServiceAccount", "name": "default", "namespace": "default"}
    role = {"apiGroup": "rbac.authorization.k8s.io", **role}
    body = {"metadata": {"name": name}, "subjects": [subject], "roleRef": role}
    client.post(f"{RBAC}rolebindings", body)


def test_whoever_signs_in_with_a_token_is_the_account(client):
    shown = token(client)
    assert code(client, shown) == 403
    bind(client, VIEW)
    assert code(client, shown) == 200
    assert code(client, shown, "/api/v1/nodes") == 403
    headers = {"authorization": f"Bearer {shown}"}
    path = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
    who = client.post(path, {}, headers=headers)["status"]["userInfo"]
    assert who["username"] == ACCOUNT
    assert who["groups"][-1] == "system:authenticated"
    (how,) = who["extra"]["authentication.kubernetes.io/credential-id"]
    assert how.startswith("JTI=")


def test_a_token_is_good_for_its_time(client):
    bind(client, VIEW)
    shown = token(client, expirationSeconds=600)
    client.cluster.run(660)
    assert code(client, shown) == 200
    client.cluster.run(2)
    assert code(client, shown) == 401


def test_a_token_for_others_is_none_for_the_server(client):
    assert code(client, token(client, audiences=["vault"])) == 401


def test_a_token_ends_with_what_it_is_bound_to(client):
    bind(client, VIEW)
    client.post(PODS, POD)
    bound = {"kind": "Pod", "apiVersion": "v1", "name": "p"}
    shown = token(client, boundObjectRef=bound)
    assert code(client, shown) == 200
    client.call("DELETE", f"{PODS}/p", gracePeriodSeconds="0")
    assert code(client, shown) == 401
    client.post(PODS, POD)
    assert code(client, shown) == 401


def test_a_token_ends_with_its_account(client):
    bind(client, VIEW)
    shown = token(client)
    path = "/api/v1/namespaces/default/serviceaccounts/default"
    client.call("DELETE", path)
    # A controller makes another one of that name.
    assert code(client, shown) == 401


def test_another_server_knows_none_of_its_tokens(client):
    other = Client(Cluster(1))
    assert client.api.tokens.is_own(token(client))
    assert not other.api.tokens.is_own(token(client))


@pytest.mark.parametrize("change", [0, 10, 60, -1])
def test_a_token_that_was_changed_is_nobodys(client, change):
    shown = token(client)
    letters = list(shown)
    letters[change] = "A" if letters[change] != "A" else "B"
    assert not client.api.tokens.is_own("".join(letters))


def test_an_account_speaks_for_others_only_where_it_may(client):
    bind(client, ADMIN)
    shown = token(client)
    headers = {"authorization": f"Bearer {shown}", "impersonate-user": "ann"}
    refused = client.call("GET", PODS, headers=headers)
    told = refused[1]["message"]
    assert refused[0] == 403 and told.startswith('users "ann" is forbidden: ')
    assert f'User "{ACCOUNT}" cannot impersonate resource "users"' in told
    # Accounts of the namespace it is the admin of, it may.
    own = "system:serviceaccount:default:default"
    assert code(client, shown, **{"impersonate-user": own}) == 200
    whole = {"impersonate-user": own, "impersonate-group": "system:masters"}
    assert code(client, shown, **whole) == 403
