"""The lines of a cell that is meant for a terminal, as far as they are kubectl's alone."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from k8slearn.locale import page as words
from k8slearn.page.kubectl.options import RefusedError

# How a cell for the shell begins, and what somebody copies from a terminal along with a line.
_SHELL = re.compile(r"%%(?:bash|sh)\s*$")
_PROMPT = re.compile(r"\s*(?:[!$]\s*)?")
_HEREDOC = re.compile(r"<<\s*(['\"]?)(\w+)\1\s*$")
# What only a shell can do: send output elsewhere, put in a variable, run a second program.
_SIGNS = "|&;<>`$()"


@dataclass(frozen=True, slots=True)
class TypedLine:
    """The words of a command, without `kubectl`, and what follows it down to the end of a heredoc."""

    words: tuple[str, ...]
    stdin: str = ""


def lines_of(cell: str) -> Iterator[TypedLine]:
    """The commands of a cell, one after the other. Raises RefusedError for what needs a real shell."""
    rest = [line for line in cell.splitlines() if not _SHELL.match(line)]
    while rest:
        line = _PROMPT.sub("", rest.pop(0), count=1)
        while line.endswith("\\") and rest:
            line = f"{line[:-1]} {rest.pop(0).strip()}"
        end = _HEREDOC.search(line)
        given = ""
        if end:
            line = line[: end.start()]
            given = _until(end[2], rest)
        found = _words(line)
        if found:
            yield TypedLine(tuple(found[1:]), given)


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
        found = list(reader)
    except ValueError:
        raise RefusedError(words.KUBECTL_OPEN_QUOTE.format(line=line)) from None
    signs = [word for word in found if word and not word.strip(_SIGNS)]
    if signs:
        raise RefusedError(words.KUBECTL_NO_SHELL.format(sign=signs[0]))
    if found and found[0] not in ("kubectl", "k"):
        raise RefusedError(words.KUBECTL_ONLY.format(word=found[0]))
    return found
