"""`kubectl exec`: a command in a container, which ends at once. Kubernetes: kubectl/pkg/cmd/exec/exec.go"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.objects import Object, name
from k8slearn.cluster import Cluster
from k8slearn.containers.commands import run
from k8slearn.containers.inside import Inside, enter
from k8slearn.page.kubectl.listing import named
from k8slearn.page.kubectl.options import Invocation, RefusedError, Unended
from k8slearn.page.kubectl.pods_of import by_state, container_meant, pods_behind
from k8slearn.page.kubectl.targets import place_of

_OLD = """\
error: exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead
See 'kubectl exec -h' for help and examples"""


def execute(cluster: Cluster, asked: Invocation) -> Iterator[str]:
    """What the command prints, and its exit code where that is not 0. Nobody can type to it."""
    asked.only("container")
    if not asked.arguments:
        raise RefusedError("error: pod, type/name or --filename must be specified")
    if len(asked.arguments) > 1:
        raise RefusedError(_OLD)
    if not asked.command:
        said = "error: you must specify at least one command for the container"
        raise RefusedError(said)
    pod = _pod(cluster, asked)
    container, hint = container_meant(pod, asked.options.get("container", ""))
    yield from hint
    inside = _inside(cluster, pod, container)
    try:
        result = run(inside, asked.command)
    except ApiError as error:
        raise RefusedError(f"error: {error.message}") from None
    yield Unended(result.out + result.error)
    if result.code:
        raise RefusedError(f"command terminated with exit code {result.code}")


def _inside(cluster: Cluster, pod: Object, container: str) -> Inside:
    try:
        return enter(cluster.control_plane, name(pod), place_of(pod), container)
    except ApiError as error:
        # It is a websocket that the real one asks for.
        said = f"error: unable to upgrade connection: {error.message}"
        raise RefusedError(said) from None


def _pod(cluster: Cluster, asked: Invocation) -> Object:
    kind, slash, called = asked.arguments[0].rpartition("/")
    row = cluster.row(kind if slash else "Pod")
    o = named(cluster, row, called, asked.namespace)
    if row.kind == "Pod":
        return o
    pods = pods_behind(cluster, row, o, "cannot attach to")
    if not pods:
        # It would be waited for, and in a cell no time goes by.
        raise RefusedError("error: timed out waiting for the condition")
    return min(pods, key=partial(by_state, restarts_first=False))
