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

# Palette index of "as before"; its colour is transparent.
_KEEP = np.uint8(0)
# Fewer colours, and letters get coloured edges; more, and a rollout over 12 Nodes is
# larger than the 400 kB that a notebook can bear.
_COLOURS = 64


@dataclass(frozen=True, slots=True)
class Patch:
    """The rectangle of a frame that changed: its colours, and where they differ from the frame before."""

    x: int
    y: int
    colours: Packed
    changed: NDArray[np.bool_]


def patches(frames: Iterable[Pixels]) -> Iterator[Patch]:
    """What changes from frame to frame; frames that change nothing become one pixel, so that their time is kept."""
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
    # A copy, so that the whole frame is not kept for a few pixels of it.
    colours = packed[area].copy()
    return Patch(left, top, colours, changed[area])


def encode(
    frames: Iterable[Pixels],
    milliseconds: Sequence[int],
    *,
    exact: Sequence[Any] = (),
) -> bytes:
    """Frames of one size as an APNG that plays for ever; `milliseconds` tells how long each stands.

    `exact` are RGB triples between 0 and 1 that must not be changed by the palette.
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
            # The first frame is the picture that is seen where APNG is not known.
            chunks.append(chunk(b"IDAT", data))
            serial += 1
        else:
            number = struct.pack(">I", serial + 1)
            chunks.append(chunk(b"fdAT", number + data))
            serial += 2
    return b"".join([SIGNATURE, *chunks, chunk(END, b"")])


def _frame_control(serial: int, patch: Patch, milliseconds: int) -> bytes:
    """Where a frame is drawn and for how long; all but the first are drawn over the one before."""
    height, width = patch.colours.shape
    place = struct.pack(">IIIII", serial, width, height, patch.x, patch.y)
    wait = struct.pack(">HHBB", milliseconds, 1000, 0, int(serial > 0))
    return chunk(b"fcTL", place + wait)


def _image_data(
    patch: Patch,
    used: Packed,
    indexes: NDArray[np.uint8],
) -> bytes:
    """The rows of a patch; what did not change may have a colour that no frame's change has."""
    positions = np.searchsorted(used, patch.colours).clip(max=len(used) - 1)
    return compress(np.where(patch.changed, indexes[positions], _KEEP), 9)
