"""`kubectl logs`: what containers have written until now.

Kubernetes: kubectl/pkg/cmd/logs, kubectl/pkg/polymorphichelpers/logsforobject.go
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from math import ceil

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.objects import Object, name
from k8slearn.cluster import Cluster
from k8slearn.containers.log import LogOptions, NoLog, PodLog
from k8slearn.containers.told import told
from k8slearn.kinds.tables import NOTHING
from k8slearn.page.kubectl.durations import duration
from k8slearn.page.kubectl.listing import named, selected
from k8slearn.page.kubectl.options import Aside, Invocation, RefusedError, Unended
from k8slearn.page.kubectl.pods_of import (
    by_state,
    container_meant,
    containers_of,
    pods_behind,
)
from k8slearn.page.kubectl.targets import place_of

_OPTIONS = (
    "all-containers",
    "all-pods",
    "container",
    "limit-bytes",
    "max-log-requests",
    "prefix",
    "previous",
    "selector",
    "since",
    "tail",
    "timestamps",
)
_WHICH = """\
error: expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.
POD or TYPE/NAME is a required argument for the logs command
See 'kubectl logs -h' for help and examples"""
_NAME_OR_SELECTOR = """\
error: only a selector (-l) or a POD name is allowed
See 'kubectl logs -h' for help and examples"""
_TWICE = "error: only one of -c or an inline [CONTAINER] arg is allowed"
# Of several Pods so many lines of each.
_FEW = 10


def logs(cluster: Cluster, asked: Invocation) -> Iterator[str]:
    """Of several Pods one after the other, by name: the real one mixes them as they come."""
    asked.only(*_OPTIONS)
    options = _options(asked)
    if "selector" in asked.options:
        if asked.arguments:
            raise RefusedError(_NAME_OR_SELECTOR)
        pods = selected(cluster, asked, cluster.row("Pod"))
        if not pods:
            yield Aside(f"{NOTHING} in {asked.namespace} namespace.")
        if options.tail is None:
            options = replace(options, tail=_FEW)
    else:
        pods, hint = _named(cluster, asked)
        yield from hint
    prefixed = asked.has("prefix") or asked.has("all-pods")
    for pod in pods:
        yield from _of_pod(cluster, asked, pod, options, prefixed=prefixed)


def _options(asked: Invocation) -> LogOptions:
    container = asked.options.get("container", "")
    if len(asked.arguments) > 1:
        if container:
            raise RefusedError(_TWICE)
        container = asked.arguments[1]
    tail = asked.number("tail", "logs")
    # None of it is all of it.
    since = duration(asked, "since", "logs") or 0
    return LogOptions(
        container=container,
        tail=None if tail is None or tail < 0 else tail,
        limit=asked.number("limit-bytes", "logs") or None,
        previous=asked.has("previous"),
        timestamps=asked.has("timestamps"),
        since_seconds=ceil(since) or None,
    )


def _named(cluster: Cluster, asked: Invocation) -> tuple[list[Object], list[str]]:
    """The Pod, or one of those behind a workload, and what is told of the choice."""
    if not asked.arguments:
        raise RefusedError(_WHICH)
    kind, slash, called = asked.arguments[0].rpartition("/")
    row = cluster.row(kind if slash else "Pod")
    try:
        o = named(cluster, row, called, asked.namespace)
    except ApiError as error:
        where = f'in namespace "{asked.namespace}"'
        said = f"error from server ({error.reason}): {error.message} {where}"
        raise RefusedError(f"error: {said}") from None
    if row.kind == "Pod":
        return [o], []
    pods = pods_behind(cluster, row, o, "cannot get the logs from")
    if asked.has("all-pods") or not pods:
        return pods, []
    first = min(pods, key=partial(by_state, restarts_first=True))
    if len(pods) == 1:
        return [first], []
    return [first], [Aside(f"Found {len(pods)} pods, using pod/{name(first)}")]


def _of_pod(
    cluster: Cluster,
    asked: Invocation,
    pod: Object,
    options: LogOptions,
    *,
    prefixed: bool,
) -> Iterator[str]:
    if asked.has("all-containers"):
        wanted = [each["name"] for each in containers_of(pod)]
    else:
        meant, hint = container_meant(pod, options.container)
        yield from hint
        wanted = [meant]
    for container in wanted:
        text = _text(cluster, pod, replace(options, container=container))
        start = f"[pod/{name(pod)}/{container}] " if prefixed else ""
        for line in text.splitlines(keepends=True):
            yield Unended(f"{start}{line}")


def _text(cluster: Cluster, pod: Object, options: LogOptions) -> str:
    try:
        log = PodLog(cluster.control_plane, name(pod), place_of(pod), options, told)
    except NoLog:
        return ""
    return log.first().decode(errors="replace")
