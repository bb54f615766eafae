"""Which Node a Pod goes to, and in the real words why to none. Pure functions of objects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from k8slearn.apimachinery.objects import Object, name
from k8slearn.scheduler.filters import Fit, fits, named_nodes, plugin_of
from k8slearn.scheduler.score import best
from k8slearn.scheduler.situation import Situation
from k8slearn.scheduler.topology import Topology, topology_of
from k8slearn.scheduler.volume_restrictions import (
    Restrictions,
    refused,
    restrictions_of,
)
from k8slearn.scheduler.volumes import PodClaims, PodVolumes, find_volumes, pod_claims

CONFLICT = "pod affinity terms conflict"


class ScheduleResult(NamedTuple):
    """The Node chosen ('' for none), how each Node fits, and the message when none does.

    `was_filtered`: the Pod came as far as the Nodes, so that another Pod's end may help it; `volumes` are what there is
    to bind for it on the Node.
    """

    node: str
    fits: tuple[Fit, ...]
    message: str = ""
    was_filtered: bool = False
    volumes: PodVolumes = PodVolumes()


class _Needs(NamedTuple):
    """What a Pod asks for besides its Node, worked out once for all Nodes; None for what it does not ask for."""

    topology: Topology | None
    claims: PodClaims | None
    alone: Restrictions | None


def _needs(pod: Object, seen: Situation, claims: PodClaims | None) -> _Needs:
    return _Needs(topology_of(pod, seen), claims, restrictions_of(pod, claims, seen))


def choose(pod: Object, seen: Situation) -> ScheduleResult:
    """Choose a Node for a Pod, of those that fit the one with the best score.

    Kubernetes: pkg/scheduler/schedule_one.go, schedulePod
    """
    if not seen.nodes:
        return ScheduleResult(
            node="", fits=(), message="no nodes available to schedule pods"
        )
    named = named_nodes(pod["spec"])
    claims = pod_claims(pod, seen.reader)
    hopeless = claims.problem if claims else ""
    if named == set():
        hopeless = CONFLICT
    if hopeless:
        text = f"0/{len(seen.nodes)} nodes are available: {hopeless}. not found"
        return ScheduleResult(node="", fits=(), message=text)
    looked_at: Iterable[Object] = seen.nodes.values()
    if named is not None:
        # A daemon Pod names its Node: the PreFilter of nodeaffinity passes over all others, unlooked at.
        looked_at = [seen.nodes[name] for name in sorted(named) if name in seen.nodes]
    needs = _needs(pod, seen, claims)
    found = tuple(_promised_fit(pod, node, seen, needs) for node in looked_at)
    fitting = {fit.node: fit for fit in found if not fit.reasons}
    if fitting:
        nodes = [seen.nodes[node] for node in fitting]
        chosen = name(nodes[0]) if len(nodes) == 1 else best(pod, nodes, seen)
        return ScheduleResult(chosen, found, volumes=fitting[chosen].volumes)
    promised = pod.get("status", {}).get("nominatedNodeName", "")
    message = fit_error(found, len(seen.nodes), promised)
    return ScheduleResult(node="", fits=found, message=message, was_filtered=True)


def _promised_fit(pod: Object, node: Object, seen: Situation, needs: _Needs) -> Fit:
    """How a Pod fits, also beside those that the Node is kept for. Kubernetes: RunFilterPluginsWithNominatedPods"""
    if seen.nominated:
        about = name(node)
        coming = seen.waiting_for(about, pod)
        if coming:
            full = seen.with_pods(about, [*seen.pods_on(about), *coming])
            fit = _fit(pod, node, full, _needs(pod, full, needs.claims))
            if fit.reasons:
                return fit
    return _fit(pod, node, seen, needs)


def _fit(pod: Object, node: Object, seen: Situation, needs: _Needs) -> Fit:
    others = seen.running.get(name(node), {}).values()
    fit = fits(pod, node, others)
    if fit.reasons:
        return fit
    if needs.alone is not None:
        reason = refused(needs.alone, others)
        if reason:
            return Fit(name(node), (reason,), helped=True)
    if needs.claims is not None and seen.reader is not None:
        volumes = find_volumes(needs.claims, node, seen.reader)
        if volumes.reasons:
            return Fit(name(node), volumes.reasons)
        fit = fit._replace(volumes=volumes)
    if needs.topology is None:
        return fit
    return needs.topology.refusal(node) or fit


def judge(pod: Object, node: Object, seen: Situation) -> Fit:
    """Whether a Pod fits on a Node in a situation."""
    needs = _needs(pod, seen, pod_claims(pod, seen.reader))
    return _promised_fit(pod, node, seen, needs)


def listed(counts: Iterable[tuple[str, int]]) -> str:
    """`1 reason, 2 other reason`, sorted as the text, so that 10 comes before 2: as upstream does."""
    return ", ".join(sorted(f"{n} {reason}" for reason, n in counts if n))


def fit_error(found: Sequence[Fit], total: int, promised: str = "") -> str:
    """The message of FailedScheduling. Kubernetes: pkg/scheduler/framework/types.go, FitError.Error."""
    counts = Counter(reason for fit in found for reason in fit.reasons)
    # The Node that was promised is looked at before the others are passed over, and what it lacks is told of them.
    plugins = {"NodeAffinity"}
    for fit in found:
        if fit.node == promised:
            plugins |= {plugin_of(reason) for reason in fit.reasons}
    passed_over = f"node(s) didn't satisfy plugin(s) [{' '.join(sorted(plugins))}]"
    counts[passed_over] += total - len(found)
    return f"0/{total} nodes are available: {listed(counts.items())}."
