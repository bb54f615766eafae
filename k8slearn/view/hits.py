"""What is under a point of the placement: the Node, and the Pod on it."""

from __future__ import annotations

from k8slearn.view.cards import SIZES
from k8slearn.view.layout import Box, Places, row_tops, slot_box
from k8slearn.view.scene import NodeCard, PodMark, Scene


def under(
    scene: Scene, places: Places, top: float, x: float, y: float
) -> tuple[NodeCard | None, PodMark | None]:
    """The Node's card and the Pod's mark at (x, y), in pixels of a picture whose rows begin at `top`."""
    tops = row_tops(places, top)
    for card in scene.cards:
        box = slot_box(places, tops, places.slots[card.name])
        if box.x <= x <= box.x + box.width and box.y <= y <= box.y + box.height:
            return card, _pod_under(
                card, box, places, x, y
            ) if places.form.name in SIZES else _shown(card, scene)
    return None, None


def _pod_under(
    card: NodeCard, box: Box, places: Places, x: float, y: float
) -> PodMark | None:
    """The Pod in whose lane the point is; above the lanes there is none."""
    sizes = SIZES[places.form.name]
    if not card.pods or y < box.y + sizes.pod_y - sizes.radius - 4:
        return None
    width = (box.width - 2 * sizes.inset + 4) / (
        max(places.lanes[mark.uid] for mark in card.pods) + 1
    )
    lane = int((x - box.x - sizes.inset) // width)
    return next((mark for mark in card.pods if places.lanes[mark.uid] == lane), None)


def _shown(card: NodeCard, scene: Scene) -> PodMark | None:
    """The Pod that a map's cell shows: one of the chosen DaemonSet, if there is one."""
    return next(
        (mark for mark in card.pods if mark.owner == scene.daemon_set),
        next(iter(card.pods), None),
    )


def point(
    across: float, down: float, width: float, height: float
) -> tuple[float, float]:
    """Fractions of a picture's width and height as its pixels."""
    return across * width, down * height
