"""Secrets for tokens of ServiceAccounts are filled in, and deleted with the account."""

import json
from base64 import b64decode, urlsafe_b64decode

import pytest

from k8slearn import Cluster

TYPE = "kubernetes.io/service-account-token"


@pytest.fixture
def cluster():
    found = Cluster()
    found.create(account())
    found.create(secret())
    found.run(1)
    return found


def account():
    meta = {"name": "robot", "namespace": "default"}
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": meta}


def secret(name="of-robot", whose="robot"):
    notes = {"kubernetes.io/service-account.name": whose}
    meta = {"name": name, "namespace": "default", "annotations": notes}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": meta, "type": TYPE}


def test_a_secret_is_filled(cluster):
    found = cluster.get("Secret", "of-robot")
    uid = cluster.get("ServiceAccount", "robot")["metadata"]["uid"]
    notes = found["metadata"]["annotations"]
    assert notes["kubernetes.io/service-account.uid"] == uid
    assert set(found["data"]) == {"ca.crt", "namespace", "token"}
    assert b64decode(found["data"]["namespace"]) == b"default"
    part = b64decode(found["data"]["token"]).decode().split(".")[1]
    claims = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    assert claims["sub"] == "system:serviceaccount:default:robot"
    assert claims["kubernetes.io/serviceaccount/secret.name"] == "of-robot"


def test_what_is_taken_out_comes_back_and_what_is_there_stays(cluster):
    before = cluster.get("Secret", "of-robot")["data"]["token"]
    cluster.patch("Secret", "of-robot", {"data": {"token": None, "own": "eA=="}}, type="merge")  # fmt: skip
    cluster.run(1)
    data = cluster.get("Secret", "of-robot")["data"]
    assert data["token"] == before and data["own"] == "eA=="


def test_a_secret_goes_with_its_account_and_with_no_other(cluster):
    cluster.create({**secret("plain"), "type": "Opaque"})
    cluster.delete("ServiceAccount", "robot")
    cluster.run(1)
    assert [o["metadata"]["name"] for o in cluster.list("Secret")] == ["plain"]


def test_a_dump_s_secrets_stay_as_they_are_until_their_account_goes(tmp_path, cluster):
    about = {"uid": "u", "resourceVersion": "5"}
    lost = secret("lost", "ghost")
    found = [cluster.get("ServiceAccount", "robot"), secret(), lost]
    for o in found[1:]:
        o["metadata"] |= about
        o["data"] = {"token": "eA=="}
    file = tmp_path / "dump.json"
    file.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": found}))
    again = Cluster.load(file)
    again.run(60)
    assert [o["data"] for o in again.list("Secret")] == [{"token": ""}] * 2
    again.delete("ServiceAccount", "robot")
    again.run(1)
    assert [o["metadata"]["name"] for o in again.list("Secret")] == ["lost"]


def test_a_secret_of_nobody_is_taken_away(cluster):
    cluster.create(secret("lost", "ghost"))
    cluster.run(1)
    assert [o["metadata"]["name"] for o in cluster.list("Secret")] == ["of-robot"]
