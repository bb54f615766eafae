"""The ink: what is drawn anew, that nothing is cut off or overlaps, and that a kept pixel is the right one."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from itertools import combinations

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import IdentityTransform
from PIL import Image

from k8slearn import Cluster
from k8slearn.locale import view as words
from k8slearn.view import draw, draw_on
from k8slearn.view.ink.artists import Canvas, artists_of
from k8slearn.view.ink.painter import Painter, whole_axes
from k8slearn.view.plan import Above, arrange, marks, plan
from k8slearn.view.plan.geometry import NARROW, WIDTH, Box
from k8slearn.view.plan.measure import fit, text_width, wrap
from k8slearn.view.png import encode
from k8slearn.view.scene import Scene, scene_of
from k8slearn.view.theme import DARK, LIGHT, Theme, ink_on, look_of
from tests.support.fakes import (
    DAEMON_SET,
    Listed,
    change,
    daemon_set,
    many,
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


@pytest.fixture(params=[WIDTH, NARROW])
def width(request: pytest.FixtureRequest) -> int:
    return int(request.param)


def full_scene(count: int) -> Scene:
    """Everything that can stand on a card, in every form."""
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
    """Every part with its texts and where their ink is; a narrow picture has no title of its own."""
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


@pytest.mark.parametrize("count", [3, 11, 19, 59, 499])
def test_no_text_is_cut_off_and_none_lies_over_another(count: int, width: int) -> None:
    for key, (box, texts) in inked(full_scene(count), width=width).items():
        assert [words for words, place in texts if not inside(place, box)] == [], key
        assert [
            (a[0], b[0]) for a, b in combinations(texts, 2) if overlap(a[1], b[1])
        ] == [], key


@pytest.mark.parametrize("count", [3, 19, 59, 499])
def test_parts_do_not_overlap(count: int, width: int) -> None:
    scene = full_scene(count)
    boxes = [
        part.box for part in plan(scene, arrange(scene, None, width), Above()).parts
    ]
    assert not [pair for pair in combinations(boxes, 2) if overlap(*pair, slack=0.01)]


def test_only_what_changed_is_drawn_anew() -> None:
    painter = Painter(scale=1)
    painter.paint(scene_of(many(8)))
    assert len(painter.redrawn) > 8
    painter.paint(scene_of(many(8)))
    assert not painter.redrawn
    source = many(8)
    source.objects = tuple(
        pod("pod3", "node3", 2) if o["metadata"].get("uid") == "uid-pod3" else o
        for o in source.objects
    )
    painter.paint(scene_of(source))
    assert painter.redrawn == ("node/node3", "foot")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("count", [4, 30, 120])
def test_a_picture_painted_in_steps_is_the_one_painted_at_once(
    theme: str, count: int
) -> None:
    scene, stepwise = full_scene(count), Painter(theme, scale=1)
    first = replace(scene, cards=scene.cards[:2], arrows=scene.arrows[:1], sentence="")
    stepwise.paint(first)
    stepwise.paint(scene)
    stepwise.paint(replace(scene, cards=scene.cards[1:], chip="kubelet"))
    last = stepwise.paint(scene)
    fresh = Painter(theme, scale=1)
    fresh.seating = stepwise.seating
    assert np.array_equal(last, fresh.paint(scene))


def test_nothing_moves_when_a_node_comes_in_a_new_row() -> None:
    painter = Painter(scale=1)
    before = painter.paint(scene_of(many(8)))
    after = painter.paint(scene_of(many(9)))
    rows = before.shape[0] - 40
    assert after.shape[0] > before.shape[0]
    assert np.array_equal(after[110:rows], before[110:rows])


def test_an_arrow_is_gone_in_the_next_picture() -> None:
    painter = Painter(scale=1)
    plain = painter.paint(scene_of(many(8)))
    pointed = painter.paint(scene_of(many(8), changes=[change(pod("pod7", "node7"))]))
    assert not np.array_equal(plain, pointed)
    assert np.array_equal(painter.paint(scene_of(many(8))), plain)


def test_an_empty_cluster_says_so() -> None:
    texts = [
        text for _, found in inked(scene_of(Listed())).values() for text, _ in found
    ]
    assert words.EMPTY_CLUSTER in texts


def test_revisions_differ_in_shape_and_number_and_not_only_in_colour() -> None:
    looks = [look_of(number) for number in range(1, 7)]
    assert (
        len({look.shape for look in looks}) == len({look.colour for look in looks}) == 6
    )


def luminance(colour: str) -> float:
    linear = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in linear
    ]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


def contrast(a: str, b: str) -> float:
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_words_can_be_read_on_their_ground(theme: Theme) -> None:
    for ink in (theme.ink, theme.quiet, theme.warn):
        assert (
            min(
                contrast(ink, ground)
                for ground in (theme.ground, theme.card, theme.pale)
            )
            >= 4.5
        )
    assert all(
        contrast(ink_on(look_of(n).colour), look_of(n).colour) >= 3.4
        for n in range(1, 7)
    )


def test_texts_are_measured_as_they_are_drawn() -> None:
    figure = Figure(dpi=100)
    renderer = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
    for sample in (
        "node1 上的 Pod 就绪",
        "filebeat-ds",
        "正在终止",
        "✔ maxUnavailable 30%",
    ):
        (artist,) = artists_of([marks.Text(0, 0, sample, 14, "black")], CANVAS)
        artist.set_figure(figure)
        drawn = artist.get_window_extent(renderer).width
        assert text_width(sample, 14) == pytest.approx(drawn, abs=2.5)


def test_long_texts_are_cut_with_an_ellipsis_and_wrapped_between_words() -> None:
    assert fit("filebeat", 200, 12) == "filebeat"
    cut = fit(LONG, 80, 12)
    assert cut.endswith("…")
    assert text_width(cut, 12) <= 80
    lines = wrap("DaemonSet 控制器删除 node5、node6 上的旧 Pod，等它终止。", 120, 12, 3)
    assert len(lines) == 3
    assert all(text_width(line, 12) <= 120 for line in lines)


def test_draw_shows_a_cluster_and_a_moment_of_its_past() -> None:
    cluster = Cluster(nodes=3, seed=1)
    before = cluster.store.revision
    cluster.apply(DAEMON_SET)
    cluster.run_until_quiet()
    picture = draw(cluster)
    assert (
        repr(picture)
        == "filebeat-ds：期望 3，就绪 3，已更新 3，不可用 0；3 个节点，3 个 Pod"
    )
    assert repr(draw(cluster.at(before))) == "3 个节点，0 个 Pod"
    data, meta = picture._repr_mimebundle_()
    assert Image.open(BytesIO(data["image/png"])).width == 1350
    assert meta["image/png"]["width"] == 900


def test_nodes_keep_their_places_from_one_picture_to_the_next() -> None:
    cluster = Cluster(nodes=3, seed=1)
    draw(cluster)
    cluster.remove_node("node2")
    picture = draw(cluster)
    painter = Painter("light", told=False, scale=1.5)
    painter.seating = arrange(picture.scene)
    moved = painter.paint(picture.scene)
    assert encode(moved, colours=128) != picture.png


def test_the_graph_picture_joins_daemon_set_pods_and_nodes() -> None:
    pictures = [draw(many(count), graph=True, scale=1).png for count in (3, 24)]
    sizes = [Image.open(BytesIO(png)).size for png in pictures]
    assert sizes == [(900, 300), (900, 300)]
    assert pictures[0] != pictures[1]


def test_a_scene_can_be_drawn_on_any_axes() -> None:
    figure = Figure(figsize=(9, 5), dpi=100)
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    canvas.draw()  # type: ignore[no-untyped-call]
    empty = bytes(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
    draw_on(axes, full_scene(10))
    canvas.draw()  # type: ignore[no-untyped-call]
    assert empty != bytes(canvas.buffer_rgba())  # type: ignore[no-untyped-call]


def texts_of(scene: Scene, key: str) -> list[str]:
    return [words for words, _ in inked(scene)[key][1]]


@pytest.mark.parametrize("count", [3, 19, 59])
def test_with_several_daemon_sets_every_pod_is_told_whose_it_is(count: int) -> None:
    scene = full_scene(count)
    told = [
        words
        for words in texts_of(scene, "node/node0")
        if words[0] in "AB" and words[1:2] in ("", " ")
    ]
    assert sorted(words[0] for words in told) == ["A", "B", "B"]
    assert "A another-daemon-set　B filebeat-ds" in "".join(texts_of(scene, "foot"))


def test_a_map_shows_the_chosen_daemon_set_only_and_says_so() -> None:
    assert "图中只有 filebeat-ds 的 Pod" in texts_of(full_scene(499), "foot")
    assert not any(
        "图中只有" in words for words in texts_of(scene_of(many(120)), "foot")
    )


@pytest.mark.parametrize(
    ("count", "told"),
    [(3, "dedicated=machine-learning:NoSchedule"), (19, ":NoSchedule")],
)
def test_a_long_taint_is_told_with_its_effect(count: int, told: str) -> None:
    taint = {"key": "dedicated", "value": "machine-learning", "effect": "NoSchedule"}
    nodes = [node(f"node{i}", taints=[taint]) for i in range(count)]
    assert told in "".join(texts_of(scene_of(Listed(*nodes)), "node/node0"))


def test_a_palette_keeps_the_colours_that_mean_something() -> None:
    painter = Painter(scale=1.5)
    pixels = painter.paint(full_scene(59))
    shown = np.asarray(
        Image.open(
            BytesIO(encode(pixels, colours=64, exact=painter.theme.colours()))
        ).convert("RGB")
    )
    for colour in painter.theme.colours():
        exact = np.round(np.array(colour) * 255)
        assert ((pixels == exact).all(axis=2) <= (shown == exact).all(axis=2)).all()


def test_a_picture_that_becomes_narrow_and_wide_again_is_the_same() -> None:
    painter, scene = Painter(scale=1), scene_of(many(9))
    wide = painter.paint(scene)
    painter.width = NARROW
    narrow = painter.paint(scene)
    fresh = Painter(scale=1)
    fresh.width = NARROW
    assert narrow.shape[1] == NARROW and np.array_equal(narrow, fresh.paint(scene))
    painter.width = WIDTH
    assert np.array_equal(painter.paint(scene), wide)


@pytest.mark.parametrize("count", [120, 1300])
def test_the_chosen_node_is_found_on_a_map(count: int) -> None:
    painter, ink = Painter(scale=1), np.round(np.array(to_rgb(LIGHT.ink)) * 255)
    scene = scene_of(many(count))
    before = painter.paint(scene)
    after = painter.paint(replace(scene, selected="node3"))
    new = (after == ink).all(axis=2) & ~(before == ink).all(axis=2)
    assert painter.redrawn == ("map",) and 4 < new.sum() < 120
