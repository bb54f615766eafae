"""The availability of a DaemonSet: Pods and requests over time, computed from the log afterwards."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from k8slearn.apimachinery.objects import Object, is_deleting, name, namespace
from k8slearn.cluster import Cluster
from k8slearn.controllers.daemon.pods import NodePods
from k8slearn.explain import outlook
from k8slearn.kinds.pod.state import is_pod_available, is_pod_ready
from k8slearn.lab.cached_reader import CachedReader
from k8slearn.lab.traffic import round_of_requests
from k8slearn.locale import lab as words
from k8slearn.view.trace import Trace

# Seconds between two rounds of requests: in a rollout a Pod is away for several rounds.
EVERY = 0.5
# The number of points that the picture can show; ten minutes with two rounds a second would be 1,200.
MOST_ROUNDS = 120
# Rounding errors of sums of seconds.
TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Sample:
    """One moment: seconds since the start, how many Nodes have a ready, an available and a new Pod, and requests."""

    time: float
    desired: int
    ready: int
    available: int
    updated: int
    sent: Mapping[str, int]
    failed: Mapping[str, int]


@dataclass(frozen=True)
class Availability:
    """Samples at a fixed rate of simulated time."""

    samples: tuple[Sample, ...]

    @property
    def desired(self) -> int:
        """The number of Nodes that should have a Pod at the end."""
        return self.samples[-1].desired

    @property
    def fewest(self) -> int:
        """The smallest number of available Pods."""
        return min(sample.available for sample in self.samples)

    @property
    def patterns(self) -> list[str]:
        """The patterns of communication that were tried."""
        return [pattern for pattern in words.PATTERNS if self.sent(pattern)]

    def sent(self, pattern: str = "") -> int:
        """The number of requests sent, in one pattern or in all."""
        return _total([sample.sent for sample in self.samples], pattern)

    def failed(self, pattern: str = "") -> int:
        """The number of requests that failed, in one pattern or in all."""
        return _total([sample.failed for sample in self.samples], pattern)

    @property
    def share(self) -> float:
        """The share of the requests that failed."""
        if self.sent():
            return self.failed() / self.sent()
        return 0.0

    @property
    def done(self) -> float | None:
        """Seconds until every Node had, and kept, an available Pod of the present template; None if never."""
        done = None
        for sample in reversed(self.samples):
            if sample.updated < sample.desired:
                break
            done = sample.time
        return done

    def trace(self, title: str) -> Trace:
        """The data for a line of the picture."""
        samples = self.samples
        return Trace(
            name=title,
            times=tuple(s.time for s in samples),
            available=tuple(s.available for s in samples),
            ready=tuple(s.ready for s in samples),
            failed=tuple(accumulate(sum(s.failed.values()) for s in samples)),
            desired=self.desired,
        )

    def __str__(self) -> str:
        said = words.AVAILABILITY.format(
            seconds=self.samples[-1].time,
            share=self.share,
            sent=self.sent(),
            failed=self.failed(),
            fewest=self.fewest,
            desired=self.desired,
        )
        parts = [self._of_pattern(pattern) for pattern in self.patterns]
        return f"{said}\n{words.AVAILABILITY_JOIN.join(parts)}"

    def _of_pattern(self, pattern: str) -> str:
        failed = self.failed(pattern)
        sent = self.sent(pattern)
        title = words.PATTERNS[pattern]
        return words.AVAILABILITY_OF_PATTERN.format(
            pattern=title, failed=failed, sent=sent
        )

    __repr__ = __str__


def _total(counts: Iterable[Mapping[str, int]], pattern: str) -> int:
    total = 0
    for count in counts:
        total += count.get(pattern, 0) if pattern else sum(count.values())
    return total


def availability(
    cluster: Cluster,
    since: int,
    *,
    daemon_set: str = "",
    every: float = EVERY,
    seed: int = 0,
    until: float = 0.0,
) -> Availability:
    """Ready Pods, available Pods and failed requests from revision `since` to now (or `until`, simulated seconds).

    A round of requests is simulated every `every` seconds, less often where that would make more than 120 rounds. The
    cluster is not changed: all is read from its log.
    """
    with cluster.lock:
        rng = Random(seed)
        start = cluster.at(since).time
        chosen = daemon_set_called(cluster, daemon_set)
        key = name(chosen), namespace(chosen)
        end = max(until, cluster.now)
        pause = max(every, (end - start) / MOST_ROUNDS)
        samples = []
        for time, reader in _readers(cluster, since, start, end, pause):
            then = reader.get("DaemonSet", *key)
            # None before it was created.
            if then is not None:
                samples.append(_sample(reader, then, time, time - start, rng))
        return Availability(tuple(samples))


def daemon_set_called(cluster: Cluster, wanted: str) -> Object:
    """The DaemonSet called `wanted`, else the first one."""
    sets = cluster.list("DaemonSet")
    for daemon_set in sets:
        if name(daemon_set) == wanted:
            return daemon_set
    return sets[0]


def _readers(
    cluster: Cluster, since: int, start: float, end: float, every: float
) -> Iterator[tuple[float, CachedReader]]:
    """(time, objects at that time) for each tick; ticks without a write between them share a reader."""
    first, changes = cluster.store.log.changes.kept
    reader = CachedReader(cluster.store, -1)
    for tick in range(int((end - start) / every + TOLERANCE) + 1):
        time = start + tick * every
        written = first + bisect_right(changes, time, key=lambda change: change.time)
        revision = max(written, since)
        if revision != reader.revision:
            reader = CachedReader(cluster.store, revision)
        yield time, reader


def _sample(
    reader: CachedReader, daemon_set: Object, now: float, elapsed: float, rng: Random
) -> Sample:
    nodes = list(outlook(reader, daemon_set, now).nodes.values())
    min_ready = daemon_set["spec"].get("minReadySeconds", 0)
    desired = ready = available = updated = 0
    for node in nodes:
        if not node.wanted:
            continue
        pods = staying(node)
        desired += 1
        ready += any([is_pod_ready(pod) for pod in pods])
        available += any([is_pod_available(pod, min_ready, now) for pod in pods])
        updated += node.new_available and node.old_pod is None
    sent = {}
    failed = {}
    rounds = round_of_requests(reader, daemon_set, nodes, rng)
    for pattern, trips in rounds.items():
        sent[pattern] = len(trips)
        failed[pattern] = len([trip for trip in trips if not trip.ok])
    return Sample(
        time=elapsed,
        desired=desired,
        ready=ready,
        available=available,
        updated=updated,
        sent=sent,
        failed=failed,
    )


def staying(node: NodePods) -> list[Object]:
    """The Node's Pods that are not being deleted."""
    return [pod for pod in node.pods if not is_deleting(pod)]
