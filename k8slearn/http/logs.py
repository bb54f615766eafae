"""What a daemon might have written to its log: the model has no containers, so the lines are made up.

They depend on the Pod alone and on simulated time, so that a lesson prints the same ones every time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from math import inf

from k8slearn.apimachinery.errors import ApiError, bad_request, failure
from k8slearn.apimachinery.objects import Object, micro_timestamp, name, seconds_of
from k8slearn.controlplane import ControlPlane
from k8slearn.http.request import RequestInfo

MAX_LINES = 5000
"""Lines of a log at most, as a kubelet that rotates its files keeps the last ones."""
PERIOD = 10.0
"""Simulated seconds between two lines."""


@dataclass(frozen=True, slots=True)
class Story:
    """The lines of one sort of daemon: some at the start, then others over and over."""

    start: tuple[str, ...]
    then: tuple[str, ...]


FILEBEAT = Story(
    (
        "{time}\tINFO\tHome path: [/usr/share/filebeat] Config path: [/etc/filebeat]",
        "{time}\tINFO\tSetup Beat: filebeat; Version: {tag}",
        "{time}\tINFO\tLoading Prospectors: 1",
        "{time}\tINFO\tConnecting to redis at {redis}:6379",
        "{time}\tINFO\tStarting prospector of type: log; paths: [/var/log/containers/*.log] on {node}",
    ),
    (
        "{time}\tINFO\tHarvester started for file: /var/log/containers/app-{number}.log",
        "{time}\tINFO\tNon-zero metrics in the last 30s: libbeat.redis.publish.events={count}",
        "{time}\tDEBUG\tPublished {count} events to redis://{redis}/filebeat",
    ),
)
EXPORTER = Story(
    (
        'time={time} level=info msg="Starting node_exporter" version={tag}',
        'time={time} level=info msg="Listening on" address=:9100 node={node}',
    ),
    (
        'time={time} level=debug msg="collect query" collector=cpu,meminfo,filesystem samples={count}',
    ),
)
FLUENTD = Story(
    (
        "{time} [info]: starting fluentd-{tag} on {node}",
        "{time} [info]: following tail of /var/log/containers/*.log",
    ),
    ("{time} [info]: buffer flushed chunk_bytes={count}00 records={count}",),
)
OTHER = Story(
    ("{time} {container} {tag} started on {node}",),
    ("{time} {container} is running on {node}: {count} units of work done",),
)
STORIES = {
    "filebeat": FILEBEAT,
    "node-exporter": EXPORTER,
    "node_exporter": EXPORTER,
    "fluent": FLUENTD,
}


def story_of(container: Object) -> Story:
    """The story that an image suggests."""
    image = container.get("image", "")
    for word, story in STORIES.items():
        if word in image:
            return story
    return OTHER


def lines(pod: Object, container: Object, now: float) -> Iterator[tuple[float, str]]:
    """(simulated second, text) of every line up to `now`."""
    started, ended = _span(pod, container, now)
    if started is None:
        return
    story, facts = story_of(container), _facts(pod, container)
    for i, text in enumerate(story.start):
        # A hundredth apart, so that they keep their order when they are sorted by time.
        at = started + i / 100
        yield at, text.format(**facts, time=_stamp(at), number=0, count=0)
    count = int(max(0.0, min(ended, now) - started) / PERIOD)
    for i in range(max(0, count - MAX_LINES), count):
        # Numbers that look measured, and are the same whenever the log is read.
        digest = int(sha256(f"{name(pod)}{i}".encode()).hexdigest()[:8], 16)
        told = {"number": digest % 7, "count": digest % 90 + 10}
        at = started + (i + 1) * PERIOD
        text = story.then[i % len(story.then)]
        yield at, text.format(**facts, time=_stamp(at), **told)


def _stamp(at: float) -> str:
    return f"{micro_timestamp(at)[:-4]}Z"


def _span(pod: Object, container: Object, now: float) -> tuple[float | None, float]:
    """From when to when a container has run, in simulated seconds: None where it has not begun, `now` while it runs."""
    for status in pod.get("status", {}).get("containerStatuses") or ():
        if status.get("name") != container["name"]:
            continue
        state = status.get("state") or {}
        terminated = state.get("terminated") or {}
        running = state.get("running") or terminated
        began = running.get("startedAt") or pod["status"].get("startTime")
        ended = terminated.get("finishedAt")
        start = seconds_of(began) if began else None
        return start, seconds_of(ended) if ended else now
    return None, now


def _facts(pod: Object, container: Object) -> dict[str, str]:
    env = {e["name"]: e.get("value", "") for e in container.get("env") or ()}
    image = container.get("image", "").rpartition("/")[2]
    return {
        "node": pod["spec"].get("nodeName", ""),
        "container": container["name"],
        "tag": image.partition(":")[2] or "latest",
        "redis": env.get("REDIS_HOST", "redis"),
    }


class PodLog:
    """The log of one container as a request wants it; `follow` says whether to wait for more.

    Raises ApiError 400 where there is none to show, and 404 for an unknown Pod.
    """

    def __init__(self, control_plane: ControlPlane, info: RequestInfo) -> None:
        self.control_plane = control_plane
        self.info = info
        self.follow = info.log_options.follow
        self._shown = -inf
        with control_plane.lock:
            pod = control_plane.registry.require("Pod", info.name, info.namespace)
            self._container = _container(pod, info.log_options.container)
            _require_started(control_plane, pod, self._container)
        self._uid = pod["metadata"]["uid"]

    def first(self) -> bytes:
        """The lines that are there."""
        options, new = self.info.log_options, self._new()
        if options.since_seconds is not None:
            since = self.control_plane.now - options.since_seconds
            new = [line for line in new if line[0] >= since]
        if options.tail is not None:
            new = new[max(0, len(new) - options.tail) :]
        return self._text(new)[: options.limit]

    def news(self) -> bytes:
        """The lines that have come since."""
        return self._text(self._new())

    @property
    def over(self) -> bool:
        """Whether the Pod is gone or its containers have ended, so that nothing more will come."""
        pod = self._pod()
        if pod is None:
            return True
        statuses = pod["status"].get("containerStatuses") or ()
        return not any("running" in (each.get("state") or {}) for each in statuses)

    def _pod(self) -> Object | None:
        with self.control_plane.lock:
            pod = self.control_plane.store.get(
                "Pod", self.info.name, self.info.namespace
            )
        # Another Pod of the same name is another log.
        if pod is None or pod["metadata"]["uid"] != self._uid:
            return None
        return pod

    def _new(self) -> list[tuple[float, str]]:
        pod = self._pod()
        if pod is None:
            return []
        every = lines(pod, self._container, self.control_plane.now)
        new = [line for line in every if line[0] > self._shown]
        if new:
            self._shown = new[-1][0]
        return new

    def _text(self, lines: list[tuple[float, str]]) -> bytes:
        text = ""
        for at, line in lines:
            if self.info.log_options.timestamps:
                text += f"{micro_timestamp(at)} "
            text += f"{line}\n"
        return text.encode()


def _container(pod: Object, container: str) -> Object:
    """The container to read. Raises ApiError 400. Kubernetes: pkg/registry/core/pod/strategy.go, LogLocation"""
    containers = pod["spec"]["containers"]
    if not container and len(containers) > 1:
        names = " ".join(each["name"] for each in containers)
        raise bad_request(
            f"a container name must be specified for pod {name(pod)}, choose one of: [{names}]"
        )
    container = container or containers[0]["name"]
    for each in (*pod["spec"].get("initContainers", ()), *containers):
        if each["name"] == container:
            return dict(each)
    raise bad_request(f"container {container} is not valid for pod {name(pod)}")


def _require_started(
    control_plane: ControlPlane, pod: Object, container: Object
) -> None:
    """Raise ApiError 400 while there is nothing to read from, with the reason that the kubelet would give."""
    waiting = (
        f'container "{container["name"]}" in pod "{name(pod)}" is waiting to start'
    )
    node_name = pod["spec"].get("nodeName", "")
    if not node_name:
        raise bad_request(f"{waiting}: no host assigned")
    node = control_plane.store.get("Node", node_name) or {}
    if not (node.get("status") or {}).get("addresses"):
        raise _unreachable()
    if _span(pod, container, control_plane.now)[0] is None:
        raise bad_request(f"{waiting}: ContainerCreating")


def _unreachable() -> ApiError:
    """A Node without an address. Deviation: the real answer is a 500 without a reason."""
    error = failure(400, "", "no preferred addresses found; known addresses: []")
    del error.status["reason"]
    return error
