"""Plays a script of steps on a cluster with a manual kubelet, and records the state after each step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import (
    Object,
    is_deleting,
    with_status,
)
from k8slearn.apimachinery.objects import name as name_of
from k8slearn.apiserver.client import Client
from k8slearn.apiserver.decoding import read
from k8slearn.cluster import Cluster
from k8slearn.kinds import resource
from k8slearn.kinds.node import new_node
from k8slearn.kinds.pod.state import (
    phase,
)
from k8slearn.scenario_pods import by_age, pods_of_step
from k8slearn.scenario_record import (
    count_events,
    describe_error,
    describe_eviction,
    look,
)

# Seconds without a change before a state is recorded, as for the real cluster.
QUIET = 0.7
# Seconds between steps: timestamps have whole seconds, and objects of two steps must differ in age.
TICK = 1.0
# Seconds after which a state is recorded although the cluster is still busy.
SETTLE_LIMIT = 600.0


@dataclass
class Scenario:
    """Steps such as `{"do": "add-nodes", "names": ["a1"]}`, each followed by some quiet simulated seconds."""

    steps: Sequence[Mapping[str, Any]]
    quiet: float = QUIET
    cluster: Cluster = field(default_factory=lambda: _recorded_cluster())
    records: list[Object] = field(default_factory=list)
    look: Callable[[Reader], Object] = look

    def play(self) -> list[Object]:
        """Do all steps; returns the state of the cluster after each."""
        for step in self.steps:
            self.records.append(self.do(step))
        return self.records

    def do(self, step: Mapping[str, Any]) -> Object:
        """Do one step, run until all is quiet, and return the state, with a refusal in `error`.

        Raises KeyError for an unknown step.
        """
        try:
            about = _STEPS[step["do"]](self.cluster, step) or {}
        except ApiError as refused:
            about = {"error": describe_error(refused)}
        self._rest(max(float(step.get("quiet", self.quiet)), TICK))
        return self.look(self.cluster.store) | about

    def events(self) -> dict[str, int]:
        """The numbers of Events by `<kind> <reason> <type> <source>`."""
        return count_events(self.cluster.store.list("Event"))

    def _rest(self, quiet: float) -> None:
        """Let time pass until nothing but Events was written for `quiet` seconds."""
        start = self.cluster.now
        while self.cluster.now < start + SETTLE_LIMIT:
            left = max(start, self.last_change()) + quiet - self.cluster.now
            # Sums of seconds have rounding errors.
            if left <= 1e-9:
                return
            self.cluster.run(left)

    def last_change(self) -> float:
        """The time of the last write other than of Events, which are also written at repeated refusals."""
        for change in reversed(self.cluster.store.log.changes):
            if change.key[0] != "Event":
                return change.time
        return 0.0


def _recorded_cluster() -> Cluster:
    # The recorded API server ran without the admission plugin ServiceAccount.
    return Cluster(kubelet="manual", service_accounts=False)


Step = Mapping[str, Any]


def add_nodes(cluster: Cluster, step: Step) -> None:
    """`add-nodes {names, labels?, taints?, unschedulable?, allocatable?, ready?, images?}`."""
    fields = ("labels", "taints", "unschedulable", "allocatable", "ready")
    about = {field: step[field] for field in fields if field in step}
    for name in step["names"]:
        node = new_node(name, cluster.now, made_up=True, **about)
        if "images" in step:
            node = with_status(node, images=step["images"])
        cluster.register(node)


def create(cluster: Cluster, step: Step) -> Object:
    """`create {object, validation?}`; unknown fields are refused unless `validation` is Warn, as a bare POST has it."""
    o = step["object"]
    warnings = []
    if "validation" in step:
        typed = read(o, kind=str(o.get("kind")), strict=step["validation"])
        o = typed.object
        warnings = typed.warnings
    told = _told(cluster, lambda: cluster.create(o))
    found = [*warnings, *told.get("warnings", ())]
    if found:
        return {"warnings": found}
    return {}


def patch(cluster: Cluster, step: Step) -> Object:
    """`patch {kind, name, patch, type, namespace?, sub?}`; the one `sub` is scale."""
    how = step.get("type", "strategic")
    place = step.get("namespace", "default")
    kind = step["kind"]
    name = step["name"]
    return _told(
        cluster,
        # A Scale has spec.replicas in the same place as the object, so the same patch will do.
        lambda: cluster.patch(kind, name, step["patch"], type=how, namespace=place),
    )


def _told(cluster: Cluster, write: Callable[[], object]) -> Object:
    """Make a write; returns the API server's warnings."""
    before = cluster.store.revision
    with cluster.lock:
        write()
        changes = cluster.store.log.changes[before:]
        warnings = [w for c in changes[-1:] for w in cluster.registry.warnings(c)]
    if warnings:
        return {"warnings": warnings}
    return {}


def delete(cluster: Cluster, step: Step) -> Object:
    """`delete {kind, name, propagationPolicy?, namespace?}`."""
    propagation = step.get("propagationPolicy")
    place = step.get("namespace", "default")
    cluster.delete(step["kind"], step["name"], propagation=propagation, namespace=place)
    kept = resource(step["kind"]).kept_warning
    if kept and propagation is None:
        return {"warnings": [kept]}
    return {}


def delete_pods(cluster: Cluster, step: Step) -> None:
    """`delete-pods {on, which?}`: delete all such Pods gracefully."""
    for pod in pods_of_step(cluster.store.list("Pod"), step):
        cluster.delete("Pod", name_of(pod), namespace=pod["metadata"]["namespace"])


def evict(cluster: Cluster, step: Step) -> Object:
    """`evict {on, which?, deleteOptions?}`: evict each Pod, the oldest first; returns the answers."""
    about = step.get("deleteOptions") or {}
    grace = about.get("gracePeriodSeconds")
    answers = []
    for pod in sorted(pods_of_step(cluster.store.list("Pod"), step), key=by_age):
        place = pod["metadata"]["namespace"]
        try:
            if about.get("dryRun"):
                rehearsal = Client(cluster.registry.rehearsal(), "user", "kubectl")
                rehearsal.evict(name_of(pod), place)
            else:
                cluster.evict(name_of(pod), namespace=place, grace=grace)
            answers.append({"code": 201})
        except ApiError as refused:
            answers.append(describe_eviction(refused))
        if step.get("apart"):
            cluster.settle()
    return {"evictions": answers}


def pods(cluster: Cluster, step: Step) -> None:
    """`pods {on, which?, become}`: set the state of Pods, as the kubelet; `unready` only applies to running Pods.

    Besides the states of `Cluster.become`: exitN (the container ended with code N), pulling (its image cannot be
    pulled), ended (a terminating Pod is reported Failed before it is gone).
    """
    become = str(step["become"])
    with cluster.lock:
        # The oldest first, which in a rollout are the old version's Pods; names have no order.
        for pod in sorted(pods_of_step(cluster.store.list("Pod"), step), key=by_age):
            _become(cluster, pod, become)
            if step.get("apart"):
                cluster.settle()


def _become(cluster: Cluster, pod: Object, become: str) -> None:
    # Only probes of running containers can fail.
    if become == "unready" and phase(pod) != "Running":
        return
    if become == "pulling":
        _report(cluster, pod, containerStatuses=_pulling(pod))
        return
    if become == "ended" and is_deleting(pod):
        _report(cluster, pod, phase="Failed")
    final = {"ended": "gone", "exit0": "succeeded"}.get(become, become)
    if final.startswith("exit"):
        final = "failed"
    namespace = pod["metadata"]["namespace"]
    cluster.become(name_of(pod), final, namespace=namespace)
    # The recorder let Pods fail as by a kubelet under pressure, which is in the status.
    if become == "failed" and pod["spec"].get("nodeName") and not is_deleting(pod):
        _report(cluster, cluster.get("Pod", name_of(pod), namespace), reason="Evicted")


def _pulling(pod: Object) -> list[Object]:
    waiting = {"waiting": {"reason": "ImagePullBackOff"}}
    about = {"imageID": "", "ready": False, "restartCount": 0, "state": waiting}
    return [
        {"name": container["name"], "image": container["image"], **about}
        for container in pod["spec"]["containers"]
    ]


def _report(cluster: Cluster, pod: Object, **changes: Any) -> None:
    """Write the Pod's status as its kubelet."""
    with cluster.control_plane.acting("kubelet", name_of(pod)):
        cluster.kubelet.client.update_status(with_status(pod, **changes))


def node_condition(cluster: Cluster, step: Step) -> None:
    """`node-condition {name, ready}`."""
    cluster.set_node_ready(step["name"], step["ready"])


def wait(cluster: Cluster, step: Step) -> None:
    """`wait {seconds}`."""
    cluster.run(step["seconds"])


def align_minute(cluster: Cluster, step: Step) -> None:
    """`align-minute {second}`: wait until this second of a minute."""
    cluster.run((step["second"] - cluster.now) % 60)


_STEPS: dict[str, Callable[[Cluster, Step], Object | None]] = {
    "add-nodes": add_nodes,
    "create": create,
    "patch": patch,
    "delete": delete,
    "delete-pods": delete_pods,
    "evict": evict,
    "pods": pods,
    "node-condition": node_condition,
    "wait": wait,
    "align-minute": align_minute,
}
