"""The actors of writes: by manager, kind and subresource, or without an entry of managedFields."""

from __future__ import annotations

import pytest

from k8slearn.apimachinery.objects import HASH_LABEL
from k8slearn.locale import watching as words
from k8slearn.watching.actors import (
    LIKELY,
    actor_of,
    component_of,
    deleted_pod,
    likely_deleter,
    newest_entry,
)
from k8slearn.watching.watch_log import WatchLog

ALL = "kube-controller-manager"


def made(kind, owner="", **fields):
    metadata = {"name": "x", **fields.pop("metadata", {})}
    if owner:
        metadata["ownerReferences"] = [{"kind": owner, "uid": "u", "controller": True}]
    return {"kind": kind, "metadata": metadata, "spec": {}, **fields}


def entry(manager, time="2026-11-26T10:00:00Z", subresource="", fields=1):
    return {
        "manager": manager,
        "operation": "Update",
        "time": time,
        "subresource": subresource,
        "fieldsV1": {"f": fields},
    }


@pytest.mark.parametrize(
    ("manager", "o", "subresource", "actor"),
    [
        (ALL, made("Pod", "DaemonSet"), "", "daemonset-controller"),
        (ALL, made("Pod", "ReplicaSet"), "", "replicaset-controller"),
        (ALL, made("Pod", "DaemonSet"), "status", "node-lifecycle"),
        (ALL, made("ControllerRevision", "StatefulSet"), "", "statefulset-controller"),
        (ALL, made("DaemonSet"), "status", "daemonset-controller"),
        (ALL, made("ReplicaSet", "Deployment"), "", "deployment-controller"),
        (ALL, made("ReplicaSet", "Deployment"), "status", "replicaset-controller"),
        (ALL, made("Node"), "", "node-lifecycle"),
        (ALL, made("Widget"), "", ALL),
        ("kubelet", made("Pod", "DaemonSet"), "status", "kubelet"),
        ("kube-scheduler", made("Pod"), "status", "scheduler"),
        ("k3s", made("Pod", "DaemonSet"), "status", "kubelet"),
        ("k3s", made("DaemonSet"), "status", "daemonset-controller"),
        ("helm", made("DaemonSet"), "", "helm"),
        ("", made("DaemonSet"), "", words.SOMEBODY),
    ],
)
def test_manager_kind_and_subresource_name_the_component(
    manager, o, subresource, actor
):
    assert component_of(manager, o, subresource) == actor


@pytest.mark.parametrize(
    ("reason", "actor"),
    [
        ("DeletionByTaintManager", "taint-eviction"),
        ("DeletionByPodGC", "pod-gc"),
        ("PreemptionByScheduler", "scheduler"),
        ("EvictionByEvictionAPI", words.SOMEBODY),
    ],
)
def test_a_disruption_says_who_ends_a_pod(reason, actor):
    before = made("Pod")
    condition = {"type": "DisruptionTarget", "status": "True", "reason": reason}
    marked = made(
        "Pod",
        metadata={"deletionTimestamp": "2026-11-26T10:00:00Z"},
        status={"conditions": [condition]},
    )
    assert actor_of("MODIFIED", marked, before) == actor


def test_the_entry_that_is_new_is_the_writers():
    kubelet, user = entry("kubelet", "2026-11-26T10:00:09Z", "status"), entry("helm")
    before = made("Pod", metadata={"managedFields": [kubelet, user]})
    renewed = entry("helm", "2026-11-26T10:00:01Z", fields=2)
    after = made("Pod", metadata={"managedFields": [kubelet, renewed]})
    assert newest_entry(after, before) == renewed
    # The later time is of an earlier write of a clock that is ahead.
    assert newest_entry(after, None) == kubelet


def test_a_write_that_renews_no_entry_is_of_who_wrote_that_part():
    entries = [entry("helm"), entry(ALL, subresource="status")]
    before = made("DaemonSet", metadata={"managedFields": entries}, status={"n": 1})
    after = made("DaemonSet", metadata={"managedFields": entries}, status={"n": 2})
    assert newest_entry(after, before) == entries[1]


def test_a_binding_is_the_schedulers_and_an_end_on_a_node_the_kubelets():
    bound = {**made("Pod"), "spec": {"nodeName": "node1"}}
    assert actor_of("MODIFIED", bound, made("Pod")) == "scheduler"
    ended = {**bound, "metadata": {"name": "x", "deletionTimestamp": "now"}}
    assert actor_of("DELETED", ended, bound) == "kubelet"
    assert actor_of("DELETED", bound, bound) == words.SOMEBODY


def rollout(strategy="RollingUpdate", pod_hash="old", **pod):
    """A DaemonSet whose newest revision is `new`, and one of its Pods."""
    owner = {"kind": "DaemonSet", "name": "web", "uid": "u", "controller": True}
    revisions = []
    for number, of in enumerate(("old", "new")):
        metadata = {"name": of, "labels": {HASH_LABEL: of}, "ownerReferences": [owner]}
        revisions.append(
            {"kind": "ControllerRevision", "metadata": metadata, "revision": number}
        )
    spec = {"updateStrategy": {"type": strategy}}
    daemon_set = {"kind": "DaemonSet", "metadata": {"name": "web"}, "spec": spec}
    metadata = {
        "name": "p",
        "labels": {HASH_LABEL: pod_hash},
        "ownerReferences": [owner],
    }
    store = WatchLog()
    for o in (*revisions, daemon_set):
        o["metadata"]["namespace"] = "default"
        store.add(0.0, "", "ADDED", {"apiVersion": "apps/v1", **o})
    metadata["namespace"] = "default"
    return {"kind": "Pod", "metadata": metadata, "spec": {}, **pod}, store


def test_an_old_pod_in_a_rolling_update_was_most_likely_deleted_by_it():
    assert likely_deleter(*rollout()) == LIKELY
    assert likely_deleter(*rollout(pod_hash="new")) == words.SOMEBODY
    assert likely_deleter(*rollout("OnDelete")) == words.SOMEBODY
    condition = {"type": "DisruptionTarget", "reason": "EvictionByEvictionAPI"}
    evicted = rollout(status={"conditions": [condition]})
    assert likely_deleter(*evicted) == words.SOMEBODY
    assert likely_deleter(made("Pod"), WatchLog()) == words.SOMEBODY


def test_an_event_of_a_deletion_names_its_pod():
    event = {
        "kind": "Event",
        "metadata": {"name": "e", "namespace": "default"},
        "reason": "SuccessfulDelete",
        "message": "Deleted pod: web-1",
        "source": {"component": "daemonset-controller"},
    }
    assert deleted_pod(event) == ("Pod", "default", "web-1")
    assert actor_of("ADDED", event, None) == "daemonset-controller"
    assert deleted_pod({**event, "reason": "SuccessfulCreate"}) is None
    assert deleted_pod({**event, "message": "Deleted job web-1"}) is None
