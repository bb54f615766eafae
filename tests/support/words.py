"""The texts for learners, file by file, and the words not to be used (`tests/course/words.yaml`)."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.support.paths import ROOT

TABLE = ROOT / "tests" / "course" / "words.yaml"
SOURCE = ROOT / "tests" / "course" / "lesson_source.md"
MARK = "> **原文**"
LINK = re.compile(r"\[([^\]]*)\]\(https?://[^)]*\)")
CITED = re.compile("“([^“”]*)”")
OFFICIAL = re.compile(r"official: *[^,}\n]*")
COURSE = ROOT / "k8slearn" / "course"
TAUGHT = ROOT / "k8slearn" / "locale" / "zh"


@dataclass(frozen=True)
class Word:
    """A pattern that is not to be used, its replacement, and longer patterns in which it is allowed."""

    out: re.Pattern[str]
    say: str
    fine: tuple[re.Pattern[str], ...]

    def found(self, text: str) -> Iterator[str]:
        """Each occurrence with some context."""
        free = [span for fine in self.fine for span in spans(fine, text)]
        for start, end in spans(self.out, text):
            if not any(first <= start and end <= last for first, last in free):
                yield text[max(0, start - 12) : end + 12].replace("\n", "⏎")


def spans(pattern: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    return [match.span() for match in pattern.finditer(text)]


@cache
def table() -> dict[str, Any]:
    """The content of the file."""
    found: dict[str, Any] = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    return found


@cache
def words() -> tuple[Word, ...]:
    """The rows of the table."""
    return tuple(
        Word(
            re.compile(row["out"], re.MULTILINE),
            row["say"],
            tuple(re.compile(fine) for fine in row.get("fine", ())),
        )
        for row in table()["words"]
    )


def pending() -> list[str]:
    """The files that are not corrected yet."""
    return list(table().get("pending") or ())


def files() -> dict[str, list[Path]]:
    """All files for learners, by their names in the table."""
    single = [
        *sorted((ROOT / "notebooks").glob("*.ipynb")),
        *sorted((COURSE / "lessons").glob("*.yaml")),
        COURSE / "glossary.yaml",
        COURSE / "gallery.yaml",
        ROOT / "README.md",
    ]
    return {path.name: [path] for path in single} | {
        "templates": sorted((COURSE / "templates").glob("*.html")),
        "locale": sorted(TAUGHT.glob("*.py")),
        "manifests": sorted((ROOT / "k8slearn" / "manifests").glob("*.yaml")),
    }


def own_words(path: Path) -> str:
    """The text of a file without quotes from others: the document, titles of pages, official translations."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = json.loads(text)["cells"]
        text = "\n\n".join(unquoted("".join(cell["source"])) for cell in cells)
    text = OFFICIAL.sub("", LINK.sub("", text))
    return CITED.sub(lambda cited: "" if cited[1] in document() else cited[0], text)


@cache
def document() -> str:
    """The original document, word for word."""
    return SOURCE.read_text(encoding="utf-8")


def unquoted(markdown: str) -> str:
    """A cell without its quotes of the document."""
    kept: list[str] = []
    inside = False
    for line in markdown.splitlines():
        inside = line == MARK or (inside and line.startswith(">"))
        if not inside:
            kept.append(line)
    return "\n".join(kept)


def faults(name: str) -> list[str]:
    """Each forbidden word in the files of this name, with its replacement."""
    return [
        f"{path.name}: …{place}…  →  {word.say}"
        for path in files()[name]
        for word in words()
        for place in word.found(own_words(path))
    ]
