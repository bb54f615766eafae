"""Fixtures for every test."""

import gc
import json
import os
import threading

import pytest
from hypothesis import Phase, settings

from k8slearn.components import DECLARED
from k8slearn.controllers.runtime import Controller
from tests.support import shared
from tests.support.lab_panel import cluster, lab

# For planted bugs any failing example will do; shrinking it would take minutes.
settings.register_profile("any-failure", phases=[Phase.explicit, Phase.generate])

# Full garbage collections would traverse a million objects of pytest and other tests.
gc.set_threshold(10_000, 20, 100)

__all__ = ["cluster", "lab", "no_component_stumbles", "no_thread_goes_on"]

# A thread ends at its next turn; this allows for a busy machine.
ENDING_SECONDS = 10

# Tests that run real programs: browsers, servers, kernels and kubectl share CI's two cores.
WITH_PROGRAMS = ("tests/browser/", "tests/http/", "tests/launch/")


# As much of a row as a line of the report has room for beside the test's name.
ID_LENGTH = 60


def pytest_make_parametrize_id(val):
    """A row of plain data is called by what it holds, `{replicas:3}`, and not by its number in the table."""
    if not isinstance(val, dict | list | tuple):
        return None
    try:
        text = json.dumps(val, separators=(",", ":"))
    except TypeError:
        return None
    text = text.replace('"', "")
    return text if len(text) <= ID_LENGTH else f"{text[:ID_LENGTH]}..."


def pytest_collection_modifyitems(items):
    """In CI, tests with real programs are retried once; retries are listed at the end."""
    if not os.environ.get("CI"):
        return
    for item in items:
        if item.nodeid.startswith(WITH_PROGRAMS):
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_terminal_summary(terminalreporter):
    """Print the first failure of retried tests as well, so that it can be fixed."""
    for report in terminalreporter.stats.get("rerun", ()):
        terminalreporter.section(f"first try of {report.nodeid}")
        terminalreporter.line(report.longreprtext)


def pytest_sessionfinish(session):
    """Remove what the processes of the run shared, after the last of them."""
    if not hasattr(session.config, "workerinput"):
        shared.remove()


@pytest.fixture(autouse=True)
def no_component_stumbles(monkeypatch):
    """Fail a test in which a component failed: such a failure does not stop the cluster."""
    stumbled = []
    keep = Controller._keep_failure

    def kept(self, subject, text):
        if self.name in DECLARED:
            stumbled.append(f"{self.name}, {subject}: {text}")
        keep(self, subject, text)

    monkeypatch.setattr(Controller, "_keep_failure", kept)
    yield
    assert stumbled == []


@pytest.fixture(autouse=True, scope="module")
def no_thread_goes_on():
    """Check that each file ends its clusters' threads, which would slow later tests down."""
    before = {*threading.enumerate()}
    yield
    begun = {*threading.enumerate()} - before
    ours = [thread for thread in begun if thread.name.startswith("k8s-")]
    for thread in ours:
        thread.join(ENDING_SECONDS)
    assert [thread.name for thread in ours if thread.is_alive()] == []
