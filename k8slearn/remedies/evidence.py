"""What ideas are made from: the places that are not filled, with their Nodes and Pods, once all is quiet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import (
    Object,
    controller_uid,
    is_deleting,
    name,
    namespace,
    uid,
)
from k8slearn.controllers.daemon.placement import Placement, daemon_tolerations
from k8slearn.controllers.deployment.replica_sets import find_new
from k8slearn.explain.outlook import Outlooks
from k8slearn.explain.why_workload import owned
from k8slearn.kinds.pod.state import is_pod_terminal
from k8slearn.remedies.asked import Standstill, is_concerned, look_at, not_working
from k8slearn.remedies.edits import Edit, flag, patched, typed_name

# The most Nodes for which ideas change each Node.
FEW = 10


def dig(o: Any, *path: str) -> Any:
    """The value at a path of fields in an object, None if one of them is missing."""
    for field in path:
        if not o:
            return None
        o = o.get(field)
    return o


def names_of(objects: Iterable[Object]) -> str:
    """The names of objects, for a sentence."""
    return "、".join([name(o) for o in objects])


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A place without a working Pod: the Node (None: any, or gone), the Pod if any, the verdict on the Node."""

    node: Object | None = None
    pod: Object | None = None
    placement: Placement | None = None


@dataclass(frozen=True, slots=True)
class Idea:
    """Edits that may help and are not tried yet. `doubtful` ones hide the problem rather than solve it.

    `back`: they give the new version up.
    """

    text: str
    edits: tuple[Edit, ...]
    doubtful: bool = False
    back: bool = False

    @property
    def size(self) -> int:
        """The number of fields and objects that change."""
        return sum(edit.size for edit in self.edits)

    @property
    def lines(self) -> str:
        """The kubectl lines."""
        return "\n".join([edit.line for edit in self.edits])


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that ideas are made from; `below` are edits for faults below the API, which no object shows."""

    reader: Reader
    now: float
    asked: Standstill
    owner: Object
    obstacles: Sequence[Obstacle]
    below: Sequence[Edit] = ()

    @property
    def kind(self) -> str:
        """The owner's kind."""
        return self.asked.kind

    @property
    def place(self) -> str:
        """The owner's namespace."""
        return namespace(self.owner)

    @property
    def target(self) -> str:
        """The owner as an argument of kubectl."""
        return f"{typed_name(self.kind)}/{name(self.owner)}"

    @property
    def pods(self) -> list[Object]:
        """The existing Pods that do not work."""
        return [each.pod for each in self.obstacles if each.pod is not None]

    @property
    def template(self) -> Object:
        """The owner's Pod template: `metadata` and `spec`."""
        if self.kind == "Pod":
            return self.owner
        return dig(self.owner, "spec", "template") or {}

    @property
    def pod_template(self) -> Object:
        """The spec in the template."""
        return self.template.get("spec") or {}

    @property
    def containers(self) -> list[Object]:
        """The template's containers."""
        return self.pod_template.get("containers") or []

    @property
    def pod_spec(self) -> Object:
        """The spec of a new Pod, with what the controller adds."""
        spec = self.pod_template
        if self.kind != "DaemonSet":
            return spec
        return {**spec, "tolerations": daemon_tolerations(spec)}

    @property
    def creator(self) -> Object | None:
        """The object that creates the Pods, and has the Events about refused ones."""
        if self.kind != "Deployment":
            return self.owner
        replica_sets = owned(self.reader, "ReplicaSet", self.owner)
        return find_new(self.owner, replica_sets)

    # Ideas ---------------------------------------------------------------------------------------------------

    def idea(
        self,
        text: str,
        *edits: Edit,
        doubtful: bool = False,
        back: bool = False,
        **about: Any,
    ) -> Idea:
        """An idea; its text may contain the owner and the values of `about`."""
        who = f"{self.kind} {name(self.owner)}"
        return Idea(text.format(who=who, **about), edits, doubtful, back)

    def owner_edit(self, spec: Object, size: int = 1, line: str = "") -> Edit:
        """An edit of the owner's spec; `line` is kubectl's shorter command for it, without `kubectl -n …`."""
        if line:
            line = f"kubectl{flag(self.place)} {line}"
        return patched(self.owner, {"spec": spec}, size=size, line=line)

    def template_edit(self, spec: Object, size: int = 1, line: str = "") -> Edit:
        """An edit of the spec in the Pod template."""
        if self.kind != "Pod":
            spec = {"template": {"spec": spec}}
        return self.owner_edit(spec, size, line)

    def others_on(self, node: Object) -> list[Object]:
        """The other Pods on a Node that use resources there; those without an owner come first."""
        own = {uid(pod) for pod in self.pods}
        found = []
        for pod in self.reader.list("Pod"):
            there = pod["spec"].get("nodeName") == name(node)
            if there and uid(pod) not in own and not is_pod_terminal(pod):
                found.append(pod)
        return sorted(found, key=is_owned)


def is_owned(pod: Object) -> bool:
    """Whether a controller would create the Pod again."""
    return controller_uid(pod) is not None


def evidence_of(
    asked: Standstill,
    reader: Reader,
    now: float,
    below: Sequence[Edit],
) -> Evidence | None:
    """The evidence at a moment; None if the object in question does not exist."""
    owner = reader.get(asked.kind, asked.name, asked.namespace)
    if owner is None:
        return None
    look = _of_nodes if asked.kind == "DaemonSet" else _of_pods
    found = look(asked, reader, owner, now)
    return Evidence(
        reader,
        now,
        asked,
        owner,
        obstacles=found,
        below=below,
    )


def _of_nodes(
    asked: Standstill, reader: Reader, owner: Object, now: float
) -> list[Obstacle]:
    """The Nodes that block it, without those whose working old Pod waits for its turn."""
    found = []
    outlook = look_at(asked, Outlooks(reader, now), owner)
    for each in outlook.nodes.values():
        works = each.old_available or each.new_available
        if works or not (asked.node or is_concerned(each)):
            continue
        pod = each.new_pod or each.old_pod
        if pod is None and each.pods:
            # It may be ending, or there may be several.
            pod = each.pods[0]
        node = reader.get("Node", each.node)
        found.append(Obstacle(node, pod, each.placement))
    return found


def _of_pods(
    asked: Standstill, reader: Reader, owner: Object, now: float
) -> list[Obstacle]:
    pods = not_working(reader, asked, owner, now)
    # A StatefulSet also waits for Pods that are ending.
    for pod in owned(reader, "Pod", owner):
        if is_deleting(pod) and pod not in pods:
            pods.append(pod)
    found = []
    for pod in pods:
        node = reader.get("Node", pod["spec"].get("nodeName", ""))
        found.append(Obstacle(node, pod))
    return found
