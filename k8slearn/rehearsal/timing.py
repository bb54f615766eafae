"""How long a phase takes on each Node, from what was seen; and draws of it, quick ones, slow ones and ones between.

A Node's factor is how its Pods compare with the same Pods elsewhere, so that a slow Node is slow in the rehearsal also
for a DaemonSet that is new there. What is left is spread: the same Node does not take the same time twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, log, sqrt
from random import Random
from statistics import fmean, median

from k8slearn.rehearsal.observed import Observation

# Timestamps have whole seconds: one more or less must not make a Node that takes two seconds twice as slow.
SMOOTH = 0.5
# A comparison needs company.
FEWEST_OF_OWNER = 3
FEWEST_RESIDUALS = 8
# The tenth and the ninetieth percentile: the spread of nearly all, without the odd one.
LOW, HIGH = 0.1, 0.9
# How much a time varies where too little was seen to tell.
ASSUMED_SPREAD = (0.75, 1.35)

QUICK, SLOW, MIXED = "quick", "slow", "mixed"


@dataclass(frozen=True, slots=True)
class Assumed:
    """Seconds, quick to slow, for what was never seen; `usual` lies between.

    `why` names the sentence that says where they come from, '' for that of the phase.
    """

    quick: float
    usual: float
    slow: float
    why: str = ""


@dataclass(frozen=True)
class Timing:
    """One phase on all Nodes. `count` is how often it was seen of this DaemonSet, `elsewhere` of others.

    `factors` are those of the Nodes that were seen; `residuals` what is left, as factors, sorted. `assumed` is set
    where `typical` was not seen at all.
    """

    phase: str
    typical: float
    count: int = 0
    elsewhere: int = 0
    factors: Mapping[str, float] = field(default_factory=dict)
    residuals: Sequence[float] = ()
    assumed: Assumed | None = None

    def seconds(self, node: str, manner: str, rng: Random) -> float:
        """What it takes on a Node in a draw."""
        if self.assumed is not None:
            return self._assumed(self.assumed, manner, rng)
        factor = self.factors.get(node)
        if factor is None:
            factor = _pick(sorted(self.factors.values()), manner, rng)
        spread = self._spread(manner, rng)
        return max((self.typical + SMOOTH) * factor * spread - SMOOTH, 0.0)

    def on(self, node: str) -> float:
        """What it usually takes on a Node."""
        factor = self.factors.get(node, 1.0)
        return max((self.typical + SMOOTH) * factor - SMOOTH, 0.0)

    def _spread(self, manner: str, rng: Random) -> float:
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
    """Of sorted factors a low one, a high one, or any."""
    if not known:
        return 1.0
    if manner == MIXED:
        return rng.choice(known)
    share = LOW if manner == QUICK else HIGH
    return known[round(share * (len(known) - 1))]


def timing(
    phase: str, seen: Iterable[Observation], owner: str, assumed: Assumed
) -> Timing:
    """What a phase takes for the Pods of `owner`, by what was seen of them and, of the Nodes, of all others."""
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
    """By Node, the logarithms of how its times compare with the same Pods' elsewhere."""
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
    """What a Node's factor leaves unexplained, of the Nodes that were seen more than once."""
    found = []
    for logs in ratios.values():
        if len(logs) < 2:
            continue
        middle = fmean(logs)
        # The mean lies nearer to its own few values than the truth does: Bessel's correction.
        wider = sqrt(len(logs) / (len(logs) - 1))
        found += [exp((each - middle) * wider) for each in logs]
    return sorted(found)
