"""How a container takes SIGTERM, by the program that it runs.

The kernel keeps from the first process of a PID namespace each signal for which that has no handler (man 7
pid_namespaces). So a `sleep` that is all of a container goes on until SIGKILL ends its grace period. Of a program that
nobody knows it is taken that it heeds SIGTERM, as servers do. Pure functions of the manifest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import dropwhile
from posixpath import basename
from typing import NamedTuple

from k8slearn.apimachinery.objects import Object
from k8slearn.kubelet.programs import (
    KNOWN,
    argv_or_shell,
    seconds_of,
)
from k8slearn.kubelet.script import NEVER, PLAY, TERM_SECONDS, Script
from k8slearn.kubelet.shell_line import SHELLS, line_of, words_of

WITHOUT_HANDLER = frozenset({*KNOWN, *SHELLS, "tail", "wait"})
"""Programs that do nothing about SIGTERM."""
KILLED_BY_TERM = 143
"""128 and the number of the signal."""


class OnTerm(NamedTuple):
    """After how many seconds a program ends that gets SIGTERM, and with which code."""

    after: float = TERM_SECONDS
    code: int = 0


GOES_ON = OnTerm(NEVER)
NO_HANDLER = OnTerm(TERM_SECONDS, KILLED_BY_TERM)
"""It dies of the signal wherever it gets it: not as the first process."""

_NAMES = {"TERM", "SIGTERM", "15"}
_TRAP = re.compile(r"""\btrap\s+(?:--\s+)?('[^']*'|"[^"]*"|\S+)((?:\s+[A-Z\d]+)+)""")
_LOOP = re.compile(r"\b(?:until|while|for)\b")
_DONE = re.compile(r"\bdone\b")
_EXIT = re.compile(r"\bexit\b(?:\s+(\d+))?")
# What a shell has in front: it sees to a trap only afterwards. What ends in one & is behind it.
_SLEEP = re.compile(r"\bsleep\s+(\S+?)\s*(?:[;\n]|&&|\|\||\)|$)")
_FOLLOWS = re.compile(r"\btail\s+-[fF]\b")


def with_signals(script: Script, pod: Object, container: Object) -> Script:
    """The script of a container, with what its program does about SIGTERM."""
    found = None
    # What a play is given are no programs.
    if not container.get("image", "").startswith(PLAY):
        found = _on_term(argv_or_shell(container))
    if found is None:
        return script
    if found is NO_HANDLER and _is_first_process(pod, container):
        found = GOES_ON
    return replace(script, term_after=found.after, term_code=found.code)


def _is_first_process(pod: Object, container: Object) -> bool:
    """Whether a container has a PID namespace of its own: not the Node's, the Pod's or another container's."""
    shared = pod["spec"].get("shareProcessNamespace") or pod["spec"].get("hostPID")
    return not (shared or container.get("targetContainerName"))


def _on_term(argv: Sequence[str]) -> OnTerm | None:
    """What a program does, None where nobody can tell."""
    argv = [*dropwhile(lambda word: word == "exec", argv)]
    if not argv:
        return None
    title = basename(argv[0])
    line = line_of(argv)
    if line is not None:
        return _of_line(line)
    # What a shell reads from a file may be anything.
    if title in WITHOUT_HANDLER and (title not in SHELLS or len(argv) == 1):
        return NO_HANDLER
    return None


def _of_line(line: str) -> OnTerm | None:
    """What the shell does that is given a line, or the program that it makes way for at the end."""
    for action, signals in reversed(_TRAP.findall(line)):
        if _NAMES & {*signals.split()} and action != "-":
            return _trapped(line, action.strip("'\""))
    rest = line
    if _LOOP.search(line):
        *_, rest = _DONE.split(line)
        # The shell itself is what runs, as long as its loop does.
        if rest.strip(" \t;\n")[:1] in ("", "|", "<", ">", "&", "#"):
            return NO_HANDLER
    return _on_term(_last_command(rest))


def _trapped(line: str, action: str) -> OnTerm:
    """What a shell does by its trap. Deviation: what is in front of it is as if it had just begun."""
    # A function that is named is somewhere in the line.
    deed = line if re.search(rf"\b{re.escape(action)}\s*\(\)", line) else action
    waits = re.search(r"\bwait\b", line) is not None
    leaves = _EXIT.search(deed)
    if not action or (_LOOP.search(line) and not leaves):
        return GOES_ON
    code = 0
    if leaves and leaves[1]:
        code = int(leaves[1])
    elif waits:
        # As a wait ends that a signal interrupts.
        code = KILLED_BY_TERM
    if waits:
        return OnTerm(code=code)
    return OnTerm(max(TERM_SECONDS, _in_front(line)), code)


def _in_front(line: str) -> float:
    """Seconds of the longest program in front."""
    if _FOLLOWS.search(line):
        return NEVER
    found = 0.0
    for amount in _SLEEP.findall(line):
        if amount == "infinity":
            return NEVER
        # Of a variable nobody knows here what stands in it.
        found = max(found, seconds_of([amount]) or 0.0)
    return found


def _last_command(line: str) -> list[str]:
    """The program at the end of a line, which the shell makes way for; [] where it is more than one."""
    words = words_of(line) or []
    found: list[str] = []
    while words and not words[-1].strip(";\n"):
        words.pop()
    for word in words:
        if word == "|":
            # Of a pipe the shell waits for the end.
            return ["wait"]
        if word[0] in ";&|\n":
            found = []
        else:
            found.append(word)
    return found
