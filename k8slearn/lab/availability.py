"""How available a DaemonSet was: Pods and requests against time, worked out afterwards from the log."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from k8slearn.apimachinery.objects import Object, is_deleting, name
from k8slearn.cluster import Cluster
from k8slearn.controllers.daemon.pods import NodePods
from k8slearn.explain import outlook
from k8slearn.kinds.pod.state import is_pod_available, is_pod_ready
from k8slearn.lab.probes import PATTERNS, Moment, round_of_requests
from k8slearn.view.availability import Trace

EVERY = 0.5
MOST_ROUNDS = 120
TOLERANCE = 1e-6
SUMMARY = "{seconds:.0f} 秒里 {sent} 次请求，失败 {failed} 次（{share:.1%}）；可用的 Pod 最少 {fewest} / {desired}"
OF_PATTERN = "{pattern} {failed}/{sent}"


@dataclass(frozen=True, slots=True)
class Sample:
    """One moment: seconds since the start, Nodes with a ready, an available and an available new Pod, and requests."""

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
        """How many Nodes should have a Pod at the end."""
        return self.samples[-1].desired

    @property
    def fewest(self) -> int:
        """The smallest number of available Pods."""
        return min(sample.available for sample in self.samples)

    @property
    def patterns(self) -> list[str]:
        """The ways of talking that were tried."""
        return [pattern for pattern in PATTERNS if self.sent(pattern)]

    def sent(self, pattern: str = "") -> int:
        """Requests sent, in one pattern or in all."""
        return _total([sample.sent for sample in self.samples], pattern)

    def failed(self, pattern: str = "") -> int:
        """Requests that failed, in one pattern or in all."""
        return _total([sample.failed for sample in self.samples], pattern)

    @property
    def share(self) -> float:
        """The share of the requests that failed."""
        return self.failed() / self.sent() if self.sent() else 0.0

    @property
    def done(self) -> float | None:
        """Seconds until every Node had an available Pod of the present template, for good; None when never."""
        behind = [s.time for s in self.samples if s.updated < s.desired]
        after = [s.time for s in self.samples if not behind or s.time > behind[-1]]
        return after[0] if after else None

    def trace(self, title: str) -> Trace:
        """The line of the picture."""
        samples = self.samples
        return Trace(
            title,
            tuple(s.time for s in samples),
            tuple(s.available for s in samples),
            tuple(s.ready for s in samples),
            tuple(accumulate(sum(s.failed.values()) for s in samples)),
            self.desired,
        )

    def __str__(self) -> str:
        seconds, share = self.samples[-1].time, self.share
        numbers = {
            "sent": self.sent(),
            "failed": self.failed(),
            "fewest": self.fewest,
            "desired": self.desired,
        }
        parts = [
            OF_PATTERN.format(
                pattern=PATTERNS[p], failed=self.failed(p), sent=self.sent(p)
            )
            for p in self.patterns
        ]
        return "\n".join(
            [SUMMARY.format(seconds=seconds, share=share, **numbers), "　".join(parts)]
        )

    __repr__ = __str__


def _total(counts: list[Mapping[str, int]], pattern: str) -> int:
    return sum(
        count.get(pattern, 0) if pattern else sum(count.values()) for count in counts
    )


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

    A round of requests is sent every `every` seconds, more seldom where that would be more than 120 rounds; nothing is
    changed, all is read from the log.
    """
    with cluster.lock:
        rng, start = Random(seed), cluster.at(since).time
        chosen = _chosen(cluster, daemon_set)
        place = chosen["metadata"].get("namespace", "")
        found = []
        end = max(until, cluster.now)
        for time, moment in _moments(
            cluster, since, start, end, max(every, (end - start) / MOST_ROUNDS)
        ):
            then = moment.get("DaemonSet", name(chosen), place)
            if then is not None:
                found.append(_sample(moment, then, time, time - start, rng))
        return Availability(tuple(found))


def _chosen(cluster: Cluster, wanted: str) -> Object:
    sets = cluster.list("DaemonSet")
    return next((o for o in sets if name(o) == wanted), None) or sets[0]


def _moments(
    cluster: Cluster, since: int, start: float, end: float, every: float
) -> Iterator[tuple[float, Moment]]:
    """The cluster as it was at each tick; ticks between which nothing was written share one look."""
    changes, seen, moment = cluster.store.log.changes, -1, Moment(cluster.store)
    for tick in range(int((end - start) / every + TOLERANCE) + 1):
        time = start + tick * every
        revision = max(
            bisect_right(changes, time, key=lambda change: change.time), since
        )
        if revision != seen:
            seen, moment = revision, Moment(cluster.at(revision))
        yield time, moment


def _sample(
    moment: Moment, daemon_set: Object, now: float, elapsed: float, rng: Random
) -> Sample:
    nodes = list(outlook(moment, daemon_set, now).nodes.values())
    wanted = [node for node in nodes if node.wanted]
    answers = round_of_requests(moment, daemon_set, nodes, rng)
    min_ready = daemon_set["spec"].get("minReadySeconds", 0)
    return Sample(
        elapsed,
        len(wanted),
        sum(any(is_pod_ready(pod) for pod in staying(node)) for node in wanted),
        sum(
            any(is_pod_available(pod, min_ready, now) for pod in staying(node))
            for node in wanted
        ),
        sum(node.new_available and node.old_pod is None for node in wanted),
        {pattern: len(trips) for pattern, trips in answers.items()},
        {
            pattern: sum(not trip.ok for trip in trips)
            for pattern, trips in answers.items()
        },
    )


def staying(node: NodePods) -> list[Object]:
    """The Pods that were not told to end."""
    return [pod for pod in node.pods if not is_deleting(pod)]
