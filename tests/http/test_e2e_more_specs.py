"""More specs of Kubernetes' own end-to-end suite, on apply, lists in parts and kubectl; as in `test_e2e_specs`."""

import pytest

from k8slearn.cluster import Cluster
from tests.support.api_client import names
from tests.support.go_client import (
    GoClient,
    by_title,
    controlled,
    made,
    template,
)

CORE = "/api/v1/namespaces/default"
APPS = "/apis/apps/v1/namespaces/default"
PODS = f"{CORE}/pods"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"
SPECS = {}
spec = by_title(SPECS)


# Server-side apply ---------------------------------------------------------------------------------------------------


DEPLOYMENTS = f"{APPS}/deployments"


def applied(go, o, manager, **query):
    return go.patch(f"{DEPLOYMENTS}/web", o, "apply", fieldManager=manager, **query)


def deployment(replicas=None, image="nginx:1", labels=None):
    o = controlled("Deployment")
    o["spec"]["template"]["spec"]["containers"][0]["image"] = image
    del o["spec"]["replicas"]
    if replicas is not None:
        o["spec"]["replicas"] = replicas
    if labels:
        o["metadata"]["labels"] = labels
    return o


@spec(
    "ServerSideApply should remove a field if it is owned but removed in "
    "the apply request"
)
def removed(go):
    assert applied(go, deployment(3, labels={"a": "b"}), "m")[0] == 201
    code, found = applied(go, deployment(3), "m")
    assert code == 200 and "labels" not in found["metadata"]


@spec(
    "ServerSideApply should not remove a field if an owner unsets the field"
    " but other managers still have ownership of the field"
)
def still_owned(go):
    applied(go, deployment(3), "one")
    applied(go, deployment(3), "two")
    code, found = applied(go, deployment(), "one")
    assert code == 200 and found["spec"]["replicas"] == 3
    code, found = applied(go, deployment(), "two")
    # Nobody has it any more: it is what it is by default.
    assert code == 200 and found["spec"]["replicas"] == 1


@spec("ServerSideApply should ignore conflict errors if force apply is used")
def forced(go):
    applied(go, deployment(3), "one")
    code, status = applied(go, deployment(4), "two")
    assert code == 409 and status["message"] == (
        'Apply failed with 1 conflict: conflict with "one": .spec.replicas'
    )
    code, found = applied(go, deployment(4), "two", force="true")
    assert code == 200 and found["spec"]["replicas"] == 4


@spec(
    "ServerSideApply should give up ownership of a field if forced applied "
    "by a controller"
)
def given_up(go):
    applied(go, deployment(3), "user")
    applied(go, deployment(5), "controller", force="true")
    code, found = applied(go, deployment(), "user")
    assert code == 200 and found["spec"]["replicas"] == 5
    owners = {
        entry["manager"]: entry["fieldsV1"]["f:spec"]
        for entry in found["metadata"]["managedFields"]
        if entry["operation"] == "Apply"
    }
    assert "f:replicas" in owners["controller"]
    assert "f:replicas" not in owners["user"]


# Lists in parts --------------------------------------------------------------------------------------------------


TEMPLATES = f"{CORE}/podtemplates"


def pod_template(name, **more):
    return made("v1", "PodTemplate", name, template=template(), **more)


@spec(
    "Servers with support for API chunking should return chunks of results "
    "for list calls"
)
def chunks(go):
    for number in range(40):
        go.make(TEMPLATES, pod_template(f"template-{number:04}"))
    found, query, left = [], {"limit": 17}, 40
    while True:
        page = go.get(TEMPLATES, **query)
        found += names(page)
        left -= len(page["items"])
        assert page["metadata"].get("remainingItemCount", 0) == left
        query["continue"] = page["metadata"].get("continue", "")
        if not query["continue"]:
            break
    assert found == names(go.get(TEMPLATES)) and left == 0
    code, status = go.call("GET", TEMPLATES, limit=5, **{"continue": "nonsense"})
    assert code == 400 and "continue key is not valid" in status["message"]


@spec(
    "Servers with support for Table transformation should return chunks of "
    "table results for list calls"
)
def table_chunks(go):
    for number in range(20):
        go.make(TEMPLATES, pod_template(f"template-{number:04}"))
    as_table = {"accept": TABLE}
    first = go.get(TEMPLATES, headers=as_table, limit=11)
    assert len(first["rows"]) == 11 and first["metadata"]["remainingItemCount"] == 9
    more = {"continue": first["metadata"]["continue"]}
    rest = go.get(TEMPLATES, headers=as_table, limit=11, **more)
    assert len(rest["rows"]) == 9 and "continue" not in rest["metadata"]
    assert rest["rows"][-1]["cells"][0] == "template-0019"


# kubectl's commands ------------------------------------------------------------------------------------------------


@spec("Kubectl client Kubectl apply apply set/view last-applied")
def last_applied(go):
    note = "kubectl.kubernetes.io/last-applied-configuration"
    o = deployment(2)
    o["metadata"]["annotations"] = {note: '{"spec":{"replicas":2}}'}
    assert go.make(DEPLOYMENTS, o)["metadata"]["annotations"][note]
    patch = {"metadata": {"annotations": {note: '{"spec":{"replicas":3}}'}}}
    go.change(f"{DEPLOYMENTS}/web", patch)
    found = go.get(f"{DEPLOYMENTS}/web")
    assert found["metadata"]["annotations"][note] == '{"spec":{"replicas":3}}'
    assert found["spec"]["replicas"] == 2


QUOTAS = f"{CORE}/resourcequotas"


@spec("Kubectl client Kubectl create quota should create a quota without scopes")
def quota(go):
    hard = {"cpu": "1M", "pods": "1M"}
    go.make(QUOTAS, made("v1", "ResourceQuota", "million", spec={"hard": hard}))
    found = go.get(f"{QUOTAS}/million")["spec"]
    assert found == {"hard": {"cpu": "1M", "pods": "1M"}}


@spec("Kubectl client Kubectl create quota should create a quota with scopes")
def scoped_quota(go):
    body = {"hard": {"pods": "1M"}, "scopes": ["BestEffort", "NotTerminating"]}
    go.make(QUOTAS, made("v1", "ResourceQuota", "scopes", spec=body))
    assert go.get(f"{QUOTAS}/scopes")["spec"] == body
    both = {**body, "scopes": ["BestEffort", "Terminating", "NotTerminating"]}
    code, why = go.refused("POST", QUOTAS, made("v1", "ResourceQuota", "w", spec=both))
    assert code == 422 and "conflicting scopes" in why


@spec(
    "Kubectl client Kubectl describe should check if kubectl describe "
    "prints relevant information for cronjob"
)
def described_cron_job(go):
    job = {"template": template(restartPolicy="OnFailure")}
    body = {"schedule": "*/1 * * * *", "jobTemplate": {"spec": job}}
    path = "/apis/batch/v1/namespaces/default/cronjobs"
    go.make(path, made("batch/v1", "CronJob", "web", spec=body))
    found = go.get(f"{path}/web")["spec"]
    told = (
        "concurrencyPolicy",
        "suspend",
        "successfulJobsHistoryLimit",
        "failedJobsHistoryLimit",
    )
    assert [found[field] for field in told] == ["Allow", False, 3, 1]
    selector = "involvedObject.name=web"
    assert go.get(f"{CORE}/events", fieldSelector=selector)["items"] == []


RCS = f"{CORE}/replicationcontrollers"


@spec(
    "Kubectl client Kubectl describe should check if kubectl describe "
    "prints relevant information for rc and pods"
)
def described_rc(go):
    go.make(RCS, controlled("ReplicationController", replicas=1))
    go.until(lambda: go.get(f"{RCS}/web")["status"].get("readyReplicas"))
    (found,) = go.get(PODS, labelSelector="name=web")["items"]
    (owner,) = found["metadata"]["ownerReferences"]
    assert (owner["kind"], owner["name"], owner["apiVersion"]) == (
        "ReplicationController",
        "web",
        "v1",
    )
    about = "involvedObject.name=web,involvedObject.kind=ReplicationController"
    (event,) = go.get(f"{CORE}/events", fieldSelector=about)["items"]
    assert event["message"] == f"Created pod: {found['metadata']['name']}"
    assert event["source"]["component"] == "replication-controller"


@spec("Kubectl client Kubectl get componentstatuses should get componentstatuses")
def component_statuses(go):
    found = go.get("/api/v1/componentstatuses")
    assert names(found) == ["controller-manager", "etcd-0", "scheduler"]
    one = go.get("/api/v1/componentstatuses/etcd-0")
    assert one["conditions"][0]["type"] == "Healthy"


@spec("Kubectl delete interactive based on user confirmation input")
def deleted(go):
    go.make(DEPLOYMENTS, deployment(1))
    assert go.call("GET", f"{DEPLOYMENTS}/web")[0] == 200
    go.remove(f"{DEPLOYMENTS}/web")
    go.until(lambda: go.call("GET", f"{DEPLOYMENTS}/web")[0] == 404)


# Who may -----------------------------------------------------------------------------------------------------------


@spec("SubjectReview should support SubjectReview API operations")
def subject_review(go):
    go.make(f"{CORE}/serviceaccounts", made("v1", "ServiceAccount", "e2e"))
    user = "system:serviceaccount:default:e2e"
    what = {
        "verb": "list",
        "resource": "configmaps",
        "version": "v1",
        "namespace": "default",
    }
    spec = {"user": user, "resourceAttributes": what}
    group = "authorization.k8s.io/v1"
    review = {"apiVersion": group, "metadata": {}, "spec": spec}
    local = {**review, "kind": "LocalSubjectAccessReview"}
    local["metadata"] = {"namespace": "default"}
    everywhere = {**review, "kind": "SubjectAccessReview"}
    paths = {
        f"/apis/{group}/subjectaccessreviews": everywhere,
        f"/apis/{group}/namespaces/default/localsubjectaccessreviews": local,
    }
    as_user = {"impersonate-user": user}
    for path, body in paths.items():
        status = go.make(path, body).get("status", {})
        # As protobuf a truth value that is false says nothing.
        allowed = status.get("allowed", False)
        code, _ = go.call("GET", f"{CORE}/configmaps", headers=as_user)
        assert code == (200 if allowed else 403)


@pytest.mark.parametrize("wire", ["json", "protobuf"])
@pytest.mark.parametrize("title", SPECS)
def test_the_spec_passes(title, wire):
    SPECS[title](GoClient(Cluster(2, kubelet="instant"), wire))
