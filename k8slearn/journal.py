"""What has to be remembered of a control plane so that its past can be lived through again.

All that the components do follows from how it began and from what came from outside; so only these two are kept.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from k8slearn.apiserver.registry import Written
from k8slearn.chance import Chance

Lock = AbstractContextManager[Any]


@dataclass(frozen=True, slots=True)
class Interference:
    """After how many turns of the components, at which simulated second, what was written or altered.

    `call`, which alters the machinery, is given the control plane.
    """

    turns: int
    time: float
    written: list[Written]
    call: Callable[[Any], object] | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """What a control plane is made from, so that another one can begin as it did; `rng` is never drawn from."""

    rng: Chance
    kubelet: str
    new_lock: Callable[[], Lock]
    start: float
