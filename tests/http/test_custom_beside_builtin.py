"""Custom kinds beside built-in ones: finalizers of any name, and kinds with the names of Kubernetes' own."""

import pytest

from k8slearn.cluster import Cluster
from tests.support.api_client import PATCHES, Client, names

DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
GROUP = "/apis/x.example.com/v1"
OPEN = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
UNQUALIFIED = (
    "prefer a domain-qualified finalizer name including a path (/) to avoid "
    "accidental conflicts with other finalizer writers"
)


@pytest.fixture
def client():
    return Client(Cluster(1, kubelet="instant"))


def definition(kind, plural, scope="Cluster", group="x.example.com", **annotations):
    names_of_it = {"plural": plural, "kind": kind}
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": OPEN},
    }
    spec = {
        "group": group,
        "scope": scope,
        "names": names_of_it,
        "versions": [version],
    }
    metadata = {"name": f"{plural}.{group}", "annotations": annotations}
    return {"metadata": metadata, "spec": spec}


def define(client, kind, plural):
    made = client.post(DEFINITIONS, definition(kind, plural))
    client.cluster.settle()
    return made


@pytest.mark.parametrize("change", ["label", "apply"])
def test_a_definition_may_be_changed_though_its_finalizer_has_no_domain(client, change):
    made = define(client, "Widget", "widgets")
    assert made["metadata"]["finalizers"] == [
        "customresourcecleanup.apiextensions.k8s.io"
    ]
    path = f"{DEFINITIONS}/widgets.x.example.com"
    body = {"metadata": {"labels": {"a": "b"}}}
    if change == "apply":
        kind = {
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
        }
        code, found = client.patch(path, kind | body, "apply", fieldManager="helm")
    else:
        code, found = client.patch(path, body, "merge")
    assert (code, found["metadata"]["labels"]) == (200, {"a": "b"})


FINALIZERS = [
    (["orphan"], []),
    (["example.com/mine"], []),
    (["longhorn.io"], [f'metadata.finalizers: "longhorn.io": {UNQUALIFIED}']),
    (
        ["b", "a"],
        [f'metadata.finalizers: "{each}": {UNQUALIFIED}' for each in "ab"],
    ),
]


def warned(answer):
    return answer.code, answer.warnings


@pytest.mark.parametrize(("finalizers", "told"), FINALIZERS)
def test_a_custom_finalizer_without_a_domain_is_warned_of_once(
    client, finalizers, told
):
    define(client, "Widget", "widgets")
    o = {"metadata": {"name": "w", "finalizers": finalizers}}
    assert warned(client.ask("POST", f"{GROUP}/widgets", o)) == (201, told)
    labelled = {"metadata": {"labels": {"a": "b"}}}
    merge = {"content-type": PATCHES["merge"]}
    again = client.ask("PATCH", f"{GROUP}/widgets/w", labelled, headers=merge)
    assert warned(again) == (200, [])


# By the import of each pkg/apis/*/validation: apimachinery's rules alone, or core's around them.
KINDS = [
    ("/apis/coordination.k8s.io/v1/namespaces/default/leases", 201),
    (
        "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
        201,
    ),
    ("/api/v1/namespaces/default/configmaps", 422),
    ("/apis/rbac.authorization.k8s.io/v1/clusterroles", 422),
]


@pytest.mark.parametrize(("path", "code"), KINDS)
def test_finalizers_of_kinds_that_are_there(client, path, code):
    o = {"metadata": {"name": "x", "finalizers": ["mine"]}}
    assert client.call("POST", path, o)[0] == code


# Charts bring a Service (Knative), a NetworkPolicy (Calico), a Node (Longhorn), a Job (Volcano).
NAMED_ALIKE = [
    ("ClusterRole", "clusterroles"),
    ("Endpoints", "endpoints"),
    ("Namespace", "namespaces"),
    ("PersistentVolume", "persistentvolumes"),
    ("PersistentVolumeClaim", "persistentvolumeclaims"),
    ("Pod", "pods"),
    ("Service", "services"),
    ("TokenReview", "tokenreviews"),
]


@pytest.mark.parametrize(("kind", "plural"), NAMED_ALIKE)
def test_a_kind_named_as_one_of_kubernetes_is_another_kind(client, kind, plural):
    define(client, kind, plural)
    path = f"{GROUP}/{plural}"
    made = client.post(path, {"metadata": {"name": "o"}, "spec": {"a": 1}})
    assert made["spec"] == {"a": 1}
    assert "finalizers" not in made["metadata"]
    assert names(client.get(path)) == ["o"]
    client.call("DELETE", f"{path}/o")
    client.cluster.settle()
    assert names(client.get(path)) == []


APPROVED = "api-approved.kubernetes.io"
NEEDED = (
    "metadata.annotations[api-approved.kubernetes.io]: {} protected groups must have "
    'approval annotation "api-approved.kubernetes.io"{}, '
    "see https://github.com/kubernetes/enhancements/pull/1111"
)
EITHER = ' with either a URL or a reason starting with "unapproved"'
# Kubernetes: apiextensions-apiserver pkg/apihelpers/helpers_test.go
APPROVALS = [
    ("gateway.networking.k8s.io", "https://github.com/k/k/pull/1", ""),
    ("x.kubernetes.io", "unapproved, for a trial", ""),
    ("x.k8s.io", "", NEEDED.format("Required value:", "")),
    (
        "k8s.io",
        "yes",
        NEEDED.format('Invalid value: "yes":', EITHER),
    ),
    ("notk8s.io", "", ""),
]


@pytest.mark.parametrize(("group", "said", "why"), APPROVALS)
def test_groups_of_kubernetes_have_to_be_approved(client, group, said, why):
    o = definition("Foo", "foos", group=group, **{APPROVED: said})
    code, found = client.call("POST", DEFINITIONS, o, dryRun="All")
    if why:
        assert code == 422
        assert found["message"].partition("is invalid: ")[2] == why
    else:
        assert code == 201


@pytest.mark.parametrize(
    ("scope", "why"),
    [
        ("", "spec.scope: Required value"),
        (
            "Everywhere",
            'spec.scope: Unsupported value: "Everywhere": '
            'supported values: "Cluster", "Namespaced"',
        ),
    ],
)
def test_the_scope_is_one_of_two(client, scope, why):
    code, found = client.call("POST", DEFINITIONS, definition("Foo", "foos", scope))
    assert code == 422
    assert found["message"].endswith(why)


def test_who_is_named_as_a_deprecated_kind_is_not_deprecated(client):
    define(client, "Endpoints", "endpoints")
    assert client.ask("GET", f"{GROUP}/endpoints").warnings == []
    assert client.ask("GET", "/api/v1/endpoints").warnings != []
