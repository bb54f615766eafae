"""An API server for watching, in process, which can be made silent, restarted and made to refuse requests."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from typing import Any

from k8slearn.apimachinery.errors import ApiError, expired, failure
from k8slearn.cluster import Cluster
from k8slearn.http.types import Response
from k8slearn.watching.about import Context
from k8slearn.watching.connected import WatchedCluster
from k8slearn.watching.errors import Lost, Silent
from tests.support.api_client import Client

TURN = 0.002
CONTEXT = Context("prod", "alice", "default", "https://prod:6443")


class ApiServer:
    """`requests` counts lists and watches by path. `refuse` are the errors to answer with, by path."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.client = Client(cluster)
        self.requests: Counter[tuple[str, str]] = Counter()
        self.refuse: Callable[[str, dict[str, str]], ApiError | None] = lambda *_: None
        self.up = True
        # A watch that began in an earlier life ends, by the timeout Silent if `silent`.
        self.life = 0
        self.silent = False
        self.dials = 0

    def dial(self) -> Connection:
        self.dials += 1
        return Connection(self)

    def restart(self, cluster: Cluster | None = None) -> None:
        """End all watches, and serve another cluster from now on if one is given."""
        self.life += 1
        if cluster is not None:
            self.cluster, self.client = cluster, Client(cluster)

    def watched(self, **options: Any) -> WatchedCluster:
        """A cluster as `connect` returns it, with very short pauses."""
        return WatchedCluster(self.dial, CONTEXT, sleep=short, **options)


async def short(seconds: float) -> None:
    """Sleep a thousandth of `seconds`."""
    await asyncio.sleep(max(seconds / 1000, TURN))


class Connection:
    """A transport for one client."""

    server = CONTEXT.server

    def __init__(self, server: ApiServer) -> None:
        self._server = server
        self.skew = 0.0

    def _ask(self, verb: str, path: str, query: dict[str, str]) -> Any:
        server = self._server
        if not server.up:
            raise Lost("connection refused")
        server.requests[verb, path] += 1
        refused = server.refuse(path, query)
        if refused is not None:
            raise refused
        answer = server.client.ask("GET", path, **query)
        if isinstance(answer, Response) and answer.code >= 400:
            raise ApiError(json.loads(answer.payload()))
        return answer

    async def get(self, path: str, query: dict[str, str]) -> Any:
        return json.loads(self._ask("list", path, query).payload())

    async def lines(self, path: str, query: dict[str, str]) -> AsyncIterator[bytes]:
        watch = self._ask("watch", path, query)
        life = self._server.life
        data = watch.first()
        while True:
            for line in data.splitlines():
                yield line
            if not self._server.up:
                raise Lost("connection reset")
            if watch.over or life != self._server.life:
                if self._server.silent:
                    raise Silent
                return
            await asyncio.sleep(TURN)
            data = watch.news()

    async def close(self) -> None:
        pass


def same(watched: WatchedCluster, cluster: Cluster, *kinds: str) -> bool:
    """Whether the watched objects equal those of the cluster."""
    kinds = kinds or ("Node", "Pod", "DaemonSet", "ControllerRevision", "Event")
    with watched.lock:
        return all(
            versions(watched.store.list(kind)) == versions(cluster.list(kind))
            for kind in kinds
        )


def versions(objects: list[Any]) -> set[tuple[str, str]]:
    return {(o["metadata"]["uid"], o["metadata"]["resourceVersion"]) for o in objects}


def forbidden(kind: str) -> ApiError:
    return failure(403, "Forbidden", f"{kind} is forbidden: User cannot list {kind}")


def gone() -> ApiError:
    return expired("The provided continue parameter is too old")
