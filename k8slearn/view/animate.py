"""A recorded animation of the placement that plays in a notebook page, with controls where scripts run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from PIL import Image

from k8slearn.view import apng, player
from k8slearn.view import text as words
from k8slearn.view.draw import Painter, Pixels
from k8slearn.view.scene import Scene
from k8slearn.view.story import Recorded, scenes

STEP, FIRST, LAST = 800, 1500, 3000
SCALE = 1.0


class HasStore(Protocol):
    """A cluster, as far as it is needed here."""

    @property
    def store(self) -> Recorded:
        """Where its objects and their past are."""


class Animation:
    """Frames as one APNG; a notebook shows it with play, pause, step and speed."""

    def __init__(
        self, apng_bytes: bytes, captions: Sequence[str], description: str
    ) -> None:
        self.png = apng_bytes
        self.captions = tuple(captions)
        self.description = description

    @property
    def html(self) -> str:
        """The animation with its controls."""
        return player.page(self.png, self.description, self.captions)

    def __repr__(self) -> str:
        return self.description

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": repr(self)}

    def save(self, path: str | Path) -> Path:
        """Write the animation to a file; the ending says as what: .png, .html, .gif or .webp."""
        target = Path(path)
        if target.suffix == ".html":
            target.write_text(
                player.document(self.html, self.description), encoding="utf-8"
            )
        elif target.suffix in (".gif", ".webp"):
            Image.open(BytesIO(self.png)).save(target, save_all=True)
        else:
            target.write_bytes(self.png)
        return target


def same_size(frames: Iterable[Pixels]) -> list[Pixels]:
    """Frames padded at the bottom to the height of the highest, in the colour of their last row."""
    drawn = list(frames)
    height = max(len(frame) for frame in drawn)
    return [
        np.pad(f, ((0, height - len(f)), (0, 0), (0, 0)), mode="edge") for f in drawn
    ]


def paint_all(painter: Painter, told: Iterable[Scene]) -> Iterator[Pixels]:
    """Every scene as pixels, on one canvas."""
    return (painter.paint(scene) for scene in told)


def durations(count: int, step: int = STEP) -> list[int]:
    """How long each frame stands, in milliseconds: the first and the last longer."""
    waits = [FIRST, *[step] * (count - 1)]
    return [*waits[:-1], LAST]


def caption(scene: Scene) -> str:
    """What a page says above a frame."""
    said = words.STEP + scene.sentence if scene.sentence else words.BEGINNING
    return f"{words.SECONDS.format(time=scene.time)}　{said}"


def record(
    told: Sequence[Scene],
    *,
    theme: str = "light",
    scale: float = SCALE,
    step: int = STEP,
) -> Animation:
    """An animation of some scenes; `step` is how long each stands, in milliseconds.

    The sentences are text on the page, not ink: drawn they would take as much room as all the rest.
    """
    painter = Painter(theme, told=False, scale=scale)
    frames = same_size(paint_all(painter, told))
    data = apng.encode(
        frames, durations(len(frames), step), exact=painter.theme.colours()
    )
    description = words.ANIMATION.format(
        steps=len(frames) - 1, name=told[-1].daemon_set
    )
    return Animation(data, [caption(scene) for scene in told], description)


def animate(
    cluster: HasStore,
    since: int = 0,
    until: int | None = None,
    *,
    theme: str = "light",
    scale: float = SCALE,
    **options: Any,
) -> Animation:
    """What happened in a cluster after revision `since` (and up to `until`), one frame a step.

    Options: `daemon_set` (whose numbers are shown) and `group_by` (a label's key).
    """
    return record(
        list(scenes(cluster.store, since, until, **options)), theme=theme, scale=scale
    )
