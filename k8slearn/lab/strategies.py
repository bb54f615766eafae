"""The same update from the same start under several strategies: which of them interrupts the service least?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import east_asian_width

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
from k8slearn.lab.availability import EVERY, Availability, availability
from k8slearn.lab.probes import PATTERNS, Moment, port_of, services_of
from k8slearn.view.availability import availability_png
from k8slearn.view.layout import WIDTH

LIMIT = 600.0
REST = 2.0
HEADS = ("策略", "换完用时", "可用最少", "失败的请求", "失败率")
NEVER = "没有换完"
SECONDS = "{seconds:.1f} s"
OF = "{count}/{total}"
STUCK = "{name}：没有换完，{why}"
NOTHING = "没有人去删旧 Pod，所以一个也没换"
UNREADY = "新 Pod 一直没有就绪"


@dataclass(frozen=True, slots=True)
class Strategy:
    """An update strategy to try; `delete_all` means that the user deletes every Pod right after the change."""

    name: str
    type: str = "RollingUpdate"
    max_unavailable: int | str | None = None
    max_surge: int | str | None = None
    delete_all: bool = False


STRATEGIES = (
    Strategy("OnDelete，没人删", "OnDelete"),
    Strategy("OnDelete，一次全删", "OnDelete", delete_all=True),
    Strategy("maxUnavailable 1", max_unavailable=1, max_surge=0),
    Strategy("maxUnavailable 30%", max_unavailable="30%", max_surge=0),
    Strategy("maxSurge 1", max_unavailable=0, max_surge=1),
)


@dataclass(frozen=True)
class Row:
    """What became of one strategy; `stuck` says why it did not come to its end, '' when it did."""

    strategy: Strategy
    availability: Availability
    stuck: str = ""


class Comparison:
    """A notebook shows the picture; printed, it is a table."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = tuple(rows)

    def png(self, theme: str = "light") -> bytes:
        """Available Pods and failed requests against time."""
        return availability_png(
            [row.availability.trace(row.strategy.name) for row in self.rows], theme
        )

    @property
    def table(self) -> list[list[str]]:
        """The numbers, heads first."""
        patterns = self.rows[0].availability.patterns
        heads = [*HEADS, *(PATTERNS[pattern] for pattern in patterns)]
        return [heads, *(_cells(row, patterns) for row in self.rows)]

    @property
    def notes(self) -> list[str]:
        """Why strategies did not come to their end."""
        return [
            STUCK.format(name=row.strategy.name, why=row.stuck)
            for row in self.rows
            if row.stuck
        ]

    def __str__(self) -> str:
        return "\n".join([*aligned(self.table), *self.notes])

    __repr__ = __str__

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        return {"image/png": self.png(), "text/plain": str(self)}, {
            "image/png": {"width": WIDTH}
        }


def compare_strategies(
    cluster: Cluster,
    image: str,
    *,
    daemon_set: str = "",
    strategies: Sequence[Strategy] = STRATEGIES,
    every: float = EVERY,
) -> Comparison:
    """Set the image under each strategy in a fork of the cluster and watch 600 simulated seconds at most.

    The cluster itself is not touched; Services for the ways of talking are made in the forks where they lack.
    """
    start = cluster.fork()
    chosen = (
        next((o for o in start.list("DaemonSet") if name(o) == daemon_set), None)
        or start.list("DaemonSet")[0]
    )
    add_services(start, chosen)
    start.run_until_quiet()
    since = start.store.revision
    twins = [_tried(start, chosen, image, strategy) for strategy in strategies]
    until = max(twin.now for twin in twins) + REST
    rows = []
    for strategy, twin in zip(strategies, twins, strict=True):
        found = availability(
            twin, since, daemon_set=name(chosen), every=every, until=until
        )
        rows.append(Row(strategy, found, _stuck(twin, chosen, strategy, found)))
    return Comparison(rows)


def _tried(start: Cluster, chosen: Object, image: str, strategy: Strategy) -> Cluster:
    twin, where = start.fork(), {"namespace": namespace(chosen)}
    limits = {
        "max_unavailable": strategy.max_unavailable,
        "max_surge": strategy.max_surge,
    }
    twin.set_strategy(name(chosen), strategy.type, **limits, **where)  # type: ignore[arg-type]
    twin.set_image(name(chosen), image, **where)
    if strategy.delete_all:
        for pod in _own(twin, chosen):
            twin.delete_pod(name(pod), namespace=namespace(pod))
    twin.run_until_quiet(LIMIT)
    return twin


def _own(cluster: Cluster, chosen: Object) -> list[Object]:
    return [pod for pod in cluster.list("Pod") if controller_uid(pod) == uid(chosen)]


def _stuck(
    twin: Cluster, chosen: Object, strategy: Strategy, found: Availability
) -> str:
    if found.done is not None:
        return ""
    if strategy.type == "OnDelete" and not strategy.delete_all:
        return NOTHING
    waiting = [
        p
        for p in _own(twin, chosen)
        if not p["spec"].get("nodeName") and not is_deleting(p)
    ]
    reasons = [
        reason.text
        for pod in waiting
        for reason in why_scheduled(twin.store, pod).reasons
    ]
    return reasons[0] if reasons else UNREADY


def add_services(cluster: Cluster, daemon_set: Object) -> None:
    """A headless Service, one of the whole cluster and one with internalTrafficPolicy: Local, where they lack."""
    port = port_of(daemon_set, "containerPort")
    present = services_of(Moment(cluster.store), daemon_set)
    kinds: dict[str, Object] = {
        "dns": {"clusterIP": "None"},
        "service": {},
        "local": {"internalTrafficPolicy": "Local"},
    }
    for pattern, spec in kinds.items():
        if port and pattern not in present:
            cluster.create(
                _service(daemon_set, pattern, {**spec, "ports": [{"port": port}]})
            )


def _service(daemon_set: Object, pattern: str, spec: Object) -> Object:
    selector = daemon_set["spec"]["selector"].get("matchLabels") or {}
    meta = {"name": f"{name(daemon_set)}-{pattern}", "namespace": namespace(daemon_set)}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": meta,
        "spec": {"selector": selector, **spec},
    }


def _cells(row: Row, patterns: Sequence[str]) -> list[str]:
    found = row.availability
    took = NEVER if found.done is None else SECONDS.format(seconds=found.done)
    cells = [
        row.strategy.name,
        took,
        OF.format(count=found.fewest, total=found.desired),
    ]
    cells += [OF.format(count=found.failed(), total=found.sent()), f"{found.share:.1%}"]
    return cells + [f"{found.failed(p) / max(found.sent(p), 1):.1%}" for p in patterns]


def aligned(table: Sequence[Sequence[str]]) -> list[str]:
    """Rows of cells as lines; a Chinese character is two columns wide."""
    widths = [max(map(_width, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join(
            cell + " " * (width - _width(cell))
            for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in table
    ]


def _width(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
