"""A cluster that is dumped in the middle of changes, and one loaded from the dump, come to the same end."""

from __future__ import annotations

from os import environ
from pathlib import Path

import pytest

from tests.support.dumps import listed, write
from tests.support.http_client import ClusterServer
from tests.support.kubectl import has_kubectl, kubectl
from tests.support.round_trip import check, walk


@pytest.mark.parametrize("seed", range(3))
def test_both_come_to_the_same_end(tmp_path: Path, seed: int) -> None:
    for cluster in walk(seed, 1):
        check(cluster, write(tmp_path / "dump.json", listed(cluster)))


# All twenty moments of each walk agree as well; they take some minutes.
MOMENTS = int(environ.get("K8SLEARN_MOMENTS", "2"))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_both_come_to_the_same_end_at_many_moments(tmp_path: Path, seed: int) -> None:
    for cluster in walk(seed, MOMENTS):
        check(cluster, write(tmp_path / "dump.json", listed(cluster)))


# Realistic dumps, some of which lack a few kinds.
KINDS = (
    "nodes,namespaces,ds,deploy,rs,sts,jobs,pods,svc,endpointslices,controllerrevisions,serviceaccounts,configmaps,"
    "secrets,events,leases,priorityclasses"
)
SHAPES = {
    "dump.yaml": ("get", KINDS, "-A", "-o", "yaml"),
    "fields.yaml": ("get", KINDS, "-A", "-o", "yaml", "--show-managed-fields"),
    "dump.json": ("get", KINDS, "-A", "-o", "json"),
    "few.yaml": ("get", "nodes,ds,deploy,rs,sts,jobs,pods,leases", "-A", "-o", "yaml"),
}


needs_kubectl = pytest.mark.skipif(not has_kubectl(), reason="no kubectl")


@needs_kubectl
@pytest.mark.slow
@pytest.mark.parametrize("shape", [*SHAPES, "folder", "kinds"])
def test_what_the_real_kubectl_dumps_comes_to_the_same_end(
    tmp_path: Path, shape: str
) -> None:
    [cluster] = walk(len(shape), 1)
    # As they are now: a server lets time go on while kubectl reads.
    frozen = cluster.fork()
    with ClusterServer(frozen, pace=0) as server:
        target = tmp_path / shape
        if shape == "folder":
            where = ("--output-directory", str(target), "--all-namespaces")
            done = kubectl(server, "cluster-info", "dump", *where)
            more = kubectl(server, "get", KINDS, "-A", "-o", "yaml")
            (target / "more.yaml").write_text(more.stdout)
        elif shape == "kinds":
            target.mkdir()
            for kind in KINDS.split(","):
                done = kubectl(server, "get", kind, "-A", "-o", "yaml")
                (target / f"{kind}.yaml").write_text(done.stdout)
        else:
            done = kubectl(server, *SHAPES[shape])
            target.write_text(done.stdout)
        assert done.returncode == 0, done.stderr
    assert frozen.now == cluster.now
    # Without them, there are no older revisions and no Services.
    left_out = ("revisions", "slices") if shape == "few.yaml" else ()
    check(cluster, target, *left_out)


@needs_kubectl
@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_the_real_kubectl_dumps_any_walk(tmp_path: Path, seed: int) -> None:
    [cluster] = walk(seed, 1)
    with ClusterServer(cluster.fork(), pace=0) as server:
        done = kubectl(server, *SHAPES["dump.yaml"])
    target = tmp_path / "dump.yaml"
    target.write_text(done.stdout)
    check(cluster, target)
