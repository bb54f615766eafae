"""Saves what is shown: the moment as PNG or SVG, the way to it as HTML, GIF or WebP."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from k8slearn.apimachinery.window import first_of
from k8slearn.lab.cards import Panel
from k8slearn.lab.commands import Mistake
from k8slearn.lab.playback import Playback
from k8slearn.lab.view_model import Selection, ViewModel
from k8slearn.lab.widgets import button, label, named, row
from k8slearn.locale import lab as words
from k8slearn.view.animation import record
from k8slearn.view.picture import draw
from k8slearn.view.story import scenes

STILL = ("png", "svg")
ENDINGS = (*STILL, "html", "gif", "webp")
# The most steps of an animation: more would be too long to watch, and take half a minute to make.
MOST_ACTIONS = 400


class FilesCard:
    """A button for each kind of file."""

    STYLE: ClassVar[str] = ""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        buttons = [self._button(ending) for ending in ENDINGS]
        self.root = named(row(label(words.TABS["saving"]), *buttons), "saving")

    def _button(self, ending: str) -> Any:
        press = partial(self._export, ending)
        return button(f"save-{ending}", ending.upper(), press, words.TIPS[ending])

    def _export(self, ending: str) -> None:
        self._panel.export(ending)

    def refresh(self, model: ViewModel) -> None:
        """Does nothing: files are made at a click."""


def save(playback: Playback, path: Path, theme: str, selection: Selection) -> Path:
    """Write the file at `path`. Raises Mistake when nothing can be animated, ValueError for other endings."""
    ending = path.suffix.removeprefix(".")
    if ending not in ENDINGS:
        raise ValueError(path.name)
    chosen: dict[str, Any] = {
        "daemon_set": selection.daemon_set_name,
        "group_by": selection.group_by,
    }
    with playback.cluster.lock:
        moment = playback.moment()
        if ending in STILL:
            made = draw(
                moment.reader,
                changes=moment.changes,
                theme=theme,
                time=playback.clock,
                **chosen,
            )
            return made.save(path)
        since = first_revision(playback)
        if since >= moment.revision:
            raise Mistake(words.NOTHING_TO_SAVE)
        store = playback.cluster.store
        way = [
            replace(scene, time=scene.time - playback.cluster.began)
            for scene in scenes(store, since, moment.revision, **chosen)
        ]
        return record(way, theme=theme).save(path)


def first_revision(playback: Playback) -> int:
    """The revision at which an animation begins: the first, or MOST_ACTIONS actions before its end."""
    number = playback.number
    if not number:
        return playback.cluster.store.revision
    actions = playback.cluster.actions
    return actions[max(number - MOST_ACTIONS, first_of(actions))].first
