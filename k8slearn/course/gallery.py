"""The gallery of manifests: what each is for, the lines that matter, and what the model does without them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from k8slearn.apimachinery.objects import name
from k8slearn.course.gallery_trials import (
    mixed,
    node_changes,
    placed,
    running,
    try_without,
)
from k8slearn.course.pages import render
from k8slearn.locale import course as words
from k8slearn.manifests import manifest
from k8slearn.mistakes import UnknownNameError

__all__ = [
    "Exhibit",
    "GalleryLine",
    "Piece",
    "exhibit",
    "gallery_map",
    "mixed",
    "pieces",
]

# At most five lines of a manifest are explained, so that they can be taken in at once.
SIGNS = "①②③④⑤"
HERE = "✔"
NOT_HERE = "·"
# Width of the map's first column: the longest name and a gap. The corner's two characters are four columns wide.
NAME_COLUMN = 19
# Columns are as narrow as the Nodes' names, so that a page shows the last one too.
GAP = "  "
CORNER_GAP = " " * (NAME_COLUMN - 4)


@dataclass(frozen=True, slots=True)
class GalleryLine:
    """A line that matters; `cut` is the path to leave out and `trial` what to try then, "" for nothing."""

    line: str
    says: str
    without: str
    cut: str = ""
    trial: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """One manifest of the gallery."""

    name: str
    title: str
    about: str
    lines: tuple[GalleryLine, ...]


class Exhibit:
    """A piece as text and HTML: the manifest with its lines marked, and the explanations."""

    def __init__(self, piece: Piece) -> None:
        self.piece = piece
        text = manifest(piece.name).rstrip("\n").splitlines()
        signs: dict[int, str] = {}
        self.notes: list[str] = []
        for line, sign in zip(piece.lines, SIGNS, strict=False):
            signs[where_is(line.line, text)] = sign
            note = _note(piece, line)
            self.notes.append(f"{sign} {note}")
        self.lines = []
        for number, each in enumerate(text):
            sign = signs.get(number, "")
            self.lines.append((sign, each))
        self.nodes = _where_placed(piece.name)

    def __repr__(self) -> str:
        shown = [f"{sign or ' '} {line}" for sign, line in self.lines]
        parts = [
            self.piece.about,
            "",
            *shown,
            "",
            *self.notes,
            "",
            self.nodes,
        ]
        return "\n".join(parts)

    def _repr_html_(self) -> str:
        return render(
            "exhibit",
            piece=self.piece,
            lines=self.lines,
            notes=self.notes,
            nodes=self.nodes,
        )


def exhibit(name: str) -> Exhibit:
    """One piece of the gallery; KeyError, with the known ones, if there is none such."""
    if name not in pieces():
        known = words.SEPARATOR.join(pieces())
        raise UnknownNameError(words.PIECE_UNKNOWN.format(name=name, known=known))
    return Exhibit(pieces()[name])


@cache
def pieces() -> dict[str, Piece]:
    """All pieces, in the order of the file."""
    file = files("k8slearn.course") / "gallery.yaml"
    read = yaml.safe_load(file.read_text(encoding="utf-8"))
    return {key: _piece(key, entry) for key, entry in read.items()}


def _piece(key: str, entry: dict[str, Any]) -> Piece:
    text = manifest(key).splitlines()
    lines = [GalleryLine(**line) for line in entry["lines"]]
    # In the order of the manifest, so that the signs are in order.
    lines.sort(key=lambda line: where_is(line.line, text))
    return Piece(
        key,
        title=entry["title"],
        about=entry["about"],
        lines=tuple(lines),
    )


def where_is(line: str, text: list[str]) -> int:
    """The index of the last line in the text that equals `line`. Raises ValueError if there is none."""
    wanted = line.removeprefix("- ")
    found = []
    for number, each in enumerate(text):
        # The first field of a list's item follows a dash.
        if each.strip().removeprefix("- ") == wanted:
            found.append(number)
    if not found:
        raise ValueError(line)
    return found[-1]


def gallery_map() -> str:
    """A text table of which piece runs on which Node of the mixed cluster."""
    nodes = [name(node) for node in mixed().list("Node")]
    head = words.MAP_CORNER + CORNER_GAP
    for node in nodes:
        head += node + GAP
    rows = [head]
    for key in pieces():
        homes = _homes(key)
        row = f"{key:{NAME_COLUMN}}"
        for node in nodes:
            mark = HERE if node in homes else NOT_HERE
            row += mark.ljust(len(node)) + GAP
        rows.append(row)
    return "\n".join(row.rstrip() for row in rows)


def tried(piece: Piece, line: GalleryLine) -> tuple[str, str]:
    """The results of the line's trial with it and without it."""
    whole = yaml.safe_load(manifest(piece.name))
    return try_without(whole, line.cut, line.trial)


def _homes(key: str) -> list[str]:
    return placed(running(yaml.safe_load(manifest(key))))


def _where_placed(key: str) -> str:
    homes = _homes(key)
    total = len(mixed().list("Node"))
    nodes = words.SEPARATOR.join(homes)
    return words.WHERE_PLACED.format(nodes=nodes, total=total, count=len(homes))


def _note(piece: Piece, line: GalleryLine) -> str:
    note = line.says + words.WITHOUT.format(without=line.without)
    if not line.trial:
        return note
    before, after = tried(piece, line)
    if line.trial == "nodes":
        changes = node_changes(before.split(), after.split())
        return note + words.TRIED_NODES.format(changes=changes)
    return note + words.TRIED.format(before=before, after=after)
