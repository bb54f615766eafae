"""A panel for a client that can only list, watch and write, like that of a real cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from k8slearn import Cluster, Lab
from k8slearn.apimachinery.log import Change
from k8slearn.lab.layout import MACHINERY, TIME
from k8slearn.lab.reflector import Reflector
from tests.support.fakes import NEWER_IMAGE
from tests.support.lab_panel import click, find, node_names, spec
from tests.support.waiting import eventually


class ApiClient:
    """A wrapper with the methods of a client and nothing else."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def get(self, kind: str, name: str, namespace: str = "default") -> Any:
        return self._cluster.get(kind, name, namespace)

    def list(self, kind: str, namespace: str | None = None, selector: str = "") -> Any:
        return self._cluster.list(kind, namespace, selector)

    def create(self, o: Any) -> Any:
        return self._cluster.create(o)

    def patch(
        self,
        kind: str,
        name: str,
        patch: Any,
        *,
        namespace: str = "default",
        type: str = "strategic",
    ) -> Any:
        return self._cluster.patch(kind, name, patch, namespace=namespace, type=type)

    def delete(self, kind: str, name: str, *, namespace: str = "default") -> Any:
        return self._cluster.delete(kind, name, namespace=namespace)

    def subscribe(self, callback: Callable[[Change], None]) -> Callable[[], None]:
        return self._cluster.subscribe(callback)


@pytest.fixture
def lab(cluster: Cluster) -> Iterator[Lab]:
    made = Lab(ApiClient(cluster), scale=1)
    yield made
    made.close()


def test_it_shows_the_cluster_without_what_a_client_cannot_do(lab, cluster):
    assert (
        "期望 <i>3</i>" in find(lab, "head-page").value
        and "就绪 <i>3</i>" in find(lab, "head-page").value
    )
    assert find(lab, "node").options == ("node1", "node2", "node3")
    assert all(find(lab, name).layout.display == "none" for name in (*TIME, *MACHINERY))
    shown = Lab(cluster, scale=1)
    assert not any(
        find(shown, name).layout.display == "none" for name in (*TIME, *MACHINERY)
    )
    shown.close()


def test_its_clicks_are_writes_and_the_cluster_acts_by_itself(lab, cluster):
    find(lab, "label-text").value, find(lab, "image").value = "disk=ssd", NEWER_IMAGE
    click(lab, "node-add", "label", "cordon", "image-set", "pod-delete")
    assert node_names(lab) == ["node1", "node2", "node3", "node4"]
    assert cluster.get("Node", "node1")["metadata"]["labels"]["disk"] == "ssd"
    assert spec(lab)["template"]["spec"]["containers"][0]["image"] == NEWER_IMAGE
    assert find(lab, "message-page").value == ""
    cluster.run_until_quiet()
    eventually(lambda: "就绪（版本 2）" in find(lab, "events").value)
    # A client can write a Node down; a machine with a kubelet does not come of it.
    eventually(lambda: "就绪 <i>3</i>" in find(lab, "head-page").value)
    assert "期望 <i>4</i>" in find(lab, "head-page").value


def test_keys_of_the_time_row_do_nothing(lab, cluster):
    before = cluster.now, cluster.store.revision
    for what in (
        "play",
        "step",
        "next-pod",
        "until-quiet",
        "first",
        "back",
        "now",
        "branch",
    ):
        lab.go(what)
    assert (
        (cluster.now, cluster.store.revision) == before
        and lab.playback.live
        and lab.branched is None
    )


def test_why_and_tables_come_from_what_was_watched(lab, cluster):
    cluster.taint("node2", "dedicated=gpu:NoExecute")
    cluster.run_until_quiet()
    lab.select_node("node2")
    lab.refresh()
    assert "dedicated=gpu:NoExecute 没有被容忍" in find(lab, "why-text").value
    find(lab, "tab").value = "records"
    find(lab, "records-kind").value = "Pod"
    lab.refresh()
    assert find(lab, "records-page").value.count("Running") == 2


def test_a_closed_panel_watches_no_longer(cluster):
    lab = Lab(ApiClient(cluster), scale=1)
    assert isinstance(lab.cluster, Reflector) and len(cluster.store.listeners) == 1
    lab.close()
    assert cluster.store.listeners == []
