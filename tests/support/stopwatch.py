"""Measures durations independently of the machine, so that limits do not fail on slow machines.

Some machines were up to four times slower than the one on which the limits were measured, and one machine varied by as
much within an hour.
"""

import time
from collections.abc import Callable
from typing import TypeVar

from k8slearn.apimachinery.cycles import uncollected

Answer = TypeVar("Answer")

LOOP = 250_000
QUIET_LOOP_SECONDS = 0.018
"""The duration of the loop on the quiet machine on which the limits were measured."""


def slowness() -> float:
    """How many times slower this machine is now than that one; at least 1."""
    began = time.process_time()
    x = 0
    for i in range(LOOP):
        x += i * i % 7
    return max((time.process_time() - began) / QUIET_LOOP_SECONDS, 1.0)


def timed(call: Callable[[], Answer]) -> tuple[Answer, float]:
    """The result of `call`, and its processor time in seconds of a quiet machine.

    The machine is measured before and after, since it varies. Garbage collection is off, since it would traverse all
    objects of a long test process.
    """
    with uncollected():
        before = slowness()
        began = time.process_time()
        answer = call()
        seconds = time.process_time() - began
        return answer, seconds / ((before + slowness()) / 2)
