"""All components of a cluster, wired to one store and one clock, and the loop that lets them act one after another."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from copy import deepcopy
from dataclasses import dataclass
from random import Random
from typing import Any

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.log import Change
from k8slearn.apiserver.store import Observer, Store, Written
from k8slearn.clock import Clock
from k8slearn.controllers.custom import CustomController, Reconcile
from k8slearn.controllers.daemon.controller import DaemonSetController
from k8slearn.controllers.endpointslice import EndpointSliceController
from k8slearn.controllers.garbage_collector import GarbageCollector
from k8slearn.controllers.namespace import NamespaceController
from k8slearn.controllers.node_lifecycle import NodeLifecycle
from k8slearn.controllers.pod_gc import PodGarbageCollector
from k8slearn.controllers.runtime import Controller
from k8slearn.controllers.taint_eviction import TaintEviction
from k8slearn.kubelet.kubelet import AUTO, INSTANT, Kubelet
from k8slearn.scheduler.scheduler import Scheduler

PACES = {"auto": AUTO, "instant": INSTANT, "manual": None}
UNKNOWN = "没有叫 {name!r} 的控制器；现有：{known}"
STAYS = "{name} 不能停：每个 Node 上都有它"
TAKEN = "{name!r} 是集群自带的组件，换一个名字"


PLAIN = (
    NamespaceController,
    Scheduler,
    NodeLifecycle,
    GarbageCollector,
    DaemonSetController,
    TaintEviction,
    EndpointSliceController,
    PodGarbageCollector,
)
"""Controllers that need nothing but store and clock, and so can be stopped and started."""


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


@dataclass(frozen=True, slots=True)
class Interference:
    """What came from outside the components: after how many of their turns, when, what was written or altered."""

    turns: int
    time: float
    written: list[Written]
    call: Callable[[System], object] | None = None


@contextmanager
def uncollected() -> Iterator[None]:
    """Python's cycle collector waits meanwhile: while much is made, it would walk the whole log over and over."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


class NotReplayable(RuntimeError):
    """Something was changed past `acting` and `alter`, so the past cannot be lived through again."""


class System:
    """The machinery of a cluster. At one moment the kubelet goes first and the DaemonSet controller late, so that it
    sees what has happened in one go.
    """

    def __init__(self, seed: int, kubelet: str) -> None:
        self.origin = seed, kubelet
        self.journal: list[Interference] = []
        self.turns = 0
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
        self.stopped: dict[str, Controller] = {}
        self.actions: list[Action] = []

    def add(self, name: str, reconcile: Reconcile, watch: Sequence[str]) -> None:
        """Add a controller that is one function; one of this name that was added before goes."""
        present = {
            **self.stopped,
            **{controller.name: controller for controller in self.controllers},
        }.get(name)
        if present is not None and not isinstance(present, CustomController):
            raise ValueError(TAKEN.format(name=name))
        if present is not None and present in self.controllers:
            self.stop(name)
        self.stopped.pop(name, None)
        self._enter(
            CustomController(name, self.store, self.clock, deepcopy(reconcile), watch)
        )

    def named(self, name: str) -> Controller:
        """A controller that runs. ValueError, with the known ones, if there is none of that name."""
        known = {controller.name: controller for controller in self.controllers}
        if name not in known:
            raise ValueError(UNKNOWN.format(name=name, known="、".join(known)))
        return known[name]

    def stop(self, name: str) -> None:
        """End a controller's process: it hears nothing and forgets what it knew. ValueError if it is unknown."""
        if name in self.stopped:
            return
        found = self.named(name)
        if not isinstance(found, (*PLAIN, CustomController)):
            raise ValueError(STAYS.format(name=name))
        found.informer.detach(self.store)
        for timer in self.clock.pending():
            timer.cancelled |= timer.component == name
        self.controllers = tuple(c for c in self.controllers if c is not found)
        self.stopped[name] = found

    def start(self, name: str) -> None:
        """Start a controller that was stopped: a new process, which looks at everything. ValueError if unknown."""
        if name not in self.stopped:
            self.named(name)
            return
        gone = self.stopped.pop(name)
        if isinstance(gone, CustomController):
            self._enter(
                CustomController(
                    name,
                    self.store,
                    self.clock,
                    gone.reconcile,
                    (*gone.informer.cache,),
                )
            )
        elif isinstance(gone, PLAIN):
            self._enter(type(gone)(self.store, self.clock, gone.priority))

    def _enter(self, controller: Controller) -> None:
        controller.informer.relist(self.store)
        self.controllers = tuple(
            sorted((*self.controllers, controller), key=lambda each: each.priority)
        )
        if isinstance(controller, DaemonSetController):
            self.daemon_sets = controller

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
        """Do all actions that are due by `until` (simulated seconds) and return them."""
        start = len(self.actions)
        with uncollected():
            while self.step(until) is not None:
                pass
        return self.actions[start:]

    def _act(self) -> Action | None:
        timer = self.clock.pop()
        assert timer is not None
        self.turns += 1
        before = self.store.revision
        why = timer.call(*timer.args)
        self.deliver()
        if self.store.revision == before:
            return None
        number = len(self.actions)
        action = Action(
            number,
            self.clock.now,
            timer.component,
            timer.subject,
            before,
            self.store.revision,
            why,
        )
        self.actions.append(action)
        return action

    @contextmanager
    def acting(self, component: str, subject: str) -> Iterator[None]:
        """What is written inside is one action of somebody outside the components; the journal keeps it."""
        entry = Interference(self.turns, self.clock.now, [])
        self.journal.append(entry)
        with self._outside(component, subject, entry.written):
            yield

    def alter(
        self, call: Callable[[System], object], component: str = "", subject: str = ""
    ) -> None:
        """Change the machinery itself. `call` must rest on the system it is given and on plain values alone."""
        self.journal.append(Interference(self.turns, self.clock.now, [], call))
        with self._outside(component, subject, None):
            call(self)

    @contextmanager
    def _outside(
        self, component: str, subject: str, written: list[Written] | None
    ) -> Iterator[None]:
        before, recorder = self.store.revision, self.store.recorder
        self.store.recorder = written
        try:
            yield
        finally:
            self.store.recorder = recorder
            self.deliver()
            if self.store.revision > before:
                action = Action(
                    len(self.actions),
                    self.clock.now,
                    component,
                    subject,
                    before,
                    self.store.revision,
                )
                self.actions.append(action)

    def fork(self, at: int | None = None) -> System:
        """A copy that goes its own way from here, or from where `at` actions were done; objects and past are shared.

        A past moment is lived through again from the start. Raises NotReplayable when that gives another log.
        """
        return (
            deepcopy(self)
            if at is None or at >= len(self.actions)
            else self._replayed(at)
        )

    def _replayed(self, at: int) -> System:
        twin, log = System(*self.origin), self.store.log.changes
        revision = self.actions[at - 1].last if at else self.actions[0].first
        for entry in self.journal:
            twin._turn(entry.turns, revision)
            if twin.store.revision >= revision:
                break
            twin.clock.now = entry.time
            twin._interfere(entry)
        twin._turn(self.turns, revision)
        same = [(c.time, c.object) for c in twin.store.log.changes] == [
            (c.time, c.object) for c in log[:revision]
        ]
        if not same:
            raise NotReplayable(
                f"the log up to revision {revision} was not written through the journal alone"
            )
        twin.actions = self.actions[:at]
        return twin

    def _turn(self, turns: int, revision: int) -> None:
        """Let the components take turns until they had so many, or until the store is at `revision`."""
        while (
            self.turns < turns
            and self.store.revision < revision
            and self.clock.next_time() is not None
        ):
            self._act()

    def _interfere(self, entry: Interference) -> None:
        """Do again what somebody did; what was refused then is refused again."""
        self.journal.append(entry)
        with self._outside("", "", None):
            if entry.call is not None:
                entry.call(self)
            for method, positional, named in entry.written:
                with suppress(ApiError):
                    getattr(self.store, method)(*positional, **named)

    def __deepcopy__(self, memo: dict[int, Any]) -> System:
        twin = System.__new__(System)
        memo[id(self)] = twin
        twin.rng = memo[id(self.rng)] = deepcopy(self.rng)
        twin.clock = memo[id(self.clock)] = Clock(self.clock.now)
        twin.store = memo[id(self.store)] = self.store.copy_for(twin.clock, twin.rng)
        twin.controllers = deepcopy(self.controllers, memo)
        twin.kubelet, twin.scheduler = (
            deepcopy(self.kubelet, memo),
            deepcopy(self.scheduler, memo),
        )
        twin.daemon_sets, twin.stopped = (
            deepcopy(self.daemon_sets, memo),
            deepcopy(self.stopped, memo),
        )
        twin.store.observers = deepcopy(self.store.observers, memo)
        twin.clock.take_over(deepcopy(self.clock.entries(), memo))
        twin.actions = self.actions.copy()
        twin.origin, twin.journal, twin.turns = (
            self.origin,
            self.journal.copy(),
            self.turns,
        )
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
