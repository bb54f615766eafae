"""Finds the folder of the lessons, and the folder for a learner's copies."""

from pathlib import Path

from k8slearn.launch.layout import lay_out

PACKAGE = Path(__file__).resolve().parent.parent
DEFAULT_FOLDER = "k8slearn-notebooks"

__all__ = [
    "DEFAULT_FOLDER",
    "checkout_folder",
    "find_lesson",
    "lay_out",
    "learners_folder",
    "lessons",
    "source_folder",
]


def checkout_folder() -> Path | None:
    """Return `notebooks/` of the checkout that this package runs from, if it does."""
    root = PACKAGE.parent
    notebooks = root / "notebooks"
    # An unrelated folder of that name may be beside an installed package; a pyproject.toml marks the checkout.
    if (root / "pyproject.toml").is_file() and notebooks.is_dir():
        return notebooks
    return None


def source_folder() -> Path:
    """Return the folder that the lessons come from: the checkout's, or the one inside the wheel."""
    return checkout_folder() or PACKAGE / "_notebooks"


def learners_folder() -> Path:
    """Return the default folder for the learner's copies. In a checkout it is one that git ignores, so that a
    learner's work never conflicts with a `git pull`.
    """
    checkout = checkout_folder()
    if checkout is not None:
        return checkout.parent / DEFAULT_FOLDER
    return Path(DEFAULT_FOLDER).absolute()


def lessons(folder: Path) -> list[str]:
    """List the lessons' file names, in the order of the course."""
    return sorted(path.name for path in folder.glob("[0-9]*.ipynb"))


def find_lesson(folder: Path, wanted: str | None) -> str | None:
    """Return the lesson that `wanted` names (`4`, `04_update`, a file name), or the first; None if there is none."""
    names = lessons(folder)
    if wanted is None:
        if names:
            return names[0]
        return None
    # "4" is lesson 04; anything else is the beginning of a file's name, perhaps with its folder before it.
    start = wanted.zfill(2) if wanted.isdecimal() else Path(wanted).name
    return next((name for name in names if name.startswith(start)), None)
