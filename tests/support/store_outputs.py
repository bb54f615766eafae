"""Executes notebooks and stores their outputs in them: `python -m tests.support.store_outputs notebooks/*.ipynb`.

With `--shots` new screenshots of labs are taken in a real JupyterLab; otherwise unchanged labs keep theirs.
"""

import os
import sys
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from k8slearn.view.mime import STILL
from tests.support import stored
from tests.support.kernels import started_again
from tests.support.lab_shots import keep_shots, put_shots
from tests.support.paths import ROOT

METADATA = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    },
    "language_info": {"name": "python"},
}
CELL_TIMEOUT = 120
SHOTS = "--shots"
WIDGET = "application/vnd.jupyter.widget-view+json"


def read_notebook(path: Path) -> Any:
    """The notebook as nbformat 4."""
    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]


@cache
def course_notebook(lesson: str) -> Any:
    """A notebook of the course, cached; callers must not change it."""
    return read_notebook(ROOT / "notebooks" / f"{lesson}.ipynb")


def as_node(data: dict[str, Any]) -> Any:
    """A deep copy as nbformat's NotebookNode."""
    return nbformat.from_dict(data)  # type: ignore[no-untyped-call]


def run_notebook(notebook: Any, folder: Path) -> None:
    """Run every cell in `folder`; raises nbclient's CellExecutionError on an error that is not expected.

    Widgets and times of execution are dropped: they change with each run, and a widget without its kernel shows an
    error instead of its text and still picture. Duplicate pictures are dropped too.
    """
    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        store_widget_state=False,
        record_timing=False,
    )
    started_again(client.execute)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = joined(cell.outputs)
            for output in cell.outputs:
                data = output.get("data", {})
                data.pop(WIDGET, None)
                if STILL in data.get("text/html", ""):
                    del data["text/html"]
    notebook.metadata = as_node(METADATA)


def joined(outputs: list[Any]) -> list[Any]:
    """The outputs with adjacent pieces of a stream joined, since its division is random."""
    found: list[Any] = []
    for output in outputs:
        before = found[-1] if found else None
        if (
            before
            and output.output_type == before.output_type == "stream"
            and output.name == before.name
        ):
            before.text += output.text
        else:
            found.append(output)
    return found


def store(path: Path, shots: bool = False) -> None:
    """Run one notebook and write it back, with the outputs that predictions are about folded."""
    notebook = read_notebook(path)
    before = as_node(notebook)
    run_notebook(notebook, path.parent)
    stored.prepare(notebook)
    if shots:
        put_shots(notebook, path)
    else:
        keep_shots(before, notebook)
    nbformat.write(notebook, path)  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    os.environ.setdefault("K8SLEARN_PROGRESS", "")
    asked = [name for name in sys.argv[1:] if name != SHOTS]
    for argument in asked:
        store(Path(argument), shots=SHOTS in sys.argv)
        print(argument)
