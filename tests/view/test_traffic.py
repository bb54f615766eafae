"""Pictures of requests: the layout, the marks, and that the animation shows each request."""

from __future__ import annotations

import random
from collections.abc import Iterable
from io import BytesIO

import pytest
from PIL import Image

from k8slearn.locale import view as words
from k8slearn.network import Delivery, request
from k8slearn.view import traffic
from k8slearn.view.plan.marks import Mark, Text
from k8slearn.view.plan.traffic import Stage, along, curve, stage_of, talk_graph
from k8slearn.view.plan.traffic_marks import count_marks, line_marks
from k8slearn.view.traffic import animate_traffic, draw_traffic, summary
from tests.support.networks import CLIENT as CLIENT_POD
from tests.support.networks import (
    DAEMONS,
    WORLD,
    World,
    ask,
    node,
    pod,
    service,
)

CLIENT, DNS, METRICS = ("pod", "client"), ("dns", "DNS"), ("service", "metrics")


def calls(count: int = 10) -> list[Delivery]:
    rng = random.Random(1)
    return [request(WORLD, "pod/client", "metrics:80", rng) for _ in range(count)]


def stage(talks: list[Delivery], world: World = WORLD) -> Stage:
    return stage_of(world, talk_graph(talks))


def texts(marks: Iterable[Mark]) -> list[str]:
    return [mark.words for mark in marks if isinstance(mark, Text)]


def test_the_graph_counts_requests_and_failures() -> None:
    graph = talk_graph([*calls(), ask("nobody:80")])
    assert graph.edges[CLIENT, METRICS] == {"count": 10, "failed": 0}
    assert graph.edges[CLIENT, ("service", "nobody")] == {"count": 1, "failed": 1}
    assert graph.edges[CLIENT, DNS] == {"count": 11, "failed": 0}


def test_pods_stand_on_their_nodes_and_apart() -> None:
    parts = stage(calls()).parts
    card = parts["node", "node1"]
    inside = [parts["pod", "client"], parts["pod", "ds-1"]]
    assert all(card.x < b.x and b.x + b.width < card.x + card.width for b in inside)
    assert all(card.y < b.y and b.y + b.height < card.y + card.height for b in inside)
    assert inside[0].y + inside[0].height <= inside[1].y


def test_every_node_is_there_and_only_pods_that_matter() -> None:
    parts = stage(calls()).parts
    assert {name for kind, name in parts if kind == "node"} == {
        "node1",
        "node2",
        "node3",
        "node4",
    }
    assert ("pod", "ds-3") not in parts


def test_sisters_of_who_takes_part_are_shown_too() -> None:
    owner = {
        "ownerReferences": [
            {"kind": "DaemonSet", "name": "ds", "uid": "u", "controller": True}
        ]
    }
    owned = [{**p, "metadata": p["metadata"] | owner} for p in DAEMONS]
    world = World(*(node(i) for i in (1, 2, 3)), *owned, pod("client", 1, "10.244.0.9"))
    talks = [request(world, "pod/client", "10.244.0.2:5066", random.Random(0))]
    assert ("pod", "ds-3") in stage(talks, world).parts


def test_whom_a_service_selects_is_there_though_nothing_reached_it() -> None:
    labelled = {"labels": {"app": "ds"}}
    agents = [{**p, "metadata": p["metadata"] | labelled} for p in DAEMONS]
    lonely = service("lonely", "10.96.0.77", selector={"app": "ds"})
    world = World(*WORLD.without("Pod").objects, CLIENT_POD, *agents, lonely)
    talk = request(world, "pod/client", "lonely:80", random.Random(0))
    assert not talk.ok
    kinds = {name for kind, name in stage([talk], world).parts if kind == "pod"}
    assert kinds == {"client", "ds-1", "ds-2", "ds-3"}


def test_lines_begin_and_end_at_their_places() -> None:
    made = stage(calls())
    points = curve(made, CLIENT, METRICS)
    assert points[0][1] == made.anchors[CLIENT][1]
    assert points[3][1] == made.anchors[METRICS][1]
    assert along(points, 0) == points[0]
    assert along(points, 1) == pytest.approx(points[3])


def test_a_failure_is_crossed_out_not_only_red() -> None:
    talks = [ask("nobody:80")]
    assert words.TRAFFIC_FAILED in texts(line_marks(stage(talks), talk_graph(talks)))
    assert words.TRAFFIC_FAILED not in texts(
        line_marks(stage(calls()), talk_graph(calls()))
    )


def test_numbers_stand_on_lines_with_more_than_one_request() -> None:
    graph = talk_graph(calls(10))
    assert "×10" in texts(count_marks(stage(calls(10)), graph))
    assert texts(count_marks(stage(calls(1)), talk_graph(calls(1)))) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_picture_is_a_png_with_a_description(theme: str) -> None:
    picture = draw_traffic(WORLD, calls(), theme=theme)
    assert Image.open(BytesIO(picture.png)).size[0] == 1350
    assert repr(picture) == summary(calls())
    assert "10 次请求，10 次有人回答" in repr(picture)


def test_an_animation_tells_every_leg_and_what_became_of_each_request() -> None:
    talks = [*calls(2), ask("nobody:80")]
    animation = animate_traffic(WORLD, talks)
    assert [told for told in animation.captions if "✔" in told or "✘" in told] == [
        str(talk) for talk in talks
    ]
    assert animation.captions[:3] == (
        "client 问 DNS：这个名字在哪里？",
        "client 把包发给 Service metrics",
        f"Service metrics 把包转给 {talks[0].pod}",
    )
    assert len(animation.captions) == sum(len(talk.hops) for talk in talks) + len(talks)
    assert len(animation.png) < 100_000


def test_a_node_that_is_gone_does_not_break_the_picture() -> None:
    world = World(*(o for o in WORLD.objects if o["metadata"]["name"] != "node1"))
    assert draw_traffic(world, [ask("10.244.0.1:5066", "node/node2", world)]).png


def test_without_matplotlib_the_same_marks_are_svg(monkeypatch) -> None:
    monkeypatch.setattr(traffic, "has_matplotlib", lambda: False)
    picture = draw_traffic(WORLD, calls())
    shown, _ = picture._repr_mimebundle_()
    assert repr(picture) == summary(calls())
    assert f"<title>{summary(calls())}</title>" in shown["text/html"]
    assert "×10" in shown["text/html"] and "image/png" not in shown
    talks = [*calls(2), ask("nobody:80")]
    animation = animate_traffic(WORLD, talks)
    assert animation.captions[0] == "client 问 DNS：这个名字在哪里？"
    assert animation.svg.count("<animate ") > len(talks)
    # A card that no request touches is drawn once for all frames.
    assert animation.svg.count(">node4<") == 1
