"""Claims of a StatefulSet's Pods: their owners, recreation, and the Pods that wait for them."""

import pytest

from k8slearn import Cluster
from k8slearn.apimachinery.errors import ApiError
from k8slearn.controllers.recorder import Recorder
from k8slearn.controllers.statefulset.claims import Claims, owners_of_claim
from tests.support.helpers import client_of

OWN = "statefulset.kubernetes.io/pod-name"
BOTH = {"whenScaled": "Delete", "whenDeleted": "Delete"}
SCALED = {"whenScaled": "Delete"}
DELETED = {"whenDeleted": "Delete"}
SET = {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "db", "uid": "s"}
POD = {"apiVersion": "v1", "kind": "Pod", "name": "db-1", "uid": "p"}
OTHER = {"apiVersion": "v1", "kind": "ConfigMap", "name": "o", "uid": "o"}
CONTROLS = {"controller": True, "blockOwnerDeletion": True}


def stateful_set(replicas=1, **spec):
    given = {
        "replicas": replicas,
        "selector": {"matchLabels": {"app": "db"}},
        "template": {
            "metadata": {"labels": {"app": "db"}},
            "spec": {"containers": [{"name": "c", "image": "nginx:1"}]},
        },
        "volumeClaimTemplates": [
            {
                "metadata": {"name": "data"},
                "spec": {
                    "accessModes": ["ReadWriteOnce"],
                    "storageClassName": "",
                    "resources": {"requests": {"storage": "1Gi"}},
                },
            }
        ],
        **spec,
    }
    metadata = {"name": "db", "namespace": "default"}
    return {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": metadata, "spec": given}  # fmt: skip


def owned_by(policy, replicas, *refs):
    owner = stateful_set(replicas, persistentVolumeClaimRetentionPolicy=policy)
    owner["metadata"]["uid"] = "s"
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "db-1", "uid": "p"}}
    claim = {"metadata": {"name": "data-db-1", "ownerReferences": list(refs)}}
    return owners_of_claim(owner, pod, claim)


@pytest.mark.parametrize(
    ("policy", "replicas", "before", "after"),
    [
        ({}, 2, [OTHER], [OTHER]),
        ({}, 2, [SET | CONTROLS, OTHER], [OTHER]),
        # Whom nobody asks to keep them may have a controller beside it.
        ({}, 2, [OTHER | CONTROLS], [OTHER | CONTROLS]),
        (DELETED, 2, [], [SET | CONTROLS]),
        (DELETED, 2, [SET], [SET | CONTROLS]),
        (DELETED, 1, [POD | CONTROLS], [SET | CONTROLS]),
        (DELETED, 2, [OTHER], [OTHER, SET | CONTROLS]),
        (DELETED, 2, [SET | CONTROLS, OTHER], [SET | CONTROLS, OTHER]),
        (SCALED, 2, [POD | CONTROLS, OTHER], [OTHER]),
        (SCALED, 1, [], [POD | CONTROLS]),
        (BOTH, 1, [SET | CONTROLS], [POD | CONTROLS]),
        # Another controller: its claim.
        (BOTH, 1, [OTHER | CONTROLS], [OTHER | CONTROLS]),
        (BOTH, 1, [SET | CONTROLS, OTHER | CONTROLS], [OTHER | CONTROLS]),
        # One of the same name from before: the garbage collector's.
        (BOTH, 1, [POD | CONTROLS | {"uid": "old"}], [POD | CONTROLS | {"uid": "old"}]),
        ({}, 1, [SET | {"uid": "old"}], [SET | {"uid": "old"}]),
    ],
)
def test_whose_a_claim_is(policy, replicas, before, after):
    assert owned_by(policy, replicas, *before) == after


def volume(name):
    spec = {
        "capacity": {"storage": "1Gi"},
        "accessModes": ["ReadWriteOnce"],
        "hostPath": {"path": "/data"},
        "storageClassName": "",
    }
    return {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": name}, "spec": spec}  # fmt: skip


def reasons(cluster, *wanted):
    return [
        (event["reason"], event["message"])
        for event in cluster.list("Event")
        if event["involvedObject"]["kind"] == "StatefulSet"
        and event["reason"] in wanted
    ]


def test_a_claim_that_a_pod_still_waits_for_comes_again():
    cluster = Cluster(1, kubelet="instant")
    cluster.create(stateful_set())
    cluster.run(1)
    before = cluster.get("PersistentVolumeClaim", "data-db-0")
    cluster.delete("PersistentVolumeClaim", "data-db-0")
    cluster.run(1)
    # Something must change before the set is looked at.
    cluster.patch("Pod", "db-0", {"metadata": {"annotations": {"a": "b"}}}, type="merge")  # fmt: skip
    cluster.run(1)
    after = cluster.get("PersistentVolumeClaim", "data-db-0")
    assert after["metadata"]["uid"] != before["metadata"]["uid"]


def test_no_pod_is_made_for_a_claim_that_goes():
    cluster = Cluster(1, kubelet="instant")
    for each in (volume("v1"), volume("v2"), stateful_set()):
        cluster.create(each)
    cluster.run(1)
    held = {"metadata": {"finalizers": ["example.org/hold"]}}
    cluster.patch("PersistentVolumeClaim", "data-db-0", held, type="merge")
    cluster.delete("PersistentVolumeClaim", "data-db-0")
    cluster.delete("Pod", "db-0")
    cluster.run(60)
    with pytest.raises(ApiError):
        cluster.get("Pod", "db-0")
    text = "Create Pod db-0 in StatefulSet db failed error: pvc data-db-0 is being deleted"  # fmt: skip
    assert reasons(cluster, "FailedCreate") == [("FailedCreate", text)]
    free = {"metadata": {"finalizers": None}}
    cluster.patch("PersistentVolumeClaim", "data-db-0", free, type="merge")
    cluster.run(300)
    assert cluster.get("Pod", "db-0")["status"]["phase"] == "Running"


def test_a_label_that_was_taken_away_comes_back_once_the_pod_is_ready():
    cluster = Cluster(1, kubelet="manual")
    cluster.create(stateful_set(volumeClaimTemplates=[]))
    cluster.run(1)
    gone = {"metadata": {"labels": {OWN: None}}}
    cluster.patch("Pod", "db-0", gone, type="merge")
    cluster.run(1)
    assert OWN not in cluster.get("Pod", "db-0")["metadata"]["labels"]
    cluster.become("db-0", "ready")
    cluster.run(1)
    assert cluster.get("Pod", "db-0")["metadata"]["labels"][OWN] == "db-0"
    text = "Update Pod db-0 in StatefulSet db successful"
    assert reasons(cluster, "SuccessfulUpdate") == [("SuccessfulUpdate", text)]


def test_another_policy_reaches_the_claims_that_are_there():
    cluster = Cluster(1, kubelet="instant")
    for each in (volume("v1"), stateful_set()):
        cluster.create(each)
    cluster.run(1)
    policy = {"spec": {"persistentVolumeClaimRetentionPolicy": DELETED}}
    cluster.patch("StatefulSet", "db", policy, type="merge")
    cluster.run(1)
    (ref,) = cluster.get("PersistentVolumeClaim", "data-db-0")["metadata"]["ownerReferences"]  # fmt: skip
    assert (ref["kind"], ref["controller"]) == ("StatefulSet", True)
    assert len(reasons(cluster, "SuccessfulUpdate")) == 1


def claimed(made, ref):
    """The claim of db-0 before there is a set, with an owner."""
    (template,) = made["spec"]["volumeClaimTemplates"]
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "data-db-0", "ownerReferences": [ref]},
        "spec": template["spec"],
    }


def test_a_claim_that_somebody_else_controls_is_told_of():
    cluster = Cluster(1, kubelet="instant")
    cluster.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "o"}})
    ref = OTHER | CONTROLS | {"uid": cluster.get("ConfigMap", "o")["metadata"]["uid"]}
    made = stateful_set(persistentVolumeClaimRetentionPolicy=BOTH)
    for each in (claimed(made, ref), made):
        cluster.create(each)
    cluster.run(1)
    metadata = cluster.get("PersistentVolumeClaim", "data-db-0")["metadata"]
    assert metadata["ownerReferences"] == [ref]
    (found, *_) = reasons(cluster, "ConflictingController")
    start = "PersistentVolumeClaim data-db-0 has a conflicting OwnerReference"
    assert found[1].startswith(start)


@pytest.mark.parametrize(
    ("policy", "ref", "waits"),
    [
        (SCALED, POD | {"name": "db-0"}, True),
        (SCALED, OTHER, False),
        (DELETED, POD | {"name": "db-0"}, False),
    ],
)
def test_a_pod_waits_until_the_claim_of_the_one_before_it_has_gone(policy, ref, waits):
    cluster = Cluster(1)
    made = stateful_set(persistentVolumeClaimRetentionPolicy=policy)
    cluster.create(claimed(made, ref))
    client = client_of(cluster)
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "db-0"}}
    assert Claims(client, Recorder(client, "tester")).hold_up(made, pod) == waits
