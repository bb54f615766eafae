"""What a daemon might have written to its log where its script says nothing: the lines are made up.

They depend on the Pod alone and on simulated time, so that a lesson prints the same ones every time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from k8slearn.apimachinery.objects import Object, micro_timestamp, name

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


def lines(
    pod: Object, container: Object, started: float, ended: float
) -> Iterator[tuple[float, str]]:
    """(simulated second, text) of every line from the container's start up to its end, or up to now."""
    story = story_of(container)
    facts = _facts(pod, container)
    for i, text in enumerate(story.start):
        # A hundredth apart, so that they keep their order when they are sorted by time.
        at = started + i / 100
        yield at, text.format(**facts, time=_stamp(at), number=0, count=0)
    count = int(max(0.0, ended - started) / PERIOD)
    for i in range(max(0, count - MAX_LINES), count):
        # Numbers that look measured, and are the same whenever the log is read.
        digest = int(sha256(f"{name(pod)}{i}".encode()).hexdigest()[:8], 16)
        told = {"number": digest % 7, "count": digest % 90 + 10}
        at = started + (i + 1) * PERIOD
        text = story.then[i % len(story.then)]
        yield at, text.format(**facts, time=_stamp(at), **told)


def _stamp(at: float) -> str:
    return f"{micro_timestamp(at)[:-4]}Z"


def _facts(pod: Object, container: Object) -> dict[str, str]:
    env = {e["name"]: e.get("value", "") for e in container.get("env") or ()}
    image = container.get("image", "").rpartition("/")[2]
    return {
        "node": pod["spec"].get("nodeName", ""),
        "container": container["name"],
        "tag": image.partition(":")[2] or "latest",
        "redis": env.get("REDIS_HOST", "redis"),
    }
