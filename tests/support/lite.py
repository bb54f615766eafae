"""The wheels for notebooks in a browser, and running their kernel in Node; made once per run of tests."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from k8slearn.launch import lite, wheels
from k8slearn.lite.kernel import RECORDS
from tests.support import pyodide
from tests.support.paths import ROOT
from tests.support.shared import made_once

SCRIPT = ROOT / "tests" / "support" / "kernel_in_node.mjs"
RUNNER = ROOT / "tests" / "support" / "kernel_runner.py"


def wheels_folder() -> Path:
    """The wheels of this checkout, with Pyodide's list of them."""
    needed()
    core = pyodide.needed()
    kernel = lite.labextension("jupyterlite-pyodide-kernel", lite.KERNEL)

    def write(folder: Path) -> None:
        wheels.write(folder / "wheels", kernel / "static" / "pypi", core)

    return made_once("lite", write) / "wheels"


def needed() -> None:
    """Skip the test without the extra `lite`; in CI fail it."""
    if absent := lite.missing():
        _not_to_be_had(f"not installed: {', '.join(absent)}")


def needed_node() -> str:
    """The path of Node; without it skip the test, in CI fail it."""
    node = shutil.which("node")
    if node is None:
        _not_to_be_had("Node is not installed")
    return str(node)


def _not_to_be_had(reason: str) -> None:
    pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)


def run_in_node(
    notebooks: dict[str, list[tuple[str, str]]], work: Path
) -> Iterator[dict[str, Any]]:
    """Run notebooks, each a list of (cell id, source); yields the outputs of each cell as they come.

    The last one is the failure of Python itself, if there was one.
    """
    jobs = {
        "list": str(wheels_folder() / wheels.LIST),
        "left_out": [RECORDS],
        "env": {**lite.ENVIRONMENT, "K8SLEARN_PROGRESS": ""},
        "notebooks": notebooks,
    }
    file = work / "jobs.json"
    file.write_text(json.dumps(jobs), encoding="utf-8")
    command = [needed_node(), str(SCRIPT), str(pyodide.needed().absolute())]
    command += [str(RUNNER), str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            yield json.loads(line)
