"""The lab: one panel for one cluster. It shows what is in the store and turns clicks into calls on the cluster."""

from __future__ import annotations

import threading
import weakref
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from k8slearn.apimachinery.cycles import uncollected
from k8slearn.apimachinery.errors import ApiError
from k8slearn.journal import NotReplayable
from k8slearn.lab import registry, render
from k8slearn.lab.cards.branch import BranchCard
from k8slearn.lab.cards.choices import DaemonSetChoice, NodeChoice, PodChoice
from k8slearn.lab.cards.files import save
from k8slearn.lab.commands import Command, Done
from k8slearn.lab.ending import shut, weakly
from k8slearn.lab.layout import Layout
from k8slearn.lab.pacing import Player
from k8slearn.lab.playback import FAR, Playback, advance, follow, has_pod_news
from k8slearn.lab.protocols import (
    KubernetesClient,
    ReadOnlyCluster,
    ShownCluster,
    SimulatedCluster,
)
from k8slearn.lab.reflector import shown_cluster
from k8slearn.lab.view_model import Selection, ViewModels
from k8slearn.lab.widgets import close_widgets
from k8slearn.locale import lab as words
from k8slearn.runtime import runtime
from k8slearn.view.picture import Picture, draw
from k8slearn.view.theme import drawn_as
from k8slearn.view.timeline import number_at

# The number of kubectl lines that the card has room for.
SHOWN_COMMANDS = 5


class Lab:
    """A panel to watch and change a cluster. `theme` is the picture's: light, dark, or auto (as JupyterLab is).

    `scale` is the number of pixels of the picture for each pixel of the page. The cluster may also be any client of an
    API (`k8slearn.lab.protocols.KubernetesClient`): then there is no time to step or go back in, and nothing to break.
    One that `k8slearn.watching.connect` follows is read-only; what was seen can be played again.

    A click lets time run until all is quiet, unless you have pressed pause, gone back or stepped before.
    """

    def __init__(
        self,
        cluster: SimulatedCluster | ReadOnlyCluster | KubernetesClient,
        *,
        theme: str = "auto",
        scale: float = 2.0,
    ) -> None:
        self.cluster: ShownCluster = shown_cluster(cluster)
        self.held = False
        self.commands: deque[str] = deque(maxlen=SHOWN_COMMANDS)
        self.playback = Playback(self.cluster)
        self.playbacks = [self.playback]
        self.branched: BranchCard | None = None
        self._look = theme, scale
        # A page in a browser downloads the file.
        self.saved: Callable[[Path], object] = Path
        self.drawn_theme = drawn_as(theme)
        self._models = ViewModels(self.playback)
        # Held while widgets are filled, which both the redraw's thread and the kernel's do.
        self._drawing = threading.RLock()
        # Threads and widgets have weak references only, so that an unused panel ends.
        self._watcher = runtime().watcher(weakly(self._redraw))
        self._player = Player(self.playbacks, weakly(self._stopped), weakly(self.wake))
        self.layout = Layout(weakref.proxy(self), theme, scale, self.playback)
        self.widget = self.layout.root
        self.message = self.layout.message
        self.picture = self.layout.picture.picture
        self.nodes, self.pods = (
            self.layout.card(NodeChoice),
            self.layout.card(PodChoice),
        )
        self.update = self.layout.card(DaemonSetChoice)
        self.nodes.follower = self.pods.follow
        self._finalizer = self._make_finalizer()
        self.refresh()

    def _make_finalizer(self) -> Callable[[], Any]:
        unsubscribe = self.cluster.subscribe(self._watcher.wake)
        parts = self._watcher, self._player, unsubscribe, self.widget
        return weakref.finalize(self, shut, *parts)

    # What is chosen ------------------------------------------------------------------------

    @property
    def selection(self) -> Selection:
        """The current selection."""
        return Selection(
            node=self.nodes.selected,
            pod=self.pods.selected,
            daemon_set=self.update.selected,
            group_by=self.nodes.group_by,
        )

    def select_node(self, name: str) -> None:
        """Select a Node, if it exists."""
        # The redraw's thread must not refill the list between the check and the choice.
        with self._drawing:
            if name in self.nodes.node.options:
                self.nodes.node.value = name

    def select_pod(self, name: str) -> None:
        """Select a Pod, if it exists."""
        with self._drawing:
            for _, key in self.pods.pod.options:
                if key.name == name:
                    self.pods.pod.value = key
                    return

    def touched(self, what: str, across: float, down: float) -> None:
        """Handle a click on picture or timeline (`what`), at fractions of its width and height."""
        if what == "timeline":
            return self.go_to(number_at(across, len(self.cluster.actions)))
        card, mark = self.layout.picture.under(across, down)
        if card is not None:
            self.select_node(card.name)
        if mark is not None:
            self.select_pod(mark.name)

    def fit_into(self, room: str) -> None:
        """Draw for the room that the page has from now on: wide, narrow or slim."""
        with self._drawing:
            self.layout.picture.fit_into(room)
            if self.branched is not None:
                self.branched.picture.fit_into(room)
        self.wake()

    # What a learner does -------------------------------------------------------------------

    def do(self, call: Callable[[Any], Any], kubectl: str) -> bool:
        """Carry out a change and show the equivalent kubectl line. Returns whether it was done."""
        return self.attempt(lambda: Command(kubectl, call))

    def attempt(self, make: Callable[[], Command]) -> bool:
        """Carry out a click in the present; errors are shown in the panel. Returns whether it was done."""
        return self._attempt(make, self.playback, "{line}")

    def attempt_in_branch(self, make: Callable[[], Command]) -> bool:
        """Carry out a click in the second cluster. Returns whether it was done."""
        if self.branched is None:
            return False
        return self._attempt(make, self.branched.playback, words.IN_BRANCH)

    def _attempt(
        self, make: Callable[[], Command], playback: Playback, shown_as: str
    ) -> bool:
        cluster: Any = playback.cluster
        if playback.watched is not None:
            return self.say(words.READ_ONLY)
        try:
            command = make()
            playback.to_now()
            turns, at = playback.turns, playback.time
            command.call(cluster)
        except ApiError as error:
            said = words.REFUSED.format(reason=error.reason, message=error.message)
            return self.say(said)
        except ValueError as mistake:
            return self.say(str(mistake))
        except Exception as error:
            # Any error: the learner has to see that the click did nothing.
            return self.say(words.NOT_DONE.format(error=repr(error)))
        playback.deeds.append(Done(turns, at, command.deed))
        self.say("")
        self.commands.appendleft(shown_as.format(line=command.kubectl))
        if not self.held and playback.simulated is not None:
            self._player.play()
        self.wake()
        return True

    def say(self, text: str, hint: bool = False) -> bool:
        """Show a line under the buttons, '' for none. Returns False, the result of a click that was not carried out."""
        self.layout.say(text, hint)
        return False

    def _stopped(self, error: Exception | None) -> None:
        """Handle that time has stopped by itself: all is quiet, or a component failed with `error`."""
        if error is not None:
            self.say(words.NOT_DONE.format(error=repr(error)))
        self.wake()

    # Time ----------------------------------------------------------------------------------

    def go(self, what: str) -> None:
        """Do what a button of the time row, or its key, does."""
        if not self.playback.offers(what):
            return
        self.say("")
        if self.playback.is_ahead(what):
            self.say(words.AT_PRESENT, hint=True)
            return
        called: dict[str, Callable[[], None]] = {
            "play": self.toggle,
            "step": self.step,
            "next-pod": self.next_pod_change,
            "until-quiet": self.until_quiet,
            "first": lambda: self.go_to(0),
            "back": lambda: self.go_to(self.playback.number - 1),
            "now": self.to_now,
            "branch": self.branch,
        }
        called[what]()
        self.wake()

    def set_speed(self, speed: float) -> None:
        """Set the simulated seconds per real second."""
        self._player.speed = speed

    def toggle(self) -> None:
        """Play, or pause."""
        if self._player.playing:
            self.pause()
        else:
            self.play()

    def play(self) -> None:
        """Let time run until nothing is left to do; from a past moment first up to the present."""
        self.held = False
        if all([playback.quiet for playback in self.playbacks]):
            self.say(words.NOTHING_TO_DO, hint=True)
        else:
            self._player.play()
        self.wake()

    def pause(self) -> None:
        """Stop time; later clicks do not start it again."""
        self.held = True
        self._player.pause()
        self.wake()

    def step(self) -> None:
        """Do the next action, at most one in each cluster."""
        self.pause()
        if not advance(self.playbacks):
            self.say(words.NOTHING_TO_DO, hint=True)

    def next_pod_change(self) -> None:
        """Step until a Pod changes."""
        self.pause()
        # A Pod that crashes for ever writes for ever without news.
        latest = self.playback.time + FAR
        with self.cluster.lock:
            while self.playback.time <= latest:
                before = [playback.number for playback in self.playbacks]
                if not advance(self.playbacks):
                    break
                if any(map(has_pod_news, self.playbacks, before)):
                    return
        self.say(words.NO_POD_CHANGE, hint=True)

    def until_quiet(self) -> None:
        """Run at once until nothing is left to do, at most 600 simulated seconds."""
        self.pause()
        was_live = self.playback.live
        done = 0
        for playback in self.playbacks:
            done += len(playback.run_until_quiet())
        if was_live and not done:
            self.say(words.NOTHING_TO_DO, hint=True)

    def go_to(self, number: int) -> None:
        """Show the state after the first `number` actions, and a branch at the same simulated second."""
        self.pause()
        with self.cluster.lock:
            self.playback.go_to(number)
            if self.branched is not None:
                follow(self.branched.playback, self.playback)
        self.wake()

    def to_now(self) -> None:
        """Show the present."""
        for playback in self.playbacks:
            playback.to_now()
        self.wake()

    def branch(self) -> None:
        """Fork a second cluster from the moment shown, and show the two side by side; time is paused."""
        self.pause()
        try:
            twin = self.playback.fork()
        except NotReplayable:
            self.say(words.NOT_BRANCHED)
            return
        self.put_beside(Playback(twin, parting=self.playback.parting()))
        self.say(words.BRANCHED, hint=True)

    def put_beside(self, playback: Playback) -> None:
        """Show a second cluster beside the first."""
        with self._drawing:
            self.close_branch()
            self.branched = BranchCard(weakref.proxy(self), playback, *self._look)
            first = self.layout.picture
            self.branched.picture.painter.width = first.painter.width
            playback.cluster.subscribe(self._watcher.wake)
            self.playbacks.append(playback)
            # Before it is visible, since a click may miss what is still being laid out.
            self.refresh()
            self.layout.put_beside(self.branched)

    def close_branch(self) -> None:
        """Close the second cluster."""
        with self._drawing:
            ended = self.branched
            self.branched = None
            if ended is not None:
                self.playbacks.remove(ended.playback)
                self.layout.put_beside(None)
                close_widgets(ended.root)

    # What a learner sees -------------------------------------------------------------------

    def refresh(self) -> None:
        """Update the panel now, in this thread, all cards from one view model."""
        with self._drawing, uncollected():
            with self.cluster.lock:
                self.model = self._models.take(
                    self.selection,
                    stepping=self.held and self.playback.watched is None,
                    playing=self._player.playing,
                    commands=self.commands,
                )
                self.layout.refresh(self.model)
            branched = self.branched
            if branched is not None:
                with branched.playback.cluster.lock:
                    branched.refresh(branched.take(self.model, self.held))
                branched.paint()
            self.layout.paint()

    def wake(self, *_: object) -> None:
        """Request a redraw in the view thread."""
        self._watcher.wake()

    def on_prediction(
        self, callback: Callable[[int, int], object]
    ) -> Callable[[], None]:
        """Call `callback(right, asked)`, the counts so far, after each prediction; returns a function that ends it."""
        return self.layout.on_prediction(callback)

    def _redraw(self) -> None:
        """Redraw in the view thread; failures are shown in the panel, since a thread's traceback would go unseen."""
        try:
            self.refresh()
        except Exception as error:
            self.say(words.DRAWING_FAILED.format(error=repr(error)))

    def still(self) -> Picture:
        """The present placement as a still picture."""
        return draw(
            self.cluster.store,
            theme=self.drawn_theme,
            time=self.cluster.now - self.cluster.began,
            daemon_set=self.selection.daemon_set_name,
        )

    def save(self, path: str | Path) -> Path:
        """Save the moment shown as .png or .svg, or the way to it as .html, .gif or .webp; returns the path."""
        return save(self.playback, Path(path), self.drawn_theme, self.selection)

    def export(self, ending: str) -> None:
        """Save what is shown beside the notebook, under a name that contains the moment."""
        shown = self.playback
        name = f"k8slearn-{shown.clock:.1f}s-{shown.number}.{ending}"
        try:
            self.saved(self.save(name))
        except (ValueError, OSError) as error:
            self.say(str(error), hint=True)
        else:
            self.say(words.SAVED.format(name=name), hint=True)

    def __repr__(self) -> str:
        return str(self.widget.summary)

    def _ipython_display_(self) -> None:
        """Display the panel, and for readers without a kernel a still picture, which the panel hides."""
        from IPython.display import display

        registry.keep(self)
        self.refresh()
        display(self.widget)  # type: ignore[no-untyped-call]
        # Without text, so that the stored outputs that tests compare stay the same.
        display({"text/html": render.stored()}, raw=True)  # type: ignore[no-untyped-call]
        display(self.still())  # type: ignore[no-untyped-call]

    def close(self) -> None:
        """End the panel: stop its threads and close its widgets."""
        self._finalizer()
