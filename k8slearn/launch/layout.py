"""How the lessons are laid out in a learner's folder, again and again, without ever losing the learner's work.

An interruption at any moment is mended the next time. Files are whole or not there (`files.replace`), and the manifest
says what is about to be written before anything is, so that no text of ours is ever taken for the learner's.
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
# Of the manifest's form; what another one says is not understood, and then every file is the learner's.
VERSION = 2
# What somebody has done in this folder; never handed on.
PROGRESS = "progress.json"


@dataclass(slots=True)
class LaidOut:
    """What laying out did to each file, by its path inside the folder."""

    written: list[str] = field(default_factory=list)
    upgraded: list[str] = field(default_factory=list)
    # Brought up to date around what the learner wrote in it.
    merged: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Plan:
    """What is to be written, and what the manifest says before and after."""

    done: LaidOut = field(default_factory=LaidOut)
    contents: dict[str, bytes] = field(default_factory=dict)
    before: LaidFiles = field(default_factory=dict)
    after: LaidFiles = field(default_factory=dict)


def lay_out(source: Path, target: Path) -> LaidOut:
    """Bring the lessons to `target`; of what the learner wrote there nothing is replaced. Raises OSError."""
    target.mkdir(parents=True, exist_ok=True)
    # Looked at first: a folder that may not be written to, and where all is as it should be, will do.
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
    """Give a lesson that the course has renamed its new name here too, with all that the learner wrote in it."""
    known = read_manifest(target)
    for old, new in RENAMED.items():
        before = f"{old}.ipynb"
        after = f"{new}.ipynb"
        # A file that the manifest does not name may be the learner's own. Where both stand, neither is in the way.
        ours = before in known and (target / before).is_file()
        if not ours or os.path.lexists(target / after):
            continue
        # Said before it is done: a file under the new name is then never taken for the learner's own.
        _write_manifest(target, known | {after: known[before]})
        (target / before).rename(target / after)


def _plan(source: Path, target: Path) -> _Plan:
    plan = _Plan()
    known = read_manifest(target)
    # Lessons that are gone from the course stay known, should they come back.
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
    # Without a word in the manifest, the beginning of our file is what an interruption has left of it.
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
    """The learner's notebook brought up to date, and the digests of the lesson; None where they cannot be merged."""
    theirs = merging.notebook(mine)
    lesson = merging.notebook(new)
    # Of a file that we never wrote nobody can say which of its cells are ours.
    if theirs is None or lesson is None or not (laid.cells or laid.coming):
        return None
    lesson = merging.identified(laid, lesson, [cell["id"] for cell in theirs["cells"]])
    merged = merging.merge(laid, theirs, lesson)
    return merging.text(merged), merging.digests(merging.text(lesson))


def relative_files(folder: Path) -> list[str]:
    """List the files to lay out, without editors' hidden ones and somebody's progress."""
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
        return {name: _laid(entry) for name, entry in content["files"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _laid(entry: dict[str, Any]) -> Laid:
    laid = {str(part): str(digest) for part, digest in entry["laid"].items()}
    coming = {part: list(known) for part, known in entry.get("coming", {}).items()}
    return Laid(laid, coming)


def _write_manifest(folder: Path, known: LaidFiles) -> None:
    entries = {}
    for name, laid in sorted(known.items()):
        entries[name] = {"laid": laid.digests, "coming": laid.coming}
    # The cells' order counts: it tells whether the learner has moved one.
    text = json.dumps({"version": VERSION, "files": entries}, indent=1)
    files.replace(folder / MANIFEST, text.encode())
