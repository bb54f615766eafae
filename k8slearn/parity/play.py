"""Plays a recorded scenario of the real kubelet on a fresh cluster: objects, and a script of later actions.

The script's actions are described in the recording's PLAY.md; a container's behaviour is in its `args`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import (
    Object,
    is_deleting,
    with_metadata,
    with_status,
)
from k8slearn.apimachinery.objects import name as name_of
from k8slearn.apiserver.client import Client
from k8slearn.controlplane import USER
from k8slearn.kinds import resource
from k8slearn.parity.reference import Record

# Seconds: the recorded kubelets had run for a while, after which probes have no random delay.
WARM_UP = 60.0
# Seconds: the phase of the Nodes' heartbeats at the beginning of a scenario is random.
ROUND = 10.0
# Seconds: the recording's client created its objects one after the other, at most so far apart.
REQUEST = 0.03
# The default size of the recording's Nodes.
CPUS = 4
MEMORY_MI = 8192
MAX_PODS = 110
DISK = "100Gi"
# There were other Nodes in the recorded cluster: with all Nodes silent, evictions would stop.
BYSTANDER = "main"
MANAGER = "play"
UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0}


def seconds(text: str) -> float:
    """A duration of one unit, as the records write it: 20s, 5m."""
    return float(text[:-1]) * UNITS[text[-1]]


def each_in_seconds(about: Record) -> dict[str, float]:
    """Durations by name."""
    return {name: seconds(text) for name, text in about.items()}


@dataclass(frozen=True)
class Setting:
    """The model's name of a kubelet's setting, and how to parse its value in a record."""

    name: str
    read: Callable[[Any], Any]


# By the records' names.
SETTINGS: dict[str, Setting] = {
    "Serial": Setting("serialize_image_pulls", bool),
    "QPS": Setting("registry_pull_qps", float),
    "EvictHard": Setting("eviction_hard", dict),
    "EvictSoft": Setting("eviction_soft", dict),
    "EvictSoftFor": Setting("eviction_soft_grace_period", each_in_seconds),
    "MaxSoftGrace": Setting("eviction_max_pod_grace_period", float),
    "Transition": Setting("eviction_pressure_transition_period", seconds),
}


class Act(NamedTuple):
    """An action at a second of the scenario."""

    at: float
    call: Callable[[], None]


@dataclass(frozen=True)
class ClientPace:
    """When the recording's first object was created, and the interval between the others."""

    first: float
    pause: float


@dataclass
class Play:
    """One scenario on a fresh cluster."""

    record: Record
    cluster: Any
    start: float = 0.0

    @property
    def place(self) -> str:
        """The namespace of the scenario, which has its name."""
        return str(self.record["name"])

    def run(self) -> Sequence[Change]:
        """Play the scenario to its end; returns the changes from its second 0 on."""
        late = self._nodes_to_come()
        kubelets = self.record["kubelets"]
        for node, about in kubelets.items():
            if node not in late:
                self.add_kubelet(node, about)
        if BYSTANDER not in kubelets:
            self.add_kubelet(BYSTANDER, {})
        self.create({"apiVersion": "v1", "kind": "Namespace"}, self.place)
        phase = self.cluster.control_plane.rng.uniform(0.0, ROUND)
        self.cluster.run(WARM_UP + phase)
        self.start = self.cluster.now
        for act in sorted(self._acts(), key=lambda act: act.at):
            self._run_to(act.at)
            act.call()
        self._run_to(self.record["secs"])
        changes: Sequence[Change] = self.cluster.store.log.changes[:]
        return changes

    def _run_to(self, second: float) -> None:
        left = self.start + second - self.cluster.now
        # An action may take longer than the time up to the next one.
        self.cluster.run(max(0.0, left))

    def _acts(self) -> list[Act]:
        acts: list[Act] = []
        pace = self._client_pace()
        for made in self.record["objects"]:
            o = {key: value for key, value in made.items() if key != "after"}
            usual = pace.first + len(acts) * pace.pause
            at = float(made.get("after", usual))
            acts.append(Act(at, partial(self.create, o)))
        for step in self.record["script"]:
            action = ACTIONS[step["do"]]
            acts.append(Act(float(step["at"]), partial(action, self, step)))
        return acts

    def _client_pace(self) -> ClientPace:
        """The client's pace; times are relative to the request for the first object."""
        pods = self.record["pods"]
        named = set()
        for o in self.record["objects"]:
            if "after" not in o:
                named.add(o["metadata"]["name"])
        seen = []
        for name in named & pods.keys():
            row = pods[name]["rows"][0]
            earliest, _ = row.get("r", (row["t"], None))
            seen.append(earliest)
        if not seen:
            seen = [0.0]
        first = min(seen)
        apart = (max(seen) - first) / len(named | set(pods))
        return ClientPace(first, min(REQUEST, apart))

    def _nodes_to_come(self) -> set[str]:
        """Nodes whose kubelet is first started by the script."""
        first: dict[str, str] = {}
        for step in self.record["script"]:
            if step["do"] in ("start", "stop"):
                first.setdefault(self.node_of(step), step["do"])
        return {node for node, do in first.items() if do == "start"}

    def node_of(self, step: Record) -> str:
        """The Node of a step: the one it names, else the scenario's first."""
        return str(step.get("node") or next(iter(self.record["kubelets"])))

    def name_of(self, step: Record) -> str:
        """The object of a step: the one it names, else the scenario's first."""
        return str(step.get("name") or self.record["objects"][0]["metadata"]["name"])

    def kind_of(self, step: Record) -> str:
        """The kind of a step's object: the one it names, else the scenario's first object's."""
        return str(step.get("kind") or self.record["objects"][0]["kind"])

    def pod_of(self, step: Record) -> str:
        """The Pod of a step: on the Node that it names, else the scenario's first object."""
        node = step.get("node")
        if node is None:
            return self.name_of(step)
        for pod in self.cluster.store.list("Pod", self.place):
            is_here = pod["spec"].get("nodeName") == node
            if is_here and not is_deleting(pod):
                return name_of(pod)
        raise LookupError(f"no Pod on {node}")

    def add_kubelet(self, node: str, about: Record) -> None:
        """Register a Node with the record's settings of its kubelet."""
        settings = {}
        for word, setting in SETTINGS.items():
            if word in about:
                settings[setting.name] = setting.read(about[word])
        self.cluster.configure_kubelet(node, **settings)
        # A Node's allocatable is reduced by the hard eviction threshold. Kubernetes: GetNodeAllocatableReservation
        hard = about.get("EvictHard", {}).get("memory.available", "0Mi")
        kept = int(hard.removesuffix("Mi"))
        memory = about.get("MemoryMi", MEMORY_MI)
        allocatable = {
            "cpu": str(about.get("CPUs", CPUS)),
            "memory": f"{memory - kept}Mi",
            "pods": str(about.get("MaxPods", MAX_PODS)),
            "ephemeral-storage": DISK,
        }
        self.cluster.add_node(
            node,
            labels=about.get("Labels", {}),
            allocatable=allocatable,
        )

    def create(self, o: Object, name: str = "") -> None:
        """Create an object, in the scenario's namespace if its kind is namespaced."""
        metadata = o.get("metadata", {"name": name})
        if resource(o["kind"]).namespaced:
            metadata = {**metadata, "namespace": self.place}
        self.cluster.create({**o, "metadata": metadata}, manager=MANAGER)


# The actions -----------------------------------------------------------------------------------------------------


def delete(play: Play, step: Record) -> None:
    """`delete {kind, name?, options}`: options as in DeleteOptions."""
    options = step.get("options", {})
    play.cluster.delete(
        play.kind_of(step),
        play.name_of(step),
        namespace=play.place,
        propagation=options.get("propagationPolicy", "Background"),
        grace=options.get("gracePeriodSeconds"),
    )


def patch(play: Play, step: Record) -> None:
    """`patch {kind, name?, patch, type?}`."""
    play.cluster.patch(
        play.kind_of(step),
        play.name_of(step),
        step["patch"],
        namespace=play.place,
        type=step.get("type", "strategic"),
        manager=MANAGER,
    )


def create(play: Play, step: Record) -> None:
    """`create {object}`."""
    play.create(step["object"])


def set_condition(play: Play, step: Record) -> None:
    """`condition {name?, type, status}`: set a condition of a Pod as another client, such as a readiness gate's."""
    cluster = play.cluster
    name = play.name_of(step)
    pod = cluster.get("Pod", name, play.place)
    conditions = []
    for condition in pod["status"].get("conditions", ()):
        if condition["type"] != step["type"]:
            conditions.append(condition)
    conditions.append({"type": step["type"], "status": step["status"]})
    with cluster.control_plane.acting(USER, name):
        client = Client(cluster.registry, USER, MANAGER)
        client.update_status(with_status(pod, conditions=conditions))


def remove_image(play: Play, step: Record) -> None:
    """`rmi {image}`: remove the image from the Node."""
    play.cluster.remove_image(play.node_of(step), step["image"])


def runtime(play: Play, step: Record) -> None:
    """`cri {cmd}`: a command to the container runtime."""
    cluster = play.cluster
    command = step["cmd"]
    if command["do"] == "runtime":
        about = {key: command[key] for key in ("ready", "network") if key in command}
        cluster.set_runtime(play.node_of(step), **about)
        return
    pod = play.pod_of(step)
    if command["do"] == "killbox":
        cluster.kill_sandbox(pod, play.place)
        return
    cluster.end_container(
        pod,
        command["container"],
        command["code"],
        play.place,
    )


def use(play: Play, step: Record) -> None:
    """`stats {MemBaseMi?, FsBaseMi?}`: set the usage of the Node's own processes."""
    used = {}
    for word, what in (("MemBaseMi", "memory"), ("FsBaseMi", "disk")):
        if word in step:
            used[what] = f"{step[word]}Mi"
    play.cluster.set_usage(play.node_of(step), **used)


def static_pod(play: Play, step: Record) -> None:
    """`static {file, object}`: write or remove a file in the kubelet's folder of static Pods."""
    o = step.get("object")
    if o is not None:
        o = with_metadata(o, namespace=play.place)
    play.cluster.static_pod(play.node_of(step), step["file"], o)


def stop(play: Play, step: Record) -> None:
    """`stop {node?}`: kill the kubelet."""
    play.cluster.stop_kubelet(play.node_of(step))


def start(play: Play, step: Record) -> None:
    """`start {node?}`: start the kubelet; on its first start it registers the Node."""
    node = play.node_of(step)
    if play.cluster.store.get("Node", node) is None:
        play.add_kubelet(node, play.record["kubelets"].get(node, {}))
    else:
        play.cluster.start_kubelet(node)


def patch_node(play: Play, step: Record) -> None:
    """`patchnode {node?, patch}`."""
    play.cluster.patch("Node", play.node_of(step), step["patch"], manager=MANAGER)


def delete_node(play: Play, step: Record) -> None:
    """`delete-node {node?}`."""
    play.cluster.delete("Node", play.node_of(step))


def delete_daemon_pod(play: Play, step: Record) -> None:
    """`delete-ds-pod {node}`: the DaemonSet's Pod on that Node."""
    play.cluster.delete("Pod", play.pod_of(step), namespace=play.place)


def evict(play: Play, step: Record) -> None:
    """`evict {name?}`: through the Eviction API."""
    play.cluster.evict(play.name_of(step), namespace=play.place)


def note(_play: Play, _step: Record) -> None:
    """`note`: nothing happens."""


ACTIONS: dict[str, Callable[[Play, Record], None]] = {
    "delete": delete,
    "patch": patch,
    "create": create,
    "condition": set_condition,
    "rmi": remove_image,
    "cri": runtime,
    "stats": use,
    "static": static_pod,
    "stop": stop,
    "start": start,
    "patchnode": patch_node,
    "delete-node": delete_node,
    "delete-ds-pod": delete_daemon_pod,
    "evict": evict,
    "note": note,
}
