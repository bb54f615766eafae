"""How a panel ends: callbacks that do not keep it alive, and closing its parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import WeakMethod

from k8slearn.lab.pacing import Player
from k8slearn.lab.widgets import close_widgets
from k8slearn.runtime import Watcher


def weakly(method: Callable[..., Any]) -> Callable[..., Any]:
    """A function that calls a bound method without keeping its object alive; afterwards it does nothing."""
    reference = WeakMethod(method)

    def call(*args: Any) -> Any:
        target = reference()
        if target is None:
            return None
        return target(*args)

    return call


def shut(
    redraw: Watcher, player: Player, unsubscribe: Callable[[], None], root: Any
) -> None:
    """End the threads and the widgets of a panel."""
    unsubscribe()
    player.pause()
    redraw.end()
    close_widgets(root)
