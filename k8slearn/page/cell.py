"""A cell as a notebook has them: lines for kubectl, or Python whose names live on and whose last value is shown."""

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

# What a lesson imports in its first cell and can be printed.
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
# What it imports as well, and a page shows in another place than a cell.
ELSEWHERE = {*lesson.__all__, "Cluster", "Lab", "animate", "draw"} - {*NAMES}
NAME = "<cell>"
WIDTH = 100
# How a cell for the shell begins, or one for IPython; whoever comes from a terminal types the command alone.
SHELL = re.compile(r"\s*(?:#.*\s+)*([!%$]|kubectl\b)")


class PythonCell:
    """The names that the learner's code knows, and what it answers."""

    def __init__(self, begun: Begun) -> None:
        self._scope: dict[str, Any] = {name: getattr(lesson, name) for name in NAMES}
        self._scope |= {"cluster": begun.cluster, "yaml": yaml}
        if begun.task is not None:
            self._scope["task"] = begun.task
        self._cluster = begun.cluster
        self.value: Any = None
        self.in_columns = False
        """Whether what was printed last stands in columns, so that no line may be broken."""

    def run(self, code: str) -> str:
        """All that the code prints, its last value (which is kept in `value`), and what went wrong."""
        self.value = None
        self.in_columns = SHELL.match(code) is not None
        if self.in_columns:
            return kubectl.run(self._cluster, code)
        printed = StringIO()
        with redirect_stdout(printed):
            try:
                self._run(code)
            except Exception as error:
                print(_told(error, code))
        return printed.getvalue()

    def _run(self, code: str) -> None:
        # The learner's own words, in the learner's own browser; links never bring any.
        body = ast.parse(code, NAME).body
        last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
        exec(compile(ast.Module(body, []), NAME, "exec"), self._scope)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), NAME, "eval"), self._scope)
            self.value = value
            if value is not None:
                print(_shown(value))


def _shown(value: Any) -> str:
    """A value as a notebook shows it: an object of the cluster is far too long for one line."""
    if isinstance(value, (dict, list)):
        return pformat(value, width=WIDTH, sort_dicts=False)
    return repr(value)


def _told(error: Exception, code: str) -> str:
    """The error and the line of the cell that it comes from, without the lines of ours."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == NAME]
    said = f"{type(error).__name__}: {error}"
    if isinstance(error, SyntaxError):
        if _is_for_a_shell(error, code):
            return words.PYTHON_NO_KUBECTL
        # Nothing has run yet: the error itself knows where.
        lines = [error.lineno]
        said = f"{type(error).__name__}: {error.msg}"
    elif isinstance(error, NameError):
        said = _unknown(error.name or "") or said
    if not lines:
        return said
    return words.PYTHON_ERROR.format(line=lines[-1], error=said)


def _is_for_a_shell(error: SyntaxError, code: str) -> bool:
    """Whether the line that is no Python is one for a terminal."""
    lines = code.splitlines()
    line = error.lineno or 0
    return 0 < line <= len(lines) and SHELL.match(lines[line - 1]) is not None


def _unknown(name: str) -> str:
    """What is said of a name that lessons know and the cell does not; '' of any other."""
    if name == "task":
        return words.PYTHON_NO_TASK
    if name in ELSEWHERE:
        return words.PYTHON_ELSEWHERE.format(name=name, names="、".join(NAMES))
    return ""
