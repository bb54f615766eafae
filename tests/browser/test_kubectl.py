"""kubectl in a terminal and in a cell, on the cluster of the notebook beside it; the lab shows what it did."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from playwright.sync_api import TimeoutError

from tests.browser.test_lab import SETUP, text_of, wait_for_text

SEEN_WITHIN_MS = 1000
SERVED = "server = cluster.serve(pace=None)\nlab = Lab(cluster)\nlab"
BESIDE = """
() => { const app = window.jupyterapp;
        const terminal = [...app.shell.widgets('main')].find(w => w.node.querySelector('.jp-Terminal'));
        app.shell.add(terminal, 'main', {mode: 'split-right', ref: window.notebook.id});
        app.shell.activateById(terminal.id); }
"""
DONE = "; date +%s.%N > done.txt.new; mv done.txt.new done.txt"


@pytest.fixture
def lab(lesson, scratch_notebook):
    """A notebook with a panel over a cluster that is served; time stands still in it."""
    notebook = lesson(scratch_notebook(SETUP, SERVED, "!kubectl get ds -o name\n!kubectl config view -o name"))
    notebook.run_all_cells()
    notebook.page.locator("img.k8s-picture").wait_for()
    return notebook


def terminal_beside(lab):
    """Open a terminal so that the notebook stays in sight."""
    lab.open_terminal()
    lab.page.evaluate(BESIDE)
    lab.page.locator(".jp-Terminal .xterm-helper-textarea").last.focus()
    return lab


def test_a_pod_deleted_in_the_terminal_is_seen_in_the_lab(lab, jupyterlab):
    terminal_beside(lab).type_line(f"kubectl get pods >/dev/null{DONE}")
    lab.wait_until((jupyterlab.folder / "done.txt").exists)
    (jupyterlab.folder / "done.txt").unlink()
    before = lab.picture("k8s-picture")
    lab.type_line(f"kubectl delete pods --field-selector spec.nodeName=node2 --wait=false{DONE}")
    lab.wait_for_new_picture("k8s-picture", before)
    seen = time.time()
    lab.wait_until((jupyterlab.folder / "done.txt").exists)
    deleted = float((jupyterlab.folder / "done.txt").read_text())
    assert (seen - deleted) * 1000 < SEEN_WITHIN_MS
    lab.screenshot("kubectl-in-a-terminal")
    assert lab.errors == []


def test_a_cell_finds_the_same_cluster_and_not_the_users_own(lab):
    outputs = "".join(output.get("text", "") for output in lab.cells()[2]["outputs"])
    assert "daemonset.apps/filebeat-ds" in outputs


def test_a_paused_lab_acts_on_what_was_written_when_time_goes_on(lab, jupyterlab):
    terminal_beside(lab).type_line(f"kubectl label node node1 away=yes; kubectl cordon node3{DONE}")
    lab.wait_until((jupyterlab.folder / "done.txt").exists)
    assert "SchedulingDisabled" not in text_of(lab, "events")
    until_quiet(lab)


def until_quiet(lab, tries=4):
    """Press 直到安定 until the panel says that all is quiet, as a learner would whose click met a redraw."""
    for _ in range(tries):
        lab.click_widget("k8s-until-quiet")
        with suppress(TimeoutError):
            return wait_for_text(lab, "sentence", "现在一切安定")
    raise AssertionError(text_of(lab, "sentence"))
