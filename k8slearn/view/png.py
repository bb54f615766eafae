"""Encodes pixels as PNG: in full colour, which is fast, or with a palette, which is small."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]
Packed = NDArray[np.uint32]
SIGNATURE = b"\x89PNG\r\n\x1a\n"
END = b"IEND"
# Colour types of the PNG standard.
RGB = 2
PALETTE = 3


def encode(
    pixels: Pixels,
    *,
    colours: int = 0,
    exact: Sequence[Any] = (),
) -> bytes:
    """RGB pixels as PNG; with `colours` > 0 with a palette of that size, which is slower and much smaller.

    `exact` are RGB triples between 0 and 1 that the palette must contain.
    """
    if not colours:
        return _plain(pixels)
    packed = pack(pixels)
    used, indexes, palette = palette_of(packed.ravel(), colours, exact)
    rows = indexes[np.searchsorted(used, packed)]
    chunks = [
        header(pixels, PALETTE),
        chunk(b"PLTE", palette),
        chunk(b"IDAT", compress(rows, 9)),
    ]
    return b"".join([SIGNATURE, *chunks, chunk(END, b"")])


def _plain(pixels: Pixels) -> bytes:
    """A PNG in full colour, without filters, which areas of one colour do not need and which triple the time."""
    rows = pixels.reshape(len(pixels), -1)
    # Level 1, the fastest: the lab shows each picture once, from a kernel that is near.
    data = chunk(b"IDAT", compress(rows, 1))
    return b"".join([SIGNATURE, header(pixels, RGB), data, chunk(END, b"")])


def header(pixels: Pixels | Packed, colour_type: int) -> bytes:
    """The header chunk: size, 8 bits a sample, no interlacing."""
    height, width = pixels.shape[:2]
    data = struct.pack(">IIBBBBB", width, height, 8, colour_type, 0, 0, 0)
    return chunk(b"IHDR", data)


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk with its length and checksum."""
    length = struct.pack(">I", len(data))
    checksum = struct.pack(">I", zlib.crc32(kind + data))
    return length + kind + data + checksum


def compress(rows: Pixels, level: int) -> bytes:
    """Compressed image data; each row begins with the number of its filter, 0 for none."""
    height, width = rows.shape
    filtered = np.zeros((height, width + 1), np.uint8)
    filtered[:, 1:] = rows
    return zlib.compress(filtered.data, level)


def pack(pixels: Pixels) -> Packed:
    """RGB pixels as one number each."""
    wide = pixels.astype(np.uint32)
    red = wide[:, :, 0]
    green = wide[:, :, 1]
    blue = wide[:, :, 2]
    return np.asarray(red << 16 | green << 8 | blue, np.uint32)


def _unpack(packed: Packed) -> Pixels:
    channels = [packed >> 16, packed >> 8 & 255, packed & 255]
    return np.stack(channels, axis=-1).astype(np.uint8)


def palette_of(
    used: Packed,
    size: int,
    exact: Sequence[Any] = (),
) -> tuple[Packed, NDArray[np.uint8], bytes]:
    """The colours in use (sorted), the palette index of each, and the palette; index 0 is reserved for the caller.

    The palette has the `exact` colours; its rest is quantized from the colours in use.
    """
    fixed = _bytes(exact)
    colours, counts = np.unique(used, return_counts=True)
    # Weighted by the square root of their counts: otherwise large areas take the whole
    # palette, and the antialiased edges of letters get none.
    weights = np.ceil(np.sqrt(counts)).astype(int)
    sample = Image.fromarray(_unpack(np.repeat(colours, weights))[None])
    left_over = max(size - 1 - len(fixed), 2)
    cut = sample.quantize(left_over).getpalette() or []
    cut_colours = np.array(cut, np.uint8).reshape(-1, 3)
    palette = np.concatenate([fixed, cut_colours])[: size - 1]
    indexes = _nearest(_unpack(colours), palette) + np.uint8(1)
    return colours, indexes, bytes(3) + palette.tobytes()


def _nearest(colours: Pixels, palette: Pixels) -> NDArray[np.uint8]:
    """The palette entry closest to each colour."""
    # int32 for differences below 0 and squares above 255.
    every = colours.astype(np.int32)
    one = palette.astype(np.int32)
    difference = every[:, None] - one[None]
    distance = (difference**2).sum(axis=2)
    return np.asarray(distance.argmin(axis=1), np.uint8)


def _bytes(colours: Sequence[Any]) -> Pixels:
    """Distinct RGB triples between 0 and 1 as bytes."""
    triples = np.array(colours, float).reshape(-1, 3)
    return np.unique(np.round(triples * 255).astype(np.uint8), axis=0)
