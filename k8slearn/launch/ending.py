"""How a command ends when it is told to: what it has written goes, however it was told."""

from __future__ import annotations

import signal
import threading
from typing import Any


def ending() -> threading.Event:
    """What is set by Ctrl-C, by a request to end, and when the terminal is closed."""
    end = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: end.set())
    end_with_terminal()
    return end


def end_with_terminal() -> None:
    """Let a closed terminal count as a request to end, for the usual answer is to be gone at once."""
    hang_up = getattr(signal, "SIGHUP", None)
    # Windows has no such signal, and `nohup` means that it is to be passed over.
    if hang_up is not None and signal.getsignal(hang_up) != signal.SIG_IGN:
        signal.signal(hang_up, _terminate)


def _terminate(*_: Any) -> None:
    signal.raise_signal(signal.SIGTERM)
