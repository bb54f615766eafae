"""Folders that are removed with the process that made them, even if it was killed."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time

import pytest

from k8slearn import files
from k8slearn.cluster import Cluster

KILLED = """
import os, signal
from k8slearn import Cluster
server = Cluster(1).serve()
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """A temporary directory of the test's own."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def aged(folder):
    """The folder as if it had been made long ago."""
    then = time.time() - 2 * files.NEW_SECONDS
    os.utime(folder, (then, then))
    return folder


def test_what_a_killed_server_has_left_goes_with_the_next_start(temporary):
    subprocess.run([sys.executable, "-c", KILLED], check=False)
    (left,) = temporary.iterdir()
    assert (left / "kubeconfig").exists()
    aged(left)
    with Cluster(1).serve():
        (own,) = temporary.iterdir()
        assert own != left
    assert list(temporary.iterdir()) == []


def test_nobody_elses_folder_is_taken_away(temporary):
    # A user's own folder of a similar name, a new one, and a link.
    theirs = temporary / "k8slearn-notes"
    theirs.mkdir()
    new = temporary / "k8slearn-new"
    new.mkdir()
    (new / ".held.lock").touch()
    link = temporary / "k8slearn-link"
    link.symlink_to(new)
    aged(theirs)
    with files.own_folder() as other:
        aged(other)
        with files.own_folder() as own:
            held = {theirs, new, link, other, own}
            assert set(temporary.iterdir()) == held
    assert set(temporary.iterdir()) == {theirs, new, link}


def test_where_nobody_can_lock_nothing_is_taken_away(temporary, monkeypatch):
    left = temporary / "k8slearn-left"
    left.mkdir()
    (left / ".held.lock").touch()
    aged(left)
    monkeypatch.setattr(files, "_try_lock", lambda _: None)
    with files.own_folder():
        assert left.exists()
    monkeypatch.undo()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    with files.own_folder():
        assert not left.exists()
