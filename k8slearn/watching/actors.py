"""Who made a write: derived from the new entry of managedFields, by its manager, the kind and the subresource.

All controllers of a cluster share one manager's name, so which of them it was follows from what was written.
Kubernetes: apimachinery/pkg/util/managedfields; cmd/kube-controller-manager/app, one User-Agent for all
"""

from __future__ import annotations

from collections.abc import Sequence

from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import (
    HASH_LABEL,
    Key,
    Object,
    condition,
    controller_ref,
    controller_uid,
    is_deleting,
    labels,
    namespace,
)
from k8slearn.locale import watching as words

_ALL = "kube-controller-manager"
# k3s and MicroK8s run every component in one process, which signs for all of them.
_ONE_PROCESS = ("k3s", "kubelite")
_KUBELETS = ("kubelet", "kubelet.exe")
_SCHEDULERS = ("kube-scheduler", "default-scheduler")
_STATUS = "status"
LIKELY = "daemonset-controller?"
"""The DaemonSet controller, most likely."""
# Which controller writes objects of a kind, by the subresource.
_OF_KIND = {
    ("DaemonSet", ""): "daemonset-controller",
    ("DaemonSet", _STATUS): "daemonset-controller",
    ("Deployment", ""): "deployment-controller",
    ("Deployment", _STATUS): "deployment-controller",
    ("ReplicaSet", ""): "deployment-controller",
    ("ReplicaSet", _STATUS): "replicaset-controller",
    ("StatefulSet", _STATUS): "statefulset-controller",
    ("Job", _STATUS): "job-controller",
    ("CronJob", _STATUS): "cronjob-controller",
    ("Node", ""): "node-lifecycle",
    ("Node", _STATUS): "node-lifecycle",
    ("Endpoints", ""): "endpointslice",
    ("EndpointSlice", ""): "endpointslice",
    ("Namespace", _STATUS): "namespace-controller",
    ("PodDisruptionBudget", _STATUS): "disruption-controller",
    ("ResourceQuota", _STATUS): "resourcequota-controller",
}
# Which controller makes what an object of this kind owns.
_OF_OWNER = {
    "DaemonSet": "daemonset-controller",
    "ReplicaSet": "replicaset-controller",
    "StatefulSet": "statefulset-controller",
    "Job": "job-controller",
    "CronJob": "cronjob-controller",
}
# The actor by the reason of the condition DisruptionTarget. Kubernetes: api/core/v1/types.go PodReason…
_DISRUPTIONS = {
    "DeletionByTaintManager": "taint-eviction",
    "DeletionByPodGC": "pod-gc",
    "PreemptionByScheduler": "scheduler",
}


def actor_of(kind_of_change: str, o: Object, before: Object | None) -> str:
    """The actor of a write, by its name in the model's log; for other clients, the name that they sign with."""
    if o["kind"] == "Event":
        return _reporter(o)
    if kind_of_change == "DELETED":
        return _remover(o)
    if before is not None and is_deleting(o) and not is_deleting(before):
        return _deleter(o)
    if before is not None and _bound(o) and not _bound(before):
        # A binding leaves no entry in managedFields.
        return "scheduler"
    entry = newest_entry(o, before)
    if entry is None:
        return words.SOMEBODY
    manager = str(entry.get("manager", ""))
    return component_of(manager, o, str(entry.get("subresource", "")))


def component_of(manager: str, o: Object, subresource: str) -> str:
    """The component behind (manager, kind, subresource); the name of any other manager is returned as it is."""
    kind = o["kind"]
    if manager in _KUBELETS:
        return "kubelet"
    if manager in _SCHEDULERS:
        return "scheduler"
    if manager in _ONE_PROCESS and subresource == _STATUS and kind in ("Pod", "Node"):
        return "kubelet"
    if manager != _ALL and manager not in _ONE_PROCESS:
        return manager or words.SOMEBODY
    if kind == "Pod" and subresource == _STATUS:
        return _disruptor(o) or "node-lifecycle"
    owner = controller_ref(o)
    if owner is not None and not subresource and owner["kind"] in _OF_OWNER:
        return _OF_OWNER[owner["kind"]]
    return _OF_KIND.get((kind, subresource), manager)


def newest_entry(o: Object, before: Object | None) -> Object | None:
    """The entry of managedFields that this write made or renewed, None where there is none."""
    entries = _entries(o)
    known = _entries(before) if before is not None else ()
    fresh = [entry for entry in entries if entry not in known]
    if not fresh and before is not None:
        # A second write of the same fields within a second changes no entry.
        written = _STATUS if o.get("status") != before.get("status") else ""
        fresh = [entry for entry in entries if entry.get("subresource", "") == written]
    return max(fresh, key=lambda entry: str(entry.get("time", "")), default=None)


def likely_deleter(pod: Object, reader: Reader) -> str:
    """Who most likely deleted a Pod where no Event says so: its DaemonSet's rolling update, or SOMEBODY.

    A controller's Events are limited to the first 25 Pods. Kubernetes: client-go/tools/record/events_cache.go
    """
    owner = controller_ref(pod)
    if (
        owner is None
        or owner["kind"] != "DaemonSet"
        or condition(pod, "DisruptionTarget")
    ):
        return words.SOMEBODY
    own = namespace(pod)
    daemon_set = reader.get("DaemonSet", owner["name"], own)
    if daemon_set is None or not _is_rolling_update(daemon_set):
        return words.SOMEBODY
    newest = -1
    wanted = ""
    for revision in reader.list("ControllerRevision", own):
        number = int(revision.get("revision", 0))
        if controller_uid(revision) == owner["uid"] and number > newest:
            newest, wanted = number, labels(revision).get(HASH_LABEL, "")
    if wanted and labels(pod).get(HASH_LABEL) != wanted:
        return LIKELY
    return words.SOMEBODY


def _is_rolling_update(daemon_set: Object) -> bool:
    strategy = daemon_set["spec"].get("updateStrategy") or {}
    return bool(strategy.get("type", "RollingUpdate") == "RollingUpdate")


def deleted_pod(event: Object) -> Key | None:
    """The key of the Pod that a controller's Event says it has deleted, None for any other Event.

    Kubernetes: pkg/controller/controller_utils.go, SuccessfulDeletePodReason
    """
    if event.get("reason") != "SuccessfulDelete":
        return None
    start, _, name = str(event.get("message", "")).partition(": ")
    if start.lower() != "deleted pod" or not name:
        return None
    return "Pod", event["metadata"].get("namespace", ""), name


def _entries(o: Object) -> Sequence[Object]:
    return o["metadata"].get("managedFields") or ()


def _bound(o: Object) -> bool:
    return o["kind"] == "Pod" and bool(o["spec"].get("nodeName"))


def _reporter(event: Object) -> str:
    source = event.get("source") or {}
    name = event.get("reportingComponent") or source.get("component") or ""
    if name in _SCHEDULERS:
        return "scheduler"
    return str(name) or words.SOMEBODY


def _disruptor(pod: Object) -> str:
    disrupted = condition(pod, "DisruptionTarget") or {}
    return _DISRUPTIONS.get(str(disrupted.get("reason")), "")


def _deleter(o: Object) -> str:
    """Who asked for a deletion: known from a Pod's disruption condition only, else SOMEBODY."""
    if o["kind"] == "Pod":
        return _disruptor(o) or words.SOMEBODY
    return words.SOMEBODY


def _remover(o: Object) -> str:
    """Who removed an object: for a Pod on a Node its kubelet, once its containers have ended."""
    if is_deleting(o) and _bound(o):
        return "kubelet"
    return words.SOMEBODY
