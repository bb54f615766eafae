"""kubectl in a terminal and in a cell, on the cluster of the notebook beside it; the lab shows what it did."""

from __future__ import annotations

import time
from uuid import uuid4

import pytest

from tests.browser.test_lab import SETUP, text_of, wait_for_text

SEEN_WITHIN_MS = 1000
SERVED = "server = cluster.serve(pace=None)\nlab = Lab(cluster)\nlab"
BESIDE = """
() => { const app = window.jupyterapp;
        const terminal = [...app.shell.widgets('main')].find(w => w.node.querySelector('.jp-Terminal'));
        app.shell.add(terminal, 'main', {mode: 'split-right', ref: window.notebook.id});
        app.shell.activateById(terminal.id); }
"""
DONE = "; date +%s.%N > {file}.new; mv {file}.new {file}"


@pytest.fixture
def lab(lesson, scratch_notebook):
    """A notebook with a panel over a cluster that is served; time stands still in it."""
    notebook = lesson(
        scratch_notebook(
            SETUP, SERVED, "!kubectl get ds -o name\n!kubectl config view -o name"
        )
    )
    notebook.run_all_cells()
    notebook.page.locator("img.k8s-picture").wait_for()
    return notebook


def terminal_beside(lab):
    """Open a terminal so that the notebook stays in sight."""
    lab.open_terminal()
    lab.page.evaluate(BESIDE)
    lab.page.locator(".jp-Terminal .xterm-helper-textarea").last.focus()
    return lab


def typed(lab, folder, line):
    """Type a line into the terminal; returns the file in which it says when it is done, new for each line."""
    file = folder / f"done-{uuid4().hex}.txt"
    lab.type_line(line + DONE.format(file=file.name))
    return file


def done_at(lab, file):
    """Wait for such a file; returns when the line was done, in seconds since 1970."""
    lab.wait_until(file.exists)
    return float(file.read_text())


def test_a_pod_deleted_in_the_terminal_is_seen_in_the_lab(lab, jupyterlab):
    done_at(
        lab,
        typed(terminal_beside(lab), jupyterlab.folder, "kubectl get pods >/dev/null"),
    )
    before = lab.picture("k8s-picture")
    file = typed(
        lab,
        jupyterlab.folder,
        "kubectl delete pods --field-selector spec.nodeName=node2 --wait=false",
    )
    lab.wait_for_new_picture("k8s-picture", before)
    seen = time.time()
    assert (seen - done_at(lab, file)) * 1000 < SEEN_WITHIN_MS
    lab.screenshot("kubectl-in-a-terminal")
    assert lab.errors == []


def test_a_cell_finds_the_same_cluster_and_not_the_users_own(lab):
    outputs = "".join(output.get("text", "") for output in lab.cells()[2]["outputs"])
    assert "daemonset.apps/filebeat-ds" in outputs


def test_a_paused_lab_acts_on_what_was_written_when_time_goes_on(lab, jupyterlab):
    line = "kubectl label node node1 away=yes; kubectl cordon node3"
    done_at(lab, typed(terminal_beside(lab), jupyterlab.folder, line))
    wait_for_text(lab, "sentence", "你把 node3 设为不可调度")
    assert "unschedulable" not in text_of(lab, "events")
    assert "现在一切安定" not in text_of(lab, "sentence")
    lab.click_widget("k8s-until-quiet")
    wait_for_text(lab, "events", "给 node3 加污点 unschedulable")
    wait_for_text(lab, "sentence", "现在一切安定")


def test_the_buttons_keep_their_place_however_long_the_sentence_is(lab):
    run = "async code => { await window.notebook.sessionContext.session.kernel.requestExecute({code}).done; }"
    terminal_beside(lab)
    lab.page.wait_for_timeout(500)
    before = lab.widget("k8s-until-quiet").bounding_box()
    for step in (
        "cluster.set_image('filebeat-ds', 'agent:2')",
        "cluster.step()",
        "cluster.run_until_quiet()",
    ):
        said = text_of(lab, "sentence")
        lab.page.evaluate(run, step)
        lab.wait_until(lambda said=said: text_of(lab, "sentence") != said)
        assert lab.widget("k8s-until-quiet").bounding_box() == before, text_of(
            lab, "sentence"
        )
