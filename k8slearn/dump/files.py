"""Reads a dump's files as text, in whatever encoding a shell wrote them."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from k8slearn.locale import dump as words
from k8slearn.mistakes import WrongValueError

# The endings of such files; the logs.txt of `kubectl cluster-info dump` are not read.
ENDINGS = (".yaml", ".yml", ".json", ".yaml.gz", ".yml.gz", ".json.gz")
# Ten times the largest dump that was tried: a larger file is hardly a dump.
MOST_BYTES = 600 * 2**20
_GZIP = b"\x1f\x8b"
_MARKS = (
    # UTF-32 first: its byte order mark begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class DumpError(WrongValueError):
    """A dump cannot be read; the message says what to do."""


class DumpText(NamedTuple):
    """A file's text, and its name for messages."""

    title: str
    text: str


def texts(paths: Iterable[str | Path]) -> Iterator[DumpText]:
    """The texts of these files and of all files in these folders. Raises DumpError."""
    for each in paths:
        path = Path(each).expanduser()
        if path.is_dir():
            yield from _of_folder(path)
        else:
            yield _of_file(path)


def _of_folder(folder: Path) -> Iterator[DumpText]:
    found = [path for path in folder.rglob("*") if path.name.lower().endswith(ENDINGS)]
    if not found:
        raise DumpError(words.EMPTY_FOLDER.format(folder=folder))
    for path in sorted(found):
        yield _of_file(path)


def _of_file(path: Path) -> DumpText:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise DumpError(words.TOO_LARGE.format(file=path, most=MOST_BYTES >> 20))
        content = _unpacked(path)
    except (EOFError, zlib.error):
        raise DumpError(words.CUT_OFF_PACKED.format(file=path)) from None
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise DumpError(words.NO_FILE.format(file=path, why=why)) from None
    return DumpText(str(path), decoded(content, str(path)))


def _unpacked(path: Path) -> bytes:
    """The bytes of a file, unpacked if it is gzip. Raises DumpError where there are more than MOST_BYTES."""
    content = path.read_bytes()
    if not content.startswith(_GZIP):
        return content
    with gzip.open(path) as packed:
        unpacked = packed.read(MOST_BYTES + 1)
    if len(unpacked) > MOST_BYTES:
        raise DumpError(words.TOO_LARGE.format(file=path, most=MOST_BYTES >> 20))
    return unpacked


def decoded(content: bytes, title: str) -> str:
    """The text of a file, with Unix line ends. Raises DumpError."""
    try:
        text = content.decode(_encoding(content))
    except UnicodeDecodeError:
        raise DumpError(words.NO_TEXT.format(file=title)) from None
    return text.replace("\r\n", "\n")


def _encoding(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return encoding
    # `>` in PowerShell 5 writes UTF-16 with a byte order mark, which copying may lose.
    head = content[:4]
    if len(head) == 4 and not head[1] and not head[3]:
        return "utf-16-le"
    if len(head) == 4 and not head[0] and not head[2]:
        return "utf-16-be"
    return "utf-8"
