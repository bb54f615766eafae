"""A learner in the clinic: the first patient is mended with kubectl in a terminal, and `check()` turns green."""

from __future__ import annotations

import pytest

CHECK = "task.check()"
GREEN = "rgb(0, 158, 115)"
RED = "rgb(213, 94, 0)"
LOOK = "kubectl get pods -l app=log-agent"
MEND = "kubectl set resources ds/log-agent -c agent --requests=cpu=300m"
WAIT = "kubectl rollout status ds/log-agent"
RUN_UP_TO = """
async index => { window.notebook.content.activeCellIndex = index;
                 await window.jupyterapp.commands.execute('notebook:run-all-above'); }
"""
RUN_CELL = """
async index => { const app = window.jupyterapp;
                 app.shell.activateById(window.notebook.id);
                 window.notebook.content.activeCellIndex = index;
                 await app.commands.execute('notebook:run-cell');
                 window.notebook.content.widgets[index].node.scrollIntoView({block: 'center'}); }
"""
EDGE = """
index => { const box = window.notebook.content.widgets[index].node.querySelector('.jp-OutputArea-output div');
           return box && getComputedStyle(box).borderLeftColor; }
"""


@pytest.fixture
def first_patient(lesson):
    """Lesson 08 with everything run up to the first check, and the index of that cell."""
    notebook = lesson("08_clinic.ipynb")
    check = next(
        i for i, cell in enumerate(notebook.cells()) if cell["source"] == CHECK
    )
    notebook.page.evaluate(RUN_UP_TO, check + 1)
    notebook.wait_until_idle()
    return notebook, check


def answer(notebook, check):
    """The text of the check cell's output, and the colour of its edge."""
    said = "".join(
        output["data"]["text/plain"] for output in notebook.cells()[check]["outputs"]
    )
    return said[:1], notebook.page.evaluate(EDGE, check)


def test_the_first_patient_is_mended_in_the_terminal(first_patient, jupyterlab):
    notebook, check = first_patient
    notebook.becomes(lambda: answer(notebook, check), ("✘", RED))
    looked, mended = jupyterlab.folder / "looked.txt", jupyterlab.folder / "mended.txt"
    notebook.open_terminal_beside().type_line(f"{LOOK} && touch {looked.name}")
    notebook.wait_until(looked.exists)
    notebook.type_line(f"{MEND} && {WAIT} && touch {mended.name}")
    notebook.wait_until(mended.exists)
    notebook.page.evaluate(RUN_CELL, check)
    notebook.becomes(lambda: answer(notebook, check), ("✔", GREEN))
    notebook.screenshot("clinic-first-patient")
    assert notebook.error_outputs() == []
    assert notebook.errors == []
