"""Specs of Kubernetes' own end-to-end suite on Pods and where they go; as in `test_e2e_specs`."""

import pytest

from k8slearn.cluster import Cluster
from tests.support.api_client import events
from tests.support.go_client import (
    MARKED,
    GoClient,
    by_title,
    controlled,
    made,
    pod,
    template,
    whole_life,
)

CORE = "/api/v1/namespaces/default"
APPS = "/apis/apps/v1/namespaces/default"
PODS = f"{CORE}/pods"
TEMPLATES = f"{CORE}/podtemplates"
CLASSES = "/apis/node.k8s.io/v1/runtimeclasses"
LIMITS = f"{CORE}/limitranges"
HOST = "kubernetes.io/hostname"
SPECS = {}
spec = by_title(SPECS)


# PodTemplates ------------------------------------------------------------------------------------------------------


def pod_template(name, **labels):
    return made("v1", "PodTemplate", name, labels, template=template())


@spec("PodTemplates should run the lifecycle of PodTemplates")
def pod_template_life(go):
    go.make(TEMPLATES, pod_template("t", a="b"))
    assert go.count("/api/v1/podtemplates", labelSelector="a=b") == 1
    found = go.change(f"{TEMPLATES}/t", MARKED, "strategic")
    assert found["metadata"]["labels"] == {"a": "b", "patched": "true"}
    go.remove(f"{TEMPLATES}/t")
    assert not go.count(TEMPLATES)


@spec("PodTemplates should delete a collection of pod templates")
def pod_templates_deleted(go):
    for name in ("one", "two", "three"):
        go.make(TEMPLATES, pod_template(name, set="true"))
    go.remove(TEMPLATES, labelSelector="set=true")
    assert not go.count(TEMPLATES)


@spec("PodTemplates should replace a pod template")
def pod_template_replaced(go):
    found = go.make(TEMPLATES, pod_template("t"))
    found["metadata"]["annotations"] = {"updated": "true"}
    found["metadata"].pop("managedFields")
    updated = go.put(f"{TEMPLATES}/t", found)
    assert updated["metadata"]["annotations"] == {"updated": "true"}


# RuntimeClasses ----------------------------------------------------------------------------------------------------


def runtime_class(name="rc", **more):
    return made("node.k8s.io/v1", "RuntimeClass", name, handler="runc", **more)


@spec("RuntimeClass should support RuntimeClasses API operations")
def runtime_classes(go):
    whole_life(go, CLASSES, runtime_class("a"), runtime_class("b"))


@spec("RuntimeClass should reject a Pod requesting a deleted RuntimeClass")
def deleted_class(go):
    go.make(CLASSES, runtime_class())
    go.remove(f"{CLASSES}/rc")
    code, why = go.refused("POST", PODS, pod(runtimeClassName="rc"))
    assert (code, why) == (
        403,
        'pods "p" is forbidden: pod rejected: RuntimeClass "rc" not found',
    )


@spec(
    "RuntimeClass should reject a Pod requesting a RuntimeClass with "
    "conflicting node selector"
)
def conflicting_class(go):
    where = {"nodeSelector": {"foo": "conflict"}}
    go.make(CLASSES, runtime_class(scheduling=where))
    body = pod(runtimeClassName="rc", nodeSelector={"foo": "bar"})
    code, why = go.refused("POST", PODS, body)
    assert code == 403 and "conflict" in why and "foo" in why


@spec(
    "RuntimeClass should reject a Pod requesting a RuntimeClass with an "
    "unconfigured handler"
)
def unconfigured_class(go):
    other = {**runtime_class(), "handler": "unconfigured"}
    go.make(CLASSES, other)
    assert go.make(PODS, pod(runtimeClassName="rc"))["spec"]["runtimeClassName"] == "rc"


# Limits ------------------------------------------------------------------------------------------------------------


def limit_range(name="limits"):
    limit = {
        "type": "Container",
        "min": {"cpu": "50m", "memory": "100Mi", "ephemeral-storage": "100Gi"},
        "max": {"cpu": "500m", "memory": "500Mi", "ephemeral-storage": "500Gi"},
        "default": {"cpu": "500m", "memory": "500Mi", "ephemeral-storage": "500Gi"},
        "defaultRequest": {
            "cpu": "100m",
            "memory": "200Mi",
            "ephemeral-storage": "200Gi",
        },
        "maxLimitRequestRatio": {},
    }
    return made("v1", "LimitRange", name, spec={"limits": [limit]})


@spec(
    "LimitRange should create a LimitRange with defaults and ensure pod has"
    " those defaults applied."
)
def limits_applied(go):
    go.make(LIMITS, limit_range())
    (container,) = go.make(PODS, pod("none"))["spec"]["containers"]
    limit = limit_range()["spec"]["limits"][0]
    assert container["resources"] == {
        "limits": limit["default"],
        "requests": limit["defaultRequest"],
    }
    for requests in ({"cpu": "10m"}, {"cpu": "600m"}):
        part = pod("part")
        part["spec"]["containers"][0]["resources"] = {"requests": requests}
        code, why = go.refused("POST", PODS, part)
        assert code in (403, 422) and "cpu" in why
    lower = limit_range()
    lower["spec"]["limits"][0]["min"] = {"cpu": "9m", "memory": "10Mi"}
    go.put(f"{LIMITS}/limits", lower)
    small = pod("small")
    small["spec"]["containers"][0]["resources"] = {"requests": {"cpu": "10m"}}
    go.make(PODS, small)
    go.remove(f"{LIMITS}/limits")
    go.make(PODS, pod("free"))


@spec("LimitRange should list, patch and delete a LimitRange by collection")
def limits_of_many(go):
    for name in ("a", "b"):
        go.make(
            LIMITS,
            {**limit_range(name), "metadata": {"name": name, "labels": {"e2e": name}}},
        )
    assert go.count("/api/v1/limitranges") == 2
    patch = {
        "spec": {
            "limits": [
                {
                    "type": "Container",
                    "default": {"cpu": "400m"},
                    "defaultRequest": {"cpu": "90m"},
                }
            ]
        }
    }
    go.change(f"{LIMITS}/a", {**patch, **MARKED})
    go.remove(LIMITS, labelSelector="e2e=a")
    assert go.count("/api/v1/limitranges") == 1


# Where Pods go -----------------------------------------------------------------------------------------------------


def spread(when):
    return {
        "maxSkew": 1,
        "topologyKey": HOST,
        "whenUnsatisfiable": when,
        "labelSelector": {"matchLabels": {"name": "web"}},
    }


def nodes_of(go):
    return sorted(p["spec"].get("nodeName", "") for p in go.get(PODS)["items"])


@spec(
    "SchedulerPredicates PodTopologySpread Filtering validates 4 pods with "
    "MaxSkew=1 are evenly distributed into 2 nodes"
)
def spread_evenly(go):
    constraints = [spread("DoNotSchedule")]
    replica_set = controlled(
        "ReplicaSet", replicas=4, topologySpreadConstraints=constraints
    )
    go.make(f"{APPS}/replicasets", replica_set)
    go.until(lambda: nodes_of(go) == ["node1", "node1", "node2", "node2"])


@spec(
    "SchedulerPriorities PodTopologySpread Scoring validates pod should be "
    "preferably scheduled to node which makes the matching pods more evenly"
    " distributed"
)
def spread_preferred(go):
    constraints = [spread("ScheduleAnyway")]
    first = controlled("ReplicaSet", replicas=4, nodeName="node1")
    go.make(f"{APPS}/replicasets", first)
    go.until(lambda: nodes_of(go) == ["node1"] * 4)
    body = pod("last", topologySpreadConstraints=constraints)
    # Not the ReplicaSet's: it would have one Pod too many.
    body["metadata"]["labels"] = {"other": "one"}
    go.make(PODS, body)
    go.until(lambda: go.get(f"{PODS}/last")["spec"].get("nodeName") == "node2")


@spec(
    "SchedulerPredicates validates Pods with non-empty schedulingGates are "
    "blocked on scheduling"
)
def gated(go):
    gates = [{"name": "foo"}, {"name": "bar"}]
    replica_set = controlled("ReplicaSet", replicas=3, schedulingGates=gates)
    go.make(f"{APPS}/replicasets", replica_set)
    go.until(lambda: go.count(PODS) == 3)
    go.cluster.run(5)
    for each in go.get(PODS)["items"]:
        (condition,) = each["status"]["conditions"]
        assert condition["reason"] == "SchedulingGated"
        for left in ([{"name": "bar"}], []):
            found = go.get(f"{PODS}/{each['metadata']['name']}")
            found["spec"]["schedulingGates"] = left
            found["metadata"].pop("managedFields")
            go.put(f"{PODS}/{each['metadata']['name']}", found)
    go.until(lambda: all(nodes_of(go)))


@spec(
    "SchedulerPredicates when PVC has node-affinity to non-existent/illegal"
    " nodes, the pod should be scheduled normally if suitable nodes exist"
)
def claimed(go):
    term = {"key": HOST, "operator": "In", "values": ["node1", "i-am-not-there"]}
    terms = [{"matchExpressions": [term]}]
    body = {
        "capacity": {"storage": "1Gi"},
        "accessModes": ["ReadWriteOnce"],
        "hostPath": {"path": "/tmp"},
        "storageClassName": "",
        "nodeAffinity": {"required": {"nodeSelectorTerms": terms}},
    }
    go.make(
        "/api/v1/persistentvolumes", made("v1", "PersistentVolume", "pv", spec=body)
    )
    claim = {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "1Gi"}},
        "storageClassName": "",
        "volumeName": "pv",
    }
    claims = f"{CORE}/persistentvolumeclaims"
    go.make(claims, made("v1", "PersistentVolumeClaim", "c", spec=claim))
    go.until(lambda: go.get(f"{claims}/c")["status"]["phase"] == "Bound")
    volume = {"name": "v", "persistentVolumeClaim": {"claimName": "c"}}
    go.make(PODS, pod(volumes=[volume]))
    go.until(lambda: nodes_of(go) == ["node1"])


@spec(
    "SchedulerPreemption PriorityClass endpoints verify PriorityClass "
    "endpoints can be operated with different HTTP methods"
)
def priority_classes(go):
    path = "/apis/scheduling.k8s.io/v1/priorityclasses"
    for name in ("p1", "p2"):
        value = int(name[1])
        go.make(path, made("scheduling.k8s.io/v1", "PriorityClass", name, value=value))
    patch = {"value": 9}
    code, status = go.patch(f"{path}/p1", patch, "strategic")
    assert code == 422 and status["details"]["causes"][0]["field"] == "value"
    live = go.get(f"{path}/p2")
    live["value"] = 10
    live["metadata"].pop("managedFields")
    assert go.refused("PUT", f"{path}/p2", live)[0] == 422
    go.change(f"{path}/p1", {"description": "updated"}, "strategic")
    assert go.get(f"{path}/p1")["description"] == "updated"


@spec(
    "DisruptionController Listing PodDisruptionBudgets for all namespaces "
    "should list and delete a collection of PodDisruptionBudgets"
)
def budgets(go):
    go.make("/api/v1/namespaces", made("v1", "Namespace", "other"))
    group = "/apis/policy/v1"
    for place in ("default", "other"):
        body = {"minAvailable": 1, "selector": {"matchLabels": {"foo": "bar"}}}
        o = made("policy/v1", "PodDisruptionBudget", "b", {"e2e": "x"}, spec=body)
        go.make(f"{group}/namespaces/{place}/poddisruptionbudgets", o)
    go.cluster.run(2)
    everywhere = f"{group}/poddisruptionbudgets"
    assert go.count(everywhere, labelSelector="e2e=x") == 2
    watch = go.watch(everywhere)
    watch.first()
    go.remove(f"{group}/namespaces/default/poddisruptionbudgets", labelSelector="e2e=x")
    assert go.count(everywhere) == 1
    assert [kind for kind, _ in events(watch.news())] == ["DELETED"]


@pytest.mark.parametrize("wire", ["json", "protobuf"])
@pytest.mark.parametrize("title", SPECS)
def test_the_spec_passes(title, wire):
    SPECS[title](GoClient(Cluster(2, kubelet="instant"), wire))
