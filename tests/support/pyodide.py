"""Python for the browser, fetched once a run as the site's maker fetches it."""

from __future__ import annotations

import atexit
import os
from functools import cache
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import pytest

from k8slearn.launch import site_run

# A folder with the core, for machines that may not ask npm.
PLACE = "K8SLEARN_PYODIDE"


@cache
def core() -> Path | str:
    """The folder, or why it cannot be had."""
    if os.environ.get(PLACE):
        return Path(os.environ[PLACE])
    work = Path(mkdtemp(prefix="k8slearn-pyodide-"))
    atexit.register(rmtree, work, ignore_errors=True)
    try:
        return site_run.fetched(work)
    except site_run.NoPyodideError as error:
        return str(error)


def needed() -> Path:
    """The folder; where it cannot be had the test is skipped with the reason, and in CI it fails."""
    found = core()
    if isinstance(found, Path):
        return found
    reason = f"Pyodide could not be had from npm ({found}); name a folder in {PLACE}"
    pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
