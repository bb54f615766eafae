"""A stored question whose cell was not run yet: keys pressed on it do not trigger JupyterLab's commands."""

import nbformat

from k8slearn.lesson import predict
from tests.browser.server import SCRATCH
from tests.support import stored

KEY = "placement-or"
FOLDS = ".jp-OutputArea .k8s-predict details"
CELLS = "() => window.notebook.content.widgets.length"


def write_question(folder):
    """A notebook with a question as it is stored, and one more cell."""
    data = predict(KEY)._repr_mimebundle_()
    data = data[0] if isinstance(data, tuple) else data
    shown = nbformat.v4.new_output("execute_result", dict(data), execution_count=1)
    asked = nbformat.v4.new_code_cell(
        f"from k8slearn.lesson import *\npredict({KEY!r})", outputs=[shown]
    )
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [asked, nbformat.v4.new_code_cell("1 + 1")]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    stored.prepare(notebook)
    nbformat.write(notebook, folder / SCRATCH)


def test_letters_on_a_stored_question_are_no_commands(lesson, jupyterlab):
    write_question(jupyterlab.folder)
    notebook = lesson(SCRATCH)
    page = notebook.page
    page.locator(FOLDS).first.wait_for()
    for place in (f"{FOLDS} >> nth=0 >> summary", ".k8s-predict .k8s-kind"):
        page.locator(place).first.click()
        # Insert a cell below, delete the cell, cut it.
        for key in ("b", "d", "d", "x"):
            page.keyboard.press(key)
        assert page.evaluate(CELLS) == 2, place
    # A fold is opened and closed by the keys that do so on every page.
    fold = page.locator(FOLDS).first
    fold.locator("summary").focus()
    was_open = fold.get_attribute("open") is not None
    for key in ("Enter", " "):
        page.keyboard.press(key)
        was_open = not was_open
        notebook.wait_until(
            lambda w=was_open: (fold.get_attribute("open") is not None) == w
        )
    # Shift and Enter still run the cell.
    page.keyboard.press("Shift+Enter")
    page.locator(".k8s-live-card").wait_for()
    assert notebook.errors == []
