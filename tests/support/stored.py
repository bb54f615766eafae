"""Adapts stored outputs that would mislead readers: answers below a question, failed checks of exercises that were not
done, empty progress.
"""

from __future__ import annotations

import re
from typing import Any

from k8slearn.course.pages import reply
from k8slearn.locale import course as words

PREDICTS = re.compile(r"\bpredict\(")
ASKS = re.compile(r"\b(predict|quiz|exercise)\(|\.check\(\)")
HEADING = re.compile(r"^#{1,6} ", re.MULTILINE)
FENCED = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
CHECK = "task.check()"
NOBODYS = {
    words.PROGRESS_TITLE: words.PROGRESS_LATER,
    words.CERTIFICATE: words.PROGRESS_LATER,
}


def prepare(notebook: Any) -> None:
    """Adapt the outputs of an executed notebook for storing."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            for output in cell.outputs:
                _stand_in(cell.source.strip(), output)
    for cell, folded in folding(notebook):
        _fold(cell, folded)


def folding(notebook: Any) -> list[tuple[Any, bool]]:
    """Each code cell, and whether its outputs are folded because a prediction above is about them.

    A prediction extends to the next one or to the next heading. JupyterLab unfolds the outputs when the cell is run,
    and the prediction does when it is answered.
    """
    found, predicted = [], False
    for cell in notebook.cells:
        if cell.cell_type != "code":
            heading = HEADING.search(FENCED.sub("", cell.source))
            predicted = predicted and not heading
            continue
        asks = bool(ASKS.search(cell.source))
        predicted = predicted or bool(PREDICTS.search(cell.source))
        found.append((cell, predicted and not asks and bool(cell.outputs)))
    return found


def is_folded(cell: Any) -> bool:
    """Whether JupyterLab folds the cell's outputs."""
    return bool(cell.metadata.get("jupyter", {}).get("outputs_hidden"))


def _fold(cell: Any, folded: bool) -> None:
    if folded:
        cell.metadata.setdefault("jupyter", {})["outputs_hidden"] = True
    elif is_folded(cell):
        del cell.metadata["jupyter"]["outputs_hidden"]
        if not cell.metadata["jupyter"]:
            del cell.metadata["jupyter"]


def _stand_in(source: str, output: Any) -> None:
    data = output.get("data", {})
    text = data.get("text/plain", "")
    # The teachers' notebook shows refused answers on purpose; its cells contain more than the check.
    if source == CHECK and text.startswith(words.NOT_YET):
        _say(data, words.CHECK_LATER)
    for begins, said in NOBODYS.items():
        if text.startswith(begins):
            _say(data, said)


def _say(data: Any, text: str) -> None:
    data["text/plain"], data["text/html"] = text, reply(text, None)
