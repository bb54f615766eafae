"""ControllerRevisions: one for each template, numbered, cleaned up, adopted, and reused by rollbacks."""

import pytest

from k8slearn.apimachinery.objects import HASH_LABEL, labels
from k8slearn.controllers.history import (
    cleanup_history,
    compute_hash,
    construct_history,
    new_revision,
    template_patch,
)
from tests.support.helpers import daemon_set, owned, revisions, rolling, running, status


def revision(number, image, name=None, hashed=True):
    """A stored revision of the template with this image."""
    owner = daemon_set(image=image)
    found = new_revision(
        {
            **owner,
            "metadata": {**owner["metadata"], "uid": "u", "namespace": "default"},
        },
        number,
    )
    found["metadata"]["name"] = name or f"r{number}"
    return found


@pytest.mark.parametrize(
    ("stored", "current", "duplicates", "old", "number"),
    [
        ([], None, [], [], 1),
        ([revision(1, "agent:1")], "r1", [], [], 1),
        ([revision(1, "agent:0"), revision(2, "agent:1")], "r2", [], ["r1"], 2),
        ([revision(1, "agent:1"), revision(2, "agent:0")], "r1", [], ["r2"], 3),
        ([revision(7, "agent:0")], None, [], ["r7"], 8),
        (
            [revision(1, "agent:1"), revision(3, "agent:1"), revision(2, "agent:0")],
            "r3",
            ["r1"],
            ["r2"],
            3,
        ),
    ],
)
def test_the_current_revision_is_told_from_old_ones(
    stored, current, duplicates, old, number
):
    found = construct_history(daemon_set(), stored)
    names = [
        [r["metadata"]["name"] for r in group]
        for group in (found.duplicates, found.old)
    ]
    assert (found.current and found.current["metadata"]["name"], *names) == (
        current,
        duplicates,
        old,
    )
    assert found.number == number


@pytest.mark.parametrize(
    ("limit", "live", "deleted"),
    [
        (3, (), []),
        (1, (), ["r1", "r2"]),
        (0, (), ["r1", "r2", "r3"]),
        (1, (1,), ["r2", "r3"]),
        (2, (1, 2, 3), []),
    ],
)
def test_the_oldest_revisions_go_unless_a_pod_carries_them(limit, live, deleted):
    old = [revision(number, f"agent:{number}") for number in (3, 1, 2)]
    hashes = {labels(r)[HASH_LABEL] for r in old if r["revision"] in live}
    assert [
        r["metadata"]["name"] for r in cleanup_history(old, limit, hashes)
    ] == deleted


def test_the_hash_is_of_the_template_and_of_collisions_alone():
    one = daemon_set()
    assert compute_hash(one) == compute_hash(daemon_set(minReadySeconds=5))
    assert compute_hash(one) != compute_hash(daemon_set(image="agent:2"))
    assert compute_hash(one) != compute_hash({**one, "status": {"collisionCount": 1}})


def test_a_revision_holds_a_patch_that_brings_the_template_back():
    patch = template_patch(daemon_set(image="agent:7"))
    assert patch["spec"]["template"]["$patch"] == "replace"
    cluster = running(1)
    cluster.patch("DaemonSet", "agent", patch)
    assert (
        cluster.get("DaemonSet", "agent")["spec"]["template"]["spec"]["containers"][0][
            "image"
        ]
        == "agent:7"
    )


# In a cluster -----------------------------------------------------------------------------------------------------


def set_images(cluster, *images):
    for image in images:
        cluster.set_image("agent", image)
        cluster.run_until_quiet()


def test_each_template_gets_a_number_and_going_back_gets_a_new_one():
    cluster = running(2)
    first = labels(owned(cluster)[0])[HASH_LABEL]
    set_images(cluster, "agent:2", "agent:3", "agent:1")
    assert revisions(cluster) == [2, 3, 4]
    assert {labels(pod)[HASH_LABEL] for pod in owned(cluster)} == {first}


@pytest.mark.parametrize(
    ("limit", "left"), [(0, [5]), (2, [3, 4, 5]), (10, [1, 2, 3, 4, 5])]
)
def test_history_is_limited(limit, left):
    cluster = running(2, revisionHistoryLimit=limit)
    set_images(cluster, "agent:2", "agent:3", "agent:4", "agent:5")
    assert revisions(cluster) == left


def test_revisions_that_pods_still_carry_are_kept_beyond_the_limit():
    cluster = running(3, revisionHistoryLimit=0, updateStrategy={"type": "OnDelete"})
    for number in (2, 3):
        set_images(cluster, f"agent:{number}")
        cluster.delete_pod(owned(cluster)[0]["metadata"]["name"])
        cluster.run_until_quiet()
    carried = {labels(pod)[HASH_LABEL] for pod in owned(cluster)}
    assert {
        labels(r)[HASH_LABEL] for r in cluster.list("ControllerRevision")
    } == carried


def test_what_is_not_the_template_makes_no_revision():
    cluster = running(2)
    cluster.set_strategy("agent", "RollingUpdate", max_unavailable=2)
    cluster.patch(
        "DaemonSet",
        "agent",
        {"metadata": {"labels": {"team": "a"}}, "spec": {"minReadySeconds": 1}},
    )
    cluster.run_until_quiet()
    assert revisions(cluster) == [1] and status(cluster)["observedGeneration"] == 3


def test_orphaned_revisions_are_adopted_by_the_next_daemon_set():
    cluster = running(2)
    set_images(cluster, "agent:2")
    cluster.delete("DaemonSet", "agent", propagation="Orphan")
    cluster.run_until_quiet()
    assert revisions(cluster) == [1, 2]
    cluster.create(daemon_set(image="agent:1"))
    cluster.run_until_quiet()
    assert revisions(cluster) == [2, 3]
    owners = {
        ref["uid"]
        for r in cluster.list("ControllerRevision")
        for ref in r["metadata"]["ownerReferences"]
    }
    assert owners == {cluster.get("DaemonSet", "agent")["metadata"]["uid"]}


def by_hand_made(cluster, **changes):
    """A second revision like the present one, as an API client might create it."""
    [present] = cluster.list("ControllerRevision")
    meta = {
        field: present["metadata"][field]
        for field in ("namespace", "labels", "ownerReferences")
    }
    return cluster.create(
        {**present, "metadata": meta | {"name": "by-hand"} | changes, "revision": 9}
    )


def test_a_revision_of_one_s_own_that_appears_calls_for_no_sync():
    cluster = running(1)
    by_hand_made(cluster)
    assert cluster.run_until_quiet() == []
    assert revisions(cluster) == [1, 9]


def test_of_two_revisions_with_one_template_the_later_stays_and_pods_take_its_label():
    cluster = running(2, updateStrategy={"type": "OnDelete"})
    made = by_hand_made(cluster, labels={"app": "agent", HASH_LABEL: "byhand"})
    cluster.add_node()
    cluster.run_until_quiet()
    assert [r["metadata"]["name"] for r in cluster.list("ControllerRevision")] == [
        made["metadata"]["name"]
    ]
    assert {labels(pod)[HASH_LABEL] for pod in owned(cluster)} == {"byhand"}


def test_a_revision_without_hash_label_gets_its_name_as_one():
    cluster = running(1)
    by_hand_made(cluster, labels={"app": "agent"}, ownerReferences=[])
    cluster.run_until_quiet()
    [left] = cluster.list("ControllerRevision")
    assert (left["metadata"]["name"], labels(left)[HASH_LABEL]) == (
        "by-hand",
        "by-hand",
    )


def test_a_name_that_is_taken_by_another_template_counts_as_a_collision():
    cluster = running(1)
    wanted = cluster.get("DaemonSet", "agent")
    changed = {
        **wanted,
        "spec": {
            **wanted["spec"],
            "template": retagged(wanted["spec"]["template"], "agent:2"),
        },
    }
    cluster.create({"apiVersion": "apps/v1", "kind": "ControllerRevision", "revision": 1, "data": {},
                    "metadata": {"name": f"agent-{compute_hash(changed)}"}})  # fmt: skip
    set_images(cluster, "agent:2")
    assert status(cluster)["collisionCount"] == 1
    assert status(cluster)["updatedNumberScheduled"] == 1
    assert {labels(pod)[HASH_LABEL] for pod in owned(cluster)} == {
        compute_hash(cluster.get("DaemonSet", "agent"))
    }


def retagged(template, image):
    container = {**template["spec"]["containers"][0], "image": image}
    return {**template, "spec": {**template["spec"], "containers": [container]}}


@pytest.mark.parametrize(
    "strategy", [rolling(1), rolling("100%"), rolling(0, 1)], ids=str
)
def test_rolling_back_midway_keeps_pods_that_were_never_replaced(strategy):
    cluster = running(3, kubelet="manual", updateStrategy=strategy)
    untouched = {pod["metadata"]["uid"] for pod in owned(cluster)}
    cluster.set_image("agent", "agent:2")
    cluster.run(1)
    ending = {
        pod["metadata"]["uid"]
        for pod in owned(cluster)
        if "deletionTimestamp" in pod["metadata"]
    }
    cluster.set_image("agent", "agent:1")
    cluster.run(1)
    alive = {
        pod["metadata"]["uid"]
        for pod in owned(cluster)
        if "deletionTimestamp" not in pod["metadata"]
    }
    assert untouched - ending <= alive
