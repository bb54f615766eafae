"""What an object takes of a quota, and which quotas it counts for.

Kubernetes: pkg/quota/v1/evaluator/core (pods.go, services.go), apiserver quota/v1/generic
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from k8slearn.apimachinery import quantity
from k8slearn.apimachinery.objects import (
    Object,
    is_deleting,
    seconds_of,
)
from k8slearn.apimachinery.selectors import PREFERRED, REQUIRED
from k8slearn.kinds.kind import Kind
from k8slearn.kinds.persistentvolumeclaim import class_of
from k8slearn.kinds.pod.state import is_pod_terminal
from k8slearn.kinds.pod.strategy import qos_class
from k8slearn.kinds.pod_template.container_lists import containers_in
from k8slearn.kinds.pod_template.requirements import (
    Amounts,
    of_container,
    of_whole,
    pod_amounts,
)
from k8slearn.kinds.pod_template.resources import COUNTED
from k8slearn.kinds.resourcequota import COMPUTE

_OF_CLASS = ".storageclass.storage.k8s.io/"


def object_count(row: Kind) -> Amounts:
    """What an object takes as long as it is stored, whatever has become of it."""
    return {f"count/{row.qualified}": "1"}


def usage(o: Object, row: Kind) -> Amounts:
    """What one object takes, by the names that quotas give to it."""
    counted = object_count(row)
    if row.kind == "Pod":
        return counted | _of_pod(o)
    # Some kinds a quota may name by their plural alone. Kubernetes: install/registry.go, legacyObjectCountAliases
    if row.plural in COUNTED and not row.group:
        counted[row.plural] = "1"
    if row.kind == "Service":
        counted |= _of_service(o)
    if row.kind == "PersistentVolumeClaim":
        counted |= _of_claim(o)
    return counted


def _of_claim(claim: Object) -> Amounts:
    """Kubernetes: pvcEvaluator.Usage"""
    spec = claim.get("spec", {})
    found = {"persistentvolumeclaims": "1"}
    asked = (spec.get("resources") or {}).get("requests", {}).get("storage")
    if asked is not None:
        found["requests.storage"] = quantity.whole(asked)
    title = class_of(claim)
    if not title:
        return found
    # The same once more, for quotas that hold what is kept by a class.
    of_class = {f"{title}{_OF_CLASS}{field}": value for field, value in found.items()}
    return found | of_class


def _of_pod(pod: Object) -> Amounts:
    # What has ended takes nothing any more but its place in the store. Kubernetes: podEvaluator.Usage, QuotaV1Pod
    if is_pod_terminal(pod):
        return {}
    found = {"pods": "1"}
    for side in ("requests", "limits"):
        for resource, amount in pod_amounts(pod, side).items():
            found[f"{side}.{resource}"] = amount
            if side == "requests" and "/" not in resource:
                found[resource] = amount
    return found


def _of_service(service: Object) -> Amounts:
    spec = service.get("spec", {})
    kind = spec.get("type")
    ports = len(spec.get("ports", ()))
    if kind == "NodePort":
        return {"services.nodeports": str(ports)}
    if kind == "LoadBalancer":
        nodeless = spec.get("allocateLoadBalancerNodePorts") is False
        return {
            "services.loadbalancers": "1",
            "services.nodeports": "0" if nodeless else str(ports),
        }
    return {}


def is_overdue(o: Object, now: float) -> bool:
    """Whether this is a Pod that should be long gone, whoever may keep it. Kubernetes: QuotaV1Pod"""
    metadata = o["metadata"]
    if o["kind"] != "Pod" or not is_deleting(o):
        return False
    # Upstream waits its grace period once more: the timestamp has it in it already.
    grace = metadata.get("deletionGracePeriodSeconds", 0)
    return now > seconds_of(metadata["deletionTimestamp"]) + int(grace)


def counts_for(quota: Object, o: Object, row: Kind) -> bool:
    """Whether an object is among those that a quota's scopes mean. Only Pods have scopes."""
    scopes = scope_terms(quota)
    if not scopes:
        return True
    return row.kind == "Pod" and all(_in_scope(o, *scope) for scope in scopes)


def scope_terms(quota: Object) -> list[tuple[str, str, list[str]]]:
    """Both ways of naming scopes as (scope, operator, values)."""
    spec = quota.get("spec", {})
    found: list[tuple[str, str, list[str]]] = []
    found += [(scope, "Exists", []) for scope in spec.get("scopes", ())]
    for entry in spec.get("scopeSelector", {}).get("matchExpressions", ()):
        found.append((entry["scopeName"], entry["operator"], entry.get("values", [])))
    return found


def _in_scope(pod: Object, scope: str, operator: str, values: list[str]) -> bool:
    """Kubernetes: podMatchesScopeFunc"""
    spec = pod["spec"]
    ends = spec.get("activeDeadlineSeconds") is not None
    modest = qos_class(spec) == "BestEffort"
    if scope in ("Terminating", "NotTerminating"):
        return ends == (scope == "Terminating")
    if scope in ("BestEffort", "NotBestEffort"):
        return modest == (scope == "BestEffort")
    if scope == "CrossNamespacePodAffinity":
        return _reaches_out(spec)
    held = spec.get("priorityClassName", "")
    if operator in ("Exists", "DoesNotExist"):
        return bool(held) == (operator == "Exists")
    return (held in values) == (operator == "In")


def _reaches_out(spec: Object) -> bool:
    """Whether an affinity names other namespaces."""
    affinity = spec.get("affinity") or {}
    terms: list[Object] = []
    for kind in ("podAffinity", "podAntiAffinity"):
        found = affinity.get(kind) or {}
        terms += found.get(REQUIRED, ())
        weighted = found.get(PREFERRED, ())
        terms += [each["podAffinityTerm"] for each in weighted]
    # An empty selector takes all namespaces.
    return any(t.get("namespaces") or "namespaceSelector" in t for t in terms)


def missing_requests(o: Object, hard: Iterable[str]) -> str:
    """Which resources containers must name and do not, as the refusal tells it.

    Where a quota holds cpu or memory, each container has to say what it takes: else nobody could add it up.
    """
    required = [resource for resource in sorted(hard) if resource in COMPUTE]
    if o["kind"] != "Pod" or not required:
        return ""
    # Who asks for the Pod as a whole has said it.
    if of_whole(o["spec"], "requests") or of_whole(o["spec"], "limits"):
        return ""
    unset: dict[str, list[str]] = {}
    for container in containers_in(o["spec"]):
        for resource in required:
            if not _names(container, resource):
                unset.setdefault(resource, []).append(container["name"])
    shown = (f"{r} for: {','.join(sorted(unset[r]))}" for r in sorted(unset))
    return "; ".join(shown)


def _names(container: Object, resource: str) -> bool:
    side, _, wanted = resource.rpartition(".")
    amounts: Mapping[str, str] = of_container(container, side or "requests")
    return wanted in amounts
