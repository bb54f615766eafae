"""The append-only log of all writes, and a look at any past moment."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from typing import NamedTuple, Protocol

from k8slearn.apimachinery.bulk import Bulk
from k8slearn.apimachinery.objects import Key, Object, labels
from k8slearn.apimachinery.selector_text import parse_selector
from k8slearn.apimachinery.selectors import selector_matches
from k8slearn.apimachinery.window import Released, Window

PIECE = 256
"""The fewest writes that are released at a time: few enough to go unnoticed, more than one for the cost of each."""
SHARE = 64
"""A long history is released one part in so many at a time: each release goes through all that stays."""


class Signature(NamedTuple):
    """In whose name fields are written: an entry of metadata.managedFields is found by these three."""

    manager: str
    operation: str
    subresource: str = ""


class Change(NamedTuple):
    """One write. `revision` is the resourceVersion it got, `time` simulated seconds, `actor` who wrote.

    `type` is ADDED, MODIFIED or DELETED; `object` is how it is after the write (DELETED: its last state). `key` is the
    object's, worked out once for the log and all caches. `signatures` say in whose name fields were written: nobody's
    in a deletion or a binding. `sent` is the object as its writer sent it, defaults included, where the server then
    filled in more; None: as stored.
    """

    revision: int
    time: float
    actor: str
    type: str
    object: Object
    previous: Object | None
    key: Key
    signatures: tuple[Signature, ...] = ()
    sent: Object | None = None


class Failure(NamedTuple):
    """What went wrong in a component at a simulated second, when the log was at `revision`.

    `subject` is the key that it worked on, or the name of the object that it heard of.
    """

    time: float
    revision: int
    component: str
    subject: str
    error: str

    def __str__(self) -> str:
        return f"{self.time:.1f} s  {self.error}"


class Reader(Protocol):
    """Whatever can be asked for objects: the store as it is, or a snapshot of it as it was."""

    def get(self, kind: str, name: str, namespace: str = "") -> Object | None:
        """The object, or None."""

    def list(
        self, kind: str, namespace: str | None = None, selector: str = ""
    ) -> list[Object]:
        """The objects of a kind, ordered by namespace and name."""


def select(objects: Iterable[Object], selector: str) -> list[Object]:
    """The objects whose labels meet a selector string; an empty one takes all."""
    if not selector:
        return list(objects)
    wanted = parse_selector(selector)
    found = []
    for o in objects:
        if selector_matches(wanted, labels(o)):
            found.append(o)
    return found


class Log:
    """All writes so far; entry i has revision i + 1.

    The oldest can be let go. What holds then as before: each object that was there at `oldest` still has the write that
    made it what it was, so that every moment from there on can be looked at. `began` is the second at which its first
    entry may be: times are told from there on.
    """

    def __init__(self, began: float = 0.0) -> None:
        self.began = began
        self.changes: Window[Change] = Window()
        self.bulk = Bulk()
        # By revision, the writes from before `oldest` that made what was there then.
        self._base: dict[int, Change] = {}
        self._time = 0.0
        # kind → place → the revisions of its writes in their order: a past moment is found by halving.
        self._history: dict[str, dict[Key, list[int]]] = {}
        # The places whose revisions no copy of this log shares.
        self._own: set[Key] = set()

    def copy(self) -> Log:
        """A log that goes its own way from here; the entries are shared."""
        twin = Log(self.began)
        twin.changes = self.changes.copy()
        twin.bulk = self.bulk.copy()
        twin._base = self._base.copy()
        twin._time = self._time
        # By hand: copy.deepcopy would take every object of the past along. The lists are copied by whoever of the two
        # first writes there: of thousands of objects a fork writes to a few.
        for kind, keys in self._history.items():
            twin._history[kind] = keys.copy()
        self._own = set()
        return twin

    def _to_change(self, place: Key) -> list[int]:
        """The revisions at a place, for a change that no copy is to see."""
        if place in self._own:
            return self._history[place[0]][place]
        self._own.add(place)
        of_kind = self._history.setdefault(place[0], {})
        revisions = of_kind[place] = of_kind.get(place, []).copy()
        return revisions

    def begin_after(self, made: Iterable[Change], revision: int, time: float) -> None:
        """Begin as a log that has let go of all up to a revision; `made` are the writes that last."""
        self.changes = Window(first=revision)
        self._time = time
        for change in made:
            self._base[change.revision] = change
            self._history.setdefault(change.key[0], {})[change.key] = [change.revision]

    def append(self, change: Change) -> None:
        """Add the next write."""
        self.changes.append(change)
        self._to_change(change.key).append(change.revision)

    def find(self, place: Key, revision: int) -> Object | None:
        """The object at this place as it was right after `revision`, None if there was none."""
        # Not by `_revisions`: a look at the past asks for every object.
        revisions = self._history.get(place[0], {}).get(place, [])
        index = bisect_right(revisions, revision)
        if not index:
            return None
        change = self.change(revisions[index - 1])
        if change is None or change.type == "DELETED":
            return None
        return change.object

    def changes_of(self, place: Key) -> list[Change]:
        """Every write of what is or was at this place, oldest first."""
        found = [self.change(revision) for revision in self._revisions(place)]
        return [change for change in found if change is not None]

    def places(self, kind: str) -> Iterable[Key]:
        """Every place that ever held an object of this kind."""
        # In one piece, for others may go through them while one is let go of.
        return list(self._history.get(kind, ()))

    def _revisions(self, place: Key) -> list[int]:
        return self._history.get(place[0], {}).get(place, [])

    def change(self, revision: int) -> Change | None:
        """The write that got this revision; None where it was not made yet, or was released."""
        # Revisions count from 1, as etcd's do; 0 is the moment before the first write.
        first, kept = self.changes.kept
        if revision <= first:
            return self._base.get(revision)
        index = revision - first - 1
        if index < len(kept):
            return kept[index]
        return None

    def made(self, revision: int) -> Change:
        """The write that made what is there now. Raises Released for what was let go."""
        found = self.change(revision)
        if found is None:
            raise Released
        return found

    # Letting go ------------------------------------------------------------------------------------------------

    @property
    def oldest(self) -> int:
        """The first revision whose moment can still be looked at."""
        return self.changes.first

    @property
    def base(self) -> Iterable[Change]:
        """The writes that stay though they are older."""
        return self._base.values()

    def time_of(self, revision: int) -> float:
        """Simulated seconds of a moment. Raises Released."""
        first, kept = self.changes.kept
        if revision < first:
            raise Released
        if revision > first:
            return kept[revision - first - 1].time
        return self._time

    def lasting(self, revision: int) -> list[Change]:
        """The writes up to a revision that made what was there then, those that stay anyway left out."""
        released = self.changes[:revision]
        made = {change.key: change for change in released}
        return [change for change in made.values() if change.type != "DELETED"]

    def surplus(self, most: int) -> int:
        """The revision up to which to let go, so that `most` writes are left and room for what is large; 0: of none."""
        # Read once and by hand: each action of each component asks.
        first, kept = self.changes.kept
        oldest = self.bulk.surplus()
        spare = len(kept) - most
        if spare >= max(PIECE, most // SHARE):
            oldest = max(oldest, first + spare)
        if oldest <= first:
            return 0
        return oldest

    def release(self, revision: int) -> list[int]:
        """Let go of all that is not needed for the moment right after a revision, and for those that follow.

        Returns the revisions of the writes that are gone.
        """
        # Kubernetes' etcd compacts the same way: the latest version of each key stays, unless it is a deletion.
        lasting = {change.key: change for change in self.lasting(revision)}
        self._time = self.changes[revision - 1].time
        released: list[int] = []
        for place in {change.key for change in self.changes[:revision]}:
            revisions = self._to_change(place)
            index = bisect_right(revisions, revision)
            gone = revisions[:index]
            stays = []
            if place in lasting:
                stays = [gone.pop()]
            for kept in stays:
                self._base[kept] = lasting[place]
            # In one piece, for others may be searching it.
            revisions[:index] = stays
            if not revisions:
                del self._history[place[0]][place]
                self._own.discard(place)
            for old in gone:
                self._base.pop(old, None)
            released += gone
        self.changes.release(revision)
        return released


class Snapshot:
    """The cluster as it was right after a revision."""

    def __init__(
        self, find: Callable[[Key, int], Object | None], log: Log, revision: int
    ) -> None:
        if revision < log.changes.kept[0]:
            raise Released
        self._find = find
        self._log = log
        self.revision = revision

    @property
    def time(self) -> float:
        """Simulated seconds of that moment."""
        return self._log.time_of(self.revision)

    def get(self, kind: str, name: str, namespace: str = "") -> Object | None:
        """The object as it was then, or None."""
        return self._find((kind, namespace, name), self.revision)

    def list(
        self, kind: str, namespace: str | None = None, selector: str = ""
    ) -> list[Object]:
        """The objects of a kind as they were then, ordered by namespace and name."""
        found = []
        for place in sorted(self._log.places(kind)):
            if namespace is not None and place[1] != namespace:
                continue
            o = self._find(place, self.revision)
            if o is not None:
                found.append(o)
        return select(found, selector)
