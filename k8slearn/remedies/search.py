"""Searches for the smallest changes that unblock a standstill, trying each on a fork."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from k8slearn.cluster import Cluster
from k8slearn.explain.outlook import Outlooks
from k8slearn.locale import remedies as words
from k8slearn.remedies.asked import Standstill, advance_of
from k8slearn.remedies.containers import containers
from k8slearn.remedies.edits import CONTROLLER, IMAGES, Edit, mended
from k8slearn.remedies.evidence import Evidence, Idea, evidence_of
from k8slearn.remedies.harm import harm_of
from k8slearn.remedies.placing import placing
from k8slearn.remedies.refused import refused
from k8slearn.remedies.rollouts import rollouts
from k8slearn.remedies.scheduling import scheduling
from k8slearn.remedies.trial import ENOUGH, Bar, Course, course_of

# The most forks, for a cluster of up to 100 Nodes, and the least number for larger ones, which take longer.
TRIES = 24
FEWEST = 6
FEWEST_OF_REAL = 3
"""The least number of forks with complete kubelets, which take most of a fork's time."""
SMALL = 100
# Added to the rank, in Pods touched: for a doubtful remedy, and for one that gives the new version up.
DOUBT = 1000
GIVEN_UP = 10


@dataclass(frozen=True, slots=True)
class Remedy:
    """A change that works. `text` and `effects` are sentences; `proof` is a sentence about the result on the fork.

    `kubectl` are its lines, `yaml` is what changes in the objects. `size` is the number of fields and objects that
    change, `harm` that of other Pods and Nodes affected. `complete`: nothing remains stuck.
    """

    text: str
    edits: tuple[Edit, ...]
    kubectl: str
    yaml: str
    size: int
    effects: tuple[str, ...]
    harm: int
    proof: str
    seconds: float
    complete: bool
    doubtful: bool = False
    back: bool = False

    def apply(self, cluster: Cluster) -> None:
        """Make the change. Raises ApiError."""
        for edit in self.edits:
            edit.apply(cluster)

    @property
    def rank(self) -> tuple[bool, int]:
        """Sort key: complete remedies first, then by size and harm."""
        cost = self.size + self.harm
        cost += DOUBT * self.doubtful + GIVEN_UP * self.back
        return not self.complete, cost


def tries_for(cluster: Cluster) -> int:
    """The number of forks to make of a cluster, by its size."""
    nodes = len(cluster.store.list("Node"))
    fewest = FEWEST if cluster.kubelet.nodes is None else FEWEST_OF_REAL
    return max(fewest, TRIES * SMALL // max(nodes, SMALL))


def what_would_it_take(
    cluster: Cluster, asked: Standstill, tries: int | None = None
) -> list[Remedy]:
    """The remedies, the smallest and least harmful first; [] if nothing is stuck, or none was found.

    `tries` limits the forks (None: by the cluster's size). If things will go on by themselves, the only remedy is to
    wait, without edits.
    """
    return Search(cluster, asked).remedies(tries)


class Search:
    """The search for remedies of one standstill at one moment."""

    def __init__(self, cluster: Cluster, asked: Standstill) -> None:
        self.cluster = cluster
        self.asked = asked
        self.before = cluster.at(cluster.store.revision)
        self.present = advance_of(asked, Outlooks(cluster.store, cluster.now))
        """The progress at the time of the question."""
        self.tried = 0
        self.found: list[Remedy] = []

    def remedies(self, tries: int | None = None) -> list[Remedy]:
        """See `what_would_it_take`."""
        cluster = self.cluster
        tries = tries or tries_for(cluster)
        if self.present.complete or not self.present.wanted:
            return []
        alone = course_of(cluster, self.asked, (), Bar())
        assert alone is not None
        self.alone = alone
        if alone.seconds is not None or alone.moving:
            return [self._waiting(alone)]
        enough = len(alone.advance.well) + ENOUGH
        self.bar = Bar(self._stuck(alone), enough)
        ideas = _smallest_first(self._ideas(alone))
        pairs = self._try(ideas, tries)
        if not self._ended:
            self._try(_smallest_first(pairs), tries)
        return sorted(self.found, key=lambda remedy: remedy.rank)

    def _stuck(self, alone: Course) -> frozenset[str]:
        evidence = self._evidence(alone)
        if evidence is None or self.asked.kind != "DaemonSet":
            return alone.advance.left
        nodes = [each.node for each in evidence.obstacles if each.node is not None]
        return frozenset([node["metadata"]["name"] for node in nodes])

    # Ideas -------------------------------------------------------------------------------------------------------

    def _evidence(self, course: Course) -> Evidence | None:
        fork = course.fork
        return evidence_of(self.asked, fork.store, fork.now, _faults_below_api(fork))

    def _ideas(self, course: Course) -> list[Idea]:
        evidence = self._evidence(course)
        if evidence is None:
            return []
        sources = (placing, scheduling, refused, containers, rollouts)
        return [idea for source in sources for idea in source(evidence)]

    def _pairs(self, first: Idea, course: Course) -> Iterator[Idea]:
        """Pairs of ideas: the second one is found from where it is stuck after the first."""
        if first.doubtful:
            return
        for second in self._ideas(course):
            if second.lines != first.lines:
                edits = (*first.edits, *second.edits)
                text = words.BOTH.format(first=first.text, second=second.text)
                back = first.back or second.back
                yield Idea(text, edits, second.doubtful, back)

    @property
    def _ended(self) -> bool:
        """Whether a complete remedy was found."""
        return any(remedy.complete for remedy in self.found)

    # Trying ------------------------------------------------------------------------------------------------------

    def _try(self, ideas: Iterable[Idea], tries: int) -> list[Idea]:
        """Try as many ideas as there are tries left; returns pairs with those that were not enough."""
        pairs: list[Idea] = []
        for idea in ideas:
            if self.tried >= tries:
                break
            self.tried += 1
            course = course_of(self.cluster, self.asked, idea.edits, self.bar)
            if course is None:
                continue
            if self._works(course):
                self.found.append(self._remedy(idea, course))
            elif not self._ended:
                # Made now, so that the fork can be freed.
                pairs += self._pairs(idea, course)
        return pairs

    def _works(self, course: Course) -> bool:
        if course.seconds is not None:
            return True
        # There is progress, though something is still stuck.
        return len(course.advance.well) > len(self.alone.advance.well)

    def _remedy(self, idea: Idea, course: Course) -> Remedy:
        stuck = self.bar.stuck & course.advance.left
        complete = course.seconds is not None or (course.moving and not stuck)
        harm = harm_of(
            self.asked,
            self.before,
            self.alone.fork.store,
            course.fork.store,
            self.cluster.now,
            frozenset(self.alone.advance.left),
        )
        seconds = course.seconds
        if seconds is None:
            seconds = course.fork.now - self.cluster.now
        yaml = [edit.yaml() for edit in idea.edits]
        return Remedy(
            text=idea.text,
            edits=idea.edits,
            kubectl=idea.lines,
            yaml="---\n".join([each for each in yaml if each]),
            size=idea.size,
            effects=harm.told,
            harm=harm.count,
            proof=_proof(self.asked, course, seconds),
            seconds=seconds,
            complete=complete,
            doubtful=idea.doubtful,
            back=idea.back,
        )

    def _waiting(self, alone: Course) -> Remedy:
        seconds = alone.seconds
        if seconds is None:
            seconds = alone.fork.now - self.cluster.now
        return Remedy(
            text=words.WAIT,
            edits=(),
            kubectl="",
            yaml="",
            size=0,
            effects=(),
            harm=0,
            proof=_proof(self.asked, alone, seconds),
            seconds=seconds,
            complete=True,
        )


def _smallest_first(ideas: Iterable[Idea]) -> list[Idea]:
    """The distinct ideas, the smallest first, the doubtful ones last."""
    once = {idea.lines: idea for idea in reversed(list(ideas))}
    # Reversed twice, so that the first of equal ideas stays and the order is kept.
    return sorted(reversed(once.values()), key=lambda idea: (idea.doubtful, idea.size))


def _proof(asked: Standstill, course: Course, seconds: float) -> str:
    advance = course.advance
    unit = "Node" if asked.kind == "DaemonSet" else "Pod"
    about = {
        "seconds": seconds,
        "well": len(advance.well & advance.wanted),
        "wanted": len(advance.wanted),
        "unit": words.UNITS[unit],
    }
    if advance.complete and seconds < 1:
        return words.PROOF["at once"].format(**about)
    if advance.complete:
        return words.PROOF["complete"].format(**about)
    if course.seconds is not None or course.moving:
        # For large ones it is enough that it goes on.
        return words.PROOF["moving"].format(**about)
    return words.PROOF["further"].format(**about)


def _faults_below_api(fork: Cluster) -> list[Edit]:
    """Edits for faults below the API, which no object shows."""
    found = []
    if fork.kubelet.faults.registry_down:
        found.append(mended(IMAGES, "", words.BY_HAND[IMAGES]))
    backup = fork.control_plane.origin.backup
    # Components that were stopped because of an incomplete dump do run in the dumped cluster.
    idle = backup.idle if backup is not None else ()
    for name in fork.control_plane.stopped:
        if name not in idle:
            line = words.BY_HAND[CONTROLLER].format(name=name)
            found.append(mended(CONTROLLER, name, line))
    return found
