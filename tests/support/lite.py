"""What the notebooks of a browser load, and the kernel of a browser in Node, made once for all tests of a run."""

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
    """Where the extra `lite` is not installed the test is skipped, and in CI it fails."""
    if absent := lite.missing():
        _not_to_be_had(f"not installed: {', '.join(absent)}")


def needed_node() -> str:
    """Where Node is; without it the test is skipped, and in CI it fails."""
    node = shutil.which("node")
    if node is None:
        _not_to_be_had("Node is not installed")
    return str(node)


def _not_to_be_had(reason: str) -> None:
    pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)


def run_in_node(
    notebooks: dict[str, list[tuple[str, str]]], work: Path
) -> Iterator[dict[str, Any]]:
    """Run notebooks, each a list of its cells' ids and sources; yields what each cell showed, as it comes.

    The last is the failure of Python itself, if it failed.
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
