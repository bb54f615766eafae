"""The base of all controllers: the workqueue with retries, and expectations."""

from random import Random

import pytest

from k8slearn import Cluster
from k8slearn.apimachinery.errors import conflict
from k8slearn.apiserver.registry import Registry
from k8slearn.apiserver.store import Store
from k8slearn.clock import Clock
from k8slearn.controllers.runtime import (
    EXPECTATIONS_TIMEOUT,
    FAILURES_KEPT,
    Controller,
    Expectations,
)
from tests.support.helpers import DS, daemon_set, owned

NODE = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n"}}


class Stubborn(Controller):
    """Fails a number of times, then succeeds; records the times of its calls."""

    name = "stubborn"
    kinds = ("Node",)

    def __init__(self, failures=0, error=None):
        store = Store(Clock())
        registry = Registry(store, Random(0))
        super().__init__(registry, store.clock, priority=1)
        self.wrong, self.calls = failures, []
        self.error = error or conflict("nodes", "n")

    def sync(self, key):
        self.calls.append((round(self.clock.now, 3), key))
        if len(self.calls) <= self.wrong:
            raise self.error
        return "done"


def run(controller):
    """Do all that is due, and return what each call gave."""
    found = []
    while (timer := controller.clock.pop()) is not None:
        found.append(timer.call(*timer.args))
    return found


def test_a_key_waits_once():
    controller = Stubborn()
    for key in ("a", "b", "a"):
        controller.enqueue(key)
    assert run(controller) == ["done", "done"]
    assert controller.calls == [(0, "a"), (0, "b")]


def test_a_failure_comes_back_later_and_later_and_is_then_forgotten():
    controller = Stubborn(failures=3)
    controller.enqueue("a")
    run(controller)
    assert [at for at, _ in controller.calls] == [0, 0.005, 0.015, 0.035]
    assert controller._failures == {}


def test_whatever_goes_wrong_is_a_failed_sync_that_is_kept():
    controller = Stubborn(failures=2, error=KeyError("nodeName"))
    controller.enqueue("a")
    run(controller)
    assert [at for at, _ in controller.calls] == [0, 0.005, 0.015]
    assert [str(failure) for failure in controller.failures] == [
        "0.0 s  KeyError: 'nodeName'",
        "0.0 s  KeyError: 'nodeName'",
    ]
    assert controller.failures[1].subject == "a"


def test_of_endless_failures_the_latest_are_kept():
    controller = Stubborn(failures=3 * FAILURES_KEPT, error=KeyError("nodeName"))
    controller.enqueue("a")
    run(controller)
    assert len(controller.failures) == 3 * FAILURES_KEPT
    kept = list(controller.failures)
    assert FAILURES_KEPT <= len(kept) < 2 * FAILURES_KEPT
    assert kept[-1] is controller.failures[-1]


@pytest.mark.parametrize(("waits", "at"), [((5, 3), [3]), ((3, 5), [3]), ((4,), [4])])
def test_of_several_waits_the_shortest_counts(waits, at):
    controller = Stubborn()
    for seconds in waits:
        controller.enqueue_after("a", seconds)
    run(controller)
    assert [time for time, _ in controller.calls] == at


def test_expectations_end_when_all_is_seen_or_after_five_minutes():
    clock = Clock()
    expected = Expectations(clock)
    assert expected.satisfied("a")
    expected.set("a", 2, 1)
    expected.created("a")
    expected.deleted("a")
    assert not expected.satisfied("a")
    expected.created("a")
    assert expected.satisfied("a")
    expected.set("a", 1, 0)
    clock.pass_until(EXPECTATIONS_TIMEOUT)
    assert not expected.satisfied("a")
    clock.now += 1
    assert expected.satisfied("a")
    expected.set("a", 1, 0)
    expected.forget("a")
    assert expected.satisfied("a")


def test_a_controller_that_sees_late_does_nothing_twice():
    cluster = Cluster(3, kubelet="manual")
    cluster.lag_cache(5.0)
    cluster.create(daemon_set())
    cluster.run(4)
    cluster.patch("DaemonSet", DS, {"metadata": {"labels": {"looked": "at"}}})
    cluster.run(5.5)
    assert [
        action.why.waiting
        for action in cluster.actions
        if hasattr(action.why, "waiting")
    ][-1]
    cluster.run(60)
    assert len(owned(cluster)) == 3
