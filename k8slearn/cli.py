"""The command `k8slearn`; a subcommand is one row of `COMMANDS`."""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence

from k8slearn import __version__
from k8slearn.launch import binder_link, doctor, lab, rehearse, serve, site
from k8slearn.locale import launch as words
from k8slearn.locale import rehearsal as rehearsal_words

# name, what the help says, how it declares its arguments, how it runs (returning the exit status)
COMMANDS = (
    ("lab", words.LAB_HELP, lab.add_arguments, lab.run),
    ("rehearse", rehearsal_words.HELP, rehearse.add_arguments, rehearse.run),
    ("serve", words.SERVE_HELP, serve.add_arguments, serve.run),
    ("site", words.SITE_HELP, site.add_arguments, site.run),
    ("binder", words.BINDER_HELP, binder_link.add_arguments, binder_link.run),
    ("doctor", words.DOCTOR_HELP, doctor.add_arguments, doctor.run),
)


def build_parser() -> ArgumentParser:
    """Return the parser with a subparser for each row."""
    parser = ArgumentParser(
        prog="k8slearn", description=words.PROGRAM, epilog=words.EXTRA_HELP
    )
    parser.add_argument(
        "--version", action="version", version=f"k8slearn {__version__}"
    )
    subcommands = parser.add_subparsers(
        dest="command", required=True, metavar="COMMAND"
    )
    for name, summary, add_arguments, run in COMMANDS:
        subparser = subcommands.add_parser(name, help=summary, description=summary)
        add_arguments(subparser)
        subparser.set_defaults(run=run)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand and return its exit status; what follows `--` is handed on as it is."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    given = list(sys.argv[1:] if arguments is None else arguments)
    cut = given.index("--") if "--" in given else len(given)
    parsed = build_parser().parse_args(given[:cut] or ["--help"])
    parsed.extra = given[cut + 1 :]
    return int(parsed.run(parsed))
