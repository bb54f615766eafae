"""What a notebook's kernel does in a browser with a cell that needs a command line.

Such a cell says so and shows the output that the course stores for it. The Python beside its commands runs, for what
comes below it; what that shows is dropped, since it would lack what the commands do.
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
# As a wheel of its own: as large as all others together.
RECORDS = "k8slearn-records"
SCRIPT = re.compile(r"%%(bash|sh|script|system|!)")
# `!kubectl …`, and `names = !kubectl …`.
COMMAND = re.compile(r"\s*(\w+\s*=\s*)?!")
# Of kubectl's commands those that change something; whoever only asks is answered by what is stored.
CHANGES = re.compile(
    r"\bkubectl\s+(apply|create|replace|patch|set|label|annotate|taint|delete|cordon|uncordon|drain|scale|"
    r"rollout\s+(undo|restart))\b(?!.*--dry-run)"
)

Output = dict[str, Any]
StoredCell = tuple[str, str, list[Output]]
"""A cell's id, which is unique in its notebook, its text, and what it shows."""


def set_up() -> None:
    """Teach the kernel that runs; called once, when it starts."""
    from IPython import get_ipython

    shell = get_ipython()
    # Its own completions are there at once; those of jedi are not on the site.
    shell.Completer.use_jedi = False
    shell.input_transformers_cleanup.append(stand_in)
    shell.register_magic_function(show_stored, "cell", MAGIC)
    shell.kernel.lite_transform_manager.line_transforms.append(bring_records)
    hook = shell.displayhook
    finish = hook.finish_displayhook

    def finish_unless_empty() -> None:
        # What shows itself leaves nothing; this kernel would send even that, as an empty line with a number.
        if getattr(hook, "data", None):
            finish()

    hook.finish_displayhook = finish_unless_empty


async def bring_records(lines: list[str]) -> list[str]:
    """Before a cell that compares with the real thing: its records, which nobody else needs, are fetched."""
    if any(PARITY.search(line) for line in lines):
        from pyodide_js import loadPackage

        await loadPackage(RECORDS)
    return lines


def needs_commands(source: str) -> bool:
    """Whether a cell runs programs."""
    lines = source.lstrip().splitlines()
    return bool(SCRIPT.match(source.lstrip())) or any(map(COMMAND.match, lines))


def stand_in(lines: list[str]) -> list[str]:
    """A cell's lines; one that runs programs becomes a call of the magic below."""
    source = "".join(lines)
    if not needs_commands(source):
        return lines
    return [f"%%{MAGIC}\n", *lines]


def show_stored(_: str, source: str) -> None:
    """Say what is missing, and show what the course stores for this cell."""
    from IPython import get_ipython
    from IPython.display import display
    from IPython.utils.capture import capture_output

    # What the commands would have done is missing here as well.
    with capture_output(), suppress(Exception):
        exec(compile(python_of(source), "<cell>", "exec"), get_ipython().user_ns)
    # Which cell of the page it is stands in the request; two cells of a lesson may have the same text.
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
    """What the course stores for a cell; nothing once the learner has changed its text."""
    alike = [each for each in stored() if each[1] == source.strip()]
    same = [each for each in alike if each[0] == cell]
    for _, _, outputs in same or alike:
        return outputs
    return []


@cache
def stored() -> list[StoredCell]:
    """The cells of the course that run programs."""
    place = files("k8slearn.lite") / STORED
    if not place.is_file():
        return []
    return [tuple(each) for each in json.loads(place.read_text(encoding="utf-8"))]
