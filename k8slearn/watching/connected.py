"""A real cluster as the lab watches it: what was read of it, and the state of the connection."""

from __future__ import annotations

import asyncio
import json
import threading
import weakref
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.objects import Key, Object, is_deleting, key
from k8slearn.files import replace
from k8slearn.kinds.kind import Kind
from k8slearn.locale import watching as words
from k8slearn.pacing import seconds_now
from k8slearn.watching.about import About, Context, clock_time, left_out_text
from k8slearn.watching.actors import actor_of, deleted_pod, likely_deleter
from k8slearn.watching.background import Background
from k8slearn.watching.errors import NotConnected
from k8slearn.watching.follower import Follower, Sleep, Write
from k8slearn.watching.kinds import rows_read
from k8slearn.watching.kubeconfig import load_context
from k8slearn.watching.transport import LightkubeTransport, Transport
from k8slearn.watching.watch_log import LISTED, SEEN, Sightings

UNMATCHED = 1_000
"""The most Events of deletions that are kept until the Pod's deletion is seen; of some Pods it never is."""


def connect(
    context: str | None = None,
    *,
    kubeconfig: str | Path | None = None,
    history: int = SEEN,
) -> WatchedCluster:
    """Connect to your own cluster, read-only, for `Lab(connect())`.

    `context` is one of the kubeconfig's (None: the current one); `kubeconfig` a file (None: as kubectl finds it).
    The last `history` writes are kept, to go back to. Raises NotConnected with the reason in one sentence.
    """
    config = load_context(context, kubeconfig)
    names = Context(
        cluster=config.context.cluster,
        user=config.context.user or words.NONE,
        namespace=config.namespace,
        server=config.cluster.server,
    )

    def dial() -> Transport:
        nonlocal config
        # Read again each time: tokens, certificates and addresses may change while a cluster is away.
        with suppress(NotConnected):
            config = load_context(context, kubeconfig)
        return LightkubeTransport(config)

    return WatchedCluster(dial, names, history=history)


class WatchedCluster(Sightings):
    """A real cluster and what was read of it since all kinds were first listed; nothing is ever written to it.

    The constructor returns when all kinds have been listed once. Raises NotConnected when that fails.
    """

    def __init__(
        self,
        dial: Callable[[], Transport],
        context: Context,
        *,
        rows: Sequence[Kind] = (),
        history: int = SEEN,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        super().__init__(history=history)
        self.context = context
        self.rows = rows or rows_read()
        self.lost_since: float | None = None
        """When the connection was lost, by the cluster's clock; None while there is one."""
        self.refusals: dict[str, ApiError] = {}
        """The kinds that could not be read, each with the server's answer."""
        self._deleters: dict[Key, str] = {}
        self._skew = 0.0
        self._why_lost = ""
        self._back = ""
        self._settled = threading.Event()
        self._failure: Exception | None = None
        # A weak reference: once the cluster is not used any more, it is no longer followed.
        follower = Follower(dial, self.rows, weakref.proxy(self), sleep)
        self._background = Background(follower.run())
        self.close = weakref.finalize(self, self._background.end)
        self._wait()

    def _wait(self) -> None:
        try:
            self._settled.wait()
        except BaseException:
            # Also after Ctrl-C nothing goes on in the background.
            self.close()
            raise
        if self._failure is not None:
            self.close()
            raise NotConnected(self._first_failure(self._failure)) from None

    def _first_failure(self, failure: Exception) -> str:
        if len(self.refusals) < len(self.rows):
            return str(failure) or repr(failure)
        refusal = next(iter(self.refusals.values()))
        return words.FORBIDDEN.format(
            server=self.context.server, code=refusal.code, error=refusal.message
        )

    # What a panel asks -----------------------------------------------------------------------------------------

    @property
    def now(self) -> float:
        """Seconds since 2026 began, by the cluster's clock."""
        return seconds_now() + self._skew

    @property
    def alive(self) -> bool:
        """Whether the cluster is still followed."""
        return self._background.alive

    def about(self) -> About:
        """Which cluster it is, and how complete and recent what is shown is; the caller holds the lock."""
        notices = []
        if self.lost_since is not None:
            time = clock_time(self.lost_since - self._skew)
            notices.append(words.LOST.format(time=time, error=self._why_lost))
        elif self._back:
            notices.append(self._back)
        left_out = left_out_text(self.refusals)
        if left_out:
            notices.append(left_out)
        began = self.began - self._skew
        limits = words.LIMITS.format(time=clock_time(began))
        lost = self.lost_since is not None
        return About(self.context.header(began), tuple(notices), limits, lost)

    def dump(self, path: str | Path | None = None) -> Any:
        """All objects as a List, as `kubectl get … -o json` prints it; with `path`, write it there and return the Path.

        Secrets and ConfigMaps are missing, since they are never read.
        """
        with self.lock:
            items = self.store.objects()
        listed = {"apiVersion": "v1", "kind": "List", "items": list(items)}
        if path is None:
            return listed
        target = Path(path)
        replace(target, json.dumps(listed, ensure_ascii=False, indent=1).encode())
        return target

    def __repr__(self) -> str:
        return self.context.header(self.began - self._skew)

    # What the follower tells -----------------------------------------------------------------------------------

    def listed(
        self, row: Kind, objects: Sequence[Object], transport: Transport
    ) -> None:
        """Take in the present list of all objects of a kind."""
        with self.lock:
            self._skew = transport.skew
            self.refusals.pop(row.kind, None)
            if not self.began:
                for o in objects:
                    self.store.add(self.now, "", LISTED, o)
                return
            self._compare(row, objects)
        self.tell(None)

    def _compare(self, row: Kind, objects: Sequence[Object]) -> None:
        """Record the differences between a new list and what was known before."""
        gone = set(self.store.places(row.kind))
        for o in objects:
            gone.discard(key(o))
            # A new object was made at some time meanwhile, not now.
            self._take_in(LISTED, o)
        for kind, namespace, name in gone:
            last = self.store.get(kind, name, namespace)
            if last is not None:
                self._take_in("DELETED", last)

    def _take_in(self, kind_of_change: str, o: Object) -> None:
        kind, namespace, name = key(o)
        before = self.store.get(kind, name, namespace)
        if before is not None and before["metadata"]["uid"] != o["metadata"]["uid"]:
            # Another object of this name: the deletion of the first was not seen.
            self.take(self.now, words.SOMEBODY, "DELETED", before)
            before = None
        if before is not None and kind_of_change != "DELETED":
            kind_of_change = "MODIFIED"
        actor = actor_of(kind_of_change, o, before)
        if before is not None and is_deleting(o) and not is_deleting(before):
            if actor == words.SOMEBODY and kind == "Pod":
                actor = likely_deleter(o, self.store)
            actor = self._deleters.pop(key(o), actor)
        news = self.take(self.now, actor, kind_of_change, o)
        if news is not None and kind == "Event":
            self._credit_of(o, actor)

    def _credit_of(self, event: Object, actor: str) -> None:
        """Credit a Pod's deletion to `actor` by the Event about it, which comes a moment before or after."""
        deleted = deleted_pod(event)
        if deleted is None or self.credit(deleted, actor):
            return
        self._deleters[deleted] = actor
        if len(self._deleters) > UNMATCHED:
            # The oldest one, since a dict keeps the order of insertion.
            del self._deleters[next(iter(self._deleters))]

    def seen(self, writes: Sequence[Write]) -> None:
        """Take in writes, in their order."""
        with self.lock:
            for kind_of_change, o in writes:
                self._take_in(kind_of_change, o)
        self.tell(None)

    def left_out(self, row: Kind, refusal: ApiError) -> None:
        """Note that a kind cannot be read."""
        with self.lock:
            self.refusals[row.kind] = refusal
        self.tell(None)

    def whole(self) -> None:
        """All kinds were listed: the history begins here, or the connection is back."""
        with self.lock:
            # With every kind refused there is nothing to show.
            if len(self.refusals) == len(self.rows):
                return
            if not self.began:
                self.begin(self.now)
            elif self.lost_since is not None:
                away = self.now - self.lost_since
                time = clock_time(self.now - self._skew)
                self._back = words.BACK.format(time=time, seconds=away)
                self.lost_since = None
        self._settled.set()
        self.tell(None)

    def lost(self, why: Exception) -> None:
        """The connection was lost; it will be tried again."""
        if not self._settled.is_set():
            self._failure = why
            self._settled.set()
            return
        self._why_lost = str(why) or repr(why)
        if self.lost_since is None:
            self.lost_since = self.now
        self.tell(None)
