"""`--dry-run`: a line is carried out on a copy of the cluster, and what is told says so.

What a real one's client leaves to the server (`--dry-run=client`) is looked at as well here.
Kubernetes: kubectl/pkg/cmd/util/helpers.go, GetDryRunStrategy
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from k8slearn.cluster import Cluster
from k8slearn.page.kubectl.options import Invocation, RefusedError

OPTION = "dry-run"
_MARKS = {"server": " (server dry run)", "client": " (dry run)"}
_TELL = frozenset(
    (
        "annotate",
        "apply",
        "cordon",
        "create",
        "delete",
        "label",
        "scale",
        "set",
        "uncordon",
    )
)
# These do not say that nothing was changed.
_SILENT = frozenset(("patch", "taint"))
# What was done to an object: its name, and the deed.
_DEED = re.compile(r'\S+/\S+ |\S+ "\S+" (force )?deleted')


def is_trial(asked: Invocation) -> bool:
    """Whether the line may be tried, and is to be."""
    return OPTION in asked.options and asked.verb in _TELL | _SILENT


def tried(
    cluster: Cluster,
    asked: Invocation,
    answer: Callable[[Cluster, Invocation], Iterator[str]],
) -> Iterator[str]:
    """What the line would tell. Raises as the line itself, and RefusedError for another way to try."""
    how = asked.options[OPTION]
    options = {k: v for k, v in asked.options.items() if k != OPTION}
    plain = replace(asked, options=options)
    if how == "none":
        yield from answer(cluster, plain)
        return
    mark = _MARKS.get(how)
    if mark is None:
        known = '"none", "server", or "client"'
        raise RefusedError(f"error: Invalid dry-run value ({how}). Must be {known}.")
    for text in answer(cluster.fork(), plain):
        is_told = asked.verb in _TELL and _DEED.match(text)
        yield f"{text}{mark}" if is_told else text
