"""`k8slearn lab`: opens the lessons in JupyterLab, from the checkout or from a folder of the learner's."""

import os
import sys
from argparse import ArgumentParser, Namespace
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory

from k8slearn.launch import jupyter, lessons
from k8slearn.locale import launch as words


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("lesson", nargs="?", metavar="LESSON", help=words.LESSON_HELP)
    parser.add_argument("--port", type=int, help=words.PORT_HELP)
    parser.add_argument("--no-browser", action="store_true", help=words.NO_BROWSER_HELP)
    parser.add_argument("--dir", type=Path, metavar="FOLDER", help=words.DIR_HELP)


def run(arguments: Namespace) -> int:
    """Open the wanted lesson; returns when JupyterLab ends (0), or 2 when it cannot be opened."""
    # Before anything is written: a command that cannot be carried out leaves nothing behind.
    if arguments.port and jupyter.is_taken(arguments.port):
        print(words.PORT_IN_USE.format(port=arguments.port), file=sys.stderr)
        return 2
    folder = prepare_folder(arguments.dir)
    if folder is None:
        return 2
    lesson = lessons.find_lesson(folder, arguments.lesson)
    if lesson is None:
        explain_missing(folder, arguments.lesson)
        return 2
    # Flushed, since from here on JupyterLab writes, and does so until the end.
    print(words.OPENING.format(lesson=lesson, folder=folder), flush=True)
    open_lesson(folder, lesson, arguments)
    return 0


def prepare_folder(wanted: Path | None) -> Path | None:
    """Return the folder to open, laid out if it has to be; None when it cannot be made."""
    # Who works in the checkout edits the lessons themselves, not copies of them.
    checkout = lessons.checkout_folder()
    if wanted is None and checkout is not None:
        return checkout
    folder = (wanted or Path(lessons.DEFAULT_FOLDER)).absolute()
    if folder.exists() and not folder.is_dir():
        print(words.FOLDER_IS_FILE.format(folder=folder), file=sys.stderr)
        return None
    report(folder, lessons.lay_out(lessons.source_folder(), folder))
    return folder


def report(folder: Path, done: lessons.LaidOut) -> None:
    """Say what was written, and which of the learner's files were left alone."""
    print(
        words.LAID_OUT.format(
            folder=folder, written=len(done.written), upgraded=len(done.upgraded)
        )
    )
    for name in done.kept:
        print(words.KEPT.format(name=name))


def explain_missing(folder: Path, wanted: str | None) -> None:
    """Say which lessons there are."""
    if wanted is None:
        print(words.NO_LESSONS.format(folder=folder), file=sys.stderr)
        return
    print(words.NO_SUCH_LESSON.format(wanted=wanted), file=sys.stderr)
    for name in lessons.lessons(folder):
        print(f"  {name}", file=sys.stderr)


def open_lesson(folder: Path, lesson: str, arguments: Namespace) -> None:
    """Run JupyterLab in the folder, where terminals begin too; its settings and layout are ours and go when it ends."""
    with TemporaryDirectory(prefix="k8slearn-") as name, chdir(folder):
        scratch = Path(name)
        jupyter.write_overrides(
            scratch / "labconfig" / "default_setting_overrides.json"
        )
        server = jupyter.server_arguments(
            folder, lesson, scratch, arguments.port, not arguments.no_browser
        )
        jupyter.serve(
            server + arguments.extra, jupyter.environment(os.environ, scratch)
        )
