"""The Eviction API: a deletion that a PodDisruptionBudget may stop.

Kubernetes: pkg/registry/core/pod/storage/eviction.go, EvictionREST.Create
"""

from __future__ import annotations

from k8slearn.apimachinery.errors import ApiError, failure, too_many_requests
from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import (
    Object,
    condition,
    conditions_with,
    is_deleting,
    name,
    namespace,
    timestamp,
    with_status,
)
from k8slearn.kinds.pod.state import is_pod_ready, phase
from k8slearn.kinds.poddisruptionbudget import selects, with_allowance

_REFUSED = "Cannot evict pod as it would violate the pod's disruption budget."
_SEVERAL = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
_LATER = 10
"""Seconds after which a client may ask again when the budget's controller has not caught up."""


def budgets_of(pod: Object, reader: Reader) -> list[Object]:
    """The budgets that select a Pod."""
    budgets = reader.list("PodDisruptionBudget", namespace(pod))
    return [budget for budget in budgets if selects(budget, pod)]


def charged(pod: Object, reader: Reader, now: float) -> Object | None:
    """The budget with the Pod as disrupted, None where none is asked. Raises ApiError 429, 500."""
    # What does not serve anybody is missed by nobody. Kubernetes: canIgnorePDB
    if phase(pod) in ("Succeeded", "Failed", "Pending") or is_deleting(pod):
        return None
    budgets = budgets_of(pod, reader)
    if len(budgets) > 1:
        raise failure(500, "", _SEVERAL)
    if not budgets or _is_free(pod, budgets[0]):
        return None
    return _decremented(budgets[0], pod, now)


def _is_free(pod: Object, budget: Object) -> bool:
    """Whether the Pod is not ready anyway, and the others are enough."""
    if is_pod_ready(pod):
        return False
    policy = budget["spec"].get("unhealthyPodEvictionPolicy", "IfHealthyBudget")
    status = budget["status"]
    wanted = status["desiredHealthy"]
    enough = status["currentHealthy"] >= wanted > 0
    return bool(policy == "AlwaysAllow" or enough)


def _decremented(budget: Object, pod: Object, now: float) -> Object:
    """Kubernetes: checkAndDecrement"""
    status = budget["status"]
    observed = status.get("observedGeneration", 0)
    if observed < budget["metadata"].get("generation", 0):
        text = f"The disruption budget {name(budget)} is still being processed by the server."
        raise _refusal(text, _LATER)
    allowed = status["disruptionsAllowed"]
    if not allowed:
        raise _refusal(_why_not(budget))
    disrupted = {**status.get("disruptedPods", {}), name(pod): timestamp(now)}
    left = with_status(budget, disruptionsAllowed=allowed - 1, disruptedPods=disrupted)
    # The condition changes with the last one that is allowed.
    if allowed == 1:
        return with_allowance(left, now)
    return left


def _refusal(text: str, wait: int = 0) -> ApiError:
    cause = {"reason": "DisruptionBudget", "message": text}
    return too_many_requests(_REFUSED, cause, wait)


def _why_not(budget: Object) -> str:
    status = budget["status"]
    about = f"The disruption budget {name(budget)}"
    healthy = status["currentHealthy"]
    wanted = status["desiredHealthy"]
    if healthy > wanted:
        return f"{about} does not allow evicting pods currently"
    return f"{about} needs {wanted} healthy pods and has {healthy} currently"


def marked(pod: Object, now: float) -> Object:
    """The Pod with the condition that says who is ending it."""
    return with_disruption(pod, "EvictionByEvictionAPI", "Eviction API: evicting", now)


def with_disruption(pod: Object, reason: str, message: str, now: float) -> Object:
    """The Pod with the condition DisruptionTarget; one that says the same already stays as it is."""
    old = condition(pod, "DisruptionTarget") or {}
    since = timestamp(now)
    if old.get("status") == "True":
        since = old["lastTransitionTime"]
    entry = {
        "type": "DisruptionTarget",
        "status": "True",
        "reason": reason,
        "message": message,
        "lastProbeTime": None,
        "lastTransitionTime": since,
    }
    return with_status(pod, conditions=conditions_with(pod, entry))
