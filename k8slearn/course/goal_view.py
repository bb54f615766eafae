"""Small pictures of an exercise's goal and of its present state, with the remaining differences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from html import escape
from typing import Any

from k8slearn.apimachinery.objects import Object
from k8slearn.cluster import Cluster
from k8slearn.course.checking import image_of
from k8slearn.course.goals import NodeState, PodState, State, differences, state_of
from k8slearn.course.pages import render
from k8slearn.locale import course as words
from k8slearn.view.labels import alt_text
from k8slearn.view.scene import Counts, NodeCard, Phase, PodMark, Scene, scene_of

# Drawn with twice the pixels, since they are shown at half the usual width.
SCALE = 2.0
# The heading where the pictures show no difference, by the check's verdict.
VERDICTS = {True: words.GOAL_REACHED, False: words.GOAL_UNSEEN, None: ""}


class Images:
    """Numbers of images, so that an image has the same sign in both pictures, whatever its revision."""

    def __init__(self, cluster: Cluster, goal: State) -> None:
        self._known: list[str] = []
        # The oldest Pods have the earliest version, which gets the smallest number.
        for pod in sorted(cluster.list("Pod"), key=_created):
            self.number(image_of(pod))
        for held in goal.values():
            for state in held.pods:
                self.number(state.image)

    def number(self, image: str) -> int:
        """The image's number, from 1; a new image gets the next number."""
        if image not in self._known:
            self._known.append(image)
        return self._known.index(image) + 1


def scene_now(cluster: Cluster, images: Images) -> Scene:
    """The scene of the present state, with images in place of revisions."""
    number = {}
    for pod in cluster.list("Pod"):
        number[pod["metadata"]["uid"]] = images.number(image_of(pod))
    scene = scene_of(cluster, time=cluster.now)
    cards = []
    for card in scene.cards:
        pods = [replace(pod, revision=number[pod.uid]) for pod in card.pods]
        cards.append(replace(card, pods=tuple(pods)))
    return _with_cards(scene, cards)


def _created(pod: Object) -> str:
    return str(pod["metadata"]["creationTimestamp"])


def scene_of_goal(goal: State, images: Images, now: Scene) -> Scene:
    """The scene of the goal, with the Nodes' present labels and taints: changing them may be the solution."""
    own = {card.name: card for card in now.cards}
    marks = [pod for card in now.cards for pod in card.pods]
    # In a goal a Pod without an owner has its own name in place of the owner's.
    alone = {pod.name for pod in marks if not pod.owner}
    cards = []
    for node, held in goal.items():
        pods = tuple(_mark(node, pod, images, alone) for pod in held.pods)
        card = own.get(node, NodeCard(node, ""))
        cards.append(_as_in(held, replace(card, pods=pods, gone=False)))
    return _with_cards(now, cards)


def _mark(node: str, pod: PodState, images: Images, alone: set[str]) -> PodMark:
    number = images.number(pod.image)
    owner = "" if pod.owner in alone else pod.owner
    return PodMark(
        uid=f"{node}/{pod.owner}",
        name=pod.owner,
        owner=owner,
        revision=number,
        phase=Phase(pod.phase),
    )


def _as_in(held: NodeState, card: NodeCard) -> NodeCard:
    return replace(card, ready=held.ready, cordoned=held.cordoned)


def _with_cards(scene: Scene, cards: list[NodeCard]) -> Scene:
    marks = [pod for card in cards for pod in card.pods]
    return replace(
        scene,
        daemon_set="",
        strategy="",
        counts=Counts(),
        cards=tuple(cards),
        revisions=tuple(sorted({mark.revision for mark in marks})),
        owners=tuple(sorted({mark.owner for mark in marks} - {""})),
    )


class GoalView:
    """The widget with both pictures and the list of differences."""

    def __init__(self, cluster: Cluster, goal: State) -> None:
        # Imported here: exercises are also checked and listed where nothing is drawn.
        from k8slearn.toolkit import w as widgets

        self._cluster = cluster
        self._goal = goal
        self._images = Images(cluster, goal)
        self._now, now = _picture_column(words.GOAL_NOW)
        self._then, then = _picture_column(words.GOAL)
        self._differences: Any = widgets.HTML()
        self._differences.add_class("k8s-differences")
        sides = widgets.Box([now, then])
        sides.add_class("k8s-goal-sides")
        self.widget: Any = widgets.VBox([sides, self._differences])
        self.refresh()

    def refresh(self, verdict: bool | None = None) -> None:
        """Draw the present state; `verdict` is the result of a check, None if there was none."""
        with self._cluster.lock:
            state = state_of(self._cluster)
            now = scene_now(self._cluster, self._images)
        goal = scene_of_goal(self._goal, self._images, now)
        self._now(now)
        self._then(goal)
        # Other ends than the goal may be right as well: after a pass no differences are listed.
        lines = [] if verdict else differences(state, self._goal)
        heading = words.GOAL_STILL if lines else VERDICTS[verdict]
        self._differences.value = render("differences", heading=heading, lines=lines)


def _picture_column(title: str) -> tuple[Callable[[Scene], None], Any]:
    """A function that draws a scene, and the widget with the title and the picture."""
    from k8slearn.toolkit import in_page, page_theme
    from k8slearn.toolkit import w as widgets
    from k8slearn.view.ink.panel import panel_painter
    from k8slearn.view.plan.geometry import NARROW, SLIM

    painter = panel_painter(page_theme("auto"), SCALE)
    # A page may be shown on a phone.
    painter.width = SLIM if in_page() else NARROW
    image = widgets.Image(format="png")
    image.add_class("k8s-follows-theme")
    caption = widgets.HTML()
    side = widgets.VBox([caption, image])
    side.add_class("k8s-goal-side")

    def show(scene: Scene) -> None:
        drawn = painter.picture(scene)
        image.format = "svg+xml" if drawn.startswith(b"<svg") else "png"
        image.value = drawn
        pods = sum(len(card.pods) for card in scene.cards)
        said = alt_text("", scene.counts, len(scene.cards), pods)
        caption.value = f"<b>{escape(title)}</b>&ensp;{said}"

    return show, side
