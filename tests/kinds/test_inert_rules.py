"""Validation of roles, bindings, webhooks and classes.

Kubernetes: validation_test.go of pkg/apis/{rbac,admissionregistration,storage,node}/validation
"""

import pytest

from k8slearn.cluster import Cluster
from tests.support.api_client import Client

RBAC = "/apis/rbac.authorization.k8s.io/v1"
PATHS = {
    "ClusterRole": f"{RBAC}/clusterroles",
    "Role": f"{RBAC}/namespaces/default/roles",
    "ClusterRoleBinding": f"{RBAC}/clusterrolebindings",
    "RoleBinding": f"{RBAC}/namespaces/default/rolebindings",
    "ValidatingWebhookConfiguration": (
        "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"
    ),
    "MutatingWebhookConfiguration": (
        "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations"
    ),
    "StorageClass": "/apis/storage.k8s.io/v1/storageclasses",
    "RuntimeClass": "/apis/node.k8s.io/v1/runtimeclasses",
    "HorizontalPodAutoscaler": (
        "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers"
    ),
}
GROUP = "rbac.authorization.k8s.io"
PODS = {"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}
SERVICE = {"service": {"name": "s", "namespace": "n"}}
RULE = {
    "operations": ["CREATE"],
    "apiGroups": [""],
    "apiVersions": ["v1"],
    "resources": ["pods"],
}


@pytest.fixture(scope="module")
def client():
    return Client(Cluster(1, kubelet="instant"))


def rules(*found):
    return {"rules": list(found)}


def bound(*subjects, kind="ClusterRole", **reference):
    reference = {"apiGroup": GROUP, "kind": kind, "name": "view", **reference}
    return {"roleRef": reference, "subjects": list(subjects)}


def hook(**fields):
    one = {
        "name": "a.example.com",
        "clientConfig": SERVICE,
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
        **fields,
    }
    return {"webhooks": [{k: v for k, v in one.items() if v is not None}]}


HOOK = "webhooks[0]"
VALIDATING = "ValidatingWebhookConfiguration"
LABEL = "a lowercase RFC 1123 label must consist of lower case"
NEW = [
    ("ClusterRole", rules(PODS), []),
    (
        "ClusterRole",
        rules({**PODS, "verbs": []}),
        ["rules[0].verbs: Required value: verbs must contain at least one value"],
    ),
    (
        "ClusterRole",
        rules({**PODS, "nonResourceURLs": ["/a"]}),
        [
            'rules[0].nonResourceURLs: Invalid value: ["/a"]: '
            "rules cannot apply to both regular resources and non-resource URLs"
        ],
    ),
    (
        "Role",
        rules({**PODS, "resources": ["pods", "nodes"], "resourceNames": ["a"]}),
        [
            "rules[0].resourceNames: Required value: resource names cannot apply to multiple resources"
        ],
    ),
    (
        "RoleBinding",
        bound({"kind": "Grp"}, kind="Foo", name=""),
        [
            'roleRef.kind: Unsupported value: "Foo": supported values: "Role", "ClusterRole"',
            "roleRef.name: Required value",
            "subjects[0].name: Required value",
            'subjects[0].kind: Unsupported value: "Grp": supported values: "ServiceAccount", "User", "Group"',
        ],
    ),
    ("RoleBinding", bound({"kind": "ServiceAccount", "name": "a"}), []),
    (
        "ClusterRoleBinding",
        bound({"kind": "ServiceAccount", "name": "a", "apiGroup": GROUP}),
        [
            f'subjects[0].apiGroup: Unsupported value: "{GROUP}": supported values: ""',
            "subjects[0].namespace: Required value",
        ],
    ),
    (
        "ClusterRoleBinding",
        bound({"kind": "User"}),
        [
            "subjects[0].name: Required value",
            'subjects[0].name: Invalid value: "": user name cannot be empty',
        ],
    ),
    (VALIDATING, hook(), []),
    (
        VALIDATING,
        hook(sideEffects=None, admissionReviewVersions=None, clientConfig={}),
        [
            f"{HOOK}.sideEffects: Required value: must specify one of None, NoneOnDryRun",
            f"{HOOK}.clientConfig: Required value: exactly one of url or service is required",
            f"{HOOK}.admissionReviewVersions: Required value: must specify one of v1, v1beta1",
        ],
    ),
    (
        VALIDATING,
        hook(name="foo", timeoutSeconds=60),
        [
            f'{HOOK}.name: Invalid value: "foo": should be a domain with at least three segments separated by dots',
            f"{HOOK}.timeoutSeconds: Invalid value: 60: the timeout value must be between 1 and 30 seconds",
        ],
    ),
    (
        VALIDATING,
        hook(clientConfig={"url": "http://h/a?b"}),
        [
            f"""{HOOK}.clientConfig.url: Invalid value: "http": 'https' is the only allowed URL scheme; """
            "desired format: https://host[/path]",
            f'{HOOK}.clientConfig.url: Invalid value: "b": query parameters are not permitted in the URL',
        ],
    ),
    (
        "MutatingWebhookConfiguration",
        hook(
            sideEffects="Some",
            failurePolicy="Maybe",
            rules=[
                {**RULE, "operations": ["Create"], "apiGroups": ["*", "apps"]},
                {"operations": ["*"]},
            ],
        ),
        [
            f'{HOOK}.rules[0].operations[0]: Unsupported value: "Create": '
            'supported values: "*", "CONNECT", "CREATE", "DELETE", "UPDATE"',
            f'{HOOK}.rules[0].apiGroups: Invalid value: ["*","apps"]: '
            "if '*' is present, must not specify other API groups",
            f"{HOOK}.rules[1].apiGroups: Required value",
            f"{HOOK}.rules[1].apiVersions: Required value",
            f"{HOOK}.rules[1].resources: Required value",
            f'{HOOK}.failurePolicy: Unsupported value: "Maybe": supported values: "Fail", "Ignore"',
            f'{HOOK}.sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"',
        ],
    ),
    (
        VALIDATING,
        {"webhooks": hook()["webhooks"] * 2},
        ['webhooks[1].name: Duplicate value: "a.example.com"'],
    ),
    (
        "StorageClass",
        {"provisioner": "a b", "reclaimPolicy": "Recycle"},
        [
            'provisioner: Invalid value: "a b": name part must consist of',
            'reclaimPolicy: Unsupported value: "Recycle": supported values: "Delete", "Retain"',
        ],
    ),
    ("StorageClass", {"provisioner": "Disk.example.com"}, []),
    (
        "RuntimeClass",
        {"handler": "A_B"},
        [f'handler: Invalid value: "A_B": {LABEL}'],
    ),
    (
        "HorizontalPodAutoscaler",
        {"spec": {"scaleTargetRef": {}}},
        [
            "spec.maxReplicas: Invalid value: 0: must be greater than 0",
            "spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`",
            "spec.scaleTargetRef.kind: Required value",
            "spec.scaleTargetRef.name: Required value",
            'spec.scaleTargetRef.apiVersion: Invalid value: "": apiVersion must specify API group',
        ],
    ),
]


@pytest.mark.parametrize(("kind", "fields", "why"), NEW)
def test_a_new_object(client, kind, fields, why):
    o = {"metadata": {"name": "x"}, **fields}
    code, found = client.call("POST", PATHS[kind], o, dryRun="All")
    assert code == (422 if why else 201)
    causes = found.get("details", {}).get("causes", [])
    told = [f"{each['field']}: {each['message']}" for each in causes]
    assert len(told) == len(why)
    for line, start in zip(told, why, strict=True):
        assert line.startswith(start)


def test_a_binding_is_of_the_role_that_it_was_made_for(client):
    client.post(PATHS["RoleBinding"], {"metadata": {"name": "b"}, **bound()})
    other = {"roleRef": {"name": "edit"}}
    code, found = client.patch(f"{PATHS['RoleBinding']}/b", other, "merge")
    assert code == 422
    assert found["message"].endswith("cannot change roleRef")
