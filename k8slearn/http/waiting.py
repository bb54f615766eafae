"""Whether a client waits for what is still under way, and whether that goes on."""

from __future__ import annotations

from collections import Counter

from k8slearn.apimachinery.objects import Object
from k8slearn.http.request import RequestInfo

Question = tuple[str, str, str]
"""Path, query and the form that is wanted."""
KUBECTL = "kubectl"
"""The name that it gives itself."""
PATIENCE = 3
"""How often the same may be asked of one moment before it counts as waiting: a learner may just look again."""
REMEMBERED = 64
"""Questions remembered about one moment; a client with more of them is looking around and does not wait."""


class Questions:
    """What was asked of the latest moment, and how often.

    A loop of a shell (`until kubectl get … | grep …; do sleep 1; done`) waits by asking again and again.
    """

    def __init__(self) -> None:
        self._revision = 0
        self._asked: Counter[Question] = Counter()

    def is_repeated(self, question: Question, revision: int) -> bool:
        """Whether it was asked in vain for long enough to call it waiting; `revision` is the latest write."""
        if revision != self._revision or len(self._asked) > REMEMBERED:
            self._asked.clear()
        self._revision = revision
        self._asked[question] += 1
        return self._asked[question] > PATIENCE


def one_object(info: RequestInfo) -> str:
    """The name of the one object that a watch is about, '' where it is about many."""
    if info.name:
        return info.name
    for term in info.list_options.fields:
        if term.field == "metadata.name" and term.equal:
            return term.value
    return ""


def is_rolled_out(o: Object) -> bool:
    """Whether `kubectl rollout status` has nothing to wait for.

    Kubernetes: kubectl pkg/polymorphichelpers, rollout_status.go
    """
    status = o.get("status", {})
    if status.get("observedGeneration", 0) < o["metadata"].get("generation", 0):
        return False
    if o["kind"] == "DaemonSet":
        wanted = status.get("desiredNumberScheduled", 0)
        updated = status.get("updatedNumberScheduled", 0)
        return bool(wanted <= updated and wanted <= status.get("numberAvailable", 0))
    if o["kind"] not in ("Deployment", "StatefulSet"):
        return False
    wanted = o["spec"]["replicas"]
    rolling = o["spec"].get("updateStrategy", {}).get("rollingUpdate") or {}
    updated = status.get("updatedReplicas", 0)
    # A Deployment's old Pods are counted until they have gone.
    old = status.get("replicas", 0) - updated
    kept = rolling.get("partition", 0)
    if old > kept or updated < wanted - kept:
        return False
    field = "availableReplicas" if o["kind"] == "Deployment" else "readyReplicas"
    return bool(wanted <= status.get(field, 0))


def counts_of(o: Object) -> tuple[int, ...]:
    """The numbers in an object's status: how many it has, wants, and so on."""
    found = []
    for field, value in o.get("status", {}).items():
        # That its latest change was seen is no progress with it.
        if type(value) is int and field != "observedGeneration":
            found.append(value)
    return tuple(found)
