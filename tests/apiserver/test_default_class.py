"""The default StorageClass, for claims without a class."""

from __future__ import annotations

from typing import Any

from k8slearn import Cluster
from tests.support.storage import (
    claim,
    default_class,
    settled,
    storage_class,
    unclassed_claim,
)


def class_of(cluster: Cluster, asked: dict[str, Any]) -> Any:
    return cluster.create(asked)["spec"].get("storageClassName")


def test_a_claim_without_a_class_gets_the_default_one() -> None:
    cluster = settled()
    assert class_of(cluster, unclassed_claim()) is None
    cluster.create(storage_class("Immediate", "other"))
    cluster.create(default_class("b"))
    cluster.create(default_class("a"))
    # Of classes created in the same second, the first by name.
    assert class_of(cluster, unclassed_claim("d")) == "a"
    cluster.run(1)
    cluster.create(default_class("newest"))
    assert class_of(cluster, unclassed_claim("e")) == "newest"
    # A claim with the class "" gets no class.
    assert class_of(cluster, claim("f")) == ""
    old = unclassed_claim("g")
    mark = "volume.beta.kubernetes.io/storage-class"
    old["metadata"]["annotations"] = {mark: "other"}
    assert class_of(cluster, old) is None
