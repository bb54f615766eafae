"""`k8slearn lab`: opens the lessons in JupyterLab, copies of them in a folder of the learner's."""

import errno
import os
import sys
from argparse import ArgumentParser, Namespace
from contextlib import ExitStack, chdir
from pathlib import Path

from k8slearn import files
from k8slearn.launch import jupyter, layout, lessons
from k8slearn.launch.arguments import port
from k8slearn.locale import launch as words

# Errors of a folder that can be read and not written; its lessons can be opened nevertheless.
READ_ONLY = (errno.EACCES, errno.EPERM, errno.EROFS)


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("lesson", nargs="?", metavar="LESSON", help=words.LESSON_HELP)
    parser.add_argument("--port", type=port, help=words.PORT_HELP)
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
    return open_lesson(folder, lesson, arguments)


def prepare_folder(wanted: Path | None) -> Path | None:
    """Return the folder to open, laid out if it has to be; None when it cannot be made."""
    folder = wanted or lessons.learners_folder()
    source = lessons.source_folder()
    try:
        folder = folder.absolute()
        # With `--dir notebooks` an author works on the lessons themselves, without a copy.
        if not (folder.is_dir() and folder.samefile(source)):
            report(folder, layout.lay_out(source, folder))
        # JupyterLab starts in this folder, so it has to be readable.
        os.stat(folder / ".")
        return folder
    except OSError as error:
        return unwritable_folder(folder, error)


def unwritable_folder(folder: Path, error: OSError) -> Path | None:
    """Print the error; return the folder where lessons in it can be opened nevertheless, else None."""
    why = files.reason(error)
    readable = os.access(folder, os.R_OK | os.X_OK) and lessons.lessons(folder)
    if error.errno in READ_ONLY and readable:
        print(words.FOLDER_READ_ONLY.format(folder=folder, why=why), file=sys.stderr)
        return folder
    print(words.FOLDER_REFUSED.format(folder=folder, why=why), file=sys.stderr)
    return None


def report(folder: Path, done: layout.LaidOut) -> None:
    """Print what was written, and which of the learner's files were left alone."""
    print(
        words.LAID_OUT.format(
            folder=folder,
            written=len(done.written),
            upgraded=len(done.upgraded + done.merged),
        )
    )
    for name in done.merged:
        print(words.MERGED.format(name=name))
    for name in done.kept:
        print(words.KEPT.format(name=name))


def explain_missing(folder: Path, wanted: str | None) -> None:
    """Print that the wanted lesson is missing, and which lessons there are."""
    if wanted is None:
        print(words.NO_LESSONS.format(folder=folder), file=sys.stderr)
        return
    print(words.NO_SUCH_LESSON.format(wanted=wanted), file=sys.stderr)
    for name in lessons.lessons(folder):
        print(f"  {name}", file=sys.stderr)


def open_lesson(folder: Path, lesson: str, arguments: Namespace) -> int:
    """Run JupyterLab in the folder, with settings and a layout of ours that are removed when it ends.

    Returns the exit status.
    """
    with ExitStack() as stack:
        try:
            scratch = stack.enter_context(files.own_folder())
            stack.enter_context(chdir(folder))
            jupyter.write_overrides(
                scratch / "labconfig" / "default_setting_overrides.json"
            )
            jupyter.write_kubeconfig(scratch)
        except OSError as error:
            print(words.NO_SCRATCH.format(why=files.reason(error)), file=sys.stderr)
            return 2
        server = jupyter.server_arguments(
            folder, lesson, scratch, arguments.port, not arguments.no_browser
        )
        if jupyter.ALLOW_ROOT in server:
            print(words.ALLOW_ROOT)
        # Flushed, since from here on JupyterLab writes to the terminal.
        print(words.OPENING.format(lesson=lesson, folder=folder), flush=True)
        variables = jupyter.environment(os.environ, scratch)
        jupyter.serve(server + arguments.extra, variables)
    return 0
