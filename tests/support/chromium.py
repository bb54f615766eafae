"""Finds Chromium for the tests, and the arguments to start it."""

import shutil
from pathlib import Path

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")
"""Names of the program. The first one has no windows and takes three quarters of the processor time."""

SHARED_MEMORY = Path("/dev/shm")
ENOUGH = 2**30
"""Bytes of shared memory that Chromium needs; containers often have 64 MiB."""


def find() -> str | None:
    """The path of Chromium, None if there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def arguments() -> list[str]:
    """The arguments to start it: tests may run as root."""
    found = ["--no-sandbox"]
    if not SHARED_MEMORY.exists() or shutil.disk_usage(SHARED_MEMORY).free < ENOUGH:
        # It uses files instead, which is a tenth slower.
        found.append("--disable-dev-shm-usage")
    return found
