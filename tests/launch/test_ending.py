"""Whichever signal ends a command, it leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time

import pytest

from tests.browser.server import start_server

SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


@pytest.fixture(autouse=True)
def terminal():
    """Let processes end with their terminal, even if these tests run under nohup."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


def started(command, tmp_path, **options):
    process = subprocess.Popen(
        command,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
        **options,
    )
    assert "已就绪" in process.stdout.readline()
    return process


@pytest.mark.parametrize("number", SIGNALS)
def test_serve_leaves_no_file(tmp_path, number):
    command = [sys.executable, "-m", "k8slearn", "serve", "--kubeconfig"]
    process = started([*command, str(tmp_path / "config")], tmp_path)
    assert len(list(tmp_path.iterdir())) == 2
    process.send_signal(number)
    assert process.wait(60) == 0
    assert list(tmp_path.iterdir()) == []


def test_nohup_is_heeded(tmp_path):
    command = ["nohup", sys.executable, "-m", "k8slearn", "serve"]
    process = started(command, tmp_path, stderr=subprocess.DEVNULL)
    process.send_signal(signal.SIGHUP)
    time.sleep(0.5)
    assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0


def test_lab_leaves_no_file(tmp_path, monkeypatch):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    lab = start_server(tmp_path)
    try:
        assert list(scratch.glob("k8slearn-*"))
        lab.process.send_signal(signal.SIGHUP)
        lab.process.wait(60)
        assert list(scratch.glob("k8slearn-*")) == []
    finally:
        lab.stop()
