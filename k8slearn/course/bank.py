"""The bank of questions and exercises: `lessons/lesson_NN_*.yaml`, one file a lesson, read and checked on first use."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from k8slearn.course.bank_schema import read_lesson

PREFIX = "lesson_"
SUFFIX = ".yaml"
# All files as read and checked. A page brings this file along: parsing YAML in pure Python took
# longer than the first cluster and its picture.
READ = "lessons.json"


@cache
def lessons() -> Mapping[str, Mapping[str, Any]]:
    """Each lesson's file, by the name of its notebook ("05_placement"), in the order of the course.

    Raises LessonFileError where a file is not as `bank_schema` says.
    """
    folder = files("k8slearn.course.lessons")
    if (folder / READ).is_file():
        read: dict[str, Any] = json.loads((folder / READ).read_text(encoding="utf-8"))
        return read
    found = {}
    for file in folder.iterdir():
        if file.name.endswith(SUFFIX):
            lesson = file.name.removeprefix(PREFIX).removesuffix(SUFFIX)
            text = file.read_text(encoding="utf-8")
            found[lesson] = read_lesson(text, file.name)
    # Files come in any order; the lessons' numbers are the order of the course.
    return dict(sorted(found.items()))


def entries(section: str) -> dict[str, tuple[str, dict[str, Any]]]:
    """All entries of a section ("questions" or "exercises"): key → (lesson, entry)."""
    found = {}
    for lesson, words in lessons().items():
        for key, entry in words.get(section, {}).items():
            found[key] = (lesson, entry)
    return found
