"""How long a kubelet takes for what it does."""

from __future__ import annotations

from dataclasses import dataclass

Range = tuple[float, float]
AT_ONCE: Range = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Pace:
    """How long things take, in simulated seconds: a range for each, from which the seed picks.

    The ranges are those of a small image on a quiet machine; they need not be true, only different from each other,
    so that Nodes that begin together do not end together. `admits`: it takes every Pod, whatever its Node lacks.
    """

    pull: Range = (1.5, 2.5)
    start: Range = (0.8, 1.4)
    stop: Range = (1.0, 2.0)
    events: bool = True
    admits: bool = False
    real: bool = False

    @property
    def instant(self) -> bool:
        """Whether Pods start and stop in no time, and nobody is told."""
        return not self.events and self.pull == self.start == self.stop == AT_ONCE


SIMPLE = Pace()
# The kubelet itself, with workers, probes and all: see `nodes`.
REAL = Pace(real=True)
# The recorded clusters had an instant kubelet that told no Events: whoever compares with them needs the same.
INSTANT = Pace(AT_ONCE, AT_ONCE, AT_ONCE, events=False, admits=True)
