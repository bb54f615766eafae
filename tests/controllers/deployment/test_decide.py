"""The Deployment controller's decisions: rounds of a rollout, proportional scaling, pauses, deadlines, history."""

import pytest

from k8slearn.apimachinery.objects import condition, timestamp
from k8slearn.controllers.deployment.decide import decide
from k8slearn.controllers.deployment.limits import fenceposts
from k8slearn.controllers.deployment.replica_sets import find_new, new_replica_set

NOW = 100.0


def template(image):
    spec = {"containers": [{"name": "web", "image": image}]}
    return {"metadata": {"labels": {"app": "web"}}, "spec": spec}


def deployment(replicas=4, image="web:2", *, surge="25%", unavailable="25%", **spec):
    limits = {"maxSurge": surge, "maxUnavailable": unavailable}
    given = {
        "replicas": replicas,
        "selector": {"matchLabels": {"app": "web"}},
        "strategy": {"type": "RollingUpdate", "rollingUpdate": limits},
        "progressDeadlineSeconds": 600,
        "template": template(image),
        **spec,
    }
    metadata = {"name": "web", "namespace": "default", "uid": "u", "generation": 1}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": metadata,
        "spec": given,
        "status": {},
    }


def replica_set(owner, image, size, available=None, *, revision=1, desired=None):
    made = new_replica_set({**owner, "spec": {**owner["spec"], "template": template(image)}})  # fmt: skip
    total = owner["spec"]["replicas"] if desired is None else desired
    made["metadata"] |= {
        "creationTimestamp": timestamp(revision),
        "uid": image,
        "annotations": {
            "deployment.kubernetes.io/revision": str(revision),
            "deployment.kubernetes.io/desired-replicas": str(total),
            "deployment.kubernetes.io/max-replicas": str(total + 1),
        },
    }
    made["spec"]["replicas"] = size
    count = size if available is None else available
    made["status"] = {"replicas": size, "availableReplicas": count, "readyReplicas": count}  # fmt: skip
    return made


def sizes(decided):
    found = {}
    for step in decided.steps:
        image = step.replica_set["spec"]["template"]["spec"]["containers"][0]["image"]
        found[image] = (step.do, step.replica_set["spec"]["replicas"])
    return found


@pytest.mark.parametrize(
    ("surge", "unavailable", "replicas", "limits"),
    [
        ("25%", "25%", 4, (1, 1)),
        ("25%", "25%", 10, (3, 2)),
        ("0%", "10%", 3, (0, 1)),
        (0, 0, 3, (0, 1)),
        (2, 1, 4, (2, 1)),
    ],
)
def test_surge_is_rounded_up_and_what_may_be_missing_down(
    surge, unavailable, replicas, limits
):
    assert fenceposts(deployment(replicas, surge=surge, unavailable=unavailable)) == limits  # fmt: skip


def test_the_first_replica_set_has_all_pods_at_once():
    decided = decide(deployment(3), [], NOW)
    assert sizes(decided) == {"web:2": ("create", 3)}
    assert decided.steps[0].told[0].endswith("from 0 to 3")
    known = condition(decided.deployment, "Progressing")
    assert (known["reason"], known["status"]) == ("NewReplicaSetCreated", "True")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        # The new one first as far as surge lets it, in the same round the old one as far as Pods may be missing.
        ((4, 4), None, {"web:1": ("update", 3), "web:2": ("create", 1)}),
        ((3, 3), (2, 0), {}),
        ((3, 3), (2, 1), {"web:1": ("update", 2)}),
        ((2, 2), (2, 2), {"web:2": ("update", 3)}),
        # What does not work goes first, however little may be missing.
        ((4, 2), (1, 0), {"web:1": ("update", 3)}),
        ((0, 0), (4, 4), {}),
    ],
)
def test_a_round_of_the_rolling_update(old, new, expected):
    owner = deployment(4)
    found = [replica_set(owner, "web:1", *old)]
    if new is not None:
        found.append(replica_set(owner, "web:2", *new, revision=2))
    assert sizes(decide(owner, found, NOW)) == expected


def test_scaling_in_mid_rollout_is_shared_out():
    owner = deployment(15, surge=3, unavailable=2)
    old = replica_set(owner, "web:1", 8, desired=10)
    new = replica_set(owner, "web:2", 5, 0, revision=2, desired=10)
    for each in (old, new):
        each["metadata"]["annotations"]["deployment.kubernetes.io/max-replicas"] = "13"
    decided = decide(owner, [old, new], NOW)
    assert decided.way == "scaling"
    assert sizes(decided) == {"web:1": ("update", 11), "web:2": ("update", 7)}


def test_a_pause_lets_sizes_follow_and_templates_wait():
    owner = deployment(4, paused=True)
    decided = decide(owner, [replica_set(owner, "web:1", 2, desired=2)], NOW)
    assert sizes(decided) == {"web:1": ("update", 4)}
    assert condition(decided.deployment, "Progressing")["reason"] == "DeploymentPaused"


@pytest.mark.parametrize(
    ("pods_run", "expected"), [(True, {}), (False, {"web:2": ("create", 4)})]
)
def test_recreate_waits_until_the_old_pods_are_gone(pods_run, expected):
    owner = deployment(4, strategy={"type": "Recreate"})
    old = replica_set(owner, "web:1", 0)
    decided = decide(owner, [old], NOW, lambda each: pods_run)
    assert sizes(decided) == expected


@pytest.mark.parametrize(
    ("seconds", "reason"),
    [(600, "ReplicaSetUpdated"), (602, "ProgressDeadlineExceeded")],
)
def test_a_rollout_that_does_not_move_is_late(seconds, reason):
    owner = deployment(4)
    found = [
        replica_set(owner, "web:1", 3),
        replica_set(owner, "web:2", 2, 0, revision=2),
    ]
    begun = decide(owner, found, NOW).deployment
    later = decide(begun, found, NOW + seconds)
    assert condition(later.deployment, "Progressing")["reason"] == reason
    expected = None if reason == "ProgressDeadlineExceeded" else 1.0
    assert later.look_again == expected


def test_old_replica_sets_beyond_the_limit_go_and_going_back_renumbers():
    owner = deployment(1, "web:1", revisionHistoryLimit=1)
    found = [replica_set(owner, f"web:{n}", 0, revision=n) for n in (1, 2, 3)]
    for each in found:
        each["status"]["observedGeneration"] = 1
    back = decide(owner, found, NOW)
    new = find_new(owner, [step.replica_set for step in back.steps])
    assert new["metadata"]["annotations"]["deployment.kubernetes.io/revision"] == "4"
    assert new["metadata"]["annotations"]["deployment.kubernetes.io/revision-history"] == "1"  # fmt: skip
    complete = {"replicas": 1, "updatedReplicas": 1, "availableReplicas": 1, "observedGeneration": 1}  # fmt: skip
    current = replica_set(owner, "web:1", 1, revision=4)
    decided = decide({**owner, "status": complete}, [current, *found[1:]], NOW)
    assert sizes(decided) == {"web:2": ("delete", 0)}
