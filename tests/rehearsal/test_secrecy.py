"""No output of a rehearsal contains secrets."""

import json
from base64 import b64encode

import pytest

from k8slearn import Cluster
from k8slearn.cli import main
from k8slearn.rehearsal import RehearsalError, rehearse
from tests.support.dumps import listed, write
from tests.support.helpers import daemon_set

DATA = "s3cr3t-of-the-secret"
PASSWORD = "hunter2-hunter2"
TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrdWJlcm5ldGVz.c2lnbmF0dXJl"
NEW = "the-next-pass-phrase"
HIDDEN = (DATA, b64encode(DATA.encode()).decode(), PASSWORD, TOKEN, NEW)


def template(password=PASSWORD, image="agent:1"):
    environment = [
        {"name": "DB_PASSWORD", "value": password},
        {"name": "GREETING", "value": TOKEN},
    ]
    container = {"name": "main", "image": image, "env": environment}
    return {"containers": [container | {"args": [f"--api-key={password}"]}]}


@pytest.fixture
def dump(tmp_path):
    """A dump with secrets in a Secret, in environments, in arguments, and in what the cluster says of them."""
    cluster = Cluster(2)
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}}
    cluster.apply(secret | {"stringData": {"key": DATA}})
    cluster.apply(daemon_set(pod=template()))
    cluster.run_until_quiet()
    # A Node that blocks the rollout, whose Pod's message quotes its arguments.
    cluster.fill_node("node1")
    content = listed(cluster)
    for o in content["items"]:
        if o["kind"] == "Pod" and o["spec"].get("nodeName") == "node1":
            o["status"]["message"] = f"cannot log in with {PASSWORD} or {DATA}"
    return write(tmp_path / "dump.yaml", content)


def everything(made):
    texts = [str(made), made.html(), made.svg(), json.dumps(made.json())]
    return "\n".join(texts)


def test_no_secret_is_in_any_output(dump):
    cluster = Cluster.load(dump)
    made = rehearse(cluster, image="ds/agent=agent:2", limits=["1", "surge=1"])
    shown = everything(made)
    assert [hidden for hidden in HIDDEN if hidden in shown] == []


def test_nor_what_is_in_a_secret_of_a_cluster_that_was_not_loaded():
    cluster = Cluster(2)
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}}
    cluster.apply(secret | {"stringData": {"key": DATA}})
    cluster.apply(daemon_set(pod=template(image=f"{PASSWORD}/agent:1")))
    cluster.run_until_quiet()
    made = rehearse(cluster, image=f"ds/agent=agent:{DATA}", limits=["1"])
    shown = everything(made)
    assert [hidden for hidden in HIDDEN if hidden in shown] == []
    assert "***/agent:1" in shown and "agent:***" in shown


def test_nor_where_a_manifest_brings_them_and_the_cluster_quotes_them(
    dump, capsys, tmp_path
):
    spec = template(NEW, "agent:2")
    spec["containers"][0]["resources"] = {"requests": {"cpu": "100m"}}
    # The message of a Pod that cannot start quotes its command, as a real runtime's does.
    spec["containers"][0]["image"] = f"https://user:{NEW}@registry.example/agent:2"
    path = write(tmp_path / "new.yaml", daemon_set(pod=spec))
    status = main(["rehearse", str(dump), "--apply", str(path), "--limits", "1"])
    shown = "".join(capsys.readouterr())
    assert status == 1 and "卡住" in shown and "***" in shown
    assert [hidden for hidden in HIDDEN if hidden in shown] == []


def test_nor_in_what_is_said_of_a_manifest_that_is_refused(dump):
    cluster = Cluster.load(dump)
    spec = template(NEW)
    # The API server quotes the value that it refuses.
    spec["restartPolicy"] = NEW
    with pytest.raises(RehearsalError, match=r"\*\*\*") as told:
        rehearse(cluster, apply=json.dumps(daemon_set(pod=spec)), limits=["1"])
    assert NEW not in str(told.value)


@pytest.mark.parametrize(
    "text",
    [
        f"metadata: {{}}\nspec: {{env: [{{name: DB_PASSWORD, value: {NEW}}}]}}\n",
        f"kind: DaemonSet\nspec:\n  password: '{NEW}\n",
        f"- {NEW}\n",
    ],
)
def test_nor_in_what_is_said_of_one_that_cannot_be_read(dump, text):
    cluster = Cluster.load(dump)
    with pytest.raises(RehearsalError, match="读不懂") as told:
        rehearse(cluster, apply=text, limits=["1"])
    assert NEW not in str(told.value)
