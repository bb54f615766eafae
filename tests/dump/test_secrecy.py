"""No value of a Secret is kept, and what looks like a password can be masked."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path

import pytest

from k8slearn.cluster import Cluster
from k8slearn.dump import hidden_values, looks_secret, masked, masked_object
from tests.support.dumps import write
from tests.support.managed_clusters import dump

PASSWORD = "correct-horse-battery"
CODED = b64encode(PASSWORD.encode()).decode()
SECRET = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {
        "name": "db",
        "namespace": "monitoring",
        "annotations": {
            "kubectl.kubernetes.io/last-applied-configuration": json.dumps({"stringData": {"password": PASSWORD}}),
            "owner": "us",
        },
    },
    "type": "Opaque",
    "data": {"password": CODED},
    "stringData": {"user": PASSWORD},
}  # fmt: skip


def test_a_secrets_values_are_nowhere_in_what_was_loaded(tmp_path: Path) -> None:
    content = dump("gke")
    content["items"].append(SECRET)
    cluster = Cluster.load(write(tmp_path / "dump.yaml", content))
    cluster.run(60)
    everything = json.dumps([change.object for change in cluster.store.log.base])
    everything += json.dumps([change.sent for change in cluster.store.log.base])
    assert "monitoring" in everything
    assert PASSWORD not in everything and CODED not in everything
    stored = cluster.get("Secret", "db", "monitoring")
    # The keys stay: a container that refers to a missing key cannot start.
    assert stored["data"] == {"password": "", "user": ""}
    assert stored["metadata"]["annotations"] == {"owner": "us"}
    assert any("Secret" in sentence for sentence in cluster.missing)


@pytest.mark.parametrize(
    ("name", "value", "hidden"),
    [
        ("DB_PASSWORD", "hunter22", True),
        ("MYSQL_PWD", "hunter22", True),
        ("apiKey", "0123456789", True),
        ("GITHUB_TOKEN", "x1", True),
        ("AWS_SECRET_ACCESS_KEY", "x", True),
        ("REDIS_AUTH", "x", True),
        ("SENTRY_DSN", "https://a@b/1", True),
        ("DATABASE_URL", "postgres://app:hunter22@db/x", True),
        ("WHATEVER", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc", True),
        ("KEY", "-----BEGIN RSA PRIVATE KEY-----", True),
        ("ID", "AKIAIOSFODNN7EXAMPLE", True),
        ("PASSWORD", "", False),
        ("PASSWORD_FILE", "/run/secrets/db", False),
        ("TOKEN_TTL", "3600", False),
        ("SECRET_NAME", "db", False),
        ("LOG_LEVEL", "debug", False),
        ("COMPASS_URL", "https://maps.example", False),
        ("AUTHOR", "li", False),
        ("NODE_NAME", "node1", False),
        ("URL", "http://example.com:8080/a@b", False),
    ],
)
def test_what_looks_like_a_secret(name: str, value: str, hidden: bool) -> None:
    assert looks_secret(name, value) is hidden


def test_environment_arguments_and_annotations_are_masked() -> None:
    container = {
        "name": "a",
        "env": [
            {"name": "DB_PASSWORD", "value": 'hun"ter22'},
            {"name": "LEVEL", "value": "info"},
            {"name": "FROM", "valueFrom": {"secretKeyRef": {"name": "db", "key": "p"}}},
        ],
        "args": ["--token=abcdef99", "--password", "zyxwvu11", "--level", "info"],
    }
    pod = {"kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": [container]}}  # fmt: skip
    pod["metadata"]["annotations"] = {"last": json.dumps(pod["spec"])}  # type: ignore[index]
    values = hidden_values([pod])
    assert {'hun"ter22', "abcdef99", "zyxwvu11"} <= values
    assert "info" not in values
    shown = json.dumps(masked_object(pod))
    for value in ("ter22", "abcdef99", "zyxwvu11"):
        assert value not in shown
    assert "info" in shown and "secretKeyRef" in shown
    assert masked("a abcdef99 b", values) == "a *** b"


def test_a_secret_itself_is_shown_without_values() -> None:
    shown = json.dumps(masked_object(SECRET))
    assert PASSWORD not in shown and CODED not in shown
    assert '"password"' in shown
