"""The commands that a container of the model knows. Each says what the program itself would print."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from posixpath import basename, normpath
from typing import NamedTuple
from urllib.parse import urlsplit

from k8slearn.apimachinery.errors import ApiError, failure
from k8slearn.apimachinery.objects import namespace
from k8slearn.containers.files import entries, is_directory, text_of
from k8slearn.containers.inside import Inside
from k8slearn.kubelet.script import DATE, line_at
from k8slearn.kubelet.shell_line import (
    ERROR,
    OUTPUT,
    SHELLS,
    ShellCommand,
    exit_code,
    is_left_out,
    steps_of,
    words_of,
)
from k8slearn.locale import http as words
from k8slearn.network.delivery import NXDOMAIN, REFUSED, Delivery
from k8slearn.network.dns import Record, resolve
from k8slearn.network.policies import peer_of
from k8slearn.network.request import question_dropped, request
from k8slearn.network.resolver import resolver_of

_NOWHERE = "/dev/null"
_WITH_VALUE = ("-m", "--max-time", "--connect-timeout", "-o", "-H", "-X", "-T", "-w")
# What a shell finds out itself, and does.
_BUILTINS = (":", "cd", "export", "set", "umask")
UNTERMINATED = "{}: syntax error: unterminated quoted string"
PORTS = {"http": 80, "https": 443, "": 80}


class Result(NamedTuple):
    """What a command printed, and its exit code."""

    out: str = ""
    error: str = ""
    code: int = 0


def run(inside: Inside, argv: Sequence[str]) -> Result:
    """Run a command. Raises ApiError for one that is not known, with the names of those that are."""
    first, *args = argv
    name = basename(first)
    if name in SHELLS:
        return _run_line(inside, argv)
    command = COMMANDS.get(name)
    if command is None:
        raise _unknown(first)
    return command(inside, args)


def _unknown(name: str) -> ApiError:
    known = " ".join(sorted(COMMANDS))
    message = words.NO_COMMAND.format(name=name, known=known)
    # The real one is an internal error, too: it is the runtime that finds no such file.
    return failure(500, "InternalError", message)


def _run_line(inside: Inside, argv: Sequence[str]) -> Result:
    """What a shell does with its line. Raises ApiError for one that is more than commands one after the other."""
    steps = _steps(argv)
    done = Result()
    for step in steps:
        if is_left_out(step, done.code):
            continue
        first, *args = [_filled_in(inside, word) for word in step.argv]
        if first == "exit":
            return done._replace(code=exit_code(args, done.code))
        found = Result()
        if first not in _BUILTINS:
            found = _redirected(run(inside, [first, *args]), step)
        done = Result(done.out + found.out, done.error + found.error, found.code)
    return done


def _steps(argv: Sequence[str]) -> list[ShellCommand]:
    if len(argv) < 3 or argv[1] != "-c" or "$(" in argv[2]:
        raise failure(500, "InternalError", words.NO_SHELL.format(name=argv[0]))
    if words_of(argv[2]) is None:
        raise failure(500, "InternalError", UNTERMINATED.format(argv[0]))
    steps = steps_of(argv[2])
    files = {target for step in steps or () for target in (step.into, step.errors_into)}
    # A container's files are there to be read.
    if steps is None or not files <= {"", OUTPUT, ERROR, _NOWHERE}:
        raise failure(500, "InternalError", words.NO_SHELL.format(name=argv[0]))
    return steps


def _filled_in(inside: Inside, word: str) -> str:
    """A word with the variables' values in it."""
    variables = inside.environment
    # The longest first: $HOME is a beginning of $HOMEPAGE.
    for name in sorted(variables, key=len, reverse=True):
        word = word.replace(f"${{{name}}}", variables[name])
        word = word.replace(f"${name}", variables[name])
    return word


def _redirected(result: Result, step: ShellCommand) -> Result:
    """What is printed where the line sends it."""
    streams = {"": "", OUTPUT: "", ERROR: "", _NOWHERE: ""}
    streams[step.into or OUTPUT] += result.out
    streams[step.errors_into or ERROR] += result.error
    return Result(streams[OUTPUT], streams[ERROR], result.code)


def _env(inside: Inside, args: list[str]) -> Result:
    if args:
        raise _unknown(f"env {args[0]}")
    lines = [f"{name}={value}\n" for name, value in inside.environment.items()]
    return Result("".join(lines))


def _printenv(inside: Inside, args: list[str]) -> Result:
    if not args:
        return _env(inside, args)
    out = ""
    missing = False
    for name in args:
        if name in inside.environment:
            out += f"{inside.environment[name]}\n"
        else:
            missing = True
    return Result(out, code=int(missing))


def _hostname(inside: Inside, args: list[str]) -> Result:
    if args in (["-i"], ["-I"]):
        address = inside.pod["status"].get("podIP", "")
        return Result(f"{address}\n")
    name = inside.environment["HOSTNAME"]
    return Result(f"{name}\n")


def _cat(inside: Inside, args: list[str]) -> Result:
    out = ""
    error = ""
    for path in args:
        text = text_of(inside.files, path)
        if text is not None:
            out += text
        elif is_directory(inside.files, path):
            error += f"cat: read error: {path}: Is a directory\n"
        else:
            error += f"cat: can't open '{path}': No such file or directory\n"
    return Result(out, error, int(bool(error)))


def _ls(inside: Inside, args: list[str]) -> Result:
    out = ""
    error = ""
    paths = [arg for arg in args if not arg.startswith("-")] or ["/"]
    for path in paths:
        found = entries(inside.files, path)
        if found is None:
            error += f"ls: {path}: No such file or directory\n"
            continue
        if len(paths) > 1 and is_directory(inside.files, path):
            out += f"{path}:\n"
        out += "".join(f"{name}\n" for name in found)
    return Result(out, error, int(bool(error)))


def _echo(_inside: Inside, args: list[str]) -> Result:
    return Result(" ".join(args) + "\n")


def _date(inside: Inside, _args: list[str]) -> Result:
    # By the Node's clock, which may be wrong.
    return Result(line_at(DATE, inside.now) + "\n")


def _false(_inside: Inside, _args: list[str]) -> Result:
    return Result(code=1)


def _true(_inside: Inside, _args: list[str]) -> Result:
    return Result()


def _target(args: Sequence[str]) -> tuple[str, int] | None:
    """Host and port of a client's arguments, None without any; its options are taken for granted."""
    url = ""
    skip = False
    for arg in args:
        if not skip and not arg.startswith("-"):
            url = arg
        skip = arg in _WITH_VALUE and not skip
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        port = parts.port or PORTS.get(parts.scheme, 80)
    except ValueError:
        return None
    if parts.hostname:
        return (parts.hostname, port)
    return None


def _asked(inside: Inside, host: str, port: int) -> Delivery:
    place = inside.pod["metadata"]["namespace"]
    pod = inside.pod["metadata"]["name"]
    # Each request may go another way; by the moment, so that the same moment gives the same answer.
    rng = random.Random(f"{inside.now} {pod} {host}")
    return request(inside.reader, f"pod/{place}/{pod}", f"{host}:{port}", rng)


def _body(trip: Delivery) -> str:
    return f"{trip.pod} ({trip.node})\n"


def _curl(inside: Inside, args: list[str]) -> Result:
    target = _target(args)
    if target is None:
        return Result(error="curl: (3) URL rejected: No host part in the URL\n", code=3)
    host, port = target
    trip = _asked(inside, host, port)
    if trip.ok:
        return Result(_body(trip))
    if trip.outcome == NXDOMAIN:
        return Result(error=f"curl: (6) Could not resolve host: {host}\n", code=6)
    if trip.outcome == REFUSED:
        why = f"Failed to connect to {host} port {port} after 0 ms: Could not connect to server"
        return Result(error=f"curl: (7) {why}\n", code=7)
    return Result(
        error="curl: (28) Connection timed out after 5000 milliseconds\n", code=28
    )


def _is_quiet(args: Sequence[str]) -> bool:
    """Whether wget is to say nothing of its progress: -q, also among others as in -qO-."""
    return any(re.match(r"-[a-zA-Z]*q|--quiet$", arg) for arg in args)


def _wget(inside: Inside, args: list[str]) -> Result:
    target = _target(args)
    if target is None:
        return Result(error="wget: missing URL\n", code=1)
    host, port = target
    trip = _asked(inside, host, port)
    if trip.ok and _is_quiet(args):
        return Result(_body(trip))
    if trip.ok:
        return Result(_body(trip), f"Connecting to {host}:{port} ({trip.address})\n")
    if trip.outcome == NXDOMAIN:
        return Result(error=f"wget: bad address '{host}:{port}'\n", code=1)
    why = "Connection refused" if trip.outcome == REFUSED else "Operation timed out"
    where = f"{host} ({trip.address})"
    return Result(error=f"wget: can't connect to remote host {where}: {why}\n", code=1)


def _nslookup(inside: Inside, args: list[str]) -> Result:
    """As the one of BIND prints it."""
    names = [arg for arg in args if not arg.startswith("-")]
    resolver = resolver_of(inside.pod)
    is_silent = not resolver.servers
    if resolver.asks_cluster and question_dropped(inside.reader, peer_of(inside.pod)):
        is_silent = True
    if not names or is_silent:
        return Result(";; connection timed out; no servers could be reached\n", code=1)
    asked = names[0]
    server = resolver.servers[0]
    head = f"Server:\t\t{server}\nAddress:\t{server}#53\n\n"
    records: tuple[Record, ...] = ()
    # The Node's own server knows no name of the cluster.
    if resolver.asks_cluster:
        records = resolve(inside.reader, asked, namespace(inside.pod)).records
    if not records:
        return Result(f"{head}** server can't find {asked}: NXDOMAIN\n\n", code=1)
    found = [f"Name:\t{each.name}\nAddress: {each.address}\n" for each in records]
    return Result(head + "".join(found) + "\n")


def _tar(inside: Inside, args: list[str]) -> Result:
    """An archive of files to the standard output, as `kubectl cp` asks for it."""
    if not args or "c" not in args[0]:
        raise failure(500, "InternalError", words.READ_ONLY)
    # Here, since the Python of a page has no tarfile, and nothing to copy to.
    from k8slearn.containers.archive import packed

    # Behind the letters stands the archive's name, which is `-`.
    paths = args[2:]
    for path in paths:
        if normpath(path) not in inside.files and not is_directory(inside.files, path):
            why = f"tar: {path}: Cannot stat: No such file or directory\n"
            return Result(error=why, code=2)
    # Bytes that are no text go through as they are.
    return Result(packed(inside.files, paths).decode("utf-8", "surrogateescape"))


COMMANDS: dict[str, Callable[[Inside, list[str]], Result]] = {
    "cat": _cat,
    "curl": _curl,
    "date": _date,
    "echo": _echo,
    "env": _env,
    "false": _false,
    "hostname": _hostname,
    "ls": _ls,
    "nslookup": _nslookup,
    "printenv": _printenv,
    "tar": _tar,
    "true": _true,
    "wget": _wget,
}
