"""A shell's line, as far as it is programs one after the other: which, after what sign, and where their output goes."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field
from posixpath import basename

SHELLS = ("sh", "bash", "ash")
OUTPUT, ERROR = "/dev/stdout", "/dev/stderr"
LOGGED = ("", OUTPUT, ERROR, "/proc/1/fd/1", "/proc/1/fd/2")
"""What goes there stands in the container's log."""
_INTO = (">", ">>")
_ENDS = (";", "&&", "||", "\n")
# What is put into a line: by Kubernetes $(NAME), by a shell $NAME. Another $(…) is a program's output.
_VARIABLE = re.compile(r"\$(?:\{[A-Za-z_]\w*\}|[A-Za-z_]\w*|\([A-Z_][A-Z0-9_]*\))")
_QUOTED = re.compile(r"""('[^']*'|"(?:\\.|[^"\\])*")""")
# "2>&1", ">/dev/null", "&>> x": which stream, and where to. A file's name in quotes is no part of it.
_REDIRECTION = re.compile(r"(?:(?<![^\s;&|])([12&]))?>{1,2}\s*(&[12]|[^\s;&|<>]+)")
_MARK = "\0"
"""Begins the word that a redirection becomes: no text of a line holds it."""


@dataclass(slots=True)
class ShellCommand:
    """One program of a line: when it runs (after what sign), and where its two streams go, '' for where they are."""

    after: str = ";"
    argv: list[str] = field(default_factory=list)
    into: str = ""
    errors_into: str = ""

    def redirect(self, stream: str, target: str) -> None:
        """Send a stream ("1", "2", or "&" for both) to a file, or where another one goes by now ("&1", "&2")."""
        if target == "&1":
            target = self.into or OUTPUT
        elif target == "&2":
            target = self.errors_into or ERROR
        if stream != "2":
            self.into = target
        if stream != "1":
            self.errors_into = target


def line_of(argv: Sequence[str]) -> str | None:
    """The line that a shell is given, None where none is."""
    if len(argv) == 3 and basename(argv[0]) in SHELLS and argv[1] == "-c":
        return argv[2]
    return None


def words_of(line: str) -> list[str] | None:
    """The words and signs of a shell's line, None where a quote is left open."""
    reader = shlex.shlex(line, posix=True, punctuation_chars=";&|<>\n")
    reader.whitespace = " \t\r"
    reader.whitespace_split = True
    try:
        return list(reader)
    except ValueError:
        return None


def steps_of(line: str) -> list[ShellCommand] | None:
    """The programs of a shell's line, None where it is more than that."""
    if _MARK in line or not _is_plain(line):
        return None
    words = words_of(_with_marks(line))
    if words is None:
        return None
    found = [ShellCommand()]
    is_target = False
    for word in words:
        if is_target:
            found[-1].redirect("1", word)
            is_target = False
        elif word in _INTO:
            # The file's name is in quotes, and so no part of the mark.
            is_target = True
        elif word.strip("\n") in ("", *_ENDS):
            found.append(ShellCommand(after=word.strip("\n") or ";"))
        elif word.startswith(_MARK):
            found[-1].redirect(word[1], word[2:])
        elif word[0] in "&|<>":
            return None
        else:
            found[-1].argv.append(word)
    return [step for step in found if step.argv]


def _with_marks(line: str) -> str:
    """A line in which each redirection is a word of its own; what stands in quotes stays as it is."""
    parts = _QUOTED.split(line)
    for at in range(0, len(parts), 2):
        parts[at] = _REDIRECTION.sub(
            lambda found: f" {_MARK}{found[1] or 1}{found[2]} ".replace("&", "\\&"),
            parts[at],
        )
    return "".join(parts)


def _is_plain(line: str) -> bool:
    """Whether nothing but variables is put into a line; quotes that would keep them out are not told apart."""
    rest = _VARIABLE.sub("", line)
    if "$" in rest or "`" in rest:
        return False
    return rest == line or "'" not in line


def is_left_out(step: ShellCommand, code: int) -> bool:
    """Whether a program does not run after one that ended with a code."""
    if step.after == "&&":
        return bool(code)
    return step.after == "||" and not code


def exit_code(args: Sequence[str], last: int) -> int:
    """What a shell ends with by `exit`: what it is given, or the code of the last program."""
    if args and args[0].isdecimal():
        return int(args[0]) % 256
    return last
