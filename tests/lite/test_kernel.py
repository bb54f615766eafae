"""Cells with commands in the kernel of a browser, tested in an IPython of the test."""

from __future__ import annotations

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from k8slearn.lite import kernel, piplite
from k8slearn.locale import lite as words


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("%%bash\nkubectl get ds", True),
        ("\n%%sh\nls", True),
        ("x = 1\n!kubectl get ds", True),
        ("said = !kubectl get ds", True),
        ("    !ls", True),
        ("draw(cluster)", False),
        ("assert x != 1\nx = {'!': 1}", False),
        ("%%time\nx = 1", False),
    ],
)
def test_which_cells_run_programs(source: str, wanted: bool) -> None:
    assert kernel.needs_commands(source) is wanted


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("%%bash\nx = 1", ""),
        ("x = 1\n!kubectl patch ds a \\\n  -p '{}'\ny = 2", "x = 1\ny = 2"),
        ("said = !kubectl get ds\nx = 1", "x = 1"),
    ],
)
def test_the_python_beside_commands(source: str, kept: str) -> None:
    assert kernel.python_of(source) == kept


@pytest.fixture
def shell(monkeypatch):
    """An IPython that has been taught as the kernel of a browser is."""
    made = InteractiveShell()
    made.kernel = Kernel()
    monkeypatch.setattr("IPython.get_ipython", lambda: made)
    # Outside a kernel there is nowhere to show it.
    monkeypatch.setattr("IPython.display.display", lambda data, **_: print(data))
    kernel.set_up()
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": ["NAME\n", "node1\n"]},
        {"output_type": "stream", "name": "stderr", "text": "Warning: old\n"},
        {"output_type": "display_data", "data": {"text/plain": "8"}, "metadata": {}},
    ]
    cells = [
        ("a", "x = 1\n!kubectl get nodes", outputs),
        ("b", "%%bash\nkubectl get ds", outputs[:1]),
        ("c", "%%bash\nkubectl get ds", outputs[1:2]),
    ]
    monkeypatch.setattr(kernel, "stored", lambda: cells)
    return made


class Kernel:
    """A fake kernel."""

    def __init__(self) -> None:
        self.lite_transform_manager = self
        self.line_transforms: list[object] = []
        self.cell = ""

    def get_parent(self):
        return {"metadata": {"cellId": self.cell}}


def ran(shell, source: str, cell: str = ""):
    shell.kernel.cell = cell
    with capture_output() as captured:
        result = shell.run_cell(source)
    assert result.success
    return captured


def test_a_cell_says_what_is_missing_and_shows_what_is_stored(shell) -> None:
    shown = ran(shell, "x = 1\n!kubectl get nodes", "a")
    assert (
        shown.stdout
        == f"{words.NEEDS_COURSE}{words.STORED}\nNAME\nnode1\n{{'text/plain': '8'}}\n"
    )
    assert shown.stderr == "Warning: old\n"


def test_its_python_has_run_and_shows_nothing(shell) -> None:
    ran(shell, "x = 1\n!kubectl get nodes")
    assert shell.user_ns["x"] == 1
    shown = ran(shell, "y = 2\nprint(y)\n!ls\n1 / 0")
    assert shell.user_ns["y"] == 2
    assert shown.stdout == words.NEEDS_COURSE + "\n"


def test_of_two_cells_with_one_text_each_has_its_own(shell) -> None:
    source = "%%bash\nkubectl get ds"
    assert ran(shell, source, "b").stdout.endswith("NAME\nnode1\n")
    assert ran(shell, source, "c").stderr == "Warning: old\n"
    assert ran(shell, source + " -A", "b").stdout == words.NEEDS_COURSE + "\n"


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("kubectl taint node node4 dedicated=gpu:NoSchedule", True),
        ("kubectl rollout undo ds/a 2>/dev/null", True),
        ("kubectl get ds && kubectl delete ds/a", True),
        ("kubectl rollout history ds/a", False),
        ("kubectl set image ds/a a=b --dry-run=server", False),
        ("kubectl get pods -o name", False),
    ],
)
def test_a_command_that_changes_something_was_not_carried_out(
    shell, command: str, told: bool
) -> None:
    assert (words.NOT_DONE in ran(shell, f"%%bash\n{command}").stdout) is told


def test_other_cells_run_as_they_are(shell) -> None:
    assert ran(shell, "print(1)").stdout == "1\n"


def test_nothing_else_is_installed() -> None:
    with pytest.raises(StopIteration) as made:
        piplite.get_transformed_code(["install", "numpy"]).send(None)
    assert made.value.value == f"print({words.NO_INSTALL!r})"
    with pytest.raises(OSError, match=words.NO_INSTALL):
        piplite.install("numpy").send(None)
