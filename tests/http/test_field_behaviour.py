"""More situations like in `test_field_situations`: Pods that cannot be created, life on a Node, refusals."""

import pytest

from tests.support.go_client import controlled, made, pod
from tests.support.situations import (
    APPS,
    CORE,
    PODS,
    SETS,
    collector,
    daemon_set,
    why,
)

ROWS = []
row = collector(ROWS)


# 6. Status when creation fails -------------------------------------------------------------------------------------


def failed(go, kind, name, place="default"):
    found = go.get(f"/apis/apps/v1/namespaces/{place}/{kind}s/{name}")
    return [
        c["reason"]
        for c in found["status"].get("conditions", ())
        if c["type"] == "ReplicaFailure"
    ]


def creation_failed(go, name, place="default"):
    query = {"fieldSelector": f"reason=FailedCreate,involvedObject.name={name}"}
    found = go.get(f"/api/v1/namespaces/{place}/events", **query)["items"]
    return found[0]["message"] if found else ""


@row(
    6,
    [
        3,
        0,
        1,
        'Error creating: pods "f1-" is forbidden: no PriorityClass with name ghost was found',
    ],
)
def daemon_of_a_ghost_priority(go):
    go.make(SETS, daemon_set("f1", priorityClassName="ghost"))
    go.cluster.run(3)
    status = go.get(f"{SETS}/f1")["status"]
    return [
        status["desiredNumberScheduled"],
        status["currentNumberScheduled"],
        status["observedGeneration"],
        creation_failed(go, "f1"),
    ]


@row(6, [3, 1])
def daemon_under_a_quota(go):
    go.make("/api/v1/namespaces", made("v1", "Namespace", "tight"))
    go.cluster.run(1)
    quota = made("v1", "ResourceQuota", "q", spec={"hard": {"pods": "1"}})
    go.make("/api/v1/namespaces/tight/resourcequotas", quota)
    go.cluster.run(1)
    path = "/apis/apps/v1/namespaces/tight/daemonsets"
    go.make(path, daemon_set("f2"))
    go.cluster.run(10)
    status = go.get(f"{path}/f2")["status"]
    assert (
        "exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1"
        in creation_failed(go, "f2", "tight")
    )
    return [status["desiredNumberScheduled"], status["currentNumberScheduled"]]


@row(6, ["FailedCreate"])
def replica_set_of_a_ghost_account(go):
    go.make(
        f"{APPS}/replicasets",
        controlled("ReplicaSet", "f3", serviceAccountName="ghost"),
    )
    go.cluster.run(3)
    return failed(go, "replicaset", "f3")


@row(6, ["FailedCreate"])
def deployment_of_a_ghost_account(go):
    go.make(
        f"{APPS}/deployments",
        controlled("Deployment", "f4", serviceAccountName="ghost"),
    )
    go.cluster.run(3)
    return failed(go, "deployment", "f4")


@row(6, ["", 3, 3])
def daemon_is_cured(go):
    go.make(SETS, daemon_set("f5", serviceAccountName="later"))
    go.cluster.run(3)
    go.make(f"{CORE}/serviceaccounts", made("v1", "ServiceAccount", "later"))
    go.cluster.run(60)
    status = go.get(f"{SETS}/f5")["status"]
    return ["", status["desiredNumberScheduled"], status["currentNumberScheduled"]]


# 7. Life on the Node -----------------------------------------------------------------------------------------------


def log(go, name, **query):
    code, status = go.call("GET", f"{PODS}/{name}/log", **query)
    return code, status["message"]


def two_containers(name):
    o = pod(name)
    o["spec"]["containers"].append({"name": "d", "image": "nginx:1"})
    return o


@row(7, (400, "a container name must be specified for pod l1, choose one of: [c d]"))
def log_of_one_of_two(go):
    go.make(PODS, two_containers("l1"))
    go.cluster.run(2)
    return log(go, "l1")


@row(7, (400, "a container name must be specified for pod l6, choose one of: [i c d]"))
def log_of_one_of_three(go):
    made = two_containers("l6")
    made["spec"]["initContainers"] = [{"name": "i", "image": "busybox:1"}]
    go.make(PODS, made)
    return log(go, "l6")


@row(7, (400, "container ghost is not valid for pod l2"))
def log_of_no_container(go):
    go.make(PODS, pod("l2"))
    go.cluster.run(2)
    return log(go, "l2", container="ghost")


@row(7, (204, b""))
def log_of_a_pod_nowhere(go):
    go.make(PODS, pod("l3", nodeSelector={"no": "where"}))
    go.cluster.run(2)
    answer = go.ask("GET", f"{PODS}/l3/log", follow="true")
    return answer.code, answer.payload()


@row(7, (404, 'pods "l4" not found'))
def log_of_no_pod(go):
    return log(go, "l4")


@row(7, (400, 'previous terminated container "c" in pod "l5" not found'))
def log_of_a_life_that_was_not(go):
    go.make(PODS, pod("l5"))
    go.cluster.run(2)
    return log(go, "l5", previous="true")


# 8. Refusals that say what is wrong --------------------------------------------------------------------------------


@row(
    8,
    (
        422,
        (
            "spec.expirationSeconds: Invalid value: 60: may not specify a "
            "duration less than 10 minutes"
        ),
    ),
)
def short_token(go):
    o = {
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "TokenRequest",
        "spec": {"expirationSeconds": 60},
    }
    return why(go, f"{CORE}/serviceaccounts/default/token", o)


@row(8, (404, 'serviceaccounts "ghost" not found'))
def token_of_a_ghost(go):
    o = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
    return why(go, f"{CORE}/serviceaccounts/ghost/token", o)


@row(
    8,
    (
        415,
        (
            "the body of the request was in an unknown format - accepted media "
            "types include: application/json, application/yaml, "
            "application/vnd.kubernetes.protobuf"
        ),
    ),
)
def body_of_another_type(go):
    code, status = go.call(
        "POST", PODS, b"a: b", headers={"content-type": "text/plain"}
    )
    return code, status["message"]


@row(8, (404, "the server could not find the requested resource"))
def kind_of_an_old_version(go):
    code, status = go.call(
        "GET", "/apis/extensions/v1beta1/namespaces/default/daemonsets"
    )
    return code, status["message"]


@row(
    8,
    (
        400,
        (
            'DaemonSet in version "v1" cannot be handled as a DaemonSet: strict'
            ' decoding error: unknown field "spec.template.spec.nodeSelectors"'
        ),
    ),
)
def misspelt_field(go):
    return why(go, SETS, daemon_set("r5", nodeSelectors={}), fieldValidation="Strict")


@pytest.mark.parametrize(("play", "expected"), ROWS)
def test_the_situation_is_as_it_is_with_a_real_one(go, play, expected):
    assert play(go) == expected
