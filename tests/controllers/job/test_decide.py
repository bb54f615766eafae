"""The Job controller's decisions: the number of Pods, back-off after failures, and when and how a Job ends."""

import pytest

from k8slearn import Cluster
from k8slearn.apimachinery.objects import timestamp
from k8slearn.controllers.job import indexes
from k8slearn.controllers.job.decide import decide
from k8slearn.controllers.job.failures import FailureRecord, judged
from k8slearn.controllers.job.pods import FINALIZER, INDEX, ended_at
from k8slearn.kinds.pod_template.annotations import DELETION_COST

NOW = 100.0
NONE = FailureRecord()


def job(status=None, **spec):
    given = {
        "parallelism": 1,
        "completions": 1,
        "backoffLimit": 6,
        "template": {"metadata": {}, "spec": {"restartPolicy": "Never", "containers": []}},
        **spec,
    }  # fmt: skip
    metadata = {"name": "work", "namespace": "default", "uid": "u"}
    started = {"startTime": timestamp(0), **(status or {})}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": metadata,
        "spec": given,
        "status": started,
    }


def pod(
    name, phase="Running", *, code=None, index=None, tracked=True, at=NOW, **metadata
):
    meta = {
        "name": name,
        "uid": name,
        "namespace": "default",
        "creationTimestamp": timestamp(0),
        **metadata,
    }
    if tracked:
        meta["finalizers"] = [FINALIZER]
    if index is not None:
        meta["annotations"] = {INDEX: str(index)}
    status = {"phase": phase, "conditions": []}
    if code is not None:
        ended = {"exitCode": code, "finishedAt": timestamp(at)}
        status["containerStatuses"] = [{"name": "c", "state": {"terminated": ended}}]
    return {"metadata": meta, "spec": {}, "status": status}  # fmt: skip


def names(pods):
    return [each["metadata"].get("name", "new") for each in pods]


@pytest.mark.parametrize(
    ("spec", "status", "pods", "create", "delete"),
    [
        ({}, {}, [], 1, []),
        ({"parallelism": 3, "completions": 5}, {}, [pod("a")], 2, []),
        # No more at a time than are still to succeed.
        ({"parallelism": 3, "completions": 5}, {"succeeded": 4}, [], 1, []),
        ({"parallelism": 0}, {}, [pod("a")], 0, ["a"]),
        ({"suspend": True}, {}, [pod("a")], 0, ["a"]),
        # Without completions: after one success no Pod is started or stopped.
        ({"parallelism": 3, "completions": None}, {}, [pod("a"), pod("b", "Succeeded")], 0, []),
        # A Pod on its way out is replaced at once, or when it has really ended.
        ({}, {}, [pod("a", deletionTimestamp=timestamp(90), tracked=False)], 1, []),
        ({"podReplacementPolicy": "Failed"}, {}, [pod("a", deletionTimestamp=timestamp(90))], 0, []),
    ],
)  # fmt: skip
def test_pods_are_made_and_deleted(spec, status, pods, create, delete):
    spec = {**spec}
    if spec.get("completions", 1) is None:
        del spec["completions"]
        given = job(status, **spec)
        del given["spec"]["completions"]
    else:
        given = job(status, **spec)
    decided = decide(given, pods, NONE, NOW)
    assert (len(decided.create), names(decided.delete)) == (create, delete)


def test_the_next_try_waits_twice_as_long_after_each_failure():
    first = decide(job(), [pod("a", "Failed", code=1)], NONE, NOW)
    assert (len(first.create), first.look_again) == (0, 10.0)
    assert first.status["failed"] == 1
    assert names(first.counted) == ["a"]
    bad = pod("b", "Failed", code=1)
    second = decide(job(first.status), [bad], first.failures, NOW)
    assert second.look_again == 20.0
    good = pod("c", "Succeeded", code=0, at=NOW + 1)
    after = decide(job(second.status, completions=2), [good], second.failures, NOW + 1)
    assert after.failures.wait(NOW + 1) == 0 and len(after.create) == 1


@pytest.mark.parametrize(
    ("spec", "pods", "reason"),
    [
        ({"backoffLimit": 0}, [pod("a", "Failed", code=1)], "BackoffLimitExceeded"),
        ({"activeDeadlineSeconds": 100}, [pod("a")], "DeadlineExceeded"),
        (
            {"podFailurePolicy": {"rules": [{"action": "FailJob", "onExitCodes": {"operator": "In", "values": [42]}}]}},
            [pod("a", "Failed", code=42)],
            "PodFailurePolicy",
        ),
        ({}, [pod("a", "Succeeded", code=0)], "CompletionsReached"),
    ],
)  # fmt: skip
def test_a_job_ends_and_says_why(spec, pods, reason):
    decided = decide(job(**spec), pods, NONE, NOW)
    types = {each["type"]: each["reason"] for each in decided.status["conditions"]}
    assert set(types.values()) == {reason}
    # While a Pod is on its way out it is only said how it will end.
    if decided.delete:
        assert decided.ended is None and set(types) == {"FailureTarget"}
        assert decided.status["failed"] == 1
    else:
        assert decided.ended.reason == reason and len(types) == 2


def test_what_is_not_wanted_any_more_is_not_counted_as_failed():
    decided = decide(job(suspend=True), [pod("a")], NONE, NOW)
    assert names(decided.counted) == ["a"]
    assert "failed" not in decided.status and "startTime" not in decided.status
    assert decided.told == (("Normal", "Suspended", "Job suspended"),)


def test_an_indexed_job_fills_its_gaps():
    given = job(completionMode="Indexed", completions=4, parallelism=3)
    pods = [pod("a", "Succeeded", code=0, index=0), pod("b", index=2)]
    decided = decide(given, pods, NONE, NOW)
    made = [each["metadata"]["annotations"][INDEX] for each in decided.create]
    assert made == ["1", "3"]
    assert decided.create[0]["spec"]["hostname"] == "work-1"
    assert decided.status["completedIndexes"] == "0"


def test_an_index_that_failed_too_often_is_given_up():
    given = job(completionMode="Indexed", completions=2, backoffLimitPerIndex=0)
    pods = [
        pod("a", "Succeeded", code=0, index=0),
        pod("b", "Failed", code=1, index=1),
    ]
    decided = decide(given, pods, NONE, NOW)
    assert decided.ended.reason == "FailedIndexes"
    assert decided.status["failedIndexes"] == "1"


@pytest.mark.parametrize(
    ("numbers", "text"), [({1, 3, 4, 5}, "1,3-5"), ({1, 2}, "1,2"), (set(), "")]
)
def test_numbers_are_printed_in_runs(numbers, text):
    assert indexes.printed(numbers) == text
    assert indexes.parse(text, 9) == numbers


@pytest.mark.parametrize(
    ("rule", "counts", "fail_job"),
    [
        ({"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget"}]}, True, ""),
        ({"action": "Ignore", "onExitCodes": {"operator": "In", "values": [3]}}, False, ""),
        (
            {"action": "FailJob", "onExitCodes": {"operator": "NotIn", "values": [1]}},
            True,
            "Container c for pod default/a failed with exit code 3 matching FailJob rule at index 0",
        ),
    ],
)  # fmt: skip
def test_a_failure_policy_judges_by_its_first_rule_that_matches(rule, counts, fail_job):
    given = job(podFailurePolicy={"rules": [rule]})
    found = judged(given, pod("a", "Failed", code=3))
    assert (found.counts, found.fail_job) == (counts, fail_job)


# What upstream's own tests say (pkg/controller/job/*_test.go) --------------------------------------------------------

INDEXED = {"completionMode": "Indexed", "completions": 3, "parallelism": 3}
FAILED = "batch.kubernetes.io/job-index-failure-count"
IGNORED = "batch.kubernetes.io/job-index-ignored-failure-count"


def bound(name, **about):
    """A Pod that a Node has."""
    made = pod(name, **about)
    return {**made, "spec": {"nodeName": "n"}}


def bad(name, index, *, code=1, at=NOW, **annotations):
    made = pod(name, "Failed", code=code, index=index, at=at)
    made["metadata"]["annotations"] |= annotations
    return made


def made_for(decided):
    return [each["metadata"]["annotations"][INDEX] for each in decided.create]


@pytest.mark.parametrize(
    ("spec", "pods", "gone"),
    [
        # Of Pods with the same index the most advanced one stays; Pods with an index beyond completions are deleted.
        (INDEXED, [bound("a", index=0), pod("b", "Pending", index=0), bound("c", index=5)], ["b", "c"]),
        (INDEXED, [bound("a", index=2), pod("b")], ["b"]),
        # The youngest goes, to the second, whatever its deletion costs.
        (
            {"completions": 9},
            [
                bound("a", creationTimestamp=timestamp(50)),
                bound("b", creationTimestamp=timestamp(51), annotations={DELETION_COST: "9"}),
                bound("c", creationTimestamp=timestamp(49)),
            ],
            ["b", "a"],
        ),
    ],
)  # fmt: skip
def test_which_pods_of_a_job_go_first(spec, pods, gone):
    decided = decide(job(**spec), pods, NONE, NOW)
    assert names(decided.delete) == gone and not decided.create


def test_a_number_that_is_on_its_way_out_is_not_given_again_where_only_failed_are_replaced():
    spec = {**INDEXED, "podReplacementPolicy": "Failed"}
    leaving = pod("a", index=0, deletionTimestamp=timestamp(90))
    assert made_for(decide(job(**spec), [leaving], NONE, NOW)) == ["1", "2"]


def test_a_success_counted_before_is_none_of_a_number_that_was_taken_away_meanwhile():
    counted = pod("a", "Succeeded", code=0, index=2, tracked=False)
    assert made_for(decide(job(**INDEXED), [counted], NONE, NOW)) == ["0", "1", "2"]


def test_restarts_of_init_containers_count_too():
    again = pod("a", "Pending")
    again["status"]["initContainerStatuses"] = [{"name": "i", "restartCount": 6}]
    given = job()
    given["spec"]["template"]["spec"]["restartPolicy"] = "OnFailure"
    decided = decide(given, [again], NONE, NOW)
    assert decided.status["conditions"][0]["reason"] == "BackoffLimitExceeded"


def test_a_long_name_keeps_the_index_of_its_pods():
    given = job(**INDEXED)
    given["metadata"]["name"] = "w" * 60
    stems = [
        each["metadata"]["generateName"] for each in decide(given, [], NONE, NOW).create
    ]
    assert stems == [f"{'w' * 55}-{index}-" for index in range(3)]


@pytest.mark.parametrize(
    ("before", "good", "failed", "after"),
    [
        # A success of the same second makes a failure forgotten, and so does any of those that came before.
        (NONE, [5], [5], NONE),
        (FailureRecord(3, 90), [80], [], NONE),
        (FailureRecord(3, 90), [80], [81, 79], FailureRecord(1, 81)),
    ],
)
def test_how_many_have_failed_since_the_last_success(before, good, failed, after):
    well = [pod("g", "Succeeded", code=0, at=at) for at in good]
    ill = [pod("f", "Failed", code=1, at=at) for at in failed]
    assert before.with_more(well, ill, NOW) == after


def test_a_pod_ends_with_its_last_container_and_its_sidecars():
    ended = pod("a", "Failed", code=1, at=50)
    later = {"terminated": {"exitCode": 0, "finishedAt": timestamp(70)}}
    ended["spec"] = {"initContainers": [{"name": "s", "restartPolicy": "Always"}]}
    ended["status"]["initContainerStatuses"] = [{"name": "s", "state": later}]
    assert ended_at(ended, NOW) == 70
    # While a container still runs, the time comes from the deletion.
    ended["status"]["initContainerStatuses"][0]["state"] = {"running": {}}
    ended["metadata"] |= {
        "deletionTimestamp": timestamp(90),
        "deletionGracePeriodSeconds": 30,
    }
    assert ended_at(ended, NOW) == 60


# Limits of single indexes --------------------------------------------------------------------------------------------

APART = {**INDEXED, "backoffLimit": 99, "backoffLimitPerIndex": 1}


def test_an_index_that_fails_waits_for_itself_and_its_next_pod_carries_on_the_count():
    pods = [bad("a", 0, at=NOW), pod("b", index=1)]
    first = decide(job(**APART), pods, NONE, NOW)
    assert made_for(first) == ["2"] and first.status["failedIndexes"] == ""
    assert first.create[0]["metadata"]["annotations"][FAILED] == "0"
    # The failed Pod is kept, since it has the failure count of its index.
    assert first.counted == () and "failed" not in first.status
    later = decide(job(**APART), [*pods, pod("c", index=2)], NONE, NOW + 10)
    assert made_for(later) == ["0"]
    assert later.create[0]["metadata"]["annotations"][FAILED] == "1"
    replaced = decide(
        job(**APART), [*pods, pod("c", index=2), pod("d", index=0)], NONE, NOW + 11
    )
    assert names(replaced.counted) == ["a"] and replaced.status["failed"] == 1


def test_the_wait_of_an_index_doubles_with_all_its_failures():
    pods = [bad("a", 0, **{FAILED: "0", IGNORED: "1"}), pod("b", index=1), pod("c", index=2)]  # fmt: skip
    assert decide(job(**APART), pods, NONE, NOW).look_again == 20.0


@pytest.mark.parametrize(
    ("action", "code", "count", "lost"),
    [
        (None, 1, "0", ""),
        (None, 1, "1", "0"),
        ("FailIndex", 7, "0", "0"),
        ("FailIndex", 8, "0", ""),
        ("Ignore", 7, "1", ""),
    ],
)
def test_which_failure_gives_an_index_up(action, code, count, lost):
    spec = dict(APART)
    if action:
        codes = {"operator": "In", "values": [7]}
        spec["podFailurePolicy"] = {"rules": [{"action": action, "onExitCodes": codes}]}
    decided = decide(job(**spec), [bad("a", 0, code=code, **{FAILED: count})], NONE, NOW)  # fmt: skip
    assert decided.status["failedIndexes"] == lost


def test_an_ignored_failure_is_written_down_apart():
    codes = {"operator": "In", "values": [7]}
    policy = {"rules": [{"action": "Ignore", "onExitCodes": codes}]}
    given = job(**APART, podFailurePolicy=policy)
    decided = decide(given, [bad("a", 0, code=7, at=0)], NONE, NOW)
    told = decided.create[0]["metadata"]["annotations"]
    assert (told[FAILED], told[IGNORED]) == ("0", "1")


def test_enough_successes_count_although_an_index_is_given_up():
    rules = {"rules": [{"succeededCount": 1}]}
    given = job(**{**APART, "backoffLimitPerIndex": 0}, successPolicy=rules)
    pods = [bad("a", 0, **{FAILED: "1"}), pod("b", "Succeeded", code=0, index=1)]
    assert decide(given, pods, NONE, NOW).ended.reason == "SuccessPolicy"


@pytest.mark.parametrize(
    ("manager", "pods"),
    [(None, 1), ("kubernetes.io/job-controller", 1), ("acme.io/queue", 0)],
)
def test_a_job_of_another_manager_is_left_alone(manager, pods):
    cluster = Cluster(1, kubelet="manual")
    spec = {"containers": [{"name": "c", "image": "i"}], "restartPolicy": "Never"}
    own = {} if manager is None else {"managedBy": manager}
    cluster.create(
        {
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": {"name": "j"},
            "spec": {"template": {"spec": spec}, **own},
        }
    )
    cluster.run(5)
    assert len(cluster.list("Pod")) == pods
    assert bool(cluster.get("Job", "j").get("status")) == bool(pods)
