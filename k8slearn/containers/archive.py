"""Files of a container as a tar archive."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from io import BytesIO
from posixpath import join, normpath
from tarfile import DIRTYPE, TarFile, TarInfo


def packed(files: Mapping[str, str], paths: Iterable[str]) -> bytes:
    """The files at these paths and below them."""
    archive = BytesIO()
    with TarFile(fileobj=archive, mode="w") as tar:
        for path in paths:
            wanted = normpath(path)
            folder = join(wanted, "")
            for file, text in files.items():
                if file == wanted or file.startswith(folder):
                    _add(tar, file, text.encode())
    return archive.getvalue()


def _add(tar: TarFile, path: str, data: bytes) -> None:
    entry = TarInfo(path.strip("/"))
    if path.endswith("/"):
        entry.type = DIRTYPE
        entry.mode = 0o755
    entry.size = len(data)
    tar.addfile(entry, BytesIO(data))
