"""Nobody can grant more rights than they have.

Kubernetes: pkg/registry/rbac/validation/{rule,policy_comparator,policy_compact}_test.go, test/integration/auth
"""

import pytest

from k8slearn.cluster import Cluster
from k8slearn.kinds.rbac_cover import missing
from tests.support.api_client import Client

RBAC = "/apis/rbac.authorization.k8s.io/v1"
ROLES = f"{RBAC}/namespaces/default/roles"
BINDINGS = f"{RBAC}/namespaces/default/rolebindings"
GROUP = "rbac.authorization.k8s.io"
AS_BOB = {"impersonate-user": "bob"}
BOB = {"kind": "User", "name": "bob", "apiGroup": GROUP}
WRITES = {
    "verbs": ["create", "update", "patch", "get"],
    "apiGroups": [GROUP],
    "resources": ["roles", "rolebindings"],
}
READS = {"verbs": ["get"], "apiGroups": [""], "resources": ["pods"]}
LACKS = 'user "bob" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n'


def rule(verbs="get", groups="", resources="pods", *names):
    found = {
        "verbs": verbs.split(","),
        "apiGroups": [groups],
        "resources": resources.split(","),
    }
    return {**found, "resourceNames": list(names)} if names else found


@pytest.mark.parametrize(
    ("owned", "asked", "told"),
    [
        ([rule()], rule(), []),
        ([rule("*")], rule("get,list"), []),
        (
            [rule()],
            rule("get,list,watch"),
            ['{APIGroups:[""], Resources:["pods"], Verbs:["list" "watch"]}'],
        ),
        (
            [rule()],
            rule("get", "", "pods,nodes"),
            ['{APIGroups:[""], Resources:["nodes"], Verbs:["get"]}'],
        ),
        ([rule("get", "", "*/log")], rule("get", "", "pods/log"), []),
        (
            [rule("get", "", "pods", "a")],
            rule(),
            ['{APIGroups:[""], Resources:["pods"], Verbs:["get"]}'],
        ),
        ([rule()], rule("get", "", "pods", "a"), []),
        (
            [rule("get", "", "pods", "a")],
            rule("get", "", "pods", "b"),
            [
                '{APIGroups:[""], Resources:["pods"], ResourceNames:["b"], Verbs:["get"]}'
            ],
        ),
        (
            [{"verbs": ["get"], "nonResourceURLs": ["/api/*"]}],
            {"verbs": ["get"], "nonResourceURLs": ["/api/v1", "/version"]},
            ['{NonResourceURLs:["/version"], Verbs:["get"]}'],
        ),
    ],
)
def test_what_is_missing_is_told_together(owned, asked, told):
    assert missing(owned, [asked]) == told


@pytest.fixture
def client():
    client = Client(Cluster(1, kubelet="instant"))
    client.post(ROLES, {"metadata": {"name": "writer"}, "rules": [WRITES, READS]})
    client.post(BINDINGS, bound("writer", "Role", "bob"))
    return client


def bound(role, kind="Role", own="b"):
    reference = {"apiGroup": GROUP, "kind": kind, "name": role}
    return {"metadata": {"name": own}, "roleRef": reference, "subjects": [BOB]}


def told(answer):
    return answer[0], answer[1].get("message", "")


def test_a_role_gives_no_more_than_its_author_has(client):
    role = {"metadata": {"name": "r"}, "rules": [rule("get,delete")]}
    assert told(client.call("POST", ROLES, role, headers=AS_BOB)) == (
        403,
        f'roles.{GROUP} "r" is forbidden: {LACKS}'
        '{APIGroups:[""], Resources:["pods"], Verbs:["delete"]}',
    )
    less = {**role, "rules": [rule()]}
    assert client.call("POST", ROLES, less, headers=AS_BOB)[0] == 201
    body = {"rules": [rule("list")]}
    headers = {**AS_BOB, "content-type": "application/merge-patch+json"}
    code, message = told(client.call("PATCH", f"{ROLES}/r", body, headers=headers))
    assert (code, "not currently held" in message) == (403, True)
    # Requests without impersonation may do everything.
    client.post(ROLES, {**role, "metadata": {"name": "s"}})


def test_a_binding_gives_no_more_either(client):
    assert client.call("POST", BINDINGS, bound("writer"), headers=AS_BOB)[0] == 201
    edit = bound("edit", "ClusterRole", "c")
    code, message = told(client.call("POST", BINDINGS, edit, headers=AS_BOB))
    assert (code, message.startswith(f'rolebindings.{GROUP} "c" is forbidden: {LACKS}')) == (403, True)  # fmt: skip
    ghost = bound("ghost", "Role", "d")
    assert told(client.call("POST", BINDINGS, ghost, headers=AS_BOB)) == (
        404,
        f'roles.{GROUP} "ghost" not found',
    )


@pytest.mark.parametrize(
    ("verb", "resources", "path", "body"),
    [
        ("escalate", "roles", ROLES, {"metadata": {"name": "r"}, "rules": [rule("*")]}),
        ("bind", "clusterroles", BINDINGS, bound("edit", "ClusterRole", "c")),
    ],
)
def test_whoever_may_escalate_or_bind_is_not_asked(client, verb, resources, path, body):
    more = [WRITES, READS, rule(verb, GROUP, resources)]
    client.patch(f"{ROLES}/writer", {"rules": more}, "merge")
    assert client.call("POST", path, body, headers=AS_BOB)[0] == 201


def test_roles_put_together_of_others_are_for_who_has_everything(client):
    everywhere = rule("create", GROUP, "clusterroles")
    client.post(f"{RBAC}/clusterroles", {"metadata": {"name": "w"}, "rules": [everywhere]})  # fmt: skip
    client.post(f"{RBAC}/clusterrolebindings", bound("w", "ClusterRole", "w"))
    selectors = [{"matchLabels": {"a": "b"}}]
    role = {"metadata": {"name": "all"}, "aggregationRule": {"clusterRoleSelectors": selectors}}  # fmt: skip
    assert told(client.call("POST", f"{RBAC}/clusterroles", role, headers=AS_BOB)) == (
        403,
        f'clusterroles.{GROUP} "all" is forbidden: '
        "must have cluster-admin privileges to use the aggregationRule",
    )
