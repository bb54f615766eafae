"""Programs that everybody knows, in Pods that are to come to an end: what such a container does without a script.

Only where the Pod's restartPolicy lets it end: a daemon's container goes on, whatever its arguments are.
"""

from __future__ import annotations

import re
import shlex
from posixpath import basename

from k8slearn.apimachinery.objects import Object
from k8slearn.kubelet.script import Run, Script

MOMENT = 0.1
"""Simulated seconds of a program that does one thing."""
SHELL_SIGNS = frozenset("|&;<>`$\n")
"""With one of these a shell's line is more than one program and its arguments."""
_SLEEP = re.compile(r"(\d+(?:\.\d+)?)([smhd]?)")
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


def waits_for_client(container: Object) -> bool:
    """Whether a container does nothing until somebody attaches, and ends when that one leaves."""
    return bool(container.get("stdin") and container.get("stdinOnce"))


def arguments(container: Object) -> list[str]:
    """What a container runs, [] where its image says so; a shell's one simple line is the program in it."""
    argv = [*(container.get("command") or ()), *(container.get("args") or ())]
    if (
        len(argv) == 3
        and basename(argv[0]) in ("sh", "bash", "ash")
        and argv[1] == "-c"
    ):
        return _line(argv[2]) or argv
    return argv


def _line(text: str) -> list[str]:
    if SHELL_SIGNS & {*text}:
        return []
    try:
        return shlex.split(text)
    except ValueError:
        return []


def program(pod: Object, container: Object) -> Script | None:
    """What a container does by the program that it runs, None where nobody can tell."""
    policy = pod["spec"].get("restartPolicy", "Always")
    argv = arguments(container)
    if policy == "Always" or waits_for_client(container) or not argv:
        return None
    name = basename(argv[0])
    rest = argv[1:]
    if name == "echo":
        written = (0.0, " ".join(rest))
        return Script(runs=(Run(0, MOMENT),), lines=(written,))
    if name in ("true", "false"):
        return Script(runs=(Run(int(name == "false"), MOMENT),))
    if name == "sleep":
        return _sleep(rest)
    return None


def _sleep(args: list[str]) -> Script | None:
    seconds = 0.0
    for arg in args:
        found = _SLEEP.fullmatch(arg)
        if found is None:
            # "infinity", for one.
            return None
        seconds += float(found[1]) * _UNITS[found[2]]
    return Script(runs=(Run(0, seconds),))
