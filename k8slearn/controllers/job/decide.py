"""What the Job controller decides in one sync, composed here and nowhere else.

Kubernetes: pkg/controller/job/job_controller.go, syncJob, manageJob, trackJobStatusAndRemoveFinalizers

Deviation: upstream writes the uids of Pods that have ended into the status before it takes the finalizers off them, so
that a crash in between counts none twice. Here both are one turn, and nobody sees it half done.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from k8slearn.apimachinery.objects import (
    Object,
    is_deleting,
    seconds_of,
    timestamp,
)
from k8slearn.controllers.job import indexes
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
from k8slearn.controllers.pod_owner import active, terminating
from k8slearn.controllers.replicaset.ranking import pods_to_delete
from k8slearn.kinds.pod.state import is_pod_ready

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


@dataclass
class Count:
    """A sync that is being decided."""

    job: Object
    pods: Sequence[Object]
    now: float
    failures: FailureRecord
    waiting: bool
    status: Object = field(default_factory=dict)
    verdict: JobEnd | None = None
    create: list[Object] = field(default_factory=list)
    delete: list[Object] = field(default_factory=list)
    told: list[tuple[str, str, str]] = field(default_factory=list)
    again: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.status = dict(self.job.get("status", {}))
        self.spec: Object = self.job["spec"]
        self.active = active(self.pods)
        uncounted = [pod for pod in self.pods if is_tracked(pod)]
        self.new_good = [pod for pod in uncounted if has_succeeded(pod)]
        self.new_bad = [
            pod
            for pod in uncounted
            if has_failed(self.job, pod) and not has_succeeded(pod)
        ]
        self.failures = self.failures.with_more(self.new_good, self.new_bad, self.now)
        self.done: set[int] = set()
        self.lost: set[int] = set()
        if is_indexed(self.job):
            self.done = indexes.completed(self.job, self.pods)
            self.lost = indexes.failed(self.job, self.pods)

    @property
    def succeeded(self) -> int:
        """How many have ended well, those that are counted with this sync included."""
        if is_indexed(self.job):
            return len(self.done)
        return int(self.status.get("succeeded", 0)) + len(self.new_good)

    @property
    def failed(self) -> int:
        """How many have failed."""
        more = sum(judged(self.job, pod).counts for pod in self.new_bad)
        return int(self.status.get("failed", 0)) + more

    @property
    def suspended(self) -> bool:
        """Whether its author holds it back."""
        return bool(self.spec.get("suspend"))


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
    if count.lost:
        return _by_indexes(count)
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
    for pod in count.active:
        for status in pod.get("status", {}).get("containerStatuses", ()):
            restarts += status.get("restartCount", 0)
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
    excess = len(running) - _wanted(count)
    if excess > 0:
        gone = pods_to_delete(running, (), min(excess, BURST), count.now)
        count.delete = gone
        return [pod for pod in running if pod not in gone]
    missing = -excess
    if replaces_only_failed(count.job):
        missing -= len(terminating(count.pods))
    if missing <= 0 or count.suspended:
        return running
    wait = count.failures.wait(count.now)
    if wait > 0:
        count.again.append(wait)
        return running
    numbers: list[int] = []
    if is_indexed(count.job):
        taken = count.done | count.lost | _in_use(running)
        total = count.spec["completions"]
        numbers = indexes.next_ones(taken, total, min(missing, BURST))
    count.create = new_pods(count.job, min(missing, BURST), numbers)
    return running


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


def _in_use(running: Iterable[Object]) -> set[int]:
    return {index for pod in running if (index := index_of(pod)) is not None}


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
        _set_text(status, "completedIndexes", indexes.printed(count.done))
        if "backoffLimitPerIndex" in count.spec:
            _set_text(status, "failedIndexes", indexes.printed(count.lost))
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
    if has_failed(count.job, pod) or has_succeeded(pod):
        return True
    index = index_of(pod)
    return index is not None and index >= count.spec.get("completions", 0)


def _counts_as_failed(count: Count, pod: Object) -> bool:
    """When the Job fails, whoever still runs has failed with it."""
    if has_failed(count.job, pod):
        return judged(count.job, pod).counts
    return count.verdict is not None and count.verdict.kind == "FailureTarget"


def _total(count: Count, field_name: str, more: int) -> int:
    return int(count.job.get("status", {}).get(field_name, 0)) + more


def _ended(count: Count) -> JobEnd | None:
    """First it is said how it will end; it has ended when no Pod is on its way out. Kubernetes: enactJobFinished"""
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


def _set(status: Object, field_name: str, number: int) -> None:
    if number:
        status[field_name] = number
    else:
        status.pop(field_name, None)


def _set_text(status: Object, field_name: str, text: str) -> None:
    if text:
        status[field_name] = text
    else:
        status.pop(field_name, None)
