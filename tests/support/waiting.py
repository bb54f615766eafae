"""Waiting for what another thread or process does."""

import time
from collections.abc import Callable

SECONDS = 60.0
"""The timeout: far longer than anything takes, even on a slow machine."""


def eventually(holds: Callable[[], object]) -> None:
    """Wait until `holds()` is true; fails after SECONDS."""
    end = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)
