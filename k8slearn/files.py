"""Writing the learner's files: each is written whole or not at all, by one writer at a time."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from tempfile import mkdtemp

from k8slearn.locale import files as words

# What a file is called until it is whole: hidden, and told from the learner's own by its end.
UNFINISHED = ".k8slearn-new"
LOCK = ".lock"
# Long beside the milliseconds that a write takes; short beside a learner's patience, should the other one be stopped.
LOCK_SECONDS = 5.0
LOOK_AGAIN_SECONDS = 0.005
FOLDER = "k8slearn-"
# What a folder is held by as long as the process lives that made it.
HELD = "held"
# A folder younger than this may have been made by somebody who is about to hold it.
NEW_SECONDS = 60.0

_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_BINARY = getattr(os, "O_BINARY", 0)


def replace(path: Path, content: bytes) -> None:
    """Write a file: whoever reads meanwhile, or after a power cut, finds the old one or the new one whole.

    Raises OSError, and then the old file stands as it was.
    """
    fresh = path.with_name(f".{path.name}.{token_hex(8)}{UNFINISHED}")
    try:
        _write_new(fresh, content)
        fresh.replace(path)
    except BaseException:
        # Ctrl-C included: nobody comes back for a name that only this call knows.
        with suppress(OSError):
            fresh.unlink()
        raise
    _keep_name(path.parent)


def reason(error: OSError) -> str:
    """What stands in the way, for the learner; what nobody has put into words is told in the system's own."""
    name = errno.errorcode.get(error.errno or 0, "")
    return words.REASONS.get(name) or error.strerror or str(error)


def _write_new(path: Path, content: bytes) -> None:
    # O_EXCL: of a name that somebody has planted here, a link above all, nothing is written through.
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW | _BINARY
    with open(os.open(path, flags, 0o666), "wb") as file:
        file.write(content)
        file.flush()
        # Before the name moves: else a power cut may leave the new name with nothing in it.
        os.fsync(file.fileno())


def _keep_name(folder: Path) -> None:
    # Windows opens no folder, and some shares sync none; the file itself is safe by then.
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def sweep(folder: Path, name: str = "") -> None:
    """Remove what writers of a file (of any, unless it is named) that were killed have left; only for who is alone."""
    with suppress(OSError):
        for path in folder.glob(f".{name}*{UNFINISHED}"):
            path.unlink()


@contextmanager
def alone(path: Path, seconds: float = LOCK_SECONDS) -> Iterator[None]:
    """Hold off every other thread and process that asks for the same path; nothing is written to it.

    Raises OSError: TimeoutError when somebody else holds it all the time, others where no file can be made.
    """
    # A browser has one thread, and no locks; nor would it hide a file of this name.
    if sys.platform == "emscripten":
        yield
        return
    handle = os.open(
        _lock_of(path), os.O_RDWR | os.O_CREAT | _NO_FOLLOW | _BINARY, 0o666
    )
    try:
        _wait(handle, time.monotonic() + seconds)
        yield
    finally:
        # Ends the lock as well, as the end of the process does. The file stays: to remove it would let two in.
        os.close(handle)


@contextmanager
def own_folder() -> Iterator[Path]:
    """A folder in the temporary directory that only this user sees and that goes again. Raises OSError.

    A process that is killed leaves its own behind: the next one takes it away.
    """
    folder = Path(mkdtemp(prefix=FOLDER))
    try:
        with alone(folder / HELD):
            for other in folder.parent.glob(f"{FOLDER}*"):
                if _is_left(other):
                    shutil.rmtree(other, ignore_errors=True)
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _is_left(folder: Path) -> bool:
    """Whether a folder is of a process that has ended; where nobody can tell, it is not."""
    with suppress(OSError):
        about = folder.lstat()
        is_ours = not hasattr(os, "getuid") or about.st_uid == os.getuid()
        is_old = time.time() - about.st_mtime > NEW_SECONDS
        if stat.S_ISDIR(about.st_mode) and is_ours and is_old:
            # A lock and no number of a process: containers that share the directory count theirs anew.
            handle = os.open(_lock_of(folder / HELD), os.O_RDWR | _NO_FOLLOW)
            try:
                return _try_lock(handle) is True
            finally:
                os.close(handle)
    return False


def _lock_of(path: Path) -> Path:
    return path.with_name(f".{path.name.lstrip('.')}{LOCK}")


def _wait(handle: int, end: float) -> None:
    while _try_lock(handle) is False:
        if time.monotonic() > end:
            raise TimeoutError("somebody else is writing")
        time.sleep(LOOK_AGAIN_SECONDS)


if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: int) -> bool | None:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(handle: int) -> bool | None:
        """Whether it is locked now, by us; None where nobody can lock."""
        try:
            # flock and not lockf: that one lets in every thread of a process.
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            # A share that knows no locks: to write unlocked is better than to write nothing.
            return None
        return True
