"""The registry: what a write does to an object, what is refused."""

import re
from itertools import pairwise

import pytest

from k8slearn import Cluster
from k8slearn.apimachinery.objects import timestamp
from k8slearn.apiserver.client import Client
from tests.support.helpers import bare_pod, daemon_set
from tests.support.registry import config, put, refused

# Writing ----------------------------------------------------------------------------------------------------------


def test_an_object_gets_what_only_the_server_gives(api):
    api.registry.store.clock.pass_until(90.5)
    meta = put(
        api,
        daemon_set(),
        uid="mine",
        generation=7,
        deletionTimestamp="2020-01-01T00:00:00Z",
    )["metadata"]
    assert (
        meta["creationTimestamp"] == "2026-01-01T00:01:30Z" and meta["generation"] == 1
    )
    assert meta["resourceVersion"] == str(api.revision) and meta["uid"] != "mine"
    assert "deletionTimestamp" not in meta


def test_a_generated_name_is_new_and_from_the_seed(api):
    names = [
        put(api, {**config(), "metadata": {"generateName": "c-"}})["metadata"]["name"]
        for _ in range(3)
    ]
    assert len(set(names)) == 3
    assert all(len(name) == 7 and name.startswith("c-") for name in names)


def test_an_update_without_a_change_writes_nothing(api):
    stored = put(api, config(a="1"))
    before = api.revision
    assert api.update(stored) is stored
    assert api.revision == before


def test_an_update_cannot_touch_the_server_s_fields(api):
    stored = put(api, config(a="1"))
    forged = {
        **stored,
        "metadata": {
            **stored["metadata"],
            "uid": stored["metadata"]["uid"],
            "generation": 9,
        },
    }
    forged["metadata"] |= {
        "creationTimestamp": "1999-01-01T00:00:00Z",
        "labels": {"x": "y"},
    }
    meta = api.update(forged)["metadata"]
    assert meta["creationTimestamp"] == stored["metadata"]["creationTimestamp"]
    assert "generation" not in meta and meta["labels"] == {"x": "y"}


@pytest.mark.parametrize(
    ("change", "generation", "template_generation"),
    [
        (lambda o: o["metadata"].update(labels={"x": "y"}), 1, "1"),
        (lambda o: o["spec"].update(minReadySeconds=5), 2, "1"),
        (
            lambda o: o["spec"]["template"]["spec"]["containers"][0].update(
                image="agent:2"
            ),
            2,
            "2",
        ),
        (
            lambda o: o["metadata"].update(
                annotations={"deprecated.daemonset.template.generation": "9"}
            ),
            1,
            "1",
        ),
    ],
    ids=["metadata", "spec", "template", "the annotation by hand"],
)
def test_generations_count_changes_of_spec_and_template(
    api, change, generation, template_generation
):
    put(api, daemon_set())
    wanted = daemon_set()
    wanted["metadata"]["namespace"] = "default"
    change(wanted)
    meta = api.update(wanted)["metadata"]
    assert meta["generation"] == generation
    assert (
        meta["annotations"]["deprecated.daemonset.template.generation"]
        == template_generation
    )


def test_a_manifest_may_bring_its_template_generation(api):
    annotation = "deprecated.daemonset.template.generation"
    assert (
        put(api, daemon_set("a"), annotations={annotation: "4"})["metadata"][
            "annotations"
        ][annotation]
        == "4"
    )
    assert (
        put(api, daemon_set("b"), annotations={annotation: "-4"})["metadata"][
            "annotations"
        ][annotation]
        == "1"
    )
    assert (
        refused(put, api, daemon_set("c"), annotations={annotation: "four"}).code == 400
    )


def test_spec_and_status_are_written_apart(api):
    stored = put(api, daemon_set())
    both = {
        **stored,
        "spec": {**stored["spec"], "minReadySeconds": 3},
        "status": {"numberReady": 5},
    }
    assert api.update_status(both)["spec"] == stored["spec"]
    after = api.update(
        {**both, "metadata": {"name": "agent", "namespace": "default"}, "status": {}}
    )
    assert after["spec"]["minReadySeconds"] == 3
    assert after["status"]["numberReady"] == 5


# Refusing ---------------------------------------------------------------------------------------------------------


def test_what_is_there_cannot_be_created(api):
    put(api, config())
    error = refused(put, api, config())
    assert (error.code, str(error)) == (409, 'configmaps "c" already exists')


def test_what_is_on_its_way_out_cannot_be_created_either(api):
    put(api, daemon_set())
    api.delete("DaemonSet", "agent", "default", propagation="Foreground")
    error = refused(put, api, daemon_set())
    assert (
        str(error) == 'object is being deleted: daemonsets.apps "agent" already exists'
    )


def test_what_is_not_there_cannot_be_changed_or_deleted(api):
    lost = {**config("lost"), "metadata": {"name": "lost", "namespace": "default"}}
    errors = [
        refused(api.update, lost),
        refused(api.delete, "ConfigMap", "lost", "default"),
    ]
    assert [(error.code, str(error)) for error in errors] == [
        (404, 'configmaps "lost" not found')
    ] * 2


def test_a_write_that_rests_on_an_old_version_is_refused(api):
    old = put(api, config(a="1"))
    api.update({**old, "data": {"a": "2"}})
    error = refused(api.update, {**old, "data": {"a": "3"}})
    assert error.code == 409 and "the object has been modified" in str(error)
    assert refused(api.delete, "ConfigMap", "c", "default", version="1").code == 409
    assert refused(api.delete, "ConfigMap", "c", "default", uid="other").code == 409


def test_nothing_is_created_where_there_is_no_namespace_or_one_that_ends(api):
    assert refused(put, api, config(), namespace="nowhere").code == 404
    api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "team"}})
    api.delete("Namespace", "team")
    error = refused(put, api, config(), namespace="team")
    assert error.code == 403 and "because it is being terminated" in str(error)


# Deleting ---------------------------------------------------------------------------------------------------------


def bound(api, **spec):
    return put(api, bare_pod("p", nodeName="node1", **spec))


@pytest.mark.parametrize(
    ("spec", "grace", "left"),
    [
        ({}, None, 30),
        ({"terminationGracePeriodSeconds": 5}, None, 5),
        ({}, 2, 2),
        ({}, -1, 1),
        ({}, 0, None),
        ({"nodeName": ""}, None, None),
    ],
    ids=["default", "the Pod's own", "asked for", "negative", "at once", "on no Node"],
)
def test_a_pod_gets_its_grace_period(api, spec, grace, left):
    pod = put(api, bare_pod("p", **{"nodeName": "node1", **spec}))
    api.delete("Pod", "p", "default", grace=grace)
    after = api.get("Pod", "p", "default")
    assert (after and after["metadata"]["deletionGracePeriodSeconds"]) == left
    if left is not None:
        assert after["metadata"]["deletionTimestamp"] == timestamp(left)
        assert after["metadata"]["generation"] == pod["metadata"]["generation"] + 1


def test_a_finished_pod_needs_no_grace(api):
    pod = bound(api)
    api.update_status({**pod, "status": {**pod["status"], "phase": "Failed"}})
    api.delete("Pod", "p", "default")
    assert api.get("Pod", "p", "default") is None


def test_a_second_deletion_can_only_shorten_the_grace_period(api):
    bound(api)
    for grace, left in ((20, 20), (None, 20), (25, 20), (3, 3)):
        api.delete("Pod", "p", "default", grace=grace)
        assert (
            api.require("Pod", "p", "default")["metadata"]["deletionGracePeriodSeconds"]
            == left
        )
    api.delete("Pod", "p", "default", grace=0)
    assert api.get("Pod", "p", "default") is None


@pytest.mark.parametrize(
    ("propagation", "finalizer"),
    [("Foreground", "foregroundDeletion"), ("Orphan", "orphan")],
)
def test_a_finalizer_keeps_what_was_deleted(api, propagation, finalizer):
    put(api, daemon_set())
    marked = api.delete("DaemonSet", "agent", "default", propagation=propagation)
    assert (
        marked["metadata"]["finalizers"] == [finalizer]
        and marked["metadata"]["generation"] == 2
    )
    free = {**marked, "metadata": {**marked["metadata"], "finalizers": []}}
    api.update(free)
    assert api.get("DaemonSet", "agent", "default") is None


def test_deleting_again_in_the_background_lifts_an_earlier_foreground(api):
    put(api, daemon_set())
    api.delete("DaemonSet", "agent", "default", propagation="Foreground")
    api.delete("DaemonSet", "agent", "default", propagation="Background")
    assert api.get("DaemonSet", "agent", "default") is None


# One way in ----------------------------------------------------------------------------------------------------------


def test_what_a_component_writes_is_completed_and_validated_like_anybody_s(api):
    bare = {**bare_pod("p"), "metadata": {"name": "p", "namespace": "default"}}
    made = api.create(bare)
    assert made["spec"]["restartPolicy"] == "Always"
    wrong = {**bare, "metadata": {"name": "P!", "namespace": "default"}}
    assert refused(api.create, wrong).code == 422
    status = {**made["status"], "qosClass": "Guaranteed"}
    assert refused(api.update_status, {**made, "status": status}).code == 422


def test_a_pod_of_a_valid_template_may_be_refused_and_its_controller_tries_again():
    cluster = Cluster(2)
    # Upstream spares templates the check of blanks around an image: some meant something by them.
    cluster.apply(daemon_set(image=" nginx "))
    cluster.run(10)
    assert cluster.list("Pod") == []
    told = [e for e in cluster.list("Event") if e["reason"] == "FailedCreate"]
    why = 'is invalid: spec.containers[0].image: Invalid value: " nginx ": must not have leading or trailing whitespace'
    assert told and all(why in event["message"] for event in told)
    assert all(event["type"] == "Warning" for event in told)
    tries = [a.time for a in cluster.actions if a.component == "daemonset-controller"]
    pauses = [later - sooner for sooner, later in pairwise(tries[2:])]
    # The workqueue's back-off: each pause is twice the one before.
    assert all(b == pytest.approx(2 * a) for a, b in pairwise(pauses))
    cluster.set_image("agent", "nginx")
    cluster.run(60)
    assert len(cluster.list("Pod")) == 2


def test_a_refused_name_is_told_as_it_was_generated(api):
    wrong = bare_pod("p", containers=[{"name": "c", "image": " x "}])
    wrong["metadata"] = {"generateName": "p-", "namespace": "default"}
    message = refused(api.create, wrong).message
    assert re.match(r'Pod "p-[a-z0-9]{5}" is invalid', message)


def test_a_rehearsal_says_what_would_happen_and_stores_nothing(api):
    put(api, config(a="1"))
    before, state = api.revision, api.registry.rng.getstate()
    rehearsal = Client(api.registry.rehearsal(), "user", "python")
    made = put(rehearsal, {**config(), "metadata": {"generateName": "c-"}})
    assert made["metadata"]["name"].startswith("c-")
    assert "resourceVersion" not in made["metadata"]
    changed = rehearsal.update({**api.require("ConfigMap", "c", "default"), "data": {}})
    assert changed["data"] == {}
    rehearsal.delete("ConfigMap", "c", "default")
    assert refused(put, rehearsal, config()).code == 409
    assert (api.revision, api.registry.rng.getstate()) == (before, state)


def test_a_binding_is_made_once_and_signed_by_nobody(api):
    put(api, bare_pod("p"))
    pod = api.require("Pod", "p", "default")
    bound = api.bind(pod, "node1")
    assert bound["spec"]["nodeName"] == "node1"
    assert api.registry.store.log.changes[-1].signatures == ()
    assert refused(api.bind, pod, "node2").code == 409
