"""A kubectl for a page, which can start no program: the commands that lessons use, in the real one's words.

A cell of lines goes in and text comes out; whatever it does not know it refuses, and says what to do instead.
Kubernetes: kubectl/pkg/cmd
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from k8slearn.apimachinery.errors import ApiError
from k8slearn.cluster import Cluster
from k8slearn.locale import page as words
from k8slearn.mistakes import UnknownNameError, WrongValueError
from k8slearn.page.kubectl import (
    changes,
    describe,
    drain,
    execution,
    get,
    logs,
    manifests,
    permission,
    rollout,
    settings,
    waiting,
)
from k8slearn.page.kubectl.expansion import Expansion
from k8slearn.page.kubectl.filters import filtered
from k8slearn.page.kubectl.lines import TypedLine, lines_of
from k8slearn.page.kubectl.options import (
    Aside,
    Invocation,
    RefusedError,
    Unended,
    invocation_of,
)
from k8slearn.page.kubectl.targets import told
from k8slearn.page.kubectl.trial import is_trial, tried

Answer = Callable[[Cluster, Invocation], Iterator[str]]
_COMMANDS: dict[str, Answer] = {
    "get": get.get,
    "describe": describe.describe,
    "logs": logs.logs,
    "exec": execution.execute,
    "apply": manifests.apply,
    "create": manifests.create,
    "delete": changes.delete,
    "label": changes.label,
    "annotate": changes.annotate,
    "taint": changes.taint,
    "cordon": changes.cordon,
    "uncordon": changes.uncordon,
    "drain": drain.drain,
    "patch": changes.patch,
    "scale": changes.scale,
    "set": settings.settings,
    "rollout": rollout.rollout,
    "wait": waiting.wait,
    "auth": permission.permission,
}


def run(cluster: Cluster, cell: str) -> str:
    """What the lines of a cell print, each as if it stood in a terminal; the first that fails is the last."""
    printed: list[str] = []

    def answer(command: str) -> str:
        """What a command within a line answers; what it tells beside that is printed."""
        [line] = lines_of(command, Expansion(answer))
        said, _ = _said(cluster, line)
        told = [text for text in said if isinstance(text, Aside)]
        printed.extend(() if line.hides_errors else map(_ended, told))
        out = [text for text in said if not isinstance(text, Aside)]
        return "".join(_shown(line, out))

    try:
        for line in lines_of(cell, Expansion(answer)):
            said, failed = _said(cluster, line)
            printed += _shown(line, said)
            # Of lines that go through a filter a shell asks the filter whether all went well.
            if failed and not line.may_fail and not line.filters:
                break
    except RefusedError as refused:
        # What was told before a line that cannot be read stays.
        printed += map(_ended, refused.lines)
    return "".join(printed)


def _said(cluster: Cluster, line: TypedLine) -> tuple[list[str], bool]:
    """What a line tells, and whether it failed."""
    said: list[str] = []
    try:
        for text in _answer(cluster, line):
            said.append(text)
    except RefusedError as refused:
        said += map(Aside, refused.lines)
    except ApiError as error:
        said.append(Aside(told(error)))
    except (UnknownNameError, WrongValueError) as error:
        said.append(Aside(f"error: {error}"))
    else:
        return said, False
    return said, True


def _shown(line: TypedLine, said: list[str]) -> Iterator[str]:
    """What is left of it: an error is told to whoever sits there, an answer goes through the filters."""
    out = ""
    for text in said:
        is_aside = isinstance(text, Aside) and not line.joins_errors
        if not is_aside:
            out += _ended(text)
        elif not line.hides_errors and (line.filters or line.hides_output):
            yield _ended(text)
        elif not line.hides_errors:
            out += _ended(text)
    for command in line.filters:
        out = filtered(out, command)
    if not line.hides_output:
        yield out


def _ended(text: str) -> str:
    return text if isinstance(text, Unended) else f"{text}\n"


def _answer(cluster: Cluster, line: TypedLine) -> Iterator[str]:
    asked = invocation_of(line.words, line.stdin)
    command = _COMMANDS.get(asked.verb)
    if command is None:
        raise RefusedError(
            words.KUBECTL_NOT_HERE.format(verb=asked.verb, known=known())
        )
    if is_trial(asked):
        return tried(cluster, asked, command)
    return command(cluster, asked)


def known() -> str:
    """The commands that there are."""
    return "、".join(_COMMANDS)
