"""Whose container a line means: a Pod's, or one of the Pods behind `ds/agent`.

Kubernetes: kubectl/pkg/polymorphichelpers/helpers.go, kubectl/pkg/util/podutils, kubectl/pkg/cmd/util/podcmd
"""

from __future__ import annotations

from collections.abc import Sequence

from k8slearn.apimachinery.objects import (
    Object,
    annotations_of,
    condition,
    labels,
    name,
    seconds_of,
)
from k8slearn.apimachinery.selectors import selector_matches
from k8slearn.cluster import Cluster
from k8slearn.kinds.kind import Kind
from k8slearn.kinds.pod.state import is_pod_ready, phase
from k8slearn.kinds.pod_template.container_lists import ALL, containers_in
from k8slearn.page.kubectl.options import Aside, RefusedError
from k8slearn.page.kubectl.targets import place_of

_PHASES = ("Running", "Unknown", "Pending")
_DEFAULT = "kubectl.kubernetes.io/default-container"


def pods_behind(cluster: Cluster, row: Kind, o: Object, deed: str) -> list[Object]:
    """The Pods that an object selects (`deed`: what for). Raises RefusedError for one that selects none."""
    spec = o.get("spec", {})
    selector = spec.get("selector")
    if row.kind == "Service":
        if not selector:
            why = f"invalid service '{name(o)}': Service is defined without a selector"
            raise RefusedError(f"error: {deed} *v1.Service: {why}")
        selector = {"matchLabels": selector}
    if not isinstance(selector, dict):
        kind = f"*{row.version}.{row.kind}"
        why = f"selector for {kind} not implemented"
        raise RefusedError(f"error: {deed} {kind}: {why}")
    pods = cluster.list("Pod", place_of(o))
    return [pod for pod in pods if selector_matches(selector, labels(pod))]


def by_state(pod: Object, *, restarts_first: bool) -> tuple[object, ...]:
    """Which Pod comes first: one that runs, is ready, and has been for long.

    Whoever wants its log looks at the one that restarted most, whoever goes in at the one that did least.
    Kubernetes: ByLogging, ActivePods
    """
    restarts = _restarts(pod)
    at = phase(pod)
    ready = is_pod_ready(pod)
    return (
        not pod["spec"].get("nodeName"),
        _PHASES.index(at) if at in _PHASES else 0,
        not ready,
        _ready_since(pod) if ready else 0.0,
        -restarts if restarts_first else restarts,
        seconds_of(pod["metadata"]["creationTimestamp"]),
    )


def _restarts(pod: Object) -> int:
    statuses = pod.get("status", {}).get("containerStatuses", ())
    return max((status.get("restartCount", 0) for status in statuses), default=0)


def _ready_since(pod: Object) -> float:
    at = (condition(pod, "Ready") or {}).get("lastTransitionTime")
    return seconds_of(at) if at else 0.0


# Containers ----------------------------------------------------------------------------------------------------


def containers_of(pod: Object) -> list[Object]:
    """All of them, in the order in which they are read."""
    return containers_in(pod["spec"], ALL)


def container_meant(pod: Object, wanted: str) -> tuple[str, Sequence[str]]:
    """The container that is meant, and what is told where none was named. Raises RefusedError."""
    every = _names(pod)
    if wanted:
        if wanted not in [each["name"] for each in containers_of(pod)]:
            where = f"is not valid for pod {name(pod)} out of: {every}"
            raise RefusedError(f"error: container {wanted} {where}")
        return wanted, ()
    chosen = annotations_of(pod).get(_DEFAULT, "")
    if chosen in [each["name"] for each in containers_of(pod)]:
        return chosen, ()
    first = str(pod["spec"]["containers"][0]["name"])
    if len(containers_of(pod)) == 1:
        return first, ()
    return first, (Aside(f'Defaulted container "{first}" out of: {every}'),)


def _names(pod: Object) -> str:
    spec = pod["spec"]
    names = [each["name"] for each in spec["containers"]]
    for field, sort in (("ephemeralContainers", "ephem"), ("initContainers", "init")):
        names += [f"{each['name']} ({sort})" for each in spec.get(field, ())]
    return ", ".join(names)
