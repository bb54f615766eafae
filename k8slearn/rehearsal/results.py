"""What a rehearsal found, as plain data, from which pictures, pages, tables and JSON are made."""

from __future__ import annotations

from dataclasses import dataclass, field

from k8slearn.rehearsal.absences import Step
from k8slearn.rehearsal.choices import Choice


@dataclass(frozen=True, slots=True)
class Basis:
    """Where the seconds of a phase come from: `count` observations of this DaemonSet; with 0, `typical` is assumed.

    `fastest` and `slowest` are Nodes with their usual seconds; `quick` and `slow` are the ends of an assumption.
    """

    phase: str
    typical: float
    count: int
    fastest: tuple[str, float]
    slowest: tuple[str, float]
    quick: float
    slow: float
    sentence: str


@dataclass(frozen=True, slots=True)
class Stuck:
    """A Node that blocks a rollout, and the reasons in sentences."""

    node: str
    zone: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A change that unblocks the rollout, tried on a fork: in words, as kubectl commands, and with its effects."""

    text: str
    kubectl: str
    proof: str
    effects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Blockage:
    """Where a rollout stands still: the Nodes that block it, how many wait behind them, and the round's arithmetic.

    `remedies` are changes that would let it go on, the smallest first.
    """

    stuck: tuple[Stuck, ...]
    held_up: int
    round: tuple[str, ...]
    remedies: tuple[Suggestion, ...] = ()


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of a version that cannot run: `away` Nodes have no working Pod until it is undone.

    It stands still `after` seconds; all is as before `undo` seconds after the undo, None where it never is.
    """

    away: int
    nodes: tuple[str, ...]
    after: float
    undo: float | None


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """One choice. `number` is the limit as a number of Nodes; seconds from the quick draw to the slow one.

    The real controller takes Nodes in no fixed order: up to `worst_in_one_zone` may be away at a time by chance.
    `draws` are the durations of all draws: quick, slow, then the mixed ones; where it stands still, until the last
    progress. `most_in_zones` is by zone; `steps` are the Nodes away in the usual draw.
    """

    choice: Choice
    number: int
    complete: bool
    quick: float
    usual: float
    slow: float
    draws: tuple[float, ...]
    desired: int
    replaced: int
    most_away: int
    most_in_zones: dict[str, int]
    worst_in_one_zone: int
    spell: float
    longest: tuple[str, float]
    steps: tuple[Step, ...]
    standstill: Blockage | None = None
    bad_image: Cost | None = None
    never_ready: Cost | None = None

    @property
    def goes_round(self) -> bool:
        """Whether it gets past the blocked Nodes: all others are replaced and none wait."""
        return self.standstill is not None and not self.standstill.held_up

    @property
    def stuck(self) -> tuple[Stuck, ...]:
        """The Nodes that block it."""
        return self.standstill.stuck if self.standstill is not None else ()

    @property
    def most_in_one_zone(self) -> tuple[str, int]:
        """The zone with the most Nodes away at a time, and their number; ('', 0) where no Node has a zone."""
        named = {zone: count for zone, count in self.most_in_zones.items() if zone}
        if not named:
            return "", 0
        zone = max(named, key=lambda each: named[each])
        return zone, named[zone]


@dataclass(frozen=True)
class Facts:
    """What all choices have in common. `images` are (container, before, after) for each that differs.

    `silent` are Nodes whose kubelet does not answer; `notes` are sentences about what the dump lacks.
    """

    daemon_set: str
    images: tuple[tuple[str, str, str], ...]
    changed: bool
    nodes: int
    zones: int
    away_before: tuple[str, ...]
    silent: tuple[str, ...]
    basis: tuple[Basis, ...]
    draws: int
    notes: tuple[str, ...] = field(default=())


@dataclass
class Findings:
    """All findings: `results` for the choices that were run, out of all that were `asked` for."""

    facts: Facts
    asked: tuple[Choice, ...]
    results: list[Rehearsed] = field(default_factory=list)
    interrupted: bool = False
