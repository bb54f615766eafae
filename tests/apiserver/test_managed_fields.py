"""managedFields are right after every writer, as on a real v1.36.2 after the document's steps."""

import pytest

from k8slearn import Cluster
from k8slearn.apiserver.field_owners import FieldOwners
from k8slearn.apiserver.field_sets import as_written
from k8slearn.apiserver.managed_fields import owners_of
from tests.support.api_client import DAEMON_SETS, PODS, Client
from tests.support.helpers import DS, daemon_set, owned, running

CONTROLLERS = "kube-controller-manager"
PATH = f"{DAEMON_SETS}/{DS}"


@pytest.fixture
def lesson():
    """A cluster after the document's lesson: apply, a Pod deleted, another image, a Node that fails."""
    cluster = Cluster(2)
    cluster.apply(daemon_set())
    cluster.run_until_quiet()
    cluster.delete("Pod", owned(cluster)[0]["metadata"]["name"])
    cluster.run_until_quiet()
    cluster.set_image(DS, "agent:2")
    cluster.run_until_quiet()
    cluster.set_node_ready("node2", "False")
    cluster.run(30)
    return cluster


def signed(cluster, kind, name):
    """(manager, operation, subresource) of each entry, in no order."""
    entries = cluster.get(kind, name)["metadata"]["managedFields"]
    return {
        (entry["manager"], entry["operation"], entry.get("subresource", ""))
        for entry in entries
    }


def fields(cluster, kind, name, manager, subresource=""):
    """The fields that a manager owns."""
    for entry in cluster.get(kind, name)["metadata"]["managedFields"]:
        if (entry["manager"], entry.get("subresource", "")) == (manager, subresource):
            return entry["fieldsV1"]
    raise KeyError(manager)


def some(cluster, kind):
    return cluster.list(kind)[0]["metadata"]["name"]


# Who -----------------------------------------------------------------------------------------------------------------


def test_the_daemon_set_is_signed_by_the_learner_and_the_controller(lesson):
    assert signed(lesson, "DaemonSet", DS) == {
        ("kubectl-client-side-apply", "Update", ""),
        ("kubectl-set", "Update", ""),
        (CONTROLLERS, "Update", "status"),
    }


def test_a_pod_is_signed_by_its_controller_and_its_kubelet_and_not_by_the_scheduler():
    cluster = running(1, kubelet="auto")
    (pod,) = owned(cluster)
    assert pod["spec"]["nodeName"] == "node1"
    assert signed(cluster, "Pod", pod["metadata"]["name"]) == {
        (CONTROLLERS, "Update", ""),
        ("kubelet", "Update", "status"),
    }


def test_a_revision_and_the_nodes_are_signed(lesson):
    name = some(lesson, "ControllerRevision")
    # The label of the hash is the controller's as well: one process, one entry.
    assert signed(lesson, "ControllerRevision", name) == {(CONTROLLERS, "Update", "")}
    registered = {("kubelet", "Update", ""), ("kubelet", "Update", "status")}
    assert signed(lesson, "Node", "node1") == registered
    assert signed(lesson, "Node", "node2") == {*registered, (CONTROLLERS, "Update", "")}
    taints = fields(lesson, "Node", "node2", CONTROLLERS)
    assert taints == {"f:spec": {"f:taints": {}}}


def test_events_are_signed_by_the_component_s_binary(lesson):
    found = {}
    for event in lesson.list("Event"):
        name = event["metadata"]["name"]
        found.setdefault(event["reason"], set()).update(signed(lesson, "Event", name))
    assert found["Scheduled"] == {("kube-scheduler", "Update", "")}
    assert found["SuccessfulCreate"] == {(CONTROLLERS, "Update", "")}
    assert found["Started"] == {("kubelet", "Update", "")}


def test_scheduled_has_no_source(lesson):
    for event in lesson.list("Event"):
        if event["reason"] == "Scheduled":
            assert event["source"] == {}
            assert event["reportingComponent"] == "default-scheduler"


def test_what_the_namespace_controller_makes_is_its_own():
    cluster = Cluster()
    made = signed(cluster, "ConfigMap", "kube-root-ca.crt")
    assert made == {(CONTROLLERS, "Update", "")}
    assert signed(cluster, "Namespace", "default") == {("kube-apiserver", "Update", "")}


@pytest.mark.parametrize(
    ("verb", "manager"),
    [
        (lambda c: c.label("node1", {"a": "b"}), "kubectl-label"),
        (lambda c: c.taint("node1", "a=b:NoSchedule"), "kubectl-taint"),
        (lambda c: c.cordon("node1"), "kubectl"),
        (
            lambda c: c.patch("Node", "node1", {"metadata": {"labels": {"a": "b"}}}),
            "kubectl-patch",
        ),
    ],
    ids=["label", "taint", "cordon", "patch"],
)
def test_a_verb_is_signed_as_kubectl_signs_it(verb, manager):
    cluster = Cluster(1)
    verb(cluster)
    assert (manager, "Update", "") in signed(cluster, "Node", "node1")


def test_a_change_from_python_is_not_credited_to_who_wrote_before():
    client = Client(Cluster(1))
    client.post(DAEMON_SETS, daemon_set(), fieldManager="kubectl-create")
    patch = {
        "spec": {"template": {"spec": {"containers": [{"name": "main", "image": "b"}]}}}
    }
    client.patch(PATH, patch, "strategic", fieldManager="kubectl-set")
    client.cluster.patch("DaemonSet", DS, {"spec": {"minReadySeconds": 3}})
    own = fields(client.cluster, "DaemonSet", DS, "kubectl-set")
    container = {"f:image": {}}
    assert own["f:spec"] == {
        "f:template": {
            "f:spec": {"f:containers": {'k:{"name":"main"}': container}},
        }
    }
    assert fields(client.cluster, "DaemonSet", DS, "kubectl-patch") == {
        "f:spec": {"f:minReadySeconds": {}}
    }


# What ----------------------------------------------------------------------------------------------------------------


def test_a_pod_s_controller_owns_what_came_from_the_template_and_no_more():
    cluster = running(1, pod={"priorityClassName": "system-node-critical"})
    (pod,) = owned(cluster)
    own = fields(cluster, "Pod", pod["metadata"]["name"], CONTROLLERS)
    uid = cluster.get("DaemonSet", DS)["metadata"]["uid"]
    assert own["f:metadata"]["f:ownerReferences"] == {
        ".": {},
        f'k:{{"uid":"{uid}"}}': {},
    }
    assert own["f:spec"]["f:containers"]['k:{"name":"main"}']["f:image"] == {}
    assert own["f:spec"]["f:affinity"]["f:nodeAffinity"] == {
        ".": {},
        "f:requiredDuringSchedulingIgnoredDuringExecution": {},
    }
    # What admission filled in and what the binding set belong to nobody.
    assert not {"f:priority", "f:preemptionPolicy", "f:nodeName"} & own["f:spec"].keys()


def test_a_list_that_is_always_there_has_no_mark_of_its_own():
    cluster = running(1)
    own = fields(cluster, "DaemonSet", DS, "kubectl-client-side-apply")
    spec = own["f:spec"]["f:template"]["f:spec"]
    assert "." not in spec and "." not in spec["f:containers"]
    assert "." in spec["f:containers"]['k:{"name":"main"}']
    assert "." in own["f:spec"]["f:updateStrategy"]["f:rollingUpdate"]


def test_a_real_kubelet_says_of_which_generation_a_condition_is():
    cluster = running(1, kubelet="auto")
    (pod,) = owned(cluster)
    own = fields(cluster, "Pod", pod["metadata"]["name"], "kubelet", "status")
    conditions = own["f:status"]["f:conditions"]
    # The scheduler's binding set all of this condition but that.
    assert conditions['k:{"type":"PodScheduled"}'] == {"f:observedGeneration": {}}
    assert "f:observedGeneration" in conditions['k:{"type":"Ready"}']


def test_the_kubelet_owns_conditions_by_type_and_not_the_scheduler_s():
    cluster = running(1, kubelet="simple")
    (pod,) = owned(cluster)
    own = fields(cluster, "Pod", pod["metadata"]["name"], "kubelet", "status")
    conditions = own["f:status"]["f:conditions"]
    assert conditions['k:{"type":"PodScheduled"}'] == {"f:observedGeneration": {}}
    assert conditions['k:{"type":"Ready"}'] == {
        ".": {},
        "f:lastProbeTime": {},
        "f:lastTransitionTime": {},
        "f:observedGeneration": {},
        "f:status": {},
        "f:type": {},
    }


def test_the_template_s_generation_is_counted_like_any_annotation():
    cluster = running(1)
    own = fields(cluster, "DaemonSet", DS, "kubectl-client-side-apply")
    assert set(own["f:metadata"]["f:annotations"]) == {
        ".",
        "f:deprecated.daemonset.template.generation",
        "f:kubectl.kubernetes.io/last-applied-configuration",
    }


# When somebody looks -------------------------------------------------------------------------------------------------


def test_nothing_in_the_store_carries_them_and_whoever_asks_the_api_sees_them():
    cluster = running(1)
    assert not any(
        "managedFields" in change.object["metadata"]
        for change in cluster.store.log.changes
    )
    client = Client(cluster)
    listed = client.get(PODS)["items"]
    assert all(o["metadata"]["managedFields"] for o in listed)


def test_a_step_is_worked_out_once_and_in_any_order(lesson):
    log = lesson.store.log
    at_once = FieldOwners(log)
    forwards = [at_once.at(change) for change in log.changes]
    again = FieldOwners(log)
    backwards = [again.at(change) for change in reversed(log.changes)][::-1]
    assert forwards == backwards
    assert at_once.at(log.changes[-1]) is forwards[-1]


def test_a_fork_knows_them_and_goes_its_own_way(lesson):
    twin, past = lesson.fork(), lesson.fork(at=3)
    assert twin.get("DaemonSet", DS) == lesson.get("DaemonSet", DS)
    twin.label("node1", {"a": "b"})
    lesson.cordon("node1")
    assert ("kubectl-label", "Update", "") in signed(twin, "Node", "node1")
    assert ("kubectl-label", "Update", "") not in signed(lesson, "Node", "node1")
    assert ("kubectl-set", "Update", "") not in signed(past, "DaemonSet", DS)
    assert ("kubectl-client-side-apply", "Update", "") in signed(past, "DaemonSet", DS)


def test_an_object_that_is_read_and_put_back_keeps_its_owners():
    cluster = running(1)
    before = cluster.get("DaemonSet", DS)
    revision = cluster.store.revision
    assert Client(cluster).call("PUT", PATH, before) == (200, before)
    assert cluster.store.revision == revision


def test_an_empty_entry_takes_all_owners_away():
    cluster = running(1)
    operation = {"op": "replace", "path": "/metadata/managedFields", "value": [{}]}
    cluster.patch("DaemonSet", DS, [operation], type="json")
    assert "managedFields" not in cluster.get("DaemonSet", DS)["metadata"]


ENTRY = {
    "manager": "me",
    "operation": "Update",
    "apiVersion": "apps/v1",
    "fieldsType": "FieldsV1",
    "fieldsV1": {"f:spec": {"f:revisionHistoryLimit": {}}},
}


@pytest.mark.parametrize(
    "wrong",
    [
        {"operation": "Other"},
        {"apiVersion": ""},
        {"fieldsType": "FieldsV2"},
        {"fieldsV1": {"no-colon": {}}},
        {"fieldsV1": {"f:spec": {"k:invalid json": {}}}},
    ],
)
def test_entries_that_cannot_be_read_change_nothing(wrong):
    client = Client(running(1))
    before = client.cluster.get("DaemonSet", DS)
    for entry, is_kept in (({**ENTRY, **wrong}, True), (ENTRY, False)):
        metadata = {**before["metadata"], "managedFields": [entry]}
        code, after = client.call("PUT", PATH, {**before, "metadata": metadata})
        assert code == 200
        owners = after["metadata"]["managedFields"]
        assert (owners == before["metadata"]["managedFields"]) is is_kept


# Kubernetes: structured-merge-diff fieldpath/serialize-pe_test.go
@pytest.mark.parametrize(
    ("step", "written"),
    [
        ("i:1234", "i:1234"),
        ("f:", "f:"),
        ("f: string-with-spaces   ", "f: string-with-spaces   "),
        ('k:{"port":"8080","protocol":"TCP"}', 'k:{"port":"8080","protocol":"TCP"}'),
        ('k: {"name":"my-container"} ', 'k:{"name":"my-container"}'),
        ('k:{"name\\u002dcontainer":"🚀"}', 'k:{"name-container":"🚀"}'),
        ("k: null ", "k:{}"),
        ("v:null", "v:null"),
        ('v: {"some":"json"} ', 'v:{"some":"json"}'),
        ('v:"value\\u002dcontainer"', 'v:"value-container"'),
        ('v:{"duplicate":"1","duplicate":"2"}', 'v:{"duplicate":"2"}'),
        ("r:Hello", ""),
        *((step, None) for step in ["", "no-colon", "i:x", "i:1.23", "i:", "i: 0"]),
        *((step, None) for step in ["i:0 ", "v:", "v", "k", "f", "i", "v:x", "k:x"]),
        ('v:{"some":" \\x41"}', None),
        ('v:{"a":"b"', None),
        ('k:{"name":"my-container"} {"other":"my-container"}', None),
        ('v:{"some":"json"} garbage', None),
    ],
)
def test_a_step_of_a_path(step, written):
    assert as_written(step) == written


def test_an_apply_that_changes_no_value_takes_part_in_what_it_names():
    client = Client(Cluster(1))
    client.post(DAEMON_SETS, daemon_set())
    wanted = {**daemon_set(), "spec": {"revisionHistoryLimit": 10}}
    code, _ = client.patch(PATH, wanted, "apply", fieldManager="other")
    assert code == 200
    assert ("other", "Apply", "") in signed(client.cluster, "DaemonSet", DS)
    revision = client.cluster.store.revision
    client.patch(PATH, wanted, "apply", fieldManager="other")
    assert client.cluster.store.revision == revision


def test_a_dry_run_shows_whom_it_would_credit_and_changes_nothing():
    client = Client(Cluster(1))
    client.post(DAEMON_SETS, daemon_set())
    before = client.get(PATH)
    patch = {"spec": {"minReadySeconds": 7}}
    code, tried = client.patch(PATH, patch, "merge", fieldManager="me", dryRun="All")
    assert code == 200 and tried["spec"]["minReadySeconds"] == 7
    assert "me" in {owner.manager for owner in owners_of(tried)}
    assert tried["metadata"]["resourceVersion"] == before["metadata"]["resourceVersion"]
    assert client.get(PATH) == before
