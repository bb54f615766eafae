"""With its settings here, nbval finds wrong stored texts, and ignores all else."""

import re
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from tests.support.paths import ROOT

PAGE = {"text/html": "<b>stored</b>", "text/plain": "页"}
SHOW = "from IPython.display import display\ndisplay({'text/html': '<b>now</b>', 'text/plain': '页'}, raw=True)"


def check(said):
    """A cell that shows a text as an object does."""
    return f"class Said:\n    def __repr__(self): return {said!r}\nSaid()"


def shown(text):
    return new_output("execute_result", {"text/plain": text}, execution_count=1)


CELLS = {
    "true": (
        "1 + 1",
        new_output("execute_result", {"text/plain": "2"}, execution_count=1),
    ),
    "page": (SHOW, new_output("display_data", PAGE)),
    "address": (
        "object()",
        new_output(
            "execute_result", {"text/plain": "<object at 0x7f00>"}, execution_count=1
        ),
    ),
    "not done": (
        check("✘ 还差一点。没有 Pod。\n提示 1/3：看一看"),
        shown("（做完再检查）"),
    ),
    "progress": (
        check("我的进度　练习 3/39\n[#.] 00"),
        shown("（在 JupyterLab 里运行这个单元格，就会看到你自己的进度）"),
    ),
    "done, changed by hand": (check("✔ 对。"), shown("（做完再检查）")),
    "changed by hand": (
        "1 + 1",
        new_output("execute_result", {"text/plain": "3"}, execution_count=1),
    ),
    "words changed by hand": (
        "print('节点')",
        new_output("stream", name="stdout", text="接点\n"),
    ),
}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """Run one notebook with these cells; returns which of them passed."""
    cells = [
        new_code_cell(source, outputs=[output], execution_count=1)
        for source, output in CELLS.values()
    ]
    path = tmp_path_factory.mktemp("nbval") / "cells.ipynb"
    nbformat.write(
        new_notebook(
            cells=cells,
            metadata={"kernelspec": {"name": "python3", "display_name": ""}},
        ),
        path,
    )
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-c",
        str(ROOT / "pyproject.toml"),
        "-rA",
        "-q",
        str(path),
    ]
    printed = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=120
    ).stdout
    passed = {
        int(number)
        for number in re.findall(r"^PASSED .*::Cell (\d+)$", printed, re.MULTILINE)
    }
    return {name: number in passed for number, name in enumerate(CELLS)}


@pytest.mark.parametrize("name", CELLS)
def test_outcome(outcomes, name):
    assert outcomes[name] == ("changed by hand" not in name)
