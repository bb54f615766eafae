"""kubectl in a terminal and in a cell, on the cluster of the notebook beside it; the lab shows what it did."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.browser.lab_page import (
    RUN_CODE,
    SETUP,
    resting_box,
    text_of,
    wait_for_lab,
    wait_for_text,
)

SERVED = "server = cluster.serve(pace=None)\nlab = Lab(cluster)\nlab"
DELETE = "kubectl delete pods --field-selector spec.nodeName=node2 --wait=false"
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
    wait_for_lab(notebook)
    return notebook


def typed(lab, folder, line):
    """Type a line into the terminal; returns the file in which it says when it is done, new for each line."""
    file = folder / f"done-{uuid4().hex}.txt"
    lab.type_line(line + DONE.format(file=file.name))
    return file


def done(lab, line, folder):
    """Type a line and return when it is done."""
    lab.wait_until(typed(lab, folder, line).exists)


def test_a_pod_deleted_in_the_terminal_is_seen_in_the_lab(lab, jupyterlab):
    lab.open_terminal_beside()
    done(lab, "kubectl get pods >/dev/null", jupyterlab.folder)
    before = lab.picture("k8s-picture")
    done(lab, DELETE, jupyterlab.folder)
    lab.wait_for_new_picture("k8s-picture", before)
    wait_for_text(lab, "sentence", "node2")
    lab.screenshot("kubectl-in-a-terminal")
    assert lab.errors == []


def test_a_cell_finds_the_same_cluster_and_not_the_users_own(lab):
    outputs = "".join(output.get("text", "") for output in lab.cells()[2]["outputs"])
    assert "daemonset.apps/filebeat-ds" in outputs


def test_a_paused_lab_acts_on_what_was_written_when_time_goes_on(lab, jupyterlab):
    line = "kubectl label node node1 away=yes; kubectl cordon node3"
    done(lab.open_terminal_beside(), line, jupyterlab.folder)
    wait_for_text(lab, "sentence", "你把 node3 设为不可调度")
    assert "unschedulable" not in text_of(lab, "events")
    assert "集群已经稳定" not in text_of(lab, "sentence")
    lab.click_widget("k8s-until-quiet")
    wait_for_text(lab, "events", "给 node3 加污点 unschedulable")
    wait_for_text(lab, "sentence", "集群已经稳定")


def test_the_buttons_keep_their_place_however_long_the_sentence_is(lab):
    lab.open_terminal_beside()
    wait_for_lab(lab)
    before = resting_box(lab, ".k8s-until-quiet")
    for step in (
        "cluster.set_image('filebeat-ds', 'agent:2')",
        "cluster.step()",
        "cluster.run_until_quiet()",
    ):
        said = text_of(lab, "sentence")
        lab.page.evaluate(RUN_CODE, step)
        lab.wait_until(lambda said=said: text_of(lab, "sentence") != said)
        assert lab.widget("k8s-until-quiet").bounding_box() == before, text_of(
            lab, "sentence"
        )
