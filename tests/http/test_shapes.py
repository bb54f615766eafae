"""Eighty files as users have them, each with a DaemonSet: they can be applied, diffed without changes, and deleted."""

from functools import cache

import pytest
import yaml

from k8slearn.cluster import Cluster
from tests.support.http_client import ClusterServer
from tests.support.kubectl import kubectl
from tests.support.paths import ROOT
from tests.support.waiting import eventually

SHAPES = ROOT / "tests" / "shapes"
FILES = sorted(SHAPES.glob("*.yaml"))


@cache
def documents(path):
    found = [d for d in yaml.safe_load_all(path.read_text("utf-8")) if d]
    return [o for d in found for o in (d["items"] if d["kind"] == "List" else [d])]


@pytest.fixture(scope="module")
def server():
    with ClusterServer(Cluster(3, kubelet="instant"), pace=0) as found:
        # As charts do it: the kinds are there before their objects.
        done = kubectl(found, "apply", "-f", str(SHAPES / "crds"))
        assert done.returncode == 0, done.stderr
        yield found


def everything(server):
    """The place of every object but those that a history leaves."""
    there = set()
    for change in server.cluster.store.log.changes[:]:
        (there.discard if change.type == "DELETED" else there.add)(change.key)
    return {place for place in there if place[0] != "Event"}


def test_there_are_eighty_and_each_has_a_daemon_set():
    assert len(FILES) == 80
    for path in FILES:
        kinds = [o["kind"] for o in documents(path)]
        assert "DaemonSet" in kinds, path.name
        assert path.read_text("utf-8").startswith(("# ", "{")), path.name


def test_python_takes_them_as_they_are():
    cluster = Cluster(3, kubelet="instant")
    for path in (*sorted(SHAPES.glob("crds/*.yaml")), *FILES):
        cluster.apply(path.read_text("utf-8"))
        cluster.run_until_quiet()
    found = {o["metadata"]["name"] for o in cluster.list("DaemonSet")}
    sent = {
        o["metadata"]["name"]
        for path in FILES
        for o in documents(path)
        if o["kind"] == "DaemonSet"
    }
    assert found == sent


@pytest.mark.slow
@pytest.mark.parametrize("how", [(), ("--server-side",)], ids=["client", "server"])
def test_all_are_applied_in_one_go_and_leave_nothing(server, how):
    before = everything(server)
    done = kubectl(server, "apply", *how, "-f", str(SHAPES))
    assert done.returncode == 0, done.stderr
    applied = sum(len(documents(path)) for path in FILES)
    said = "serverside-applied" if how else "created"
    assert done.stdout.count(said) == applied
    done = kubectl(server, "diff", *how, "-f", str(SHAPES))
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    # Without --wait, which would ask for one object after the other, five a second.
    gone = ("delete", "--ignore-not-found", "--wait=false", "-f", str(SHAPES))
    done = kubectl(server, *gone)
    assert done.returncode == 0, done.stderr
    eventually(lambda: everything(server) <= before)
