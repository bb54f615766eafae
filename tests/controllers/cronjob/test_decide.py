"""The CronJob controller's decisions: a Job at each moment of the schedule, and the handling of earlier Jobs."""

import pytest

from k8slearn.apimachinery.objects import timestamp
from k8slearn.controllers.cronjob.decide import decide

MINUTE = 60.0


def cron_job(status=None, **spec):
    given = {
        "schedule": "* * * * *",
        "concurrencyPolicy": "Allow",
        "successfulJobsHistoryLimit": 1,
        "failedJobsHistoryLimit": 1,
        "jobTemplate": {"spec": {"template": {}}},
        **spec,
    }
    metadata = {"name": "tick", "namespace": "default", "uid": "u", "creationTimestamp": timestamp(5)}  # fmt: skip
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": metadata,
        "spec": given,
        "status": status or {},
    }


def job(name, ended=None, start=0):
    status = {"startTime": timestamp(start)}
    if ended:
        status["conditions"] = [{"type": ended, "status": "True"}]
        status["completionTime"] = timestamp(start + 1)
    return {"metadata": {"name": name, "uid": name}, "status": status}


def test_a_job_is_made_at_the_full_minute_and_named_after_it():
    early = decide(cron_job(), [], 59.0)
    assert (early.create, early.why) == (None, "not-yet")
    assert early.look_again == pytest.approx(1.1)
    decided = decide(cron_job(), [], MINUTE)
    assert decided.create["metadata"]["name"] == "tick-29453761"
    assert decided.status["lastScheduleTime"] == timestamp(MINUTE)
    again = decide(cron_job(decided.status), [], MINUTE + 1)
    assert (again.create, again.why) == (None, "not-yet")


RUNNING = {"active": [{"name": "old", "uid": "old"}]}


@pytest.mark.parametrize(
    ("policy", "made", "deleted"),
    [("Allow", True, []), ("Forbid", False, []), ("Replace", True, ["old"])],
)
def test_the_policy_says_what_becomes_of_one_that_still_runs(policy, made, deleted):
    given = cron_job(RUNNING, concurrencyPolicy=policy)
    decided = decide(given, [job("old")], MINUTE)
    gone = [each["metadata"]["name"] for each in decided.delete]
    assert (decided.create is not None, gone) == (made, deleted)
    if policy == "Forbid":
        assert decided.told[-1][1] == "JobAlreadyActive"


def test_only_the_newest_that_ended_stay():
    jobs = [job(f"j{n}", "Complete", start=n) for n in range(3)]
    decided = decide(cron_job(suspend=True), jobs, MINUTE)
    assert [each["metadata"]["name"] for each in decided.delete] == ["j0", "j1"]
    assert decided.status["lastSuccessfulTime"] == timestamp(3)


def test_one_that_ended_is_seen_and_leaves_the_list():
    decided = decide(cron_job(RUNNING, suspend=True), [job("old", "Complete")], 1.0)
    assert "active" not in decided.status
    assert decided.told == (("Normal", "SawCompletedJob", "Saw completed job: old, condition: Complete"),)  # fmt: skip


def test_a_moment_that_is_long_past_is_missed():
    given = cron_job(schedule="0 * * * *", startingDeadlineSeconds=10)
    decided = decide(given, [], 3700.0)
    assert (decided.create, decided.why) == (None, "not-yet")
    assert decide(given, [], 3605.0).create is not None


def test_a_zone_moves_the_hour():
    given = cron_job(schedule="0 8 * * *", timeZone="Asia/Shanghai")
    day = 86400.0
    assert decide(given, [], day - 1).look_again == pytest.approx(1.1)


@pytest.mark.parametrize(
    ("schedule", "now", "deadline", "many"),
    [
        ("* * * * *", 100 * MINUTE + 30, None, False),
        ("* * * * *", 101 * MINUTE, None, True),
        ("* * * * *", 500 * MINUTE, 3600, False),
        ("0 * * * *", 101 * MINUTE, None, False),
        ("0 0 31 2 *", 101 * MINUTE, None, False),
    ],
)
def test_more_than_a_hundred_that_were_missed_are_told(schedule, now, deadline, many):
    given = cron_job(schedule=schedule, startingDeadlineSeconds=deadline)
    decided = decide(given, [], now)
    told = [(kind, reason) for kind, reason, _ in decided.told]
    assert (("Warning", "TooManyMissedTimes") in told) == many
    assert decided.create is not None or schedule != "* * * * *"


def test_one_that_never_started_counts_as_the_newest():
    never = job("a", "Failed")
    del never["status"]["startTime"]
    decided = decide(cron_job(suspend=True), [never, job("b", "Failed", start=9)], 60)
    assert [each["metadata"]["name"] for each in decided.delete] == ["b"]
