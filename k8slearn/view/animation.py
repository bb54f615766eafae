"""Recorded animations of the placement for notebooks, with controls where scripts run."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from k8slearn.locale import view as words
from k8slearn.view import player
from k8slearn.view.ink import has_matplotlib
from k8slearn.view.ink.svg import moving
from k8slearn.view.mime import png_metadata
from k8slearn.view.scene import Scene
from k8slearn.view.story import HasStore, scenes

# Milliseconds. 0.8 seconds are enough to read a familiar sentence; the first and the last picture
# stand longer.
STEP = 800
FIRST = 1500
LAST = 3000
# One pixel for each of the page: an animation has dozens of frames, and at 1.5 it is twice as large.
SCALE = 1.0


class Animation:
    """An animation as APNG, which a notebook shows with play, pause, step and speed; or as animated SVG."""

    def __init__(
        self,
        apng_bytes: bytes,
        captions: Sequence[str],
        description: str,
        *,
        svg: str = "",
    ) -> None:
        self.png = apng_bytes
        self.svg = svg
        self.captions = tuple(captions)
        self.description = description

    @property
    def html(self) -> str:
        """HTML of the animation with its controls; an SVG has none and loops."""
        if self.svg:
            return self.svg
        return player.page(self.png, self.description, self.captions)

    def __repr__(self) -> str:
        return "\n".join([self.description, *self.captions])

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """HTML with controls; for viewers without scripts, the picture and a list of the steps."""
        if self.svg:
            return {"text/html": self.svg, "text/plain": repr(self)}, {}
        data = {"text/html": self.html, "image/png": self.png, "text/plain": repr(self)}
        return data, png_metadata(self.description)

    def save(self, path: str | Path) -> Path:
        """Write the animation to a .png, .html, .gif or .webp file; returns its path.

        Raises ValueError for other endings, and without matplotlib for all but .html.
        """
        target = Path(path)
        if self.svg and target.suffix != ".html":
            raise ValueError(target.name)
        if target.suffix == ".html":
            page = player.document(self.html, self.description)
            target.write_text(page, encoding="utf-8")
        elif target.suffix in (".gif", ".webp"):
            from PIL import Image

            Image.open(BytesIO(self.png)).save(target, save_all=True)
        else:
            target.write_bytes(self.png)
        return target


def durations(count: int, step: int = STEP) -> list[int]:
    """The duration of each frame in milliseconds; the first and the last are longer."""
    waits = [FIRST, *[step] * (count - 1)]
    return [*waits[:-1], LAST]


def caption(scene: Scene) -> str:
    """The caption of a frame."""
    sentence = words.BEGINNING
    if scene.sentence:
        sentence = words.STEP + scene.sentence
    time = words.SECONDS.format(time=scene.time)
    return words.CAPTION.format(time=time, sentence=sentence)


def record(
    told: Sequence[Scene],
    *,
    theme: str = "light",
    scale: float = SCALE,
    step: int = STEP,
) -> Animation:
    """An animation of these scenes; `step` is the duration of each in milliseconds.

    The sentences are text on the page and not drawn, which would make the file twice as large.
    """
    name = told[-1].daemon_set
    said = words.ANIMATION_OF if name else words.ANIMATION
    description = said.format(steps=len(told) - 1, name=name)
    captions = [caption(scene) for scene in told]
    waits = durations(len(told), step)
    if not has_matplotlib():
        drawn = moving(told, waits, theme=theme, title=description)
        return Animation(b"", captions, description, svg=drawn)
    # Imported here: matplotlib takes a second to load, and may be missing.
    from k8slearn.view.ink.frames import apng_of

    data = apng_of(told, waits, theme=theme, scale=scale)
    return Animation(data, captions, description)


def animate(
    cluster: HasStore,
    since: int = 0,
    until: int | None = None,
    *,
    theme: str = "light",
    scale: float = SCALE,
    **options: Any,
) -> Animation:
    """An animation of a cluster's history from revision `since` to `until` (None: the present), one frame a step.

    Options: `daemon_set` (the name of the one whose numbers are shown) and `group_by` (a label's key).
    """
    told = list(scenes(cluster.store, since, until, **options))
    return record(told, theme=theme, scale=scale)
