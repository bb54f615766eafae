"""How a notebook's kernel in a browser runs a cell that needs a command line.

Such a cell says so and shows its stored output. The Python code beside its commands still runs, since later cells may
need it; its output is dropped, since it would lack what the commands do.
"""

from __future__ import annotations

import json
import re
import sys
from contextlib import suppress
from functools import cache
from importlib.resources import files
from typing import Any

from k8slearn.locale import lite as words

MAGIC = "k8slearn_stored"
STORED = "stored.json"
PARITY = re.compile(r"\bparity\b")
# A wheel of its own, since it is as large as all others together.
RECORDS = "k8slearn-records"
SCRIPT = re.compile(r"%%(bash|sh|script|system|!)")
# `!kubectl …`, and `names = !kubectl …`.
COMMAND = re.compile(r"\s*(\w+\s*=\s*)?!")
# kubectl's commands that change something; for the others the stored output is enough.
CHANGES = re.compile(
    r"\bkubectl\s+(apply|create|replace|patch|set|label|annotate|taint|delete|cordon|uncordon|drain|scale|"
    r"rollout\s+(undo|restart))\b(?!.*--dry-run)"
)

Output = dict[str, Any]
StoredCell = tuple[str, str, list[Output]]
"""(id, which is unique in its notebook, text, outputs) of a cell."""


def set_up() -> None:
    """Install the hooks in the running kernel; called once, when it starts."""
    from IPython import get_ipython

    shell = get_ipython()
    # IPython's own completions: the site has no jedi.
    shell.Completer.use_jedi = False
    shell.input_transformers_cleanup.append(stand_in)
    shell.register_magic_function(show_stored, "cell", MAGIC)
    shell.kernel.lite_transform_manager.line_transforms.append(bring_records)
    hook = shell.displayhook
    finish = hook.finish_displayhook

    def finish_unless_empty() -> None:
        # This kernel would send the empty result of a value that displays itself as an empty numbered line.
        if getattr(hook, "data", None):
            finish()

    hook.finish_displayhook = finish_unless_empty


async def bring_records(lines: list[str]) -> list[str]:
    """An input transformer that fetches the records of a real cluster before the first cell that needs them."""
    if any(PARITY.search(line) for line in lines):
        from pyodide_js import loadPackage

        await loadPackage(RECORDS)
    return lines


def needs_commands(source: str) -> bool:
    """Whether a cell runs programs."""
    lines = source.lstrip().splitlines()
    return bool(SCRIPT.match(source.lstrip())) or any(map(COMMAND.match, lines))


def stand_in(lines: list[str]) -> list[str]:
    """An input transformer: a cell that runs programs becomes a call of the magic `show_stored`."""
    source = "".join(lines)
    if not needs_commands(source):
        return lines
    return [f"%%{MAGIC}\n", *lines]


def show_stored(_: str, source: str) -> None:
    """The magic that runs such a cell: say what is missing, run its Python, show its stored output."""
    from IPython import get_ipython
    from IPython.display import display
    from IPython.utils.capture import capture_output

    # The code may fail where it needs what the commands would have done.
    with capture_output(), suppress(Exception):
        exec(compile(python_of(source), "<cell>", "exec"), get_ipython().user_ns)
    # The request names the cell's id; two cells of a lesson may have the same text.
    request = get_ipython().kernel.get_parent()
    outputs = stored_for(request.get("metadata", {}).get("cellId", ""), source)
    print(words.NEEDS_COURSE + (words.STORED if outputs else ""))
    for output in outputs:
        if output["output_type"] == "stream":
            stream = getattr(sys, output["name"])
            print("".join(output["text"]), end="", file=stream)
        elif "data" in output:
            display(  # type: ignore[no-untyped-call]
                output["data"], metadata=output["metadata"], raw=True
            )
    if CHANGES.search(source):
        print(words.NOT_DONE)


def python_of(source: str) -> str:
    """A cell without its commands."""
    if SCRIPT.match(source.lstrip()):
        return ""
    kept = []
    # A command goes on in the next line after a backslash.
    goes_on = False
    for line in source.splitlines():
        command = goes_on or bool(COMMAND.match(line))
        goes_on = command and line.endswith("\\")
        if not command:
            kept.append(line)
    return "\n".join(kept)


def stored_for(cell: str, source: str) -> list[Output]:
    """A cell's stored outputs; [] once the learner has changed its text."""
    alike = [each for each in stored() if each[1] == source.strip()]
    same = [each for each in alike if each[0] == cell]
    for _, _, outputs in same or alike:
        return outputs
    return []


@cache
def stored() -> list[StoredCell]:
    """All cells of the course that run programs."""
    place = files("k8slearn.lite") / STORED
    if not place.is_file():
        return []
    return [tuple(each) for each in json.loads(place.read_text(encoding="utf-8"))]
