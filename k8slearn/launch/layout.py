"""Copies the lessons into a learner's folder and brings the copies up to date, without losing the learner's work.

An interruption at any moment is repaired the next time. Files are written whole or not at all (`files.replace`), and
the manifest names what is about to be written before anything is, so no text of ours is taken for the learner's.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from k8slearn import files
from k8slearn.course.progress import RENAMED
from k8slearn.launch import merging
from k8slearn.launch.merging import WHOLE, Laid

# By the name of the file.
LaidFiles = dict[str, Laid]

MANIFEST = ".k8slearn.json"
# Version of the manifest's format; with a manifest of another version every file counts as the learner's.
VERSION = 2
# The progress of whoever works in the source folder; it is not copied.
PROGRESS = "progress.json"


@dataclass(slots=True)
class LaidOut:
    """What laying out did: lists of paths inside the folder."""

    written: list[str] = field(default_factory=list)
    upgraded: list[str] = field(default_factory=list)
    # Brought up to date around what the learner wrote in it.
    merged: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Plan:
    """The contents to write by path, and the manifest before and after."""

    done: LaidOut = field(default_factory=LaidOut)
    contents: dict[str, bytes] = field(default_factory=dict)
    before: LaidFiles = field(default_factory=dict)
    after: LaidFiles = field(default_factory=dict)


def lay_out(source: Path, target: Path) -> LaidOut:
    """Copy the lessons to `target`, or update the copies there; the learner's own text is kept. Raises OSError."""
    target.mkdir(parents=True, exist_ok=True)
    # Compared first: a read-only folder is fine where all is as it should be.
    plan = _plan(source, target)
    if not plan.contents and plan.before == plan.after:
        return plan.done
    with files.alone(target / MANIFEST):
        files.sweep(target)
        _rename(target)
        plan = _plan(source, target)
        _write_manifest(target, plan.before)
        for name, content in plan.contents.items():
            path = target / name
            path.parent.mkdir(parents=True, exist_ok=True)
            files.replace(path, content)
        _write_manifest(target, plan.after)
        return plan.done


def _rename(target: Path) -> None:
    """Rename the learner's copies of lessons that the course has renamed."""
    known = read_manifest(target)
    for old, new in RENAMED.items():
        before = f"{old}.ipynb"
        after = f"{new}.ipynb"
        # A file that the manifest does not name may be the learner's own. Where both names exist, both stay.
        ours = before in known and (target / before).is_file()
        if not ours or os.path.lexists(target / after):
            continue
        # The manifest first, so that an interrupted rename leaves no file that is taken for the learner's own.
        _write_manifest(target, known | {after: known[before]})
        (target / before).rename(target / after)


def _plan(source: Path, target: Path) -> _Plan:
    plan = _Plan()
    known = read_manifest(target)
    # Lessons that are gone from the course stay in the manifest, in case they come back.
    plan.before |= known
    plan.after |= known
    for name in relative_files(source):
        laid = known.get(name, Laid())
        new = (source / name).read_bytes()
        path = target / name
        mine = path.read_bytes() if path.is_file() else None
        _plan_file(plan, name, laid, mine, new)
    return plan


def _plan_file(
    plan: _Plan, name: str, laid: Laid, mine: bytes | None, new: bytes
) -> None:
    wanted = merging.digests(new)
    written = {}
    if mine is not None:
        written = merging.digests(mine)
    if written == wanted:
        plan.after[name] = Laid(wanted)
        return
    # A file that is not in the manifest and is a beginning of ours was left by an interruption.
    if mine is None or (not laid.digests and new.startswith(mine)):
        _write(plan, plan.done.written, name, laid, new, wanted)
        return
    merged = _merged(laid, mine, new)
    if merged is not None:
        content, ids = merged
        ours = laid.wrote(WHOLE, written[WHOLE])
        changed = plan.done.upgraded if ours else plan.done.merged
        if merging.digests(content) == written:
            plan.after[name] = Laid(ids)
        else:
            _write(plan, changed, name, laid, content, ids)
    elif laid.wrote(WHOLE, written[WHOLE]):
        _write(plan, plan.done.upgraded, name, laid, new, wanted)
    else:
        plan.done.kept.append(name)


def _write(
    plan: _Plan,
    changed: list[str],
    name: str,
    laid: Laid,
    content: bytes,
    digests: dict[str, str],
) -> None:
    changed.append(name)
    plan.contents[name] = content
    plan.before[name] = laid.about_to(digests)
    plan.after[name] = Laid(digests)


def _merged(laid: Laid, mine: bytes, new: bytes) -> tuple[bytes, dict[str, str]] | None:
    """The learner's notebook merged with the new lesson, and the lesson's digests; None where they cannot be merged."""
    theirs = merging.notebook(mine)
    lesson = merging.notebook(new)
    # Of a file that we did not write it is unknown which cells are ours.
    if theirs is None or lesson is None or not (laid.cells or laid.coming):
        return None
    lesson = merging.identified(laid, lesson, [cell["id"] for cell in theirs["cells"]])
    merged = merging.merge(laid, theirs, lesson)
    return merging.text(merged), merging.digests(merging.text(lesson))


def relative_files(folder: Path) -> list[str]:
    """List the files to lay out, without hidden files and progress."""
    paths = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(
        path.as_posix()
        for path in paths
        if not any(_is_private(part) for part in path.parts)
    )


def _is_private(part: str) -> bool:
    return part.startswith((".", PROGRESS))


# The manifest ---------------------------------------------------------------------------------------------------


def read_manifest(folder: Path) -> LaidFiles:
    """Return what we wrote into each file last; a damaged manifest counts as none, so all is kept. Raises OSError."""
    try:
        text = (folder / MANIFEST).read_bytes()
    except FileNotFoundError:
        return {}
    try:
        content = json.loads(text)
        if content["version"] != VERSION:
            return {}
        return {name: _parse_entry(entry) for name, entry in content["files"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _parse_entry(entry: dict[str, Any]) -> Laid:
    laid = {str(part): str(digest) for part, digest in entry["laid"].items()}
    coming = {part: list(known) for part, known in entry.get("coming", {}).items()}
    return Laid(laid, coming)


def _write_manifest(folder: Path, known: LaidFiles) -> None:
    entries = {}
    for name, laid in sorted(known.items()):
        entries[name] = {"laid": laid.digests, "coming": laid.coming}
    # The order of the cells is kept: it shows whether the learner has moved one.
    text = json.dumps({"version": VERSION, "files": entries}, indent=1)
    files.replace(folder / MANIFEST, text.encode())
