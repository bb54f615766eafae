"""Compiles the Python files in an archive, so that nothing is left to compile where it is loaded.

Bytecode must be written by the Python version that reads it, so `bytecode.mjs` runs this file in the Python for the
browser. Nothing but the standard library is imported here.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from importlib.util import MAGIC_NUMBER
from marshal import dumps
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

# Without docstrings: they are a tenth of the download, and a page shows none.
OPTIMIZE = 2
# PEP 552: unchecked hash-based pycs, which Python does not compare with their source.
UNCHECKED = (1).to_bytes(4, "little") + bytes(8)


def compile_archive(source: str, target: str, with_source: Sequence[str] = ()) -> None:
    """Copy an archive with bytecode in place of its Python files; below `with_source` the source is kept too."""
    with ZipFile(source) as given, ZipFile(target, "w", ZIP_DEFLATED) as made:
        for name in given.namelist():
            for place, content in _files(name, given.read(name), with_source):
                # Without a date, so that the same source is the same archive.
                entry = ZipInfo(place)
                made.writestr(entry, content, ZIP_DEFLATED, compresslevel=9)


def _files(
    name: str, content: bytes, with_source: Sequence[str]
) -> Iterator[tuple[str, bytes]]:
    """(name, content) of the entries in place of a file."""
    if not name.endswith(".py"):
        yield name, content
        return
    code = compile(content, name, "exec", dont_inherit=True, optimize=OPTIMIZE)
    compiled = MAGIC_NUMBER + UNCHECKED + dumps(code)
    if not name.startswith(tuple(with_source)):
        yield f"{name}c", compiled
        return
    # Where there is a source, Python looks for the code in this folder alone.
    folder, _, module = name.rpartition("/")
    tag = sys.implementation.cache_tag
    yield name, content
    yield f"{folder}/__pycache__/{module[:-3]}.{tag}.pyc", compiled
