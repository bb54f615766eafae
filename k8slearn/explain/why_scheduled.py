"""Where would the scheduler put a Pod, and if nowhere, why?"""

from __future__ import annotations

from collections.abc import Iterable

from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import Object, name
from k8slearn.explain.sentences import Explanation, Sentence
from k8slearn.kinds.pod.state import host_ports
from k8slearn.kinds.taint import taint_text
from k8slearn.locale import explain as words
from k8slearn.scheduler.filters import (
    CORDONED,
    FOES,
    GUARDED,
    NO_DOMAIN,
    NO_FRIENDS,
    NO_NODE_LABELS,
    NO_PORTS,
    NO_TOLERATION,
    SKEWED,
    Fit,
    untolerated_taints,
)
from k8slearn.scheduler.preemption import (
    NEVER,
    WAITING,
    Scheduling,
    is_being_preempted,
    schedule,
)
from k8slearn.scheduler.resources import LACKING, TOO_MANY_PODS, milli_value, requests
from k8slearn.scheduler.situation import (
    Situation,
    observed,
    priority_of,
)
from k8slearn.scheduler.volume_restrictions import IN_USE, NO_DISK
from k8slearn.scheduler.volumes import NO_MATCH, OTHER_ZONE, OUT_OF_REACH, pod_claims

REFUSALS = {
    CORDONED: words.SCHEDULER_REFUSALS["cordoned"],
    NO_TOLERATION: words.SCHEDULER_REFUSALS["no toleration"],
    NO_NODE_LABELS: words.SCHEDULER_REFUSALS["no labels"],
    NO_PORTS: words.SCHEDULER_REFUSALS["no ports"],
    TOO_MANY_PODS: words.SCHEDULER_REFUSALS["too many"],
    SKEWED: words.SCHEDULER_REFUSALS["skewed"],
    NO_DOMAIN: words.SCHEDULER_REFUSALS["no domain"],
    NO_FRIENDS: words.SCHEDULER_REFUSALS["no friends"],
    FOES: words.SCHEDULER_REFUSALS["foes"],
    GUARDED: words.SCHEDULER_REFUSALS["guarded"],
    OUT_OF_REACH: words.SCHEDULER_REFUSALS["out of reach"],
    OTHER_ZONE: words.SCHEDULER_REFUSALS["other zone"],
    NO_MATCH: words.SCHEDULER_REFUSALS["no volume"],
    NO_DISK: words.SCHEDULER_REFUSALS["no disk"],
    IN_USE: words.SCHEDULER_REFUSALS["in use"],
}
"""The scheduler's sentence → ours, with the numbers that the scheduler does not tell."""


def why_scheduled(reader: Reader, pod: Object) -> Explanation:
    """What the scheduler makes of a Pod that is not bound, Node by Node, with its numbers."""
    seen = observed(reader)
    result = schedule(pod, seen)
    reasons: list[Sentence] = []
    for fit in result.fits:
        others = seen.pods_on(fit.node)
        reasons += _reasons(pod, seen.nodes[fit.node], fit, others)
    # Its affinity names a Node that is gone, so no Node was even looked at.
    if not result.fits:
        # The scheduler's message says what is wrong with it.
        claims = pod_claims(pod, reader)
        hopeless = claims is not None and claims.problem
        text = words.NO_CLAIM if hopeless else words.NO_TARGET
        reasons.append(Sentence(text, False))
    elif not result.node:
        reasons += _way_out(pod, result, seen)
    elif result.volumes.claims:
        waiting = _names(result.volumes.claims)
        text = words.WAITS_FOR_VOLUMES.format(claims=waiting)
        reasons.append(Sentence(text, False))
    answer = words.SCHEDULER_ANSWERS["fits" if result.node else "nowhere"]
    text = answer.format(node=result.node, message=result.message)
    return Explanation(about=name(pod), answer=text, reasons=tuple(reasons))


def _way_out(pod: Object, result: Scheduling, seen: Situation) -> list[Sentence]:
    """Whom it takes to make room, or why nobody goes."""
    found = result.preemption
    texts = words.PREEMPTION
    about = {"priority": priority_of(pod), "node": found.node, "victims": ""}
    if found.victims:
        about["victims"] = _names(found.victims)
        return [Sentence(texts["victims"].format(**about), True)]
    if found.told == NEVER:
        return [Sentence(texts["never"], False)]
    if found.told == WAITING:
        node = pod["status"]["nominatedNodeName"]
        ending = [o for o in seen.pods_on(node) if is_being_preempted(o)]
        about |= {"node": node, "victims": _names(ending)}
        return [Sentence(texts["waiting"].format(**about))]
    # Where no Pod stands in the way, priority has nothing to do with it.
    if any(fit.helped for fit in result.fits):
        return [Sentence(texts["none"].format(**about), False)]
    return []


def _names(pods: Iterable[Object]) -> str:
    return "、".join(name(pod) for pod in pods)


def _reasons(
    pod: Object,
    node: Object,
    fit: Fit,
    others: list[Object],
) -> list[Sentence]:
    if not fit.reasons:
        return [Sentence(words.FITS.format(node=fit.node), True)]
    texts = [_refusal(pod, node, reason, others) for reason in fit.reasons]
    return [Sentence(text, False) for text in texts]


def _refusal(
    pod: Object,
    node: Object,
    reason: str,
    others: list[Object],
) -> str:
    """One of the scheduler's reasons, with what it was that did not fit."""
    if reason.startswith(LACKING):
        numbers = _numbers(pod, node, reason.removeprefix(LACKING), others)
        return words.LACKING.format(node=name(node), **numbers)
    ports = [str(port) for _, _, port in sorted(host_ports(pod))]
    text = REFUSALS.get(reason, words.OTHER_REFUSAL)
    return text.format(
        node=name(node),
        reason=reason,
        taints=_taints(pod, node),
        ports="、".join(ports),
        **_numbers(pod, node, "pods", others),
    )


def _taints(pod: Object, node: Object) -> str:
    # PreferNoSchedule is left out: it never refuses.
    refusing = untolerated_taints(pod["spec"], node)
    return "、".join(taint_text(taint) for taint in refusing)


def _numbers(
    pod: Object,
    node: Object,
    resource: str,
    others: Iterable[Object],
) -> dict[str, str]:
    """How much of a resource the Pod wants, and how the Node stands with it, as text with units."""
    allocatable = node.get("status", {}).get("allocatable") or {}
    total = milli_value(allocatable.get(resource, 0))
    used = sum(requests(other).get(resource, 0) for other in others)
    numbers = {
        "wanted": requests(pod).get(resource, 0),
        "total": total,
        "used": used,
        "free": max(total - used, 0),
    }
    texts = {what: _amount(resource, number) for what, number in numbers.items()}
    return {"resource": resource, **texts}


def _amount(resource: str, thousandths: int) -> str:
    """500m of a CPU, 64Mi of memory, plain numbers of the rest."""
    if resource in ("memory", "ephemeral-storage"):
        return f"{thousandths / 1000 / 2**20:g}Mi"
    if resource == "cpu" and thousandths % 1000:
        return f"{thousandths}m"
    return f"{thousandths // 1000}"
