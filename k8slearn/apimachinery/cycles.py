"""When Python looks for objects that only hold one another.

The parts of a cluster do so, and only a search through everything finds those of a cluster that nobody holds any more.
What a run makes, its log above all, is there to stay: searching it while it grows, or right after, finds nothing.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

MANY = 10_000
"""So many new objects are worth sparing Python the search, which takes a millisecond with fewer."""

SOME = 250_000
"""So many objects are worth a search once a cluster was let go of: what two clusters of 1,000 Nodes make."""

ALL = 2_000_000
"""So many are worth one anyway, for who lets go in circles of their own: twice what 5,000 Nodes make."""


@dataclass
class Since:
    """What has come together since the last search: objects that were put by, and whether a cluster was let go of."""

    put_by: int = 0
    abandoned: bool = False


_since = Since()


def abandoned() -> None:
    """Nobody holds a cluster any more."""
    _since.abandoned = True


@contextmanager
def uncollected() -> Iterator[None]:
    """No search meanwhile; what was made is put by as old, to be looked through with all the rest."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        # One within another leaves it to the outer one.
        if collecting:
            made = gc.get_count()[0]
            if made >= MANY:
                _put_by(made)
            if _since.put_by >= SOME:
                _search()
            gc.enable()


def _put_by(made: int) -> None:
    # There and back: all that is young comes out as old, and nothing is looked at.
    gc.freeze()
    gc.unfreeze()
    _since.put_by += made


def _search() -> None:
    if _since.abandoned or _since.put_by >= ALL:
        gc.collect()
        _since.put_by = 0
        _since.abandoned = False
