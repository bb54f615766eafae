"""Argument types for numbers on the command line: argparse reports a bad one in a sentence, with exit status 2."""

from __future__ import annotations

from argparse import ArgumentTypeError

from k8slearn.locale import launch as words

HIGHEST_PORT = 65_535
MOST_NODES = 5_000
"""Kubernetes promises no more: kubernetes.io/docs/setup/best-practices/cluster-large"""


def port(text: str) -> int:
    """A port's number; 0 leaves the choice to the machine."""
    return _between(text, HIGHEST_PORT, words.NO_SUCH_PORT)


def nodes(text: str) -> int:
    """A number of Nodes, from 1 to MOST_NODES."""
    return _between(text, MOST_NODES, words.NOT_SO_MANY_NODES)


def _between(text: str, highest: int, why: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = -1
    if 0 <= number <= highest:
        return number
    raise ArgumentTypeError(why.format(given=text, highest=highest))
