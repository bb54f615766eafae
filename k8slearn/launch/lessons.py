"""Where the lessons lie, and how they are laid out in a learner's folder without ever losing the learner's work."""

import json
import shutil
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
MANIFEST = ".k8slearn.json"
DEFAULT_FOLDER = "k8slearn-notebooks"
# What somebody has done in this folder; never handed on.
PROGRESS = "progress.json"


@dataclass(slots=True)
class LaidOut:
    """What laying out did to each file, by its path inside the folder."""

    written: list[str] = field(default_factory=list)
    upgraded: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def checkout_folder() -> Path | None:
    """Return `notebooks/` of the checkout that this package runs from, if it does."""
    root = PACKAGE.parent
    notebooks = root / "notebooks"
    # Somebody's own folder of that name may lie beside an installed package; with a pyproject.toml it is the checkout.
    if (root / "pyproject.toml").is_file() and notebooks.is_dir():
        return notebooks
    return None


def source_folder() -> Path:
    """Return the folder that the lessons come from: the checkout's, or the one inside the wheel."""
    return checkout_folder() or PACKAGE / "_notebooks"


def lessons(folder: Path) -> list[str]:
    """List the lessons' file names, in the order of the course."""
    return sorted(path.name for path in folder.glob("[0-9]*.ipynb"))


def find_lesson(folder: Path, wanted: str | None) -> str | None:
    """Return the lesson that `wanted` names (`4`, `04_update`, a file name), or the first; None if there is none."""
    names = lessons(folder)
    if wanted is None:
        return names[0] if names else None
    # "4" is lesson 04; anything else is the beginning of a file's name, perhaps with its folder before it.
    start = wanted.zfill(2) if wanted.isdecimal() else Path(wanted).name
    return next((name for name in names if name.startswith(start)), None)


def lay_out(source: Path, target: Path) -> LaidOut:
    """Copy the lessons to `target`; a file there is replaced only while its text is as we last wrote it."""
    target.mkdir(parents=True, exist_ok=True)
    ours = read_manifest(target)
    done = LaidOut()
    for name in relative_files(source):
        _lay_out_file(source / name, target / name, name, ours, done)
    (target / MANIFEST).write_text(
        json.dumps(ours, indent=1, sort_keys=True), encoding="utf-8"
    )
    return done


def _lay_out_file(
    source: Path, target: Path, name: str, ours: dict[str, str], done: LaidOut
) -> None:
    # Three texts are compared: ours now, the learner's, and ours when it was last laid out.
    new = digest(source)
    old = digest(target) if target.exists() else None
    if old == new:
        ours[name] = new
    # Not there, or still as we wrote it: then nobody loses anything.
    elif old is None or old == ours.get(name):
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        ours[name] = new
        changed = done.written if old is None else done.upgraded
        changed.append(name)
    else:
        done.kept.append(name)


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


def read_manifest(folder: Path) -> dict[str, str]:
    """Return the digests of the files as we last wrote them; an unreadable manifest counts as none, so all is kept."""
    try:
        content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def digest(path: Path) -> str:
    """Return the SHA-256 of what a person wrote: of a notebook its cells' text, not what running them left."""
    content = path.read_bytes()
    if path.suffix == ".ipynb":
        content = _written_text(content)
    return sha256(content).hexdigest()


def _written_text(notebook: bytes) -> bytes:
    try:
        cells = json.loads(notebook)["cells"]
        written = [[cell["cell_type"], "".join(cell["source"])] for cell in cells]
        return json.dumps(written).encode()
    except (ValueError, KeyError, TypeError):
        # No notebook any more; then its bytes are what somebody wrote.
        return notebook
