"""Finds the Node and the Pod at a point of the placement."""

from __future__ import annotations

from k8slearn.view.plan.geometry import Box
from k8slearn.view.plan.grid import Grid
from k8slearn.view.plan.seating import Seating
from k8slearn.view.plan.sizes import SIZES, lane_width
from k8slearn.view.scene import NodeCard, PodMark, Scene

# Pixels: a click this near to a Pod counts as one on it.
_NEAR = 4


def under(
    scene: Scene,
    grid: Grid,
    x: float,
    y: float,
) -> tuple[NodeCard | None, PodMark | None]:
    """The Node's card and the Pod's mark at (x, y), in pixels of the picture."""
    for card in scene.cards:
        box = grid.boxes[card.name]
        if not box.holds(x, y):
            continue
        if grid.seating.form.is_map:
            return card, _pod_of_cell(card, scene)
        return card, _pod_under(card, box, grid.seating, x, y)
    return None, None


def pod_areas(card: NodeCard, box: Box, seating: Seating) -> list[tuple[PodMark, Box]]:
    """Each Pod of a card with the box of its lane."""
    if not card.pods:
        return []
    sizes = SIZES[seating.form.name]
    lanes = seating.lanes
    count = max(lanes[pod.uid] for pod in card.pods) + 1
    width = lane_width(box.width, sizes, count)
    top = box.y + sizes.pod_y - sizes.radius - _NEAR
    areas = []
    for pod in card.pods:
        left = box.x + sizes.inset + lanes[pod.uid] * width
        areas.append((pod, Box(left, top, width, box.bottom - top)))
    return areas


def _pod_under(
    card: NodeCard,
    box: Box,
    seating: Seating,
    x: float,
    y: float,
) -> PodMark | None:
    """The Pod in whose lane the point is."""
    for pod, area in pod_areas(card, box, seating):
        if area.holds(x, y):
            return pod
    return None


def _pod_of_cell(card: NodeCard, scene: Scene) -> PodMark | None:
    """The Pod that a map's cell shows: one of the selected DaemonSet, if there is one."""
    for pod in card.pods:
        if pod.owner == scene.daemon_set:
            return pod
    return next(iter(card.pods), None)
