"""What the controller would decide about a DaemonSet at one moment, present or past."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import (
    HASH_LABEL,
    Object,
    controller_uid,
    labels,
    name,
    namespace,
    uid,
)
from k8slearn.controllers.daemon.decide import Sync, current_hash, decide
from k8slearn.controllers.daemon.placement import template_generation
from k8slearn.controllers.daemon.pods import NodePods
from k8slearn.controllers.daemon.tally import Tally, assess_nodes
from k8slearn.controllers.daemon.update import Rollout
from k8slearn.explain.sentences import Sentence
from k8slearn.kinds.pod.state import get_target_node_name

PodsByNode = dict[str, list[Object]]

# By name; None is one that is gone and still has a Pod.
Nodes = dict[str, Object | None]

NodeKey = tuple[str, str]
Version = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Outlook:
    """A DaemonSet with its Nodes as the controller assesses them, and what it would decide.

    `numbers` maps the hash of each revision to its number. `decided` is None when only one Node was looked at.
    """

    daemon_set: Object
    revision_hash: str
    numbers: dict[str, int]
    nodes: dict[str, NodePods]
    decided: Sync | None

    @property
    def rollout(self) -> Rollout | None:
        """The round of the rolling update; None under OnDelete, and where only one Node was looked at."""
        if self.decided is None:
            return None
        return self.decided.rollout


class Outlooks:
    """The outlooks of all DaemonSets at one moment, present or past; each is worked out once, when it is asked for.

    `now` is in simulated seconds. `earlier` are those of another moment: a Node that is as it was then is not assessed
    anew, so that who looks at one moment after another, as a panel does, pays for what has changed.
    """

    def __init__(
        self, reader: Reader, now: float, earlier: Outlooks | None = None
    ) -> None:
        self.reader = reader
        self.now = now
        self.unbound: dict[str, tuple[Sentence, ...]] = {}
        """By uid, why a Pod that is not bound is not, of those that were asked about."""
        self._outlooks: dict[str, Outlook] = {}
        self._assessed: dict[NodeKey, tuple[Version, NodePods]] = {}
        # Not `earlier` itself: that would keep every moment that ever was. Where nothing was
        # asked of it, what it had from before is passed on.
        self._assessed_earlier: dict[NodeKey, tuple[Version, NodePods]] = {}
        if earlier is not None:
            self._assessed_earlier = earlier._assessed or earlier._assessed_earlier

    def of(self, daemon_set: Object) -> Outlook:
        """All Nodes as they are assessed, and what would be decided."""
        known = self._outlooks.get(uid(daemon_set))
        if known is None:
            known = self._work_out(daemon_set, only="")
            self._outlooks[uid(daemon_set)] = known
        return known

    def near(self, daemon_set: Object, node: str) -> Outlook:
        """One Node, and more where it is known already; at many Nodes that is much quicker than all of them."""
        known = self._outlooks.get(uid(daemon_set))
        return known or self._work_out(daemon_set, only=node)

    def _work_out(self, daemon_set: Object, only: str) -> Outlook:
        reader = self.reader
        place = namespace(daemon_set)
        revisions = _own(daemon_set, reader.list("ControllerRevision", place))
        revision_hash = current_hash(daemon_set, revisions)
        pods: PodsByNode = defaultdict(list)
        for pod in _own(daemon_set, reader.list("Pod", place)):
            pods[get_target_node_name(pod)].append(pod)
        nodes = _nodes(reader, pods, only)
        tally = self._assess(daemon_set, nodes, pods, revision_hash)
        decided = None if only else decide(daemon_set, tally)
        numbers = {labels(r).get(HASH_LABEL, ""): int(r["revision"]) for r in revisions}
        return Outlook(daemon_set, revision_hash, numbers, tally.nodes, decided)

    def _assess(
        self,
        daemon_set: Object,
        nodes: Nodes,
        pods: PodsByNode,
        revision_hash: str,
    ) -> Tally:
        """Every Node assessed, those anew about which something has changed since the earlier moment."""
        owner = uid(daemon_set)
        # Not its resourceVersion, which each of its statuses changes.
        generation = daemon_set["metadata"].get("generation")
        template = generation, template_generation(daemon_set), revision_hash
        versions: dict[str, Version] = {}
        changed: Nodes = {}
        unchanged: list[NodePods] = []
        for node_name, node in nodes.items():
            objects = [node, *pods.get(node_name, ())]
            # All that an assessment is made of, except the time.
            parts = [o and o["metadata"]["resourceVersion"] for o in objects]
            version = (*template, *parts)
            versions[node_name] = version
            earlier = self._assessed_earlier.get((owner, node_name))
            if earlier is None or earlier[0] != version or earlier[1].timed:
                changed[node_name] = node
            else:
                unchanged.append(earlier[1])
        tally = assess_nodes(daemon_set, changed, pods, revision_hash, self.now)
        for assessed in unchanged:
            tally.put(assessed)
        for node_name, assessed in tally.nodes.items():
            self._assessed[owner, node_name] = versions[node_name], assessed
        return tally


def outlook(reader: Reader, daemon_set: Object, now: float) -> Outlook:
    """Have the controller's `decide` look at the objects as they are at `now` (simulated seconds)."""
    return Outlooks(reader, now).of(daemon_set)


def _own(daemon_set: Object, objects: list[Object]) -> list[Object]:
    """Those whose controller the DaemonSet is; unlike the controller, nobody here adopts."""
    owner = uid(daemon_set)
    return [o for o in objects if controller_uid(o) == owner]


def _nodes(reader: Reader, pods: PodsByNode, only: str) -> Nodes:
    """The Nodes by name, None for those that are gone and still have a Pod."""
    nodes: Nodes = {name(o): o for o in reader.list("Node")}
    for node in pods:
        nodes.setdefault(node, None)
    # A Pod that names no Node is nowhere.
    nodes.pop("", None)
    if not only:
        return nodes
    if only in nodes:
        return {only: nodes[only]}
    return {}
