"""Impersonation: users, their rights by RBAC, and access reviews."""

import pytest

from k8slearn.cluster import Cluster
from tests.support.api_client import PODS, Client, daemon_set

REVIEWS = "/apis/authorization.k8s.io/v1"
RBAC = "/apis/rbac.authorization.k8s.io/v1"
ROLES = f"{RBAC}/namespaces/default"
ACCOUNT = "system:serviceaccount:default:x"
KNOWN = "system:authenticated"
AS_X = {"impersonate-user": ACCOUNT}
AS_ANN = {"impersonate-user": "ann", "impersonate-group": "devs\nops"}
POD_READER = {
    "metadata": {"name": "pod-reader"},
    "rules": [{"verbs": ["get", "list"], "apiGroups": [""], "resources": ["pods"]}],
}


def bound(role, *subjects, kind="Role", name="b"):
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": role}
    return {
        "metadata": {"name": name},
        "roleRef": reference,
        "subjects": [*subjects],
    }


X = {"kind": "ServiceAccount", "name": "x", "namespace": "default"}
ANN = {"kind": "User", "name": "ann", "apiGroup": "rbac.authorization.k8s.io"}


@pytest.fixture
def client():
    return Client(Cluster(1))


def may(client, verb, resource, headers=AS_X, **more):
    spec = {"verb": verb, "resource": resource, "namespace": "default", **more}
    answer = client.post(
        f"{REVIEWS}/selfsubjectaccessreviews",
        {"spec": {"resourceAttributes": spec}},
        headers=headers,
    )
    return answer["status"]


def test_whoever_is_spoken_for_has_its_groups(client):
    path = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
    users = [
        (
            {},
            {
                "username": "kubernetes-admin",
                "groups": ["system:masters", "system:authenticated"],
            },
        ),
        (
            AS_X,
            {
                "username": ACCOUNT,
                "groups": [
                    "system:serviceaccounts",
                    "system:serviceaccounts:default",
                    KNOWN,
                ],
            },
        ),
        (
            AS_ANN,
            {"username": "ann", "groups": ["devs", "ops", "system:authenticated"]},
        ),
        (
            {
                "impersonate-user": "ann",
                "impersonate-uid": "7",
                "impersonate-extra-team%2fx": "a\nb",
            },
            {
                "username": "ann",
                "uid": "7",
                "groups": ["system:authenticated"],
                "extra": {"team/x": ["a", "b"]},
            },
        ),
    ]
    for headers, wanted in users:
        found = client.post(path, {}, headers=headers)
        assert found["status"]["userInfo"] == wanted
    # Who is nobody known is asked nothing: that right is bound to those who are known.
    anonymous = {"impersonate-user": "system:anonymous"}
    code, refused = client.call("POST", path, {}, headers=anonymous)
    assert code == 403 and "selfsubjectreviews" in refused["message"]


def test_groups_of_nobody_are_refused(client):
    code, refused = client.call("GET", PODS, headers={"impersonate-group": "devs"})
    assert code >= 400 and "without impersonating a user" in refused["message"]


def test_what_nobody_gave_is_forbidden_in_the_servers_words(client):
    user = f'User "{ACCOUNT}" cannot'
    here = 'in API group "" in the namespace "default"'
    apps = here.replace('""', '"apps"')
    everywhere = 'in API group "" at the cluster scope'
    asked = [
        ("GET", PODS, None, f'pods is forbidden: {user} list resource "pods" {here}'),
        (
            "GET",
            f"{PODS}/web/log",
            None,
            f'pods "web" is forbidden: {user} get resource "pods/log" {here}',
        ),
        (
            "DELETE",
            f"{PODS}/web",
            None,
            f'pods "web" is forbidden: {user} delete resource "pods" {here}',
        ),
        (
            "GET",
            "/api/v1/nodes",
            None,
            f'nodes is forbidden: {user} list resource "nodes" {everywhere}',
        ),
        (
            "GET",
            "/api/v1/namespaces/default",
            None,
            f'namespaces "default" is forbidden: {user} get resource "namespaces" {here}',
        ),
        (
            "POST",
            "/apis/apps/v1/namespaces/default/daemonsets",
            daemon_set(),
            f'daemonsets.apps is forbidden: {user} create resource "daemonsets" {apps}',
        ),
        ("GET", "/readyz/etcd", None, f'forbidden: {user} get path "/readyz/etcd"'),
    ]
    for method, path, body, message in asked:
        code, refused = client.call(method, path, body, headers=AS_X)
        assert (code, refused["message"]) == (403, message)
    assert client.call("GET", "/version", headers=AS_X)[0] == 200


def test_a_binding_gives_and_its_end_takes(client):
    client.post(f"{ROLES}/roles", POD_READER)
    client.post(f"{ROLES}/rolebindings", bound("pod-reader", X))
    reason = 'RBAC: allowed by RoleBinding "b/default" of Role "pod-reader" to ServiceAccount "x/default"'
    assert may(client, "list", "pods") == {"allowed": True, "reason": reason}
    assert client.get(PODS, headers=AS_X)["items"] == []
    assert may(client, "delete", "pods") == {"allowed": False}
    assert not may(client, "list", "pods", namespace="kube-system")["allowed"]
    assert not may(client, "list", "pods", namespace="")["allowed"]
    client.call("DELETE", f"{ROLES}/rolebindings/b")
    assert client.call("GET", PODS, headers=AS_X)[0] == 403


def test_a_binding_to_a_role_that_is_not_there_says_so(client):
    missing = bound("ghost", X, kind="ClusterRole")
    client.post(f"{ROLES}/rolebindings", missing)
    reason = 'RBAC: clusterrole.rbac.authorization.k8s.io "ghost" not found'
    assert may(client, "get", "pods") == {"allowed": False, "reason": reason}
    _, refused = client.call("GET", PODS, headers=AS_X)
    assert refused["message"].endswith(f'"default": {reason}')


def test_the_roles_of_every_cluster_are_there_and_grow(client):
    names = [o["metadata"]["name"] for o in client.get(f"{RBAC}/clusterroles")["items"]]
    assert {"admin", "cluster-admin", "edit", "view"} <= {*names}
    client.post(f"{ROLES}/rolebindings", bound("view", ANN, kind="ClusterRole"))
    assert may(client, "get", "configmaps", AS_ANN)["allowed"]
    assert not may(client, "get", "secrets", AS_ANN)["allowed"]
    widget = {"resource": "widgets", "group": "example.com"}
    assert not may(client, "get", headers=AS_ANN, **widget)["allowed"]
    rules = [{"verbs": ["get"], "apiGroups": ["example.com"], "resources": ["widgets"]}]
    labels = {"rbac.authorization.k8s.io/aggregate-to-view": "true"}
    more = {"metadata": {"name": "widgets", "labels": labels}, "rules": rules}
    client.post(f"{RBAC}/clusterroles", more)
    assert may(client, "get", headers=AS_ANN, **widget)["allowed"]
    # What is added to view is added to edit, and so to admin.
    edits = bound("admin", ANN, kind="ClusterRole", name="c")
    client.post(f"{RBAC}/namespaces/kube-system/rolebindings", edits)
    found = may(client, "get", headers=AS_ANN, **widget, namespace="kube-system")
    assert found["allowed"]


def test_others_are_asked_about_in_a_review(client):
    client.post(f"{RBAC}/clusterroles", POD_READER)
    everywhere = bound("pod-reader", ANN, kind="ClusterRole")
    client.post(f"{RBAC}/clusterrolebindings", everywhere)
    attributes = {"verb": "get", "resource": "pods", "namespace": "default"}
    spec = {"user": "ann", "resourceAttributes": attributes}
    local = f"{REVIEWS}/namespaces/default/localsubjectaccessreviews"
    for path in (f"{REVIEWS}/subjectaccessreviews", local):
        assert client.post(path, {"spec": spec})["status"]["allowed"]
        nobody = {**spec, "user": "bob"}
        assert client.post(path, {"spec": nobody})["status"] == {"allowed": False}
        masters = {**nobody, "groups": ["system:masters"]}
        assert client.post(path, {"spec": masters})["status"]["allowed"]
    path = {"verb": "get", "path": "/metrics"}
    spec = {"user": "bob", "nonResourceAttributes": path}
    found = client.post(f"{REVIEWS}/subjectaccessreviews", {"spec": spec})
    assert not found["status"]["allowed"]


PLACE = {"namespace": "default", "verb": "get", "resource": "pods"}
WRONG = [
    (
        "selfsubjectaccessreviews",
        {},
        "spec.resourceAttributes: Invalid value: null: exactly one of "
        "nonResourceAttributes or resourceAttributes must be specified",
    ),
    (
        "subjectaccessreviews",
        {"resourceAttributes": PLACE},
        'spec.user: Invalid value: "": at least one of user or group must be specified',
    ),
    (
        "namespaces/kube-system/localsubjectaccessreviews",
        {"user": "a", "resourceAttributes": PLACE},
        'spec.resourceAttributes.namespace: Invalid value: "default": '
        "must match metadata.namespace",
    ),
]


@pytest.mark.parametrize(("path", "spec", "wanted"), WRONG)
def test_a_review_that_asks_nothing_is_refused(client, path, spec, wanted):
    code, refused = client.call("POST", f"{REVIEWS}/{path}", {"spec": spec})
    assert code == 422 and refused["message"].endswith(f"is invalid: {wanted}")


def test_what_somebody_may_is_listed(client):
    path = f"{REVIEWS}/selfsubjectrulesreviews"
    body = {"spec": {"namespace": "default"}}
    own = client.post(path, body)["status"]
    assert own["resourceRules"] == [
        {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}
    ]
    client.post(f"{ROLES}/roles", POD_READER)
    client.post(f"{ROLES}/rolebindings", bound("pod-reader", X))
    found = client.post(path, body, headers=AS_X)["status"]
    assert found["resourceRules"][-1] == POD_READER["rules"][0]
    assert not found["incomplete"] and found["nonResourceRules"]
    code, refused = client.call("POST", path, {"spec": {}})
    assert code == 400 and refused["message"] == "no namespace on request"


def test_a_role_of_the_start_can_be_changed(client):
    path = f"{RBAC}/clusterroles/view"
    code, refused = client.call(
        "POST", f"{RBAC}/clusterroles", {"metadata": {"name": "view"}}
    )
    assert code == 409 and refused["reason"] == "AlreadyExists"
    code, changed = client.patch(path, {"metadata": {"labels": {"a": "b"}}}, "merge")
    assert code == 200 and changed["metadata"]["labels"]["a"] == "b"
    assert client.get(path) == changed
    names = [o["metadata"]["name"] for o in client.get(f"{RBAC}/clusterroles")["items"]]
    assert names.count("view") == 1
    # Whoever waits for its end sees another object of that name.
    assert client.call("DELETE", path)[0] == 200
    assert client.get(path)["metadata"]["uid"] != changed["metadata"]["uid"]


def test_the_roles_of_every_cluster_are_as_old_as_it_is():
    client = Client(Cluster(start=86_400.0))
    began = client.get("/api/v1/namespaces/kube-system")["metadata"]["creationTimestamp"]  # fmt: skip
    for kind in ("clusterroles", "clusterrolebindings"):
        path = f"/apis/rbac.authorization.k8s.io/v1/{kind}"
        times = {o["metadata"]["creationTimestamp"] for o in client.get(path)["items"]}
        assert times == {began} and began.startswith("2026-01-02")


@pytest.mark.parametrize(
    ("headers", "who"),
    [
        ({}, ("kubernetes-admin", ["system:masters", KNOWN])),
        (
            {"impersonate-user": "ann", "impersonate-group": "system:masters"},
            ("ann", ["system:masters", KNOWN]),
        ),
    ],
)
def test_a_request_for_a_certificate_names_who_asks(client, headers, who):
    spec = {"request": "eA==", "signerName": "a.b/c", "usages": ["client auth"]}
    # Whatever it says of itself.
    spec |= {"username": "eve", "uid": "1", "extra": {"a": ["b"]}}
    wanted = {"metadata": {"name": "r"}, "spec": spec}
    path = "/apis/certificates.k8s.io/v1/certificatesigningrequests"
    made = client.post(path, wanted, headers=headers)["spec"]
    assert (made["username"], made["groups"]) == who
    assert "uid" not in made and "extra" not in made
