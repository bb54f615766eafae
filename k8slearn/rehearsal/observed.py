"""How long things took on each Node, read off Pods and Events: pulling, creating, getting ready, stopping.

A Pod's conditions stay as long as it lives and tell even of Pods that are weeks old; Events are gone after an hour.
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

# Longer than any readiness that a rollout waits for: such a Pod was ready before, and then not for a while.
FLAPPED = 1800.0
# Where no Event says what was pulled, so much of the way to the start is the container's own.
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
    """So many seconds were seen once. `owner` is whose Pod it was (a uid); `node` '' where that is not known."""

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
        """Those about a Pod."""
        return self.about.get((namespace(pod), name(pod)), [])


def moment(event: Object) -> float | None:
    """When an Event was first told, in simulated seconds."""
    text = event.get("firstTimestamp") or event.get("eventTime")
    return seconds_of(text) if text else None


def go_duration(text: str) -> float:
    """Seconds of a duration as Go writes it: 1m2.5s, 850ms."""
    return sum(float(number) * _UNITS[unit] for number, unit in _DURATION.findall(text))


def observations(reader: Reader, daemon_set: Object) -> list[Observation]:
    """All that was seen of Pods that run; of stopping, what the DaemonSet's own Pods show."""
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
    """What a Pod shows that runs and has never been restarted: later starts hide the first one's times."""
    node = pod["spec"].get("nodeName")
    scheduled = _since(pod, "PodScheduled")
    started = _last_start(pod)
    if not node or scheduled is None or started is None or is_pod_terminal(pod):
        return
    owner = controller_uid(pod) or uid(pod)
    arrival = max(started - scheduled, 0.0)
    pulls = _pulls(events)
    if pulls is None:
        # Nobody says what was pulled. A version's first Pod on a Node usually pulls, so nearly all of it is taken so.
        create = min(arrival, LEAST_CREATE)
        images = len(pod["spec"]["containers"])
        yield Observation(node, PULL, owner, (arrival - create) / images)
        yield Observation(node, CREATE, owner, create)
    else:
        for took in pulls.took:
            yield Observation(node, PULL, owner, took)
        rest = max(arrival - pulls.waited, 0.0)
        yield Observation(node, CREATE, owner, rest)
    ready = _since(pod, "Ready")
    if is_pod_ready(pod) and ready is not None and ready - started <= FLAPPED:
        yield Observation(node, READY, owner, max(ready - started, 0.0))


class Pulls(NamedTuple):
    """What each pull of a Pod took, and how long its containers waited for them in all."""

    took: list[float]
    waited: float


def _pulls(events: Iterable[Object]) -> Pulls | None:
    """None where no Event tells of images at all."""
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
                # Before 1.2x the message had no duration; then the two Events' whole seconds are all there is.
                took.append(at - began[path])
                waited += at - began[path]
    return Pulls(took, waited) if told else None


def _since(pod: Object, kind: str) -> float | None:
    """Since when a condition is True."""
    found = condition(pod, kind)
    if found is None or found["status"] != "True":
        return None
    text = found.get("lastTransitionTime")
    return seconds_of(text) if text else None


def _last_start(pod: Object) -> float | None:
    """When the last of its containers started; None where one does not run or was restarted."""
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
    """From an Event Killing to the successor on that Node: the controller makes it as soon as the old Pod is gone."""
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
            # Longer than its grace period no kubelet waits: then something else made the successor late.
            if later and min(later) - at <= grace + SLACK:
                yield Observation(node, STOP, uid(daemon_set), min(later) - at)
                break


# Seconds that a kubelet needs around a stop, to notice and to clean up.
SLACK = 5.0


def grace_of(daemon_set: Object) -> float:
    """terminationGracePeriodSeconds of its Pods."""
    spec = daemon_set["spec"]["template"]["spec"]
    # Kubernetes: pkg/apis/core/v1/defaults.go, DefaultTerminationGracePeriodSeconds
    return float(spec.get("terminationGracePeriodSeconds", 30))


def _creations(own: Iterable[Object]) -> Mapping[str, list[float]]:
    """By Node, when its Pods were made."""
    found = defaultdict(list)
    for pod in own:
        text = pod["metadata"].get("creationTimestamp")
        if text and pod["spec"].get("nodeName"):
            found[pod["spec"]["nodeName"]].append(seconds_of(text))
    return found


def _node_told(events: Iterable[Object]) -> str:
    """The Node of a Pod that is gone, by what its Events say; ''."""
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
    """What stopping took when these Pods were rolled out, `limit` at a time: who is not told it may work it out.

    Each Pod that became available let one old Pod go, and the next Pod was made when that one was gone. Which follows
    on which is not known where several go at a time; their sum is the same however they are paired. Nothing, where the
    Pods were not made that way.
    """
    made = []
    available = []
    for pod in own:
        ready = _since(pod, "Ready")
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
    # Times have whole seconds: a stop of no time may look like one of less than none.
    kept = [max(wait, 0.0) for wait in waits if -1.0 <= wait <= grace + SLACK]
    # Were they made all at once, or by another limit, most waits would be impossible.
    if len(kept) < FEWEST_STOPS or len(kept) < 0.8 * len(waits):
        return []
    return kept


FEWEST_STOPS = 3
