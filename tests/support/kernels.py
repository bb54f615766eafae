"""Starting kernels of notebooks in tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

TRIES = 3
_T = TypeVar("_T")


def started_again(start: Callable[[], _T]) -> _T:
    """Call `start`, again if it fails: two kernels that start at the same time may have chosen the same port.

    A kernel that dies later raises another error.
    """
    for _ in range(TRIES):
        try:
            return start()
        except RuntimeError as error:
            if type(error) is not RuntimeError:
                raise
            last = error
    raise last
