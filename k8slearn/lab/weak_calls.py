"""Calls that keep no panel alive."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import WeakMethod


def weakly(method: Callable[..., Any]) -> Callable[..., Any]:
    """A bound method that does not keep its object alive; calls after its end do nothing and return None."""
    reference = WeakMethod(method)

    def call(*args: Any) -> Any:
        target = reference()
        if target is None:
            return None
        return target(*args)

    return call
