"""`k8slearn rehearse`: what a rollout would do on one's own cluster, from a dump of it. Nothing is sent anywhere."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from k8slearn import files
from k8slearn.locale import rehearsal as words

if TYPE_CHECKING:
    from k8slearn.rehearsal import Rehearsal

# Exit statuses: every choice completes; at least one gets stuck; no rehearsal possible; Ctrl-C (128 + SIGINT).
DONE, STANDS, REFUSED, INTERRUPTED = 0, 1, 2, 130


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "dump",
        nargs="+",
        type=Path,
        metavar="DUMP",
        help=words.DUMP_HELP,
    )
    # Not checked by argparse: the error message is to be Chinese.
    parser.add_argument("--image", default="", help=words.IMAGE_HELP)
    parser.add_argument("--apply", type=Path, metavar="FILE", help=words.APPLY_HELP)
    parser.add_argument("-n", "--namespace", default="", help=words.NAMESPACE_HELP)
    parser.add_argument(
        "--max-unavailable",
        default="",
        metavar="N,N%",
        help=words.UNAVAILABLE_HELP,
    )
    parser.add_argument("--surge", default="", metavar="N,N%", help=words.SURGE_HELP)
    parser.add_argument("--on-delete", action="store_true", help=words.ON_DELETE_HELP)
    parser.add_argument("--limits", default="", help=words.LIMITS_HELP)
    parser.add_argument("--json", action="store_true", help=words.JSON_HELP)
    parser.add_argument("--html", type=Path, metavar="FILE", help=words.HTML_HELP)
    parser.add_argument(
        "--seed", type=int, default=0, metavar="N", help=words.SEED_HELP
    )


def run(arguments: Namespace) -> int:
    """Rehearse and print the result; return the exit status. Errors are one sentence on stderr."""
    try:
        return _run(arguments)
    except KeyboardInterrupt:
        # Interrupted before the first run: while modules are loaded or the dump is read.
        _say(words.STOPPED)
        return INTERRUPTED


def _run(arguments: Namespace) -> int:
    # Imported here, since the other commands need neither a cluster nor the reading of dumps.
    from k8slearn.dump.files import DumpError
    from k8slearn.rehearsal import RehearsalError

    try:
        made = _rehearsed(arguments)
    except (DumpError, RehearsalError) as error:
        _say(str(error))
        return REFUSED
    finally:
        _clear()
    if arguments.json:
        print(json.dumps(made.json(), ensure_ascii=False, indent=2))
    else:
        print(made)
    if arguments.html is not None and not _write(arguments.html, made):
        return REFUSED
    if made.interrupted:
        return INTERRUPTED
    return DONE if all(each.complete for each in made.results) else STANDS


def _rehearsed(arguments: Namespace) -> Rehearsal:
    from k8slearn.cluster import Cluster
    from k8slearn.rehearsal import RehearsalError, rehearse
    from k8slearn.rehearsal.choices import asked_for

    if bool(arguments.image) == (arguments.apply is not None):
        raise RehearsalError(words.ERRORS["what"])
    limits = asked_for(
        arguments.max_unavailable,
        arguments.surge,
        arguments.on_delete,
        arguments.limits,
    )
    manifest = _text(arguments.apply) if arguments.apply is not None else ""
    named = "、".join(map(str, arguments.dump))
    _progress(words.READING.format(files=named))
    cluster = Cluster.load(*arguments.dump, seed=arguments.seed)
    return rehearse(
        cluster,
        image=arguments.image,
        apply=manifest,
        limits=limits,
        namespace=arguments.namespace,
        seed=arguments.seed,
        progress=_run_begins,
    )


def _text(path: Path) -> str:
    from k8slearn.rehearsal import RehearsalError

    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        why = words.NOT_THERE
    except IsADirectoryError:
        why = words.A_FOLDER
    except OSError as error:
        why = files.reason(error)
    except UnicodeDecodeError:
        why = words.NO_TEXT
    raise RehearsalError(words.NO_FILE.format(path=path, why=why))


def _write(path: Path, made: Rehearsal) -> bool:
    try:
        files.replace(path.absolute(), made.html().encode())
    except OSError as error:
        why = files.reason(error)
        _say(words.NOT_WRITTEN.format(path=path, why=why))
        return False
    _say(words.WRITTEN.format(path=path))
    return True


# What is said meanwhile -----------------------------------------------------------------------------------------


def _run_begins(done: int, runs: int, name: str) -> None:
    _progress(words.PROGRESS.format(name=name, done=done, runs=runs))


def _progress(line: str) -> None:
    """Show a line that the next one overwrites; nothing where stderr is a file or a pipe."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{line}")
        sys.stderr.flush()


def _clear() -> None:
    _progress("")


def _say(line: str) -> None:
    _clear()
    print(line, file=sys.stderr)
