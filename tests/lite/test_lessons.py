"""All lessons in the Python of a browser: each cell shows its stored output, except those that need kubectl."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from k8slearn.lite.kernel import needs_commands
from k8slearn.locale import http
from k8slearn.locale import lite as words
from tests.support import lite
from tests.support.nbval_compare import sanitized, texts
from tests.support.paths import ROOT

# One Python for all: starting it is a fifth of the work.
pytestmark = pytest.mark.slow

NOTEBOOKS = ROOT / "notebooks"
# By lesson: how many cells run kubectl, and the numbers of those that show what it did, or what time brought while it
# was served. The same Python without kubectl shows the same on any machine.
KUBECTL = {
    "00_start": (3, [4]),
    "01_what_is_daemonset": (3, []),
    "02_pod_communication": (2, [23]),
    "03_manifest": (2, [9, 10, 22]),
    "04_update_strategy": (4, []),
    "04b_ready": (2, []),
    "05_placement": (6, [18, 19]),
    "05b_taints": (8, [4, 6, 8, 10, 12, 13]),
    "06_history": (17, [15]),
    "07_reconcile": (2, [4, 8]),
    "07b_own_controller": (1, []),
    "08_clinic": (14, []),
    "08b_clinic": (14, []),
    "08c_clinic": (9, []),
    "09_myths": (2, []),
    "10_which_controller": (5, [15, 24]),
    "11_your_cluster": (0, []),
    "12_room": (6, [25]),
    "13_health": (5, [22]),
    "14_safety": (11, [25]),
    "14b_host_network": (4, [23, 24]),
    "15_operations": (9, []),
    "16_rollout": (3, [17]),
    "16b_change": (9, []),
    "17_capstone": (0, []),
    "20_gallery": (0, []),
    "21_glossary": (0, []),
    "90_how_true": (0, []),
    "99_for_teachers": (0, []),
}


def code_cells(lesson: str) -> list[dict[str, Any]]:
    """A lesson's code cells."""
    read = json.loads((NOTEBOOKS / f"{lesson}.ipynb").read_text(encoding="utf-8"))
    return [cell for cell in read["cells"] if cell["cell_type"] == "code"]


def source(cell: dict[str, Any]) -> str:
    """A cell's text."""
    return "".join(cell["source"])


@pytest.fixture(scope="module")
def shown(tmp_path_factory) -> dict[str, list[Any]]:
    """The outputs of each cell of each lesson."""
    jobs = {
        name: [(cell["id"], source(cell)) for cell in code_cells(name)]
        for name in KUBECTL
    }
    found: dict[str, list[Any]] = {name: [] for name in KUBECTL}
    began = time.monotonic()
    for line in lite.run_in_node(jobs, tmp_path_factory.mktemp("jobs")):
        assert "failed" not in line, line["failed"]
        outputs = found[line["name"]]
        outputs.append(line["outputs"])
        if len(outputs) == len(jobs[line["name"]]):
            print(f"{line['name']} {time.monotonic() - began:.1f} s", flush=True)
    return found


def compared(outputs: list[dict[str, Any]]) -> dict[str, str]:
    """The texts of a cell; that there is no server is said beside them."""
    found = texts(outputs)
    told = found.get("stdout", "").replace(sanitized(http.NO_SERVER), "")
    if told.strip():
        return found | {"stdout": told.strip()}
    found.pop("stdout", None)
    return found


def test_every_lesson_is_run() -> None:
    assert {path.stem for path in NOTEBOOKS.glob("*.ipynb")} == {*KUBECTL}


@pytest.mark.parametrize("lesson", KUBECTL)
def test_cells_show_what_is_stored(shown, lesson: str) -> None:
    cells = code_cells(lesson)
    assert len(shown[lesson]) == len(cells)
    other = []
    for number, cell in enumerate(cells):
        if needs_commands(source(cell)):
            continue
        now = compared(shown[lesson][number])
        assert "error" not in now or "error" in compared(cell["outputs"]), now
        if now != compared(cell["outputs"]):
            other.append(number)
    assert other == KUBECTL[lesson][1]


@pytest.mark.parametrize("lesson", KUBECTL)
def test_cells_that_run_kubectl_say_so_and_keep_their_output(
    shown, lesson: str
) -> None:
    cells = code_cells(lesson)
    commands = [n for n, cell in enumerate(cells) if needs_commands(source(cell))]
    assert len(commands) == KUBECTL[lesson][0]
    for number in commands:
        stored = texts(cells[number]["outputs"])
        now = texts(shown[lesson][number])
        said = now.pop("stdout").removesuffix(words.NOT_DONE).strip()
        assert said.startswith(words.NEEDS_COURSE)
        assert said.endswith(stored.pop("stdout", ""))
        assert now == stored
