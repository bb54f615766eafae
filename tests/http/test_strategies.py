"""Differences between kinds in writes: PUT, without a resourceVersion, of the status, and deletion.

Kubernetes: pkg/registry/*/strategy.go; played by test/integration/apiserver/apidefinitions
"""

import pytest

from k8slearn.cluster import Cluster
from k8slearn.kinds import BY_KIND
from tests.support.api_client import Client

TEMPLATE = {
    "metadata": {"labels": {"app": "web"}},
    "spec": {"containers": [{"name": "c", "image": "nginx:1"}]},
}
SELECTOR = {"matchLabels": {"app": "web"}}
ROLE = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"}
LEVEL = {"spec": {"priorityLevelConfiguration": {"name": "catch-all"}}}
VOLUME = {
    "spec": {
        "capacity": {"storage": "1Gi"},
        "accessModes": ["ReadWriteOnce"],
        "hostPath": {"path": "/tmp"},
    }
}
ATTACHED = {"attacher": "a", "nodeName": "n", "source": {"persistentVolumeName": "p"}}
BODIES = {
    "ClusterRole": {"rules": []},
    "ClusterRoleBinding": {"roleRef": ROLE},
    "ConfigMap": {"data": {"a": "b"}},
    "CSIDriver": {"spec": {}},
    "CSINode": {"spec": {"drivers": []}},
    "CSIStorageCapacity": {"storageClassName": "fast"},
    "DaemonSet": {"spec": {"selector": SELECTOR, "template": TEMPLATE}},
    "Deployment": {"spec": {"selector": SELECTOR, "template": TEMPLATE}},
    "Endpoints": {"subsets": []},
    "Event": {"involvedObject": {"namespace": "default"}, "reason": "Seen"},
    "FlowSchema": LEVEL,
    "Lease": {"spec": {"holderIdentity": "me"}},
    "LimitRange": {"spec": {"limits": [{"type": "Container", "max": {"cpu": "9"}}]}},
    "PersistentVolume": VOLUME,
    "PodDisruptionBudget": {"spec": {"selector": SELECTOR, "minAvailable": 1}},
    "PodTemplate": {"template": TEMPLATE},
    "Role": {"rules": []},
    "RoleBinding": {"roleRef": ROLE},
    "RuntimeClass": {"handler": "runsc"},
    "Service": {"spec": {"ports": [{"port": 80}]}},
    "ServiceCIDR": {"spec": {"cidrs": ["10.9.0.0/16"]}},
    "StorageClass": {"provisioner": "disk.example.com"},
    "ValidatingWebhookConfiguration": {"webhooks": []},
    "VolumeAttachment": {"spec": ATTACHED},
}


WIDGETS = "/apis/example.com/v1/namespaces/default/widgets"
DEFINITION = {
    "metadata": {"name": "widgets.example.com"},
    "spec": {
        "group": "example.com",
        "names": {"kind": "Widget", "plural": "widgets"},
        "scope": "Namespaced",
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "subresources": {"status": {}},
                "schema": {
                    "openAPIV3Schema": {
                        "type": "object",
                        "x-kubernetes-preserve-unknown-fields": True,
                    }
                },
            }
        ],
    },
}


@pytest.fixture(scope="module")
def client():
    found = Client(Cluster(1, kubelet="manual"))
    definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    found.post(definitions, DEFINITION)
    found.cluster.settle()
    return found


def collection(kind):
    """The path of a kind's objects."""
    if kind == "Widget":
        return WIDGETS
    row = BY_KIND[kind]
    root = f"/apis/{row.api_version}" if row.group else f"/api/{row.version}"
    place = "/namespaces/default" if row.namespaced else ""
    return f"{root}{place}/{row.plural}"


def body(kind, name, **metadata):
    row = BY_KIND.get(kind)
    about = {"apiVersion": row.api_version if row else "example.com/v1", "kind": kind}
    return {**about, "metadata": {"name": name, **metadata}, **BODIES.get(kind, {})}


def made(client, kind, name, **metadata):
    """The path of a new object, and what it is."""
    path = collection(kind)
    return f"{path}/{name}", client.post(path, body(kind, name, **metadata))


# PUT -----------------------------------------------------------------------------------------------------------------

_BY_PUT = (
    "ClusterRole ClusterRoleBinding Endpoints Event Lease LimitRange Role RoleBinding "
    "RuntimeClass Service"
)


@pytest.mark.parametrize("kind", _BY_PUT.split())
def test_put_makes_what_is_not_there(client, kind):
    path = f"{collection(kind)}/by-put"
    assert client.call("PUT", path, body(kind, "by-put"))[0] == 201


@pytest.mark.parametrize("kind", ["ConfigMap", "DaemonSet", "StorageClass", "Widget"])
def test_elsewhere_put_finds_nothing(client, kind):
    path = f"{collection(kind)}/by-put"
    assert client.call("PUT", path, body(kind, "by-put"))[0] == 404


_VERSIONED = (
    "CSIDriver CSINode CSIStorageCapacity Lease PodDisruptionBudget RuntimeClass "
    "ValidatingWebhookConfiguration VolumeAttachment Widget"
)


@pytest.mark.parametrize("kind", _VERSIONED.split())
def test_an_update_of_some_kinds_says_of_which_version_it_is(client, kind):
    path, o = made(client, kind, "versioned")
    version = o["metadata"].pop("resourceVersion")
    code, told = client.call("PUT", path, o)
    assert code == 422
    assert told["message"].endswith(
        '"versioned" is invalid: metadata.resourceVersion: Invalid value: 0x0: '
        "must be specified for an update"
    )
    o["metadata"]["resourceVersion"] = version
    assert client.call("PUT", path, o)[0] == 200


@pytest.mark.parametrize("kind", ["ConfigMap", "DaemonSet", "FlowSchema", "Role"])
def test_elsewhere_it_may_leave_that_out(client, kind):
    path, o = made(client, kind, "whatever")
    del o["metadata"]["resourceVersion"]
    assert client.call("PUT", path, o)[0] == 200


# The status ----------------------------------------------------------------------------------------------------------

_LEFT_BY_STATUS = [
    ("Deployment", "a"),
    ("FlowSchema", ""),
    ("ServiceCIDR", ""),
    ("VolumeAttachment", ""),
    ("Widget", ""),
    ("DaemonSet", "al"),
    ("PersistentVolume", "al"),
]


@pytest.mark.parametrize(("kind", "written"), _LEFT_BY_STATUS)
def test_what_a_status_brings_of_labels_and_annotations(client, kind, written):
    path, _ = made(client, kind, "labelled")
    change = {"metadata": {"labels": {"l": "1"}, "annotations": {"a": "1"}}}
    code, new = client.patch(f"{path}/status", change, "merge")
    metadata = new["metadata"]
    found = {*metadata.get("labels", {}), *metadata.get("annotations", {})}
    assert (code, found & {"a", "l"}) == (200, set(written))


@pytest.mark.parametrize(("kind", "written"), _LEFT_BY_STATUS)
def test_who_applies_a_status_owns_what_is_stored_alone(client, kind, written):
    path, _ = made(client, kind, "applied")
    wanted = body(kind, "applied", labels={"l": "1"}, annotations={"a": "1"})
    about = {"fieldManager": "me", "force": "true"}
    code, new = client.patch(f"{path}/status", wanted, "apply", **about)
    entries = new["metadata"].get("managedFields", ())
    mine = [entry["fieldsV1"] for entry in entries if entry["manager"] == "me"]
    owned = mine[0].get("f:metadata", {}) if mine else {}
    assert code == 200
    assert {field[2] for field in owned} == set(written)


# Deleting ------------------------------------------------------------------------------------------------------------

_RETURNED = (
    "CSIDriver CSINode PersistentVolume PodTemplate Service StorageClass "
    "VolumeAttachment"
)


@pytest.mark.parametrize("kind", _RETURNED.split())
def test_some_deletions_are_answered_with_the_object(client, kind):
    path, _ = made(client, kind, "returned")
    client.patch(path, {"metadata": {"finalizers": None}}, "merge")
    assert client.call("DELETE", path)[1]["kind"] == kind


@pytest.mark.parametrize("kind", ["ConfigMap", "CSIStorageCapacity", "DaemonSet"])
def test_others_with_a_status(client, kind):
    path, _ = made(client, kind, "returned")
    assert client.call("DELETE", path)[1]["kind"] == "Status"


@pytest.mark.parametrize("propagation", ["Foreground", "Orphan"])
def test_nothing_follows_from_the_end_of_an_event(client, propagation):
    kept = ["example.com/kept"]
    path, _ = made(client, "Event", propagation.lower(), finalizers=kept)
    client.call("DELETE", path, {"propagationPolicy": propagation})
    assert client.get(path)["metadata"]["finalizers"] == kept


@pytest.mark.parametrize("propagation", ["Foreground", "Orphan"])
def test_a_pod_on_its_way_out_gets_no_other_finalizer(client, propagation):
    name = propagation.lower()
    pod = {"nodeName": "node1", **TEMPLATE["spec"]}
    kept = ["example.com/kept"]
    metadata = {"name": name, "finalizers": kept}
    path = "/api/v1/namespaces/default/pods"
    client.post(path, {"metadata": metadata, "spec": pod})
    client.call("DELETE", f"{path}/{name}")
    marked = client.get(f"{path}/{name}")
    client.call("DELETE", f"{path}/{name}", {"propagationPolicy": propagation})
    assert client.get(f"{path}/{name}") == marked
