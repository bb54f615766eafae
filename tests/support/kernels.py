"""How the tests start the kernels of notebooks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

TRIES = 3
_T = TypeVar("_T")


def started_again(start: Callable[[], _T]) -> _T:
    """What a start gives. Ports are chosen before they are taken: of two kernels that start at once one may fail.

    A kernel that dies later is another kind of error, and is raised.
    """
    for _ in range(TRIES):
        try:
            return start()
        except RuntimeError as error:
            if type(error) is not RuntimeError:
                raise
            last = error
    raise last
