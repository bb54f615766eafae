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

# Whether there is a failing example is all that a planted bug asks; the smallest one takes minutes to be found.
settings.register_profile("any-failure", phases=[Phase.explicit, Phase.generate])

# A search for circles goes through a million objects of pytest's and of other tests; the model's own searches go on.
gc.set_threshold(10_000, 20, 100)

__all__ = ["cluster", "lab", "no_component_stumbles", "no_thread_goes_on"]

# A thread that was told to end does so at its next turn; this is for one on a machine with much else to do.
ENDING_SECONDS = 10

# Their tests run real programs beside ours: browsers, servers, kernels and kubectl share CI's two cores.
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
    """In CI what runs real programs is tried twice; who needed it is named at the end."""
    if not os.environ.get("CI"):
        return
    for item in items:
        if item.nodeid.startswith(WITH_PROGRAMS):
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_terminal_summary(terminalreporter):
    """What was wrong the first time is told as well: only that it is known can end it."""
    for report in terminalreporter.stats.get("rerun", ()):
        terminalreporter.section(f"first try of {report.nodeid}")
        terminalreporter.line(report.longreprtext)


def pytest_sessionfinish(session):
    """What the processes of the run shared goes when the last of them has ended."""
    if not hasattr(session.config, "workerinput"):
        shared.remove()


@pytest.fixture(autouse=True)
def no_component_stumbles(monkeypatch):
    """What goes wrong in a component does not stop a cluster; so that it stops a test, it is looked for here."""
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
    """A cluster that goes on by itself slows every later test of its process down: each file ends its own."""
    before = {*threading.enumerate()}
    yield
    begun = {*threading.enumerate()} - before
    ours = [thread for thread in begun if thread.name.startswith("k8s-")]
    for thread in ours:
        thread.join(ENDING_SECONDS)
    assert [thread.name for thread in ours if thread.is_alive()] == []
