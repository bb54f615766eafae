"""What the lessons ask and answer: one YAML file a lesson, named as its notebook.

`title`: the lesson's. `questions`: for each key `text`; `right` and `wrong`, each option with its reply; `place`,
where the right one stands, from 0. `exercises`: for each key `title`, `task`, `hints` (from a nudge to nearly the
solution), `right` (what was checked), `refuse` (a message for each thing that may be missing, with {places} to fill).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@cache
def lessons() -> Mapping[str, Mapping[str, Any]]:
    """Each lesson's file, by the lesson's name, in the order of the course."""
    found = sorted(
        (entry for entry in files(__name__).iterdir() if entry.name.endswith(".yaml")),
        key=lambda e: e.name,
    )
    return {
        entry.name.removesuffix(".yaml"): yaml.safe_load(
            entry.read_text(encoding="utf-8")
        )
        for entry in found
    }


def entries(section: str) -> dict[str, tuple[str, dict[str, Any]]]:
    """Everything in a section ("questions" or "exercises") of all lessons: key to lesson and entry."""
    return {
        key: (lesson, entry)
        for lesson, words in lessons().items()
        for key, entry in words.get(section, {}).items()
    }
