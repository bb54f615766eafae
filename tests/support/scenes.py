"""Scenes for the tests of the view, and the boxes of their texts' ink."""

from __future__ import annotations

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import IdentityTransform

from k8slearn.view.ink.artists import Canvas, artists_of
from k8slearn.view.ink.painter import whole_axes
from k8slearn.view.plan import Above, arrange, plan
from k8slearn.view.plan.geometry import WIDTH, Box
from k8slearn.view.scene import NodeCard, Scene, scene_of
from k8slearn.view.theme import LIGHT
from tests.support.fakes import (
    Listed,
    change,
    daemon_set,
    node,
    pod,
    revision,
)

CANVAS = Canvas(IdentityTransform(), 1.0, LIGHT)


LONG = "a-node-with-a-name-that-is-far-too-long-for-its-card.example.internal"


TAINTS = [
    {"key": "dedicated", "value": "gpu", "effect": "NoSchedule"},
    {"key": "x", "effect": "NoExecute"},
]


def full_scene(count: int) -> Scene:
    """A scene with everything that a card can show, for every form."""
    states = (
        "unbound",
        "starting",
        "not-ready",
        "ready",
        "ending",
        "failed",
        "succeeded",
    )
    nodes = [
        node(f"node{i}", disk="ssd", taints=TAINTS if i % 5 == 0 else (), zone="east")
        for i in range(count)
    ]
    nodes.append(
        node(
            LONG,
            ready="Unknown",
            cordoned=True,
            taints=TAINTS,
            **{"a-long-label-key": "and-its-long-value"},
        )
    )
    pods = [pod(f"pod{i}", f"node{i}", i % 7 + 1, states[i % 7]) for i in range(count)]
    pods += [pod(f"more{i}", f"node{i}", 2, states[i % 5]) for i in range(0, count, 3)]
    pods += [
        pod(f"other{i}", f"node{i}", 12, "ready", "another-daemon-set")
        for i in range(0, count, 6)
    ]
    source = Listed(
        daemon_set(numberReady=100, desiredNumberScheduled=5000),
        *map(revision, range(1, 13)),
        *nodes,
        *pods,
    )
    return scene_of(
        source,
        changes=[change(p) for p in pods[:3]],
        group_by="zone",
        sentence="很长的一句话" * 30,
    )


def inked(
    scene: Scene, width: int = WIDTH
) -> dict[str, tuple[Box, list[tuple[str, Box]]]]:
    """Every part by key, with its box and the boxes of its texts' ink."""
    wide = width == WIDTH
    made = plan(scene, arrange(scene, None, width), Above(wide, wide))
    figure = Figure(figsize=(width / 100, made.height / 100), dpi=100)
    renderer = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
    axes = whole_axes(figure, width, made.height)
    found = {}
    for part in made.parts:
        artists = artists_of(part.marks(), Canvas(axes.transData, 1.0, LIGHT))
        for artist in artists:
            axes.add_artist(artist)
        texts = [a for a in artists if isinstance(a, Text) and a.get_text()]
        boxes = [a.get_window_extent(renderer) for a in texts]
        upright = [Box(b.x0, made.height - b.y1, b.width, b.height) for b in boxes]
        found[part.key] = (
            part.box,
            list(zip([a.get_text() for a in texts], upright, strict=True)),
        )
    return found


def inside(inner: Box, outer: Box, slack: float = 1.5) -> bool:
    return (
        inner.x >= outer.x - slack
        and inner.y >= outer.y - slack
        and inner.x + inner.width <= outer.x + outer.width + slack
        and inner.y + inner.height <= outer.y + outer.height + slack
    )


def overlap(a: Box, b: Box, slack: float = 1.0) -> bool:
    across = min(a.x + a.width, b.x + b.width) - max(a.x, b.x)
    down = min(a.y + a.height, b.y + b.height) - max(a.y, b.y)
    return across > slack and down > slack * 3


def texts_of(scene: Scene, key: str) -> list[str]:
    return [words for words, _ in inked(scene)[key][1]]


def scene_with(*names: str, group_by: str = "", **groups: str) -> Scene:
    return Scene(
        cards=tuple(NodeCard(name, groups.get(name, "")) for name in names),
        group_by=group_by,
    )
