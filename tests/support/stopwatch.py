"""How long something takes, without the machine in it: a limit in seconds must not fail where all is slow.

Machines on which these tests ran were up to four times slower than the one the limits were measured on, and the same
machine changed by as much within an hour.
"""

import time
from collections.abc import Callable
from typing import TypeVar

from k8slearn.apimachinery.cycles import uncollected

Answer = TypeVar("Answer")

LOOP = 250_000
QUIET_LOOP_SECONDS = 0.018
"""What the loop takes on the quiet machine on which the limits were measured."""


def slowness() -> float:
    """How many times longer than that machine this one takes now; 1 for a faster one."""
    began = time.process_time()
    x = 0
    for i in range(LOOP):
        x += i * i % 7
    return max((time.process_time() - began) / QUIET_LOOP_SECONDS, 1.0)


def timed(call: Callable[[], Answer]) -> tuple[Answer, float]:
    """What `call` gives, and the seconds of the processor it takes on a quiet machine.

    The machine is measured before and after, for it changes; without collections of garbage, which look at all that a
    long test process holds.
    """
    with uncollected():
        before = slowness()
        began = time.process_time()
        answer = call()
        seconds = time.process_time() - began
        return answer, seconds / ((before + slowness()) / 2)
