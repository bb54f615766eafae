"""One attempt to schedule: the Node that is chosen, or which Pods must go so that a more important one fits.

Pure functions of objects, but for `make_room`.

Kubernetes: pkg/scheduler/framework/preemption/preemption.go; plugins/defaultpreemption, SelectVictimsOnNode
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from k8slearn.apimachinery.objects import (
    Object,
    condition,
    is_deleting,
    labels,
    name,
    namespace,
)
from k8slearn.apimachinery.selectors import selector_matches
from k8slearn.apiserver.client import Client
from k8slearn.apiserver.eviction import with_disruption
from k8slearn.scheduler.decide import choose, judge, listed
from k8slearn.scheduler.filters import Fit
from k8slearn.scheduler.situation import Situation, priority_of
from k8slearn.scheduler.volumes import PodVolumes

BY_SCHEDULER = "PreemptionByScheduler"
NO_VICTIMS = "No preemption victims found for incoming pod"
NOT_HELPFUL = "Preemption is not helpful for scheduling"
NEVER = "not eligible due to preemptionPolicy=Never."
WAITING = "not eligible due to a terminating pod on the nominated node."
_LATE = "9999"
"""A start later than all: that of a Pod whose kubelet has not taken it up."""

MAKING_ROOM = "default-scheduler: preempting to accommodate a higher priority pod"
# Two plugins look for a way out when nothing fits; the one about devices has nothing to take back.
_NO_CLAIMS = "no new claims to deallocate"


class Preemption(NamedTuple):
    """The Pods to end and their Node ('' for none), and what is told where that helps nowhere.

    `keeps` says that nothing is known that speaks against the Node that the Pod has been promised.
    """

    node: str = ""
    victims: tuple[Object, ...] = ()
    told: str = ""
    keeps: bool = False


class Scheduling(NamedTuple):
    """One attempt: the Node chosen ('' for none), how each Node fits, and the message when none does.

    `preemption` says whom it would take to make room, `volumes` are what there is to bind for the Pod on the Node.
    """

    node: str
    fits: tuple[Fit, ...]
    message: str = ""
    preemption: Preemption = Preemption()
    volumes: PodVolumes = PodVolumes()


class _Candidate(NamedTuple):
    node: str
    victims: tuple[Object, ...]
    violations: int


def schedule(pod: Object, seen: Situation) -> Scheduling:
    """Choose a Node for a Pod; where none fits, whom to end for it. Kubernetes: schedule_one.go, schedulingCycle"""
    chosen = choose(pod, seen)
    if not chosen.was_filtered:
        about = (chosen.node, chosen.fits, chosen.message)
        return Scheduling(*about, volumes=chosen.volumes)
    way_out = preempt(pod, chosen.fits, seen)
    message = chosen.message
    if not way_out.node:
        message = f"{message} {_NO_CLAIMS}, preemption: {way_out.told}"
    return Scheduling("", chosen.fits, message, way_out)


def preempt(pod: Object, fits: Sequence[Fit], seen: Situation) -> Preemption:
    """Whom to end for a Pod that fits nowhere. Kubernetes: Evaluator.Preempt"""
    if pod["spec"].get("preemptionPolicy") == "Never":
        return Preemption(told=NEVER)
    if _is_promised(pod, fits, seen):
        return Preemption(told=WAITING, keeps=True)
    candidates: list[_Candidate] = []
    reasons: Counter[str] = Counter()
    for fit in fits:
        if not fit.helped:
            continue
        found = _victims_on(pod, seen.nodes[fit.node], seen)
        if isinstance(found, _Candidate):
            candidates.append(found)
        else:
            reasons.update(found)
    if candidates:
        best = min(candidates, key=_cost)
        return Preemption(best.node, best.victims)
    total = len(seen.nodes)
    reasons[NOT_HELPFUL] = total - sum(fit.helped for fit in fits)
    return Preemption(told=f"0/{total} nodes are available: {listed(reasons.items())}.")


def _is_promised(pod: Object, fits: Sequence[Fit], seen: Situation) -> bool:
    """Whether room is being made already. Kubernetes: PodEligibleToPreemptOthers"""
    promised = pod.get("status", {}).get("nominatedNodeName", "")
    hopeless = any(
        fit.node == promised and fit.reasons and not fit.helped for fit in fits
    )
    if not promised or hopeless:
        return False
    mine = priority_of(pod)
    others = seen.pods_on(promised)
    return any(priority_of(o) < mine and is_being_preempted(o) for o in others)


def is_being_preempted(pod: Object) -> bool:
    """Whether a Pod ends because the scheduler makes room."""
    disrupted = condition(pod, "DisruptionTarget") or {}
    by_scheduler = disrupted.get("reason") == BY_SCHEDULER
    return is_deleting(pod) and disrupted.get("status") == "True" and by_scheduler


def _victims_on(
    pod: Object, node: Object, seen: Situation
) -> _Candidate | tuple[str, ...]:
    """The least important Pods that must go from a Node, or why that does not help."""
    mine = priority_of(pod)
    about = name(node)
    staying = [o for o in seen.pods_on(about) if priority_of(o) >= mine]
    lower = [o for o in seen.pods_on(about) if priority_of(o) < mine]
    if not lower:
        return (NO_VICTIMS,)
    alone = judge(pod, node, seen.with_pods(about, staying))
    if alone.reasons:
        return alone.reasons
    # All are taken off, then added back from the most important on: what no longer fits is a victim. Those whose
    # budget has nothing left are tried first.
    lower.sort(key=importance)
    protected = _violating(lower, seen.budgets)
    victims: list[Object] = []
    broken = 0
    for kept in (True, False):
        for other in lower:
            if (id(other) in protected) != kept:
                continue
            with_it = seen.with_pods(about, [*staying, other])
            if judge(pod, node, with_it).reasons:
                victims.append(other)
                broken += kept
            else:
                staying.append(other)
    return _Candidate(
        node=about, victims=tuple(sorted(victims, key=importance)), violations=broken
    )


def importance(pod: Object) -> tuple[int, bool, str]:
    """Sort key: the most important first, of equals the one that started first; who ends already comes last.

    Kubernetes: pkg/scheduler/util, MoreImportantPod
    """
    return -priority_of(pod), is_deleting(pod), started(pod)


def started(pod: Object) -> str:
    """When the kubelet started the Pod; later than all others where it has not yet."""
    return str(pod.get("status", {}).get("startTime") or _LATE)


def _violating(pods: Iterable[Object], budgets: Sequence[Object]) -> set[int]:
    """The ids of the Pods whose end a budget does not allow. Kubernetes: filterPodsWithPDBViolation"""
    left = [each.get("status", {}).get("disruptionsAllowed", 0) for each in budgets]
    found = set()
    for pod in pods:
        for place, budget in enumerate(budgets):
            if not labels(pod) or not _protects(budget, pod):
                continue
            left[place] -= 1
            if left[place] < 0:
                found.add(id(pod))
    return found


def _protects(budget: Object, pod: Object) -> bool:
    selector = budget.get("spec", {}).get("selector")
    # Here an empty selector protects nobody, other than in the Eviction API.
    if namespace(budget) != namespace(pod) or not selector:
        return False
    if name(pod) in (budget.get("status", {}).get("disruptedPods") or {}):
        return False
    return selector_matches(selector, labels(pod))


def _cost(candidate: _Candidate) -> tuple[object, ...]:
    """What a Node costs; the cheapest is taken. Kubernetes: pickOneNodeForPreemption"""
    victims = candidate.victims
    priorities = [priority_of(victim) for victim in victims]
    highest = max(priorities, default=0)
    # Each counts, even of negative priority: two cost more than one.
    total = sum(value + 2**31 for value in priorities)
    first = min(
        (started(v) for v in victims if priority_of(v) == highest), default=_LATE
    )
    return candidate.violations, highest, total, len(victims), _Later(first)


class _Later:
    """Orders times so that the later one comes first."""

    def __init__(self, time: str) -> None:
        self.time = time

    def __lt__(self, other: _Later) -> bool:
        return self.time > other.time

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Later) and self.time == other.time

    __hash__ = None  # type: ignore[assignment]


def make_room(client: Client, preemption: Preemption, now: float) -> Iterator[Object]:
    """End the victims, gracefully; yields each one that was asked to go. Kubernetes: prepareCandidate"""
    for victim in preemption.victims:
        found = client.get("Pod", name(victim), namespace(victim))
        # Who ends already needs no second request.
        if found is None or is_deleting(found):
            continue
        marked = with_disruption(found, BY_SCHEDULER, MAKING_ROOM, now)
        client.update_status(marked)
        client.delete("Pod", name(found), namespace(found))
        yield found
