"""What is shown, as files: one moment as PNG or SVG, the way to it as HTML, GIF or WebP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from k8slearn.lab import text as words
from k8slearn.lab.commands import Mistake
from k8slearn.lab.playback import Course
from k8slearn.lab.screen import Choice
from k8slearn.view.animate import record
from k8slearn.view.picture import draw
from k8slearn.view.story import scenes

ENDINGS = ("png", "svg", "html", "gif", "webp")
MOST_ACTIONS = 400


def save(course: Course, path: Path, theme: str, choice: Choice) -> Path:
    """Write the file that `path` names. Raises Mistake when nothing can be animated, ValueError for other endings."""
    ending = path.suffix.removeprefix(".")
    if ending not in ENDINGS:
        raise ValueError(path.name)
    with course.cluster.lock:
        moment = course.moment()
        if ending in ("png", "svg"):
            options: dict[str, Any] = {
                "daemon_set": choice.daemon_set,
                "group_by": choice.group_by,
                "time": moment.time,
            }
            return draw(
                moment.reader, changes=moment.changes, theme=theme, **options
            ).save(path)
        since = first_revision(course)
        if since >= moment.revision:
            raise Mistake(words.NOTHING_TO_SAVE)
        chosen = {"daemon_set": choice.daemon_set, "group_by": choice.group_by}
        told = list(scenes(course.cluster.store, since, moment.revision, **chosen))
        return record(told, theme=theme).save(path)


def first_revision(course: Course) -> int:
    """Where an animation begins: at the start, or so many actions before its end that it can still be watched."""
    actions, number = course.cluster.actions, course.number
    return (
        actions[max(number - MOST_ACTIONS, 0)].first
        if number
        else course.cluster.store.revision
    )
