"""Writable checkouts like a learner's clone."""

import shutil
import subprocess
from pathlib import Path

from tests.support.paths import ROOT


def git(*arguments: str, folder: Path) -> str:
    """The output of git; raises AssertionError with its error message."""
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@b", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def clone_course(clone: Path) -> None:
    """Make `clone` a repository with the package, the lessons and their assets, all committed."""
    listed = git("ls-files", "-co", "--exclude-standard", folder=ROOT)
    for name in listed.splitlines():
        if name.startswith(("k8slearn/", "notebooks/")) or "/" not in name:
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, clone / name)
    git("init", "-q", folder=clone)
    git("add", ".", folder=clone)
    git("commit", "-qm", "all", folder=clone)


def changes(clone: Path) -> str:
    """The uncommitted changes by `git status`, '' for none."""
    return git("status", "--porcelain", folder=clone)
