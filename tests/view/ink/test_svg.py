"""The SVG ink draws the same plan as matplotlib, and needs no library for pixels."""

from __future__ import annotations

import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest
from matplotlib.patches import FancyBboxPatch
from matplotlib.text import Text

from k8slearn import Cluster
from k8slearn.locale import view as words
from k8slearn.manifests import manifest
from k8slearn.view import picture
from k8slearn.view.animation import animate
from k8slearn.view.ink.artists import artists_of
from k8slearn.view.ink.svg import SvgPainter, moving, svg
from k8slearn.view.plan import Above, arrange, plan
from k8slearn.view.plan.hits import under
from k8slearn.view.scene import scene_of
from k8slearn.view.story import scenes
from k8slearn.view.theme import DARK, LIGHT, THEMES
from tests.support.fakes import many
from tests.support.lonely import WITHOUT_HEAVY
from tests.support.scenes import CANVAS, full_scene

# One count for each form: large, middle and small cards, cells, dots.
COUNTS = (3, 12, 24, 60, 300, 1300)
NS = "{http://www.w3.org/2000/svg}"
# SVG says lengths in tenths of a pixel.
NEAR = 0.051


def parsed(drawn):
    return ElementTree.fromstring(drawn)


def texts_of_artists(artists):
    return [(t.get_text(), *t.get_position()) for t in artists if type(t) is Text]


def boxes_of_artists(artists):
    return [
        (box.get_x(), box.get_y(), box.get_width(), box.get_height())
        for box in artists
        if type(box) is FancyBboxPatch
    ]


def numbers(element, *names):
    return tuple(float(element.get(name)) for name in names)


def texts_of_svg(root):
    """The words with where the line through the middle of their small letters is."""
    found = []
    for element in root.iter(f"{NS}text"):
        x, y, size = numbers(element, "x", "y", "font-size")
        found.append((element.text, x, y - 0.355 * size))
    return found


def boxes_of_svg(root):
    boxes = [each for each in root.iter(f"{NS}rect") if each.get("rx")]
    return [numbers(box, "x", "y", "width", "height") for box in boxes]


def assert_same(ours, theirs):
    assert len(ours) == len(theirs)
    for one, other in zip(ours, theirs, strict=True):
        assert [p for p in one if isinstance(p, str)] == [
            p for p in other if isinstance(p, str)
        ]
        lengths = [p for p in one if not isinstance(p, str)]
        assert lengths == pytest.approx(
            [p for p in other if not isinstance(p, str)], abs=2 * NEAR
        )


@pytest.mark.parametrize("count", COUNTS)
def test_both_inks_put_the_same_words_and_boxes_in_the_same_places(count):
    scene = full_scene(count)
    made = plan(scene, arrange(scene), Above())
    planned = [mark for part in made.parts for mark in part.marks()]
    artists = artists_of([*planned, *made.arrows], CANVAS)
    root = parsed(svg(scene))
    assert numbers(root, "width", "height") == (made.width, made.height)
    assert_same(texts_of_svg(root), texts_of_artists(artists))
    assert_same(boxes_of_svg(root), boxes_of_artists(artists))


def test_it_is_named_and_told_for_who_cannot_see_it():
    cluster = filled(3)
    action = cluster.actions[-1]
    scene = scene_of(
        cluster.store, changes=cluster.changes(action), sentence="节点 <1> 来了"
    )
    root = parsed(svg(scene))
    assert root.get("role") == "img"
    assert root.findtext(f"{NS}title").startswith("filebeat-ds：期望 3，就绪 3")
    assert root.findtext(f"{NS}desc") == "节点 <1> 来了"
    assert root[0].tag == f"{NS}title"


def filled(nodes):
    cluster = Cluster(nodes=nodes, seed=1)
    cluster.apply(manifest("filebeat-ds"))
    cluster.run_until_quiet()
    return cluster


def test_twenty_nodes_are_small():
    cluster = filled(20)
    cluster.set_image("filebeat-ds", "ikubernetes/filebeat:5.6.6")
    cluster.run(8.0)
    assert len(svg(scene_of(cluster.store)).encode()) <= 60_000
    assert len(svg(full_scene(19)).encode()) <= 60_000


def test_every_colour_that_a_theme_changes_is_said_for_light_and_dark():
    drawn = svg(full_scene(12))
    style = re.search("<style>(.*)</style>", drawn)[1]
    used = set(re.findall(r"var\(--k8s-([\w-]+)\)", drawn))
    rules = re.findall(r"\.k8s-ink\{([^}]*)\}", style)
    assert len(rules) == 4 and {"ground", "ink", "edge-0072B2"} <= used
    for rule in rules:
        assert {part.split(":")[0] for part in rule.split(";")} == {
            f"--k8s-{name}" for name in used
        }
    assert f"--k8s-ground:{LIGHT.ground}" in rules[0]
    assert f"--k8s-ground:{DARK.ground}" in rules[1]


@pytest.mark.parametrize("theme", THEMES)
def test_a_picture_in_one_theme_says_its_colours_themselves(theme):
    drawn = svg(full_scene(12), theme)
    assert "var(" not in drawn and "<style>" not in drawn
    assert f'fill="{THEMES[theme].ground}"' in drawn


def test_where_a_pod_is_named_a_click_finds_it():
    scene = full_scene(10)
    painter = SvgPainter()
    root = parsed(painter.paint(scene))
    named = [each for each in root.iter() if each.get("data-pod")]
    assert len(named) == sum(len(card.pods) for card in scene.cards)
    for area in named:
        x, y, width, height = numbers(area, "x", "y", "width", "height")
        _, mark = under(scene, painter.plan.grid, x + width / 2, y + height / 2)
        assert mark.name == area.get("data-pod")
    nodes = [each.get("data-node") for each in root.iter() if each.get("data-node")]
    assert nodes == [card.name for card in scene.cards]


def test_what_did_not_change_is_not_written_anew():
    cluster = filled(3)
    painter = SvgPainter()
    first = painter.paint(scene_of(cluster.store))
    assert painter.paint(scene_of(cluster.store)) == first and painter.redrawn == ()
    cluster.cordon("node2")
    changed = painter.paint(scene_of(cluster.store))
    assert painter.redrawn == ("node/node2",)
    assert changed == SvgPainter().paint(scene_of(cluster.store))


def test_moving_pictures_hold_each_part_once_for_as_long_as_it_lasts():
    cluster = filled(6)
    told = list(scenes(cluster.store, 0, None))
    waits = [100] * len(told)
    drawn = moving(told, waits, theme="light", title="动画")
    root = parsed(drawn)
    turns = list(root.iter(f"{NS}animate"))
    assert len(turns) > 20
    assert {turn.get("dur") for turn in turns} == {f"{len(told) / 10:g}s"}
    whole = sum(len(svg(scene, "light")) for scene in told)
    # The chips are drawn anew at nearly every step: they are half of what is left.
    assert len(drawn) < whole * 0.6


def test_without_matplotlib_a_picture_is_svg(monkeypatch, tmp_path):
    monkeypatch.setattr(picture, "has_matplotlib", lambda: False)
    cluster = many(5)
    made = picture.draw(cluster)
    data, _ = made._repr_mimebundle_()
    assert data["text/html"].startswith("<svg") and data["text/plain"] == repr(made)
    assert made.save(tmp_path / "a.svg").read_text(encoding="utf-8") == made.svg
    with pytest.raises(ValueError, match=r"a\.png"):
        made.save(tmp_path / "a.png")
    assert "DaemonSet" in picture.draw(cluster, graph=True).svg


# What a browser has not: whoever imports one of these fails, and nobody finds them.
LONELY = (
    WITHOUT_HEAVY
    + """
from k8slearn import Cluster
from k8slearn.manifests import manifest
from k8slearn.view import animate, draw
cluster = Cluster(nodes=3, seed=1)
cluster.apply(manifest("filebeat-ds"))
cluster.run_until_quiet()
assert draw(cluster).svg.startswith("<svg")
assert animate(cluster).svg.startswith("<svg")
assert not set(HEAVY) & set(sys.modules)
"""
)


def test_nothing_that_draws_pixels_is_needed():
    subprocess.run([sys.executable, "-c", LONELY], check=True)


def test_an_animation_without_matplotlib_tells_its_steps(monkeypatch, tmp_path):
    monkeypatch.setattr("k8slearn.view.animation.has_matplotlib", lambda: False)
    made = animate(filled(2))
    data, _ = made._repr_mimebundle_()
    assert data["text/html"].startswith("<svg")
    assert words.STEP in data["text/plain"]
    assert "<svg" in made.save(tmp_path / "a.html").read_text(encoding="utf-8")
    with pytest.raises(ValueError, match=r"a\.gif"):
        made.save(tmp_path / "a.gif")
