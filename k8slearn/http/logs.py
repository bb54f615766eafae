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
from k8slearn.http.paths import Target
from k8slearn.http.types import Request

MAX_LINES = 5000
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


@dataclass(frozen=True, slots=True)
class Options:
    """What part of a log is asked for: from the simulated second `since`, the last `tail` lines, `limit` bytes."""

    since: float = -inf
    tail: int | None = None
    limit: int | None = None
    stamped: bool = False


def story_of(container: Object) -> Story:
    """The story that an image suggests."""
    return next(
        (
            story
            for word, story in STORIES.items()
            if word in container.get("image", "")
        ),
        OTHER,
    )


def lines(pod: Object, container: Object, now: float) -> Iterator[tuple[float, str]]:
    """(simulated second, text) of every line up to `now`."""
    started, ended = _span(pod, container, now)
    if started is None:
        return
    story, facts = story_of(container), _facts(pod, container)
    for i, text in enumerate(story.start):
        at = started + i / 100
        yield at, text.format(**facts, time=_stamp(at), number=0, count=0)
    first = max(0, int((min(ended, now) - started) / PERIOD) - MAX_LINES)
    for i in range(first, int(max(0.0, min(ended, now) - started) / PERIOD)):
        digest = int(sha256(f"{name(pod)}{i}".encode()).hexdigest()[:8], 16)
        text = story.then[i % len(story.then)]
        at = started + (i + 1) * PERIOD
        yield (
            at,
            text.format(
                **facts, time=_stamp(at), number=digest % 7, count=digest % 90 + 10
            ),
        )


def _stamp(at: float) -> str:
    return f"{micro_timestamp(at)[:-4]}Z"


def _span(pod: Object, container: Object, now: float) -> tuple[float | None, float]:
    for status in pod.get("status", {}).get("containerStatuses") or ():
        if status.get("name") == container["name"]:
            state = status.get("state") or {}
            ended = (state.get("terminated") or {}).get("finishedAt")
            began = (state.get("running") or state.get("terminated") or {}).get(
                "startedAt"
            ) or pod["status"].get("startTime")
            return (seconds_of(began) if began else None), (
                seconds_of(ended) if ended else now
            )
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
    """The log of one container as a request wants it; `follow` says whether to wait for more."""

    def __init__(
        self, control_plane: ControlPlane, target: Target, request: Request
    ) -> None:
        self.control_plane, self.target = control_plane, target
        self.follow = request.flag("follow")
        self.options = _options(request, control_plane.now)
        self.shown = -inf
        with control_plane.lock:
            pod = control_plane.registry.require("Pod", target.name, target.namespace)
            self.container = _container(pod, request.query.get("container", ""))
            _require_started(control_plane, pod, self.container)
        self.uid = pod["metadata"]["uid"]

    def first(self) -> bytes:
        """The lines that are there."""
        found = [line for line in self._new() if line[0] >= self.options.since]
        if self.options.tail is not None:
            found = found[max(0, len(found) - self.options.tail) :]
        text = self._text(found)
        return text if self.options.limit is None else text[: self.options.limit]

    def news(self) -> bytes:
        """The lines that have come since."""
        return self._text(self._new())

    @property
    def over(self) -> bool:
        """Whether the Pod is gone, so that nothing more will come."""
        pod = self._pod()
        return pod is None or not any(
            "running" in (s.get("state") or {})
            for s in pod["status"].get("containerStatuses") or ()
        )

    def _pod(self) -> Object | None:
        with self.control_plane.lock:
            pod = self.control_plane.store.get(
                "Pod", self.target.name, self.target.namespace
            )
        return pod if pod is not None and pod["metadata"]["uid"] == self.uid else None

    def _new(self) -> list[tuple[float, str]]:
        pod = self._pod()
        found = (
            [
                line
                for line in lines(pod, self.container, self.control_plane.now)
                if line[0] > self.shown
            ]
            if pod
            else []
        )
        self.shown = found[-1][0] if found else self.shown
        return found

    def _text(self, found: list[tuple[float, str]]) -> bytes:
        return "".join(
            f"{micro_timestamp(at) + ' ' if self.options.stamped else ''}{text}\n"
            for at, text in found
        ).encode()


def _options(request: Request, now: float) -> Options:
    tail, limit, seconds = (
        request.number(f) for f in ("tailLines", "limitBytes", "sinceSeconds")
    )
    if (
        (tail or 0) < 0
        or (limit is not None and limit < 1)
        or (seconds is not None and seconds < 1)
    ):
        raise bad_request("tailLines, limitBytes and sinceSeconds must be positive")
    since = now - seconds if seconds is not None else -inf
    return Options(since, tail, limit, request.flag("timestamps"))


def _container(pod: Object, wanted: str) -> Object:
    # Kubernetes: pkg/registry/core/pod/strategy.go, LogLocation
    found = {
        c["name"]: c
        for c in (*pod["spec"].get("initContainers", ()), *pod["spec"]["containers"])
    }
    names = " ".join(c["name"] for c in pod["spec"]["containers"])
    if not wanted and len(pod["spec"]["containers"]) > 1:
        raise bad_request(
            f"a container name must be specified for pod {name(pod)}, choose one of: [{names}]"
        )
    wanted = wanted or pod["spec"]["containers"][0]["name"]
    if wanted not in found:
        raise bad_request(f"container {wanted} is not valid for pod {name(pod)}")
    return dict(found[wanted])


def _require_started(
    control_plane: ControlPlane, pod: Object, container: Object
) -> None:
    node_name = pod["spec"].get("nodeName", "")
    node = control_plane.store.get("Node", node_name)
    if not node_name:
        raise bad_request(
            f'container "{container["name"]}" in pod "{name(pod)}" is waiting to start: no host assigned'
        )
    if not ((node or {}).get("status") or {}).get("addresses"):
        raise _unreachable()
    if _span(pod, container, control_plane.now)[0] is None:
        raise bad_request(
            f'container "{container["name"]}" in pod "{name(pod)}" is waiting to start: ContainerCreating'
        )


def _unreachable() -> ApiError:
    """A Node without an address. Deviation: the real answer is a 500 without a reason."""
    error = failure(400, "", "no preferred addresses found; known addresses: []")
    del error.status["reason"]
    return error
