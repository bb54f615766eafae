"""What a rehearsal found, as plain data: pictures, pages, tables and JSON are made of this and of nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field

from k8slearn.rehearsal.absences import Step
from k8slearn.rehearsal.choices import Choice


@dataclass(frozen=True, slots=True)
class Basis:
    """Where the seconds of a phase come from. `count` observations of this DaemonSet; 0: `typical` is assumed.

    `fastest` and `slowest` are Nodes with what it usually takes there; `quick` and `slow` the ends of an assumption.
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
    """A Node that holds a rollout up, and why, in sentences."""

    node: str
    zone: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A change under which it goes on, tried on a fork: in words, as kubectl lines, with what came of it."""

    text: str
    kubectl: str
    proof: str
    effects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Blockage:
    """Where a rollout stands still: the Nodes that hold it up, how many wait behind them, and the round's arithmetic.

    `remedies` are what would let it go on, the smallest first.
    """

    stuck: tuple[Stuck, ...]
    held_up: int
    round: tuple[str, ...]
    remedies: tuple[Suggestion, ...] = ()


@dataclass(frozen=True, slots=True)
class Cost:
    """What a version costs that cannot run. `away` Nodes have no Pod that works until somebody takes it back.

    `after` seconds it stands still; `undo` seconds after taking it back all is as it was, None where it is not.
    """

    away: int
    nodes: tuple[str, ...]
    after: float
    undo: float | None


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """One choice. `number` is the limit as a number of Nodes; seconds from the quick draw to the slow one.

    The real controller takes Nodes in no fixed order, so that by chance `worst_in_one_zone` may be away at a time.
    `draws` are the durations one by one: quick, slow, then those between. Where it stands still, durations are those
    until the last progress. `most_in_zones` is by zone, `steps` who is away in the usual draw.
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
        """Whether it gets past those that hold it up: all others are replaced, and nobody waits behind."""
        return self.standstill is not None and not self.standstill.held_up

    @property
    def stuck(self) -> tuple[Stuck, ...]:
        """The Nodes that hold it up."""
        return self.standstill.stuck if self.standstill is not None else ()

    @property
    def most_in_one_zone(self) -> tuple[str, int]:
        """The zone of which most were away at a time; ('', 0) where no Node says its zone."""
        named = {zone: count for zone, count in self.most_in_zones.items() if zone}
        if not named:
            return "", 0
        zone = max(named, key=lambda each: named[each])
        return zone, named[zone]


@dataclass(frozen=True)
class Facts:
    """What all choices have in common. `images` are (container, before, after) where they differ.

    `silent` Nodes have a kubelet that does not answer; `notes` are what the dump did not have.
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
    """All that a rehearsal found: `results` of the choices that are done, of all that were `asked` for."""

    facts: Facts
    asked: tuple[Choice, ...]
    results: list[Rehearsed] = field(default_factory=list)
    interrupted: bool = False
