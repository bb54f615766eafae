"""Why a container waits, why a Pod is not ready, who evicted it and why: read off its status and the last Events."""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import (
    Object,
    condition,
    is_condition_true,
    is_deleting,
    name,
    namespace,
)
from k8slearn.explain.sentences import Sentence
from k8slearn.kinds.pod.state import is_pod_ready, sidecars
from k8slearn.locale import explain as words

# Reasons that pass by themselves: what they wait for is told by an Event, if anything is wrong at all.
PREPARING = ("ContainerCreating", "PodInitializing")
# What an Event says of a Pod whose containers are not there yet.
_OBSTACLES = ("FailedMount", "FailedCreatePodSandBox", "NetworkNotReady")
_OOM = "OOMKilled"


def why_containers(reader: Reader, pod: Object) -> list[Sentence]:
    """What holds the Pod's containers up, one sentence a cause; nothing of a Pod that is well."""
    status = pod.get("status", {})
    told = []
    for entry in status.get("conditions") or ():
        if entry["type"] == "DisruptionTarget" and entry["status"] == "True":
            told.append(_disruption(entry))
    if status.get("phase") in ("Failed", "Succeeded"):
        return told + _verdict(status)
    if pod["spec"].get("nodeName"):
        told += _containers(reader, pod)
    return told


def _disruption(entry: Object) -> Sentence:
    """Who ended the Pod, or is about to. Kubernetes: the condition DisruptionTarget"""
    reason = entry.get("reason", "")
    message = entry.get("message", "").strip()
    text = words.DISRUPTIONS.get(reason, words.DISRUPTIONS["other"])
    return Sentence(text.format(reason=reason, message=message), False)


def _verdict(status: Object) -> list[Sentence]:
    """Why the Pod as a whole has failed: refused by its kubelet, evicted, past its deadline."""
    if not status.get("reason"):
        return []
    message = status.get("message", "").strip()
    text = words.CONTAINERS["failed"].format(reason=status["reason"], message=message)
    return [Sentence(text, False)]


def _containers(reader: Reader, pod: Object) -> Iterator[Sentence]:
    status = pod.get("status", {})
    beside = sidecars(pod)
    for entry in status.get("initContainerStatuses") or ():
        # A sidecar need not end, only to have started.
        field = "started" if entry["name"] in beside else "ready"
        if not entry.get(field):
            # They run one after the other: whoever comes later waits for this one.
            yield Sentence(words.CONTAINERS["init"].format(name=entry["name"]))
            yield from _container(reader, pod, entry)
            return
    for entry in status.get("containerStatuses") or ():
        yield from _container(reader, pod, entry)
    if not is_deleting(pod):
        yield from _readiness(pod)


def _last_end(entry: Object) -> Object | None:
    """How a container's life before this one ended, None for the first."""
    last = entry.get("lastState") or {}
    return last.get("terminated")


def _container(reader: Reader, pod: Object, entry: Object) -> Iterator[Sentence]:
    state = entry.get("state") or {}
    if "waiting" in state:
        yield _waiting(reader, pod, entry, state["waiting"])
        return
    if "terminated" in state:
        ended = state["terminated"]
        key = "crash" if _restarts(pod, ended) else "ended"
        yield _ended(key, entry, ended)
        return
    before = _last_end(entry)
    if before:
        yield _ended("restarted", entry, before)
    if not entry.get("ready") and not is_deleting(pod):
        yield _unready(reader, pod, entry)


def _waiting(reader: Reader, pod: Object, entry: Object, state: Object) -> Sentence:
    name = entry["name"]
    reason = state.get("reason", "")
    before = _last_end(entry)
    if reason == "CrashLoopBackOff" and before:
        return _ended("crash", entry, before)
    if reason in PREPARING:
        obstacle = _last_event(reader, pod, _OBSTACLES)
        if not obstacle:
            return Sentence(words.CONTAINERS["preparing"].format(name=name))
        told = words.CONTAINERS["obstacle"].format(message=obstacle)
        return Sentence(told, False)
    text = words.WAITING.get(reason, words.WAITING["other"])
    message = state.get("message", "")
    told = text.format(name=name, reason=reason, message=message)
    return Sentence(told, False)


def _restarts(pod: Object, ended: Object) -> bool:
    """Whether a container of the Pod is started again after such an end."""
    policy = pod["spec"].get("restartPolicy", "Always")
    if policy == "OnFailure":
        return bool(ended.get("exitCode") != 0)
    return bool(policy == "Always")


def _ended(key: str, entry: Object, ended: Object) -> Sentence:
    reason = ended.get("reason", "")
    how = words.ENDS["oom"] if reason == _OOM else words.ENDS["code"]
    told = words.CONTAINERS[key].format(
        name=entry["name"],
        count=entry.get("restartCount", 0),
        how=how.format(reason=reason, code=ended.get("exitCode", 0)),
    )
    # A container that runs again is mentioned, and is no longer a cause.
    holds = None if key == "restarted" else False
    return Sentence(told, holds)


def _unready(reader: Reader, pod: Object, entry: Object) -> Sentence:
    """Why a container that runs is not ready: a probe of its own says so."""
    key = "probe"
    probe = "Readiness"
    if not entry.get("started"):
        key = "startup"
        probe = "Startup"
    message = _last_event(reader, pod, ("Unhealthy",), f"{probe} probe", entry["name"])
    told = words.CONTAINERS[key].format(name=entry["name"])
    if message:
        told += words.CONTAINERS["said"].format(message=message)
    return Sentence(told, False)


def _readiness(pod: Object) -> Iterator[Sentence]:
    """What keeps a Pod from being ready whose containers all are."""
    if is_pod_ready(pod) or not is_condition_true(pod, "ContainersReady"):
        return
    for gate in pod["spec"].get("readinessGates") or ():
        kind = gate["conditionType"]
        if not is_condition_true(pod, kind):
            yield Sentence(words.CONTAINERS["gate"].format(type=kind), False)
    ready = condition(pod, "Ready")
    # The kubelet always gives a reason; the Node controller, which speaks for a silent one, gives none.
    if ready is not None and ready["status"] == "False" and not ready.get("reason"):
        text = words.CONTAINERS["silent"].format(node=pod["spec"]["nodeName"])
        yield Sentence(text, False)


def _last_event(
    reader: Reader,
    pod: Object,
    reasons: tuple[str, ...],
    beginning: str = "",
    container: str = "",
) -> str:
    """The message of the last Event about the Pod for one of these reasons, '' if there is none."""
    found = [("", "")]
    for event in reader.list("Event", namespace(pod)):
        about = event["involvedObject"]
        if about.get("name") != name(pod) or event.get("reason") not in reasons:
            continue
        # spec.containers{NAME}, as the kubelet writes it.
        if container and f"{{{container}}}" not in about.get("fieldPath", ""):
            continue
        message = event.get("message", "")
        if message.startswith(beginning):
            time = event.get("lastTimestamp") or ""
            found.append((time, message))
    _, message = max(found)
    return message
