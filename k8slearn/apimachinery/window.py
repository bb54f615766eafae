"""A list that only grows at its end, and whose oldest entries can be let go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar, overload

from k8slearn.locale import apimachinery as words

T = TypeVar("T")
# Entries in its repr; all of them would fill a notebook's page.
SHOWN = 3


class Released(LookupError):
    """What is asked for was released: the past is remembered up to a bound."""

    def __init__(self) -> None:
        super().__init__(words.RELEASED)


class Window(Sequence[T]):
    """A list without its oldest entries. What stays keeps its place, and `len` counts what is gone as well.

    A slice has what is left of it, and so has a loop; a single place that is gone raises Released. One thread writes;
    others may read meanwhile. `kept` is the place of the oldest entry that is left, and all from it on.
    """

    def __init__(self, items: Iterable[T] = (), first: int = 0) -> None:
        # In one piece, so that who reads while entries are let go never pairs the old list with the new start.
        self.kept: tuple[int, list[T]] = first, list(items)

    @property
    def first(self) -> int:
        """The place of the oldest entry that is left."""
        return self.kept[0]

    def __len__(self) -> int:
        first, items = self.kept
        return first + len(items)

    def __eq__(self, other: object) -> bool:
        """Equal when the entries are, and as many have been released."""
        if not isinstance(other, Sequence):
            return False
        return self.first == first_of(other) and list(self) == list(other)

    # As for a list: what can change has no hash.
    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        first, items = self.kept
        if len(items) <= SHOWN:
            return repr(items)
        return words.WINDOW.format(count=len(items), first=first)

    def __iter__(self) -> Iterator[T]:
        return iter(self.kept[1])

    def __reversed__(self) -> Iterator[T]:
        return reversed(self.kept[1])

    @overload
    def __getitem__(self, place: int) -> T: ...

    @overload
    def __getitem__(self, place: slice) -> list[T]: ...

    def __getitem__(self, place: int | slice) -> T | list[T]:
        first, items = self.kept
        if isinstance(place, slice):
            start, stop, step = place.indices(first + len(items))
            return items[max(start - first, 0) : max(stop - first, 0) : step]
        if place < 0:
            return items[place]
        if place < first:
            raise Released
        return items[place - first]

    def tail(self, start: int) -> list[T]:
        """All from a place on. Raises Released where that is not all any more."""
        first, items = self.kept
        if start < first:
            raise Released
        return items[start - first :]

    def append(self, item: T) -> None:
        """Add an entry."""
        self.kept[1].append(item)

    def release(self, first: int) -> None:
        """Let go of all before a place."""
        before, items = self.kept
        if first > before:
            self.kept = first, items[first - before :]

    def clear(self) -> None:
        """Begin anew, from place 0."""
        self.kept = 0, []

    def copy(self) -> Window[T]:
        """Another one with the same entries."""
        first, items = self.kept
        return Window(items, first)


def first_of(entries: Sequence[T]) -> int:
    """The place of the first entry that is left."""
    if isinstance(entries, Window):
        return entries.first
    return 0


def left_of(entries: Sequence[T]) -> Sequence[T]:
    """The entries that are left, as a plain list: faster for a search that looks at many places."""
    if isinstance(entries, Window):
        return entries.kept[1]
    return entries
