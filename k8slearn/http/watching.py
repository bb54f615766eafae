"""Watches: a cursor into the store's log, and the changes as one client sees them.

Kubernetes: apiserver/pkg/storage/cacher, cacheWatcher
"""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.apimachinery.errors import ApiError, expired
from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import Key, Object, with_metadata
from k8slearn.apimachinery.window import Released
from k8slearn.controlplane import ControlPlane
from k8slearn.http.encoded import Encoded
from k8slearn.http.negotiation import PROTOBUF, TABLE
from k8slearn.http.protobuf_writing import frame
from k8slearn.http.reading import objects_of, selection, too_large
from k8slearn.http.request import RequestInfo
from k8slearn.http.shapes import shaped
from k8slearn.http.types import JSON, dumps
from k8slearn.http.waiting import KUBECTL, counts_of, is_rolled_out, one_object

BOOKMARK_SECONDS = 60.0
"""Real seconds between two bookmarks in a quiet watch. Kubernetes: cacher.go, defaultBookmarkFrequency"""
INITIAL_END = "k8s.io/initial-events-end"


class Watch:
    """One client's watch. `first` and `news` give events as bytes, one a line; `seconds` is how long it may last.

    `oldest` is the first revision that a watch may begin at; `refused` says why it cannot begin where it is to.
    """

    def __init__(
        self,
        control_plane: ControlPlane,
        info: RequestInfo,
        oldest: int,
        encoded: Encoded,
    ) -> None:
        self.control_plane = control_plane
        self.encoded = encoded
        self.info = info
        self.bookmarks = info.list_options.bookmarks
        self.seconds = info.list_options.seconds
        self.refused = self._refusal(oldest)
        self._cursor = info.list_options.version
        self._select = selection(info)
        self._told_columns = False
        self._looked = control_plane.store.revision
        self._counted: set[tuple[Key, tuple[int, ...]]] = set()

    @property
    def waits(self) -> bool:
        """Whether somebody sits in front of it or waits for one object; others know the cluster, and watch it all day.

        `kubectl rollout status`, `wait` and `get -w` wait; the caches of k9s or of a dashboard do not.
        """
        named = one_object(self.info)
        if not named:
            return self.info.agent == KUBECTL
        store = self.control_plane.store
        found = store.get(self.info.stored_kind, named, self.info.namespace)
        return found is None or not is_rolled_out(found)

    def comes_nearer(self) -> bool:
        """Whether a status that it watches has counts, since it was asked last, that it never had before.

        An update goes from count to count; where containers crash again and again, the counts come back.
        """
        store = self.control_plane.store
        before = len(self._counted)
        for change in store.log.changes[self._looked :]:
            if change.key[0] != self.info.stored_kind or not self._select(
                change.object
            ):
                continue
            counts = counts_of(change.object)
            # A Pod counts nothing: there may be no end to Pods that fail and are made anew.
            if counts:
                self._counted.add((change.key, counts))
        self._looked = store.revision
        return len(self._counted) > before

    @property
    def over(self) -> bool:
        """Whether nothing more will come: it could not begin, or could not go on."""
        return self.refused is not None

    def _refusal(self, oldest: int) -> ApiError | None:
        version = self.info.list_options.version
        current = self.control_plane.store.revision
        if version > current:
            return too_large(version, current)
        # A client that asks for the list as well misses nothing, however old its version is.
        if version and version < oldest and not self.info.list_options.streams_list:
            return expired(f"too old resource version: {version} ({oldest})")
        return None

    def first(self) -> bytes:
        """What is sent at once: the objects as they are, or what a client that knows them has missed; or an error."""
        if self.refused is not None:
            return self._line("ERROR", self.refused.status)
        options = self.info.list_options
        store = self.control_plane.store
        with self.control_plane.lock:
            if options.version and not options.streams_list:
                return self.news()
            self._cursor = store.revision
            objects = [o for o in objects_of(store, self.info) if self._select(o)]
        events = [self._event("ADDED", o) for o in objects]
        if options.streams_list and options.bookmarks:
            events.append(self.bookmark(initial=True))
        return b"".join(events)

    def news(self) -> bytes:
        """What has happened since the last call."""
        # Without the lock: the log grows at one end only, and what is in it never changes.
        log = self.control_plane.store.log
        try:
            changes = log.changes.tail(self._cursor)
        except Released:
            # One that has not kept up begins anew with a list, as a client of a real watch cache does.
            version = f"{self._cursor} ({log.oldest})"
            self.refused = expired(f"too old resource version: {version}")
            return self._line("ERROR", self.refused.status)
        events = []
        for change in changes:
            for kind, o in self._seen(change):
                events.append(self._event(kind, o))
        self._cursor += len(changes)
        return b"".join(events)

    def _seen(self, change: Change) -> Iterator[tuple[str, Object]]:
        """A change as this client sees it: an object that begins to match its selectors is a new one."""
        if change.key[0] != self.info.stored_kind:
            return
        is_there = change.type != "DELETED" and self._select(change.object)
        was_there = change.previous is not None and self._select(change.previous)
        if is_there:
            yield ("MODIFIED" if was_there else "ADDED"), change.object
        elif was_there and change.previous is not None:
            # One that goes on without matching is shown as it was when it did, yet with the version of its going.
            last = change.object if change.type == "DELETED" else change.previous
            yield "DELETED", with_metadata(last, resourceVersion=str(change.revision))

    def _event(self, kind: str, o: Object) -> bytes:
        o = self.info.served.resource.from_stored(o)
        shape = self.info.shape
        if not shape.form and not shape.protobuf:
            # Whoever watches the same kind gets the same text.
            text = self.encoded.text(self.encoded.shown(o))
            return b'{"type":"%b","object":%b}\n' % (kind.encode(), text)
        if shape.form != TABLE or shape.embedded == "Object":
            o = self.encoded.shown(o)
        return self._shaped(kind, o)

    def _shaped(self, kind: str, o: Object) -> bytes:
        """An event of another form; a Table's columns are told with the first one alone."""
        found = shaped(
            o, self.info.served.resource, self.info.shape, self.control_plane.now
        )
        if self.info.shape.form == TABLE:
            if self._told_columns:
                found = {**found, "columnDefinitions": None}
            self._told_columns = True
        return self._line(kind, found)

    def bookmark(self, *, initial: bool = False) -> bytes:
        """How far the client has come, though nothing happened that concerns it."""
        metadata: Object = {
            "resourceVersion": str(self._cursor),
            "creationTimestamp": None,
        }
        if initial:
            metadata["annotations"] = {INITIAL_END: "true"}
        mark = {"kind": self.info.kind, "apiVersion": self.info.api_version}
        return self._shaped("BOOKMARK", {**mark, "metadata": metadata})

    def _line(self, kind: str, o: Object) -> bytes:
        if self.info.shape.protobuf:
            return frame(kind, o)
        return dumps({"type": kind, "object": o})

    @property
    def media_type(self) -> str:
        """As what the events are sent."""
        if self.info.shape.protobuf:
            return f"{PROTOBUF};stream=watch"
        return JSON
