"""What a shell puts into a line: `$(kubectl get pods -o name)`, and `$name` after `name=$(…)`."""

from __future__ import annotations

import re
from collections.abc import Callable

# In single quotes nothing stands for something else.
_FOUND = re.compile(
    r"'[^']*'|\$\((?P<command>\s*kubectl\s[^()]*)\)|\$(?P<brace>\{)?(?P<name>[A-Za-z_]\w*)(?(brace)\})"
)
_ASSIGNED = re.compile(r"\s*(?P<name>[A-Za-z_]\w*)=(?P<value>.*)", re.DOTALL)

Run = Callable[[str], str]
"""What a command prints as its answer."""


class Expansion:
    """The variables of a cell; `run` carries out what stands in `$(…)`."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._variables: dict[str, str] = {}

    def expanded(self, line: str) -> str:
        """The line with what its variables and commands stand for; one that is not known stays as it is."""
        return _FOUND.sub(self._value, line)

    def _value(self, found: re.Match[str]) -> str:
        if found["command"]:
            # Each line of it is a word of its own.
            return " ".join(self._run(found["command"]).split("\n")).strip()
        if found["name"]:
            return self._variables.get(found["name"], found[0])
        return found[0]

    def assigns(self, line: str) -> bool:
        """Whether the line gives a variable its value, which is done then."""
        assigned = _ASSIGNED.fullmatch(line)
        if assigned is None:
            return False
        value = assigned["value"].strip()
        is_quoted = value[:1] in ("'", '"') and value[-1:] == value[:1]
        if " " in value and not is_quoted and not value.startswith("$("):
            return False
        plain = value[1:-1] if is_quoted else value
        literal = value.startswith("'")
        self._variables[assigned["name"]] = plain if literal else self.expanded(plain)
        return True
