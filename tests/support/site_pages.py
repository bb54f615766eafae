"""The course as web pages, made once for all tests of a run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.support import pyodide, shared

SAID, COMPLAINED = "said.txt", "complained.txt"


def make(folder: Path) -> None:
    """Make the pages in a folder, with the command's output beside them."""
    command = [sys.executable, "-m", "k8slearn", "site", str(folder / "pages")]
    core = pyodide.core()
    if isinstance(core, Path):
        command += ["--pyodide", str(core)]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=240, check=True
    )
    (folder / SAID).write_text(done.stdout, encoding="utf-8")
    (folder / COMPLAINED).write_text(done.stderr, encoding="utf-8")


def pages() -> Path:
    """The folder with the pages."""
    return shared.made_once("site", make) / "pages"


def said() -> str:
    """The command's stdout."""
    return (pages().parent / SAID).read_text(encoding="utf-8")


def complained() -> str:
    """The command's stderr."""
    return (pages().parent / COMPLAINED).read_text(encoding="utf-8")
