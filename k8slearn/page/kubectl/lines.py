"""The lines of a cell that is meant for a terminal: kubectl's, and what a shell does to their output."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from k8slearn.locale import page as words
from k8slearn.page.kubectl.expansion import Expansion
from k8slearn.page.kubectl.options import RefusedError

# How a cell for the shell begins, and what somebody copies from a terminal along with a line.
_SHELL = re.compile(r"%%(?:bash|sh)\s*$")
_PROMPT = re.compile(r"\s*(?:[!$]\s*)?")
_HEREDOC = re.compile(r"<<\s*(['\"]?)(\w+)\1\s*$")
# Where a line sends what it tells, outside of quotes.
_ENDS = re.compile(
    r"""'[^']*'|"(?:[^"\\]|\\.)*"|(?<=\s)(?P<way>2>\s*/dev/null|2>&1|>\s*/dev/null)(?=\s|\||$)"""
)
# What else only a shell can do: put in a variable, run a second program.
_SIGNS = "|&;<>`$()"


@dataclass(frozen=True, slots=True)
class TypedLine:
    """The words of a command, without `kubectl`, and what follows it down to the end of a heredoc.

    What a shell does with its output: `| tail -1` (`filters`), `2>/dev/null`, `2>&1`, `>/dev/null`, `|| true`.
    """

    words: tuple[str, ...]
    stdin: str = ""
    filters: tuple[tuple[str, ...], ...] = ()
    hides_errors: bool = False
    joins_errors: bool = False
    hides_output: bool = False
    may_fail: bool = False


def lines_of(cell: str, expansion: Expansion) -> Iterator[TypedLine]:
    """The commands of a cell, each read when its turn has come. Raises RefusedError for what needs a real shell."""
    rest = [line for line in cell.splitlines() if not _SHELL.match(line)]
    while rest:
        line = _PROMPT.sub("", rest.pop(0), count=1)
        while line.endswith("\\") and rest:
            line = f"{line[:-1]} {rest.pop(0).strip()}"
        while rest and _is_open(line):
            line = f"{line}\n{rest.pop(0)}"
        if expansion.assigns(line):
            continue
        end = _HEREDOC.search(line)
        given = ""
        if end:
            line = line[: end.start()]
            given = _until(end[2], rest)
        typed = _typed(expansion.expanded(line), given)
        if typed is not None:
            yield typed


def _is_open(line: str) -> bool:
    """Whether a quote goes on in the next line."""
    try:
        shlex.split(line, comments=True)
    except ValueError as error:
        return "quotation" in str(error)
    return False


def _until(end: str, rest: list[str]) -> str:
    """The lines down to the word that ends them."""
    taken = []
    while rest:
        line = rest.pop(0)
        if line.strip() == end:
            break
        taken.append(f"{line}\n")
    return "".join(taken)


def _words(line: str) -> list[str]:
    reader = shlex.shlex(line, posix=True, punctuation_chars=_SIGNS)
    reader.whitespace_split = True
    try:
        return list(reader)
    except ValueError:
        raise RefusedError(words.KUBECTL_OPEN_QUOTE.format(line=line)) from None


def _typed(line: str, given: str) -> TypedLine | None:
    """A line with what a shell does to its output, None for one without words. Raises RefusedError."""
    ways: set[str] = set()

    def take(found: re.Match[str]) -> str:
        way = found["way"]
        if way is None:
            return found[0]
        ways.add(way.replace(" ", ""))
        return ""

    found = _words(_ENDS.sub(take, line))
    may_fail = found[-2:] == ["||", "true"]
    stages: list[list[str]] = [[]]
    for word in found[:-2] if may_fail else found:
        if word == "|":
            stages.append([])
            continue
        if word and not word.strip(_SIGNS):
            raise RefusedError(words.KUBECTL_NO_SHELL.format(sign=word))
        stages[-1].append(word)
    command, *filters = map(tuple, stages)
    if not command:
        return None
    if command[0] not in ("kubectl", "k"):
        raise RefusedError(words.KUBECTL_ONLY.format(word=command[0]))
    return TypedLine(
        words=command[1:],
        stdin=given,
        filters=tuple(filters),
        hides_errors="2>/dev/null" in ways,
        joins_errors="2>&1" in ways,
        hides_output=">/dev/null" in ways,
        may_fail=may_fail,
    )
