"""An owner's ControllerRevisions in the store: which are its own, the present one, and those that may go."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from k8slearn.apimachinery.objects import (
    HASH_LABEL,
    Object,
    Readable,
    controller_uid,
    labels,
    name,
    namespace,
    uid,
    with_metadata,
)
from k8slearn.apiserver.client import Client
from k8slearn.controllers.adoption import adopt, adoptable, releasable, release
from k8slearn.controllers.history import (
    History,
    cleanup_history,
    construct_history,
    match,
    new_revision,
)

KIND = "ControllerRevision"


@dataclass
class Revisions:
    """Carries out what `history` decides. Raises ApiError where the store refuses.

    `mark` is the label that carries a revision's hash.
    """

    client: Client
    mark: str = HASH_LABEL

    def construct(self, owner: Object) -> History:
        """Claim the owner's revisions; store or renumber the one of its present template.

        Kubernetes: pkg/controller/daemon/update.go, constructHistory.
        """
        history = construct_history(
            owner, [self._hashed(r) for r in self._claim(owner)]
        )
        current = history.current
        if current is None:
            current = self._hashed(self._snapshot(owner, history.number))
        elif current["revision"] < history.number:
            current = self.client.update({**current, "revision": history.number})
        return History(
            current,
            history.duplicates,
            history.old,
            history.number,
        )

    def delete(self, revision: Object) -> None:
        """Delete one revision."""
        self.client.delete(KIND, name(revision), namespace(revision))

    def clean_up(
        self,
        owner: Readable,
        history: History,
        live_hashes: Collection[str],
    ) -> None:
        """Delete old revisions beyond revisionHistoryLimit that no Pod carries."""
        limit = owner["spec"].get("revisionHistoryLimit", 10)
        for revision in cleanup_history(history.old, limit, live_hashes):
            self.delete(revision)

    def _claim(self, owner: Object) -> list[Object]:
        # Read live: a revision that the cache does not have yet would be made a second time, with the same name.
        found = self.client.list(KIND, namespace(owner))
        own = [o for o in found if controller_uid(o) == uid(owner)]
        foreign = releasable(owner, own)
        for revision in foreign:
            release(self.client, owner, revision)
        kept = [revision for revision in own if revision not in foreign]
        for revision in adoptable(owner, found):
            kept.append(adopt(self.client, owner, revision))
        return kept

    def _hashed(self, revision: Object) -> Object:
        """The revision with a hash label; one made without it gets its name as the hash."""
        if self.mark in labels(revision):
            return revision
        marks = {**labels(revision), self.mark: name(revision)}
        return self.client.update(with_metadata(revision, labels=marks))

    def _snapshot(self, owner: Readable, number: int) -> Object:
        """Store the present template; when another one has its name, count a collision and raise AlreadyExists.

        Kubernetes: pkg/controller/daemon/update.go, snapshot.
        """
        revision = new_revision(owner, number, self.mark)
        found = self.client.get(KIND, name(revision), namespace(revision))
        if found is not None and match(owner, found):
            return found
        if found is not None:
            # The count goes into the hash, so the next sync tries another name; this one ends below, as upstream's.
            status = owner.get("status", {})
            collisions = (status.get("collisionCount") or 0) + 1
            counted = {**status, "collisionCount": collisions}
            self.client.update_status({**owner, "status": counted})
        return self.client.create(revision)
