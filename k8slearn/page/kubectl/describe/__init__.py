"""`kubectl describe`: an object with what belongs to it, and what has happened to it.

Kubernetes: kubectl/pkg/cmd/describe/describe.go, kubectl/pkg/describe/describe.go
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from k8slearn.apimachinery.objects import Object, annotations_of, name, uid
from k8slearn.cluster import Cluster
from k8slearn.kinds.kind import Kind
from k8slearn.kinds.pod_template.annotations import MIRROR
from k8slearn.kinds.tables import NOTHING
from k8slearn.locale import page as words
from k8slearn.page.kubectl.describe import others, services, workloads
from k8slearn.page.kubectl.describe.generic import generic
from k8slearn.page.kubectl.describe.nodes import node
from k8slearn.page.kubectl.describe.parts import Lines, events, events_about
from k8slearn.page.kubectl.describe.pods import pod
from k8slearn.page.kubectl.describe.tabs import tabbed
from k8slearn.page.kubectl.listing import named
from k8slearn.page.kubectl.options import Aside, Invocation, RefusedError
from k8slearn.page.kubectl.targets import (
    Targets,
    chosen,
    place_of,
    refusals,
    visit,
)

Describer = Callable[[Cluster, Object], Lines]
_DESCRIBERS: Mapping[str, Describer] = {
    "ClusterRoleBinding": others.binding,
    "ConfigMap": others.config_map,
    "CronJob": workloads.cron_job,
    "DaemonSet": workloads.daemon_set,
    "Deployment": workloads.deployment,
    "EndpointSlice": services.endpoint_slice,
    "Job": workloads.job,
    "LimitRange": others.limit_range,
    "Namespace": others.namespace,
    "Node": node,
    "Pod": pod,
    "PodDisruptionBudget": others.budget,
    "PriorityClass": others.priority_class,
    "ReplicaSet": workloads.replica_set,
    "ResourceQuota": others.resource_quota,
    "RoleBinding": others.binding,
    "Secret": others.secret,
    "Service": services.service,
    "ServiceAccount": others.service_account,
    "StatefulSet": workloads.stateful_set,
}
# Kinds that the real one has other words for than those of the generic description.
_NOT_HERE = frozenset(
    (
        "CSINode",
        "CertificateSigningRequest",
        "ClusterRole",
        "Endpoints",
        "HorizontalPodAutoscaler",
        "IPAddress",
        "Ingress",
        "IngressClass",
        "NetworkPolicy",
        "PersistentVolume",
        "PersistentVolumeClaim",
        "ReplicationController",
        "Role",
        "ServiceCIDR",
        "StorageClass",
        "VolumeAttributesClass",
    )
)
_WHAT = (
    "error: You must specify the type of resource to describe. "
    'Use "kubectl api-resources" for a complete list of supported resources.'
)
_NO_EVENTS = frozenset(
    (
        "ClusterRoleBinding",
        "LimitRange",
        "Namespace",
        "ResourceQuota",
        "RoleBinding",
        "Secret",
    )
)


def describe(cluster: Cluster, asked: Invocation) -> Iterator[str]:
    """Of several objects the Events are left out, unless they are asked for."""
    asked.only("selector", "all-namespaces", "show-events")
    if not asked.arguments:
        raise RefusedError(_WHAT)
    found = chosen(cluster, asked, asked.arguments, lists=True)
    alike = _with_prefix(cluster, asked, found)
    meant = [each for targets in found for each in targets.found]
    shows_events = len(meant) == 1 and not refusals(found)
    if "show-events" in asked.options:
        shows_events = asked.has("show-events")
    is_first = True

    def tell(row: Kind, o: Object) -> Iterator[str]:
        nonlocal is_first
        if not is_first and not alike:
            yield from ("", "")
        is_first = False
        yield from described(cluster, row, o, shows_events=shows_events)
        if alike:
            yield ""

    yield from visit(alike or found, tell)
    if is_first:
        place = (
            "" if asked.has("all-namespaces") else f" in {asked.namespace} namespace."
        )
        yield Aside(f"{NOTHING}{place}")


def _with_prefix(
    cluster: Cluster, asked: Invocation, found: list[Targets]
) -> list[Targets]:
    """Those whose names begin as written, where nothing has the very name. Kubernetes: DescribeMatchingResources"""
    if len(asked.arguments) != 2 or not refusals(found):
        return []
    kind, begin = asked.arguments
    every = Invocation(asked.verb, (kind,), asked.options)
    alike = []
    for targets in chosen(cluster, every, [kind], lists=True):
        own = [o for o in targets.objects if name(o).startswith(begin)]
        if own:
            alike.append(Targets(targets.row, [*own]))
    return alike


def described(
    cluster: Cluster, row: Kind, o: Object, *, shows_events: bool
) -> list[str]:
    """The lines about an object. Raises RefusedError."""
    kind = row.kind
    if kind in _NOT_HERE:
        raise RefusedError(words.KUBECTL_NO_DESCRIPTION.format(kind=kind))
    # As clients see it: who is in touch with its Node, for one, is worked out when somebody asks.
    shown = named(cluster, row, name(o), place_of(o))
    lines = list(_DESCRIBERS.get(kind, generic)(cluster, shown))
    if not shows_events or kind in _NO_EVENTS:
        return tabbed(lines)
    found = events_about(cluster, o, *_uids(kind, o))
    if not found:
        return tabbed([*lines, "Events:\t<none>"])
    return [*tabbed(lines), *tabbed(events(found, cluster.now))]


def _uids(kind: str, o: Object) -> tuple[str, ...]:
    """Under which names Events speak of an object."""
    if kind == "Node":
        # The kubelet knows its Node by the name alone.
        return uid(o), name(o)
    mirror = annotations_of(o).get(MIRROR) if kind == "Pod" else None
    return (mirror or uid(o),)
