"""Where does a Deployment, ReplicaSet, StatefulSet, Job or CronJob stand, and what does it wait for?"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import (
    Object,
    condition,
    controller_ref,
    controller_uid,
    is_deleting,
    name,
    namespace,
    uid,
)
from k8slearn.controllers.cronjob.decide import decide as decide_cron_job
from k8slearn.controllers.deployment import progress
from k8slearn.controllers.deployment.decide import DeploymentSync
from k8slearn.controllers.deployment.decide import decide as decide_deployment
from k8slearn.controllers.deployment.limits import (
    counted,
    fenceposts,
    max_surge,
    max_unavailable,
    strategy_of,
)
from k8slearn.controllers.deployment.replica_sets import find_new
from k8slearn.controllers.pod_owner import active
from k8slearn.controllers.statefulset.decide import decide as decide_stateful_set
from k8slearn.explain.sentences import Explanation, Sentence
from k8slearn.explain.why_pod import state_of
from k8slearn.explain.why_refused import why_refused
from k8slearn.kinds.job import finished_as
from k8slearn.kinds.pod.state import is_pod_available
from k8slearn.kinds.workload import replicas_of
from k8slearn.locale import explain as words

# Pods that are not available and are listed one by one.
FEW = 3


def why_workload(reader: Reader, owner: Object, now: float) -> Explanation:
    """Where an object that owns Pods stands; `now` in simulated seconds. Raises KeyError for another kind."""
    return _TOLD[owner["kind"]](reader, owner, now)


def owned(reader: Reader, kind: str, owner: Object) -> list[Object]:
    """The objects of a kind that an owner controls."""
    found = reader.list(kind, namespace(owner))
    return [o for o in found if controller_uid(o) == uid(owner)]


def owner_of(reader: Reader, o: Object) -> Object | None:
    """Who controls an object, if it is there; by uid, since another of the same name may have been made since."""
    ref = controller_ref(o)
    if ref is None:
        return None
    owner = reader.get(ref["kind"], ref["name"], namespace(o))
    if owner is not None and uid(owner) == ref["uid"]:
        return owner
    return None


def _not_available(owner: Object, pods: Iterable[Object], now: float) -> list[Sentence]:
    """What each of the Pods waits for that are not available yet; of many the first few."""
    min_ready = owner["spec"].get("minReadySeconds", 0)
    waiting = [pod for pod in active(pods) if not is_pod_available(pod, min_ready, now)]
    told = []
    for pod in waiting[:FEW]:
        state = state_of(owner, pod, now)
        told.append(Sentence(words.HERE["has"].format(pod=name(pod), state=state), False))  # fmt: skip
    if len(waiting) > FEW:
        text = words.WORKLOAD["more"].format(count=len(waiting) - FEW)
        told.append(Sentence(text))
    return told


# Deployment and ReplicaSet -----------------------------------------------------------------------------------------


def _deployment(reader: Reader, deployment: Object, now: float) -> Explanation:
    found = owned(reader, "ReplicaSet", deployment)
    new = find_new(deployment, found)
    decided = decide_deployment(deployment, found, now, lambda each: _runs(reader, each))  # fmt: skip
    reasons: list[Sentence] = []
    if decided.way == "rolling" and not _is_done(deployment):
        reasons += _limits(deployment, found, decided)
    pods = owned(reader, "Pod", new) if new is not None else []
    reasons += _not_available(deployment, pods, now)
    if new is not None:
        reasons += why_refused(reader, new)
    return Explanation(
        about=name(deployment),
        answer=_where(deployment, found, new),
        reasons=tuple(reasons),
    )


def _runs(reader: Reader, replica_set: Object) -> bool:
    return bool(active(owned(reader, "Pod", replica_set)))


def _is_done(deployment: Object) -> bool:
    return progress.is_complete(deployment, deployment.get("status", {}))


def _where(deployment: Object, found: list[Object], new: Object | None) -> str:
    texts = words.DEPLOYMENT
    total = replicas_of(deployment)
    if is_deleting(deployment):
        return texts["deleting"]
    if deployment["spec"].get("paused"):
        return texts["paused"]
    if _is_done(deployment):
        return texts["done"].format(total=total)
    known = condition(deployment, progress.PROGRESSING) or {}
    if known.get("reason") == progress.TIMED_OUT:
        seconds = deployment["spec"]["progressDeadlineSeconds"]
        return texts["late"].format(seconds=seconds)
    old = sum(replicas_of(each) for each in found if each is not new)
    size = replicas_of(new) if new is not None else 0
    key = "recreate" if strategy_of(deployment) == "Recreate" else "rolling"
    return texts[key].format(size=size, total=total, old=old)


def _limits(
    deployment: Object, found: list[Object], decided: DeploymentSync
) -> list[Sentence]:
    """The arithmetic of a round: how many there may be, how many must be available, what that leaves."""
    texts = words.DEPLOYMENT
    total = replicas_of(deployment)
    surge = max_surge(deployment)
    missing = max_unavailable(deployment)
    rolling = deployment["spec"].get("strategy", {}).get("rollingUpdate") or {}
    told = [
        texts["most"].format(
            total=total,
            surge=surge,
            given=rolling.get("maxSurge", 0),
            most=total + surge,
        ),
        texts["least"].format(
            total=total,
            missing=missing,
            given=rolling.get("maxUnavailable", 0),
            least=total - missing,
        ),
        texts["now"].format(available=counted(found, "availableReplicas")),
    ]
    if fenceposts(deployment) == (0, 1) and rolling.get("maxUnavailable") in (0, "0%"):
        told.append(texts["both_zero"])
    sentences = [Sentence(text) for text in told]
    if decided.why:
        key = "may_go" if decided.why["may_go"] else "none_may_go"
        text = texts[key].format(**decided.why)
        sentences.append(Sentence(text, bool(decided.why["may_go"])))
    return sentences


def _replica_set(reader: Reader, replica_set: Object, now: float) -> Explanation:
    pods = owned(reader, "Pod", replica_set)
    total = replicas_of(replica_set)
    there = len(active(pods))
    text = words.WORKLOAD["replicas"].format(total=total, there=there)
    reasons = [*_not_available(replica_set, pods, now), *why_refused(reader, replica_set)]  # fmt: skip
    return Explanation(about=name(replica_set), answer=text, reasons=tuple(reasons))


# StatefulSet -------------------------------------------------------------------------------------------------------


def _stateful_set(reader: Reader, stateful_set: Object, now: float) -> Explanation:
    texts = words.STATEFUL_SET
    pods = owned(reader, "Pod", stateful_set)
    status = stateful_set.get("status", {})
    place = namespace(stateful_set)
    revisions = [
        reader.get("ControllerRevision", status.get(field, ""), place)
        for field in ("currentRevision", "updateRevision")
    ]
    current, update = revisions
    if current is None or update is None:
        return Explanation(about=name(stateful_set), answer=texts["new"], reasons=())
    decided = decide_stateful_set(stateful_set, pods, current, update, now)
    reasons: list[Sentence] = []
    for step in decided.steps:
        told = texts[step.why].format(pod=name(step.pod))
        reasons.append(Sentence(told))
    reasons += _not_available(stateful_set, pods, now)
    reasons += why_refused(reader, stateful_set)
    ordered = stateful_set["spec"].get("podManagementPolicy") != "Parallel"
    if decided.waits_for:
        key = "waits" if ordered else "waits_parallel"
        text = texts[key].format(pod=decided.waits_for)
    else:
        text = texts["going" if decided.steps else "done"]
    return Explanation(about=name(stateful_set), answer=text, reasons=tuple(reasons))


# Job and CronJob ---------------------------------------------------------------------------------------------------


def _job(reader: Reader, job: Object, now: float) -> Explanation:
    texts = words.JOB
    status = job.get("status", {})
    pods = owned(reader, "Pod", job)
    wanted = job["spec"].get("completions")
    done = texts["counts"].format(
        succeeded=status.get("succeeded", 0),
        wanted=texts["any"] if wanted is None else wanted,
        failed=status.get("failed", 0),
        limit=job["spec"].get("backoffLimit", 6),
    )
    reasons = [Sentence(done), *_not_available(job, pods, now), *why_refused(reader, job)]  # fmt: skip
    return Explanation(
        about=name(job), answer=_job_answer(job, pods), reasons=tuple(reasons)
    )


def _job_answer(job: Object, pods: list[Object]) -> str:
    texts = words.JOB
    ended = finished_as(job)
    if ended is not None:
        found = condition(job, ended) or {}
        return texts[ended].format(message=found.get("message", ""))
    if job["spec"].get("suspend"):
        return texts["suspended"]
    running = len(active(pods))
    if running:
        return texts["running"].format(count=running)
    # Nobody runs and it has not ended: it waits for the next try.
    if job.get("status", {}).get("failed"):
        return texts["waiting"]
    return texts["new"]


def _cron_job(reader: Reader, cron_job: Object, now: float) -> Explanation:
    texts = words.CRON_JOB
    decided = decide_cron_job(cron_job, owned(reader, "Job", cron_job), now)
    last = cron_job.get("status", {}).get("lastScheduleTime")
    reasons = [Sentence(texts["last"].format(time=last))] if last else []
    for reference in cron_job.get("status", {}).get("active") or ():
        reasons.append(Sentence(texts["active"].format(job=reference["name"])))
    if decided.why == "suspended":
        return Explanation(
            about=name(cron_job), answer=texts["suspended"], reasons=tuple(reasons)
        )
    if decided.why in ("forbidden", "too-late"):
        reasons.append(Sentence(texts[decided.why], False))
    text = texts["next"].format(seconds=decided.look_again or 0.0)
    return Explanation(about=name(cron_job), answer=text, reasons=tuple(reasons))


_TOLD: dict[str, Callable[[Reader, Object, float], Explanation]] = {
    "Deployment": _deployment,
    "ReplicaSet": _replica_set,
    "StatefulSet": _stateful_set,
    "Job": _job,
    "CronJob": _cron_job,
}
