"""Every built-in kind can be created, changed, watched and deleted, whether or not a component acts on it."""

import pytest

from k8slearn.apimachinery import facts
from k8slearn.cluster import Cluster
from k8slearn.http.kinds import SERVED
from k8slearn.kinds.inert import INERT
from k8slearn.kinds.replicationcontroller import POD_TEMPLATE, REPLICATION_CONTROLLER
from tests.support.api_client import Client, events, names

TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"
ROLE = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "r"}
SUBJECTS = [
    {"kind": "ServiceAccount", "name": "agent", "namespace": "default"},
    {"kind": "User", "name": "ann", "apiGroup": "rbac.authorization.k8s.io"},
]
BACKEND = {"service": {"name": "web", "port": {"number": 80}}}
TEMPLATE = {
    "metadata": {"labels": {"app": "web"}},
    "spec": {"containers": [{"name": "c", "image": "nginx:1"}]},
}
SELECTOR = {"matchLabels": {"app": "web"}}
JOB = {"template": {"spec": {**TEMPLATE["spec"], "restartPolicy": "Never"}}}
# What each object says, and its line of the table behind NAME without AGE; kinds by their own names.
OBJECTS = {
    "ClusterRole": (
        {"rules": [{"verbs": ["get"], "resources": ["pods"], "apiGroups": [""]}]},
        [],
    ),
    "ClusterRoleBinding": (
        {"roleRef": ROLE, "subjects": SUBJECTS},
        ["ClusterRole/r", "ann", "", "default/agent"],
    ),
    "StorageClass": (
        {"provisioner": "disk.example.com", "reclaimPolicy": "Retain"},
        ["disk.example.com", "Retain", "Immediate", False],
    ),
    "CSIDriver": (
        {"spec": {"attachRequired": False, "volumeLifecycleModes": ["Ephemeral"]}},
        [False, False, False, "<unset>", False, "Ephemeral"],
    ),
    "CSINode": ({"spec": {"drivers": [{"name": "d", "nodeID": "n"}]}}, [1]),
    "RuntimeClass": ({"handler": "runsc"}, ["runsc"]),
    "ReplicationController": (
        {"spec": {"replicas": 2, "selector": {"app": "web"}, "template": TEMPLATE}},
        [2, 0, 0, "c", "nginx:1", "app=web"],
    ),
    "PodTemplate": ({"template": TEMPLATE}, ["c", "nginx:1", "app=web"]),
    "HorizontalPodAutoscaler": (
        {
            "spec": {
                "maxReplicas": 5,
                "scaleTargetRef": {
                    "apiVersion": "apps/v1",
                    "kind": "Deployment",
                    "name": "web",
                },
            }
        },
        ["Deployment/web"],
    ),
    "Ingress": (
        {"spec": {"rules": [{"host": "a.example.com"}], "defaultBackend": BACKEND}},
        ["<none>", "a.example.com", "", "80"],
    ),
    "IngressClass": (
        {"spec": {"controller": "example.com/c"}},
        ["example.com/c", "<none>"],
    ),
    "NetworkPolicy": ({"spec": {"podSelector": SELECTOR}}, ["app=web"]),
    "PersistentVolume": (
        {
            "spec": {
                "capacity": {"storage": "1Gi"},
                "accessModes": ["ReadWriteOnce"],
                "hostPath": {"path": "/data"},
            }
        },
        ["1Gi", "RWO"],
    ),
    "PersistentVolumeClaim": (
        {
            "spec": {
                "accessModes": ["ReadWriteOnce"],
                "resources": {"requests": {"storage": "1Gi"}},
            }
        },
        [],
    ),
    "CertificateSigningRequest": (
        {"spec": {"request": "eA==", "signerName": "a.b/c", "usages": ["client auth"]}},
        ["a.b/c"],
    ),
    "ValidatingWebhookConfiguration": (
        {
            "webhooks": [
                {
                    "name": "a.example.com",
                    "clientConfig": {"url": "https://a.example.com"},
                    "sideEffects": "None",
                    "admissionReviewVersions": ["v1"],
                }
            ]
        },
        [1],
    ),
    "VolumeAttributesClass": ({"driverName": "d.example.com"}, ["d.example.com"]),
    "ResourceSlice": (
        {
            "spec": {
                "driver": "gpu.example.com",
                "nodeName": "node1",
                "pool": {"name": "p", "generation": 1, "resourceSliceCount": 1},
            }
        },
        ["node1", "gpu.example.com", "p"],
    ),
}
STORED = [served for served in SERVED if served.stored]
TEMPLATES = [REPLICATION_CONTROLLER, POD_TEMPLATE]
UNDERSTOOD = [row for row in (*INERT, *TEMPLATES) if row.kind in OBJECTS]


@pytest.fixture(scope="module")
def client():
    return Client(Cluster(1, kubelet="instant"))


def path_of(row):
    place = f"/apis/{row.api_version}" if row.group else f"/api/{row.version}"
    inside = "/namespaces/default" if row.namespaced else ""
    return f"{place}{inside}/{row.plural}"


def new(row, name="x", **fields):
    return {
        "apiVersion": row.api_version,
        "kind": row.kind,
        "metadata": {"name": name},
        **fields,
    }


def test_all_that_a_server_has_is_offered():
    assert {(s.resource.api_version, s.kind) for s in STORED} <= set(facts.kinds())
    assert len(SERVED) == len(facts.kinds()) + 2  # and the two of metrics-server


@pytest.mark.parametrize("row", UNDERSTOOD, ids=lambda row: row.kind)
def test_an_object_of_any_kind_has_a_whole_life(client, row):
    path = path_of(row)
    known = names(client.get(path))
    watch = client.watch(path)
    watch.first()
    made = client.post(path, new(row, **OBJECTS[row.kind][0]))
    assert made["metadata"]["uid"] and made["metadata"]["managedFields"]
    assert made["metadata"].get("generation") == (1 if row.generation else None)
    assert set(names(client.get(path))) - {*known} == {"x"}
    rows = client.get(path, headers={"accept": TABLE})["rows"]
    (line,) = (each for each in rows if each["cells"][0] == "x")
    assert len(line["cells"]) == len(row.columns)
    shown = [cell for cell in line["cells"][1:] if cell not in ("0s",)]
    for cell in OBJECTS[row.kind][1]:
        assert cell in shown
    code, _ = client.patch(f"{path}/x", {"metadata": {"labels": {"a": "b"}}}, "merge")
    assert code == 200
    again = new(row, **OBJECTS[row.kind][0])
    code, applied = client.patch(
        f"{path}/x", again, "apply", fieldManager="m", force="true"
    )
    assert code == 200 and applied["metadata"]["labels"]["a"] == "b"
    code, _ = client.call("DELETE", f"{path}/x")
    assert code == 200
    # What lets go of what it owns is gone a moment later.
    client.cluster.run(1)
    kinds = [event for event, _ in events(watch.news())]
    assert kinds[0] == "ADDED" and kinds[-1] == "DELETED" and "MODIFIED" in kinds


@pytest.mark.parametrize("row", INERT, ids=lambda row: row.kind)
def test_what_its_schema_does_not_know_is_refused(client, row):
    body = new(row, nothing=1)
    code, status = client.call("POST", path_of(row), body, fieldValidation="Strict")
    assert code == 400 and 'unknown field "nothing"' in status["message"]
    answer = client.ask(
        "POST", path_of(row), body, fieldValidation="Warn", dryRun="All"
    )
    assert answer.code == 422 or 'unknown field "nothing"' in answer.warnings


def test_who_is_missing_says_so_once():
    cluster = Cluster(1)
    (row,) = (row for row in INERT if row.kind == "HorizontalPodAutoscaler")
    cluster.apply(new(row, **OBJECTS[row.kind][0]))
    cluster.run(30)
    cluster.label("node1", {"a": "b"})
    cluster.patch(row.kind, "x", {"spec": {"maxReplicas": 9}})
    cluster.run(30)
    told = [e for e in cluster.list("Event") if e["reason"] == "NotModelled"]
    (event,) = told
    assert event["source"] == {"component": "horizontal-pod-autoscaler"}
    assert event["involvedObject"]["kind"] == row.kind
    assert "horizontal-pod-autoscaler" in event["message"]


def test_plain_data_says_nothing():
    cluster = Cluster(1)
    (row,) = [row for row in INERT if row.kind == "ClusterRole"]
    cluster.apply(new(row, **OBJECTS["ClusterRole"][0]))
    cluster.run(30)
    assert not [e for e in cluster.list("Event") if e["reason"] == "NotModelled"]


def test_a_scale_changes_only_the_number(client):
    row = REPLICATION_CONTROLLER
    path = path_of(row)
    client.post(path, new(row, "s", **OBJECTS["ReplicationController"][0]))
    scale = client.get(f"{path}/s/scale")
    assert scale["kind"] == "Scale" and scale["spec"] == {"replicas": 2}
    assert scale["status"] == {"replicas": 0, "selector": "app=web"}
    scale["spec"]["replicas"] = 4
    code, answer = client.call("PUT", f"{path}/s/scale", scale)
    assert code == 200 and answer["spec"] == {"replicas": 4}
    code, answer = client.patch(f"{path}/s/scale", {"spec": {"replicas": -1}}, "merge")
    assert code == 422 and "greater than or equal to 0" in answer["message"]
    found = client.get(f"{path}/s")
    assert found["spec"]["replicas"] == 4 and found["metadata"]["generation"] == 2
    code, _ = client.call("PUT", f"{path}/s/scale", scale)
    assert code == 409, "the scale is of an older version"


def test_one_event_has_two_versions(client):
    about = {"kind": "Node", "name": "node1"}
    moment = "2026-01-01T00:00:00.000000Z"
    body = {
        "metadata": {"name": "e"},
        "eventTime": moment,
        "type": "Normal",
        "reason": "Seen",
        "action": "Look",
        "note": "so it is",
        "regarding": about,
        "reportingController": "k",
        "reportingInstance": "k-1",
    }
    new_path = "/apis/events.k8s.io/v1/namespaces/default/events"
    made = client.post(new_path, body)
    assert made["apiVersion"] == "events.k8s.io/v1" and made["note"] == "so it is"
    old = client.get("/api/v1/namespaces/default/events/e")
    assert old["message"] == "so it is" and old["involvedObject"] == about
    code, changed = client.patch(f"{new_path}/e", {"note": "or not"}, "merge")
    assert code == 200 and changed["note"] == "or not" and "message" not in changed
    found = client.get(new_path, fieldSelector="reason=Seen")
    assert names(found) == ["e"] and found["items"][0]["note"] == "or not"


def test_an_autoscaler_of_version_one_is_the_same_as_that_of_two(client):
    place = "/apis/autoscaling/{}/namespaces/default/horizontalpodautoscalers"
    target = {"kind": "Deployment", "name": "web", "apiVersion": "apps/v1"}
    spec = {
        "maxReplicas": 3,
        "scaleTargetRef": target,
        "targetCPUUtilizationPercentage": 70,
    }
    client.post(place.format("v1"), {"metadata": {"name": "h"}, "spec": spec})
    two = client.get(place.format("v2") + "/h")
    (metric,) = two["spec"]["metrics"]
    assert metric["resource"]["target"]["averageUtilization"] == 70
    one = client.get(place.format("v1") + "/h")
    assert one["spec"]["targetCPUUtilizationPercentage"] == 70


def test_questions_are_answered_and_not_kept(client):
    ask = {"spec": {"user": "bob", "resourceAttributes": {"verb": "get"}}}
    path = "/apis/authorization.k8s.io/v1/subjectaccessreviews"
    assert client.post(path, ask)["status"] == {"allowed": False}
    ask["spec"]["groups"] = ["system:masters"]
    assert client.post(path, ask)["status"] == {"allowed": True}
    parts = client.get("/api/v1/componentstatuses")
    assert names(parts) == ["controller-manager", "etcd-0", "scheduler"]
    one = client.get("/api/v1/componentstatuses/scheduler")
    assert one["conditions"][0]["type"] == "Healthy"


def scaler(**spec):
    return {
        "spec": {
            "scaleTargetRef": {
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "name": "w",
            },
            **spec,
        }
    }


def bound(**fields):
    return {"roleRef": ROLE, "subjects": SUBJECTS, **fields}


SAID = [
    ("StorageClass", {"provisioner": "p"}, "volumeBindingMode", "Immediate"),
    ("CSIDriver", {"spec": {}}, "spec.attachRequired", True),
    ("CSIDriver", {"spec": {"attachRequired": False}}, "spec.attachRequired", False),
    ("NetworkPolicy", {"spec": {"podSelector": {}}}, "spec.policyTypes", ["Ingress"]),
    (
        "NetworkPolicy",
        {"spec": {"podSelector": {}, "egress": [{}]}},
        "spec.policyTypes",
        ["Ingress", "Egress"],
    ),
    ("ClusterRoleBinding", bound(), "roleRef.apiGroup", ROLE["apiGroup"]),
    ("HorizontalPodAutoscaler", scaler(maxReplicas=2), "spec.minReplicas", 1),
    ("Ingress", OBJECTS["Ingress"][0], "status", {"loadBalancer": {}}),
    ("PersistentVolume", OBJECTS["PersistentVolume"][0], "status.phase", "Pending"),
    (
        "ReplicationController",
        {"spec": {"template": TEMPLATE}},
        "spec.selector",
        {"app": "web"},
    ),
    ("PodTemplate", {"template": TEMPLATE}, "template.spec.restartPolicy", "Always"),
]


def row_named(kind):
    (found,) = [row for row in UNDERSTOOD if row.kind == kind]
    return found


@pytest.mark.parametrize(("kind", "fields", "path", "value"), SAID)
def test_what_is_left_out_is_filled_in(client, kind, fields, path, value):
    row = row_named(kind)
    found = client.post(path_of(row), new(row, "said", **fields), dryRun="All")
    for step in path.split("."):
        found = found[step]
    assert found == value


REFUSED = [
    ("StorageClass", {}, "provisioner: Required value"),
    (
        "StorageClass",
        {"provisioner": "p", "reclaimPolicy": "x"},
        'reclaimPolicy: Unsupported value: "x": supported values: "Delete"',
    ),
    ("RuntimeClass", {}, "handler: Required value"),
    ("ClusterRole", {"rules": [{}]}, "rules[0].verbs: Required value: verbs must"),
    ("ClusterRoleBinding", {"subjects": SUBJECTS}, "roleRef.name: Required value"),
    (
        "ClusterRoleBinding",
        bound(subjects=[{"kind": "Pod", "name": "p"}]),
        "Unsupported",
    ),
    ("HorizontalPodAutoscaler", scaler(), "spec.maxReplicas: Invalid value: 0"),
    (
        "HorizontalPodAutoscaler",
        {"spec": {"maxReplicas": 1}},
        "spec.scaleTargetRef.kind: Required value",
    ),
    (
        "Ingress",
        {"spec": {"rules": [{"http": {"paths": [{"path": "/", "backend": BACKEND}]}}]}},
        "spec.rules[0].http.paths[0].pathType: Required value",
    ),
    ("CSINode", {"spec": {"drivers": [{"name": "d"}]}}, "spec.drivers[0].nodeID"),
    ("PersistentVolume", {"spec": {}}, "spec.accessModes: Required value"),
    ("ReplicationController", {"spec": {}}, "spec.selector: Required value"),
    ("PodTemplate", {}, "template.spec.containers: Required value"),
]


@pytest.mark.parametrize(("kind", "fields", "why"), REFUSED)
def test_what_breaks_a_rule_is_refused(client, kind, fields, why):
    row = row_named(kind)
    code, status = client.call("POST", path_of(row), new(row, "bad", **fields))
    assert code == 422 and why in status["message"], status


def test_what_stays_as_it_was_made_cannot_be_changed(client):
    row = row_named("ClusterRoleBinding")
    client.post(path_of(row), new(row, "fixed", **bound()))
    other = {"roleRef": {**ROLE, "name": "other"}}
    code, status = client.patch(f"{path_of(row)}/fixed", other, "merge")
    assert code == 422 and "cannot change roleRef" in status["message"]
