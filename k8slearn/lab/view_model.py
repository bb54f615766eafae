"""Everything that a panel shows of one moment: taken once for each redraw, under the lock, and passed to every card."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from operator import attrgetter
from typing import Generic, TypeVar

from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import Object, labels, name, namespace
from k8slearn.explain import Outlooks
from k8slearn.journal import Action
from k8slearn.kinds.node import is_cordoned
from k8slearn.kinds.pod.state import (
    get_target_node_name,
    is_pod_ready,
    is_pod_terminal,
)
from k8slearn.lab.commands import ObjectKey
from k8slearn.lab.event_feed import EventFeed
from k8slearn.lab.playback import Playback, ShownMoment
from k8slearn.locale import lab as words
from k8slearn.view.narrate import EventLine
from k8slearn.view.scene import (
    PodMarks,
    Scene,
    age_and_name,
    natural,
    node_ready,
    scene_of,
    short_taint,
)
from k8slearn.watching.about import About

NOTHING = About()
RowType = TypeVar("RowType")
in_order = attrgetter("order")


@dataclass(frozen=True, slots=True)
class Selection:
    """The learner's selection: a Node, a Pod, a DaemonSet, and the label by which Nodes are grouped."""

    node: str = ""
    pod: ObjectKey | None = None
    daemon_set: ObjectKey | None = None
    group_by: str = ""

    @property
    def daemon_set_name(self) -> str:
        """The name of the chosen DaemonSet, '' when there is none."""
        if self.daemon_set:
            return self.daemon_set.name
        return ""

    def of_kind(self, kind: str) -> ObjectKey | None:
        """The chosen object of a kind."""
        if kind == "Pod":
            return self.pod
        if kind == "DaemonSet":
            return self.daemon_set
        if self.node:
            return ObjectKey("", self.node)
        return None


@dataclass(frozen=True, slots=True)
class NodeRow:
    """A Node for the controls; labels and taints as a user writes them."""

    name: str
    ready: bool
    cordoned: bool
    labels: frozenset[str] = frozenset()
    taints: frozenset[str] = frozenset()
    label_keys: frozenset[str] = frozenset()
    order: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class PodRow:
    """A Pod in the list to choose from; one that has ended is not `alive`."""

    text: str
    key: ObjectKey
    node: str = ""
    ready: bool = True
    alive: bool = True
    order: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class DaemonSetRow:
    """A DaemonSet for the controls; numbers that OnDelete lacks are the defaults."""

    key: ObjectKey
    strategy: str
    unavailable: str
    surge: str
    container: str
    image: str
    order: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class ViewModel:
    """One moment of one cluster. `daemon_set` is the selected one at that moment; `scene` is what the picture shows.

    `outlooks` are what the controller would decide, computed on first use.

    `actions` are all steps of the cluster, including later ones; `commands` are the kubectl lines of the last clicks,
    the latest first; `playing`: time runs; `held`: it is paused, so that a change does not start it; `clock` is the
    time shown in seconds since the cluster's beginning; `about` is about a real cluster.
    """

    moment: ShownMoment
    selection: Selection
    scene: Scene
    outlooks: Outlooks
    nodes: tuple[NodeRow, ...] = ()
    pods: tuple[PodRow, ...] = ()
    daemon_sets: tuple[DaemonSetRow, ...] = ()
    label_keys: tuple[str, ...] = ()
    daemon_set: Object | None = None
    lines: Sequence[EventLine] = ()
    actions: Sequence[Action] = ()
    quiet: bool = False
    playing: bool = False
    held: bool = False
    commands: tuple[str, ...] = ()
    clock: float = 0.0
    about: About = NOTHING

    @property
    def is_watched(self) -> bool:
        """Whether it is a real, watched cluster."""
        return bool(self.about.header)

    @property
    def waiting(self) -> bool:
        """Whether there is something to do while time is paused."""
        return self.held and not self.playing and not self.quiet

    def summary(self) -> str:
        """The panel in one line."""
        sets = words.NO_SETS
        if self.scene.daemon_set:
            counts = asdict(self.scene.counts)
            sets = words.ONE_SET.format(name=self.scene.daemon_set, **counts)
        return words.SUMMARY.format(title=words.TITLE, nodes=len(self.nodes), sets=sets)


@dataclass
class ViewModels:
    """Makes the view models of one cluster, one for each redraw; the caller holds the cluster's lock."""

    playback: Playback
    feed: EventFeed = field(default_factory=EventFeed)

    def __post_init__(self) -> None:
        self._nodes = Rows(node_row)
        self._pods = Rows(pod_row)
        self._marks = PodMarks({})
        self._daemon_sets = Rows(daemon_set_row)
        self._outlooks: Outlooks | None = None

    def take(
        self,
        selection: Selection,
        *,
        stepping: bool = False,
        playing: bool = False,
        commands: Iterable[str] = (),
    ) -> ViewModel:
        """The view model of the moment shown; with `stepping`, every single action gets a sentence."""
        playback = self.playback
        moment = playback.moment()
        reader = moment.reader
        step, lines = self._tell(moment, stepping)
        scene = self._scene(moment, selection, step)
        self._outlooks = Outlooks(reader, moment.time, self._outlooks)
        nodes = self._nodes.of(reader.list("Node"))
        pods = self._pods.of(reader.list("Pod"))
        label_keys = set[str]().union(*[row.label_keys for row in nodes])
        return ViewModel(
            moment,
            selection,
            scene,
            self._outlooks,
            nodes=tuple(nodes),
            pods=tuple([row for row in pods if row.alive]),
            daemon_sets=tuple(self._daemon_sets.of(reader.list("DaemonSet"))),
            label_keys=tuple(sorted(label_keys)),
            daemon_set=find(moment, "DaemonSet", selection.daemon_set),
            lines=lines,
            actions=playback.cluster.actions,
            quiet=playback.quiet,
            playing=playing,
            held=stepping,
            commands=tuple(commands),
            clock=moment.time - playback.cluster.began,
            about=playback.about(),
        )

    def _scene(
        self, moment: ShownMoment, selection: Selection, step: Sequence[Change]
    ) -> Scene:
        if self._marks.numbers != self.feed.numbers:
            self._marks = PodMarks(self.feed.numbers)
        return scene_of(
            moment.reader,
            changes=step,
            sentence=self.feed.sentence(step),
            pod_marks=self._marks,
            time=moment.time - self.playback.cluster.began,
            daemon_set=selection.daemon_set_name,
            group_by=selection.group_by,
            selected=selection.node,
        )

    def _tell(
        self, moment: ShownMoment, stepping: bool
    ) -> tuple[Sequence[Change], Sequence[EventLine]]:
        """The changes of the step in the sentence, and the lines of the event stream."""
        feed = self.feed
        cluster = self.playback.cluster
        if moment.live:
            feed.read(cluster, moment, stepping)
            return feed.step, tuple(feed.lines)
        return moment.changes, feed.lines_until(cluster, moment)


def find(moment: ShownMoment, kind: str, key: ObjectKey | None) -> Object | None:
    """The object of a key at this moment, or None."""
    if key is None:
        return None
    return moment.reader.get(kind, key.name, key.namespace)


class Rows(Generic[RowType]):
    """Rows of objects, cached: objects are never changed in place, so the same object has the same row."""

    def __init__(self, row_of: Callable[[Object], RowType]) -> None:
        self._row_of = row_of
        self._known: dict[tuple[str, str], RowType] = {}

    def of(self, objects: Iterable[Object]) -> list[RowType]:
        """The rows, the oldest object first."""
        known = self._known
        self._known = {}
        for o in objects:
            version = o["metadata"]["uid"], o["metadata"]["resourceVersion"]
            self._known[version] = known.get(version) or self._row_of(o)
        return sorted(self._known.values(), key=in_order)


def node_row(node: Object) -> NodeRow:
    """A Node's row."""
    spec = node.get("spec", {})
    own = labels(node)
    return NodeRow(
        name=name(node),
        ready=node_ready(node) == "True",
        cordoned=is_cordoned(node),
        labels=frozenset([f"{key}={value}" for key, value in own.items()]),
        taints=frozenset([short_taint(taint) for taint in spec.get("taints") or ()]),
        # Without the kubelet's labels, most of which differ for every Node.
        label_keys=frozenset([key for key in own if "kubernetes.io/" not in key]),
        order=age_and_name(node),
    )


def pod_row(pod: Object) -> PodRow:
    """A Pod's row, ordered by Node."""
    node = get_target_node_name(pod)
    key = ObjectKey(namespace(pod), name(pod))
    text = f"{node} · {key.name}" if node else key.name
    order = (natural(node), age_and_name(pod))
    return PodRow(
        text=text,
        key=key,
        node=node,
        ready=is_pod_ready(pod),
        alive=not is_pod_terminal(pod),
        order=order,
    )


def daemon_set_row(daemon_set: Object) -> DaemonSetRow:
    """A DaemonSet's row."""
    strategy = daemon_set["spec"].get("updateStrategy") or {}
    limits = strategy.get("rollingUpdate") or {}
    containers = daemon_set["spec"]["template"]["spec"].get("containers") or [{}]
    return DaemonSetRow(
        key=ObjectKey(namespace(daemon_set), name(daemon_set)),
        strategy=str(strategy.get("type", "RollingUpdate")),
        unavailable=str(limits.get("maxUnavailable", 1)),
        surge=str(limits.get("maxSurge", 0)),
        container=str(containers[0].get("name", "")),
        image=str(containers[0].get("image", "")),
        order=age_and_name(daemon_set),
    )
