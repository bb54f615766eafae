"""APIServices: one for each group and version that is on offer, as the aggregator registers them. Not stored.

Those that somebody writes down are stored, and stand in for the others.
Kubernetes: pkg/controlplane/apiserver/aggregator.go, kube-aggregator/pkg/controllers/autoregister
"""

from __future__ import annotations

from k8slearn.apimachinery import facts
from k8slearn.apimachinery.objects import Object, name
from k8slearn.controlplane import ControlPlane
from k8slearn.http.kinds import offered
from k8slearn.http.metrics import METRICS

KIND = "APIService"
_MANAGED = "kube-aggregator.kubernetes.io/automanaged"
# How a group is ordered among the groups, and a version in its group.
# Kubernetes: DefaultGenericAPIServicePriorities and apiVersionPriorities
_PRIORITIES = {
    "v1": (18000, 1),
    "apps/v1": (17800, 15),
    "events.k8s.io/v1": (17750, 15),
    "authentication.k8s.io/v1": (17700, 15),
    "authorization.k8s.io/v1": (17600, 15),
    "autoscaling/v1": (17500, 15),
    "autoscaling/v2": (17500, 30),
    "batch/v1": (17400, 15),
    "certificates.k8s.io/v1": (17300, 15),
    "networking.k8s.io/v1": (17200, 15),
    "policy/v1": (17100, 15),
    "rbac.authorization.k8s.io/v1": (17000, 15),
    "storage.k8s.io/v1": (16800, 15),
    "apiextensions.k8s.io/v1": (16700, 15),
    "admissionregistration.k8s.io/v1": (16700, 15),
    "scheduling.k8s.io/v1": (16600, 15),
    "coordination.k8s.io/v1": (16500, 15),
    "node.k8s.io/v1": (16300, 15),
    "discovery.k8s.io/v1": (16200, 15),
    "resource.k8s.io/v1": (16200, 20),
    "flowcontrol.apiserver.k8s.io/v1": (16100, 21),
    METRICS: (100, 100),
}
_DEFINED = (1000, 100)
"""Of what somebody has defined. Kubernetes: crd_registration_controller.go"""
# The aggregator is behind the server that these would be asked of.
_WITHOUT = ("apiregistration.k8s.io/v1",)
_METRICS_SERVER = {"name": "metrics-server", "namespace": "kube-system", "port": 443}
_LOCAL = ("Local", "Local APIServices are always available")
_PASSED = ("Passed", "all checks passed")


def listed(plane: ControlPlane, stored: list[Object], began: str) -> list[Object]:
    """All APIServices by name; `began` is the time of those that are there from the start."""
    versions = offered(plane).with_custom(plane.registry.custom.rows)
    made = [_of(each, began) for each in versions if each not in _WITHOUT]
    found = {name(o): o for o in (*made, *stored)}
    return [found[each] for each in sorted(found)]


def _of(api_version: str, began: str) -> Object:
    group, _, version = api_version.rpartition("/")
    first, second = _PRIORITIES.get(api_version, _DEFINED)
    spec: Object = {
        "group": group,
        "groupPriorityMinimum": first,
        "version": version,
        "versionPriority": second,
    }
    reason, message = _LOCAL
    labels = {_MANAGED: "onstart" if api_version in facts.versions() else "true"}
    if api_version == METRICS:
        spec |= {"service": _METRICS_SERVER, "insecureSkipTLSVerify": True}
        reason, message = _PASSED
        labels = {"k8s-app": "metrics-server"}
    available = {
        "lastTransitionTime": began,
        "message": message,
        "reason": reason,
        "status": "True",
        "type": "Available",
    }
    metadata = {
        "name": f"{version}.{group}",
        "creationTimestamp": began,
        "labels": labels,
    }
    return {
        "apiVersion": "apiregistration.k8s.io/v1",
        "kind": KIND,
        "metadata": metadata,
        "spec": spec,
        "status": {"conditions": [available]},
    }
