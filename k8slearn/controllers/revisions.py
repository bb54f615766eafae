"""Keeps the ControllerRevisions of a DaemonSet in the store as `history` decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from k8slearn.api.errors import ApiError
from k8slearn.api.objects import HASH_LABEL, Object, controller_uid, labels, name, namespace, uid, with_metadata
from k8slearn.api.store import Store
from k8slearn.controllers.claims import adopt, adoptable
from k8slearn.controllers.history import cleanup_history, construct_history, match, new_revision


@dataclass
class Revisions:
    """Reads and writes revisions on behalf of `actor`."""

    store: Store
    actor: str

    def construct(self, daemon_set: Object, pods: Iterable[Object]) -> tuple[Object, tuple[Object, ...]]:
        """The current revision, stored if it was not yet, and the old ones. Kubernetes: constructHistory."""
        history = construct_history(daemon_set, self._claimed(daemon_set))
        current = history.current
        if current is None:
            current = self._snapshot(daemon_set, history.number)
        elif current["revision"] < history.number:
            current = self.store.update({**current, "revision": history.number}, self.actor)
        if history.duplicates:
            self._relabel(pods, labels(current)[HASH_LABEL])
        for duplicate in history.duplicates:
            self._delete(duplicate)
        return current, history.old

    def cleanup(self, daemon_set: Object, old: tuple[Object, ...], pods: Iterable[Object]) -> None:
        """Delete old revisions beyond revisionHistoryLimit that no Pod carries. Kubernetes: cleanupHistory."""
        limit = daemon_set["spec"].get("revisionHistoryLimit", 10)
        if len(old) > limit:
            live = {labels(pod).get(HASH_LABEL, "") for pod in pods}
            for revision in cleanup_history(old, limit, live):
                self._delete(revision)

    def _claimed(self, daemon_set: Object) -> list[Object]:
        found = self.store.list("ControllerRevision", namespace(daemon_set))
        adopted = [adopt(self.store, daemon_set, r, self.actor) for r in adoptable(daemon_set, found)]
        return [r for r in found if controller_uid(r) == uid(daemon_set)] + adopted

    def _snapshot(self, daemon_set: Object, number: int) -> Object:
        """Store a new revision; another template under the same name counts as a collision and is tried again.

        Kubernetes: pkg/controller/daemon/update.go, snapshot.
        """
        wanted = new_revision(daemon_set, number)
        existing = self.store.get("ControllerRevision", name(wanted), namespace(wanted))
        if existing is not None and match(daemon_set, existing):
            return existing
        try:
            return self.store.create(wanted, self.actor)
        except ApiError:
            status = daemon_set["status"]
            collided = {**status, "collisionCount": (status.get("collisionCount") or 0) + 1}
            self.store.update_status({**daemon_set, "status": collided}, self.actor)
            raise

    def _relabel(self, pods: Iterable[Object], revision_hash: str) -> None:
        for pod in list(pods):
            if labels(pod).get(HASH_LABEL) != revision_hash:
                self.store.update(with_metadata(pod, labels={**labels(pod), HASH_LABEL: revision_hash}), self.actor)

    def _delete(self, revision: Object) -> None:
        self.store.delete("ControllerRevision", name(revision), namespace(revision), actor=self.actor)
