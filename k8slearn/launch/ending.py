"""How a command ends when it is told to, so that it removes what it has written whichever signal it got."""

from __future__ import annotations

import signal
import threading
from typing import Any


def ending() -> threading.Event:
    """An event that is set by Ctrl-C, by SIGTERM and when the terminal is closed."""
    end = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: end.set())
    end_with_terminal()
    return end


def end_with_terminal() -> None:
    """Let a closed terminal (SIGHUP) count as SIGTERM; by default the process would die without cleaning up."""
    hang_up = getattr(signal, "SIGHUP", None)
    # Windows has no such signal, and under `nohup` it is to be ignored.
    if hang_up is not None and signal.getsignal(hang_up) != signal.SIG_IGN:
        signal.signal(hang_up, _terminate)


def _terminate(*_: Any) -> None:
    signal.raise_signal(signal.SIGTERM)
