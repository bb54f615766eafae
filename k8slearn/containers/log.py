"""The log of one container, as a kubelet gives it out: of the life that runs, or of the one before.

What it says is the container's script; one that says nothing tells a story that its image suggests.
Kubernetes: pkg/kubelet/kubelet_pods.go, GetKubeletContainerLogs and validateContainerLogStatus
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import inf

from k8slearn.apimachinery.errors import ApiError, bad_request, unexplained
from k8slearn.apimachinery.objects import Object, micro_timestamp, name, seconds_of
from k8slearn.containers.made_up_lines import lines
from k8slearn.controlplane import ControlPlane
from k8slearn.kinds.pod_template.container_lists import ALL, containers_in
from k8slearn.kubelet.nodes import NodeKubelets
from k8slearn.kubelet.pod_status import container_status
from k8slearn.kubelet.script import RUN

Line = tuple[float, str]

# What the kubelet says instead of the reason that it is waiting for.
_PULLING = {
    "ErrImagePull": "image can't be pulled",
    "ImagePullBackOff": "trying and failing to pull image",
}


@dataclass(frozen=True, slots=True)
class Life:
    """One run of a container: from when to when (simulated seconds; None while it goes on)."""

    began: float
    ended: float | None
    is_latest: bool


def life_of(pod: Object, container: str, *, previous: bool) -> Life:
    """The life whose log is asked for. Raises ApiError 400 where there is none.

    Kubernetes: validateContainerLogStatus
    """
    which = f'container "{container}" in pod "{name(pod)}"'
    status = container_status(pod, container)
    if status is None:
        raise bad_request(f"{which} is not available")
    state = status.get("state") or {}
    last = status.get("lastState") or {}
    before = last.get("terminated")
    now = state.get("running") or state.get("terminated")
    if previous:
        if before is None:
            raise bad_request(f"previous terminated {which} not found")
        return _life(before, is_latest=now is None)
    if "running" in state or "terminated" in state:
        return _life(now or {}, is_latest=True, otherwise=pod)
    if before is not None:
        return _life(before, is_latest=True)
    reason = state.get("waiting", {}).get("reason", "")
    raise bad_request(f"{which} is waiting to start: {_PULLING.get(reason, reason)}")


def _life(entry: Object, *, is_latest: bool, otherwise: Object | None = None) -> Life:
    # A Pod that is moved by hand tells only when it has ended.
    start = (otherwise or {}).get("status", {}).get("startTime")
    ended = entry.get("finishedAt")
    began = entry.get("startedAt") or start or ended
    return Life(
        began=seconds_of(began) if began else 0.0,
        ended=seconds_of(ended) if ended else None,
        is_latest=is_latest,
    )


@dataclass(frozen=True, slots=True)
class LogOptions:
    """What part of a log is asked for: since so many seconds, the last `tail` lines, the first `limit` bytes of it.

    `previous` is the container's life before; `since` is a simulated second.
    """

    container: str = ""
    follow: bool = False
    since_seconds: int | None = None
    tail: int | None = None
    limit: int | None = None
    timestamps: bool = False
    previous: bool = False
    since: float | None = None


class NoLog(Exception):
    """A Pod that is on no Node has no log, which is nothing wrong. Kubernetes: pod/strategy.go, LogLocation"""


Teller = Callable[[ControlPlane, Object, Object, str, float], list[str]]
"""What a line stands for, of a Pod's container that began at a second."""


class PodLog:
    """The log of one container as it is asked for; `follow` says whether to wait for more.

    Raises ApiError 400 where there is none to show, 404 for an unknown Pod, and NoLog.
    """

    def __init__(
        self,
        control_plane: ControlPlane,
        name: str,
        namespace: str,
        options: LogOptions,
        tell: Teller,
    ) -> None:
        self.control_plane = control_plane
        self.tell = tell
        self.options = options
        self.follow = options.follow
        self._place = (name, namespace)
        self._shown = -inf
        with control_plane.lock:
            pod = control_plane.registry.require("Pod", *self._place)
            self._container = _container(pod, options.container)
            if not pod["spec"].get("nodeName"):
                raise NoLog
            _require_host(control_plane, pod)
            title = self._container["name"]
            life = life_of(pod, title, previous=options.previous)
        self._began = life.began
        self._uid = pod["metadata"]["uid"]

    @property
    def waits(self) -> bool:
        """Whether its client waits for what comes."""
        return self.follow

    def comes_nearer(self) -> bool:
        """Always False: nothing says which line the client waits for."""
        return False

    def first(self) -> bytes:
        """The lines that are there."""
        options = self.options
        new = self._new()
        since = options.since
        if options.since_seconds is not None:
            since = self.control_plane.now - options.since_seconds
        if since is not None:
            new = [line for line in new if line[0] >= since]
        if options.tail is not None:
            new = new[max(0, len(new) - options.tail) :]
        return self._text(new)[: options.limit]

    def news(self) -> bytes:
        """The lines that have come since."""
        return self._text(self._new())

    @property
    def over(self) -> bool:
        """Whether the Pod is gone or this life of its container has ended, so that nothing more will come."""
        present = self._present()
        return present is None or present[1].ended is not None

    def _present(self) -> tuple[Object, Life] | None:
        """The Pod and the life that is read, as they are now: it may have become the one before.

        None once nobody knows of it.
        """
        with self.control_plane.lock:
            pod = self.control_plane.store.get("Pod", *self._place)
        # Another Pod of the same name is another log.
        if pod is None or pod["metadata"]["uid"] != self._uid:
            return None
        for previous in (False, True):
            try:
                life = life_of(pod, self._container["name"], previous=previous)
            except ApiError:
                continue
            if life.began == self._began:
                return pod, life
        return None

    def _new(self) -> list[Line]:
        present = self._present()
        if present is None:
            return []
        pod, life = present
        every = lines_of(self.control_plane, pod, self._container, life)
        new = [line for line in every if line[0] > self._shown]
        if new:
            self._shown = new[-1][0]
        about = (self.control_plane, pod, self._container)
        found = []
        for at, line in new:
            found += [(at, text) for text in self.tell(*about, line, life.began)]
        return found

    def _text(self, lines: list[Line]) -> bytes:
        text = ""
        for at, line in lines:
            if self.options.timestamps:
                text += f"{micro_timestamp(at)} "
            text += f"{line}\n"
        return text.encode()


def life_log(control_plane: ControlPlane, pod: Object, container: Object) -> str:
    """The file that a Node keeps of a container's log, '' where there is none. Kubernetes: CRI log format"""
    try:
        life = life_of(pod, container["name"], previous=False)
    except ApiError:
        return ""
    every = lines_of(control_plane, pod, container, life)
    plain = [each for each in every if not each[1].startswith(RUN)]
    return "".join(f"{micro_timestamp(at)} stdout F {line}\n" for at, line in plain)


def lines_of(
    control_plane: ControlPlane, pod: Object, container: Object, life: Life
) -> Iterable[Line]:
    """What a container wrote in one of its lives."""
    if container.get("stdin"):
        # What it says is said to whoever attaches.
        return ()
    kubelets = control_plane.kubelet.nodes
    title = container["name"]
    if kubelets is not None and kubelets.script(pod, title).writes:
        return _scripted(kubelets, pod, title, life)
    now = control_plane.now
    ended = now
    if life.ended is not None:
        ended = min(life.ended, now)
    return lines(pod, container, life.began, ended)


def _scripted(
    kubelets: NodeKubelets, pod: Object, container: str, life: Life
) -> Sequence[Line]:
    for previous in (False, True):
        found = kubelets.container(pod, container, previous=previous)
        # The machine may be ahead of what the kubelet has told of it.
        if found is not None and int(found.started) == int(life.began):
            return kubelets.log(pod, container, previous=previous) or ()
    return kubelets.log(pod, container, previous=not life.is_latest) or ()


def _container(pod: Object, container: str) -> Object:
    """The container to read. Raises ApiError 400. Kubernetes: pkg/registry/core/pod/strategy.go, LogLocation"""
    containers = pod["spec"]["containers"]
    if not container and len(containers) > 1:
        names = " ".join(each["name"] for each in containers_in(pod["spec"], ALL))
        raise bad_request(
            f"a container name must be specified for pod {name(pod)}, choose one of: [{names}]"
        )
    return container_of(pod, container)


def container_of(pod: Object, wanted: str) -> Object:
    """The container of this name, of whichever sort; the first where none is named. Raises ApiError 400."""
    containers = pod["spec"]["containers"]
    if not wanted:
        return dict(containers[0])
    for each in containers_in(pod["spec"], ALL):
        if each["name"] == wanted:
            return dict(each)
    raise bad_request(f"container {wanted} is not valid for pod {name(pod)}")


def _require_host(control_plane: ControlPlane, pod: Object) -> None:
    """Raise ApiError 500 where there is no kubelet to ask."""
    node = control_plane.store.get("Node", pod["spec"]["nodeName"]) or {}
    if not (node.get("status") or {}).get("addresses"):
        raise _unreachable()


def _unreachable() -> ApiError:
    """A Node without an address."""
    return unexplained("no preferred addresses found; known addresses: []")
