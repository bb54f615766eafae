"""A cell of Python as a notebook has them: names live on from run to run, and the value of the last line is shown."""

from __future__ import annotations

import ast
import traceback
from contextlib import redirect_stdout
from io import StringIO
from typing import Any

import yaml

from k8slearn import lesson
from k8slearn.locale import page as words
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
NAME = "<cell>"


class PythonCell:
    """The names that the learner's code knows, and what it answers."""

    def __init__(self, begun: Begun) -> None:
        self._scope: dict[str, Any] = {name: getattr(lesson, name) for name in NAMES}
        self._scope |= {"cluster": begun.cluster, "task": begun.task, "yaml": yaml}
        self.value: Any = None

    def run(self, code: str) -> str:
        """All that the code prints, its last value (which is kept in `value`), and what went wrong."""
        self.value = None
        printed = StringIO()
        with redirect_stdout(printed):
            try:
                self._run(code)
            except Exception as error:
                print(_told(error))
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
                print(repr(value))


def _told(error: Exception) -> str:
    """The error and the line of the cell that it comes from, without the lines of ours."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == NAME]
    message = str(error)
    if isinstance(error, SyntaxError):
        # Nothing has run yet: the error itself knows where.
        lines = [error.lineno]
        message = error.msg
    said = f"{type(error).__name__}: {message}"
    if not lines:
        return said
    return words.PYTHON_ERROR.format(line=lines[-1], error=said)
