"""What a client is connected to: a command that has run, or a shell that waits for what is typed.

Kubernetes: pkg/kubelet/server/remotecommand, ServeExec and ServeAttach
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from posixpath import basename

from k8slearn.apimachinery.errors import ApiError, bad_request
from k8slearn.apimachinery.objects import Object, full_name
from k8slearn.containers import inside as containers
from k8slearn.containers.commands import COMMANDS, Result, run
from k8slearn.containers.inside import Inside
from k8slearn.controlplane import USER, ControlPlane
from k8slearn.http.exec.shell import Copying, Shell
from k8slearn.http.request import RequestInfo
from k8slearn.kubelet.programs import SHELL_IMAGES, argv_of, waits_for_client
from k8slearn.kubelet.shell_line import SHELLS
from k8slearn.locale import http as words

NOTHING = Result()


def _nothing(code: int | None) -> None:
    """A command that ends leaves its container as it is."""


@dataclass
class Session:
    """One connection: what was printed, or the shell that goes on; `end` is told the exit code, None if it left."""

    result: Result = NOTHING
    shell: Shell | None = None
    end: Callable[[int | None], None] = _nothing


def enter(plane: ControlPlane, info: RequestInfo) -> Inside:
    """The container that a request is about. Raises ApiError."""
    wanted = info.exec_options.container
    return containers.enter(plane, info.name, info.namespace, wanted)


def execute(plane: ControlPlane, info: RequestInfo) -> Session:
    """A command in a container. Raises ApiError, of code 500 where the container has no such command."""
    options = info.exec_options
    return _session(plane, info, enter(plane, info), options.command)


def attach(plane: ControlPlane, info: RequestInfo) -> Session:
    """The process of a container, which waits for whoever attaches. Raises ApiError 400 where there is none to see."""
    inside = enter(plane, info)

    def end(code: int | None) -> None:
        _end(plane, inside, code)

    argv = _argv(inside.container)
    if not inside.container.get("stdin") or not _is_known(argv):
        # Who waits for the container to end would wait for ever.
        end(None)
        raise bad_request(words.NO_ATTACH)
    try:
        session = _session(plane, info, inside, argv)
    except ApiError:
        end(1)
        raise
    session.end = end
    return session


def _session(
    plane: ControlPlane, info: RequestInfo, inside: Inside, argv: Sequence[str]
) -> Session:
    program = _interactive(argv)
    if program is None:
        return Session(run(inside, argv))
    # Without any input it is at its end.
    if not info.exec_options.stdin:
        return Session()

    def look() -> Inside:
        return enter(plane, info)

    return Session(shell=program(look, terminal=info.exec_options.tty))


def _interactive(argv: Sequence[str]) -> type[Shell] | None:
    """What reads what a client types, None for a command that does not."""
    name, *args = argv
    if basename(name) in SHELLS and not _has_line(argv):
        return Shell
    if basename(name) == "cat" and all(arg == "-" for arg in args):
        return Copying
    return None


def _has_line(argv: Sequence[str]) -> bool:
    return any(word.startswith("-") and "c" in word for word in argv[1:])


def _argv(container: Object) -> list[str]:
    """What a container runs, [] where its image says so and nobody knows."""
    found = argv_of(container)
    image = basename(container.get("image", "")).partition(":")[0]
    if not found and image in SHELL_IMAGES:
        return ["sh"]
    return found


def _is_known(argv: Sequence[str]) -> bool:
    return bool(argv) and basename(argv[0]) in (*SHELLS, *COMMANDS)


def _end(plane: ControlPlane, inside: Inside, code: int | None) -> None:
    """Let the container end: its process did, or whoever attached was all that it waited for."""
    pod = inside.pod
    container = inside.container
    if code is None and not waits_for_client(container):
        return
    title = container["name"]
    is_main = container in pod["spec"]["containers"]
    exit_code = code or 0

    def ended(there: ControlPlane) -> None:
        kubelet = there.kubelet
        if kubelet.nodes is not None:
            kubelet.nodes.end_container(pod, title, exit_code)
        elif is_main and pod["spec"].get("restartPolicy") != "Always":
            kubelet.become(pod, "failed" if exit_code else "succeeded")

    plane.alter(ended, USER, full_name(pod))
