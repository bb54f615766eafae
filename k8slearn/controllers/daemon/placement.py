"""Which Nodes a DaemonSet wants, and the Pod it makes for one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from k8slearn.apimachinery.objects import (
    GENERATION_LABEL,
    HASH_LABEL,
    TEMPLATE_GENERATION,
    Object,
    annotations_of,
    labels,
    name,
)
from k8slearn.apimachinery.selectors import (
    Requirement,
    TaintVerdict,
    judge_taint,
    look_at_labels,
    look_at_term,
    required_terms,
    term_matches,
    untolerated,
)
from k8slearn.controllers.templates import pod_from_template
from k8slearn.kinds.pod.state import affinity_for
from k8slearn.kinds.taint import (
    DISK_PRESSURE,
    MEMORY_PRESSURE,
    NETWORK_UNAVAILABLE,
    NOT_READY,
    PID_PRESSURE,
    UNREACHABLE,
    UNSCHEDULABLE,
)
from k8slearn.kinds.types import AnyDaemonSet

_PLACING = ("nodeName", "nodeSelector", "affinity", "tolerations", "hostNetwork")

# What reports a Node's trouble must not be driven away by it; for the two NoExecute ones the daemon Pod of a Node that
# is down stays there. Kubernetes: pkg/controller/daemon/util, AddOrUpdateDaemonPodTolerations.
ADDED_TOLERATIONS = (
    (NOT_READY, "NoExecute"),
    (UNREACHABLE, "NoExecute"),
    (DISK_PRESSURE, "NoSchedule"),
    (MEMORY_PRESSURE, "NoSchedule"),
    (PID_PRESSURE, "NoSchedule"),
    (UNSCHEDULABLE, "NoSchedule"),
)
# Whoever uses the host's network does not wait for the Pods' network; it may be what sets that up.
HOST_NETWORK_TOLERATION = (NETWORK_UNAVAILABLE, "NoSchedule")


@dataclass(frozen=True, slots=True)
class Placement:
    """Whether a daemon Pod may start on a Node and whether a running one may stay, with all that was looked at.

    `terms` are the alternatives of the required node affinity, None when there is no such affinity.
    """

    should_run: bool
    should_continue_running: bool
    fits_node_name: bool
    node_selector: tuple[Requirement, ...]
    terms: tuple[tuple[Requirement, ...], ...] | None
    taints: tuple[TaintVerdict, ...]


def added_tolerations(pod_spec: Object) -> list[Object]:
    """The tolerations that every daemon Pod gets by itself.

    Kubernetes: pkg/controller/daemon/util, AddOrUpdateDaemonPodTolerations.
    """
    pairs = list(ADDED_TOLERATIONS)
    if pod_spec.get("hostNetwork"):
        pairs.append(HOST_NETWORK_TOLERATION)
    return [
        {"key": key, "operator": "Exists", "effect": effect} for key, effect in pairs
    ]


def _matched_fields(toleration: Object) -> list[Any]:
    """By these two are alike, not by tolerationSeconds. Kubernetes: pkg/apis/core/v1/toleration.go, MatchToleration."""
    fields = ("key", "effect", "operator", "value")
    return [toleration.get(field) or "" for field in fields]


def daemon_tolerations(pod_spec: Object) -> list[Object]:
    """The template's tolerations followed by those that are added; one that is there already takes its place."""
    found = list(pod_spec.get("tolerations") or ())
    matched = [_matched_fields(own) for own in found]
    for added in added_tolerations(pod_spec):
        fields = _matched_fields(added)
        for number, own in enumerate(matched):
            if own == fields:
                found[number] = added
        if fields not in matched:
            found.append(added)
    return found


def node_should_run_daemon_pod(daemon_set: Object, node: Object) -> Placement:
    """May a Pod of this DaemonSet start on this Node, and may one that runs there stay?

    Kubernetes: pkg/controller/daemon/daemon_controller.go, NodeShouldRunDaemonPod.
    """
    spec = daemon_set["spec"]["template"]["spec"]
    fits_name = spec.get("nodeName") in (None, "", name(node))
    selector = look_at_labels(spec.get("nodeSelector"), labels(node))
    wanted = required_terms(spec)
    terms = None
    if wanted is not None:
        terms = tuple(look_at_term(term, node) for term in wanted)
    taints = node.get("spec", {}).get("taints") or ()
    tolerations = daemon_tolerations(spec) if taints else ()
    verdicts = tuple([judge_taint(taint, tolerations) for taint in taints])
    should_run = should_continue = fits_name and _fits_affinity(selector, terms)
    if verdicts and should_run:
        # NoSchedule keeps new Pods away; whoever runs is driven out by NoExecute alone.
        should_run = not untolerated(verdicts, "NoSchedule", "NoExecute")
        should_continue = not untolerated(verdicts, "NoExecute")
    return Placement(
        should_run=should_run,
        should_continue_running=should_continue,
        fits_node_name=fits_name,
        node_selector=selector,
        terms=terms,
        taints=verdicts,
    )


def placing_part(daemon_set: Object) -> Object:
    """What of the template `node_should_run_daemon_pod` looks at: a new image changes nobody's place."""
    spec = daemon_set["spec"]["template"]["spec"]
    return {field: spec.get(field) for field in _PLACING}


def _fits_affinity(
    node_selector: Sequence[Requirement],
    terms: Sequence[tuple[Requirement, ...]] | None,
) -> bool:
    """Whether nodeSelector (all of it) and required affinity (one term of it) take the Node."""
    if not all(requirement.holds for requirement in node_selector):
        return False
    return terms is None or any(term_matches(term) for term in terms)


def same_for_placement(one: Object, other: Object) -> bool:
    """Whether two versions of a Node are alike in what decides who may run there.

    Kubernetes: pkg/controller/daemon/daemon_controller.go, shouldIgnoreNodeUpdate.
    """
    taints = [node.get("spec", {}).get("taints") or [] for node in (one, other)]
    return labels(one) == labels(other) and taints[0] == taints[1]


def template_generation(daemon_set: AnyDaemonSet) -> str:
    """The template's generation as the deprecated annotation has it, or ''."""
    return annotations_of(daemon_set).get(TEMPLATE_GENERATION, "")


def create_pod_template(daemon_set: Object, revision_hash: str) -> Object:
    """What all Pods of this version have in common.

    Kubernetes: pkg/controller/daemon/util, CreatePodTemplate; pkg/controller/controller_utils.go, GetPodFromTemplate.
    """
    template = daemon_set["spec"]["template"]
    marks = {
        **labels(template),
        HASH_LABEL: revision_hash,
        GENERATION_LABEL: template_generation(daemon_set),
    }
    pod = pod_from_template(daemon_set, template, labels=marks)
    tolerations = daemon_tolerations(template["spec"])
    return {**pod, "spec": {**pod["spec"], "tolerations": tolerations}}


def pod_for(template: Object, node_name: str) -> Object:
    """The Pod for one Node: bound to it by affinity on metadata.name, not by nodeName, so that the scheduler binds it.

    `template` is what `create_pod_template` made. Kubernetes: pkg/controller/daemon/util,
    ReplaceDaemonSetPodNodeNameNodeAffinity.
    """
    spec = template["spec"]
    affinity = spec.get("affinity") or {}
    # The template's own required terms are replaced: the controller has held them against the Node already.
    node_affinity = {
        **(affinity.get("nodeAffinity") or {}),
        **affinity_for(node_name),
    }
    bound = {**affinity, "nodeAffinity": node_affinity}
    return {**template, "spec": {**spec, "affinity": bound}}
