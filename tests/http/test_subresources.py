"""The subresources of a Pod, and bodies that are no objects."""

import pytest

from k8slearn.cluster import Cluster
from tests.support.api_client import (
    DAEMON_SETS,
    PODS,
    Client,
    config_map,
    daemon_set,
    names,
)

MAPS = "/api/v1/namespaces/default/configmaps"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"


def test_binding_and_eviction_are_parts_of_a_pod():
    client = Client(Cluster(1, kubelet="manual"))
    pod = {
        "metadata": {"name": "p"},
        "spec": {"containers": [{"name": "c", "image": "i"}], "schedulerName": "mine"},
    }
    client.post(PODS, pod)
    binding = {
        "kind": "Binding",
        "metadata": {"name": "p"},
        "target": {"kind": "Node", "name": "node1"},
    }
    assert client.call("POST", f"{PODS}/p/binding", binding)[0] == 201
    found = client.get(f"{PODS}/p")
    assert found["spec"]["nodeName"] == "node1" and found["metadata"]["generation"] == 1
    assert client.call("POST", f"{PODS}/p/binding", binding)[0] == 409
    assert client.call("POST", f"{PODS}/p/eviction", {"kind": "Eviction"})[0] == 201
    assert client.get(f"{PODS}/p")["metadata"]["deletionTimestamp"]


@pytest.mark.parametrize(
    ("metadata", "spec", "why"),
    [
        ({"finalizers": ["a.b/c"]}, {}, "is being deleted, cannot be assigned to a host"),
        ({}, {"schedulingGates": [{"name": "a.b/c"}]}, "has non-empty .spec.schedulingGates"),
    ],
)  # fmt: skip
def test_a_pod_that_may_go_nowhere_is_bound_to_no_node(metadata, spec, why):
    client = Client(Cluster(1, kubelet="manual"))
    body = {"containers": [{"name": "c", "image": "i"}], "schedulerName": "mine"}
    client.post(PODS, {"metadata": {"name": "p", **metadata}, "spec": body | spec})
    if metadata:
        client.call("DELETE", f"{PODS}/p")
    target = {"kind": "Node", "name": "node1"}
    binding = {"kind": "Binding", "metadata": {"name": "p"}, "target": target}
    code, status = client.call("POST", f"{PODS}/p/binding", binding)
    assert (code, status["message"].partition(": ")[2]) == (409, f"pod p {why}")


def test_what_the_model_leaves_out_is_said(running):
    (pod, *_) = names(running.get(PODS))
    for part in ("attach", "portforward"):
        code, status = running.call("POST", f"{PODS}/{pod}/{part}")
        assert code == 400 and "模型" in status["message"]
    code, status = running.call("POST", f"{PODS}/{pod}/exec", command="ls")
    assert code == 400 and "WebSocket" in status["message"]
    code, status = running.call("POST", f"{PODS}/{pod}/exec")
    assert (code, status["message"]) == (400, "you must specify at least 1 command")


def test_a_log_is_the_same_every_time_and_grows_with_simulated_time(running):
    (pod, *_) = names(running.get(PODS))
    first = running.log(pod).payload()
    assert first and running.log(pod).payload() == first
    running.cluster.run(60)
    later = running.log(pod).payload()
    assert later.startswith(first) and later.count(b"\n") == first.count(b"\n") + 6
    assert (
        running.log(pod, tailLines="1").payload() == later.splitlines(keepends=True)[-1]
    )
    assert running.log(pod, container="no").code == 400


def test_a_followed_log_goes_on_until_its_pod_is_gone(running):
    (pod, *_) = names(running.get(PODS))
    log = running.log(pod, follow="true")
    assert log.first() and not log.news() and not log.over
    running.cluster.run(10)
    assert log.news()
    running.cluster.delete_pod(pod)
    running.cluster.run_until_quiet()
    assert log.over


def test_a_paused_cluster_stores_what_is_written_and_acts_later(client):
    client.post(DAEMON_SETS, daemon_set())
    assert client.get(PODS)["items"] == []
    client.cluster.settle()
    assert len(client.get(PODS)["items"]) == 3


def test_bodies_of_other_types_and_shapes_are_refused(client):
    for media, code in (("text/plain", 415), ("application/yaml", 400)):
        headers = {"content-type": media}
        assert client.call("POST", MAPS, b"\x00", headers=headers)[0] == code
    assert client.call("POST", MAPS, b"[]")[0] == 400
    assert client.call("POST", MAPS, b"[" * 100_000)[0] == 400
    assert (
        client.call(
            "POST",
            MAPS,
            config_map("a") | {"metadata": {"name": "a", "namespace": "kube-system"}},
        )[0]
        == 400
    )
    assert client.call("POST", f"{MAPS}/a", config_map("a"))[0] == 405
    assert client.call("GET", "/apis/nope/v1/x")[0] == 404


def owners(o):
    """The owned fields of an object by manager, operation and subresource."""
    found = {}
    for entry in o["metadata"]["managedFields"]:
        by = (entry["manager"], entry["operation"], entry.get("subresource", ""))
        found[by] = entry["fieldsV1"]
    return found


def test_whoever_scales_owns_the_number_and_an_apply_is_told():
    client = Client(Cluster(1, kubelet="manual"))
    path = "/apis/apps/v1/namespaces/default/deployments/web"
    wanted = {**daemon_set(), "kind": "Deployment"}
    wanted["spec"] = {**wanted["spec"], "replicas": 2}
    client.patch(path, wanted, "apply", fieldManager="kubectl")
    three = {"spec": {"replicas": 3}}
    assert (
        client.patch(f"{path}/scale", three, "merge", fieldManager="kubectl")[0] == 200
    )
    found = owners(client.get(path))
    assert found["kubectl", "Update", "scale"] == {"f:spec": {"f:replicas": {}}}
    assert "f:replicas" not in found["kubectl", "Apply", ""]["f:spec"]
    code, status = client.patch(path, wanted, "apply", fieldManager="kubectl")
    assert (code, status["message"]) == (
        409,
        'Apply failed with 1 conflict: conflict with "kubectl" with subresource "scale" '
        "using apps/v1: .spec.replicas",
    )


def test_whoever_debugs_a_pod_owns_what_was_added():
    client = Client(Cluster(1, kubelet="manual"))
    containers = [{"name": "c", "image": "i"}]
    client.post(PODS, {"metadata": {"name": "p"}, "spec": {"containers": containers}})
    added = {"spec": {"ephemeralContainers": [{"name": "d", "image": "i"}]}}
    path = f"{PODS}/p/ephemeralcontainers"
    assert client.patch(path, added, fieldManager="kubectl-debug")[0] == 200
    mine = owners(client.get(f"{PODS}/p"))[
        "kubectl-debug", "Update", "ephemeralcontainers"
    ]
    assert list(mine) == ["f:spec"]
    assert list(mine["f:spec"]) == ["f:ephemeralContainers"]
