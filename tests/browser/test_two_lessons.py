"""Two open notebooks with kubectl: each sees its own cluster, and a terminal can tell which one it sees.

If no notebook serves a cluster, or its kernel was restarted, kubectl says in one line what to run.
"""

from __future__ import annotations

import pytest

from k8slearn.locale import http as words
from tests.browser.server import write_notebook

FIRST, SECOND, ALONE = "98_first.ipynb", "98_second.ipynb", "98_alone.ipynb"
SERVED = "from k8slearn import Cluster\nserver = Cluster({nodes}).serve()"
LOOK = "!kubectl get nodes -o name\n!kubectl config current-context"
MARK = "!kubectl create configmap {name}; kubectl get configmaps -o name"
GET = "kubectl get nodes -o name"
RUN_FIRST = """
async () => { window.jupyterapp.shell.activateById(window.notebook.id);
              window.notebook.content.activeCellIndex = 0;
              await window.jupyterapp.commands.execute('notebook:run-cell'); }
"""
RESTART = (
    "async () => { await window.notebook.sessionContext.session.kernel.restart(); }"
)
RUN_LAST = """
async () => { const {commands} = window.jupyterapp, content = window.notebook.content;
              content.activeCellIndex = content.widgets.length - 1;
              await commands.execute('notebook:run-cell'); }
"""


def printed(notebook, cell):
    outputs = notebook.cells()[cell]["outputs"]
    return "".join(output.get("text", "") for output in outputs).split()


def open_served(lesson, folder, name, nodes):
    look = LOOK + "\n" + MARK.format(name=f"has-{nodes}")
    write_notebook(folder / name, SERVED.format(nodes=nodes), look, LOOK)
    notebook = lesson(name)
    notebook.run_all_cells()
    return notebook


def in_terminal(notebook, folder, line):
    file = folder / "said.txt"
    notebook.type_line(f"{line} >said.new 2>&1; mv said.new said.txt")
    notebook.wait_until(file.exists)
    said = file.read_text()
    file.unlink()
    return said


@pytest.mark.slow
def test_each_lesson_has_its_own_kubectl_and_the_terminal_says_which(
    lesson, jupyterlab
):
    folder = jupyterlab.folder
    first = open_served(lesson, folder, FIRST, 2)
    second = open_served(lesson, folder, SECOND, 4)
    first.page.evaluate(RUN_LAST)
    first.wait_until_idle()
    first.becomes(lambda: printed(first, 2), ["node/node1", "node/node2", "98_first"])
    second.wait_until(lambda: "98_second" in printed(second, 1))
    said = printed(second, 1)
    assert len([word for word in said if word.startswith("node/")]) == 4
    assert "configmap/has-4" in said
    assert "configmap/has-2" not in said
    first.open_terminal()
    context = "kubectl config current-context"
    assert in_terminal(first, folder, context) == "98_second\n"
    assert in_terminal(first, folder, "kubectl get nodes -o name").count("node/") == 4
    first.screenshot("two-lessons-and-a-terminal")
    # When the last kernel ends, the cluster served before is used again.
    second.page.evaluate(
        "async () => { await window.notebook.sessionContext.shutdown(); }"
    )
    first.wait_until(lambda: in_terminal(first, folder, context) == "98_first\n")
    assert first.errors == []


def in_first_cell(notebook):
    """Run kubectl in the first cell; returns its output."""
    notebook.page.evaluate(RUN_FIRST)
    notebook.wait_until_idle()
    outputs = notebook.cells()[0]["outputs"]
    return "".join(output.get("text", "") for output in outputs)


def is_told_what_to_run(said):
    return said.count("\n") == 1 and words.NOBODY_SERVES in said


@pytest.mark.parametrize("restarted", [False, True])
def test_with_no_cluster_kubectl_says_in_one_line_what_to_run(
    lesson, jupyterlab, restarted
):
    folder = jupyterlab.folder
    write_notebook(folder / ALONE, f"!{GET}", SERVED.format(nodes=1))
    notebook = lesson(ALONE)
    if restarted:
        notebook.run_all_cells()
        notebook.wait_until(lambda: in_first_cell(notebook) == "node/node1\n")
        notebook.page.evaluate(RESTART)
        notebook.wait_until_idle()
    # The kernel of another notebook may still be on its way out.
    notebook.wait_until(lambda: is_told_what_to_run(in_first_cell(notebook)))
    said = in_terminal(notebook.open_terminal(), folder, GET)
    assert is_told_what_to_run(said), said
    assert notebook.errors == []
