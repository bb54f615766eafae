"""Finds the Nodes that block a rollout that stands still, the reasons, and remedies."""

from __future__ import annotations

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.objects import Object, condition, is_deleting, name
from k8slearn.cluster import Cluster
from k8slearn.controllers.daemon.placement import create_pod_template, pod_for
from k8slearn.explain import Outlook, outlook, why_rollout, why_scheduled
from k8slearn.explain.why_containers import why_containers
from k8slearn.explain.why_pod import state_of
from k8slearn.explain.why_refused import why_refused
from k8slearn.kinds.priorityclass import admit_pod
from k8slearn.kubelet.admission import pressures_of, under_pressure
from k8slearn.locale import rehearsal as words
from k8slearn.rehearsal.new_version import NewVersion
from k8slearn.rehearsal.results import Blockage, Stuck, Suggestion
from k8slearn.rehearsal.run import DryRun, current
from k8slearn.rehearsal.workshop import Workshop
from k8slearn.remedies import stands, what_would_it_take

# At most this many stuck Nodes are explained: the others mostly wait for the same thing.
MOST = 10
# At most this many remedies are tried: each costs a fork, and the obvious ones come first.
TRIES = 8
# The best remedy, and an alternative.
SUGGESTED = 2


def stuck_nodes(run: DryRun, version: NewVersion) -> list[str]:
    """The Nodes that block the rollout: begun and not done, or counted against the limit.

    A Node that should no longer have a Pod counts as well while its old Pod does not end.
    """
    cluster = run.cluster
    absences = run.absences
    rollout = outlook(cluster.store, current(cluster, version), cluster.now).rollout
    found = set(rollout.busy) if rollout is not None else set()
    for node in absences.wanted - run.done:
        pods = absences.pods_on(node)
        untouched = [pod for pod in pods if not is_deleting(pod)]
        new = [pod for pod in untouched if name(pod) in absences.new]
        # A working old Pod waits for its turn; a broken one would have been replaced at once.
        if new or len(untouched) < len(pods) or not pods:
            found.add(node)
    return sorted(found - run.done)


def standstill(shop: Workshop, run: DryRun) -> Blockage:
    """Describe where a run stands still, and why."""
    nodes = stuck_nodes(run, shop.version)
    cluster = run.cluster
    daemon_set = current(cluster, shop.version)
    found = outlook(cluster.store, daemon_set, cluster.now)
    stuck = []
    for node in nodes[:MOST]:
        # Without repetitions: two containers may wait for the same image.
        reasons = dict.fromkeys(_reasons(run, found, node))
        zone = run.zones.get(node, "")
        stuck.append(Stuck(node, zone, shop.mask(reasons)))
    waiting = run.absences.wanted - run.done - set(nodes)
    told: list[str] = []
    if waiting:
        answer = why_rollout(found)
        told = [answer.answer, *[reason.text for reason in answer.reasons]]
    remedies = _remedies(shop, run)
    return Blockage(tuple(stuck), len(waiting), shop.mask(told), remedies)


def _remedies(shop: Workshop, run: DryRun) -> tuple[Suggestion, ...]:
    """The smallest changes that unblock the rollout where it stands."""
    version = shop.version
    asked = stands(version.name, namespace=version.namespace)
    found = []
    for remedy in what_would_it_take(run.cluster, asked, TRIES)[:SUGGESTED]:
        # Waiting alone does not help a rollout that has stood still for long.
        if remedy.edits:
            text, lines, proof = shop.mask([remedy.text, remedy.kubectl, remedy.proof])
            effects = shop.mask(remedy.effects)
            found.append(Suggestion(text, lines, proof, effects))
    return tuple(found)


def _reasons(run: DryRun, found: Outlook, node: str) -> list[str]:
    cluster = run.cluster
    pods = run.absences.pods_on(node)
    told = []
    silent = _why_silent(cluster, node)
    if node in cluster.control_plane.kubelet.faults.silent:
        key = "silent_ending" if any(map(is_deleting, pods)) else "silent"
        told.append(
            words.STUCK[key].format(
                node=node,
                ready=silent,
            )
        )
        # The Pods' status is outdated where the Node's kubelet is silent.
        return told
    pressures = pressures_on(cluster, found.daemon_set, node)
    if pressures:
        told.append(words.STUCK["pressure"].format(node=node, pressures=pressures))
        # Pods fail and are deleted in turn there: the present one adds no information.
        return told
    if not pods:
        refused = why_refused(cluster.store, found.daemon_set)
        return [each.text for each in refused] or [words.STUCK["no_pod"]]
    for pod in pods:
        state = state_of(found.daemon_set, pod, cluster.now)
        told.append(
            words.STUCK["pod"].format(
                pod=_kind(run, pod),
                state=state,
            )
        )
        told += _of_pod(run, pod)
    return told


def pressures_on(cluster: Cluster, daemon_set: Object, node: str) -> str:
    """The pressures in words for which the Node's kubelet refuses Pods of the DaemonSet; '' for none."""
    found = cluster.store.get("Node", node)
    pressures = pressures_of(found) if found else []
    if not pressures:
        return ""
    pod = pod_for(create_pod_template(daemon_set, ""), node)
    try:
        admitted = admit_pod(pod, cluster.store)
    except ApiError:
        # A Pod whose priority class is missing is not even created.
        return ""
    refusal = under_pressure(admitted, pressures)
    return words.COMMA.join(pressures) if refusal else ""


def _kind(run: DryRun, pod: Object) -> str:
    return words.STUCK["new" if name(pod) in run.absences.new else "old"]


def _of_pod(run: DryRun, pod: Object) -> list[str]:
    store = run.cluster.store
    if is_deleting(pod):
        held = pod["metadata"].get("finalizers")
        if held:
            return [words.STUCK["finalizers"].format(names="、".join(held))]
        return []
    if not pod["spec"].get("nodeName"):
        return [each.text for each in why_scheduled(store, pod).reasons]
    return [each.text for each in why_containers(store, pod) if each.holds is False]


def _why_silent(cluster: Cluster, node: str) -> str:
    found = cluster.store.get("Node", node)
    ready = condition(found, "Ready") if found else None
    return str(ready["status"]) if ready else words.NOTHING
