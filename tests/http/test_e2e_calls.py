"""Every call that Kubernetes' own end-to-end tests for DaemonSet and ControllerRevision make, with its answer.

Kubernetes: test/e2e/apps/daemon_set.go, test/e2e/apps/controller_revision.go, test/e2e/framework
"""

import time

import pytest

from k8slearn.cluster import Cluster
from tests.support.api_client import events
from tests.support.http_client import ClusterServer, JsonClient, Wire
from tests.support.waiting import eventually

NAMESPACE = "daemonsets-1234"
PLACE = f"/api/v1/namespaces/{NAMESPACE}"
APPS = f"/apis/apps/v1/namespaces/{NAMESPACE}"
SETS, REVISIONS, PODS = (
    f"{APPS}/daemonsets",
    f"{APPS}/controllerrevisions",
    f"{PLACE}/pods",
)
MERGE, STRATEGIC = (
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
)
STREAMING = (
    "watch=true&allowWatchBookmarks=true&sendInitialEvents=true"
    "&resourceVersionMatch=NotOlderThan&timeoutSeconds=30"
)
LABEL = "daemonset-name"


def daemon_set(
    name="daemon-set", image="registry.k8s.io/e2e-test-images/httpd:2.4.38-4"
):
    labels = {LABEL: name}
    container = {
        "name": "app",
        "image": image,
        "ports": [{"containerPort": 9376}],
        "securityContext": {},
    }
    spec = {"containers": [container], "securityContext": {}}
    template = {"metadata": {"labels": labels}, "spec": spec}
    body = {
        "selector": {"matchLabels": labels},
        "template": template,
        "updateStrategy": {},
    }
    return {"metadata": {"name": name, "labels": labels}, "spec": body, "status": {}}


class E2e(JsonClient):
    """The helpers of these tests."""

    def pods(self):
        return self.get(f"{PODS}?labelSelector={LABEL}%3Ddaemon-set")["items"]

    def runs_on(self, count):
        ready = [
            p
            for p in self.pods()
            if is_ready(p) and "deletionTimestamp" not in p["metadata"]
        ]
        return len({p["spec"]["nodeName"] for p in ready}) == count == len(ready)


def is_ready(pod):
    return any(
        c["type"] == "Ready" and c["status"] == "True"
        for c in pod["status"].get("conditions") or ()
    )


@pytest.fixture(scope="module")
def server():
    with ClusterServer(Cluster(3), pace=20.0) as found:
        yield found


@pytest.fixture
def e2e(server):
    client = E2e(server)
    labels = {
        "e2e-framework": "daemonsets",
        "pod-security.kubernetes.io/enforce": "privileged",
    }
    code, found = client.ask(
        "POST",
        "/api/v1/namespaces",
        {"metadata": {"name": NAMESPACE, "labels": labels}},
    )
    assert code == 201 and found["status"]["phase"] == "Active"
    yield client
    client.ask("DELETE", PLACE)
    eventually(lambda: client.ask("GET", PLACE)[0] == 404)


@pytest.fixture
def running(e2e):
    code, found = e2e.ask("POST", SETS, daemon_set())
    assert code == 201 and found["spec"]["updateStrategy"]["type"] == "RollingUpdate"
    eventually(lambda: e2e.runs_on(3))
    return e2e


def streamed(client, path, wanted):
    """The events of a streaming watch up to the wanted one."""
    wire = Wire(client.wire.server)
    answer = wire.send("GET", path, Accept="application/json")
    assert answer.status == 200
    found = []
    while not found or not wanted(*found[-1]):
        found += events(answer.readline())
    wire.close()
    return found


def is_initial_end(kind, o):
    return kind == "BOOKMARK" and o["metadata"].get("annotations") == {
        "k8s.io/initial-events-end": "true"
    }


def test_the_suite_looks_round_before_it_begins(server):
    client = E2e(server)
    assert client.get("/version")["gitVersion"] == "v1.36.2"
    assert client.get("/api/v1/namespaces/default/services/kubernetes")["spec"][
        "ipFamilies"
    ] == ["IPv4"]
    nodes = client.get(
        "/api/v1/nodes?fieldSelector=spec.unschedulable%3Dfalse&resourceVersion=0"
    )["items"]
    assert len(nodes) == 3 and all(is_ready(node) for node in nodes)
    for path in ("pods", "replicationcontrollers"):
        assert client.get(f"/api/v1/namespaces/kube-system/{path}")["items"] == []
    for path in ("daemonsets", "replicasets"):
        assert client.get(f"/apis/apps/v1/namespaces/kube-system/{path}")["items"] == []


def test_a_namespace_is_ready_when_its_account_and_certificate_are_there(e2e):
    for kind, name in (
        ("serviceaccounts", "default"),
        ("configmaps", "kube-root-ca.crt"),
    ):
        path = f"{PLACE}/{kind}?fieldSelector=metadata.name%3D{name}&{STREAMING}"
        found = streamed(e2e, path, is_initial_end)
        assert [(k, o["metadata"].get("name")) for k, o in found[:-1]] == [
            ("ADDED", name)
        ]
        assert e2e.get(f"{PLACE}/{kind}/{name}")["metadata"]["name"] == name
    code, patched = e2e.ask(
        "PATCH", PLACE, {"metadata": {"labels": {"x": "y"}}}, STRATEGIC
    )
    assert code == 200 and patched["metadata"]["labels"]["x"] == "y"


def test_run_and_stop_a_simple_daemon(running):
    victim = running.pods()[0]["metadata"]["name"]
    code, _ = running.ask(
        "DELETE", f"{PODS}/{victim}", {"kind": "DeleteOptions", "apiVersion": "v1"}
    )
    assert code == 200
    eventually(
        lambda: (
            running.runs_on(3)
            and victim not in {p["metadata"]["name"] for p in running.pods()}
        )
    )


def test_run_and_stop_a_daemon_with_a_node_selector(e2e):
    body = daemon_set()
    body["spec"]["template"]["spec"]["nodeSelector"] = {"daemonset-color": "blue"}
    assert e2e.ask("POST", SETS, body)[0] == 201
    node = e2e.get("/api/v1/nodes/node1")
    node["metadata"]["labels"]["daemonset-color"] = "blue"
    assert e2e.ask("PUT", "/api/v1/nodes/node1", node)[0] == 200
    eventually(lambda: e2e.runs_on(1))
    green = {"metadata": {"labels": {"daemonset-color": "green"}}}
    assert e2e.ask("PATCH", "/api/v1/nodes/node1", green, STRATEGIC)[0] == 200
    eventually(lambda: not e2e.pods())
    e2e.ask(
        "PATCH",
        "/api/v1/nodes/node1",
        {"metadata": {"labels": {"daemonset-color": None}}},
        MERGE,
    )


def test_a_failed_daemon_pod_is_replaced(running):
    pod = running.pods()[0]
    pod["metadata"]["resourceVersion"] = ""
    pod["status"]["phase"] = "Failed"
    code, failed = running.ask("PUT", f"{PODS}/{pod['metadata']['name']}/status", pod)
    assert code == 200 and failed["status"]["phase"] == "Failed"
    eventually(
        lambda: (
            running.ask("GET", f"{PODS}/{pod['metadata']['name']}")[0] == 404
            and running.runs_on(3)
        )
    )


def test_roll_back_in_mid_rollout_without_needless_restarts(running):
    before = {p["metadata"]["name"] for p in running.pods()}
    image = {
        "spec": {
            "template": {
                "spec": {"containers": [{"name": "app", "image": "foo:non-existent"}]}
            }
        }
    }
    assert running.ask("PATCH", f"{SETS}/daemon-set", image, STRATEGIC)[0] == 200

    def stuck():
        new = [
            p
            for p in running.pods()
            if p["spec"]["containers"][0]["image"] == "foo:non-existent"
        ]
        return len(new) == 1 and not is_ready(new[0])

    eventually(stuck)
    time.sleep(0.5)
    assert stuck()
    image["spec"]["template"]["spec"]["containers"][0]["image"] = daemon_set()["spec"][
        "template"
    ]["spec"]["containers"][0]["image"]
    assert running.ask("PATCH", f"{SETS}/daemon-set", image, STRATEGIC)[0] == 200
    eventually(lambda: running.runs_on(3))
    assert len(before & {p["metadata"]["name"] for p in running.pods()}) == 2


def test_a_collection_of_daemon_sets_is_listed_and_deleted(running):
    selector = f"labelSelector={LABEL}%3Ddaemon-set"
    assert len(running.get(f"/apis/apps/v1/daemonsets?{selector}")["items"]) == 1
    code, _ = running.ask(
        "DELETE", f"{SETS}?{selector}", {"kind": "DeleteOptions", "apiVersion": "v1"}
    )
    assert (
        code == 200
        and running.get(f"/apis/apps/v1/daemonsets?{selector}")["items"] == []
    )
    eventually(lambda: not running.pods())


def test_the_status_is_read_updated_and_patched_and_seen_by_a_watch(running):
    path = f"{SETS}/daemon-set/status"
    version = running.get(f"{SETS}?labelSelector={LABEL}%3Ddaemon-set")["metadata"][
        "resourceVersion"
    ]
    found = running.get(path)
    condition = {
        "type": "StatusUpdate",
        "status": "True",
        "reason": "E2E",
        "message": "Set from e2e test",
    }
    found["status"]["conditions"] = [condition]
    code, updated = running.ask("PUT", path, found)
    assert code == 200 and updated["status"]["conditions"][0]["type"] == "StatusUpdate"
    patch = {"metadata": {"annotations": {"daemonsetstatus": "patched"}},
             "status": {"conditions": [{"type": "StatusPatched", "status": "True"}]}}  # fmt: skip
    code, patched = running.ask("PATCH", path, patch, MERGE)
    assert (
        code == 200
        and patched["metadata"]["annotations"]["daemonsetstatus"] == "patched"
    )

    def wanted(kind, o):
        conditions = (o.get("status") or {}).get("conditions") or [{}]
        return kind == "MODIFIED" and conditions[0].get("type") == "StatusPatched"

    watched = f"{SETS}?labelSelector={LABEL}%3Ddaemon-set&watch=true&resourceVersion={version}"
    seen = streamed(running, watched, wanted)
    assert {
        o["status"]["conditions"][0]["type"]
        for _, o in seen
        if o["status"].get("conditions")
    } >= {"StatusUpdate"}


def test_surging_keeps_an_available_pod_on_each_node(running):
    change = {
        "spec": {
            "updateStrategy": {"rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}},
            "minReadySeconds": 1,
        }
    }
    assert running.ask("PATCH", f"{SETS}/daemon-set", change, MERGE)[0] == 200
    env = {
        "spec": {
            "template": {
                "spec": {
                    "containers": [
                        {"name": "app", "env": [{"name": "VERSION", "value": "2"}]}
                    ]
                }
            }
        }
    }
    assert running.ask("PATCH", f"{SETS}/daemon-set", env, STRATEGIC)[0] == 200

    def updated():
        pods = [p for p in running.pods() if "deletionTimestamp" not in p["metadata"]]
        assert len({p["spec"]["nodeName"] for p in pods if is_ready(p)}) == 3
        return len(pods) == 3 and all(
            p["spec"]["containers"][0].get("env") for p in pods
        )

    eventually(updated)


def test_controller_revisions_live_through_all_their_verbs(running):
    label = f"labelSelector={LABEL}%3Ddaemon-set"
    (first,) = running.get(f"/apis/apps/v1/controllerrevisions?{label}")["items"]
    name = first["metadata"]["name"]
    patch = {"metadata": {"labels": {name: "patched"}}}
    code, patched = running.ask("PATCH", f"{REVISIONS}/{name}", patch, STRATEGIC)
    assert code == 200 and patched["metadata"]["labels"][name] == "patched"
    copy = {
        "metadata": {
            "name": "copy",
            "labels": {**first["metadata"]["labels"], "e2e": "1"},
        },
        "data": first["data"],
        "revision": 7,
    }
    copy["metadata"]["ownerReferences"] = first["metadata"]["ownerReferences"]
    code, made = running.ask("POST", REVISIONS, copy)
    assert code == 201 and made["revision"] == 7
    eventually(lambda: len(running.get(f"{REVISIONS}?{label}")["items"]) <= 2)
    running.ask("DELETE", f"{REVISIONS}/{name}")
    eventually(lambda: len(running.get(f"{REVISIONS}?{label}")["items"]) == 1)
    (left,) = running.get(f"{REVISIONS}?{label}")["items"]
    left["metadata"]["labels"]["e2e"] = "updated"
    code, updated = running.ask("PUT", f"{REVISIONS}/{left['metadata']['name']}", left)
    assert code == 200 and updated["metadata"]["labels"]["e2e"] == "updated"
    change = {
        "spec": {
            "template": {"spec": {"terminationGracePeriodSeconds": 1}},
            "updateStrategy": {"type": "RollingUpdate"},
        }
    }
    assert running.ask("PATCH", f"{SETS}/daemon-set", change, STRATEGIC)[0] == 200
    eventually(lambda: len(running.get(f"{REVISIONS}?{label}")["items"]) == 2)
    assert running.ask("DELETE", f"{REVISIONS}?labelSelector=e2e%3Dupdated")[0] == 200
    eventually(lambda: len(running.get(f"{REVISIONS}?{label}")["items"]) == 1)


def test_what_is_told_when_a_test_fails_can_be_read(running):
    found = running.get(f"{PLACE}/events")["items"]
    assert {"SuccessfulCreate", "Scheduled"} <= {event["reason"] for event in found}
    assert running.get("/api/v1/pods?fieldSelector=spec.nodeName%3Dnode1")["items"]
    assert running.get("/api/v1/nodes?watch=false&limit=500")["items"]


def test_a_streaming_list_of_pods_and_daemon_sets(running):
    for path, count in ((PODS, 3), (SETS, 1)):
        found = streamed(running, f"{path}?{STREAMING}", is_initial_end)
        assert [kind for kind, _ in found] == ["ADDED"] * count + ["BOOKMARK"]
        assert all(o["kind"] and o["apiVersion"] for _, o in found)
