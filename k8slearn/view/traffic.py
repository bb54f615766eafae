"""Pictures of requests: all at once, or one after another as an animation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import networkx as nx

from k8slearn.locale import view as words
from k8slearn.view.animation import LAST, Animation
from k8slearn.view.ink import has_matplotlib
from k8slearn.view.ink.svg import document, film, painted_in
from k8slearn.view.ink.svg_marks import elements
from k8slearn.view.mime import StillPicture
from k8slearn.view.plan.geometry import WIDTH
from k8slearn.view.plan.marks import Mark
from k8slearn.view.plan.traffic import (
    Leg,
    Stage,
    Talk,
    curve,
    stage_of,
    talk_graph,
    vertex,
)
from k8slearn.view.plan.traffic_marks import (
    CAPTION,
    caption_marks,
    card_marks,
    count_marks,
    line_marks,
    packet_marks,
    pill_marks,
)
from k8slearn.view.scene import Readable
from k8slearn.view.talks import summary

# Milliseconds: for a leg, and for a request's result, which has to be read.
MOVE = 600
REST = 1400


def draw_traffic(
    source: Readable,
    talks: Sequence[Talk],
    *,
    theme: str = "light",
    scale: float = 1.5,
) -> StillPicture:
    """A picture of all requests at once, with the number on each arrow."""
    graph = talk_graph(talks)
    stage = stage_of(source, graph)
    height = stage.height + CAPTION
    ground = card_marks(stage, graph)
    told = str(talks[0]) if len(talks) == 1 else summary(talks)
    # Numbers last, since a pill may cover the line that they count.
    marks = [
        *line_marks(stage, graph),
        *pill_marks(stage, graph),
        *count_marks(stage, graph),
        *caption_marks(told, stage.height),
    ]
    if not has_matplotlib():
        body = elements([*ground, *marks], painted_in(theme))
        drawn = document(body, (WIDTH, height), theme=theme, title=told)
        return StillPicture(told, told, theme, svg=drawn)
    # Imported here: matplotlib takes a second to load, and may be missing.
    from k8slearn.view.ink.traffic import traffic_png

    png = traffic_png(height, ground, marks, theme, scale)
    return StillPicture(told, told, theme, png=png)


def animate_traffic(
    source: Readable,
    talks: Sequence[Talk],
    *,
    theme: str = "light",
    scale: float = 1.25,
) -> Animation:
    """An animation of one request after another: a frame for each leg of its way, then one for its result."""
    graph = talk_graph(talks)
    stage = stage_of(source, graph)
    ground = card_marks(stage, graph)
    frames = []
    waits = []
    captions = []
    for done, leg, caption in _moments(stage, talks):
        frames.append(_marks(stage, graph, talks[:done], leg))
        waits.append(MOVE if leg else REST)
        captions.append(caption)
    waits[-1] = LAST
    told = summary(talks)
    if not has_matplotlib():
        drawn = _film(
            stage, [[*ground, *marks] for marks in frames], waits, theme, told
        )
        return Animation(b"", captions, told, svg=drawn)
    # Imported here: matplotlib takes a second to load, and may be missing.
    from k8slearn.view.ink.traffic import traffic_apng

    data = traffic_apng(stage.height, ground, frames, waits, theme=theme, scale=scale)
    return Animation(data, captions, told)


def _film(
    stage: Stage,
    frames: Sequence[Sequence[Mark]],
    waits: Sequence[int],
    theme: str,
    told: str,
) -> str:
    """The frames as an animated SVG, in which an unchanged mark is drawn once."""
    paint = painted_in(theme)
    pieces = [
        [(str(number), elements([mark], paint)) for number, mark in enumerate(marks)]
        for marks in frames
    ]
    size = WIDTH, stage.height
    return film(pieces, waits, size, theme=theme, title=told)


def _moments(
    stage: Stage, talks: Sequence[Talk]
) -> Iterator[tuple[int, Leg | None, str]]:
    """For each frame: the number of requests done, the current leg (None: a result is shown), and the sentence."""
    for number, talk in enumerate(talks):
        for hop in talk.hops:
            # A Node that was removed since has no place in the picture.
            if {vertex(hop.origin), vertex(hop.target)} <= stage.anchors.keys():
                yield number, hop, leg_words(hop)
        yield number + 1, None, str(talk)


def leg_words(hop: Leg) -> str:
    """The sentence about a leg."""
    by_kind = words.TRAFFIC_LEGS
    target = by_kind.get(hop.target.kind, by_kind["pod"])
    told = by_kind.get(f"{hop.origin.kind} {hop.target.kind}", target)
    return told.format(origin=hop.origin.name, target=hop.target.name)


def _marks(
    stage: Stage,
    graph: nx.DiGraph,
    done: Sequence[Talk],
    leg: Leg | None,
) -> list[Mark]:
    """The moving marks: arrows of the requests done, and the current leg."""
    so_far = talk_graph(done)
    marks: list[Mark] = [
        *line_marks(stage, so_far),
        *pill_marks(stage, graph),
        *count_marks(stage, so_far),
    ]
    if leg:
        points = curve(stage, vertex(leg.origin), vertex(leg.target))
        marks += packet_marks(points)
    return marks
