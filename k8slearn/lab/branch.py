"""A second cluster beside the first: its picture and its own update controls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as w

from k8slearn.lab import text as words
from k8slearn.lab.controls import UpdateControls
from k8slearn.lab.playback import Course
from k8slearn.lab.screen import Choice, Look, Screen
from k8slearn.lab.widgets import button, label, named, row


class Branch:
    """What is shown of a branch; `attempt` carries out a change in its cluster, `close` ends it."""

    def __init__(
        self,
        course: Course,
        theme: str,
        scale: float,
        attempt: Callable[..., bool],
        close: Callable[[], Any],
    ) -> None:
        self.course = course
        self.screen = Screen(course, theme, scale)
        self.update = UpdateControls(attempt)
        title = label(f"<b>{words.BRANCH_TITLE.format(time=course.time)}</b>")
        top = named(
            row(
                title,
                button(
                    "close-branch",
                    words.CLOSE_BRANCH,
                    close,
                    words.TIPS["close-branch"],
                ),
            ),
            "above",
        )
        parts = [
            top,
            self.screen.head,
            self.screen.told,
            self.screen.picture,
            self.update.root,
        ]
        self.root = named(w.VBox(parts), "beside", "side")

    def look(self, stepping: bool, choice: Choice) -> Look:
        """Take in the moment; the caller holds the branch's lock."""
        return self.screen.look(
            stepping,
            Choice(
                self.update.selected or choice.daemon_set, choice.group_by, choice.node
            ),
        )

    def show(self, look: Look) -> None:
        """Put it on the screen."""
        self.screen.show(look)
        self.update.fill(look.facts)


def original_title() -> Any:
    """What stands above the first cluster while there is a second; as high as the branch's own title."""
    return named(row(label(f"<b>{words.ORIGINAL_TITLE}</b>")), "above")
