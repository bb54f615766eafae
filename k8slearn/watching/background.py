"""Runs a coroutine in a thread with an event loop of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any


class Background:
    """Runs one coroutine in a daemon thread until it ends or is cancelled; a kernel does not wait for it."""

    def __init__(self, coroutine: Coroutine[Any, Any, None]) -> None:
        self._loop = asyncio.new_event_loop()
        self._task = self._loop.create_task(coroutine)
        self._thread = threading.Thread(target=self._run, name="k8s-watch", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        # ReferenceError: the cluster was garbage collected, so its weak proxy is dead; this is no failure.
        with suppress(asyncio.CancelledError, ReferenceError):
            self._loop.run_until_complete(self._task)
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    @property
    def alive(self) -> bool:
        """Whether the coroutine still runs."""
        return self._thread.is_alive()

    def end(self) -> None:
        """Cancel the coroutine; returns at once."""
        # The loop may be closed already.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._task.cancel)

    def join(self) -> None:
        """Wait until it has ended."""
        self._thread.join()
