"""What a probe or a hook finds when it asks a container: by the words of its command or path, and by the script.

Pure functions of the container's script and its age. Kubernetes: pkg/probe, pkg/kubelet/lifecycle/handlers.go
"""

from __future__ import annotations

from typing import NamedTuple

from k8slearn.apimachinery.objects import Object
from k8slearn.kubelet.script import NEVER, PLAY, Span

LISTENING = 8099
SUCCESS = "success"
FAILURE = "failure"
ERROR = "error"
UNWELL = "not well"
NOT_SERVING = 'service unhealthy (responded with "NOT_SERVING")'
NOT_FOUND = (
    "rpc error: code = Unknown desc = failed to exec in container: failed to start exec: OCI runtime exec failed: "
    'exec failed: unable to start container process: exec: "{}": executable file not found in $PATH'
)


class Asked(NamedTuple):
    """The container that a probe or hook asks, and what its answer may depend on."""

    container: Object
    age: float
    window: Span
    pod_ip: str
    first_request: float | None = None
    """The age at the first request over HTTP."""
    listens: int = 0
    """The only port where anything listens; 0: whatever port is asked."""
    files: tuple[tuple[str, Span], ...] = ()
    """Files that the container makes and takes away, and when they are there."""


class Answer(NamedTuple):
    """What was found after so many `seconds`; it stays so until the container is `until` old.

    `ends`: the command ends the container, with exit code 0.
    """

    result: str
    output: str = ""
    seconds: float = 0.0
    until: float = NEVER
    ends: bool = False


def ask(handler: Object, asked: Asked) -> Answer:
    """Run an `exec`, `httpGet`, `tcpSocket`, `grpc` or `sleep`."""
    if "exec" in handler:
        return _exec(list(handler["exec"].get("command", ())), asked)
    if "sleep" in handler:
        return Answer(SUCCESS, seconds=float(handler["sleep"]["seconds"]))
    target = _target(handler)
    if not _number(target.get("port"), asked.container):
        # A name that none of its ports has. Kubernetes: pkg/probe/util.go, ResolveContainerPort
        word = f'strconv.Atoi: parsing "{target.get("port")}": invalid syntax'
        return Answer(ERROR, word)
    if "httpGet" in handler:
        return _http(target, asked)
    answer = _refused(target, asked) or _by_window(asked)
    if "grpc" in handler and answer.output == UNWELL:
        return answer._replace(output=NOT_SERVING)
    return answer


def _target(handler: Object) -> Object:
    for kind in ("httpGet", "tcpSocket", "grpc"):
        if handler.get(kind):
            return dict(handler[kind])
    return {}


def _by_window(asked: Asked) -> Answer:
    return _in_windows([asked.window], asked.age)


def _in_windows(windows: list[Span], age: float) -> Answer:
    until = min((w.changes_after(age) for w in windows), default=NEVER)
    if any(w.holds(age) for w in windows):
        return Answer(SUCCESS, until=until)
    return Answer(FAILURE, UNWELL, until=until)


def _exec(command: list[str], asked: Asked) -> Answer:
    word, rest = (command[0], command[1:]) if command else ("", [])
    # `true` and `false` end as they do, whatever the container is about.
    if word in ("ok", "true"):
        return Answer(SUCCESS)
    if word in ("fail", "false"):
        return Answer(FAILURE, " ".join(rest) or UNWELL)
    if word == "missing":
        return Answer(ERROR, NOT_FOUND.format(word))
    if word == "sleep" and rest:
        return Answer(SUCCESS, seconds=float(rest[0]))
    if word == "stop-after" and rest:
        return Answer(SUCCESS, seconds=float(rest[0]), ends=True)
    if word in ("ok-after", "ok-until", "ok-between"):
        return _in_windows([_window(word, text) for text in rest], asked.age)
    if word == "cat" and rest and rest[0] in dict(asked.files):
        return _cat(rest[0], asked)
    # Any other command is a real one, which finds what the script says.
    return _by_window(asked)


def _cat(path: str, asked: Asked) -> Answer:
    answer = _in_windows([dict(asked.files)[path]], asked.age)
    if answer.result == SUCCESS:
        return answer
    missing = f"cat: can't open '{path}': No such file or directory"
    return answer._replace(output=missing)


def _window(word: str, text: str) -> Span:
    if word == "ok-after":
        return Span(since=float(text))
    if word == "ok-until":
        return Span(until=float(text))
    since, _, until = text.partition("-")
    return Span(float(since), float(until))


def _number(port: object, container: Object) -> int:
    if isinstance(port, int):
        return port
    for entry in container.get("ports", ()):
        if entry.get("name") == port:
            return int(entry["containerPort"])
    if isinstance(port, str) and port.isdigit():
        return int(port)
    return 0


def _refused(target: Object, asked: Asked) -> Answer | None:
    """The answer of a port where nothing listens; a script says so, and the containers of a play have such."""
    port = _number(target.get("port"), asked.container)
    listens = asked.listens
    if not listens and asked.container.get("image", "").startswith(PLAY):
        listens = LISTENING
    if listens in (0, port):
        return None
    host = target.get("host") or asked.pod_ip
    return Answer(FAILURE, f"dial tcp {host}:{port}: connect: connection refused")


def _http(target: Object, asked: Asked) -> Answer:
    port = _number(target.get("port"), asked.container)
    path = target.get("path", "/")
    refused = _refused(target, asked)
    if refused is not None:
        host = target.get("host") or asked.pod_ip
        scheme = target.get("scheme", "HTTP").lower()
        url = f'Get "{scheme}://{host}:{port}{path}": '
        return refused._replace(output=url + refused.output)
    word, _, rest = path.strip("/").partition("/")
    if word == "ok":
        return Answer(SUCCESS)
    if word == "status" and rest.isdigit():
        return _status(int(rest))
    if word == "ok-after" and asked.first_request is not None:
        since = asked.first_request + float(rest)
        if asked.age >= since:
            return Answer(SUCCESS)
        return _status(503)._replace(until=since)
    found = _by_window(asked)
    if found.result == SUCCESS:
        return found
    return _status(503)._replace(until=found.until)


def _status(code: int) -> Answer:
    if 200 <= code < 400:
        return Answer(SUCCESS)
    return Answer(FAILURE, f"HTTP probe failed with statuscode: {code}")
