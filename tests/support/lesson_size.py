"""How long each lesson takes to read: `python -m tests.support.lesson_size`.

Text, code and stored text outputs are counted at 400 characters a minute. Spaces in a row count as one: the padding of
a table is not read, nor are the addresses of links. What is folded away (answers) is counted as well; pictures are not.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.paths import ROOT
from tests.support.store_outputs import course_notebook

A_MINUTE = 400
LONGEST = 40
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
PATTERNS = ("0*.ipynb", "1*.ipynb")
HEAD = f"{'lesson':26}{'cells':>6}{'characters':>12}{'minutes':>9}{'predictions':>13}{'quizzes':>9}{'exercises':>11}"


@dataclass(frozen=True)
class Size:
    """One lesson in figures."""

    lesson: str
    cells: int
    characters: int
    predictions: int
    quizzes: int
    exercises: int

    @property
    def minutes(self) -> int:
        return round(self.characters / A_MINUTE)

    def __str__(self) -> str:
        return (
            f"{self.lesson:26}{self.cells:6}{self.characters:12}{self.minutes:9}"
            f"{self.predictions:13}{self.quizzes:9}{self.exercises:11}"
        )


def read_by_eye(cell: Any) -> Iterator[str]:
    """Each piece of text that a cell shows."""
    yield LINK.sub(r"\1", cell.source)
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        yield output.get("text", "")
        # The text beside a picture is only an alternative.
        yield "" if "image/png" in data else data.get("text/plain", "")
        yield output.get("evalue", "")


def size(path: Path) -> Size:
    """The figures of one notebook."""
    cells = course_notebook(path.stem).cells
    pieces = [piece for cell in cells for piece in read_by_eye(cell)]
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    return Size(
        lesson=path.stem,
        cells=len(cells),
        characters=sum(len(re.sub(r"\s+", " ", piece)) for piece in pieces),
        predictions=len(re.findall(r"(?m)^predict\(", code)),
        quizzes=len(re.findall(r"(?m)^quiz\(", code)),
        exercises=len(re.findall(r"\bexercise\(", code)),
    )


def sizes() -> list[Size]:
    """The figures of all lessons, in their order."""
    found = [p for pattern in PATTERNS for p in (ROOT / "notebooks").glob(pattern)]
    return list(map(size, sorted(found)))


if __name__ == "__main__":
    print(HEAD, *sizes(), sep="\n")
