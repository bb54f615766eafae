"""The layout of requests: a graph, fixed boxes for its vertices, and the curves between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import networkx as nx

from k8slearn.apimachinery.objects import Object, controller_ref, labels, name
from k8slearn.locale import view as words
from k8slearn.view.plan.geometry import MARGIN, WIDTH, Box, Point
from k8slearn.view.plan.measure import text_width
from k8slearn.view.scene import Readable

# The names of Pods by that of their Node.
PodsOnNodes = dict[str, list[str]]

Vertex = tuple[str, str]
Boxes = dict[Vertex, Box]
Curve = tuple[Point, Point, Point, Point]

_TOP = 8
_PILL = 30
# Pixels between the upper row and the Nodes, so that ten curves can be told apart.
_DROP = 92
# Four cards a row are wide enough for a Pod's whole name.
_COLUMNS = 4
_GAP = 12
# A card from top to bottom: margin, Pods below each other, the Node's name.
CARD_TOP = 24
POD = 26
_CARD_FOOT = 26
POD_SIZE = 12
# Ends whose heights differ by less are joined by an arch of height _ARCH.
_LEVEL = 60
_ARCH = 75
# The margin below the lowest card.
_FOOT = 8
# The lines of both directions are this far from the middle, each on its right-hand side.
_SIDE = 7


class End(Protocol):
    """One end of a hop; `kind` is pod, node, service, dns or outside."""

    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...


class Leg(Protocol):
    """One leg of a request's way."""

    @property
    def origin(self) -> End: ...
    @property
    def target(self) -> End: ...


class Talk(Protocol):
    """One request and its result."""

    @property
    def ok(self) -> bool: ...
    @property
    def hops(self) -> Sequence[Leg]: ...


@dataclass(frozen=True, slots=True)
class Stage:
    """The places of everything; `parts` are the boxes by vertex, `anchors` the points where lines begin and end."""

    parts: Boxes
    anchors: dict[Vertex, Point]
    height: float

    def holds(self, card: Box) -> bool:
        """Whether a Node's card holds a Pod."""
        pods = (box for (kind, _), box in self.parts.items() if kind == "pod")
        return any(card.holds(*box.centre) for box in pods)


def vertex(end: End) -> Vertex:
    """The graph's vertex of one end of a hop."""
    return end.kind, end.name


def talk_graph(talks: Iterable[Talk]) -> nx.DiGraph:
    """The graph of requests. Vertices are (kind, name); edges have a `count` of requests, and how many `failed`."""
    graph = nx.DiGraph()
    for talk in talks:
        for hop in talk.hops:
            origin = vertex(hop.origin)
            target = vertex(hop.target)
            if not graph.has_edge(origin, target):
                graph.add_edge(origin, target, count=0, failed=0)
            edge = graph.edges[origin, target]
            edge["count"] += 1
            # A request fails on the last leg of its way.
            if not talk.ok and hop is talk.hops[-1]:
                edge["failed"] += 1
    return graph


def stage_of(source: Readable, graph: nx.DiGraph) -> Stage:
    """The fixed places: outside senders, DNS and Services above, all Nodes below with the Pods involved."""
    pods = _pods_by_node(source, graph)
    nodes = [name(node) for node in source.list("Node")]
    top = _row([which for which in graph if which[0] in words.TRAFFIC_LABELS])
    cards = _cards(nodes, pods)
    inner: Boxes = {}
    for node, names in pods.items():
        inner |= _stack(cards["node", node], names)
    # Lines leave the upper row at its bottom and reach all others from above.
    anchors = {}
    for which, box in top.items():
        anchors[which] = box.centre[0], box.bottom
    for which, box in (cards | inner).items():
        anchors[which] = box.centre[0], box.y
    # The line from a Node to its own Pod is straight down.
    for node, pod in graph.edges:
        if node in cards and pod in inner:
            anchors[node] = inner[pod].centre[0], cards[node].y
    parts = top | cards | inner
    bottom = max((box.bottom for box in parts.values()), default=0)
    return Stage(parts, anchors, bottom + _FOOT)


def _pods_by_node(source: Readable, graph: nx.DiGraph) -> PodsOnNodes:
    """The Pods that take part or might have, by Node; senders come first."""
    pods = source.list("Pod")
    nodes = {name(node) for node in source.list("Node")}
    owners = set()
    for pod in pods:
        if ("pod", name(pod)) in graph and _owner(pod):
            owners.add(_owner(pod))
    selectors = _selectors(source, graph)
    found: PodsOnNodes = defaultdict(list)
    for pod in pods:
        node = pod["spec"].get("nodeName", "")
        if node not in nodes:
            continue
        matters = ("pod", name(pod)) in graph or _owner(pod) in owners
        # All Pods that a Service selects are shown, also those that got no request.
        if matters or any(_selects(each, pod) for each in selectors):
            found[node].append(name(pod))

    def sends_nothing(pod: str) -> bool:
        return not graph.out_degree(("pod", pod))

    for names in found.values():
        names.sort(key=sends_nothing)
    return dict(found)


def _selectors(source: Readable, graph: nx.DiGraph) -> list[Object]:
    """The selectors of the Services that take part."""
    found = []
    for service in source.list("Service"):
        selector = service["spec"].get("selector")
        if selector and ("service", name(service)) in graph:
            found.append(selector)
    return found


def _selects(selector: Object, pod: Object) -> bool:
    return selector.items() <= labels(pod).items()


def _owner(pod: Object) -> str:
    owner = controller_ref(pod)
    if owner:
        return str(owner["name"])
    return ""


def label_of(which: Vertex) -> str:
    """The text on a vertex's pill; Pods and Nodes have their name alone."""
    kind, own = which
    return words.TRAFFIC_LABELS.get(kind, "{name}").format(name=own)


def _row(vertices: list[Vertex]) -> Boxes:
    """The boxes of pills side by side, each in the middle of an equal share of the width."""
    share = (WIDTH - 2 * MARGIN) / max(len(vertices), 1)
    boxes = {}
    for index, which in enumerate(vertices):
        width = min(text_width(label_of(which), 14) + 32, share - 8)
        left = MARGIN + (index + 0.5) * share - width / 2
        boxes[which] = Box(left, _TOP, width, _PILL)
    return boxes


def _cards(nodes: list[str], pods: PodsOnNodes) -> Boxes:
    """The boxes of the Nodes' cards, all as high as the fullest one needs."""
    columns = min(_COLUMNS, max(len(nodes), 1))
    width = (WIDTH - 2 * MARGIN + _GAP) / columns - _GAP
    most = max(map(len, pods.values()), default=1)
    height = CARD_TOP + POD * most + _CARD_FOOT
    boxes = {}
    for index, node in enumerate(nodes):
        row, column = divmod(index, columns)
        left = MARGIN + column * (width + _GAP)
        top = _TOP + _PILL + _DROP + row * (height + _GAP * 2)
        boxes["node", node] = Box(left, top, width, height)
    return boxes


def _stack(card: Box, names: list[str]) -> Iterator[tuple[Vertex, Box]]:
    """The boxes of Pods in a card, below each other, alternating left and right so that lines from above reach each."""
    for index, pod in enumerate(names):
        width = min(text_width(pod, POD_SIZE) + 24, card.width - 20)
        left = card.x + 10
        if index % 2:
            left = card.right - 10 - width
        top = card.y + CARD_TOP + POD * index
        yield ("pod", pod), Box(left, top, width, POD - 4)


def curve(stage: Stage, origin: Vertex, target: Vertex) -> Curve:
    """The Bézier points of a line between two places: straight inside a card, else bent, apart for both ways."""
    x0, y0 = stage.anchors[origin]
    x1, y1 = stage.anchors[target]
    down = y1 - y0
    if origin[0] == "node" and target[0] == "pod":
        return _bent((x1, y0), (x1, y1), down / 3, -down / 3)
    side = _SIDE if y0 > y1 else -_SIDE
    begin = (x0 + side, y0)
    end = (x1 + side, y1)
    if abs(down) < _LEVEL:
        # There is no room for an arch above the upper row.
        arch = _ARCH if y0 < _ARCH else -_ARCH
        return _bent(begin, end, arch, arch)
    # A little less than half: vertical at both ends, and nearly straight in between.
    lift = 0.45 * down
    return _bent(begin, end, lift, -lift)


def _bent(begin: Point, end: Point, leave: float, arrive: float) -> Curve:
    """A curve that is vertical at both ends; `leave` and `arrive` are the lengths of its vertical handles."""
    x0, y0 = begin
    x1, y1 = end
    return begin, (x0, y0 + leave), (x1, y1 + arrive), end


def along(points: Curve, t: float) -> Point:
    """The point at `t` (0 to 1) of a cubic Bézier curve."""
    s = 1 - t
    weights = s**3, 3 * t * s**2, 3 * t * t * s, t**3
    x = 0.0
    y = 0.0
    for weight, point in zip(weights, points, strict=True):
        x += weight * point[0]
        y += weight * point[1]
    return x, y
