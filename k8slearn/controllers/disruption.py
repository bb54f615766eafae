"""The disruption controller: how many Pods of a PodDisruptionBudget are healthy, and how many may be evicted.

Kubernetes: pkg/controller/disruption/disruption.go, DisruptionController
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import (
    Object,
    controller_ref,
    full_name,
    is_deleting,
    name,
    namespace,
    percent_or_number,
    seconds_of,
    uid,
    with_status,
)
from k8slearn.apimachinery.selectors import selector_as_go
from k8slearn.apiserver.registry import Registry
from k8slearn.clock import Clock
from k8slearn.controllers.informer import WRITTEN
from k8slearn.controllers.recorder import Recorder
from k8slearn.controllers.runtime import Controller
from k8slearn.kinds import find_row
from k8slearn.kinds.kind import value_at
from k8slearn.kinds.pod.state import is_pod_ready
from k8slearn.kinds.poddisruptionbudget import selects, with_allowance, with_condition

ACTOR = "disruption-controller"
# It tells its Events under the name of the process, as no other controller does.
SOURCE = "controllermanager"
# An evicted Pod that is still there after so long was kept by somebody: it counts as healthy again.
DELETION_TIMEOUT = 120.0
_UNMANAGED = (
    "Pods selected by this PodDisruptionBudget (selector: {}) were found to be unmanaged. As a result, the status of "
    "the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please "
    'set ".spec.minAvailable" field of the PDB to an integer value.'
)


class NoScale(Exception):
    """The Pods belong to something that does not say how many it wants."""


class Healthy(NamedTuple):
    """How many Pods there should be, how many must be healthy, and how many are."""

    expected: int
    desired: int
    current: int

    @property
    def allowed(self) -> int:
        """How many may be evicted now."""
        if self.expected > 0:
            return max(self.current - self.desired, 0)
        return 0


class DisruptionController(Controller):
    """Keeps the status of PodDisruptionBudgets."""

    name = ACTOR
    kinds = ("PodDisruptionBudget", "Pod")

    def __init__(self, registry: Registry, clock: Clock, priority: int) -> None:
        super().__init__(registry, clock, priority)
        self.recorder = Recorder(self.client, SOURCE)
        self.informer.on("PodDisruptionBudget", self.on_budget, WRITTEN)
        self.informer.on("Pod", self.on_pod)

    def on_budget(self, change: Change) -> None:
        """Every change of a budget is looked at."""
        self.enqueue(full_name(change.object))

    def on_pod(self, change: Change) -> None:
        """A Pod that came, changed or went counts for the budgets that select it or did so."""
        budgets = self.informer.cache["PodDisruptionBudget"]
        if not budgets:
            return
        pod = change.object
        before = change.previous
        own = [budget for budget in budgets.values() if selects(budget, pod)]
        if len(own) > 1:
            self._tell_of_several(pod, own[0])
        for budget in budgets.values():
            was_meant = before is not None and selects(budget, before)
            if was_meant or budget in own:
                self.enqueue(full_name(budget))

    def _tell_of_several(self, pod: Object, budget: Object) -> None:
        """Kubernetes: getPdbForPod. Deviation: it then looks at one of them alone, here each is brought up to date."""
        about = f'Pod "{namespace(pod)}"/"{name(pod)}" matches multiple PodDisruptionBudgets.'
        text = f'{about}  Chose "{name(budget)}" arbitrarily.'
        self.recorder.record(pod, "Warning", "MultiplePodDisruptionBudgets", text)

    def sync(self, key: str) -> Healthy | None:
        """Count the Pods of one budget; returns what was counted. Kubernetes: trySync."""
        place, _, budget_name = key.partition("/")
        budget = self.client.get("PodDisruptionBudget", budget_name, place)
        if budget is None or is_deleting(budget):
            return None
        pods = [pod for pod in self.client.list("Pod", place) if selects(budget, pod)]
        if not pods:
            text = "No matching pods found"
            self.recorder.record(budget, "Normal", "NoPods", text)
        try:
            expected, desired = self._wanted(budget, pods)
        except NoScale as reason:
            text = f"Failed to calculate the number of expected pods: {reason}"
            why = "CalculateExpectedPodCountFailed"
            self.recorder.record(budget, "Warning", why, text)
            self._fail_safe(budget, str(reason))
            return None
        disrupted = self._disrupted(budget, pods)
        found = Healthy(
            expected=expected, desired=desired, current=_healthy(pods, disrupted)
        )
        self._write_status(budget, found, disrupted)
        return found

    def _wanted(self, budget: Object, pods: list[Object]) -> tuple[int, int]:
        """How many Pods are expected, and how many of them healthy. Kubernetes: getExpectedPodCount."""
        spec = budget["spec"]
        least = spec.get("minAvailable")
        if isinstance(least, int):
            return len(pods), least
        most = spec.get("maxUnavailable")
        if least is None and most is None:
            return 0, 0
        expected = self._expected_scale(budget, pods)
        if least is not None:
            return expected, percent_or_number(least, expected)
        return expected, max(expected - percent_or_number(most, expected), 0)

    def _expected_scale(self, budget: Object, pods: list[Object]) -> int:
        """The replicas that the Pods' controllers want. Raises NoScale. Kubernetes: getExpectedScale"""
        unmanaged = False
        scales: dict[str, int] = {}
        for pod in pods:
            ref = controller_ref(pod)
            if ref is None:
                unmanaged = True
                continue
            # Two ReplicaSets of one Deployment in mid-rollout are one scale.
            owner, replicas = self._scale_of(pod, ref)
            scales[owner] = replicas
        if unmanaged:
            text = _UNMANAGED.format(selector_as_go(budget["spec"].get("selector")))
            self.recorder.record(budget, "Warning", "UnmanagedPods", text)
        return sum(scales.values())

    def _scale_of(self, pod: Object, ref: Object) -> tuple[str, int]:
        """The uid of what scales a Pod, and the replicas that it wants. Raises NoScale. Kubernetes: finders"""
        version, kind = ref["apiVersion"], ref["kind"]
        row = find_row(version, kind) or self.client.registry.custom.find(version, kind)
        if row is None:
            raise NoScale(f'no matches for kind "{kind}" in version "{version}"')
        if not row.scalable:
            # A DaemonSet has as many Pods as there are Nodes, a Job as many as it takes.
            raise NoScale(f"{row.qualified} does not implement the scale subresource")
        owner = self.client.get(row.stored_kind, ref["name"], namespace(pod))
        if owner is None or uid(owner) != ref["uid"]:
            raise NoScale(f'found no controllers for pod "{name(pod)}"')
        above = controller_ref(owner)
        if kind == "ReplicaSet" and above is not None and above["kind"] == "Deployment":
            deployment = self.client.get("Deployment", above["name"], namespace(pod))
            if deployment is not None and uid(deployment) == above["uid"]:
                owner = deployment
        return uid(owner), value_at(owner, row.scale_paths[0]) or 0

    def _fail_safe(self, budget: Object, why: str) -> None:
        """Allow nothing while nothing is known. Kubernetes: failSafe."""
        safe = with_status(budget, disruptionsAllowed=0)
        safe = with_condition(safe, "False", "SyncFailed", why, self.clock.now)
        self.client.update_status(safe)

    def _disrupted(self, budget: Object, pods: Iterable[Object]) -> dict[str, str]:
        """Pods that were evicted just now and are not yet marked. Kubernetes: buildDisruptedPodMap."""
        known = budget["status"].get("disruptedPods") or {}
        found = {}
        for pod in pods:
            since = known.get(name(pod))
            if since is None or is_deleting(pod):
                continue
            left = seconds_of(since) + DELETION_TIMEOUT - self.clock.now
            if left <= 0:
                text = f"Pod was expected by PDB {full_name(budget)} to be deleted but it wasn't"
                self.recorder.record(pod, "Warning", "NotDeleted", text)
                continue
            found[name(pod)] = since
            self.enqueue_after(full_name(budget), left)
        return found

    def _write_status(
        self, budget: Object, found: Healthy, disrupted: dict[str, str]
    ) -> None:
        counted = with_status(
            budget,
            currentHealthy=found.current,
            desiredHealthy=found.desired,
            expectedPods=found.expected,
            disruptionsAllowed=found.allowed,
            disruptedPods=disrupted or None,
            observedGeneration=budget["metadata"]["generation"],
        )
        self.client.update_status(with_allowance(counted, self.clock.now))


def _healthy(pods: Iterable[Object], disrupted: dict[str, str]) -> int:
    """Kubernetes: countHealthyPods."""
    staying = (
        pod for pod in pods if not is_deleting(pod) and name(pod) not in disrupted
    )
    return sum(is_pod_ready(pod) for pod in staying)
