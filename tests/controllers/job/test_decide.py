"""What the Job controller decides: how many Pods, how long it waits after failures, when and how it ends."""

import pytest

from k8slearn.apimachinery.objects import timestamp
from k8slearn.controllers.job import indexes
from k8slearn.controllers.job.decide import decide
from k8slearn.controllers.job.failures import FailureRecord, judged
from k8slearn.controllers.job.pods import FINALIZER, INDEX

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
        # Without completions: after one success nobody is started, and nobody is stopped.
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
