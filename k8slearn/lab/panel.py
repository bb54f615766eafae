"""The lab: one panel over one cluster. It shows what is in the store and hands every click to the cluster."""

from __future__ import annotations

import threading
import weakref
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from IPython.display import display

from k8slearn.apimachinery.errors import ApiError
from k8slearn.controlplane import Action, NotReplayable, uncollected
from k8slearn.lab import exports, pages
from k8slearn.lab import registry as shown
from k8slearn.lab import text as words
from k8slearn.lab.branch import Branch
from k8slearn.lab.commands import Deed, Place
from k8slearn.lab.layout import Face
from k8slearn.lab.pacing import Player
from k8slearn.lab.playback import Course, Moment, advance, follow, has_pod_news
from k8slearn.lab.protocols import Client, Shown, Timed
from k8slearn.lab.reflector import Observed
from k8slearn.lab.screen import Choice
from k8slearn.lab.view_model import summary
from k8slearn.lab.walk import close_widgets, hide
from k8slearn.lab.watcher import Watcher, weakly
from k8slearn.view.picture import Picture, draw
from k8slearn.view.timeline import number_at

MOST_ACTIONS = 20_000
QUIET_LIMIT = 600.0
TIME = ("timeline-box", "transport", "where", "predict", "faults")
MACHINERY = ("not-ready", "pod-fail", "pod-break", "traffic-compare", "traffic-image")
Callback = Callable[[Moment], Any]


def shut(
    watcher: Watcher, pacer: Player, unsubscribe: Callable[[], None], root: Any
) -> None:
    """End the threads and the widgets of a panel."""
    unsubscribe()
    pacer.pause()
    watcher.end()
    close_widgets(root)


class Lab:
    """A panel to watch and change a cluster. `theme` is the picture's: light, dark, or auto (as JupyterLab is).

    `scale` is how many pixels the picture has for one of the page. A cluster whose time cannot be moved is any client
    of an API (`k8slearn.lab.protocols.Client`): then there is nothing to step, to go back in or to break.

    A click lets time run until all is quiet, unless you have pressed pause, gone back or stepped before.
    """

    def __init__(
        self, cluster: Timed | Client, *, theme: str = "auto", scale: float = 2.0
    ) -> None:
        self.cluster: Shown = (
            cluster if isinstance(cluster, Timed) else Observed(cluster)
        )
        self.held = False
        self.commands: deque[str] = deque(maxlen=5)
        self.course = Course(self.cluster)
        self.courses = [self.course]
        self.branched: Branch | None = None
        self.moment = self.course.moment()
        self._theme, self._scale = theme, scale
        self._callbacks: list[Callback] = []
        self._drawing = threading.RLock()
        self._watcher = Watcher(weakly(self._redraw))
        self._pacer = Player(self.courses, weakly(self._stopped), weakly(self.wake))
        self.face = Face(weakref.proxy(self), self._pacer, theme, scale)
        self.widget, self.message, self.picture = (
            self.face.root,
            self.face.message,
            self.face.screen.picture,
        )
        self.nodes, self.pods, self.update = (
            self.face.nodes,
            self.face.pods,
            self.face.update,
        )
        if self.course.timed is None:
            hide(self.widget, (*TIME, *MACHINERY))
        unsubscribe = self.cluster.subscribe(self._watcher.wake)
        self._finalizer = weakref.finalize(
            self, shut, self._watcher, self._pacer, unsubscribe, self.widget
        )
        self.refresh()

    # What is chosen --------------------------------------------------------------------------------------------

    @property
    def selected_node(self) -> str:
        """The name of the chosen Node, '' when there is none."""
        return self.nodes.selected

    @property
    def selected_pod(self) -> Place | None:
        """The chosen Pod."""
        chosen: Place | None = self.pods.pod.value
        return chosen

    @property
    def daemon_set(self) -> Place | None:
        """The chosen DaemonSet."""
        chosen: Place | None = self.update.daemon_set.value
        return chosen

    def select_node(self, name: str) -> None:
        """Choose a Node, if it is there."""
        if name in self.nodes.node.options:
            self.nodes.node.value = name

    def select_pod(self, name: str) -> None:
        """Choose a Pod, if it is there."""
        found = (place for _, place in self.pods.pod.options if place.name == name)
        self.pods.pod.value = next(found, self.pods.pod.value)

    def touched(self, what: str, across: float, down: float) -> None:
        """A click at fractions of a picture's width and height: a moment, or a Node with its Pod."""
        if what == "timeline":
            return self.go_to(number_at(across, len(self.cluster.actions)))
        card, mark = self.face.screen.under(across, down)
        if card is not None:
            self.select_node(card.name)
        if mark is not None:
            self.select_pod(mark.name)

    def narrow(self, narrow: bool) -> None:
        """The page has little room for the pictures from now on, or much."""
        with self._drawing:
            for screen in (
                self.face.screen,
                *([self.branched.screen] if self.branched else []),
            ):
                screen.narrow(narrow)
        self._watcher.wake()

    # What a learner does ---------------------------------------------------------------------------------------

    def do(self, call: Callable[[Any], Any], kubectl: str) -> bool:
        """Carry out a change and show the kubectl line that does the same. Returns whether it was done."""
        return self.attempt(lambda: Deed(kubectl, call))

    def attempt(self, make: Callable[[], Deed], course: Course | None = None) -> bool:
        """Carry out a click, in the present; what is wrong with it is said. Returns whether it was done."""
        course = course or self.course
        cluster: Any = course.cluster
        try:
            deed = make()
            course.to_now()
            deed.call(cluster)
        except ApiError as error:
            return self.say(
                words.REFUSED.format(reason=error.reason, message=error.message)
            )
        except ValueError as mistake:
            return self.say(str(mistake))
        except Exception as error:
            return self.say(words.NOT_DONE.format(error=repr(error)))
        self.say("")
        line = (
            deed.kubectl
            if course is self.course
            else words.IN_BRANCH.format(line=deed.kubectl)
        )
        self.commands.appendleft(line)
        if not self.held and course.timed is not None:
            self._pacer.play()
        self._watcher.wake()
        return True

    def attempt_in_branch(self, make: Callable[[], Deed]) -> bool:
        """The same in the second cluster."""
        return self.branched is not None and self.attempt(make, self.branched.course)

    def say(self, text: str, hint: bool = False) -> bool:
        """Put a line under the buttons; '' takes it away."""
        self.message.value = pages.message(text, hint)
        return False

    def _stopped(self, error: Exception | None) -> None:
        """Time has come to rest by itself, because all is quiet or because a component failed."""
        if error is not None:
            self.say(words.NOT_DONE.format(error=repr(error)))
        self._watcher.wake()

    def go(self, what: str) -> None:
        """A button of the time row was pressed, or its key."""
        if self.course.timed is None:
            return
        self.say("")
        called = {
            "play": self.toggle,
            "step": self.step,
            "next-pod": self.next_pod_change,
            "until-quiet": self.until_quiet,
            "first": lambda: self.go_to(0),
            "back": lambda: self.go_to(self.course.number - 1),
            "now": self.to_now,
            "branch": self.branch,
        }
        called[what]()
        self._watcher.wake()

    def toggle(self) -> None:
        """Play, or pause."""
        if self._pacer.playing:
            self.pause()
        else:
            self.play()

    def play(self) -> None:
        """Let time run, through the past first, until nothing is left to do."""
        self.held = False
        if all(course.quiet for course in self.courses):
            self.say(words.NOTHING_TO_DO, hint=True)
        else:
            self._pacer.play()
        self._watcher.wake()

    def pause(self) -> None:
        """Stop time; later clicks do not start it again."""
        self.held = True
        self._pacer.pause()
        self._watcher.wake()

    def step(self) -> None:
        """One action of one component, in each cluster at most."""
        self.pause()
        if not advance(self.courses):
            self.say(words.NOTHING_TO_DO, hint=True)

    def next_pod_change(self) -> None:
        """Step until something happens to a Pod."""
        self.pause()
        with self.cluster.lock:
            for _ in range(MOST_ACTIONS):
                before = [course.number for course in self.courses]
                if not advance(self.courses):
                    break
                if any(map(has_pod_news, self.courses, before)):
                    return
        self.say(words.NO_POD_CHANGE, hint=True)

    def until_quiet(self) -> None:
        """Let time pass at once until nothing is left to do, 600 simulated seconds at most."""
        self.pause()
        was_live, done = self.course.live, list[Action]()
        for course in self.courses:
            done += course.run_until_quiet(QUIET_LIMIT)
        if was_live and not done:
            self.say(words.NOTHING_TO_DO, hint=True)

    def go_to(self, number: int) -> None:
        """Show the first `number` actions; a branch follows to the same simulated second."""
        self.pause()
        with self.cluster.lock:
            self.course.go_to(number)
            if self.branched is not None:
                follow(self.branched.course, self.course)
        self._watcher.wake()

    def to_now(self) -> None:
        """Show the present."""
        for course in self.courses:
            course.to_now()
        self._watcher.wake()

    # Branches --------------------------------------------------------------------------------------------------

    def branch(self) -> None:
        """Fork a second cluster from the moment that is shown, and put the two side by side; time stands still."""
        self.pause()
        try:
            twin = self.course.fork()
        except NotReplayable:
            self.say(words.NOT_BRANCHED)
            return
        with self._drawing:
            self.close_branch()
            course = Course(twin)
            attempt, close = weakly(self.attempt_in_branch), weakly(self.close_branch)
            self.branched = Branch(course, self._theme, self._scale, attempt, close)
            self.branched.screen.painter.width = self.face.screen.painter.width
            twin.subscribe(self._watcher.wake)
            self.courses.append(course)
            self.refresh()  # before it is seen: what fills up under the pointer is missed by a click
            self.face.put_beside(self.branched.root)
        self.say(words.BRANCHED, hint=True)

    def close_branch(self) -> None:
        """Leave only the original."""
        with self._drawing:
            ended, self.branched = self.branched, None
            if ended is not None:
                self.courses.remove(ended.course)
                self.face.put_beside(None)
                close_widgets(ended.root)

    # What a learner sees ---------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Bring the panel up to date now, in this thread."""
        with self._drawing, uncollected():
            choice = Choice(
                self.update.selected, self.nodes.group.value or "", self.nodes.selected
            )
            with self.cluster.lock:
                look = self.face.screen.look(self.held, choice)
                self.moment = look.moment
                self.face.show_records(look, self._targets())
            self.face.show(look, self.course, self.commands)
            if self.branched is not None:
                with self.branched.course.cluster.lock:
                    beside = self.branched.look(self.held, choice)
                self.branched.show(beside)
            self.widget.summary = summary(look.facts, look.scene)
        for callback in tuple(self._callbacks):
            callback(look.moment)

    def _targets(self) -> dict[str, Place | None]:
        node = Place("", self.selected_node) if self.selected_node else None
        return {"Node": node, "Pod": self.selected_pod, "DaemonSet": self.daemon_set}

    def wake(self, *_: object) -> None:
        """Redraw soon."""
        self._watcher.wake()

    def on_moment(self, callback: Callback) -> Callable[[], None]:
        """Call `callback` with the moment after each redraw; returns a function that ends it."""
        self._callbacks.append(callback)
        return lambda: self._forget(callback)

    def on_prediction(
        self, callback: Callable[[int, int], object]
    ) -> Callable[[], None]:
        """Call `callback(right, asked)`, the counts so far, after each prediction; returns a function that ends it."""
        listeners = self.face.predict.score.listeners
        listeners.append(callback)
        return lambda: listeners.remove(callback) if callback in listeners else None

    def _forget(self, callback: Callback) -> None:
        with suppress(ValueError):
            self._callbacks.remove(callback)

    def _redraw(self) -> None:
        """The view thread's turn; a failure is shown in the panel, for nobody sees a thread's traceback."""
        try:
            self.refresh()
        except Exception as error:
            self.say(words.DRAWING_FAILED.format(error=repr(error)))

    def still(self) -> Picture:
        """The placement of now as a still picture."""
        return draw(
            self.cluster.store,
            theme=self.face.theme,
            time=self.cluster.now,
            daemon_set=self.update.selected,
        )

    def save(self, path: str | Path) -> Path:
        """What is shown as a file: .png or .svg of the moment, .html, .gif or .webp of the way to it."""
        choice = Choice(self.update.selected, self.nodes.group.value or "")
        return exports.save(self.course, Path(path), self.face.theme, choice)

    def export(self, ending: str) -> None:
        """Save what is shown beside the notebook, under a name that tells the moment."""
        name = f"k8slearn-{self.course.time:.1f}s-{self.course.number}.{ending}"
        try:
            self.save(name)
        except (ValueError, OSError) as error:
            self.say(str(error), hint=True)
        else:
            self.say(words.SAVED.format(name=name), hint=True)

    def __repr__(self) -> str:
        return str(self.widget.summary)

    def _ipython_display_(self) -> None:
        """The panel and, for who reads the page without a kernel, a still picture that the panel hides."""
        shown.keep(self)
        self.refresh()
        display(self.widget)  # type: ignore[no-untyped-call]
        display(self.still())  # type: ignore[no-untyped-call]

    def close(self) -> None:
        """End the panel: its threads stop, its widgets go."""
        self._finalizer()
