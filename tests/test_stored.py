"""Stored outputs of notebooks give no answers away, and show no failures of undone exercises."""

from __future__ import annotations

from typing import Any

from nbformat.v4 import (
    new_code_cell,
    new_markdown_cell,
    new_notebook,
    new_output,
)

from k8slearn.locale import course as words
from tests.support import lab_shots, stored


def code(source: str, text: str = "shown") -> Any:
    output = new_output("display_data", {"text/plain": text})
    return new_code_cell(source, outputs=[output] if text else [])


def prepared(*cells: Any) -> list[Any]:
    notebook = new_notebook(cells=list(cells))
    stored.prepare(notebook)
    return list(notebook.cells)


def folded(*cells: Any) -> list[bool]:
    return [stored.is_folded(cell) for cell in prepared(*cells)]


def test_what_follows_a_prediction_is_folded_up_to_the_next_heading() -> None:
    cells = [
        code("1"),
        code('predict("a")'),
        new_markdown_cell("**看什么**\n```bash\n# no heading\n```"),
        code("2"),
        code("3", ""),
        code('quiz("b")'),
        code("task.check()"),
        new_markdown_cell("## Next"),
        code("4"),
    ]
    wanted = [0, 0, 0, 1, 0, 0, 0, 0, 0]
    assert folded(*cells) == list(map(bool, wanted))


def test_the_next_prediction_is_not_folded_and_what_follows_it_is() -> None:
    cells = [code('predict("a")'), code("1"), code('predict("b")'), code("2")]
    assert folded(*cells) == [False, True, False, True]


def test_what_is_not_below_a_prediction_any_more_is_opened() -> None:
    cell = code("1")
    cell.metadata["jupyter"] = {"outputs_hidden": True}
    cell.metadata["tags"] = ["kubectl"]
    [opened] = prepared(cell)
    assert dict(opened.metadata) == {"tags": ["kubectl"]}


def test_an_exercise_that_nobody_has_done_has_not_failed() -> None:
    [cell] = prepared(code("task.check()", words.NOT_YET + "no Pod"))
    data = cell.outputs[0]["data"]
    assert data["text/plain"] == words.CHECK_LATER
    assert words.CHECK_LATER in data["text/html"]


def test_a_refusal_that_is_shown_on_purpose_stays() -> None:
    shown = words.NOT_YET + "no Pod"
    [cell] = prepared(code('task = try_out("key")\ntask.check()', shown))
    assert cell.outputs[0]["data"]["text/plain"] == shown


def test_nobodys_progress_is_not_told() -> None:
    for begins in (words.PROGRESS_TITLE, words.CERTIFICATE):
        [cell] = prepared(code("progress_page()", begins + " 0/39"))
        assert cell.outputs[0]["data"]["text/plain"] == words.PROGRESS_LATER


def lab_cell(png: str, alt: str, **marks: Any) -> Any:
    """A cell with the outputs of a lab: the text for readers without a kernel, then a picture."""
    below = new_output("display_data", {"text/html": '<div class="k8s-stored">'})
    picture = new_output("display_data", {"image/png": png}, metadata={})
    picture.metadata["image/png"] = {"alt": alt, **marks}
    return new_code_cell("lab", outputs=[below, picture], id="lab1")


def picture_after(before: Any, after: Any) -> str:
    notebook = new_notebook(cells=[after])
    lab_shots.keep_shots(new_notebook(cells=[before]), notebook)
    return str(notebook.cells[0].outputs[1]["data"]["image/png"])


def test_a_lab_that_shows_the_same_keeps_its_picture() -> None:
    shot = lab_cell("shot", "3 Nodes", lab=True)
    assert picture_after(shot, lab_cell("still", "Nodes: 3")) == "shot"
    assert picture_after(shot, lab_cell("still", "4 Nodes")) == "still"
    assert picture_after(lab_cell("old", "3 Nodes"), lab_cell("new", "3 Nodes")) == (
        "new"
    )
    kept = lab_cell("still", "3 Nodes")
    lab_shots.keep_shots(new_notebook(cells=[shot]), new_notebook(cells=[kept]))
    assert lab_shots.is_shot(kept)
