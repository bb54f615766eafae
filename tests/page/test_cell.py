"""The page's cell of Python answers as a notebook's does."""

from __future__ import annotations

import pytest

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
