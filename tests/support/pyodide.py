"""Python for the browser, downloaded once per run, as `k8slearn site` does."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest

from k8slearn.launch import browser_lab
from tests.support import shared

# An environment variable with a folder of the core, for machines without access to npm.
PLACE = "K8SLEARN_PYODIDE"
CORE = "core"


@cache
def core() -> Path | str:
    """The folder of the core, or as text why there is none."""
    if os.environ.get(PLACE):
        return Path(os.environ[PLACE])
    try:
        return shared.made_once("pyodide", fetch) / CORE
    except browser_lab.NoPyodideError as error:
        return str(error)


def fetch(folder: Path) -> None:
    """Download the core into `folder`. Raises NoPyodideError."""
    browser_lab.fetched(folder).rename(folder / CORE)


def needed() -> Path:
    """The folder of the core; without it skip the test, in CI fail it."""
    found = core()
    if isinstance(found, Path):
        return found
    reason = f"Pyodide could not be had from npm ({found}); name a folder in {PLACE}"
    pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
