"""The shapes of Pods as paths of about unit radius around the origin, except circles, which inks draw themselves."""

from __future__ import annotations

from functools import lru_cache
from math import cos, pi, sin

from k8slearn.view.plan.geometry import Point
from k8slearn.view.plan.marks import Path

# (corners, radius, shift downwards). The radii make all shapes look equally large; the
# triangle and the pentagon are lowered so that a number looks centred in them.
_POLYGONS = {
    "diamond": (4, 1.17, 0.0),
    "hexagon": (6, 1.08, 0.0),
    "triangle": (3, 1.3, 0.2),
    "pentagon": (5, 1.14, 0.06),
}
# A square of half side 1 would look larger than a circle of radius 1.
SQUARE = 0.88
_CORNER = 0.3


@lru_cache(maxsize=16)
def outline(shape: str) -> Path:
    """The outline of a shape other than the circle; y points down as in the picture."""
    if shape == "square":
        return _rounded_square()
    if shape == "cross":
        return (
            ("M", [(-1, -1)]),
            ("L", [(1, 1)]),
            ("M", [(-1, 1)]),
            ("L", [(1, -1)]),
        )
    corners, radius, lowered = _POLYGONS[shape]
    points = []
    for number in range(corners):
        angle = -pi / 2 + 2 * pi * number / corners
        points.append((radius * cos(angle), radius * sin(angle) + lowered))
    return (
        ("M", points[:1]),
        *(("L", [point]) for point in points[1:]),
        ("Z", points[:1]),
    )


def _rounded_square() -> Path:
    """A square whose corners are rounded."""
    half = SQUARE
    inner = SQUARE - _CORNER
    corners: list[Point] = [(half, -half), (half, half), (-half, half), (-half, -half)]
    starts = [(inner, -half), (half, inner), (-inner, half), (-half, -inner)]
    ends = [(half, -inner), (inner, half), (-half, inner), (-inner, -half)]
    path: list[tuple[str, list[Point]]] = [("M", [starts[0]])]
    for start, corner, end in zip(starts, corners, ends, strict=True):
        path.append(("L", [start]))
        path.append(("Q", [corner, end]))
    return (*path, ("Z", [starts[0]]))
