"""Animated PNG with a small palette: each frame holds only what changed since the one before."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from k8slearn.view.png import (
    END,
    PALETTE,
    SIGNATURE,
    Packed,
    Pixels,
    chunk,
    compress,
    header,
    pack,
    palette_of,
)

# The palette index of unchanged pixels, which are transparent.
_KEEP = np.uint8(0)
# With fewer colours letters get coloured edges; with more a rollout over 12 Nodes takes
# more than 400 kB, too much for a notebook.
_COLOURS = 64


@dataclass(frozen=True, slots=True)
class Patch:
    """The rectangle of a frame that changed: its colours, and a mask of the pixels that changed."""

    x: int
    y: int
    colours: Packed
    changed: NDArray[np.bool_]


def patches(frames: Iterable[Pixels]) -> Iterator[Patch]:
    """The changes from frame to frame; a frame without changes becomes one pixel, so that its duration is kept."""
    before: Packed | None = None
    for frame in frames:
        packed = pack(frame)
        if before is None or before.shape != packed.shape:
            yield Patch(0, 0, packed, np.ones(packed.shape, bool))
        else:
            yield _difference(packed, before)
        before = packed


def _difference(packed: Packed, before: Packed) -> Patch:
    changed = packed != before
    rows = np.flatnonzero(changed.any(axis=1))
    columns = np.flatnonzero(changed.any(axis=0))
    if not len(rows):
        rows = columns = np.zeros(1, int)
    top = int(rows[0])
    bottom = int(rows[-1]) + 1
    left = int(columns[0])
    right = int(columns[-1]) + 1
    area = slice(top, bottom), slice(left, right)
    # A copy, so that the whole frame can be freed.
    colours = packed[area].copy()
    return Patch(left, top, colours, changed[area])


def encode(
    frames: Iterable[Pixels],
    milliseconds: Sequence[int],
    *,
    exact: Sequence[Any] = (),
) -> bytes:
    """Encode frames of one size as an APNG that loops; `milliseconds` are their durations.

    `exact` are RGB triples between 0 and 1 that the palette must contain.
    """
    found = list(patches(frames))
    changed = np.concatenate([patch.colours[patch.changed] for patch in found])
    used, indexes, palette = palette_of(changed, _COLOURS, exact)
    chunks = [
        header(found[0].colours, PALETTE),
        chunk(b"acTL", struct.pack(">II", len(found), 0)),
        chunk(b"PLTE", palette),
        chunk(b"tRNS", b"\0"),
    ]
    serial = 0
    for patch, wait in zip(found, milliseconds, strict=True):
        data = _image_data(patch, used, indexes)
        chunks.append(_frame_control(serial, patch, wait))
        if serial == 0:
            # The first frame is also the still picture for viewers without APNG.
            chunks.append(chunk(b"IDAT", data))
            serial += 1
        else:
            number = struct.pack(">I", serial + 1)
            chunks.append(chunk(b"fdAT", number + data))
            serial += 2
    return b"".join([SIGNATURE, *chunks, chunk(END, b"")])


def _frame_control(serial: int, patch: Patch, milliseconds: int) -> bytes:
    """The chunk with a frame's place and duration; all frames but the first are drawn over the one before."""
    height, width = patch.colours.shape
    place = struct.pack(">IIIII", serial, width, height, patch.x, patch.y)
    wait = struct.pack(">HHBB", milliseconds, 1000, 0, int(serial > 0))
    return chunk(b"fcTL", place + wait)


def _image_data(
    patch: Patch,
    used: Packed,
    indexes: NDArray[np.uint8],
) -> bytes:
    """The palette indexes of a patch, _KEEP for unchanged pixels, whose colours may be missing in the palette."""
    positions = np.searchsorted(used, patch.colours).clip(max=len(used) - 1)
    return compress(np.where(patch.changed, indexes[positions], _KEEP), 9)
