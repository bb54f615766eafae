"""Summarizes where durations come from, phase by phase: how often each was observed, and what was assumed."""

from __future__ import annotations

from collections.abc import Iterable

from k8slearn.locale import rehearsal as words
from k8slearn.rehearsal.machines import Machines
from k8slearn.rehearsal.observed import PHASES, STOP
from k8slearn.rehearsal.results import Basis
from k8slearn.rehearsal.spans import seconds_text
from k8slearn.rehearsal.timing import Timing


def basis(machines: Machines, nodes: Iterable[str]) -> tuple[Basis, ...]:
    """One row for each phase, over the Nodes that take part."""
    taking_part = sorted(nodes)
    found = []
    for phase in PHASES:
        found.append(_of_phase(machines.timings[phase], taking_part, machines))
    return tuple(found)


def _of_phase(timing: Timing, nodes: list[str], machines: Machines) -> Basis:
    known = [node for node in nodes if node in timing.factors]
    usual = {node: timing.on(node) for node in known}
    nobody = ("", timing.typical)
    fastest = min(usual.items(), key=lambda each: each[1], default=nobody)
    slowest = max(usual.items(), key=lambda each: each[1], default=nobody)
    assumed = timing.assumed
    return Basis(
        phase=timing.phase,
        typical=timing.typical,
        count=timing.count,
        fastest=fastest,
        slowest=slowest,
        quick=assumed.quick if assumed else fastest[1],
        slow=assumed.slow if assumed else slowest[1],
        sentence=_sentence(timing, fastest, slowest, machines),
    )


def _sentence(
    timing: Timing,
    fastest: tuple[str, float],
    slowest: tuple[str, float],
    machines: Machines,
) -> str:
    what = words.PHASES[timing.phase]
    if timing.assumed is not None:
        ends = seconds_text(timing.assumed.quick), seconds_text(timing.assumed.slow)
        told = words.BASIS["assumed"].format(
            what=what,
            quick=ends[0],
            slow=ends[1],
        )
        return told + words.ASSUMED_WHY[timing.assumed.why or timing.phase]
    usual = seconds_text(timing.typical)
    told = words.BASIS["seen"].format(
        what=what,
        usual=usual,
        count=timing.count,
    )
    if timing.phase == STOP and machines.stops_from == "rollout":
        told = words.BASIS["rollout"].format(
            what=what,
            usual=usual,
            count=timing.count,
        )
    if slowest[1] - fastest[1] >= 1.0:
        told += words.BASIS["nodes"].format(
            fast=fastest[0],
            quick=seconds_text(fastest[1]),
            lame=slowest[0],
            slow=seconds_text(slowest[1]),
        )
    return told + words.STOP
