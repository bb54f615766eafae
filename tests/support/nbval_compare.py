"""Two outputs of a cell compared as nbval compares them here: the texts, with what differs by chance put aside."""

from __future__ import annotations

import re
from collections import defaultdict
from configparser import RawConfigParser
from functools import cache
from typing import Any

from tests.support.paths import ROOT

# Of what is shown only the text is compared: pictures are another ink's, widgets another page's.
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
    """What is compared of a cell's outputs: streams by name, texts by type, an error's name and words."""
    found = defaultdict(list)
    for output in outputs:
        if output["output_type"] == "stream":
            found[output["name"]].append(_text(output["text"]))
        elif output["output_type"] == "error":
            # The kernel of a browser tells the class, ipykernel its name.
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
    """A text as `nbval.cfg` leaves it."""
    for pattern, replacement in _rules():
        text = pattern.sub(replacement, text)
    return text.strip()


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "".join(value)
