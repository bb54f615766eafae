"""All components of a cluster, wired to one store and one clock, and the loop that lets them act one after another."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from random import Random
from typing import Any

from k8slearn.api.log import Change
from k8slearn.api.store import Observer, Store
from k8slearn.clock import Clock
from k8slearn.controllers.daemonset import DaemonSetController
from k8slearn.controllers.endpointslice import EndpointSliceController
from k8slearn.controllers.garbage_collector import GarbageCollector
from k8slearn.controllers.namespace import NamespaceController
from k8slearn.controllers.node_lifecycle import NodeLifecycle
from k8slearn.controllers.pod_gc import PodGarbageCollector
from k8slearn.controllers.runtime import Controller
from k8slearn.controllers.taint_eviction import TaintEviction
from k8slearn.kubelet import AUTO, INSTANT, Kubelet
from k8slearn.scheduler import Scheduler

PACES = {"auto": AUTO, "instant": INSTANT, "manual": None}


@dataclass(frozen=True, slots=True)
class Action:
    """One step of one component. `first` < r <= `last` are the revisions it wrote; `why` is what it decided.

    `time` is in simulated seconds, `subject` the key it worked on, such as `default/filebeat-ds`.
    """

    number: int
    time: float
    component: str
    subject: str
    first: int
    last: int
    why: Any = None


class System:
    """The machinery of a cluster. At one moment the kubelet goes first and the DaemonSet controller late, so that it
    sees what has happened in one go.
    """

    def __init__(self, seed: int, kubelet: str) -> None:
        self.clock = Clock()
        self.rng = Random(seed)
        self.store = Store(self.clock, self.rng)
        store, clock = self.store, self.clock
        self.kubelet = Kubelet(store, clock, 10, self.rng, PACES[kubelet])
        self.scheduler = Scheduler(store, clock, 20)
        self.daemon_sets = DaemonSetController(store, clock, 40)
        self.controllers: tuple[Controller, ...] = (
            NamespaceController(store, clock, 5),
            self.kubelet,
            self.scheduler,
            NodeLifecycle(store, clock, 30),
            GarbageCollector(store, clock, 35),
            self.daemon_sets,
            TaintEviction(store, clock, 45),
            EndpointSliceController(store, clock, 50),
            PodGarbageCollector(store, clock, 60),
        )
        self.actions: list[Action] = []

    def deliver(self) -> None:
        """Let every component take in what was written and is due to reach it, and what was told meanwhile."""
        taken_in = -1
        while taken_in != self.store.revision:
            taken_in = self.store.revision
            for controller in self.controllers:
                controller.informer.deliver()

    def step(self, until: float) -> Action | None:
        """Do the next action that is due by `until` (simulated seconds) and writes something; None if there is none."""
        while True:
            due = self.clock.next_time()
            if due is None or due > until:
                return None
            action = self._act()
            if action is not None:
                return action

    def run(self, until: float) -> list[Action]:
        """Do all actions that are due by `until` (simulated seconds) and return them.

        Objects have no cycles; while many are made, Python's cycle collector would walk the whole log over and over.
        """
        start, collecting = len(self.actions), gc.isenabled()
        gc.disable()
        try:
            while self.step(until) is not None:
                pass
        finally:
            if collecting:
                gc.enable()
        return self.actions[start:]

    def _act(self) -> Action | None:
        timer = self.clock.pop()
        assert timer is not None
        before = self.store.revision
        why = timer.call(*timer.args)
        self.deliver()
        if self.store.revision == before:
            return None
        number = len(self.actions)
        action = Action(number, self.clock.now, timer.component, timer.subject, before, self.store.revision, why)
        self.actions.append(action)
        return action

    @contextmanager
    def acting(self, component: str, subject: str) -> Iterator[None]:
        """What is written inside is one action of somebody outside the components."""
        before = self.store.revision
        try:
            yield
        finally:
            self.deliver()
            if self.store.revision > before:
                action = Action(len(self.actions), self.clock.now, component, subject, before, self.store.revision)
                self.actions.append(action)

    def fork(self) -> System:
        """A copy that goes its own way from here; objects and past are shared."""
        return deepcopy(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> System:
        twin = System.__new__(System)
        memo[id(self)] = twin
        twin.rng = memo[id(self.rng)] = deepcopy(self.rng)
        twin.clock = memo[id(self.clock)] = Clock(self.clock.now)
        twin.store = memo[id(self.store)] = self.store.copy_for(twin.clock, twin.rng)
        twin.controllers = deepcopy(self.controllers, memo)
        twin.kubelet, twin.scheduler = deepcopy(self.kubelet, memo), deepcopy(self.scheduler, memo)
        twin.daemon_sets = deepcopy(self.daemon_sets, memo)
        twin.store.observers = deepcopy(self.store.observers, memo)
        twin.clock.take_over(deepcopy(self.clock.entries(), memo))
        twin.actions = self.actions.copy()
        return twin

    def subscribe(self, listener: Observer) -> None:
        """Call `listener` after each write."""
        self.store.listeners.append(listener)

    def unsubscribe(self, listener: Observer) -> None:
        """Stop calling it."""
        if listener in self.store.listeners:
            self.store.listeners.remove(listener)

    def changes(self, action: Action) -> list[Change]:
        """What an action wrote."""
        return self.store.log.changes[action.first : action.last]
