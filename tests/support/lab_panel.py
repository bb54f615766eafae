"""Finds and uses the widgets of a lab's panel in process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from k8slearn import Cluster, Lab
from tests.support.fakes import DAEMON_SET

BUTTONS = [
    "node-add",
    "node-remove",
    "label",
    "taint",
    "cordon",
    "not-ready",
    "pod-delete",
    "pod-fail",
    "pod-break",
    "strategy-set",
    "image-set",
    "play",
    "step",
    "next-pod",
    "until-quiet",
]


def busy_cluster() -> Cluster:
    """Three Nodes and a DaemonSet whose Pods are ready."""
    made = Cluster(nodes=3, seed=1)
    made.apply(DAEMON_SET)
    made.run_until_quiet()
    return made


@pytest.fixture
def cluster() -> Cluster:
    """A cluster in which all is quiet."""
    return busy_cluster()


@pytest.fixture
def lab(cluster: Cluster) -> Iterator[Lab]:
    """A panel of the cluster that does not play by itself."""
    made = Lab(cluster, scale=1)
    made.held = True
    yield made
    made.close()


def within(root: Any) -> Iterator[Any]:
    yield root
    for child in getattr(root, "children", ()):
        yield from within(child)


def find(lab: Lab, name: str) -> Any:
    return next(w for w in within(lab.widget) if f"k8s-{name}" in w._dom_classes)


def click(lab: Lab, *names: str) -> None:
    for name in names:
        find(lab, name).click()
    lab.refresh()


def spec(lab: Lab) -> Any:
    return lab.cluster.get("DaemonSet", "filebeat-ds")["spec"]


def node_names(lab: Lab) -> list[str]:
    return [o["metadata"]["name"] for o in lab.cluster.list("Node")]
