"""How long a phase takes on each Node, estimated from observations; and random draws: quick, slow and mixed.

A Node's factor compares its Pods with the same Pods on other Nodes, so a slow Node is slow also for a DaemonSet that
is new there. The residuals are the spread on one Node from one time to the next.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, log, sqrt
from random import Random
from statistics import fmean, median

from k8slearn.rehearsal.observed import Observation

# Added to durations before comparing: timestamps have whole seconds, which matters for short durations.
SMOOTH = 0.5
# Fewer observations are too few for a comparison.
FEWEST_OF_OWNER = 3
FEWEST_RESIDUALS = 8
# The 10th and 90th percentile: the range without outliers.
LOW, HIGH = 0.1, 0.9
# The range of residuals where there are too few.
ASSUMED_SPREAD = (0.75, 1.35)

QUICK, SLOW, MIXED = "quick", "slow", "mixed"


@dataclass(frozen=True, slots=True)
class Assumed:
    """An assumed range of seconds for what was never observed; `usual` lies between `quick` and `slow`.

    `why` is the key of the sentence that explains it, '' for the phase's own.
    """

    quick: float
    usual: float
    slow: float
    why: str = ""


@dataclass(frozen=True)
class Timing:
    """One phase on all Nodes. `count` is the number of observations of this DaemonSet, `elsewhere` of others.

    `factors` are by Node; `residuals` are what they leave unexplained, as sorted factors. `assumed` is set where
    `typical` was not observed.
    """

    phase: str
    typical: float
    count: int = 0
    elsewhere: int = 0
    factors: Mapping[str, float] = field(default_factory=dict)
    residuals: Sequence[float] = ()
    assumed: Assumed | None = None

    def seconds(self, node: str, manner: str, rng: Random) -> float:
        """The seconds on a Node, drawn at random: `manner` is quick, slow or mixed."""
        if self.assumed is not None:
            return self._assumed(self.assumed, manner, rng)
        factor = self.factors.get(node)
        if factor is None:
            factor = _pick(sorted(self.factors.values()), manner, rng)
        spread = self._draw_residual(manner, rng)
        return max((self.typical + SMOOTH) * factor * spread - SMOOTH, 0.0)

    def on(self, node: str) -> float:
        """The usual seconds on a Node."""
        factor = self.factors.get(node, 1.0)
        return max((self.typical + SMOOTH) * factor - SMOOTH, 0.0)

    def _draw_residual(self, manner: str, rng: Random) -> float:
        if len(self.residuals) >= FEWEST_RESIDUALS:
            return _pick(self.residuals, manner, rng)
        low, high = ASSUMED_SPREAD
        if manner == QUICK:
            return low
        return high if manner == SLOW else rng.uniform(low, high)

    def _assumed(self, assumed: Assumed, manner: str, rng: Random) -> float:
        if manner == QUICK:
            return assumed.quick
        if manner == SLOW:
            return assumed.slow
        return rng.uniform(assumed.quick, 2 * assumed.usual - assumed.quick)


def _pick(known: Sequence[float], manner: str, rng: Random) -> float:
    """A low, high or random one of the sorted factors."""
    if not known:
        return 1.0
    if manner == MIXED:
        return rng.choice(known)
    share = LOW if manner == QUICK else HIGH
    return known[round(share * (len(known) - 1))]


def timing(
    phase: str, seen: Iterable[Observation], owner: str, assumed: Assumed
) -> Timing:
    """A phase's timing for Pods of `owner`, from observations of these; Nodes' factors from those of all owners."""
    groups: dict[str, list[Observation]] = defaultdict(list)
    for observation in seen:
        if observation.phase == phase:
            groups[observation.owner].append(observation)
    own = groups.get(owner, [])
    elsewhere = sum(map(len, groups.values())) - len(own)
    ratios = _ratios(groups.values())
    factors = {node: exp(fmean(logs)) for node, logs in ratios.items()}
    if own:
        typical = median([each.seconds for each in own])
        guess = None
    else:
        typical = assumed.usual
        guess = assumed
    return Timing(
        phase, typical, len(own), elsewhere, factors, _residuals(ratios), guess
    )


def _ratios(groups: Iterable[Sequence[Observation]]) -> dict[str, list[float]]:
    """By Node, the logarithms of the ratios of its times to those of the same owner's Pods on all Nodes."""
    found: dict[str, list[float]] = defaultdict(list)
    for group in groups:
        if len(group) < FEWEST_OF_OWNER:
            continue
        middle = median([each.seconds for each in group]) + SMOOTH
        for each in group:
            if each.node:
                found[each.node].append(log((each.seconds + SMOOTH) / middle))
    return found


def _residuals(ratios: Mapping[str, Sequence[float]]) -> list[float]:
    """What the factors leave unexplained, as factors, from Nodes with more than one observation."""
    found = []
    for logs in ratios.values():
        if len(logs) < 2:
            continue
        middle = fmean(logs)
        # Bessel's correction: deviations from a mean of few values are too small.
        wider = sqrt(len(logs) / (len(logs) - 1))
        found += [exp((each - middle) * wider) for each in logs]
    return sorted(found)
