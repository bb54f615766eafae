"""Watches: a cursor into the store's log, and the changes as one client sees them.

Kubernetes: apiserver/pkg/storage/cacher, cacheWatcher
"""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.apimachinery.errors import ApiError, Cause, expired, invalid
from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import Object
from k8slearn.controlplane import ControlPlane
from k8slearn.http.paths import Target
from k8slearn.http.reading import (
    TABLE,
    Shape,
    given_out,
    objects_of,
    revision_number,
    shaped,
    table,
    too_large,
)
from k8slearn.http.selecting import selection
from k8slearn.http.types import Request, dumps

DEFAULT_SECONDS = 1800
BOOKMARK_SECONDS = 60.0
INITIAL_END = "k8s.io/initial-events-end"


class Watch:
    """One client's watch. `first` and `news` give events as bytes, one a line; `seconds` is how long it may last."""

    def __init__(
        self,
        control_plane: ControlPlane,
        target: Target,
        request: Request,
        shape: Shape,
        oldest: int,
    ) -> None:
        self.control_plane, self.target, self.shape = control_plane, target, shape
        self.select = selection(request, target)
        self.streaming = _streams_list(request)
        self.bookmarks = request.flag("allowWatchBookmarks")
        self.seconds = request.number("timeoutSeconds") or DEFAULT_SECONDS
        self.wanted = revision_number(request.query.get("resourceVersion", ""))
        self.refused = self._refusal(oldest)
        self.cursor = self.wanted

    def _refusal(self, oldest: int) -> ApiError | None:
        """Why the watch cannot begin where the client wants it to."""
        current = self.control_plane.store.revision
        if self.wanted > current:
            return too_large(self.wanted, current)
        if self.wanted and self.wanted < oldest and not self.streaming:
            return expired(f"too old resource version: {self.wanted} ({oldest})")
        return None

    def first(self) -> bytes:
        """What is sent at once: the objects as they are, or what a client that knows them has missed; or an error."""
        if self.refused is not None:
            return _line("ERROR", self.refused.status)
        with self.control_plane.lock:
            if self.wanted and not self.streaming:
                return self.news()
            self.cursor = self.control_plane.store.revision
            found = [
                o
                for o in objects_of(self.control_plane.store, self.target)
                if self.select(o)
            ]
        events = [self._event("ADDED", o) for o in found]
        if self.streaming and self.bookmarks:
            events.append(self.bookmark(initial=True))
        return b"".join(events)

    def news(self) -> bytes:
        """What has happened since the last call."""
        changes = self.control_plane.store.log.changes
        end = len(changes)
        found = [
            self._event(kind, o)
            for c in changes[self.cursor : end]
            for kind, o in self._seen(c)
        ]
        self.cursor = end
        return b"".join(found)

    def _seen(self, change: Change) -> Iterator[tuple[str, Object]]:
        """A change as this client sees it: an object that begins to match its selectors is a new one."""
        if change.object["kind"] != self.target.kind:
            return
        is_there = change.type != "DELETED" and self.select(change.object)
        was_there = change.previous is not None and self.select(change.previous)
        if is_there:
            yield ("MODIFIED" if was_there else "ADDED"), change.object
        elif was_there and change.previous is not None:
            last = change.object if change.type == "DELETED" else change.previous
            yield (
                "DELETED",
                {
                    **last,
                    "metadata": {
                        **last["metadata"],
                        "resourceVersion": str(change.revision),
                    },
                },
            )

    def _event(self, kind: str, o: Object) -> bytes:
        o = given_out(self.control_plane, o, self.shape)
        return _line(kind, shaped(o, self.shape, self.control_plane.now))

    def bookmark(self, *, initial: bool = False) -> bytes:
        """How far the client has come, though nothing happened that concerns it."""
        metadata: Object = {
            "resourceVersion": str(self.cursor),
            "creationTimestamp": None,
        }
        if initial:
            metadata["annotations"] = {INITIAL_END: "true"}
        if self.shape.form == TABLE:
            return _line(
                "BOOKMARK",
                table(
                    [],
                    self.target.served.resource,
                    metadata,
                    self.shape,
                    self.control_plane.now,
                ),
            )
        version = self.target.served.resource.api_version
        return _line(
            "BOOKMARK",
            {"kind": self.target.kind, "apiVersion": version, "metadata": metadata},
        )


def _line(kind: str, o: Object) -> bytes:
    return dumps({"type": kind, "object": o})


def _streams_list(request: Request) -> bool:
    """Whether the watch begins with the list. Kubernetes: metainternalversion/validation, validateWatchOptions"""
    match, asked = (
        request.query.get("resourceVersionMatch", ""),
        "sendInitialEvents" in request.query,
    )
    if asked and match != "NotOlderThan":
        why = "Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"
        raise _invalid(
            "sendInitialEvents" if not match else "resourceVersionMatch", why
        )
    if match and not asked:
        raise _invalid(
            "resourceVersionMatch",
            "Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided",
        )
    return asked and request.flag("sendInitialEvents")


def _invalid(field: str, message: str) -> ApiError:
    return invalid(
        "ListOptions.meta.k8s.io", "", [Cause(field, "FieldValueForbidden", message)]
    )
