"""Replays recorded scenarios of the real kubelet: objects, a script of later actions, what a watch saw.

The words of the script are those of the recording's PLAY.md; what a container does stands in its `args`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import permutations
from typing import Any

from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import (
    Object,
    is_deleting,
    with_metadata,
    with_status,
)
from k8slearn.apimachinery.objects import name as name_of
from k8slearn.apiserver.client import Client
from k8slearn.cluster import Cluster
from k8slearn.controlplane import USER
from k8slearn.kinds import resource
from k8slearn.parity.decisions import Difference
from k8slearn.parity.reference import Record
from k8slearn.parity.tracks import filled, nearest
from k8slearn.parity.watched import RecordedWatch

# The recorded kubelets had run for a while: their probes wait no more for a random part of a period.
WARM_UP = 60.0
# Where in their round of heartbeats the Nodes are when a scenario begins is chance.
ROUND = 10.0
# The recording's client made its objects one after the other, so many seconds apart at most.
REQUEST = 0.03
# What the Nodes of the recording had unless the record says otherwise.
CPUS = 4
MEMORY_MI = 8192
MAX_PODS = 110
DISK = "100Gi"
# In the recorded cluster there were other Nodes. Were all silent, it would be the control plane that is cut off.
BYSTANDER = "main"
MANAGER = "play"
# Probes, evictions and heartbeats have phases, back-offs a jitter, and a record has them as they fell in two to five
# recordings. So the model has some tries as well: a phase comes round to it, while a state, an order or a step that is
# wrong is wrong with every seed.
SEEDS = range(10)
UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0}


def seconds(text: str) -> float:
    """A duration of one unit, as the records write it: 20s, 5m."""
    return float(text[:-1]) * UNITS[text[-1]]


def each_in_seconds(about: Record) -> dict[str, float]:
    """Durations by name."""
    return {name: seconds(text) for name, text in about.items()}


# What a record calls a kubelet's setting, what the model calls it, and how the one becomes the other.
SETTINGS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "Serial": ("serialize_image_pulls", bool),
    "QPS": ("registry_pull_qps", float),
    "EvictHard": ("eviction_hard", dict),
    "EvictSoft": ("eviction_soft", dict),
    "EvictSoftFor": ("eviction_soft_grace_period", each_in_seconds),
    "MaxSoftGrace": ("eviction_max_pod_grace_period", float),
    "Transition": ("eviction_pressure_transition_period", seconds),
}


@dataclass
class Play:
    """One scenario on a fresh cluster."""

    record: Record
    cluster: Any
    start: float = 0.0

    @property
    def place(self) -> str:
        """The namespace: each scenario has one of its own, named like it."""
        return str(self.record["name"])

    def run(self) -> Sequence[Change]:
        """Play the scenario to its end; what was written from its second 0 on."""
        late = self._nodes_to_come()
        for node, about in self.record["kubelets"].items():
            if node not in late:
                self.add_kubelet(node, about)
        if BYSTANDER not in self.record["kubelets"]:
            self.add_kubelet(BYSTANDER, {})
        self.create({"apiVersion": "v1", "kind": "Namespace"}, self.place)
        phase = self.cluster.control_plane.rng.uniform(0.0, ROUND)
        self.cluster.run(WARM_UP + phase)
        self.start = self.cluster.now
        for at, act in sorted(self._acts(), key=lambda each: each[0]):
            self.cluster.run(max(0.0, self.start + at - self.cluster.now))
            act()
        end = self.start + self.record["secs"]
        self.cluster.run(end - self.cluster.now)
        changes: Sequence[Change] = self.cluster.store.log.changes[:]
        return changes

    def _acts(self) -> list[tuple[float, Callable[[], None]]]:
        acts: list[tuple[float, Callable[[], None]]] = []
        first, pause = self._client_pace()
        for made in self.record["objects"]:
            o = {key: made[key] for key in made if key != "after"}
            at = float(made.get("after", first + len(acts) * pause))
            acts.append((at, partial(self.create, o)))
        for step in self.record["script"]:
            acts.append((float(step["at"]), partial(ACTIONS[step["do"]], self, step)))
        return acts

    def _client_pace(self) -> tuple[float, float]:
        """When the first object was there, counted from when it was asked for, and how far apart the others came."""
        named = {
            o["metadata"]["name"] for o in self.record["objects"] if "after" not in o
        }
        pods = self.record["pods"]
        rows = [pods[name]["rows"][0] for name in named & pods.keys()]
        seen = [row.get("r", [row["t"]])[0] for row in rows] or [0.0]
        return min(seen), min(REQUEST, (max(seen) - min(seen)) / len(named | set(pods)))

    def _nodes_to_come(self) -> set[str]:
        """Nodes whose kubelet is first heard of when the script starts it."""
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
        if "node" not in step:
            return self.name_of(step)
        for pod in self.cluster.list("Pod", self.place):
            if pod["spec"].get("nodeName") == step["node"] and not is_deleting(pod):
                return name_of(pod)
        raise LookupError(f"no Pod on {step['node']}")

    def add_kubelet(self, node: str, about: Record) -> None:
        """A Node registers, with its kubelet set as the record says."""
        settings = {
            ours: read(about[theirs])
            for theirs, (ours, read) in SETTINGS.items()
            if theirs in about
        }
        self.cluster.configure_kubelet(node, **settings)
        memory = about.get("MemoryMi", MEMORY_MI)
        hard = about.get("EvictHard", {}).get("memory.available", "0Mi")
        allocatable = {
            "cpu": str(about.get("CPUs", CPUS)),
            "memory": f"{memory - int(hard.removesuffix('Mi'))}Mi",
            "pods": str(about.get("MaxPods", MAX_PODS)),
            "ephemeral-storage": DISK,
        }
        self.cluster.add_node(
            node, labels=about.get("Labels", {}), allocatable=allocatable
        )

    def create(self, o: Object, name: str = "") -> None:
        """Make an object, in the scenario's namespace where it has one."""
        made = with_metadata({**o, "metadata": o.get("metadata", {"name": name})})
        if resource(o["kind"]).namespaced:
            made = with_metadata(made, namespace=self.place)
        self.cluster.create(made, manager=MANAGER)


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
    """`condition {name?, type, status}`: somebody else's condition in the Pod's status, such as a readiness gate's."""
    cluster = play.cluster
    pod = cluster.get("Pod", play.name_of(step), play.place)
    entry = {"type": step["type"], "status": step["status"]}
    others = [
        c for c in pod["status"].get("conditions", ()) if c["type"] != step["type"]
    ]
    with cluster.control_plane.acting(USER, play.name_of(step)):
        client = Client(cluster.registry, USER, MANAGER)
        client.update_status(with_status(pod, conditions=[*others, entry]))


def remove_image(play: Play, step: Record) -> None:
    """`rmi {image}`: the image goes from the Node."""
    play.cluster.remove_image(play.node_of(step), step["image"])


def runtime(play: Play, step: Record) -> None:
    """`cri {cmd}`: what happens below the kubelet."""
    command = step["cmd"]
    if command["do"] == "runtime":
        about = {key: command[key] for key in ("ready", "network") if key in command}
        play.cluster.set_runtime(play.node_of(step), **about)
        return
    pod = play.pod_of(step)
    if command["do"] == "killbox":
        play.cluster.kill_sandbox(pod, play.place)
    else:
        container = command["container"]
        play.cluster.end_container(pod, container, command["code"], play.place)


def use(play: Play, step: Record) -> None:
    """`stats {MemBaseMi?, FsBaseMi?}`: what the Node's own processes use."""
    words = {"MemBaseMi": "memory", "FsBaseMi": "disk"}
    about = {words[key]: f"{step[key]}Mi" for key in words if key in step}
    play.cluster.set_usage(play.node_of(step), **about)


def static_pod(play: Play, step: Record) -> None:
    """`static {file, object}`: a file in the kubelet's folder of static Pods is written, or removed."""
    o = step.get("object")
    if o is not None:
        o = with_metadata(o, namespace=play.place)
    play.cluster.static_pod(play.node_of(step), step["file"], o)


def stop(play: Play, step: Record) -> None:
    """`stop {node?}`: the kubelet is killed."""
    play.cluster.stop_kubelet(play.node_of(step))


def start(play: Play, step: Record) -> None:
    """`start {node?}`: the kubelet is started; one that never ran registers its Node."""
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


# The comparison --------------------------------------------------------------------------------------------------


def _cluster(seed: int) -> Cluster:
    # The recorded API server had the plugin ServiceAccount switched off.
    return Cluster(seed=seed, kubelet="auto", history=None, service_accounts=False)


def replayed(record: Record, seed: int) -> Iterator[Record]:
    """What a watch on the model saw of a scenario: once for each way in which its like Nodes may be called."""
    play = Play(record, _cluster(seed))
    changes = play.run()
    seen = RecordedWatch(play.start, play.place).see(changes)
    yield seen
    for names in _ways(record, seen):
        yield RecordedWatch(play.start, play.place, names).see(changes)


def _ways(record: Record, seen: Record) -> Iterator[dict[str, str]]:
    """The other names that the Nodes may be told by.

    In which order a rollout comes to Nodes that are alike is chance: where no step names one, they are called by it.
    The order is that of the second Pods; where a rollout has not come to all Nodes, the others may be any.
    """
    nodes = list(record["kubelets"])
    if any("node" in step for step in record["script"]) or "daemonsets" not in record:
        return
    here = _rolled(seen, nodes)
    there = _rolled(record, nodes)
    if len(here) != len(there):
        here = []
        there = []
    others = [node for node in nodes if node not in there]
    left = [node for node in nodes if node not in here]
    for way in permutations(others):
        names = dict(zip([*here, *left], [*there, *way], strict=True))
        if any(node != alias for node, alias in names.items()):
            yield names


def _rolled(record: Record, nodes: Sequence[str]) -> list[str]:
    """The Nodes to which a rollout came, in the order in which it did."""
    second: dict[str, float] = {}
    for name, pod in record["pods"].items():
        node = name.partition("@")[2].partition("#")[0]
        if name.endswith("#2") and node in nodes:
            second[node] = pod["rows"][0]["t"]
    return sorted(second, key=lambda node: second[node])


def scenario(record: Record, seeds: Sequence[int] = SEEDS) -> list[Difference]:
    """(where, expected, got) for each difference of the model from a record, by the seed that comes nearest."""
    reference = filled(record)
    tries = (
        nearest(reference, candidate)
        for seed in seeds
        for candidate in replayed(record, seed)
    )
    best = next(tries)
    for found in tries:
        if not best:
            break
        best = min(best, found, key=len)
    return best
