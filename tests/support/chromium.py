"""Which Chromium the tests drive, and how it is started."""

import shutil
from pathlib import Path

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")
"""The first has no windows: the same pages take it three quarters of the processor."""

SHARED_MEMORY = Path("/dev/shm")
ENOUGH = 2**30
"""Bytes: a container often has 64 MiB, and Chromium needs more for one page."""


def find() -> str | None:
    """Where it is; None where there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def arguments() -> list[str]:
    """Of its command line: tests run as root, too."""
    found = ["--no-sandbox"]
    if not SHARED_MEMORY.exists() or shutil.disk_usage(SHARED_MEMORY).free < ENOUGH:
        # Files instead, which cost it a tenth.
        found.append("--disable-dev-shm-usage")
    return found
