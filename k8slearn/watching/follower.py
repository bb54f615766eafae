"""Follows the kinds of a cluster: a list by pages, then a watch; after a lost connection all over again.

Kubernetes: client-go/tools/cache/reflector.go, tools/pager
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from random import uniform
from typing import Protocol

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.kind import Kind
from k8slearn.watching.errors import Lost, Silent
from k8slearn.watching.transport import Transport

PAGE = 500
"""Objects in a page of a list. Kubernetes: client-go/tools/pager defaultPageSize"""
AT_ONCE = 4
"""Kinds that are listed at one time: a busy API server serves its controllers first."""
WATCH_SECONDS = 300
"""The server ends a watch after this many seconds to twice as many. Kubernetes: reflector.go, minWatchTimeout"""
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
"""Real seconds between two tries to connect: each is twice the one before. Kubernetes: reflector.go, backoffManager"""
REFUSED = (403, 404, 405)
"""Statuses that another try would not change."""
GONE = 410

TOGETHER = 0.05
"""Real seconds within which writes are collected and sorted: each kind has a watch of its own, so that an effect may
arrive before its cause."""

Write = tuple[str, Object]
"""(ADDED, MODIFIED or DELETED, object)."""
Sleep = Callable[[float], Awaitable[object]]


class Sink(Protocol):
    """Receives what a follower reads."""

    def listed(
        self, row: Kind, objects: Sequence[Object], transport: Transport
    ) -> None:
        """Take in the present list of all objects of a kind."""

    def seen(self, writes: Sequence[Write]) -> None:
        """Take in writes, in their order."""

    def left_out(self, row: Kind, refusal: ApiError) -> None:
        """Note that a kind cannot be read."""

    def whole(self) -> None:
        """All kinds were listed, for the first time or after the connection was lost."""

    def lost(self, why: Exception) -> None:
        """The connection was lost; it will be tried again."""


class Follower:
    """Follows one cluster; `run` goes on until it is cancelled. `dial` connects, reading the credentials anew."""

    def __init__(
        self,
        dial: Callable[[], Transport],
        rows: Sequence[Kind],
        sink: Sink,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._dial = dial
        self._rows = rows
        self._sink = sink
        self._sleep = sleep
        self._pause = FIRST_PAUSE
        self._unlisted: set[str] = set()
        self._arrived: list[Write] = []
        self._failure: Exception | None = None

    async def run(self) -> None:
        """Follow, and connect again whenever the connection is lost."""
        while True:
            try:
                await self._session()
            except Exception as error:
                # Any error: a traceback in a thread would go unseen, and the panel has to say that it stands still.
                self._sink.lost(error)
            # Jitter, so that not all clients of a restarting server come at the same moment.
            await self._sleep(self._pause * uniform(0.8, 1.2))
            self._pause = min(2 * self._pause, LONGEST_PAUSE)

    async def _session(self) -> None:
        """Follow all kinds over one connection, until it is lost."""
        transport = self._dial()
        self._unlisted = {row.kind for row in self._rows}
        turns = asyncio.Semaphore(AT_ONCE)
        following = [
            asyncio.ensure_future(self._follow(transport, row, turns))
            for row in self._rows
        ]
        try:
            # The first failure ends all: they share one connection.
            await asyncio.gather(*following)
        finally:
            for each in following:
                each.cancel()
            await asyncio.gather(*following, return_exceptions=True)
            await transport.close()
        # All kinds were refused.
        raise Lost("")

    async def _follow(
        self, transport: Transport, row: Kind, turns: asyncio.Semaphore
    ) -> None:
        """Follow one kind, until the connection is lost or the kind is refused."""
        while True:
            try:
                async with turns:
                    objects, version = await self._list(transport, row)
            except ApiError as refusal:
                if refusal.code not in REFUSED:
                    raise Lost(refusal.message) from None
                self._sink.left_out(row, refusal)
                return self._done(row)
            # Collected writes are older than the list.
            self._hand_on()
            self._sink.listed(row, objects, transport)
            self._done(row)
            try:
                await self._watch(transport, row, version)
            except Lost:
                # Perhaps only this stream was cut off; otherwise the next list fails.
                pass
            except ApiError as refusal:
                if refusal.code in REFUSED:
                    # A kind that may be listed and not watched would soon be out of date.
                    return self._sink.left_out(row, refusal)
            await self._sleep(FIRST_PAUSE)

    def _collect(self, kind_of_change: str, o: Object) -> None:
        if self._failure is not None:
            # Raised here, it ends the session; raised in the timer's callback, it would be lost.
            failure, self._failure = self._failure, None
            raise failure
        if not self._arrived:
            asyncio.get_running_loop().call_later(TOGETHER, self._hand_on_later)
        self._arrived.append((kind_of_change, o))

    def _hand_on_later(self) -> None:
        try:
            self._hand_on()
        except Exception as error:
            self._failure = error

    def _hand_on(self) -> None:
        """Hand on the collected writes of all kinds, ordered by resourceVersion, which is etcd's count of writes."""
        arrived = sorted(self._arrived, key=_version)
        self._arrived = []
        if arrived:
            self._sink.seen(arrived)

    def _done(self, row: Kind) -> None:
        """A kind was listed or refused; after the last one, tell the sink that all are."""
        if row.kind not in self._unlisted:
            return
        self._unlisted.discard(row.kind)
        if not self._unlisted:
            self._pause = FIRST_PAUSE
            self._sink.whole()

    async def _list(self, transport: Transport, row: Kind) -> tuple[list[Object], str]:
        """All objects of a kind, and the version to watch from."""
        query = {"limit": str(PAGE)}
        objects: list[Object] = []
        while True:
            try:
                page = await transport.get(path_of(row), query)
            except ApiError as error:
                if error.code != GONE or "limit" not in query:
                    raise
                # 410: the next page came too late. All in one answer then, as client-go does.
                objects, query = [], {}
                continue
            for o in page.get("items") or ():
                # The items of a list lack apiVersion and kind.
                objects.append({"apiVersion": row.api_version, "kind": row.kind, **o})
            following = page["metadata"].get("continue")
            if not following:
                return objects, str(page["metadata"].get("resourceVersion", ""))
            query = {"limit": str(PAGE), "continue": following}

    async def _watch(self, transport: Transport, row: Kind, version: str) -> None:
        """Watch a kind and collect its writes; returns when a new list is needed."""
        while True:
            query = {
                "watch": "true",
                "resourceVersion": version,
                "allowWatchBookmarks": "true",
                "timeoutSeconds": str(int(uniform(1, 2) * WATCH_SECONDS)),
            }
            try:
                async for line in transport.lines(path_of(row), query):
                    event = json.loads(line)
                    o = event["object"]
                    if event["type"] == "ERROR":
                        return
                    version = str(o["metadata"]["resourceVersion"])
                    if event["type"] != "BOOKMARK":
                        self._collect(event["type"], o)
            except Silent:
                # The connection may be dead; a new watch shows it.
                continue
            except ValueError as error:
                # The line was cut off.
                raise Lost(str(error)) from None
            except ApiError as error:
                if error.code == GONE:
                    return
                raise
            # Without a pause, a server that ends every watch at once would be asked incessantly.
            await self._sleep(FIRST_PAUSE)


def _version(write: Write) -> int:
    version = str(write[1]["metadata"].get("resourceVersion", ""))
    # Other servers may have versions that are no numbers; then the order of arrival stays.
    return int(version) if version.isdigit() else 0


def path_of(row: Kind) -> str:
    """The path that lists all objects of a kind."""
    root = "apis" if row.group else "api"
    return f"/{root}/{row.api_version}/{row.plural}"
