"""Who talks to whom as places: a graph of requests, fixed boxes for its vertices, and the lines between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import networkx as nx

from k8slearn.apimachinery.objects import Object, controller_ref, name
from k8slearn.view.layout import MARGIN, WIDTH, Box
from k8slearn.view.measure import text_width
from k8slearn.view.scene import Readable

Vertex = tuple[str, str]
Point = tuple[float, float]
Curve = tuple[Point, Point, Point, Point]
LABELS = {"dns": "{name}", "service": "Service {name}", "outside": "{name}"}
TOP, PILL, DROP = 8, 30, 92
COLUMNS, GAP, TITLE, POD, FOOT = 4, 12, 24, 26, 26
POD_TEXT = 12
LEVEL, ARCH = 60, 75


class End(Protocol):
    """One end of a hop; kind is pod, node, service, dns or outside."""

    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...


class Leg(Protocol):
    """One leg of a way."""

    @property
    def origin(self) -> End: ...
    @property
    def target(self) -> End: ...


class Talk(Protocol):
    """One request and what became of it."""

    @property
    def ok(self) -> bool: ...
    @property
    def hops(self) -> Sequence[Leg]: ...


@dataclass(frozen=True, slots=True)
class Stage:
    """Where everything stands; `parts` are the boxes by vertex, `anchors` where lines begin and end."""

    parts: dict[Vertex, Box]
    anchors: dict[Vertex, Point]
    height: float

    def holds(self, card: Box) -> bool:
        """Whether a Node's card holds a Pod."""
        return any(
            kind == "pod" and within(box, card) for (kind, _), box in self.parts.items()
        )


def within(inner: Box, outer: Box) -> bool:
    """Whether the middle of one box lies in the other."""
    x, y = inner.centre
    return (
        outer.x <= x <= outer.x + outer.width and outer.y <= y <= outer.y + outer.height
    )


def vertex(end: End) -> Vertex:
    """The graph's vertex of one end of a hop."""
    return end.kind, end.name


def talk_graph(talks: Iterable[Talk]) -> nx.DiGraph:
    """Vertices are (kind, name); an edge has `count`, requests along it, and `failed`, those that ended there."""
    graph = nx.DiGraph()
    for talk in talks:
        for hop in talk.hops:
            edge = graph.get_edge_data(
                vertex(hop.origin), vertex(hop.target), {"count": 0, "failed": 0}
            )
            failed = edge["failed"] + (not talk.ok and hop is talk.hops[-1])
            graph.add_edge(
                vertex(hop.origin),
                vertex(hop.target),
                count=edge["count"] + 1,
                failed=failed,
            )
    return graph


def stage_of(source: Readable, graph: nx.DiGraph) -> Stage:
    """Fixed places: senders from outside, DNS and Services above, all Nodes below with the Pods that matter."""
    pods = _pods_by_node(source, graph)
    top = _row([v for v in graph if v[0] in LABELS])
    cards = _cards([name(node) for node in source.list("Node")], pods)
    inner = {
        ("pod", pod): box
        for node, names in pods.items()
        for pod, box in _stack(cards["node", node], names)
    }
    parts = top | cards | inner
    anchors = {v: (box.centre[0], box.y + box.height) for v, box in top.items()}
    anchors |= {v: (box.centre[0], box.y) for v, box in (cards | inner).items()}
    for node, pod in graph.edges:
        if node in cards and pod in inner:
            anchors[node] = inner[pod].centre[0], cards[node].y
    return Stage(
        parts, anchors, max((b.y + b.height for b in parts.values()), default=0) + 8
    )


def _pods_by_node(source: Readable, graph: nx.DiGraph) -> dict[str, list[str]]:
    """The Pods that take part, and those of the same DaemonSets, by Node; who sends stands on top."""
    pods = source.list("Pod")
    known = {name(node) for node in source.list("Node")}
    owners = {_owner(pod) for pod in pods if ("pod", name(pod)) in graph} - {""}
    found: dict[str, list[str]] = defaultdict(list)
    for pod in pods:
        node = pod["spec"].get("nodeName", "")
        if node in known and (("pod", name(pod)) in graph or _owner(pod) in owners):
            found[node].append(name(pod))
    return {
        node: sorted(names, key=lambda pod: not graph.out_degree(("pod", pod)))
        for node, names in found.items()
    }


def _owner(pod: Object) -> str:
    owner = controller_ref(pod)
    return str(owner["name"]) if owner else ""


def label_of(which: Vertex) -> str:
    return LABELS.get(which[0], "{name}").format(name=which[1])


def _row(vertices: list[Vertex]) -> dict[Vertex, Box]:
    """Pills side by side, each in the middle of an equal share of the width."""
    share = (WIDTH - 2 * MARGIN) / max(len(vertices), 1)
    boxes = {}
    for index, which in enumerate(vertices):
        width = min(text_width(label_of(which), 14) + 32, share - 8)
        boxes[which] = Box(MARGIN + (index + 0.5) * share - width / 2, TOP, width, PILL)
    return boxes


def _cards(nodes: list[str], pods: dict[str, list[str]]) -> dict[Vertex, Box]:
    """One card a Node, all as high as the fullest one needs."""
    columns = min(COLUMNS, max(len(nodes), 1))
    width = (WIDTH - 2 * MARGIN + GAP) / columns - GAP
    height = TITLE + POD * max(map(len, pods.values()), default=1) + FOOT
    return {
        ("node", node): Box(
            MARGIN + (i % columns) * (width + GAP),
            TOP + PILL + DROP + (i // columns) * (height + GAP * 2),
            width,
            height,
        )
        for i, node in enumerate(nodes)
    }


def _stack(card: Box, names: list[str]) -> Iterator[tuple[str, Box]]:
    """Pods below each other inside a card, left and right by turns, so that lines from above reach each."""
    for index, pod in enumerate(names):
        width = min(text_width(pod, POD_TEXT) + 24, card.width - 20)
        x = card.x + 10 if index % 2 == 0 else card.x + card.width - 10 - width
        yield pod, Box(x, card.y + TITLE + POD * index, width, POD - 4)


def curve(stage: Stage, origin: Vertex, target: Vertex) -> Curve:
    """The four points of the line between two places: bent, but straight inside a card; there and back lie apart."""
    (x0, y0), (x1, y1) = stage.anchors[origin], stage.anchors[target]
    if (origin[0], target[0]) == ("node", "pod"):
        third = (y1 - y0) / 3
        return (x1, y0), (x1, y0 + third), (x1, y1 - third), (x1, y1)
    side = 7 if y0 > y1 else -7
    x0, x1 = x0 + side, x1 + side
    if abs(y1 - y0) < LEVEL:
        arch = ARCH if y0 < ARCH else -ARCH
        return (x0, y0), (x0, y0 + arch), (x1, y1 + arch), (x1, y1)
    lift = 0.45 * (y1 - y0)
    return (x0, y0), (x0, y0 + lift), (x1, y1 - lift), (x1, y1)


def along(points: Curve, t: float) -> Point:
    """The point at `t` (0 to 1) of a cubic curve."""
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
    x, y = (
        sum(w * p[axis] for w, p in zip(weights, points, strict=True))
        for axis in (0, 1)
    )
    return x, y
