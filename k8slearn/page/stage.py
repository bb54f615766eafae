"""The content of the page: a choice of situations, the chosen exercise, its lab, and a cell of Python."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

from k8slearn.course import progress
from k8slearn.course.exercise_words import Exercise, exercise_keys, exercise_words
from k8slearn.course.review import Review
from k8slearn.lab.widgets import button, close_widgets, hide, named, page, row
from k8slearn.lesson import lab
from k8slearn.locale import page as words
from k8slearn.page import situation
from k8slearn.page.cell import PythonCell
from k8slearn.page.situation import (
    BadLinkError,
    Begun,
    OtherVersionError,
    SharedBranch,
    SharedMoment,
    World,
)
from k8slearn.toolkit import w

Effect = Callable[[str, str], object]
"""Called with (name, value): something only the page can do, which is to copy, download, open or keep a value."""

# Numbers of Nodes on offer: a classroom's, a rack's, and the most that small cards hold.
SIZES = (3, 12, 40)
# Buttons for bitmap files, which cannot be drawn in a page.
PIXELS = ("save-png", "save-gif", "save-webp")


@cache
def style() -> str:
    """The page's own style sheet."""
    return (files("k8slearn.page") / "page.css").read_text(encoding="utf-8")


def _answer(about: Exercise) -> Any:
    """The reference solution; in Python where the lesson gives it for kubectl."""
    number = about.lesson.partition("_")[0]
    where = words.ANSWER_IN_LESSON.format(number=number)
    link = f'<a href="{about.lesson}.html" target="_blank">{where}</a>'
    if not about.without_kubectl:
        return page("page-answer", f"<p>{link}</p>")
    folded = (
        f"<summary>{words.ANSWER}</summary><pre>{escape(about.without_kubectl)}</pre>"
    )
    said = f"<p>{words.NO_KUBECTL}{link}</p><details>{folded}</details>"
    return page("page-answer", said)


class PageStage:
    """Everything on the page; `effect` performs what only the page can do."""

    def __init__(self, effect: Effect, link: str = "", lesson: str = "") -> None:
        self._effect = effect
        self._kept = progress.as_text()
        self.said = page("page-said")
        self.choice = self._choice(lesson)
        self._place = named(w.VBox([]), "page-place")
        self.code = named(w.Textarea(description=words.PYTHON_NAME), "page-code")
        self.code.placeholder = words.PYTHON_HINT
        self.printed = page("page-printed")
        self._below = named(w.VBox([]), "page-below")
        self.root = named(w.VBox(self._parts()), "page")
        self.begun: Begun
        self.world = World()
        self.lab: Any = None
        self._own_code = False
        if situation.KEY in link:
            self.open(link)
        else:
            self._begin(World())
        self.choice.observe(lambda _: self._begin(self.choice.value), "value")

    def _choice(self, lesson: str) -> Any:
        """The dropdown of free worlds and exercises; those of `lesson` first."""
        options = [(words.FREE.format(nodes=n), World(n)) for n in SIZES]
        about = [exercise_words(key) for key in exercise_keys()]
        about.sort(key=lambda each: each.lesson != lesson)
        for each in about:
            number = each.lesson.partition("_")[0]
            said = words.EXERCISE.format(number=number, title=each.title)
            options.append((said, World(exercise=each.key)))
        return named(
            w.Dropdown(options=options, description=words.SITUATION), "page-choice"
        )

    def _parts(self) -> list[Any]:
        bar = row(
            self.choice,
            button("page-share", words.SHARE, self.share, words.SHARE_TIP),
            button("page-out", words.TAKE_OUT, self._take_out, words.TAKE_OUT_TIP),
            button("page-in", words.TAKE_IN, self._ask_for_file, words.TAKE_IN_TIP),
        )
        run = button("page-run", words.PYTHON_RUN, self.run)
        rows = [self.code, row(run), self.printed, self._below]
        cell = named(w.VBox(rows), "page-cell", "card")
        sheet = page("style", f"<style>{style()}</style>")
        return [sheet, named(bar, "page-bar"), self.said, self._place, cell]

    def say(self, text: str) -> None:
        """Show a line below the bar."""
        self.said.value = f'<p role="status">{escape(text)}</p>' if text else ""

    # Situations ----------------------------------------------------------------------------

    def open(self, link: str) -> None:
        """Open a link; one that cannot be read leaves the page as it is."""
        try:
            wanted = situation.read(link)
            begun, beside = situation.live_again(wanted)
        except OtherVersionError:
            return self._refuse(words.OTHER_VERSION)
        except BadLinkError:
            return self._refuse(words.BAD_LINK)
        self._show(begun, wanted.world)
        self.lab.playback.deeds = list(wanted.deeds)
        # The link leads to a moment, so time stands still until the learner lets it go on.
        self.lab.held = True
        if beside is not None:
            self.lab.put_beside(beside)
        if wanted.shown is not None:
            self.lab.go_to(wanted.shown)
        # The labels to group by come from the objects shown.
        self.lab.refresh()
        self.lab.nodes.group_as(wanted.group_by)
        self.lab.select_node(wanted.node)
        self.lab.refresh()
        same = situation.mark_of(begun.cluster) == wanted.mark
        self.say("" if same else words.NOT_THE_SAME)

    def _refuse(self, why: str) -> None:
        if self.lab is None:
            self._begin(World())
        self.say(why)

    def _begin(self, world: World) -> None:
        self.say("")
        self._show(situation.begin(world), world)
        if not world.exercise:
            self.lab.say(words.FIRST, hint=True)

    def _show(self, begun: Begun, world: World) -> None:
        """Replace the cluster that is shown."""
        if self.lab is not None:
            self.lab.close()
        for child in self._place.children:
            close_widgets(child)
        self.begun = begun
        self.world = world
        self._own_code = False
        self._cell = PythonCell(begun)
        # The code typed may be meant for the new cluster; the output was about the old one.
        self.printed.value = ""
        self._show_value(None)
        task = begun.task
        self.lab = task.lab() if task else lab(begun.cluster)
        self.lab.saved = lambda path: self._effect("download", str(path))
        hide(self.lab.widget, PIXELS)
        cards = [task.card.widget, _answer(task.about)] if task else []
        self._place.children = (*cards, self.lab.widget)

    @property
    def situation(self) -> SharedMoment:
        """The situation that is shown, for a link."""
        playback = self.lab.playback
        selection = self.lab.selection
        cluster = self.begun.cluster
        shown = None if playback.live else playback.number
        return SharedMoment(
            world=self.world,
            deeds=tuple(playback.deeds),
            turns=cluster.turns,
            time=cluster.now,
            shown=shown,
            node=selection.node,
            group_by=selection.group_by,
            branch=self._branch(),
            mark=situation.mark_of(cluster),
        )

    def _branch(self) -> SharedBranch | None:
        if self.lab.branched is None:
            return None
        playback = self.lab.branched.playback
        cluster = playback.cluster
        deeds = tuple(playback.deeds)
        return SharedBranch(playback.parted, deeds, cluster.turns, cluster.now)

    def share(self) -> None:
        """Copy a link to this moment to the clipboard."""
        self.lab.pause()
        now = self.situation
        done = list(now.deeds)
        if now.branch is not None:
            done += now.branch.deeds
        if self._own_code or any(each.deed is None for each in done):
            return self.say(words.NOT_SHARED)
        link = situation.written(now)
        if len(link) > situation.LONGEST or situation.is_too_much(now):
            return self.say(words.TOO_LONG.format(count=len(done)))
        self._effect("copy", link)
        self.say(words.SHARED)

    # A cell of Python ----------------------------------------------------------------------

    def run(self) -> None:
        """Run the code in the cell."""
        self._own_code = True
        said = self._cell.run(self.code.value) or words.PYTHON_DONE
        looks = ' class="k8s-columns"' if self._cell.in_columns else ""
        self.printed.value = f'<pre tabindex="0"{looks}>{escape(said)}</pre>'
        self._show_value(self._cell.value)
        self.lab.to_now()

    def _show_value(self, value: Any) -> None:
        """Show the cell's last value: a question becomes widgets below the cell, a written file is downloaded."""
        for shown in self._below.children:
            close_widgets(shown)
        self._below.children = ()
        if isinstance(value, Review) and value.questions:
            self.printed.value = ""
            self._below.children = (value.widget,)
        if isinstance(value, Path) and value.is_file():
            self._effect("download", str(value))

    # Progress ------------------------------------------------------------------------------

    def keep_progress(self) -> None:
        """Pass changed progress to the page for storage: Python's own files are lost with the page."""
        now = progress.as_text()
        if now != self._kept:
            self._kept = now
            self._effect("keep", now)

    def _take_out(self) -> None:
        place = progress.path()
        if place is not None:
            self._effect("download", str(place))

    def _ask_for_file(self) -> None:
        self._effect("open", "")

    def take_in(self, text: str) -> None:
        """Add the content of a progress file to the progress."""
        try:
            progress.take_in(text)
        except ValueError:
            return self.say(words.NOT_TAKEN_IN)
        self.keep_progress()
        self.say(words.TAKEN_IN)
