"""Waiting for what another thread or process does."""

import time
from collections.abc import Callable

SECONDS = 60.0
"""Far more than any of it takes: only what hangs runs into it, on however slow a machine."""


def eventually(holds: Callable[[], object]) -> None:
    """Wait until it holds."""
    end = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)
