"""Makes slow fixtures once per run: the first process that asks makes it, and the others wait.

Successive runs share them if K8SLEARN_TESTS_SHARED names a folder, which is then not removed.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from fcntl import LOCK_EX, flock
from pathlib import Path
from shutil import rmtree
from tempfile import gettempdir

KEPT = "K8SLEARN_TESTS_SHARED"


def folder() -> Path:
    """The folder that the processes of this run share."""
    if kept := os.environ.get(KEPT):
        return Path(kept)
    by_xdist = "PYTEST_XDIST_WORKER" in os.environ
    run = os.getppid() if by_xdist else os.getpid()
    return Path(gettempdir()) / f"k8slearn-tests-{run}"


def made_once(name: str, make: Callable[[Path], None]) -> Path:
    """A folder filled by `make`; after a failure the next process tries again."""
    found = folder() / name
    done = folder() / f"{name}.done"
    folder().mkdir(parents=True, exist_ok=True)
    with (folder() / f"{name}.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if not done.exists():
            rmtree(found, ignore_errors=True)
            found.mkdir()
            make(found)
            done.touch()
    return found


def remove() -> None:
    """Remove the folder, unless it is kept."""
    if not os.environ.get(KEPT):
        rmtree(folder(), ignore_errors=True)
