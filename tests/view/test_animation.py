"""The recorded animation: its frames equal the pictures, it is small, and a page can read its frames."""

from __future__ import annotations

import re
import struct
from base64 import b64encode
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence

from k8slearn import Cluster
from k8slearn.view import Animation, animate, apng, scenes
from k8slearn.view.animation import SCALE
from k8slearn.view.ink.frames import same_size
from k8slearn.view.ink.painter import Painter
from tests.support.fakes import DAEMON_SET, NEWER_IMAGE

MOST_BYTES = 400_000


def rolled_out(nodes: int) -> tuple[Cluster, int]:
    """A cluster after a rollout, and the revision before it."""
    cluster = Cluster(nodes=nodes, seed=1)
    cluster.apply(DAEMON_SET)
    cluster.run_until_quiet()
    since = cluster.store.revision
    cluster.set_image("filebeat-ds", NEWER_IMAGE)
    cluster.run_until_quiet()
    return cluster, since


@pytest.fixture(scope="module")
def animation() -> Animation:
    return animate(*rolled_out(12))


@pytest.fixture(scope="module")
def updated() -> tuple[Cluster, int]:
    """As large as it has to be for what looks at each frame, which takes a second of ten of them."""
    return rolled_out(4)


@pytest.fixture(scope="module")
def small(updated: tuple[Cluster, int]) -> Animation:
    return animate(*updated)


def test_a_rolling_update_over_12_nodes_is_small_in_the_notebook(
    animation: Animation,
) -> None:
    data, _ = animation._repr_mimebundle_()
    # The picture is stored twice: in the HTML with controls, and by itself for viewers without HTML.
    assert len(data["text/html"].encode()) <= MOST_BYTES
    assert len(b64encode(data["image/png"])) <= MOST_BYTES
    assert len(animation.captions) > 12 * 4


def test_without_scripts_there_is_the_moving_picture_and_the_list_of_steps(
    animation: Animation,
) -> None:
    data, meta = animation._repr_mimebundle_()
    image = Image.open(BytesIO(data["image/png"]))
    assert getattr(image, "n_frames", 1) == len(animation.captions)
    assert meta["image/png"]["alt"] == animation.description
    assert animation.captions[1] in data["text/plain"]


def test_every_frame_is_the_picture_of_its_scene(
    updated: tuple[Cluster, int], small: Animation
) -> None:
    painter = Painter(told=False, scale=SCALE)
    wanted = same_size(
        painter.paint(scene) for scene in scenes(updated[0].store, updated[1])
    )
    image = Image.open(BytesIO(small.png))
    assert getattr(image, "n_frames", 1) == len(wanted) == len(small.captions)
    # One frame at a time, in the smallest numbers that a difference fits in: all at once are a gigabyte.
    for frame, scene in zip(ImageSequence.Iterator(image), wanted, strict=True):
        shown = np.asarray(frame.convert("RGB"), np.int16)
        difference = np.abs(shown - scene.astype(np.int16)).max(axis=2)
        assert np.quantile(difference, 0.99) < 40
        assert difference.mean() < 1


def test_colours_that_mean_something_are_exact(animation: Animation) -> None:
    first = Image.open(BytesIO(animation.png)).convert("RGB")
    counted = first.getcolors(first.width * first.height)
    colours = {colour for _, colour in counted or ()}
    assert {(0, 114, 178), (250, 250, 250), (255, 255, 255)} <= colours
    assert len(colours) <= 63


def test_the_page_holds_the_picture_once_with_captions_and_controls(
    animation: Animation,
) -> None:
    html = animation.html
    assert html.count("data:image/png;base64,") == 1
    assert len(re.findall(r"<li>", html)) == len(animation.captions)
    for name in (
        "play",
        "first",
        "back",
        "next",
        "slider",
        "speed",
        "frame",
        "caption",
    ):
        assert f'data-k8s="{name}"' in html
    assert "本步：你把 filebeat-ds 的镜像改为" in html


def test_its_text_is_the_same_each_time(
    updated: tuple[Cluster, int], small: Animation
) -> None:
    said, again = repr(small), animate(*updated)
    assert said == repr(again)
    steps = len(small.captions) - 1
    assert said.splitlines() == [f"动画：filebeat-ds，{steps} 步", *small.captions]
    assert small.png == again.png


def test_without_a_daemon_set_its_text_names_none() -> None:
    cluster = Cluster(nodes=1)
    cluster.taint("node1", "gpu:NoSchedule")
    said = repr(animate(cluster))
    assert re.match(r"动画：\d+ 步\n", said), said


@pytest.mark.parametrize("ending", ["png", "html", "gif", "webp"])
def test_it_can_be_saved(animation: Animation, tmp_path: Path, ending: str) -> None:
    path = animation.save(tmp_path / f"update.{ending}")
    if ending == "html":
        page = path.read_text(encoding="utf-8")
        assert (
            "k8s-player" in page
            and '<html lang="zh-CN">' in page
            and f"<title>{animation.description}</title>" in page
        )
    else:
        assert getattr(Image.open(path), "n_frames", 1) > 40


def test_frames_that_differ_nowhere_keep_their_time() -> None:
    frame = np.full((4, 6, 3), 200, np.uint8)
    other = frame.copy()
    other[1, 2] = (10, 20, 30)
    data = apng.encode([frame, frame, other, frame], [100, 200, 300, 400])
    frames = [
        (f.info["duration"], np.asarray(f.convert("RGB")))
        for f in ImageSequence.Iterator(Image.open(BytesIO(data)))
    ]
    assert [wait for wait, _ in frames] == [100, 200, 300, 400]
    for (_, shown), wanted in zip(frames, (frame, frame, other, frame), strict=True):
        assert np.array_equal(shown, wanted)


def test_chunks_are_numbered_without_a_gap(animation: Animation) -> None:
    data, at, numbers = animation.png, 8, []
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        if kind in (b"fcTL", b"fdAT"):
            numbers.append(struct.unpack(">I", data[at + 8 : at + 12])[0])
        at += length + 12
    assert numbers == list(range(len(numbers)))


def test_a_picture_that_grows_is_padded_at_the_bottom() -> None:
    frames = same_size([np.zeros((2, 3, 3), np.uint8), np.ones((4, 3, 3), np.uint8)])
    assert [len(f) for f in frames] == [4, 4]
    assert not frames[0].any()
