"""The store: all past states are available, and copies are independent."""

from random import Random

from k8slearn.apiserver.client import Client
from k8slearn.apiserver.registry import Registry
from k8slearn.clock import Clock
from tests.support.registry import config, put


def test_every_past_moment_is_still_there(api):
    start = api.revision
    put(api, config(a="1"))
    api.update({**config(a="2"), "metadata": {"name": "c", "namespace": "default"}})
    api.registry.store.clock.pass_until(5.0)
    api.delete("ConfigMap", "c", "default")
    values = [
        api.registry.store.at(r).get("ConfigMap", "c", "default")
        for r in range(start, api.revision + 1)
    ]
    assert [o and o["data"]["a"] for o in values] == [None, "1", "2", None]
    assert [
        len(api.registry.store.at(r).list("ConfigMap"))
        for r in range(start, api.revision + 1)
    ] == [0, 1, 1, 0]
    assert (
        api.registry.store.at(api.revision).time == 5.0
        and api.registry.store.at(0).time == 0.0
    )


def test_the_log_tells_what_each_write_changed(api):
    first = put(api, config(a="1"))
    kubelet = Client(api.registry, "kubelet", "kubelet")
    second = kubelet.update({**first, "data": {"a": "2"}})
    change = api.registry.store.log.changes[-1]
    assert (change.revision, change.actor, change.type) == (
        api.revision,
        "kubelet",
        "MODIFIED",
    )
    assert change.previous is first and change.object is second


def test_lists_are_ordered_and_can_be_narrowed(api):
    api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a"}})
    for name, place, marks in (
        ("z", "default", {"x": "1"}),
        ("b", "default", {}),
        ("c", "a", {"x": "2"}),
    ):
        put(api, config(name), namespace=place, labels=marks)
    assert [o["metadata"]["name"] for o in api.list("ConfigMap")] == ["c", "b", "z"]
    assert [o["metadata"]["name"] for o in api.list("ConfigMap", "default")] == [
        "b",
        "z",
    ]
    assert [
        o["metadata"]["name"] for o in api.list("ConfigMap", selector="x in (1,3)")
    ] == ["z"]


def test_a_copy_goes_its_own_way(api):
    put(api, config(a="1"))
    copy, before = api.registry.store.copy_for(Clock(), {}), api.revision
    twin = Client(Registry(copy, Random(1)), "user", "python")
    twin.delete("ConfigMap", "c", "default")
    assert api.get("ConfigMap", "c", "default") and api.revision == before
    assert twin.get("ConfigMap", "c", "default") is None
