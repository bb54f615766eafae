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
"""From this many new objects on the search is put off; with fewer it takes a millisecond."""

SOME = 250_000
"""New objects that set off a search once a cluster was abandoned: what two clusters of 1,000 Nodes make."""

ALL = 2_000_000
"""New objects that set one off anyway, for callers with cycles of their own: twice what 5,000 Nodes make."""


@dataclass
class Since:
    """Since the last search: how many objects were set aside, and whether a cluster was abandoned."""

    put_by: int = 0
    abandoned: bool = False


_since = Since()


def abandoned() -> None:
    """Note that a cluster is no longer referenced by anybody."""
    _since.abandoned = True


@contextmanager
def uncollected() -> Iterator[None]:
    """Within it Python does not search; objects made there are set aside as old, for a later search of everything."""
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
