"""Connecting by a kubeconfig over HTTP, and the messages where that fails."""

from __future__ import annotations

import json
import sys
from base64 import b64encode
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from k8slearn.cluster import Cluster
from k8slearn.http.api import Api
from k8slearn.pacing import seconds_now
from k8slearn.watching import NotConnected, connect
from k8slearn.watching.kubeconfig import named_paths
from k8slearn.watching.transport import _cause, status_of
from tests.support.fakes import DAEMON_SET, NEWER_IMAGE
from tests.support.waiting import eventually


@pytest.fixture(scope="module")
def served():
    cluster = Cluster(nodes=3, seed=1, start=seconds_now())
    cluster.apply(DAEMON_SET)
    cluster.run_until_quiet()
    with cluster.serve(environment=False) as server:
        yield server, cluster


@pytest.fixture
def config(served):
    """The server's kubeconfig as a dict, to be changed."""
    return yaml.safe_load(served[0].kubeconfig.read_text())


@pytest.fixture
def asked(monkeypatch):
    """The methods of the requests that came, counted where they are served."""
    counted = Counter()
    handle = Api.handle

    def count(api, request):
        counted[request.method] += 1
        return handle(api, request)

    monkeypatch.setattr(Api, "handle", count)
    return counted


def written(tmp_path, config):
    path = tmp_path / "config"
    path.write_text(yaml.safe_dump(config))
    return path


def refused(tmp_path, config, **options):
    """The message of the failed connection."""
    with pytest.raises(NotConnected) as caught:
        connect(kubeconfig=written(tmp_path, config), **options)
    assert caught.value._render_traceback_() == [str(caught.value)]
    return str(caught.value)


def test_it_follows_a_served_cluster_and_only_asks(served, asked):
    server, cluster = served
    watched = connect(kubeconfig=server.kubeconfig)
    assert "集群 k8slearn · 用户 k8slearn-k8slearn · namespace default" in repr(watched)
    cluster.set_image("filebeat-ds", NEWER_IMAGE)
    eventually(lambda: len(watched.actions) > 3)
    template = watched.store.list("DaemonSet")[0]["spec"]["template"]
    assert template["spec"]["containers"][0]["image"] == NEWER_IMAGE
    assert abs(watched.now - seconds_now()) < 2
    assert set(asked) == {"GET"} and asked["GET"] >= 2 * len(watched.rows)
    watched.close()


def test_without_lightkube_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "lightkube", None)
    with pytest.raises(NotConnected, match="先在单元格里运行 %pip install '"):
        connect()


def test_files_that_say_nothing(tmp_path, config, monkeypatch):
    nowhere = tmp_path / "nowhere"
    with pytest.raises(NotConnected, match="没有找到 kubeconfig"):
        connect(kubeconfig=nowhere)
    monkeypatch.setenv("KUBECONFIG", str(nowhere))
    monkeypatch.delenv("K8SLEARN_KUBECONFIG", raising=False)
    with pytest.raises(NotConnected, match="nowhere"):
        connect()
    bad = tmp_path / "bad"
    bad.write_text("clusters: {")
    with pytest.raises(NotConnected, match="bad 读不了："):
        connect(kubeconfig=bad)
    said = refused(tmp_path, config, context="prod")
    assert "没有名为 prod 的 context，只有：k8slearn" in said
    assert "没有写明 current-context" in refused(
        tmp_path, {**config, "current-context": ""}
    )
    assert "读不了" in refused(tmp_path, {**config, "users": []})


def test_the_next_file_of_a_list_may_have_the_context(
    tmp_path, config, served, monkeypatch
):
    other = {**config, "contexts": [], "current-context": ""}
    first = written(tmp_path, other)
    monkeypatch.delenv("K8SLEARN_KUBECONFIG", raising=False)
    monkeypatch.setenv("KUBECONFIG", f"{first}:{served[0].kubeconfig}")
    watched = connect()
    assert watched.context.cluster == "k8slearn"
    watched.close()


def test_in_the_courses_own_jupyterlab_it_is_the_learners_file(monkeypatch):
    monkeypatch.setenv("KUBECONFIG", "/lessons")
    monkeypatch.delenv("K8SLEARN_KUBECONFIG", raising=False)
    assert [str(path) for path in named_paths()] == ["/lessons"]
    monkeypatch.setenv("K8SLEARN_KUBECONFIG", "/lessons")
    assert [str(path) for path in named_paths()] == ["~/.kube/config"]
    monkeypatch.setenv("K8SLEARN_OWN_KUBECONFIG", "/a:/b")
    assert [str(path) for path in named_paths()] == ["/a", "/b"]


def test_nobody_answers(tmp_path, config):
    config["clusters"][0]["cluster"]["server"] = "https://127.0.0.1:1"
    said = refused(tmp_path, config)
    assert said.startswith("连不上 https://127.0.0.1:1：")
    assert "refused" in said or "failed" in said


def test_a_certificate_of_another_authority(tmp_path, config):
    del config["clusters"][0]["cluster"]["certificate-authority-data"]
    said = refused(tmp_path, config)
    assert "的证书验证不了：" in said and "certificate verify failed" in said


def test_a_token_that_is_not_known(tmp_path, config):
    config["users"][0]["user"] = {"token": "old"}
    said = refused(tmp_path, config)
    assert said.endswith("不认这份凭据（401）：Unauthorized")


def test_a_certificate_that_has_expired(tmp_path, config):
    key, certificate = expired_pair()
    config["users"][0]["user"] = {
        "client-certificate-data": b64encode(certificate).decode(),
        "client-key-data": b64encode(key).decode(),
    }
    said = refused(tmp_path, config)
    assert "客户端证书在 2026-01-02" in said or "客户端证书在 2026-01-0" in said
    assert said.endswith("过期了。原话：Unauthorized")


def expired_pair():
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "alice")])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(pem, *plain), made.public_bytes(pem)


def test_a_login_command_gives_the_token(tmp_path, config):
    token = config["users"][0]["user"]["token"]
    said = json.dumps({"status": {"token": token}})
    version = "client.authentication.k8s.io/v1beta1"
    login = {"apiVersion": version, "command": "echo", "args": [said]}
    config["users"][0]["user"] = {"exec": login}
    watched = connect(kubeconfig=written(tmp_path, config))
    assert len(watched.store.list("Node")) == 3
    watched.close()
    login["command"] = "no-such-login"
    assert "取不到登录凭据：" in refused(tmp_path, config)
    login["command"] = "false"
    assert "取不到登录凭据：Exec false returned 1" in refused(tmp_path, config)


def test_a_page_that_is_no_status_is_told_by_its_beginning():
    assert status_of(503, b"<html>upstream").message == "<html>upstream"
    assert status_of(403, b'{"message": "no", "code": 403}').message == "no"
    try:
        raise OSError("reset") from OSError(111, "refused")
    except OSError as error:
        assert _cause(error) == "[Errno 111] refused"
