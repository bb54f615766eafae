"""Two notebooks open side by side, both with kubectl: neither sees the other, and a terminal can tell which it sees."""

from tests.browser.server import write_notebook

FIRST, SECOND = "98_first.ipynb", "98_second.ipynb"
SERVED = "from k8slearn import Cluster\nserver = Cluster({nodes}).serve()"
LOOK = "!kubectl get nodes -o name\n!kubectl config current-context"
MARK = "!kubectl create configmap {name}; kubectl get configmaps -o name"
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
    # The cluster served before is given back when the last one's kernel ends.
    second.page.evaluate(
        "async () => { await window.notebook.sessionContext.shutdown(); }"
    )
    first.wait_until(lambda: in_terminal(first, folder, context) == "98_first\n")
    assert first.errors == []
