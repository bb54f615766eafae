"""Wraps a client of an API for the lab: the writes that its watch has seen become the cluster's history."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import Object, key
from k8slearn.apiserver.verbs import Verbs
from k8slearn.kinds import BY_KIND
from k8slearn.lab.protocols import (
    KubernetesClient,
    ReadOnlyCluster,
    ShownCluster,
    SimulatedCluster,
)
from k8slearn.pacing import seconds_now
from k8slearn.watching.actors import actor_of
from k8slearn.watching.watch_log import Sightings


def shown_cluster(
    given: SimulatedCluster | ReadOnlyCluster | KubernetesClient,
) -> ShownCluster:
    """The cluster itself if it can be shown, or a Reflector of the client."""
    if isinstance(given, (SimulatedCluster, ReadOnlyCluster)):
        return given
    return Reflector(given)


class Reflector(Sightings, Verbs):
    """A client, and all that its watch has seen."""

    def __init__(self, client: KubernetesClient) -> None:
        super().__init__(getattr(client, "lock", None))
        self.client = client
        # A model's client has `now`, and its history begins at 0; otherwise it begins now.
        self.store.log.began = 0.0 if hasattr(client, "now") else self.now
        with self.lock:
            self.end = client.subscribe(self._take)
            for kind in BY_KIND:
                self._take_list(kind)

    def _take_list(self, kind: str) -> None:
        """Take in the existing objects of a kind; kinds that the server does not know are left out."""
        with suppress(ApiError):
            for o in self.client.list(kind):
                # The watch was started before the list, so that nothing is missed; what it has
                # seen meanwhile is newer than the list.
                _, namespace, name = key(o)
                if self.store.get(kind, name, namespace) is None:
                    self.store.add(self.now, actor_of("ADDED", o, None), "ADDED", o)

    def _take(self, change: Change) -> None:
        o = change.object
        with self.lock:
            actor = change.actor or actor_of(change.type, o, change.previous)
            news = self.take(self.now, actor, change.type, o)
        if news is not None:
            self.tell(news)

    @property
    def now(self) -> float:
        """The cluster's time in seconds since 2026 began; for a client without `now`, by this computer's clock."""
        client_now = getattr(self.client, "now", None)
        if client_now is None:
            return seconds_now()
        return float(client_now)

    def subscribe(self, callback: Callable[[Any], object]) -> Callable[[], None]:
        """Call `callback` after each write; returns a function that ends it. After the last one the watch ends too."""
        self.callbacks.append(callback)
        return lambda: self._forget(callback)

    def _forget(self, callback: Callable[[Any], object]) -> None:
        self.forget(callback)
        if not self.callbacks:
            self.end()

    # What a client can do --------------------------------------------------------------------------------------

    def get(self, kind: str, name: str, namespace: str = "default") -> Object:
        """Get an object. Raises ApiError."""
        return self.client.get(kind, name, namespace)

    def list(
        self, kind: str, namespace: str | None = None, selector: str = ""
    ) -> list[Object]:
        """List the objects of a kind. Raises ApiError."""
        return self.client.list(kind, namespace, selector)

    def create(self, o: Object, *, manager: str = "") -> Object:
        """Create an object; over HTTP the field manager is the client's own, not `manager`. Raises ApiError."""
        return self.client.create(o)

    def patch(
        self,
        kind: str,
        name: str,
        patch: Any,
        *,
        namespace: str = "default",
        type: str = "strategic",
        manager: str = "",
    ) -> Object:
        """Patch an object; over HTTP the field manager is the client's own, not `manager`. Raises ApiError."""
        return self.client.patch(kind, name, patch, namespace=namespace, type=type)

    def delete(self, kind: str, name: str, *, namespace: str = "default") -> Object:
        """Delete an object. Raises ApiError."""
        return self.client.delete(kind, name, namespace=namespace)
