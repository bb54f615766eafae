"""Makes changed copies of the model's own functions, to show what a piece of code is for."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from typing import Any

from k8slearn.locale import course as words
from k8slearn.mistakes import WrongValueError


def rewritten(function: Callable[..., Any], old: str, new: str) -> Callable[..., Any]:
    """A copy of a function with `old` in its source replaced by `new`. Raises ValueError if `old` is not in it.

    The original is unchanged; `unittest.mock.patch.object` can put the copy in its place for a while.
    """
    source = inspect.getsource(function)
    if old not in source:
        raise WrongValueError(
            words.PIECE_ABSENT.format(name=function.__name__, old=old)
        )
    # A copy of the module's namespace, so that the new definition does not replace the original.
    scope = dict(vars(sys.modules[function.__module__]))
    exec(source.replace(old, new), scope)
    made: Callable[..., Any] = scope[function.__name__]
    return made
