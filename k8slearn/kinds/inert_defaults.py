"""What objects of kinds without behaviour say by leaving it out: a line a field, `[]` goes through a list.

Kubernetes: pkg/apis/*/v1/defaults.go
"""

from __future__ import annotations

from typing import Any

from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.filling import inside
from k8slearn.kinds.pod_template.defaults import volume_source
from k8slearn.kinds.rbac import GROUP
from k8slearn.kinds.scaler_rules import with_behavior
from k8slearn.kinds.type_defaults import with_type_defaults

_WEBHOOKS: dict[str, Any] = {
    "webhooks[].failurePolicy": "Fail",
    "webhooks[].matchPolicy": "Equivalent",
    "webhooks[].namespaceSelector": {},
    "webhooks[].objectSelector": {},
    "webhooks[].timeoutSeconds": 10,
    "webhooks[].rules[].scope": "*",
    "webhooks[].clientConfig.service.port": 443,
}
_POLICY: dict[str, Any] = {
    "spec.failurePolicy": "Fail",
    "spec.matchConstraints.matchPolicy": "Equivalent",
    "spec.matchConstraints.namespaceSelector": {},
    "spec.matchConstraints.objectSelector": {},
    "spec.matchConstraints.resourceRules[].scope": "*",
}
_BINDING: dict[str, Any] = {
    "spec.matchResources.matchPolicy": "Equivalent",
    "spec.matchResources.namespaceSelector": {},
    "spec.matchResources.objectSelector": {},
}
_ROLE_BINDING: dict[str, Any] = {"roleRef.apiGroup": GROUP}
_DEFAULTS: dict[str, dict[str, Any]] = {
    "APIService": {"spec.service.port": 443},
    "ClusterRoleBinding": _ROLE_BINDING,
    "RoleBinding": _ROLE_BINDING,
    "CSIDriver": {
        "spec.attachRequired": True,
        "spec.fsGroupPolicy": "ReadWriteOnceWithFSType",
        "spec.podInfoOnMount": False,
        "spec.requiresRepublish": False,
        "spec.seLinuxMount": False,
        "spec.storageCapacity": False,
        "spec.volumeLifecycleModes": ["Persistent"],
    },
    "FlowSchema": {"spec.matchingPrecedence": 1000},
    "HorizontalPodAutoscaler": {
        "spec.minReplicas": 1,
        "spec.metrics": [
            {
                "type": "Resource",
                "resource": {
                    "name": "cpu",
                    "target": {"type": "Utilization", "averageUtilization": 80},
                },
            }
        ],
    },
    "IngressClass": {"spec.parameters.scope": "Cluster"},
    "MutatingAdmissionPolicy": {**_POLICY, "spec.reinvocationPolicy": "Never"},
    "MutatingAdmissionPolicyBinding": _BINDING,
    "MutatingWebhookConfiguration": {
        **_WEBHOOKS,
        "webhooks[].reinvocationPolicy": "Never",
    },
    "NetworkPolicy": {
        "spec.ingress[].ports[].protocol": "TCP",
        "spec.egress[].ports[].protocol": "TCP",
    },
    "PersistentVolume": {
        "spec.persistentVolumeReclaimPolicy": "Retain",
        "spec.volumeMode": "Filesystem",
        "status.phase": "Pending",
    },
    "PriorityLevelConfiguration": {
        "spec.limited.nominalConcurrencyShares": 30,
        "spec.limited.lendablePercent": 0,
        "spec.limited.limitResponse.queuing.handSize": 8,
        "spec.limited.limitResponse.queuing.queues": 64,
        "spec.limited.limitResponse.queuing.queueLengthLimit": 50,
    },
    "StorageClass": {"reclaimPolicy": "Delete", "volumeBindingMode": "Immediate"},
    "ValidatingAdmissionPolicy": _POLICY,
    "ValidatingAdmissionPolicyBinding": _BINDING,
    "ValidatingWebhookConfiguration": _WEBHOOKS,
}


def with_defaults(o: Object) -> Object:
    """The object with what it says by leaving it out."""
    found = with_type_defaults(o)
    for path, value in _DEFAULTS.get(o["kind"], {}).items():
        found = _set(found, path.split("."), value)
    more = _MORE.get(o["kind"])
    if more:
        return more(found)
    return found


def _set(o: Any, path: list[str], value: Any) -> Any:
    """A copy with a value at a path, where the path leads so far and nothing is there."""
    if not isinstance(o, dict):
        return o
    head, *rest = path
    name = head.removesuffix("[]")
    if not rest:
        if o.get(name) is not None:
            return o
        return {**o, name: value}
    inner = o.get(name)
    if inner is None:
        return o
    if head == name:
        return {**o, name: _set(inner, rest, value)}
    return {**o, name: [_set(item, rest, value) for item in inner]}


def _subjects(o: Object) -> Object:
    # Kubernetes: rbac/v1 SetDefaults_Subject; a ServiceAccount is of the core group.
    subjects = o.get("subjects")
    if not subjects:
        return o
    found = []
    for each in subjects:
        named = each.get("kind") in ("User", "Group") and not each.get("apiGroup")
        found.append({**each, "apiGroup": GROUP} if named else each)
    return {**o, "subjects": found}


def _policy_types(o: Object) -> Object:
    # Kubernetes: networking/v1 SetDefaults_NetworkPolicy
    spec = o.get("spec", {})
    if spec.get("policyTypes"):
        return o
    types = ["Ingress", "Egress"] if spec.get("egress") else ["Ingress"]
    return {**o, "spec": {**spec, "policyTypes": types}}


def _source(o: Object) -> Object:
    return inside(o, "spec", volume_source)


_MORE = {
    "HorizontalPodAutoscaler": with_behavior,
    "PersistentVolume": _source,
    "ClusterRoleBinding": _subjects,
    "RoleBinding": _subjects,
    "NetworkPolicy": _policy_types,
}
