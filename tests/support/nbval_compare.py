"""Compares two outputs of a cell like nbval: by text, without what differs by chance."""

from __future__ import annotations

import re
from collections import defaultdict
from configparser import RawConfigParser
from functools import cache
from typing import Any

from tests.support.paths import ROOT

# Only texts are compared: pictures and widgets differ between inks and pages.
COMPARED = ("text/plain", "text/markdown", "application/json")


@cache
def _rules() -> list[tuple[re.Pattern[str], str]]:
    parser = RawConfigParser()
    parser.read(ROOT / "tests" / "support" / "nbval.cfg", encoding="utf-8")
    return [
        (re.compile(parser[name]["regex"], re.DOTALL), parser[name]["replace"])
        for name in parser.sections()
    ]


def texts(outputs: list[dict[str, Any]]) -> dict[str, str]:
    """The texts of a cell's outputs: streams by name, data by type, and errors."""
    found = defaultdict(list)
    for output in outputs:
        if output["output_type"] == "stream":
            found[output["name"]].append(_text(output["text"]))
        elif output["output_type"] == "error":
            # The kernel of a browser has the class's repr, ipykernel its name.
            name = output["ename"].removeprefix("<class '").removesuffix("'>")
            found["error"].append(f"{name.rpartition('.')[2]}: {output['evalue']}")
        else:
            for kind in COMPARED:
                if kind in output["data"]:
                    found[kind].append(sanitized(_text(output["data"][kind])))
    joined = {kind: "\n".join(parts) for kind, parts in found.items()}
    for stream in ("stdout", "stderr"):
        if stream in found:
            joined[stream] = sanitized("".join(found[stream]))
    return joined


def sanitized(text: str) -> str:
    """A text after the replacements of `nbval.cfg`."""
    for pattern, replacement in _rules():
        text = pattern.sub(replacement, text)
    return text.strip()


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "".join(value)
