"""Animated PNG with a small palette: each frame holds only what changed since the one before."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]
Packed = NDArray[np.uint32]
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KEEP = 0  # palette index of "as before"


@dataclass(frozen=True, slots=True)
class Patch:
    """The rectangle of a frame that changed: its colours, and where they differ from the frame before."""

    x: int
    y: int
    colours: Packed
    changed: NDArray[np.bool_]


def pack(pixels: Pixels) -> Packed:
    """RGB pixels as one number each."""
    red, green, blue = (pixels[:, :, i].astype(np.uint32) for i in range(3))
    return np.asarray(red << 16 | green << 8 | blue, np.uint32)


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
    rows, columns = (
        np.flatnonzero(changed.any(axis=1)),
        np.flatnonzero(changed.any(axis=0)),
    )
    if not len(rows):
        return Patch(0, 0, packed[:1, :1], changed[:1, :1])
    area = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    return Patch(int(columns[0]), int(rows[0]), packed[area].copy(), changed[area])


def palette_of(
    found: Sequence[Patch], size: int, exact: Pixels
) -> tuple[Packed, NDArray[np.uint8], Pixels]:
    """All colours in use (sorted), the palette index of each, and the palette; index 0 is left to "as before".

    The `exact` colours are in the palette, the rest of it is cut from what the frames use.
    """
    used = [patch.colours[patch.changed] for patch in found]
    colours, counts = np.unique(np.concatenate(used), return_counts=True)
    rest = _unpack(np.repeat(colours, np.ceil(np.sqrt(counts)).astype(int)))
    cut = (
        Image.fromarray(rest[None]).quantize(max(size - 1 - len(exact), 2)).getpalette()
        or []
    )
    palette = np.concatenate([exact, np.array(cut, np.uint8).reshape(-1, 3)])[
        : size - 1
    ]
    return colours, _nearest(_unpack(colours), palette) + np.uint8(1), palette


def _unpack(packed: Packed) -> Pixels:
    return np.stack([packed >> 16, packed >> 8 & 255, packed & 255], axis=-1).astype(
        np.uint8
    )


def _nearest(colours: Pixels, palette: Pixels) -> NDArray[np.uint8]:
    """The palette entry closest to each colour."""
    distance = (
        (colours[:, None].astype(np.int32) - palette[None].astype(np.int32)) ** 2
    ).sum(axis=2)
    return np.asarray(distance.argmin(axis=1), np.uint8)


def encode(
    frames: Iterable[Pixels],
    milliseconds: Sequence[int],
    *,
    colours: int = 64,
    exact: Sequence[Any] = (),
) -> bytes:
    """Frames of one size as an APNG that plays for ever; `milliseconds` tells how long each stands.

    `exact` are RGB triples between 0 and 1 that must not be changed by the palette.
    """
    found = list(patches(frames))
    used, indexes, palette = palette_of(found, colours, _bytes(exact))
    height, width = found[0].colours.shape
    chunks = [
        _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        _chunk(b"acTL", struct.pack(">II", len(found), 0)),
        _chunk(b"PLTE", bytes(3) + palette.tobytes()),
        _chunk(b"tRNS", b"\0"),
    ]
    serial = 0
    for number, (patch, wait) in enumerate(zip(found, milliseconds, strict=True)):
        size = patch.colours.shape[1], patch.colours.shape[0]
        control = struct.pack(
            ">IIIIIHHBB",
            serial,
            *size,
            patch.x,
            patch.y,
            wait,
            1000,
            0,
            int(number > 0),
        )
        data = _compress(patch, used, indexes)
        chunks.append(_chunk(b"fcTL", control))
        chunks.append(
            _chunk(b"fdAT", struct.pack(">I", serial + 1) + data)
            if number
            else _chunk(b"IDAT", data)
        )
        serial += 2 if number else 1
    return b"".join([_SIGNATURE, *chunks, _chunk(b"IEND", b"")])


def still(pixels: Pixels) -> bytes:
    """One frame as a plain PNG: areas of one colour need no filters, and without them it takes a third of the time."""
    height, width = pixels.shape[:2]
    rows = np.zeros((height, 1 + 3 * width), np.uint8)
    rows[:, 1:] = pixels.reshape(height, -1)
    header = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    data = _chunk(b"IDAT", zlib.compress(rows.data, 1))
    return b"".join([_SIGNATURE, header, data, _chunk(b"IEND", b"")])


def small(pixels: Pixels, colours: int, exact: Sequence[Any] = ()) -> bytes:
    """One frame as a PNG with a palette of so many colours, the `exact` ones among them."""
    found = list(patches([pixels]))
    used, indexes, palette = palette_of(found, colours, _bytes(exact))
    header = _chunk(
        b"IHDR",
        struct.pack(">IIBBBBB", pixels.shape[1], pixels.shape[0], 8, 3, 0, 0, 0),
    )
    chunks = [
        header,
        _chunk(b"PLTE", bytes(3) + palette.tobytes()),
        _chunk(b"IDAT", _compress(found[0], used, indexes)),
    ]
    return b"".join([_SIGNATURE, *chunks, _chunk(b"IEND", b"")])


def _bytes(colours: Sequence[Any]) -> Pixels:
    """RGB triples between 0 and 1 as bytes, each once."""
    return np.unique(
        np.round(np.array(colours, float).reshape(-1, 3) * 255).astype(np.uint8), axis=0
    )


def _compress(patch: Patch, used: Packed, indexes: NDArray[np.uint8]) -> bytes:
    """The rows of a patch as PNG image data."""
    places = np.searchsorted(used, patch.colours).clip(max=len(used) - 1)
    rows = np.where(patch.changed, indexes[places], np.uint8(_KEEP))
    return zlib.compress(np.pad(rows, ((0, 0), (1, 0))).tobytes(), 9)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return (
        struct.pack(">I", len(data))
        + kind
        + data
        + struct.pack(">I", zlib.crc32(kind + data))
    )
