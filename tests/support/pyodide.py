"""Python for the browser, fetched once a run as the site's maker fetches it."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest

from k8slearn.launch import browser_lab
from tests.support import shared

# A folder with the core, for machines that may not ask npm.
PLACE = "K8SLEARN_PYODIDE"
CORE = "core"


@cache
def core() -> Path | str:
    """The folder, or why it cannot be had."""
    if os.environ.get(PLACE):
        return Path(os.environ[PLACE])
    try:
        return shared.made_once("pyodide", fetch) / CORE
    except browser_lab.NoPyodideError as error:
        return str(error)


def fetch(folder: Path) -> None:
    """Fetch the core. Raises NoPyodideError."""
    browser_lab.fetched(folder).rename(folder / CORE)


def needed() -> Path:
    """The folder; where it cannot be had the test is skipped with the reason, and in CI it fails."""
    found = core()
    if isinstance(found, Path):
        return found
    reason = f"Pyodide could not be had from npm ({found}); name a folder in {PLACE}"
    pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
