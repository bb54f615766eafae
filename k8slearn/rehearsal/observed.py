"""Reads how long each phase took on each Node from Pods and Events: pulling, creating, getting ready, stopping.

A Pod's conditions last as long as the Pod, so even weeks old Pods have them; Events are deleted after an hour.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import (
    Object,
    condition,
    controller_uid,
    is_deleting,
    name,
    namespace,
    seconds_of,
    uid,
)
from k8slearn.kinds.pod.state import is_pod_ready, is_pod_terminal

PULL, CREATE, READY, STOP = "pull", "create", "ready", "stop"
PHASES = (PULL, CREATE, READY, STOP)

# Seconds to ready beyond which a Pod must have been ready before and lost it for a while.
FLAPPED = 1800.0
# Seconds to assume for creating a container where no Event tells pulling and creating apart.
LEAST_CREATE = 1.0

_PULLED = re.compile(
    r'Successfully pulled image "[^"]*" in (?P<took>[\w.µ]+)'
    r"(?: \((?P<waited>[\w.µ]+) including waiting\))?"
)
_ASSIGNED = re.compile(r"Successfully assigned \S+ to (\S+)")
_PRESENT = "already present on machine"
_STOPPING = "Stopping container"
_DURATION = re.compile(r"([\d.]+)(h|ms|m|µs|us|s)")
_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001, "µs": 1e-6, "us": 1e-6}


class Observation(NamedTuple):
    """One observed duration in seconds. `owner` is the uid of the Pod's owner; `node` is '' where unknown."""

    node: str
    phase: str
    owner: str
    seconds: float


class PodEvents:
    """The Events about Pods, by the Pod's namespace and name."""

    def __init__(self, reader: Reader) -> None:
        self.about: dict[tuple[str, str], list[Object]] = defaultdict(list)
        for event in reader.list("Event"):
            subject = event.get("involvedObject") or {}
            if subject.get("kind") == "Pod":
                place = subject.get("namespace", ""), subject.get("name", "")
                self.about[place].append(event)

    def of(self, pod: Object) -> list[Object]:
        """The Events about a Pod."""
        return self.about.get((namespace(pod), name(pod)), [])


def moment(event: Object) -> float | None:
    """When an Event first occurred, in simulated seconds; None where it does not say."""
    text = event.get("firstTimestamp") or event.get("eventTime")
    return seconds_of(text) if text else None


def go_duration(text: str) -> float:
    """Seconds of a duration as Go writes it: 1m2.5s, 850ms."""
    return sum(float(number) * _UNITS[unit] for number, unit in _DURATION.findall(text))


def observations(reader: Reader, daemon_set: Object) -> list[Observation]:
    """All observations from running Pods; those of stopping from the DaemonSet's own Pods only."""
    events = PodEvents(reader)
    found: list[Observation] = []
    for pod in reader.list("Pod"):
        found += _of_pod(pod, events.of(pod))
    own = []
    for pod in reader.list("Pod", namespace(daemon_set)):
        if controller_uid(pod) == uid(daemon_set):
            own.append(pod)
    stops = list(_stops_told(daemon_set, own, events))
    return found + stops


def _of_pod(pod: Object, events: Iterable[Object]) -> Iterator[Observation]:
    """Observations from a running Pod that was never restarted: a restart overwrites the times of the first start."""
    node = pod["spec"].get("nodeName")
    scheduled = _true_since(pod, "PodScheduled")
    started = _last_start(pod)
    if not node or scheduled is None or started is None or is_pod_terminal(pod):
        return
    owner = controller_uid(pod) or uid(pod)
    arrival = max(started - scheduled, 0.0)
    pulls = _pulls(events)
    if pulls is None:
        # Without Events: a version's first Pod on a Node usually pulls, so nearly all of the time counts as pulling.
        create = min(arrival, LEAST_CREATE)
        images = len(pod["spec"]["containers"])
        yield Observation(node, PULL, owner, (arrival - create) / images)
        yield Observation(node, CREATE, owner, create)
    else:
        for took in pulls.took:
            yield Observation(node, PULL, owner, took)
        rest = max(arrival - pulls.waited, 0.0)
        yield Observation(node, CREATE, owner, rest)
    ready = _true_since(pod, "Ready")
    if is_pod_ready(pod) and ready is not None and ready - started <= FLAPPED:
        yield Observation(node, READY, owner, max(ready - started, 0.0))


class Pulls(NamedTuple):
    """The durations of a Pod's pulls, and how long its containers waited for them in all."""

    took: list[float]
    waited: float


def _pulls(events: Iterable[Object]) -> Pulls | None:
    """The pulls of a Pod by its Events; None where no Event is about images."""
    took = []
    waited = 0.0
    told = False
    began: dict[str, float] = {}
    for event in sorted(events, key=lambda each: moment(each) or 0.0):
        message = event.get("message", "")
        path = event["involvedObject"].get("fieldPath", "")
        at = moment(event) or 0.0
        if event.get("reason") == "Pulling":
            began[path] = at
        elif event.get("reason") == "Pulled":
            told = True
            match = _PULLED.match(message)
            if match is not None:
                seconds = go_duration(match["took"])
                took.append(seconds)
                waited += go_duration(match["waited"] or match["took"])
            elif path in began and _PRESENT not in message:
                # Old kubelets' messages have no duration; then the Events' times must do, in whole seconds.
                took.append(at - began[path])
                waited += at - began[path]
    return Pulls(took, waited) if told else None


def _true_since(pod: Object, kind: str) -> float | None:
    """The time since which a condition is True; None where it is not."""
    found = condition(pod, kind)
    if found is None or found["status"] != "True":
        return None
    text = found.get("lastTransitionTime")
    return seconds_of(text) if text else None


def _last_start(pod: Object) -> float | None:
    """The time at which the last container started; None where one does not run or was restarted."""
    found = None
    for status in pod.get("status", {}).get("containerStatuses") or ():
        started = (status.get("state") or {}).get("running", {}).get("startedAt")
        if not started or status.get("restartCount"):
            return None
        at = seconds_of(started)
        found = at if found is None else max(found, at)
    return found


# Stopping: the Pods that did it are gone, but not without a trace -----------------------------------------------


def _stops_told(
    daemon_set: Object, own: Iterable[Object], events: PodEvents
) -> Iterator[Observation]:
    """Stops from the Event Killing to the creation of the next Pod on the Node, which follows the old one's end."""
    created = _creations(own)
    ahead = f"{name(daemon_set)}-"
    present = {name(pod) for pod in own}
    grace = grace_of(daemon_set)
    for (place, pod), told in events.about.items():
        ours = place == namespace(daemon_set) and pod.startswith(ahead)
        if not ours or pod in present:
            continue
        node = _node_told(told)
        for event in told:
            at = moment(event)
            stops = event.get("message", "").startswith(_STOPPING)
            if event.get("reason") != "Killing" or at is None or not stops:
                continue
            later = [each for each in created.get(node, ()) if each >= at]
            # No kubelet waits longer than the grace period: otherwise something else delayed the next Pod.
            if later and min(later) - at <= grace + SLACK:
                yield Observation(node, STOP, uid(daemon_set), min(later) - at)
                break


# Seconds that a kubelet needs besides the stop itself, to notice and to clean up.
SLACK = 5.0


def grace_of(daemon_set: Object) -> float:
    """The terminationGracePeriodSeconds of its Pods."""
    spec = daemon_set["spec"]["template"]["spec"]
    # Kubernetes: pkg/apis/core/v1/defaults.go, DefaultTerminationGracePeriodSeconds
    return float(spec.get("terminationGracePeriodSeconds", 30))


def _creations(own: Iterable[Object]) -> Mapping[str, list[float]]:
    """By Node, the times at which its Pods were created."""
    found = defaultdict(list)
    for pod in own:
        text = pod["metadata"].get("creationTimestamp")
        if text and pod["spec"].get("nodeName"):
            found[pod["spec"]["nodeName"]].append(seconds_of(text))
    return found


def _node_told(events: Iterable[Object]) -> str:
    """The Node of a Pod that is gone, from its Events; '' where they do not say."""
    for event in events:
        host = (event.get("source") or {}).get("host")
        if host:
            return str(host)
        match = _ASSIGNED.match(event.get("message", ""))
        if match is not None:
            return match[1]
    return ""


def stops_of_last_rollout(
    own: Iterable[Object], limit: int, min_ready: float, grace: float
) -> list[float]:
    """Durations of stops in the rollout that made these Pods, `limit` at a time, computed from when they were created.

    When a Pod became available one old Pod was deleted, and when that was gone the next Pod was created. Which belongs
    to which is unknown for a limit above 1, but the sum is the same for every pairing. [] where the Pods were not made
    by such a rollout.
    """
    made = []
    available = []
    for pod in own:
        ready = _true_since(pod, "Ready")
        text = pod["metadata"].get("creationTimestamp")
        if ready is None or not text or is_deleting(pod):
            continue
        made.append(seconds_of(text))
        available.append(ready + min_ready)
    made.sort()
    available.sort()
    waits = []
    for successor, before in zip(made[limit:], available, strict=False):
        waits.append(successor - before)
    # Times have whole seconds: a very short stop may come out negative.
    kept = [max(wait, 0.0) for wait in waits if -1.0 <= wait <= grace + SLACK]
    # For Pods made all at once, or with another limit, most waits would be impossible.
    if len(kept) < FEWEST_STOPS or len(kept) < 0.8 * len(waits):
        return []
    return kept


FEWEST_STOPS = 3
