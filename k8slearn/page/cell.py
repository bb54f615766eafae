"""A notebook-like cell: kubectl commands, or Python whose names persist and whose last value is shown."""

from __future__ import annotations

import ast
import re
import traceback
from contextlib import redirect_stdout
from io import StringIO
from pprint import pformat
from typing import Any

import yaml

from k8slearn import lesson
from k8slearn.locale import page as words
from k8slearn.page import kubectl
from k8slearn.page.situation import Begun

# Names that lessons import in their first cell and whose results can be printed.
NAMES = (
    "fewest_ready",
    "manifest",
    "manifest_names",
    "narrate",
    "nodes_with",
    "review",
    "review_cards",
    "why",
)
# Names that lessons import as well, and that the page offers outside the cell.
ELSEWHERE = {*lesson.__all__, "Cluster", "Lab", "animate", "draw"} - {*NAMES}
NAME = "<cell>"
WIDTH = 100
# The beginning of a cell for a shell or IPython; a bare `kubectl` counts, as typed in a terminal.
SHELL = re.compile(r"\s*(?:#.*\s+)*([!%$]|kubectl\b)")


class PythonCell:
    """Runs the learner's code; holds its names and the last value."""

    def __init__(self, begun: Begun) -> None:
        self._scope: dict[str, Any] = {name: getattr(lesson, name) for name in NAMES}
        self._scope |= {"cluster": begun.cluster, "yaml": yaml}
        if begun.task is not None:
            self._scope["task"] = begun.task
        self._cluster = begun.cluster
        self.value: Any = None
        self.in_columns = False
        """Whether the last output is a table, whose lines must not be wrapped."""

    def run(self, code: str) -> str:
        """Run the code; returns what it prints, its last value (which is kept in `value`) and its error, as text."""
        self.value = None
        self.in_columns = SHELL.match(code) is not None
        if self.in_columns:
            return kubectl.run(self._cluster, code)
        printed = StringIO()
        with redirect_stdout(printed):
            try:
                self._run(code)
            except Exception as error:
                print(_error_text(error, code))
        return printed.getvalue()

    def _run(self, code: str) -> None:
        # It is the learner's own code in the learner's own browser; links never carry code.
        body = ast.parse(code, NAME).body
        last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
        exec(compile(ast.Module(body, []), NAME, "exec"), self._scope)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), NAME, "eval"), self._scope)
            self.value = value
            if value is not None:
                print(_value_text(value))


def _value_text(value: Any) -> str:
    """A value as text over several lines where needed, as a notebook shows it."""
    if isinstance(value, (dict, list)):
        return pformat(value, width=WIDTH, sort_dicts=False)
    return repr(value)


def _error_text(error: Exception, code: str) -> str:
    """The error and the line of the cell that raised it, without the frames of our own code."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == NAME]
    said = f"{type(error).__name__}: {error}"
    if isinstance(error, SyntaxError):
        if _is_for_a_shell(error, code):
            return words.PYTHON_NO_KUBECTL
        # A syntax error has no traceback in the cell; the error itself names the line.
        lines = [error.lineno]
        said = f"{type(error).__name__}: {error.msg}"
    elif isinstance(error, NameError):
        said = _unknown(error.name or "") or said
    if not lines:
        return said
    return words.PYTHON_ERROR.format(line=lines[-1], error=said)


def _is_for_a_shell(error: SyntaxError, code: str) -> bool:
    """Whether the line with the syntax error is a command for a terminal."""
    lines = code.splitlines()
    line = error.lineno or 0
    return 0 < line <= len(lines) and SHELL.match(lines[line - 1]) is not None


def _unknown(name: str) -> str:
    """The sentence about a name that exists in lessons and not in the cell; '' for any other name."""
    if name == "task":
        return words.PYTHON_NO_TASK
    if name in ELSEWHERE:
        return words.PYTHON_ELSEWHERE.format(name=name, names="、".join(NAMES))
    return ""
