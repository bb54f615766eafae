"""The page's cell of Python answers like a notebook."""

from __future__ import annotations

import pytest

from k8slearn.locale import page as words
from k8slearn.page.cell import PythonCell
from k8slearn.page.situation import World, begin


@pytest.fixture(scope="module")
def cell():
    return PythonCell(begin(World(exercise="start-third-node")))


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("1 + 1", "2\n"),
        ("a = 5", ""),
        ("print(a)\na * 2", "5\n10\n"),
        ("def twice(x):\n    return 2 * x\ntwice(a)", "10\n"),
        ("None", ""),
        ("", ""),
        ("# nothing", ""),
        ("len(cluster.list('Node'))", "2\n"),
        ("b = 1\n\n1 / 0", "第 3 行：ZeroDivisionError: division by zero\n"),
        ("twice(None)", "第 2 行：TypeError"),
        ("cluster.get('Pod', 'nobody')", '第 1 行：ApiError: pods "nobody" not'),
        ("a = 1\nif True", "第 2 行：SyntaxError: expected ':'\n"),
    ],
)
def test_it_answers(cell, code, said):
    answer = cell.run(code)
    assert answer.startswith(said)
    assert bool(answer) == bool(said)


def test_it_knows_what_a_lesson_knows(cell):
    assert "还差一点" in cell.run("task.check()")
    assert "'name': 'filebeat-ds'" in cell.run(
        "yaml.safe_load(manifest('filebeat-ds'))"
    )
    assert "filebeat-ds 在 node1" in cell.run("why(cluster, 'node1')")
    cell.run("cluster.add_node()\ncluster.run_until_quiet()")
    assert "✔" in cell.run("task.check()")


@pytest.mark.parametrize("sign", ["", "!", "$ ", "%%bash\n", "# a remark\n\n"])
def test_lines_for_kubectl_are_its_own(cell, sign):
    assert cell.run(f"{sign}kubectl get node node1 -o name") == "node/node1\n"


def test_what_kubectl_did_python_sees(cell):
    cell.run("kubectl label node node1 tier=edge")
    assert cell.run("cluster.get('Node', 'node1')['metadata']['labels']['tier']") == (
        "'edge'\n"
    )


def test_python_and_kubectl_are_two_cells(cell):
    said = cell.run("a = 1\nkubectl delete pod x")
    assert said == f"{words.PYTHON_NO_KUBECTL}\n"


@pytest.mark.parametrize("name", ["draw", "Cluster", "exercise", "lab"])
def test_what_a_notebook_has_and_the_page_has_not_is_told(cell, name):
    said = cell.run(f"{name}(1)")
    assert said.startswith(f"第 1 行：{name} 是 notebook 里用的")
    assert "manifest、" in said


def test_a_name_that_nobody_knows_is_pythons_to_refuse(cell):
    assert cell.run("drew") == "第 1 行：NameError: name 'drew' is not defined\n"


def test_without_an_exercise_there_is_no_task():
    free = PythonCell(begin(World()))
    assert free.run("task.check()") == f"第 1 行：{words.PYTHON_NO_TASK}\n"


def test_an_object_is_shown_on_as_many_lines_as_it_needs(cell):
    said = cell.run('cluster.label("node1", {"disk": "ssd"})')
    assert len(said.splitlines()) > 10
    assert max(map(len, said.splitlines())) <= 100
    assert cell.run('{"node2": None, "node1": "ssd"}') == (
        "{'node2': None, 'node1': 'ssd'}\n"
    )
