"""Compares update strategies: the same update from the same start, and how much each interrupts the service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from k8slearn.apimachinery.objects import (
    Object,
    controller_uid,
    is_deleting,
    name,
    namespace,
    uid,
)
from k8slearn.cluster import Cluster
from k8slearn.explain import why_scheduled
from k8slearn.lab.availability import (
    EVERY,
    Availability,
    availability,
    daemon_set_called,
)
from k8slearn.lab.traffic import port_of, services_of
from k8slearn.locale import lab as words
from k8slearn.toolkit.columns import aligned
from k8slearn.view.mime import still_bundle

# Seconds: a rollout on the Nodes of a lesson takes less than two minutes; after ten it is stuck.
LIMIT = 600.0
# Seconds that are shown after the end of the slowest strategy.
REST = 2.0


@dataclass(frozen=True, slots=True)
class Strategy:
    """An update strategy to try; with `delete_all` all Pods are deleted right after the change."""

    name: str
    type: str = "RollingUpdate"
    max_unavailable: int | str | None = None
    max_surge: int | str | None = None
    delete_all: bool = False


STRATEGIES = (
    Strategy(words.STRATEGY_ON_DELETE, "OnDelete"),
    Strategy(words.STRATEGY_DELETE_ALL, "OnDelete", delete_all=True),
    Strategy("maxUnavailable 1", max_unavailable=1, max_surge=0),
    Strategy("maxUnavailable 30%", max_unavailable="30%", max_surge=0),
    Strategy("maxSurge 1", max_unavailable=0, max_surge=1),
)


@dataclass(frozen=True)
class Trial:
    """The result of one strategy; `stuck` says why it did not complete, '' if it did."""

    strategy: Strategy
    availability: Availability
    stuck: str = ""


class Comparison:
    """The results of all strategies: a picture in a notebook, a table in print."""

    def __init__(self, rows: Sequence[Trial]) -> None:
        self.rows = tuple(rows)

    def png(self, theme: str = "light") -> bytes:
        """The picture of available Pods and failed requests over time."""
        # Imported here: matplotlib takes a second to load, and may be missing.
        from k8slearn.view.availability import availability_png

        traces = [row.availability.trace(row.strategy.name) for row in self.rows]
        return availability_png(traces, theme)

    @property
    def table(self) -> list[list[str]]:
        """The table; the first row has the headings."""
        patterns = self.rows[0].availability.patterns
        heads = [*words.COMPARISON_HEADS]
        heads += [words.PATTERNS[pattern] for pattern in patterns]
        return [heads, *[_cells(row, patterns) for row in self.rows]]

    @property
    def notes(self) -> list[str]:
        """Sentences about strategies that did not complete."""
        stuck = [row for row in self.rows if row.stuck]
        said = words.COMPARISON_STUCK
        return [said.format(name=row.strategy.name, why=row.stuck) for row in stuck]

    def __str__(self) -> str:
        return "\n".join([*aligned(self.table), *self.notes])

    __repr__ = __str__

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        names = words.COMPARISON_SEPARATOR.join(row.strategy.name for row in self.rows)
        said = words.COMPARISON_PICTURE + names
        return still_bundle(self.png(), said, str(self))


def compare_strategies(
    cluster: Cluster,
    image: str,
    *,
    daemon_set: str = "",
    strategies: Sequence[Strategy] = STRATEGIES,
    every: float = EVERY,
) -> Comparison:
    """Set the image under each strategy on a fork of the cluster, and run for at most 600 simulated seconds.

    The cluster itself is not changed; missing Services for the patterns of communication are made in the forks.
    """
    start = cluster.fork()
    chosen = daemon_set_called(start, daemon_set)
    add_services(start, chosen)
    start.run_until_quiet()
    since = start.store.revision
    twins = [_tried(start, chosen, image, strategy) for strategy in strategies]
    # All are measured equally long, or the shares of failed requests could not be compared.
    until = max(twin.now for twin in twins) + REST
    rows = []
    for strategy, twin in zip(strategies, twins, strict=True):
        measured = availability(
            twin, since, daemon_set=name(chosen), every=every, until=until
        )
        stuck = _stuck(twin, chosen, strategy, measured)
        rows.append(Trial(strategy=strategy, availability=measured, stuck=stuck))
    return Comparison(rows)


def _tried(start: Cluster, chosen: Object, image: str, strategy: Strategy) -> Cluster:
    """A fork after the update under the strategy, run until all is quiet."""
    twin = start.fork()
    where = namespace(chosen)
    twin.set_strategy(
        name(chosen),
        strategy.type,
        max_unavailable=strategy.max_unavailable,
        max_surge=strategy.max_surge,
        namespace=where,
    )
    twin.set_image(name(chosen), image, namespace=where)
    if strategy.delete_all:
        for pod in _pods_of(twin, chosen):
            twin.delete_pod(name(pod), namespace=namespace(pod))
    twin.run_until_quiet(LIMIT)
    return twin


def _pods_of(cluster: Cluster, chosen: Object) -> list[Object]:
    return [pod for pod in cluster.list("Pod") if controller_uid(pod) == uid(chosen)]


def _stuck(
    twin: Cluster, chosen: Object, strategy: Strategy, measured: Availability
) -> str:
    """Why not every Node has a new Pod, '' if all have."""
    if measured.done is not None:
        return ""
    if strategy.type == "OnDelete" and not strategy.delete_all:
        return words.STUCK_NOT_DELETED
    for pod in _pods_of(twin, chosen):
        if pod["spec"].get("nodeName") or is_deleting(pod):
            continue
        for reason in why_scheduled(twin.store, pod).reasons:
            return reason.text
    return words.STUCK_UNREADY


def add_services(cluster: Cluster, daemon_set: Object) -> None:
    """Create the missing ones of three Services: headless, cluster-wide, and with internalTrafficPolicy: Local."""
    port = port_of(daemon_set, "containerPort")
    if not port:
        return
    present = services_of(cluster.store, daemon_set)
    specs: dict[str, Object] = {
        "dns": {"clusterIP": "None"},
        "service": {},
        "local": {"internalTrafficPolicy": "Local"},
    }
    for pattern, spec in specs.items():
        if pattern not in present:
            with_port = {**spec, "ports": [{"port": port}]}
            cluster.create(_service(daemon_set, pattern, with_port))


def _service(daemon_set: Object, pattern: str, spec: Object) -> Object:
    selector = daemon_set["spec"]["selector"].get("matchLabels") or {}
    meta = {"name": f"{name(daemon_set)}-{pattern}", "namespace": namespace(daemon_set)}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": meta,
        "spec": {"selector": selector, **spec},
    }


def _cells(row: Trial, patterns: Sequence[str]) -> list[str]:
    measured = row.availability
    sent = measured.sent()
    failed = measured.failed()
    took = words.COMPARISON_NEVER
    if measured.done is not None:
        took = f"{measured.done:.1f} s"
    fewest = f"{measured.fewest}/{measured.desired}"
    cells = [row.strategy.name, took, fewest, f"{failed}/{sent}"]
    cells.append(f"{measured.share:.1%}")
    for pattern in patterns:
        share = measured.failed(pattern) / max(measured.sent(pattern), 1)
        cells.append(f"{share:.1%}")
    return cells
