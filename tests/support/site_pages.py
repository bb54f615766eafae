"""The course as web pages, made once for all tests of a run."""

from __future__ import annotations

import atexit
import subprocess
import sys
from functools import cache
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from tests.support import pyodide


@cache
def made() -> tuple[Path, subprocess.CompletedProcess[str]]:
    """The folder, and what the command said."""
    folder = Path(mkdtemp(prefix="k8slearn-pages-"))
    atexit.register(rmtree, folder, ignore_errors=True)
    command = [sys.executable, "-m", "k8slearn", "site", str(folder / "pages")]
    core = pyodide.core()
    if isinstance(core, Path):
        command += ["--pyodide", str(core)]
    return folder / "pages", subprocess.run(
        command, capture_output=True, text=True, timeout=240, check=True
    )


def pages() -> Path:
    """The folder with the pages."""
    return made()[0]
