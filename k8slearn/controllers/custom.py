"""A controller that somebody writes on top of the model: one function that compares what is with what should be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from linecache import getline
from types import TracebackType
from typing import Any

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.log import Change, select
from k8slearn.apimachinery.objects import Key, Object, copied
from k8slearn.apiserver.client import typed
from k8slearn.apiserver.registry import Registry
from k8slearn.clock import Clock
from k8slearn.controllers.informer import Cache
from k8slearn.controllers.runtime import Controller
from k8slearn.kinds import resource
from k8slearn.locale import controllers as words

# After all controllers that put things right, and before the Pod garbage collector: it sees what the others made of it.
PRIORITY = 55
# Small beside what a kubelet takes to start a container, and ten calls a simulated second at most.
PAUSE = 0.1
# A function that converges never needs 30 calls in a row that all write; beyond that ten minutes are 60 calls at most.
LONG_PAUSE = 10.0
PATIENCE = 30
# One key for everything: level-triggered to the last, a call is not told what has changed.
KEY = "all"


class ControllerApi:
    """What the function is given: objects as the controller's cache has them, and writes that go to the API server.

    `heard` are the changes that reached the controller since the last call; after a start, everything there is.
    All objects are copies. In client-go they are the cache's own, and to change one is a mistake that nothing shows.
    """

    def __init__(self, controller: CustomController, heard: Sequence[Change]) -> None:
        self._controller = controller
        self.heard = tuple(map(_own, heard))

    @property
    def now(self) -> float:
        """Simulated seconds."""
        return self._controller.clock.now

    def get(
        self,
        kind: str,
        name: str,
        namespace: str = "default",
    ) -> Object | None:
        """One object out of the cache, None where there is none."""
        row = resource(kind)
        place = namespace if row.namespaced else ""
        return copied(self._cache(row.kind).get((row.kind, place, name)))

    def list(
        self,
        kind: str,
        selector: str = "",
        namespace: str | None = None,
    ) -> list[Object]:
        """The objects of a kind out of the cache, by namespace and name; `selector` as in `kubectl get -l`."""
        objects = []
        for (_, place, _), o in sorted(self._cache(resource(kind).kind).items()):
            if namespace in (None, place):
                objects.append(o)
        return copied(select(objects, selector))

    def create(self, o: Object) -> Object:
        """Create an object. Raises ApiError; one that is not caught has the controller called again later."""
        return copied(self._controller.client.create(typed(o)))

    def patch(
        self,
        kind: str,
        name: str,
        patch: Any,
        *,
        namespace: str = "default",
        type: str = "merge",
    ) -> Object:
        """Patch an object; `type` is merge, strategic or json. Raises ApiError."""
        row = resource(kind)
        client = self._controller.client
        old = client.require(row.kind, name, namespace if row.namespaced else "")
        return copied(client.patch(old, patch, type))

    def delete(
        self,
        kind: str,
        name: str,
        *,
        namespace: str = "default",
    ) -> Object:
        """Delete an object. Raises ApiError NotFound."""
        row = resource(kind)
        place = namespace if row.namespaced else ""
        return copied(self._controller.client.delete(row.kind, name, place))

    def again_in(self, seconds: float) -> None:
        """Have the controller called again in so many simulated seconds, whatever happens."""
        self._controller.enqueue_after(KEY, seconds)

    def _cache(self, kind: str) -> Cache[Key, Object]:
        cache = self._controller.informer.cache
        if kind not in cache:
            text = words.NOT_WATCHED.format(
                name=self._controller.name,
                kind=kind,
                watched="、".join(cache),
            )
            raise ValueError(text)
        return cache[kind]


def _own(change: Change) -> Change:
    """A change whose objects somebody else may change."""
    return change._replace(
        object=copied(change.object), previous=copied(change.previous)
    )


Reconcile = Callable[[ControllerApi], Any]


class CustomController(Controller):
    """Calls `reconcile` when something changed among the kinds it watches; what that returns is the action's `why`.

    Between two calls there is at least a tenth of a simulated second, after 30 calls that all wrote something 10
    seconds, so that one that wakes itself up can neither stop time nor fill the log. `failures` are the refusals and
    the mistakes of its own that it did not catch, each in one sentence with the line that it comes from.
    """

    def __init__(
        self,
        name: str,
        registry: Registry,
        clock: Clock,
        reconcile: Reconcile,
        watch: Sequence[str],
    ) -> None:
        """A controller that watches these kinds, named in any way that kubectl knows."""
        self.name = name
        self.kinds = [resource(kind).kind for kind in watch]
        super().__init__(registry, clock, PRIORITY)
        self.reconcile = reconcile
        self.heard: Cache[int, Change] = Cache()
        self.next_call = 0.0
        self.in_a_row = 0
        for kind in self.kinds:
            self.informer.on(kind, self.hear)
        self.enqueue(KEY)

    def hear(self, change: Change) -> None:
        """A change has reached the cache."""
        self.heard[len(self.heard)] = change
        self.enqueue(KEY)

    def enqueue(self, key: str) -> None:
        """As every controller, but not sooner than a pause after the call before."""
        if key not in self._queued:
            self._queued.add(key)
            due = max(self.clock.now, self.next_call)
            self._schedule(due, key, self._process)

    def sync(self, key: str) -> Any:
        """Let the function decide and act."""
        before = self.client.revision
        heard = [*self.heard.values()]
        # Emptied before the call: what the function itself writes is news for the next one.
        self.heard = Cache()
        try:
            return self.reconcile(ControllerApi(self, heard))
        finally:
            wrote = self.client.revision > before
            self.in_a_row = self.in_a_row + 1 if wrote else 0
            pause = PAUSE if self.in_a_row < PATIENCE else LONG_PAUSE
            self.next_call = self.clock.now + pause

    def _note(self, subject: str, error: Exception) -> None:
        # Its one key says nothing to whoever reads this.
        self._keep_failure("", _told(error, self.reconcile))


def _told(error: Exception, reconcile: Reconcile) -> str:
    """A refusal as it is; what else went wrong as a sentence with the line of the function where it happened."""
    if isinstance(error, ApiError):
        return str(error)
    place = _own_line(error.__traceback__, reconcile.__module__)
    wrong = f"{type(error).__name__}: {error}"
    if place is None:
        return words.BROKEN.format(error=wrong)
    line, code = place
    return words.BROKEN_AT.format(line=line, code=code, error=wrong)


def _own_line(trace: TracebackType | None, module: str) -> tuple[int, str] | None:
    """Number and text of the innermost line that is in the module of whoever wrote the function; None if there is none.

    What lies deeper is our code or a library's: a learner can do nothing about it.
    """
    found = None
    while trace is not None:
        frame = trace.tb_frame
        if frame.f_globals.get("__name__") == module:
            found = trace.tb_lineno, frame
        trace = trace.tb_next
    if found is None:
        return None
    line, frame = found
    # A notebook's cells are known to linecache as files are.
    code = getline(frame.f_code.co_filename, line, frame.f_globals)
    return line, code.strip()
