"""The card of one cluster: head, sentence and picture, all of one moment."""

from __future__ import annotations

from typing import Any, ClassVar

from k8slearn.lab import render
from k8slearn.lab.view_model import ViewModel
from k8slearn.lab.widgets import named, page, set_class, show_picture
from k8slearn.locale import lab as words
from k8slearn.toolkit import page_theme, w
from k8slearn.view.ink.panel import panel_painter
from k8slearn.view.plan import Plan
from k8slearn.view.plan.geometry import NARROW, SLIM, WIDTH
from k8slearn.view.plan.hits import under
from k8slearn.view.scene import NodeCard, PodMark, Scene

# The largest ratio of height to width that is fitted into the frame: a higher picture scrolls, since its letters
# would get too small. Three rows of Nodes fit.
TALL = 0.65
ROOMS = {"wide": WIDTH, "narrow": NARROW, "slim": SLIM}


class PictureCard:
    """Head, sentence and picture; `title` is shown above them while there is a second cluster."""

    STYLE: ClassVar[str] = """
.k8s-head { display: flex; align-items: center; gap: 4px 6px; height: 26px; white-space: nowrap;
  overflow: hidden; }
.k8s-head b { font-size: 15px; font-weight: 500; }
.k8s-head .k8s-strategy-now { color: var(--jp-ui-font-color2, #616161); flex: 1 1 0; min-width: 0; font-size: 12px;
  overflow: hidden; text-overflow: ellipsis; }
.k8s-counter { display: inline-flex; gap: 4px; align-items: baseline; padding: 0 4px; border-radius: 14px;
  font-size: 12px; border: 1px solid var(--jp-border-color2, #ddd); margin-left: 2px;
  color: var(--jp-ui-font-color2, #616161); }
.k8s-counter i { font-style: normal; font-size: 15px; color: var(--jp-ui-font-color1, #222); }
.k8s-counter.k8s-bad i { color: var(--jp-error-color0, #b71c1c); font-weight: 600; }
.k8s-told { display: flex; gap: 12px; font-size: 14px; line-height: 1.35; height: 2.7em; align-items: center; }
.k8s-told > span { flex: 1; max-height: 2.7em; overflow-y: auto; }
.k8s-told time { color: var(--jp-ui-font-color2, #616161); white-space: nowrap; }
/* As large as the frame allows; a picture of many Nodes is as wide as the frame, and scrolls in it. */
img.k8s-picture { width: auto; height: auto; max-width: min(100cqw, 1350px); max-height: 100cqh; flex: none;
  align-self: flex-start; margin: 0; border-radius: 8px; cursor: pointer; box-sizing: border-box; }
.k8s-many img.k8s-picture { max-height: none; max-width: 100%; }
"""

    def __init__(self, theme: str, scale: float, title: Any) -> None:
        # Head and sentence are HTML, so that they can be read aloud and copied.
        self.painter = panel_painter(page_theme(theme), scale)
        self.head = page("head-page")
        self.sentence = page("sentence")
        follows = ["follows-theme"] if theme == "auto" else []
        self.picture = named(w.Image(format="png"), "picture", *follows)
        self.frame = named(w.VBox([self.picture]), "frame")
        self.root = w.VBox([title, self.head, self.sentence, self.frame])
        named(self.root, "side")
        self._scene: Scene | None = None
        self._painted: tuple[Scene, Plan] | None = None

    def refresh(self, model: ViewModel) -> None:
        """Show this moment."""
        self._scene = model.scene
        self.head.value = render.head(model.scene)
        nothing = words.NOTHING_SEEN if model.is_watched else words.NOTHING_YET
        self.sentence.value = render.sentence(model.scene, model.quiet, nothing)

    def paint(self) -> None:
        """Draw what was refreshed, and keep what is where, for clicks."""
        assert self._scene is not None
        painter = self.painter
        show_picture(self.picture, painter.picture(self._scene))
        if painter.plan is not None:
            set_class(self.frame, "many", painter.plan.height > TALL * painter.width)
            self._painted = self._scene, painter.plan

    def fit_into(self, room: str) -> None:
        """Draw for this much room from now on: wide, narrow or slim."""
        self.painter.width = ROOMS[room]

    def under(
        self, across: float, down: float
    ) -> tuple[NodeCard | None, PodMark | None]:
        """The Node and the Pod at fractions of the picture's width and height."""
        if self._painted is None:
            return None, None
        scene, plan = self._painted
        return under(scene, plan.grid, across * plan.width, down * plan.height)
