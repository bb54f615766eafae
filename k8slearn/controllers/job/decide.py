"""What the Job controller decides in one sync, composed here and nowhere else.

Kubernetes: pkg/controller/job/job_controller.go, syncJob, manageJob, trackJobStatusAndRemoveFinalizers

Deviation: upstream writes the uids of Pods that have ended into the status before it takes the finalizers off them, so
that a crash in between counts none twice. Here both are one turn, and nobody sees it half done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from k8slearn.apimachinery.objects import (
    Object,
    is_deleting,
    seconds_of,
    timestamp,
    uid,
)
from k8slearn.controllers.job import indexes, per_index
from k8slearn.controllers.job.conditions import (
    COMPLETE,
    REACHED,
    TARGETS,
    JobEnd,
    entry,
    failing,
    verdict_of,
    with_entry,
)
from k8slearn.controllers.job.count import Count, in_use
from k8slearn.controllers.job.failures import FailureRecord, judged, success_met
from k8slearn.controllers.job.pods import (
    has_failed,
    has_succeeded,
    index_of,
    is_indexed,
    is_tracked,
    new_pods,
    replaces_only_failed,
)
from k8slearn.controllers.pod_owner import terminating
from k8slearn.controllers.replicaset.ranking import least_advanced_first
from k8slearn.kinds.pod.state import is_pod_ready, phase

BURST = 500
"""As many Pods at most are created or deleted in one go. Kubernetes: MaxPodCreateDeletePerSync"""


@dataclass(frozen=True, slots=True)
class JobSync:
    """What one sync decides: Pods that are made, that are deleted, and those that are counted now.

    `counted` lose their finalizer, with those that are deleted since they are not wanted any more, which count for
    nothing. `ended` is how the Job has ended with this sync, None while it goes on; `told` are Events (type, reason,
    message). `look_again` is when time alone asks for another look, `failures` what is remembered for the next wait.
    """

    create: tuple[Object, ...]
    delete: tuple[Object, ...]
    counted: tuple[Object, ...]
    status: Object
    failures: FailureRecord
    look_again: float | None = None
    ended: JobEnd | None = None
    told: tuple[tuple[str, str, str], ...] = ()


def decide(
    job: Object,
    pods: Sequence[Object],
    failures: FailureRecord,
    now: float,
    *,
    waiting: bool = False,
) -> JobSync:
    """Decide one sync from the Job's own Pods; `failures` is what is remembered of those before."""
    count = Count(job, pods, now, failures, waiting)
    if "startTime" not in count.status and not count.suspended:
        count.status["startTime"] = timestamp(now)
    count.verdict = verdict_of(job) or _judge(count)
    left = count.active
    if count.verdict is not None:
        # Whoever still runs is stopped: nobody waits for it any more.
        count.delete = list(count.active)
        left = []
        if waiting:
            count.verdict = verdict_of(job)
    else:
        left = _manage(count)
    return _told(count, left)


def _judge(count: Count) -> JobEnd | None:
    """Whether the Job is to end now, and why. Kubernetes: the middle of syncJob"""
    job = count.job
    spec = count.spec
    for pod in count.new_bad:
        why = judged(job, pod).fail_job
        if why:
            return failing("PodFailurePolicy", why)
    if count.failed > spec.get("backoffLimit", 6) or _restarted_too_often(count):
        text = "Job has reached the specified backoff limit"
        return failing("BackoffLimitExceeded", text)
    late = _past_deadline(count)
    if late is not None:
        return late
    lost = _by_indexes(count) if count.lost else None
    if lost is not None:
        return lost
    met = success_met(job, count.done)
    if met:
        return JobEnd("SuccessCriteriaMet", "SuccessPolicy", met)
    return None


def _restarted_too_often(count: Count) -> bool:
    """With OnFailure containers are restarted in their Pods. Kubernetes: pastBackoffLimitOnFailure"""
    pod_spec = count.spec["template"]["spec"]
    if pod_spec.get("restartPolicy") != "OnFailure":
        return False
    restarts = 0
    for pod in count.pods:
        status = pod.get("status", {})
        if phase(pod) not in ("Pending", "Running"):
            continue
        for group in ("initContainerStatuses", "containerStatuses"):
            restarts += sum(each.get("restartCount", 0) for each in status.get(group, ()))  # fmt: skip
    limit = count.spec.get("backoffLimit", 6)
    if limit == 0:
        return bool(restarts > 0)
    return bool(restarts >= limit)


def _past_deadline(count: Count) -> JobEnd | None:
    deadline = count.spec.get("activeDeadlineSeconds")
    start = count.status.get("startTime")
    if deadline is None or start is None or count.suspended:
        return None
    left = seconds_of(start) + deadline - count.now
    if left > 0:
        count.again.append(left)
        return None
    text = "Job was active longer than specified deadline"
    return failing("DeadlineExceeded", text)


def _by_indexes(count: Count) -> JobEnd | None:
    most = count.spec.get("maxFailedIndexes")
    if most is not None and len(count.lost) > most:
        text = "Job has exceeded the specified maximal number of failed indexes"
        return failing("MaxFailedIndexesExceeded", text)
    if len(count.lost) + len(count.done) >= count.spec.get("completions", 0):
        return failing("FailedIndexes", "Job has failed indexes")
    return None


def _manage(count: Count) -> list[Object]:
    """Make or delete Pods; returns those that go on. Kubernetes: manageJob"""
    left = count.active
    managed = not count.waiting and not is_deleting(count.job)
    if managed:
        left = _managed(count)
    if _is_complete(count, len(left) + len(count.create)):
        count.verdict = REACHED
    elif managed:
        _suspend_or_resume(count)
    return left


def _is_complete(count: Count, running: int) -> bool:
    wanted = count.spec.get("completions")
    if running:
        return False
    # Without a number of completions one success is enough, once all others have ended.
    if wanted is None:
        return count.succeeded > 0
    return bool(count.succeeded >= wanted)


def _managed(count: Count) -> list[Object]:
    running = count.active
    wanted = _wanted(count)
    gone = _superfluous(count, max(len(running) - wanted, 0))[:BURST]
    if gone:
        # Of deleting and making, one a sync.
        count.delete = gone
        return [pod for pod in running if pod not in gone]
    leaving: list[Object] = []
    if replaces_only_failed(count.job):
        leaving = terminating(count.pods)
    missing = min(wanted - len(running) - len(leaving), BURST)
    if missing > 0 and not count.suspended:
        count.create = _made(count, missing, [*running, *leaving])
    return running


def _superfluous(count: Count, least: int) -> list[Object]:
    """The Pods to delete: `least` at least, and all whose number is taken or not the Job's.

    Kubernetes: activePodsForRemoval
    """
    left = sorted(count.active, key=least_advanced_first)
    gone: list[Object] = []
    if is_indexed(count.job):
        last = {index_of(pod): uid(pod) for pod in left if count.means(pod)}
        gone = [pod for pod in left if last.get(index_of(pod)) != uid(pod)]
        left = [pod for pod in left if last.get(index_of(pod)) == uid(pod)]
    return gone + left[: max(least - len(gone), 0)]


def _made(count: Count, missing: int, others: Sequence[Object]) -> list[Object]:
    """The new Pods that may start now, `missing` at most."""
    apart = per_index.has_limit(count.job)
    wait = 0.0 if apart else count.failures.wait(count.now)
    if wait > 0:
        count.again.append(wait)
        return []
    if not is_indexed(count.job):
        return new_pods(count.job, missing, ())
    taken = count.done | count.lost | in_use(others)
    numbers = indexes.next_ones(taken, count.spec["completions"], missing)
    if not apart:
        return new_pods(count.job, missing, numbers)
    # Each index waits for itself.
    waits = [per_index.wait_for(count.replaced.get(each), count.now) for each in numbers]  # fmt: skip
    ready = [each for each, wait in zip(numbers, waits, strict=True) if not wait]
    if not ready and waits:
        count.again.append(min(waits))
    made = zip(ready, new_pods(count.job, missing, ready), strict=True)
    return [per_index.carrying_on(count.job, pod, count.replaced.get(each)) for each, pod in made]  # fmt: skip


def _wanted(count: Count) -> int:
    """How many Pods are to run now."""
    spec = count.spec
    parallelism = int(spec.get("parallelism", 1))
    completions: int | None = spec.get("completions")
    if count.suspended:
        return 0
    if completions is None:
        # After one success no new one is started, and nobody is stopped.
        if count.succeeded:
            return len(count.active)
        return parallelism
    return max(min(completions - count.succeeded, parallelism), 0)


def _suspend_or_resume(count: Count) -> None:
    conditions = list(count.status.get("conditions") or ())
    if count.suspended:
        new = entry("Suspended", "True", "JobSuspended", "Job suspended", count.now)
        event = ("Normal", "Suspended", "Job suspended")
    else:
        new = entry("Suspended", "False", "JobResumed", "Job resumed", count.now)
        event = ("Normal", "Resumed", "Job resumed")
    changed = with_entry(conditions, new)
    if changed == conditions:
        return
    count.status["conditions"] = changed
    count.told.append(event)
    # The time that it was held back does not count against its deadline.
    if count.suspended:
        count.status.pop("startTime", None)
    else:
        count.status["startTime"] = timestamp(count.now)


# The end of a sync ------------------------------------------------------------------------------------------------


def _told(count: Count, left: Sequence[Object]) -> JobSync:
    """Which Pods are counted now, and the status. Kubernetes: trackJobStatusAndRemoveFinalizers"""
    ending = count.verdict
    tracked = [pod for pod in count.pods if is_tracked(pod)]
    unwanted = [] if ending is not None else count.delete
    counted = [pod for pod in tracked if pod not in unwanted and _may_go(count, pod)]
    good = [pod for pod in counted if has_succeeded(pod)]
    bad = [pod for pod in counted if not has_succeeded(pod)]
    status = count.status
    _set(status, "succeeded", _total(count, "succeeded", len(good)))
    lost = [pod for pod in bad if _counts_as_failed(count, pod)]
    _set(status, "failed", _total(count, "failed", len(lost)))
    if is_indexed(count.job):
        _set(status, "succeeded", len(count.done))
        _set(status, "completedIndexes", indexes.printed(count.done))
        if per_index.has_limit(count.job):
            # Also where it says that there are none.
            status["failedIndexes"] = indexes.printed(count.lost)
    _set(status, "active", len(left) + len(count.create))
    status["ready"] = sum(is_pod_ready(pod) for pod in left)
    status["terminating"] = len(terminating(count.pods)) + len(count.delete)
    status["uncountedTerminatedPods"] = {}
    ended = _ended(count) if ending is not None else None
    again = min(count.again, default=None)
    return JobSync(
        create=tuple(count.create),
        delete=tuple(count.delete),
        counted=(*counted, *(pod for pod in unwanted if is_tracked(pod))),
        status=status,
        failures=count.failures,
        look_again=again,
        ended=ended,
        told=tuple(count.told),
    )


def _may_go(count: Count, pod: Object) -> bool:
    """Whether the finalizer may come off a Pod. Kubernetes: canRemoveFinalizer"""
    if is_deleting(count.job) or count.verdict is not None:
        return True
    if has_succeeded(pod):
        return True
    return has_failed(count.job, pod) and pod not in count.replaced.values()


def _counts_as_failed(count: Count, pod: Object) -> bool:
    """When the Job fails, whoever still runs has failed with it."""
    if not count.means(pod):
        return False
    if has_failed(count.job, pod):
        return judged(count.job, pod).counts
    return count.verdict is not None and count.verdict.kind == "FailureTarget"


def _total(count: Count, field_name: str, more: int) -> int:
    return int(count.job.get("status", {}).get(field_name, 0)) + more


def _ended(count: Count) -> JobEnd | None:
    """Announce how the Job ends; returns it once no Pod is terminating, when it has ended so, else None.

    Kubernetes: enactJobFinished
    """
    verdict = count.verdict
    assert verdict is not None, "asked only of a Job that is to end"
    about = ("True", verdict.reason, verdict.message, count.now)
    conditions = list(count.status.get("conditions") or ())
    conditions = with_entry(conditions, entry(verdict.kind, *about))
    ended = None
    if not count.status["terminating"]:
        final = entry(TARGETS[verdict.kind], *about)
        conditions = with_entry(conditions, final)
        if TARGETS[verdict.kind] == COMPLETE:
            count.status["completionTime"] = final["lastTransitionTime"]
        ended = verdict
    count.status["conditions"] = conditions
    return ended


def _set(status: Object, field_name: str, value: int | str) -> None:
    if value:
        status[field_name] = value
    else:
        status.pop(field_name, None)
