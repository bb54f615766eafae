"""The control plane: all components wired to one store and one clock, and the loop that lets them act in turn.

What always holds: at one moment of simulated time the component of the lowest priority goes first; after each action
every component has heard of it (unless its cache lags); the journal has everything that came from outside, so that any
past moment can be lived through again; nobody but the clock's own methods moves time, and it never goes back.
"""

from __future__ import annotations

import sys
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from copy import deepcopy
from typing import Any

from k8slearn.apimachinery.cycles import uncollected
from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.log import Failure
from k8slearn.apimachinery.window import Window
from k8slearn.apiserver.backup import Backup
from k8slearn.apiserver.plugins import DEFAULT, Settings
from k8slearn.apiserver.registry import Registry, Written
from k8slearn.apiserver.store import Store
from k8slearn.chance import Chance
from k8slearn.clock import Clock, Timer
from k8slearn.components import COMPONENTS, DECLARED, Component, new_component
from k8slearn.controllers.custom import CustomController, Reconcile
from k8slearn.controllers.informer import Informers
from k8slearn.controllers.runtime import Controller
from k8slearn.journal import (
    HOUR,
    Action,
    Interference,
    Lock,
    NotReplayable,
    Origin,
    check_relived,
    first_revision,
)
from k8slearn.kubelet.kubelet import Kubelet
from k8slearn.locale import controlplane as words
from k8slearn.mistakes import WrongValueError

USER = "user"
"""The actor of every write that no component makes: the learner, through Python, the lab or kubectl."""


class ControlPlane:
    """The machinery of a cluster. Chance and locks are handed in; `start` is the simulated second that it begins at.

    So many writes as `history` says are remembered, and what each moment among them needs; None: all. Who has let go of
    something cannot live through the past again.

    `kubelet` is a key of `components.PACES`. `new_lock` makes a re-entrant lock: each fork has one of its own. Whoever
    reads things that belong together holds `lock` meanwhile; every method here takes it by itself.
    """

    def __init__(
        self,
        rng: Chance,
        kubelet: str,
        new_lock: Callable[[], Lock],
        start: float = 0.0,
        history: int | None = None,
        settings: Settings = DEFAULT,
        backup: Backup | None = None,
    ) -> None:
        self.history = history
        self.origin = Origin(deepcopy(rng), kubelet, new_lock, start, settings, backup)
        self.lock = new_lock()
        self.journal: list[Interference] = []
        self.turns = 0
        self.actions: Window[Action] = Window()
        self.rng = rng
        self.clock = Clock(start)
        self.store = Store(self.clock)
        self.registry = Registry(self.store, rng, settings)
        self.controllers = tuple(self._new(component) for component in COMPONENTS)
        in_step = [controller.informer for controller in self.controllers]
        self.informers = Informers(self.store, in_step)
        self.stopped: dict[str, Controller] = {}
        if backup is not None:
            self._resume(backup)

    def _resume(self, backup: Backup) -> None:
        """Go on where a backup was taken: nothing in it is new to anybody."""
        self.store.restore(backup.objects, backup.revision)
        for name in backup.idle:
            self.stop(name)
        for controller in self.controllers:
            controller.resume()
        self.informers.relist()

    def _new(self, component: Component) -> Controller:
        pace = self.origin.kubelet
        return new_component(component, self.registry, self.clock, self.rng, pace)

    @property
    def kubelet(self) -> Kubelet:
        """The kubelet of all Nodes."""
        kubelet = self.named("kubelet")
        assert isinstance(kubelet, Kubelet)
        return kubelet

    # Components ------------------------------------------------------------------------------------------------

    @property
    def failures(self) -> list[Failure]:
        """What went wrong in the components that run, oldest first."""
        found: list[Failure] = []
        for controller in self.controllers:
            # As a list: a panel asks for all of them at each redraw.
            found += controller.failures.kept[1]
        return sorted(found, key=lambda failure: failure.revision)

    def named(self, name: str) -> Controller:
        """A controller that runs. ValueError, with the known ones, if there is none of that name."""
        known = {controller.name: controller for controller in self.controllers}
        if name not in known:
            listed = "、".join(known)
            raise WrongValueError(words.UNKNOWN.format(name=name, known=listed))
        return known[name]

    def add(self, name: str, reconcile: Reconcile, watch: Sequence[str]) -> None:
        """Add a controller that is one function; one of this name that was added before goes. ValueError if taken."""
        if name in DECLARED:
            raise WrongValueError(words.TAKEN.format(name=name))
        if any(controller.name == name for controller in self.controllers):
            self.stop(name)
        self.stopped.pop(name, None)
        # The function may have a state of its own: two forks that go through the same journal must not share it.
        self._enter(self._custom(name, deepcopy(reconcile), watch))

    def stop(self, name: str) -> None:
        """End a controller's process: it hears nothing and forgets what it knew. ValueError if it is unknown."""
        if name in self.stopped:
            return
        controller = self.named(name)
        if name in DECLARED and not DECLARED[name].stoppable:
            raise WrongValueError(words.STAYS.format(name=name))
        self.informers.remove(controller.informer)
        for timer in self.clock.pending():
            if timer.component == name:
                timer.cancelled = True
        self.controllers = tuple(c for c in self.controllers if c is not controller)
        self.stopped[name] = controller

    def start(self, name: str) -> None:
        """Start a controller that was stopped: a new process, which looks at everything. ValueError if unknown."""
        if name not in self.stopped:
            self.named(name)
            return
        gone = self.stopped.pop(name)
        if isinstance(gone, CustomController):
            watch = tuple(gone.informer.cache)
            self._enter(self._custom(name, gone.reconcile, watch))
        else:
            self._enter(self._new(DECLARED[name]))

    def _custom(
        self, name: str, reconcile: Reconcile, watch: Sequence[str]
    ) -> CustomController:
        about = (self.registry, self.clock)
        return CustomController(name, *about, reconcile=reconcile, watch=watch)

    def _enter(self, controller: Controller) -> None:
        self.informers.add(controller.informer)
        everyone = (*self.controllers, controller)
        self.controllers = tuple(sorted(everyone, key=lambda each: each.priority))

    # Time ------------------------------------------------------------------------------------------------------

    @property
    def now(self) -> float:
        """Simulated seconds."""
        return self.clock.now

    def next_time(self) -> float | None:
        """The simulated second at which the next component acts, None when all is quiet."""
        with self.lock:
            return self.clock.next_time()

    @property
    def quiet(self) -> bool:
        """Whether nothing is left to do unless somebody changes something."""
        return self.next_time() is None

    def step(self) -> Action | None:
        """One action of one component; time jumps to it. None when nothing is left to do within an hour."""
        return self.step_until(self.now + HOUR)

    def step_until(self, end: float) -> Action | None:
        """The next action that is due by `end` (simulated seconds) and writes something; None if there is none."""
        with self.lock:
            while (timer := self.clock.pop_until(end)) is not None:
                action = self._act(timer)
                if action is not None:
                    return action
            return None

    def step_within(self, seconds: float) -> Action | None:
        """The next action if it is due within so many simulated seconds; else the seconds pass and nothing happens."""
        with self.lock:
            end = self.now + seconds
            action = self.step_until(end)
            if action is None:
                self.clock.pass_until(end)
            return action

    def pass_until(self, end: float) -> bool:
        """Let time pass up to `end` (simulated seconds), unless something is due by then; whether it did."""
        with self.lock:
            return self.clock.pass_until(end)

    def live_through(self, turns: int, end: float) -> None:
        """Let the components take turns until they had so many, then let time pass up to `end`."""
        with self.lock, uncollected():
            self._turn(turns, sys.maxsize)
            self.clock.pass_until(end)

    def settle(self) -> list[Action]:
        """Let everything happen that is due now; time stands still."""
        return self._run_until(self.now)

    def run(self, seconds: float) -> list[Action]:
        """Let so many simulated seconds pass."""
        with self.lock:
            end = self.now + seconds
            done = self._run_until(end)
            self.clock.pass_until(end)
            return done

    def run_until_quiet(self, limit: float = 600.0) -> list[Action]:
        """Let time pass until nothing is left to do, `limit` simulated seconds at most."""
        return self._run_until(self.now + limit)

    def _run_until(self, end: float) -> list[Action]:
        with self.lock, uncollected():
            start = len(self.actions)
            while (timer := self.clock.pop_until(end)) is not None:
                self._act(timer)
            return self.actions[start:]

    def _act(self, timer: Timer) -> Action | None:
        self.turns += 1
        before = self.store.revision
        why = timer.call(*timer.args)
        # Where nothing was written there is no news: what a lag held back arrives by timers of its own.
        if self.store.revision == before:
            return None
        self.informers.deliver()
        return self._note(timer.component, timer.subject, before, why)

    def _note(
        self, component: str, subject: str, before: int, why: Any = None
    ) -> Action | None:
        """The action that has written all since revision `before`, kept in `actions`; None if that is nothing."""
        last = self.store.revision
        if last == before:
            return None
        number = len(self.actions)
        action = Action(number, self.clock.now, component, subject, before, last, why)
        self.actions.append(action)
        if self.history is not None:
            self._let_go(self.history)
        return action

    def _let_go(self, history: int) -> None:
        """Forget what is older than so many writes, or more than there is room for."""
        oldest = self.store.log.surplus(history)
        if not oldest:
            return
        self.registry.owners.release(oldest)
        # An action stays as long as all that it wrote does, and the moment before.
        first, actions = self.actions.kept
        self.actions.release(
            first + bisect_left(actions, self.store.log.oldest, key=first_revision)
        )
        # It is good for living through everything again from the start, and that is over.
        self.journal.clear()

    # From outside ----------------------------------------------------------------------------------------------

    @contextmanager
    def acting(self, component: str, subject: str) -> Iterator[None]:
        """What is written inside is one action of somebody outside the components; the journal keeps it."""
        with self.lock:
            written: list[Written] = []
            entry = Interference(self.turns, self.now, written)
            self.journal.append(entry)
            with self._outside(component, subject, written):
                yield

    def alter(
        self,
        call: Callable[[ControlPlane], object],
        component: str = "",
        subject: str = "",
    ) -> None:
        """Change the machinery itself. `call` must rest on the control plane it is given and on plain values alone."""
        with self.lock:
            entry = Interference(turns=self.turns, time=self.now, written=[], call=call)
            self.journal.append(entry)
            # Not recorded: to live through it again, `call` is called again.
            with self._outside(component, subject, None):
                call(self)

    @contextmanager
    def _outside(
        self, component: str, subject: str, written: list[Written] | None
    ) -> Iterator[None]:
        before = self.store.revision
        recorder = self.registry.recorder
        self.registry.recorder = written
        try:
            yield
        finally:
            self.registry.recorder = recorder
            self.informers.deliver()
            self._note(component, subject, before)

    # Forks -----------------------------------------------------------------------------------------------------

    def fork(self, at: int | None = None) -> ControlPlane:
        """A copy that goes its own way from here, or from where `at` actions were done; objects and past are shared.

        A past moment is lived through again from the start. Raises NotReplayable when that gives another log.
        """
        with self.lock:
            if at is None or at >= len(self.actions):
                return deepcopy(self)
            if self.store.log.oldest > self.origin.revision:
                raise NotReplayable(words.RELEASED)
            return self._replayed(at)

    def _replayed(self, at: int) -> ControlPlane:
        origin = self.origin
        about = (origin.kubelet, origin.new_lock, origin.start, None, origin.settings)
        twin = ControlPlane(deepcopy(origin.rng), *about, origin.backup)
        revision = self.actions[at - 1].last if at else self.actions[0].first
        for entry in self.journal:
            twin._turn(entry.turns, revision)
            if twin.store.revision >= revision:
                break
            twin.clock.pass_until(entry.time)
            twin._interfere(entry)
        twin._turn(self.turns, revision)
        twin.history = self.history
        check_relived(self.store.log, twin.store.log, revision)
        twin.actions = Window(self.actions[:at])
        return twin

    def _turn(self, turns: int, revision: int) -> None:
        """Let the components take turns until they had so many, or until the store is at `revision`."""
        while self.turns < turns and self.store.revision < revision:
            timer = self.clock.pop()
            if timer is None:
                return
            self._act(timer)

    def _interfere(self, entry: Interference) -> None:
        """Do again what somebody did; what was refused then is refused again."""
        self.journal.append(entry)
        with self._outside("", "", None):
            if entry.call is not None:
                entry.call(self)
            for method, positional, named in entry.written:
                write = getattr(self.registry, method)
                with suppress(ApiError):
                    write(*positional, **named)

    def __deepcopy__(self, memo: dict[int, Any]) -> ControlPlane:
        twin = ControlPlane.__new__(ControlPlane)
        memo[id(self)] = twin
        twin.origin = self.origin
        twin.history = self.history
        twin.lock = self.origin.new_lock()
        twin.turns = self.turns
        twin.journal = self.journal.copy()
        twin.actions = self.actions.copy()
        # What the components hold comes before them: copied as part of one, the store would bring along the whole
        # log, and the clock the components themselves, which are the owners of the calls that it is to make.
        twin.rng = deepcopy(self.rng)
        memo[id(self.rng)] = twin.rng
        twin.clock = Clock(self.now)
        memo[id(self.clock)] = twin.clock
        twin.store = self.store.copy_for(twin.clock, memo)
        twin.registry = Registry(twin.store, twin.rng, self.origin.settings)
        twin.registry.owners.take_over(self.registry.owners)
        twin.registry.renewals = self.registry.renewals.copy()
        memo[id(self.registry)] = twin.registry
        twin.controllers = deepcopy(self.controllers, memo)
        twin.stopped = deepcopy(self.stopped, memo)
        twin.informers = deepcopy(self.informers, memo)
        # Queues and timers belong to the components: they find the copies in `memo`, so they come last.
        twin.store.queues = deepcopy(self.store.queues, memo)
        twin.clock.take_over(deepcopy(self.clock.entries(), memo))
        return twin
