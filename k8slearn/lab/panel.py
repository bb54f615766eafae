"""The lab: one panel over one cluster. It shows what is in the store and hands every click to the cluster."""

from __future__ import annotations

import threading
import weakref
from collections import deque
from collections.abc import Callable
from typing import Any

import ipywidgets as w
from IPython.display import display

from k8slearn.api.errors import ApiError
from k8slearn.cluster import Cluster
from k8slearn.lab import pages, shown
from k8slearn.lab import text as words
from k8slearn.lab.controls import NodeControls, PodControls, UpdateControls
from k8slearn.lab.deeds import Deed
from k8slearn.lab.facts import Facts, facts_of, scene_now, summary
from k8slearn.lab.memory import Memory
from k8slearn.lab.pacing import Pacer
from k8slearn.lab.style import style_sheet
from k8slearn.lab.transport import Transport
from k8slearn.lab.watcher import Watcher, weakly
from k8slearn.lab.widgets import named, page
from k8slearn.view.draw import Painter, encode
from k8slearn.view.picture import Picture, draw
from k8slearn.view.scene import Scene
from k8slearn.view.story import is_news

MOST_ACTIONS = 20_000
QUIET_LIMIT = 600.0


class Panel(w.VBox):  # type: ignore[misc]
    """The root of the widgets; its text is the same on every machine."""

    summary = ""

    def __repr__(self) -> str:
        return self.summary


def shut(watcher: Watcher, pacer: Pacer, unsubscribe: Callable[[], None], root: Any) -> None:
    """End the threads and the widgets of a panel."""
    unsubscribe()
    pacer.pause()
    watcher.end()
    close_widgets(root)


def close_widgets(root: Any) -> None:
    """Close a widget with all that is in it."""
    for child in getattr(root, "children", ()):
        close_widgets(child)
    root.close()


class Lab:
    """A panel to watch and change a cluster. `theme` is the picture's: light, dark, or auto (as JupyterLab is).

    `scale` is how many pixels the picture has for one of the page.

    A click lets time run until all is quiet, unless you have pressed pause or a step button before.
    """

    def __init__(self, cluster: Cluster, *, theme: str = "auto", scale: float = 2.0) -> None:
        self.cluster = cluster
        self.held = False
        self.commands: deque[str] = deque(maxlen=5)
        self._theme = "dark" if theme == "dark" else "light"
        self._painter = Painter(self._theme, titled=False, told=False, scale=scale)
        self._memory = Memory()
        self._drawing = threading.Lock()
        self._watcher = Watcher(weakly(self._redraw))
        self._pacer = Pacer(cluster, weakly(self._stopped))
        self._build(follows_theme=theme == "auto")
        unsubscribe = cluster.subscribe(self._watcher.wake)
        self._finalizer = weakref.finalize(self, shut, self._watcher, self._pacer, unsubscribe, self.widget)
        self.refresh()

    def _build(self, follows_theme: bool) -> None:
        """Make the widgets."""
        attempt = weakly(self.attempt)
        self.head, self.told, self.message = page("head-page"), page("sentence"), page("message-page")
        self.picture = named(w.Image(format="png"), "picture", *(["follows-theme"] if follows_theme else []))
        self.transport = Transport(self._pacer, weakly(self._go))
        self.nodes, self.pods, self.update = NodeControls(attempt), PodControls(attempt), UpdateControls(attempt)
        self.events = named(page("events", pages.events([])), "card")
        self.kubectl = named(page("kubectl", pages.kubectl([])), "card")
        left = w.VBox([self.nodes.root, self.pods.root, self.kubectl])
        right = w.VBox([self.update.root, self.events])
        cards = named(w.Box([named(left, "column"), named(right, "column")]), "cards")
        top = [page("style", style_sheet()), self.head, self.told, self.picture, self.transport.root, self.message]
        self.widget = named(Panel([*top, cards]), "lab")
        for chosen in (self.nodes.node, self.nodes.group, self.update.daemon_set):
            chosen.observe(self._watcher.wake, "value")

    # What a learner does ---------------------------------------------------------------------------------------

    def attempt(self, make: Callable[[], Deed]) -> bool:
        """Carry out a click; what is wrong with it is said in the panel. Returns whether it was done."""
        try:
            deed = make()
            deed.call(self.cluster)
        except ApiError as error:
            return self._say(words.REFUSED.format(reason=error.reason, message=error.message))
        except ValueError as mistake:
            return self._say(str(mistake))
        except Exception as error:
            return self._say(words.NOT_DONE.format(error=repr(error)))
        self._say("")
        self.commands.appendleft(deed.kubectl)
        if not self.held:
            self._pacer.play()
        self._watcher.wake()
        return True

    def _say(self, text: str, hint: bool = False) -> bool:
        self.message.value = pages.message(text, hint)
        return False

    def _stopped(self, error: Exception | None) -> None:
        """Time has come to rest by itself, because all is quiet or because a component failed."""
        if error is not None:
            self._say(words.NOT_DONE.format(error=repr(error)))
        self._watcher.wake()

    def _go(self, what: str) -> None:
        self._say("")
        {"play": self.toggle, "step": self.step, "next": self.next_pod_change, "quiet": self.until_quiet}[what]()
        self._watcher.wake()

    def toggle(self) -> None:
        """Play, or pause."""
        if self._pacer.playing:
            self.pause()
        else:
            self.play()

    def play(self) -> None:
        """Let time run until nothing is left to do."""
        self.held = False
        if self.cluster.quiet:
            self._say(words.NOTHING_TO_DO, hint=True)
        else:
            self._pacer.play()
        self._watcher.wake()

    def pause(self) -> None:
        """Stop time; later clicks do not start it again."""
        self.held = True
        self._pacer.pause()
        self._watcher.wake()

    def step(self) -> None:
        """One action of one component."""
        self.pause()
        if self.cluster.step() is None:
            self._say(words.NOTHING_TO_DO, hint=True)

    def next_pod_change(self) -> None:
        """Step until something happens to a Pod."""
        self.pause()
        with self.cluster.lock:
            for _ in range(MOST_ACTIONS):
                action = self.cluster.step()
                if action is None:
                    break
                changes = self.cluster.store.log.changes[action.first : action.last]
                if any(change.object["kind"] == "Pod" and is_news(change) for change in changes):
                    return
        self._say(words.NO_POD_CHANGE, hint=True)

    def until_quiet(self) -> None:
        """Let time pass at once until nothing is left to do, 600 simulated seconds at most."""
        self.pause()
        if not self.cluster.run_until_quiet(QUIET_LIMIT):
            self._say(words.NOTHING_TO_DO, hint=True)

    # What a learner sees ---------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Bring the panel up to date now, in this thread."""
        with self._drawing:
            with self.cluster.lock:
                facts, scene, quiet = self._look()
            picture = encode(self._painter.paint(scene))
            self._fill(facts, scene, quiet)
            self.picture.value = picture

    def _redraw(self) -> None:
        """The view thread's turn; a failure is shown in the panel, for nobody sees a thread's traceback."""
        try:
            self.refresh()
        except Exception as error:
            self._say(words.DRAWING_FAILED.format(error=repr(error)))

    def _look(self) -> tuple[Facts, Scene, bool]:
        """All that the panel shows, of one moment."""
        self._memory.read(self.cluster, self.held)
        scene = scene_now(
            self.cluster, self._memory.step, self.update.selected, self.nodes.group.value or "", self.nodes.selected
        )
        return facts_of(self.cluster), scene, self.cluster.quiet

    def _fill(self, facts: Facts, scene: Scene, quiet: bool) -> None:
        self.head.value = pages.head(scene)
        self.told.value = pages.told(scene, quiet)
        self.events.value = pages.events(tuple(self._memory.lines))
        self.kubectl.value = pages.kubectl(self.commands)
        self.nodes.fill(facts)
        self.pods.fill(facts)
        self.update.fill(facts)
        self.transport.fill()
        self.widget.summary = summary(facts, scene)

    def still(self) -> Picture:
        """The placement of now as a still picture."""
        return draw(self.cluster, theme=self._theme, daemon_set=self.update.selected)

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
