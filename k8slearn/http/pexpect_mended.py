"""What a program wrote before it ended is seen in a notebook, however busy the machine is.

IPython runs `!kubectl …` by pexpect, which waits for text and then asks whether the program is still alive. One that
wrote and ended between the two is taken for one that wrote nothing, and the cell stays empty: one in thirty on a busy
machine, as a class has it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Any

Read = Callable[..., Any]


def mend_pexpect() -> None:
    """Have it look once more, where there is IPython; elsewhere nobody has a `!`."""
    if "IPython" not in sys.modules:
        return
    # Not "where it is loaded": IPython loads it with the first `!`, which comes after this.
    try:
        pexpect: Any = import_module("pexpect")
    except ImportError:
        # On Windows and in a browser IPython does without it.
        return
    if hasattr(pexpect.spawn.read_nonblocking, "__wrapped__"):
        return
    reading = pexpect.spawn.read_nonblocking
    pexpect.spawn.read_nonblocking = asked_again(reading, pexpect.EOF)


def asked_again(read: Read, ended: type[Exception]) -> Read:
    """A way to read that looks once more before it calls the text ended."""

    @wraps(read)
    def read_on(self: Any, size: int = 1, timeout: float | None = -1) -> Any:
        try:
            return read(self, size, timeout)
        except ended:
            # The program is gone, so that all it wrote is there: no need to wait.
            return read(self, size, 0)

    return read_on
