"""The components' caches: updated at once, shared, or separate with a delay."""

from random import Random

import pytest

from k8slearn import Cluster
from k8slearn.apiserver.registry import Registry
from k8slearn.apiserver.store import Store
from k8slearn.clock import Clock
from k8slearn.controllers.informer import Informers
from k8slearn.controllers.runtime import Controller
from tests.support.helpers import DS, daemon_set, rolling

NODE = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n"}}


class Listener(Controller):
    """Hears of Nodes, all by itself."""

    name = "listener"
    kinds = ("Node",)

    def __init__(self):
        store = Store(Clock())
        super().__init__(Registry(store, Random(0)), store.clock, priority=1)


def test_a_cache_follows_when_it_is_told_to_or_when_its_lag_is_over():
    controller, seen = Listener(), []
    informer = controller.informer
    informer.on("Node", seen.append)
    controller.client.create(NODE)
    assert informer.get("Node", "n") is None
    informer.deliver()
    assert [change.type for change in seen] == ["ADDED"]
    assert list(informer.list("Node"))
    informer.lag_by(3.0)
    controller.client.delete("Node", "n")
    informer.deliver()
    assert informer.get("Node", "n") is not None
    while (timer := controller.clock.pop()) is not None:
        timer.call(*timer.args)
    assert controller.clock.now == 3.0 and informer.get("Node", "n") is None


def by_itself(controller):
    """A function that delivers changes to this cache alone."""
    return controller.informer.deliver


def in_step(controller):
    """A function that delivers changes to all caches of a store."""
    store = controller.client.registry.store
    return Informers(store, [controller.informer]).deliver


@pytest.mark.parametrize("joined", [by_itself, in_step])
def test_a_handler_that_fails_stops_neither_the_others_nor_what_comes_after(joined):
    controller, seen = Listener(), []
    controller.informer.on("Node", lambda change: {}["no such key"])
    controller.informer.on("Node", seen.append)
    deliver = joined(controller)
    for number in range(3):
        node = {**NODE, "metadata": {"name": f"n{number}"}}
        controller.client.create(node)
    deliver()
    assert len(seen) == 3
    assert [failure.subject for failure in controller.failures] == ["n0", "n1", "n2"]


def walked(apart):
    """The log of a rollout with a Node that goes and one that comes; `apart` are those that share no cache."""
    cluster = Cluster(6, seed=3)
    for name in apart:
        cluster.controller(name).informer.lag_by(0)
    cluster.create(daemon_set(updateStrategy=rolling(2)))
    deployment = daemon_set("web")
    deployment["spec"]["replicas"] = 3
    cluster.create({**deployment, "kind": "Deployment"})
    cluster.run(5)
    cluster.set_image(DS, "agent:2")
    cluster.run(7)
    cluster.remove_node("node2")
    cluster.add_node("late")
    cluster.run(300)
    return [(c.time, c.actor, c.type, c.object) for c in cluster.store.log.changes]


NAMES = [controller.name for controller in Cluster(0).control_plane.controllers]


@pytest.mark.parametrize("apart", [NAMES, NAMES[::2], NAMES[1::2]])
def test_who_is_apart_does_what_it_would_do_in_step(apart):
    assert walked(apart) == walked(())


def test_who_steps_aside_hears_once_of_what_was_on_its_way():
    controller, seen = Listener(), []
    controller.informer.on("Node", seen.append)
    informers = Informers(controller.client.registry.store, [controller.informer])
    controller.client.create(NODE)
    controller.informer.lag_by(0)
    informers.deliver()
    assert [change.type for change in seen] == ["ADDED"]
    assert controller.informer.get("Node", "n") is not None


def test_those_in_step_share_a_cache_in_a_fork_as_well():
    cluster = Cluster(2)
    cluster.lag_cache(5.0, "scheduler")
    branch = cluster.fork()
    caches = [
        controller.informer.cache["Pod"]
        for plane in (cluster.control_plane, branch.control_plane)
        for controller in plane.controllers
        if "Pod" in controller.informer.cache
    ]
    # In each of the two clusters one is shared, and the scheduler's is its own.
    assert len({id(cache) for cache in caches}) == 4
    branch.add_node("late")
    assert "late" not in {n["metadata"]["name"] for n in cluster.list("Node")}
