"""The reference solutions in the lessons, and carrying them out."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from IPython.core.interactiveshell import InteractiveShell

from k8slearn.course.exercise_words import exercise_words
from tests.support.store_outputs import course_notebook

SOLUTION = re.compile(
    r"<details>\s*<summary>参考答案</summary>(.*?)</details>", re.DOTALL
)
FENCE = re.compile(r"^ *```(python|bash)\n(.*?)^ *```", re.DOTALL | re.MULTILINE)


@cache
def solution(key: str) -> tuple[tuple[str, str], ...]:
    """The fenced blocks, as (language, code), of the reference solution of an exercise in its lesson."""
    notebook = course_notebook(exercise_words(key).lesson)
    begun = False
    for cell in notebook.cells:
        if cell.cell_type == "code":
            begun = begun or f'exercise("{key}"' in cell.source
            continue
        folded = SOLUTION.search(cell.source)
        if begun and folded:
            return tuple(FENCE.findall(folded[1]))
    return ()


def fresh_shell() -> Any:
    """A fresh IPython shell without a kernel."""
    shell = InteractiveShell.instance()
    # Not by `reset`, which runs a full garbage collection: that would take most of a test's time.
    shell.user_ns.clear()
    shell.init_user_ns()
    return shell


SETUP = """
import os, subprocess, yaml
from k8slearn import Cluster
from k8slearn.lesson import *
from tests.support.paths import ROOT
"""


def run(shell: Any, code: str) -> None:
    """Run a cell in a shell; its exceptions are raised."""
    shell.run_cell(code).raise_error()


def begin(
    shell: Any, key: str, *, kubectl: bool | None = None, student: str = ""
) -> Any:
    """Begin an exercise in a shell, with kubectl if asked for or if the solution needs it."""
    if kubectl is None:
        kubectl = any(language == "bash" for language, _ in solution(key))
    begun = f'exercise("{key}", kubectl={kubectl}, student="{student}")'
    run(shell, f"{SETUP}\ntask = {begun}\ncluster = task.cluster")
    return shell.user_ns["task"]


def solve(shell: Any, key: str) -> None:
    """Carry out the reference solution of a begun exercise."""
    for language, code in solution(key):
        run(shell, code if language == "python" else f"%%bash\n{code}")
