"""Merges a new version of a lesson into the learner's copy: a three-way merge, cell by cell.

The three are the lesson as it was laid out last (only digests are kept of it), the learner's copy, and the lesson as it
is now. What the learner wrote is never overwritten: an edited cell stays, and so does a cell of the learner's own, in
its place; what the learner deleted stays away. Everything else follows the lesson. Outputs follow their cell.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from hashlib import sha256
from typing import Any

Cell = dict[str, Any]
Notebook = dict[str, Any]
# The key of the whole file's digest beside those of the cells, which no cell can have as its id.
WHOLE = ""
# The fields that running a cell changes.
RAN: tuple[str, ...] = ("outputs", "execution_count")


@dataclass(slots=True)
class Laid:
    """What we wrote into a file: by cell id, in the order of the cells, the digests of the cells' texts."""

    digests: dict[str, str] = field(default_factory=dict)
    # Digests that were about to be written when an interruption came; they may have been written.
    coming: dict[str, list[str]] = field(default_factory=dict)

    def wrote(self, part: str, digest: str) -> bool:
        """Whether this text of a cell is ours."""
        return digest == self.digests.get(part) or digest in self.coming.get(part, [])

    @property
    def cells(self) -> list[str]:
        """The ids of the cells laid out, in order."""
        return [part for part in self.digests if part != WHOLE]

    def about_to(self, digests: dict[str, str]) -> Laid:
        """A copy with `digests` marked as about to be written."""
        coming = {part: list(known) for part, known in self.coming.items()}
        for part, digest in digests.items():
            known = coming.setdefault(part, [])
            if digest not in known:
                known.append(digest)
        return Laid(self.digests, coming)


def notebook(content: bytes) -> Notebook | None:
    """A notebook whose cells can be told apart by their ids, None for any other file."""
    try:
        read: Notebook = json.loads(content)
        ids = [cell["id"] for cell in read["cells"]]
        for cell in read["cells"]:
            _source_and_kind(cell)
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    for identity in ids:
        if not isinstance(identity, str) or not identity:
            return None
    if len(set(ids)) < len(ids):
        return None
    return read


def _by_id(read: Notebook) -> dict[str, Cell]:
    return {cell["id"]: cell for cell in read["cells"]}


def digests(content: bytes) -> dict[str, str]:
    """The digests of a file's text: of the whole, and of each cell if it is a notebook."""
    found = {WHOLE: _digest(_written_text(content))}
    read = notebook(content)
    if read is not None:
        for identity, cell in _by_id(read).items():
            found[identity] = cell_digest(cell)
    return found


def cell_digest(cell: Cell) -> str:
    """The SHA-256 of a cell's text and kind, not of what running it left."""
    written = json.dumps(_source_and_kind(cell))
    return _digest(written.encode())


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()


def _source_and_kind(cell: Cell) -> list[str]:
    # A line a text, as Jupyter writes it, or one text: both are the same cell.
    source = "".join(cell["source"])
    return [cell["cell_type"], source]


def _written_text(content: bytes) -> bytes:
    try:
        cells = json.loads(content)["cells"]
        written = [_source_and_kind(cell) for cell in cells]
    except (ValueError, KeyError, TypeError, RecursionError):
        # No notebook, or no valid one any more: all its bytes count.
        return content
    return json.dumps(written).encode()


def text(merged: Notebook) -> bytes:
    """A notebook as Jupyter writes it."""
    written = json.dumps(merged, ensure_ascii=False, indent=1, sort_keys=True)
    return f"{written}\n".encode()


# The same cell --------------------------------------------------------------------------------------------------


def identified(laid: Laid, new: Notebook, taken: Iterable[str] = ()) -> Notebook:
    """The new lesson, with the ids under which its cells were laid out.

    A lesson may renumber its cells when one is inserted, so cells are matched by text first, and by id only where the
    text has changed. New cells get unused ids.
    """
    cells: list[Cell] = new["cells"]
    same = _same_cells(laid, cells)
    used = {*taken, *laid.cells}
    found = []
    for position, cell in enumerate(cells):
        digest = cell_digest(cell)
        identity = str(same.get(position, cell["id"]))
        # After an interruption this very cell may be there already.
        known = position in same or laid.wrote(identity, digest)
        if identity in used and not known:
            # Eight hex digits are enough: no lesson has so many cells that two would collide.
            identity = f"{identity}-{digest[:8]}"
        used.add(identity)
        found.append({**cell, "id": identity})
    return {**new, "cells": found}


def _same_cells(laid: Laid, cells: list[Cell]) -> dict[int, str]:
    """For the position of each new cell that was laid out before, the id that it had then."""
    same: dict[int, str] = {}
    left: list[int] = []
    for position, cell in enumerate(cells):
        identity = cell["id"]
        if laid.digests.get(identity) == cell_digest(cell):
            same[position] = identity
        else:
            left.append(position)
    # The rest was changed, renumbered, added or removed.
    matched = set(same.values())
    old = [identity for identity in laid.cells if identity not in matched]
    before = [laid.digests[identity] for identity in old]
    after = [cell_digest(cells[position]) for position in left]
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for how, start, end, first, last in blocks:
        gone = old[start:end]
        come = left[first:last]
        if how == "equal":
            same |= dict(zip(come, gone, strict=True))
        elif how == "replace":
            same |= _mended(gone, come, cells)
    return same


def _mended(gone: list[str], come: list[int], cells: list[Cell]) -> dict[int, str]:
    """Match changed cells with former ones: by id, or by position where as many cells came as went."""
    same: dict[int, str] = {}
    rest: list[int] = []
    for position in come:
        identity = cells[position]["id"]
        if identity in gone:
            same[position] = identity
        else:
            rest.append(position)
    unmatched = [identity for identity in gone if identity not in same.values()]
    if len(unmatched) == len(rest):
        same |= dict(zip(rest, unmatched, strict=True))
    return same


# The merge ------------------------------------------------------------------------------------------------------


def merge(laid: Laid, mine: Notebook, new: Notebook) -> Notebook:
    """The learner's copy with what is new in the lesson; the lesson's cells bear the ids of `identified`."""
    ours = _by_id(new)
    theirs = _by_id(mine)
    chosen = {}
    for identity, cell in theirs.items():
        if not laid.wrote(identity, cell_digest(cell)):
            chosen[identity] = cell
        elif identity in ours:
            chosen[identity] = _follow(cell, ours[identity])
    for identity, cell in ours.items():
        # A cell that was laid out and is missing was deleted by the learner.
        if identity not in theirs and identity not in laid.digests:
            chosen[identity] = cell
    our_order = [identity for identity in ours if identity in chosen]
    their_order = [identity for identity in theirs if identity in chosen]
    # A learner who has reordered the cells keeps that order.
    order = weave(our_order, their_order)
    if _reordered(laid, theirs):
        order = weave(their_order, our_order)
    return {
        **new,
        "cells": [chosen[identity] for identity in order],
        "metadata": _both_metadata(new, mine),
    }


def _both_metadata(first: Cell, second: Cell) -> dict[str, Any]:
    """The metadata of two notebooks or cells; where both say something, the second counts."""
    return {**first.get("metadata", {}), **second.get("metadata", {})}


def _follow(mine: Cell, new: Cell) -> Cell:
    """The new cell, with the outputs of the learner's cell while their texts are equal."""
    if cell_digest(mine) != cell_digest(new):
        return new
    left = {name: mine[name] for name in RAN if name in mine}
    return {**new, **left, "metadata": _both_metadata(mine, new)}


def _reordered(laid: Laid, theirs: dict[str, Cell]) -> bool:
    now = [identity for identity in theirs if identity in laid.digests]
    then = [identity for identity in laid.cells if identity in theirs]
    return now != then


def weave(first: list[str], second: list[str]) -> list[str]:
    """Merge two orders: all of `first` in its order; items of `second` alone follow their predecessors in it."""
    woven = list(first)
    present = set(first)
    place = 0
    for identity in second:
        if identity in present:
            place = woven.index(identity) + 1
        else:
            woven.insert(place, identity)
            present.add(identity)
            place += 1
    return woven
