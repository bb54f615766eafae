"""Pictures for a notebook, of the present and of the past."""

from __future__ import annotations

import re
from base64 import b64encode
from io import BytesIO

from PIL import Image

from k8slearn import Cluster
from k8slearn.view import draw
from k8slearn.view.ink.painter import Painter
from k8slearn.view.plan import arrange
from k8slearn.view.png import encode
from tests.support.fakes import (
    DAEMON_SET,
    many,
)


def test_draw_shows_a_cluster_and_a_moment_of_its_past() -> None:
    cluster = Cluster(nodes=3, seed=1)
    before = cluster.store.revision
    cluster.apply(DAEMON_SET)
    cluster.run_until_quiet()
    picture = draw(cluster)
    assert (
        repr(picture)
        == "filebeat-ds：期望 3，就绪 3，已更新 3，不可用 0；3 个 Node，3 个 Pod"
    )
    assert repr(draw(cluster.at(before))) == "3 个 Node，0 个 Pod"
    data, meta = picture._repr_mimebundle_()
    assert Image.open(BytesIO(data["image/png"])).width == 1350
    assert meta["image/png"]["width"] == 900
    assert meta["image/png"]["alt"] == repr(picture)


def test_what_a_step_did_stands_in_the_words_for_who_cannot_see_it() -> None:
    cluster = Cluster(nodes=3, seed=1)
    cluster.apply(DAEMON_SET)
    action = cluster.actions[0]
    picture = draw(cluster, changes=cluster.changes(action))
    _, meta = picture._repr_mimebundle_()
    assert meta["image/png"]["alt"] == picture.scene.sentence + repr(picture)
    assert "DaemonSet" in picture.scene.sentence


def test_in_jupyterlab_a_light_picture_is_dark_in_the_dark_theme() -> None:
    cluster = Cluster(nodes=3, seed=1)
    for theme in ("light", "dark"):
        picture = draw(cluster, theme=theme)
        data, _ = picture._repr_mimebundle_()
        page = data["text/html"]
        assert b64encode(picture.png).decode() in page
        assert f'alt="{picture!r}"' in page
        assert re.findall('class="(.+?)"', page) == [f"k8s-still-{theme}"]
        assert re.findall('"false"] (.+?) {', page) == [".k8s-still-light"]


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
