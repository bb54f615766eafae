"""Validation of claims and volumes.

Kubernetes: pkg/apis/core/validation/validation_test.go, TestValidatePersistentVolumes, testValidatePVC
"""

import pytest

from k8slearn.apimachinery import validation
from k8slearn.cluster import Cluster
from tests.support.api_client import Client, told
from tests.support.storage import claim, on, volume

CLAIMS = "/api/v1/namespaces/default/persistentvolumeclaims"
VOLUMES = "/api/v1/persistentvolumes"


@pytest.fixture
def client():
    return Client(Cluster(1, kubelet="instant"))


def storage(amount):
    return {"requests": {"storage": amount}}


MODES = '"ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"'
NEW_CLAIMS = [
    ({}, []),
    (
        {"accessModes": [], "resources": {}},
        [
            "spec.accessModes: Required value: at least 1 access mode is required",
            "spec.resources[storage]: Required value",
        ],
    ),
    (
        {"accessModes": ["RWO"]},
        [f'spec.accessModes: Unsupported value: "RWO": supported values: {MODES}'],
    ),
    (
        {"accessModes": ["ReadWriteOncePod", "ReadWriteMany"]},
        [
            "spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes"
        ],
    ),
    (
        {"resources": storage("0")},
        [
            'spec.resources[storage]: Invalid value: "0": must be greater than zero',
        ],
    ),
    (
        {"volumeMode": "Disk"},
        [
            'spec.volumeMode: Unsupported value: "Disk": supported values: "Block", "Filesystem"',
        ],
    ),
    (
        {"dataSource": {"kind": "VolumeSnapshot", "name": "s"}},
        [
            'spec.dataSource: Invalid value: "VolumeSnapshot": '
            "must be 'PersistentVolumeClaim' when referencing the default apiGroup"
        ],
    ),
]


@pytest.mark.parametrize(("spec", "why"), NEW_CLAIMS)
def test_a_new_claim(client, spec, why):
    o = claim(**spec)
    o["spec"] = {field: value for field, value in o["spec"].items() if value != {}}
    assert told(client.call("POST", CLAIMS, o)) == why


def test_a_claim_stays_as_it_was_made(client):
    client.post(CLAIMS, claim(size="2Gi"))
    changes = [
        {"resources": storage("1Gi")},
        {"accessModes": ["ReadWriteMany"]},
    ]
    for spec in changes:
        answer = client.patch(f"{CLAIMS}/c", {"spec": spec}, "merge")
        assert told(answer)[0].startswith(
            "spec: Forbidden: spec is immutable after creation except "
            "resources.requests and volumeAttributesClassName for bound claims\n"
        )


def test_a_bound_claim_may_ask_for_more_where_its_class_lets_volumes_grow(client):
    classes = "/apis/storage.k8s.io/v1/storageclasses"
    client.post(classes, {"metadata": {"name": "k"}, "provisioner": "disk.example.com"})
    client.post(VOLUMES, volume("v", size="2Gi", storageClassName="k"))
    client.post(CLAIMS, claim(size="2Gi", storageClassName="k"))
    client.cluster.settle()
    more = {"spec": {"resources": storage("3Gi")}}
    code, status = client.patch(f"{CLAIMS}/c", more, "merge")
    assert (code, status["message"]) == (
        403,
        'persistentvolumeclaims "c" is forbidden: only dynamically provisioned pvc can be resized '
        "and the storageclass that provisions the pvc must support resize",
    )
    assert client.patch(f"{CLAIMS}/c", {"metadata": {"labels": {"a": "b"}}}, "merge")[0] == 200  # fmt: skip
    client.patch(f"{classes}/k", {"allowVolumeExpansion": True}, "merge")
    assert told(client.patch(f"{CLAIMS}/c", more, "merge")) == []
    less = {"spec": {"resources": storage("1Gi")}}
    assert told(client.patch(f"{CLAIMS}/c", less, "merge")) == [
        "spec.resources.requests.storage: Forbidden: field can not be less than status.capacity"
    ]


CSI = {"driver": "d.io", "volumeHandle": "h"}
(SUBDOMAIN,) = validation.dns_subdomain("a b")
NEW_VOLUMES = [
    ({}, []),
    ({"hostPath": None}, ["spec: Required value: must specify a volume type"]),
    (
        {"nfs": {"server": "s", "path": "/"}},
        ["spec.nfs: Forbidden: may not specify more than 1 volume type"],
    ),
    (
        {"accessModes": None, "capacity": None},
        [
            "spec.accessModes: Required value",
            "spec.capacity: Required value",
            'spec.capacity: Unsupported value: null: supported values: "storage"',
        ],
    ),
    (
        {"capacity": {"storage": "-1"}},
        [
            'spec.capacity[storage]: Invalid value: "-1": must be greater than zero',
        ],
    ),
    (
        {"hostPath": None, "local": {"path": "/a"}},
        ["spec.nodeAffinity: Required value: Local volume requires node affinity"],
    ),
    ({"hostPath": None, "local": {"path": "/a"}, "nodeAffinity": on("node1")}, []),
    (
        {"hostPath": None, "csi": {"driver": "d.io"}},
        ["spec.csi.volumeHandle: Required value"],
    ),
    (
        {"hostPath": None, "csi": {**CSI, "nodePublishSecretRef": {"name": "a b"}}},
        [
            f'spec.csi.nodePublishSecretRef.name: Invalid value: "a b": {SUBDOMAIN}',
            "spec.csi.nodePublishSecretRef.namespace: Required value",
        ],
    ),
    (
        {"hostPath": {"path": "/"}, "persistentVolumeReclaimPolicy": "Recycle"},
        [
            "spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'"
        ],
    ),
    (
        {"persistentVolumeReclaimPolicy": "Keep"},
        [
            'spec.persistentVolumeReclaimPolicy: Unsupported value: "Keep": '
            'supported values: "Delete", "Recycle", "Retain"'
        ],
    ),
]


@pytest.mark.parametrize(("spec", "why"), NEW_VOLUMES)
def test_a_new_volume(client, spec, why):
    o = volume("v", **spec)
    o["spec"] = {field: value for field, value in o["spec"].items() if value}
    assert told(client.call("POST", VOLUMES, o)) == why


def test_what_a_volume_is_stays(client):
    client.post(VOLUMES, volume("v", nodeAffinity=on("node1")))
    moved = {"spec": {"hostPath": {"path": "/other"}}}
    (why,) = told(client.patch(f"{VOLUMES}/v", moved, "merge"))
    assert why.startswith(
        "spec.persistentvolumesource: Forbidden: "
        "spec.persistentvolumesource is immutable after creation\n"
    )
    elsewhere = {"spec": {"nodeAffinity": on("node2")}}
    (why,) = told(client.patch(f"{VOLUMES}/v", elsewhere, "merge"))
    assert why.startswith("nodeAffinity: Invalid value: {")
    assert why.endswith("field is immutable, except for updating from beta label to GA")
    kept = {"spec": {"persistentVolumeReclaimPolicy": "Delete"}}
    assert told(client.patch(f"{VOLUMES}/v", kept, "merge")) == []
