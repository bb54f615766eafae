"""RBAC: what a rule allows, whom a subject matches, and the default roles."""

import pytest

from k8slearn.kinds.rbac import Access, User, account_of, allows, subject_of, told
from k8slearn.kinds.rbac_defaults import bindings, roles

PODS = {"verbs": ["get", "list"], "apiGroups": [""], "resources": ["pods"]}
LOGS = {"verbs": ["get"], "apiGroups": [""], "resources": ["pods/log"]}
SCALES = {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*/scale"]}
ONE = {**PODS, "resourceNames": ["web"]}
ALL = {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}
PATHS = {"verbs": ["get"], "nonResourceURLs": ["/healthz", "/api/*"]}
# Rule, what is asked for, and the answer. Kubernetes: rbac_test.go, TestRuleMatches
RULES = [
    (PODS, Access("get", resource="pods"), True),
    (PODS, Access("delete", resource="pods"), False),
    (PODS, Access("get", group="apps", resource="pods"), False),
    (PODS, Access("get", resource="pods", subresource="log"), False),
    (LOGS, Access("get", resource="pods", subresource="log"), True),
    (LOGS, Access("get", resource="pods"), False),
    (SCALES, Access("patch", "apps", "deployments", "scale"), True),
    (SCALES, Access("patch", "apps", "deployments", "status"), False),
    (SCALES, Access("patch", "apps", "deployments"), False),
    (ONE, Access("get", resource="pods", name="web"), True),
    (ONE, Access("get", resource="pods", name="db"), False),
    (ONE, Access("list", resource="pods"), False),
    (ALL, Access("use", "any", "thing", "part", "name", "there"), True),
    (ALL, Access("get", path="/healthz"), False),
    (PATHS, Access("get", path="/healthz"), True),
    (PATHS, Access("get", path="/healthz/etcd"), False),
    (PATHS, Access("get", path="/api/v1"), True),
    (PATHS, Access("post", path="/api/v1"), False),
]


@pytest.mark.parametrize(("rule", "asked", "wanted"), RULES)
def test_what_a_rule_allows(rule, asked, wanted):
    assert allows(rule, asked) is wanted


def binding(subject, place=""):
    metadata = {"name": "b", "namespace": place} if place else {"name": "b"}
    role = {"kind": "ClusterRole", "name": "view"}
    return {"metadata": metadata, "roleRef": role, "subjects": [subject]}


ANN = User("ann", ("devs", "system:authenticated"))
X = User("system:serviceaccount:team:x", ("system:serviceaccounts",))
HERE = {"kind": "ServiceAccount", "name": "x"}
THERE = {**HERE, "namespace": "team"}
SUBJECTS = [
    ({"kind": "User", "name": "ann"}, "", ANN, 'User "ann"'),
    ({"kind": "User", "name": "devs"}, "", ANN, ""),
    ({"kind": "Group", "name": "devs"}, "", ANN, 'Group "devs"'),
    (THERE, "", X, 'ServiceAccount "x/team"'),
    # An account without a namespace is of the binding's own.
    (HERE, "team", X, 'ServiceAccount "x/team"'),
    (HERE, "other", X, ""),
    (HERE, "", X, ""),
]


@pytest.mark.parametrize(("subject", "place", "user", "wanted"), SUBJECTS)
def test_whom_a_subject_means(subject, place, user, wanted):
    found = subject_of(binding(subject, place), user)
    assert (found is not None) == bool(wanted)
    if found:
        kind, who = ("RoleBinding", "b/team") if place else ("ClusterRoleBinding", "b")
        text = f'{kind} "{who}" of ClusterRole "view" to {wanted}'
        assert told(binding(subject, place), found) == text


def test_the_name_of_an_account_has_two_parts():
    assert account_of("system:serviceaccount:team:x") == ("team", "x")
    assert account_of("system:serviceaccount:team") is None
    assert account_of("ann") is None


def test_each_role_for_users_may_more_than_the_one_before():
    every = [
        Access(verb, rule["apiGroups"][0], *resource.split("/"))
        for rule in roles()["admin"]["rules"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    ]
    may = {
        who: {
            asked
            for asked in every
            if any(allows(r, asked) for r in roles()[who]["rules"])
        }
        for who in ("view", "edit", "admin", "cluster-admin")
    }
    assert may["view"] < may["edit"] < may["admin"] == may["cluster-admin"]
    assert Access("get", "", "secrets") in may["edit"] - may["view"]
    assert Access("create", "rbac.authorization.k8s.io", "roles") not in may["edit"]
    assert all(b["roleRef"]["name"] in roles() for b in bindings().values())
